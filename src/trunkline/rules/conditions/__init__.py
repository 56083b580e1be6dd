"""Rules of the conditions of data actions (`when:`), with the data sets of the project at hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trunkline.domain.finding import Finding
from trunkline.domain.resource import Resource
from trunkline.rules.conditions.faults import FAULT_RULES
from trunkline.rules.conditions.remarks import REMARK_RULES
from trunkline.rules.conditions.view import ConditionView, Surroundings
from trunkline.rules.registry import Policy, RuleSet


class ConditionRules(RuleSet[ConditionView]):
    """A rule set whose views know the data sets, the other actions, and the limits of the org."""

    def check(self, resources: Sequence[Resource], policy: Policy) -> Iterator[Finding]:
        around = Surroundings.of(resources, policy.limits)
        inner = RuleSet(self.kind, lambda resource: ConditionView(resource, around), self.rules)
        yield from inner.check(resources, policy)


CONDITION_RULES = ConditionRules(
    "data_action",
    lambda resource: ConditionView(resource, Surroundings.of([resource])),
    (*FAULT_RULES, *REMARK_RULES),
)

__all__ = ["CONDITION_RULES", "ConditionRules", "ConditionView", "Surroundings"]
