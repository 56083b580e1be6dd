"""Checks that need no cloud: each rule has an id, a severity, a reason and a fix."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Any

from trunkline.domain.action.fault import nearest
from trunkline.domain.condition import Limits
from trunkline.domain.finding import Finding, Severity
from trunkline.domain.resource import Resource
from trunkline.errors import InvalidInput
from trunkline.rules.registry import Policy, Problem, Rule, RuleSet

_SETS: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("actions", "ACTION_RULES", frozenset({"data_action"})),
    ("conditions", "CONDITION_RULES", frozenset({"data_action", "data_set"})),
    ("flows", "FLOW_RULES", frozenset({"flow"})),
    ("scripts", "SCRIPT_RULES", frozenset({"script_action"})),
    ("studio", "STUDIO_RULES", frozenset({"studio_script"})),
)
"""Module, name and kinds of each set: what no object of a project needs is not imported."""

_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


def rule_sets(kinds: Iterable[str] | None = None) -> list[RuleSet[Any]]:
    """The sets of rules about objects of `kinds`, or all of them."""
    wanted = None if kinds is None else set(kinds)
    return [
        getattr(importlib.import_module(f"trunkline.rules.{module}"), name)
        for module, name, about in _SETS
        if wanted is None or about & wanted
    ]


@cache
def all_rules() -> Mapping[str, Rule[Any]]:
    """Every rule by its id."""
    return {rule.id: rule for rules in rule_sets() for rule in rules.rules}


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
    named = {*disabled, *weights}
    unknown = sorted(named - all_rules().keys()) if named else []
    if unknown:
        meant = nearest(unknown[0], all_rules())
        raise InvalidInput(
            f"there is no rule {', '.join(unknown)}", hint=f"did you mean {meant}?" if meant else None
        )
    policy = Policy(disabled if runs else disabled | _run_rules(resources), weights, limits or Limits())
    chosen = rule_sets(each.address.kind for each in resources)
    found = [finding for rules in chosen for finding in rules.check(resources, policy)]
    order = {id(each.address): index for index, each in enumerate(resources)}
    return sorted(found, key=lambda each: (order[id(each.address)], _ORDER[each.severity]))


def _run_rules(resources: Sequence[Resource]) -> frozenset[str]:
    """The rules that run flows, where there are flows."""
    if not any(each.address.kind == "flow" for each in resources):
        return frozenset()
    from trunkline.rules.flows import RUN_RULE_IDS

    return frozenset(RUN_RULE_IDS)


__all__ = ["Problem", "Rule", "RuleSet", "all_rules", "check", "rule_sets"]
