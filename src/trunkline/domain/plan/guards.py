"""What has to hold before something is replaced or deleted. Every guard can stop it alone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Mapping, Sequence
from dataclasses import replace

from trunkline.domain.canonical import canonical, is_below
from trunkline.domain.diff import FieldChange, Missing, diff
from trunkline.domain.json import JsonObject
from trunkline.domain.kind import Kind
from trunkline.domain.plan.types import Change, Facts, Operation, Policy, State
from trunkline.domain.resource import Address, Resource

Users = Callable[[Address], tuple[Address, ...]]
"""The objects that stay and use this one."""


def guard_permanent(change: Change, kind: Kind) -> Change:
    """Blocks a change of what no object of a kind can lose: told before anything is sent."""
    if change.operation is not Operation.UPDATE or change.blocked:
        return change
    fixed = [
        field.field
        for field in change.fields
        for pattern in kind.permanent
        if not isinstance(field.before, Missing)
        and len(field.path) == pattern.count(".") + 1
        and is_below(pattern, field.path)
    ]
    if not fixed:
        return change
    return change.block(
        f"{', '.join(fixed)} cannot be changed or taken away once it is there",
        f"put it back into the file, or make a {kind.title} under another name",
    )


def guard_replace(change: Change, policy: Policy, users: Users, kinds: Container[str]) -> Change:
    """A replace makes an object with another id: allowed only if asked for, and if nothing loses by it."""
    if change.operation is not Operation.REPLACE or change.blocked:
        return change
    change = replace(change, users=users(change.address), rewire=policy.rewire)
    if not policy.allow_replace and not policy.rewire:
        return change.block(
            "this field cannot change in place: it would need a new object with a new id",
            "undo the change, or give the new contract a new name; --allow-replace makes the new object",
        )
    if change.users and not policy.rewire:
        return change.block(
            f"it is used by {_listed(change.users)}, which would lose the reference",
            "--rewire points them to the new object, publishes them, then retires the old one",
        )
    fixed = tuple(user for user in change.users if user.kind not in kinds)
    if fixed:
        return change.block(
            f"it is used by {_listed(fixed)}, which cannot be pointed to the new object from here",
            "point them to another object in the org first, or give the new contract a new name",
        )
    return change


def deletions(
    live: Mapping[Address, Resource],
    wanted: Collection[Address],
    last_applied: Mapping[Address, JsonObject],
    kinds: Mapping[str, Kind],
    facts: Facts,
) -> list[Change]:
    """A delete for every object that was managed from here and has no file any more."""
    kept = {*wanted, *facts.renamed.values()}
    return [
        Change(
            Operation.DELETE,
            State.PENDING,
            address,
            actual=live[address],
            drift=_drift(kinds[address.kind], live[address], last_applied.get(address)),
        )
        for address in sorted(facts.managed)
        if address in live and address not in kept and facts.covers(address)
    ]


def guard_deletes(deletes: Sequence[Change], policy: Policy, facts: Facts, users: Users) -> list[Change]:
    """The same deletes, each blocked by the first guard it fails."""
    too_many = len(facts.managed) >= policy.delete_minimum and (
        len(deletes) > policy.delete_threshold * len(facts.managed)
    )
    return [
        _guard_delete(change, policy, facts, users, len(deletes) if too_many else 0) for change in deletes
    ]


def _guard_delete(change: Change, policy: Policy, facts: Facts, users: Users, too_many: int) -> Change:
    change = replace(change, users=users(change.address))
    if change.address.kind in facts.incomplete:
        return change.block(
            "the listing of the org was not complete, so what uses it is not known",
            "run it again when the org can be listed whole",
        )
    if change.drift:
        return replace(change, state=State.CONFLICT).block(
            "it was changed in the org since it was last applied from here",
            "pull it to see what they changed; delete the file again if it still is to go",
        )
    if change.users:
        return change.block(
            f"it is used by {_listed(change.users)}",
            "change what uses it first, or in the same plan",
        )
    if not policy.allow_delete:
        return change.block("its file is gone, and nothing is deleted unasked", "--allow-delete deletes it")
    if too_many:
        share = round(100 * too_many / len(facts.managed))
        return change.block(
            f"{too_many} of {len(facts.managed)} objects ({share} %) would be deleted at once,"
            f" more than {round(100 * policy.delete_threshold)} %",
            "is this the right folder? Delete in smaller steps with --target, or raise --delete-threshold",
        )
    return change


def _drift(kind: Kind, live: Resource, base: JsonObject | None) -> tuple[FieldChange, ...]:
    return () if base is None else tuple(diff(base, canonical(kind, live.body)))


def _listed(users: Sequence[Address]) -> str:
    shown = ", ".join(str(address) for address in users[:5])
    return shown if len(users) <= 5 else f"{shown} and {len(users) - 5} more"
