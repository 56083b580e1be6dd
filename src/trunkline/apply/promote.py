"""Moving objects from one org to another: by kind and name, never by id; secrets stay where they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trunkline.apply.planning import Planner
from trunkline.clouds.base import Provider
from trunkline.domain.canonical import canonical, without
from trunkline.domain.finding import Finding, Severity
from trunkline.domain.json import Json
from trunkline.domain.kind import Kind
from trunkline.domain.plan import Plan, Policy
from trunkline.domain.resource import Resource
from trunkline.errors import Partial

_SHORTEST = 4
"""A variable's value shorter than this may stand in a body by chance, and is left alone."""


def read_source(
    providers: Mapping[str, Provider], kinds: Mapping[str, Kind], chosen: Sequence[str]
) -> tuple[list[Resource], list[Finding]]:
    """What an org has of some kinds, without ids and secrets, and notes on what cannot be moved.

    Raises Partial where a listing is not complete.
    """
    found: list[Resource] = []
    notes: list[Finding] = []
    for name in providers:
        if name not in chosen:
            continue
        listing = providers[name].list()
        if not listing.complete:
            raise Partial(f"not every {kinds[name].title} could be listed", missing=listing.notes)
        for resource in listing.items:
            said = _immovable(resource, kinds[name])
            if said:
                notes.append(Finding("promote-left", Severity.WARNING, said, resource.address))
            else:
                found.append(_portable(resource, kinds[name]))
    return found, notes


def plan_promotion(
    planner: Planner,
    resources: Sequence[Resource],
    policy: Policy,
    notes: Sequence[Finding],
    values: Mapping[str, str],
) -> Plan:
    """The plan for the target org. `values` are the source's values of variables and the target's.

    Nothing is deleted: what only the target has is none of the promotion's business.
    """
    moved = [
        Resource(each.address, {key: replaced(child, values) for key, child in each.body.items()})
        for each in resources
    ]
    return planner.plan(moved, policy, notes, managed=frozenset())


def variable_values(source: Mapping[str, str], target: Mapping[str, str]) -> dict[str, str]:
    """What is to be replaced by what: variables that both orgs have, with different values."""
    return {
        value: target[name]
        for name, value in source.items()
        if name in target and target[name] != value and len(value) >= _SHORTEST
    }


def replaced(value: Json, values: Mapping[str, str]) -> Json:
    """A body's value with texts of the source org replaced by the target's, the longest first."""
    if isinstance(value, str):
        for old in sorted(values, key=len, reverse=True):
            if old in value:
                return values[old].join(replaced(part, values) for part in value.split(old))
        return value
    if isinstance(value, dict):
        return {key: replaced(child, values) for key, child in value.items()}
    if isinstance(value, list):
        return [replaced(child, values) for child in value]
    return value


def _immovable(resource: Resource, kind: Kind) -> str | None:
    name = resource.body.get("name")
    if kind.compared_only and resource.version is None:
        return "it was never saved: there is nothing to move"
    if isinstance(name, str) and name != resource.address.name:
        return "another object of the source has its name: rename one of them first"
    return None


def _portable(resource: Resource, kind: Kind) -> Resource:
    body = resource.body if kind.compared_only else canonical(kind, resource.body)
    return Resource(resource.address, without(body, kind.secret))
