"""Checks that need no cloud: each rule has an id, a severity, a reason and a fix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from trunkline.domain.action.fault import nearest
from trunkline.domain.condition import Limits
from trunkline.domain.finding import Finding, Severity
from trunkline.domain.resource import Resource
from trunkline.errors import InvalidInput
from trunkline.rules.actions import ACTION_RULES
from trunkline.rules.conditions import CONDITION_RULES
from trunkline.rules.flows import FLOW_RULES, RUN_RULE_IDS
from trunkline.rules.registry import Policy, Problem, Rule, RuleSet
from trunkline.rules.scripts import SCRIPT_RULES
from trunkline.rules.studio import STUDIO_RULES

RULE_SETS: tuple[RuleSet[Any], ...] = (ACTION_RULES, CONDITION_RULES, FLOW_RULES, SCRIPT_RULES, STUDIO_RULES)
RULES: dict[str, Rule[Any]] = {rule.id: rule for rules in RULE_SETS for rule in rules.rules}

_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


def check(
    resources: Sequence[Resource],
    *,
    disabled: AbstractSet[str] = frozenset(),
    severities: Mapping[str, Severity] | None = None,
    runs: bool = False,
    limits: Limits | None = None,
) -> list[Finding]:
    """Every finding of every rule over `resources`, by object, the gravest first.

    `limits` are those of the org for conditions.
    With `runs` also of those rules that run flows, which take a fraction of a second each.
    Raises InvalidInput where `disabled` or `severities` names a rule that there is not.
    """
    weights = severities or {}
    unknown = sorted(name for name in {*disabled, *weights} if name not in RULES)
    if unknown:
        meant = nearest(unknown[0], RULES)
        raise InvalidInput(
            f"there is no rule {', '.join(unknown)}", hint=f"did you mean {meant}?" if meant else None
        )
    policy = Policy(disabled if runs else disabled | RUN_RULE_IDS, weights, limits or Limits())
    found = [finding for rules in RULE_SETS for finding in rules.check(resources, policy)]
    order = {id(each.address): index for index, each in enumerate(resources)}
    return sorted(found, key=lambda each: (order[id(each.address)], _ORDER[each.severity]))


__all__ = ["RULES", "RULE_SETS", "Problem", "Rule", "RuleSet", "check"]
