"""The rules of flows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from trunkline.domain.finding import Finding
from trunkline.domain.resource import Resource
from trunkline.rules.flows.handling import HANDLING_RULES
from trunkline.rules.flows.references import REFERENCE_RULES
from trunkline.rules.flows.runs import RUN_RULE_IDS, RUN_RULES
from trunkline.rules.flows.structure import STRUCTURE_RULES
from trunkline.rules.flows.variables import VARIABLE_RULES
from trunkline.rules.flows.view import FlowView, contracts
from trunkline.rules.registry import Policy, RuleSet


@dataclass(frozen=True, slots=True)
class FlowRules(RuleSet[FlowView]):
    """Flows are looked at together with the data actions of the project."""

    def check(self, resources: Sequence[Resource], policy: Policy) -> Iterator[Finding]:
        known = contracts(list(resources))
        beside = replace(self, view=lambda resource: FlowView(resource.body, known))
        yield from RuleSet[FlowView].check(beside, resources, policy)


FLOW_RULES = FlowRules(
    kind="flow",
    view=lambda resource: FlowView(resource.body),
    rules=(*STRUCTURE_RULES, *HANDLING_RULES, *VARIABLE_RULES, *REFERENCE_RULES, *RUN_RULES),
)

__all__ = ["FLOW_RULES", "RUN_RULE_IDS", "FlowRules", "FlowView"]
