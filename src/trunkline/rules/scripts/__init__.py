"""The rules of script actions."""

from trunkline.rules.registry import RuleSet
from trunkline.rules.scripts.code import CODE_RULES
from trunkline.rules.scripts.definition import DEFINITION_RULES
from trunkline.rules.scripts.inputs import INPUT_RULES
from trunkline.rules.scripts.view import ScriptView

SCRIPT_RULES: RuleSet[ScriptView] = RuleSet(
    kind="script_action",
    view=ScriptView,
    rules=(*DEFINITION_RULES, *CODE_RULES, *INPUT_RULES),
)

__all__ = ["SCRIPT_RULES", "ScriptView"]
