"""The rules of data actions."""

from trunkline.rules.actions.contract import CONTRACT_RULES
from trunkline.rules.actions.inputs import INPUT_RULES
from trunkline.rules.actions.names import NAME_RULES
from trunkline.rules.actions.request import REQUEST_RULES
from trunkline.rules.actions.response import RESPONSE_RULES
from trunkline.rules.actions.view import ActionView
from trunkline.rules.registry import RuleSet

ACTION_RULES: RuleSet[ActionView] = RuleSet(
    kind="data_action",
    view=ActionView,
    rules=(*CONTRACT_RULES, *REQUEST_RULES, *INPUT_RULES, *RESPONSE_RULES, *NAME_RULES),
)

__all__ = ["ACTION_RULES", "ActionView"]
