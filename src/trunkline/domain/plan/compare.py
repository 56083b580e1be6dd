"""One resource, three sides: what is to be done to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trunkline.domain.canonical import canonical, copy_json, inherit, is_below
from trunkline.domain.diff import Clash, FieldChange, Merge, diff, identical, merge
from trunkline.domain.json import JsonObject
from trunkline.domain.kind import Kind
from trunkline.domain.plan.types import Change, Operation, Policy, State
from trunkline.domain.resource import Resource


def compare(
    kind: Kind, desired: Resource, actual: Resource | None, base: JsonObject | None, policy: Policy
) -> Change:
    """The change of one resource. `base` is canonical; None where it was never applied from here."""
    if actual is None:
        fields = tuple(diff({}, canonical(kind, desired.body)))
        body = copy_json(desired.body)
        return Change(
            Operation.CREATE, State.PENDING, desired.address, body=body, desired=desired, fields=fields
        )
    if _as_listed(kind, desired.body, actual.body):
        return Change(Operation.NOOP, State.IN_SYNC, desired.address, desired=desired, actual=actual)
    theirs = canonical(kind, actual.body)
    mine = inherit(kind, canonical(kind, desired.body), theirs)
    if not diff(theirs, mine):
        return Change(Operation.NOOP, State.IN_SYNC, desired.address, desired=desired, actual=actual)
    if base is None:
        return _unknown_origin(kind, desired, actual, theirs, mine, policy)
    return _three_way(kind, desired, actual, base, theirs, mine)


def _as_listed(kind: Kind, mine: JsonObject, theirs: JsonObject) -> bool:
    """Whether the bodies are the same as they stand, but for what the cloud owns: most are, mostly."""
    if any(key not in mine and key not in kind.server_owned for key in theirs):
        return False
    return identical(mine, {key: theirs[key] for key in mine if key in theirs})


def _unknown_origin(
    kind: Kind, desired: Resource, actual: Resource, theirs: JsonObject, mine: JsonObject, policy: Policy
) -> Change:
    fields = tuple(diff(theirs, mine))
    change = Change(
        operation_of(kind, fields),
        State.PENDING if policy.adopt else State.UNKNOWN_ORIGIN,
        desired.address,
        body=_written(kind, desired, mine),
        desired=desired,
        actual=actual,
        fields=fields,
    )
    if policy.adopt:
        return change
    return change.block(
        "it exists in the org and differs, but was never applied or pulled from here",
        "pull it first, or plan and apply with --adopt to overwrite it with the file",
    )


def _three_way(
    kind: Kind, desired: Resource, actual: Resource, base: JsonObject, theirs: JsonObject, mine: JsonObject
) -> Change:
    drift = tuple(diff(base, theirs))
    merged = _merged(kind, base, theirs, mine, drift)
    fields = tuple(diff(theirs, merged.value))
    change = Change(
        operation_of(kind, fields),
        State.PENDING if fields else State.DRIFT,
        desired.address,
        body=_written(kind, desired, merged.value),
        desired=desired,
        actual=actual,
        fields=fields,
        drift=drift,
        clashes=merged.clashes,
    )
    if not merged.clashes:
        return change
    if not fields:
        change = replace(change, operation=Operation.UPDATE, fields=tuple(diff(theirs, mine)))
    return replace(change, state=State.CONFLICT).block(
        "the file and the org changed the same field",
        "pull to see their side, settle the field in the file, then plan again",
    )


def _merged(
    kind: Kind, base: JsonObject, theirs: JsonObject, mine: JsonObject, drift: Sequence[FieldChange]
) -> Merge:
    """A kind whose canonical form is only for comparing is taken whole, from one side or the other."""
    if not kind.compared_only:
        return merge(base, theirs, mine)
    if not drift:
        return Merge(mine, ())
    if not diff(base, mine):
        return Merge(theirs, ())
    clashes = tuple(Clash(each.path, None, each.before, each.after) for each in diff(theirs, mine))
    return Merge(theirs, clashes)


def _written(kind: Kind, desired: Resource, merged: JsonObject) -> JsonObject:
    return desired.body if kind.compared_only else merged


def operation_of(kind: Kind, fields: Sequence[FieldChange]) -> Operation:
    if not fields:
        return Operation.NOOP
    replaces = any(is_below(pattern, change.path) for change in fields for pattern in kind.replace_on)
    return Operation.REPLACE if replaces else Operation.UPDATE
