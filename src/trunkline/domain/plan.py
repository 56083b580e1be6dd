"""A plan as a value, and the pure function that makes it.

Three sides are compared for every resource, all in canonical form: *desired* (the files),
*actual* (the cloud) and *base* (what was last applied). A field that only the file changed is
*pending*; one that only the cloud changed is *drift*; one that both changed is a *conflict*.
An object that was never applied from here has no base: if it differs, its origin is unknown.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from trunkline.domain.canonical import canonical, inherit, is_below
from trunkline.domain.diff import Clash, FieldChange, diff, merge
from trunkline.domain.finding import Finding, Severity
from trunkline.domain.graph import in_dependency_order
from trunkline.domain.json import JsonObject, digest
from trunkline.domain.kind import Kind
from trunkline.domain.resource import Address, Resource


class Operation(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"
    NOOP = "noop"


class State(StrEnum):
    """Why a resource stands where it stands."""

    IN_SYNC = "in sync"
    PENDING = "pending"
    DRIFT = "drift"
    CONFLICT = "conflict"
    UNKNOWN_ORIGIN = "unknown origin"


@dataclass(frozen=True, slots=True)
class Change:
    """What would be done to one resource.

    `body` is what would be written: the file's, with fields that only the cloud changed kept.
    `fields` are the differences from the live object to `body`; `drift` those that only the
    cloud made since the last apply; `clashes` those that both sides made. `blocked` says why
    the change is not carried out as it stands; None if it may run.
    """

    operation: Operation
    state: State
    address: Address
    body: JsonObject | None = None
    desired: Resource | None = None
    actual: Resource | None = None
    fields: tuple[FieldChange, ...] = ()
    drift: tuple[FieldChange, ...] = ()
    clashes: tuple[Clash, ...] = ()
    blocked: str | None = None
    hint: str | None = None

    @property
    def writes(self) -> bool:
        return self.operation is not Operation.NOOP and self.blocked is None


@dataclass(frozen=True, slots=True)
class Policy:
    """What a plan may do beyond creating and updating."""

    adopt: bool = False
    allow_replace: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """Changes in the order in which they would run, what the rules say, and a digest of it all."""

    changes: tuple[Change, ...]
    findings: tuple[Finding, ...] = ()
    digest: str = ""
    counts: Mapping[Operation, int] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def writes(self) -> list[Change]:
        return [change for change in self.changes if change.writes]

    @property
    def blocked(self) -> list[Change]:
        return [change for change in self.changes if change.blocked]

    @property
    def differs(self) -> bool:
        """Whether the files and the cloud differ anywhere, blocked or not."""
        return any(change.state is not State.IN_SYNC for change in self.changes)


def make_plan(
    desired: Sequence[Resource],
    actual: Sequence[Resource],
    last_applied: Mapping[Address, JsonObject],
    kinds: Mapping[str, Kind],
    policy: Policy | None = None,
    findings: Sequence[Finding] = (),
) -> Plan:
    """Compares files and cloud. Pure: it holds no client, so it cannot write.

    `last_applied` holds canonical bodies. Raises Refused where references go round in a circle.
    """
    live = {resource.address: resource for resource in actual}
    rules = policy or Policy()
    changes = {
        resource.address: _compare(
            kinds[resource.address.kind], resource, live.get(resource.address), last_applied, rules
        )
        for resource in desired
    }
    order = in_dependency_order(desired, kinds)
    ordered = tuple(changes[address] for address in order)
    counts = {operation: sum(change.operation is operation for change in ordered) for operation in Operation}
    return Plan(ordered, tuple(findings), _digest(ordered), MappingProxyType(counts))


def hold_back(plan: Plan, findings: Sequence[Finding]) -> Plan:
    """The plan with every write blocked in whose object the rules find an error."""
    errors = {f.address: f for f in findings if f.severity is Severity.ERROR and f.address is not None}
    changes = tuple(
        _blocked(
            change,
            f"the rules find an error in it: {errors[change.address]}",
            "fix it, or switch the rule off in trunkline.toml",
        )
        if change.writes and change.address in errors
        else change
        for change in plan.changes
    )
    return replace(plan, changes=changes, digest=_digest(changes))


def _compare(
    kind: Kind,
    desired: Resource,
    actual: Resource | None,
    last_applied: Mapping[Address, JsonObject],
    policy: Policy,
) -> Change:
    address = desired.address
    mine = canonical(kind, desired.body)
    if actual is None:
        return Change(
            Operation.CREATE,
            State.PENDING,
            address,
            body=copy.deepcopy(desired.body),
            desired=desired,
            fields=tuple(diff({}, mine)),
        )
    theirs = canonical(kind, actual.body)
    mine = inherit(kind, mine, theirs)
    if not diff(theirs, mine):
        return Change(Operation.NOOP, State.IN_SYNC, address, desired=desired, actual=actual)
    base = last_applied.get(address)
    if base is None:
        return _unknown_origin(kind, desired, actual, theirs, mine, policy)
    return _three_way(kind, desired, actual, base, theirs, mine, policy)


def _unknown_origin(
    kind: Kind, desired: Resource, actual: Resource, theirs: JsonObject, mine: JsonObject, policy: Policy
) -> Change:
    fields = tuple(diff(theirs, mine))
    change = Change(
        _operation(kind, fields),
        State.PENDING if policy.adopt else State.UNKNOWN_ORIGIN,
        desired.address,
        body=mine,
        desired=desired,
        actual=actual,
        fields=fields,
    )
    if policy.adopt:
        return _guard_replace(change, policy)
    return _blocked(
        change,
        "it exists in the org and differs, but was never applied or pulled from here",
        "pull it first, or plan and apply with --adopt to overwrite it with the file",
    )


def _three_way(
    kind: Kind,
    desired: Resource,
    actual: Resource,
    base: JsonObject,
    theirs: JsonObject,
    mine: JsonObject,
    policy: Policy,
) -> Change:
    merged = merge(base, theirs, mine)
    drift = tuple(diff(base, theirs))
    fields = tuple(diff(theirs, merged.value))
    change = Change(
        _operation(kind, fields),
        State.PENDING if fields else State.DRIFT,
        desired.address,
        body=merged.value,
        desired=desired,
        actual=actual,
        fields=fields,
        drift=drift,
        clashes=merged.clashes,
    )
    if merged.clashes:
        return _blocked(
            replace(change, state=State.CONFLICT),
            "the file and the org changed the same field",
            "pull to see their side, settle the field in the file, then plan again",
        )
    return _guard_replace(change, policy)


def _operation(kind: Kind, fields: Sequence[FieldChange]) -> Operation:
    if not fields:
        return Operation.NOOP
    replaces = any(is_below(pattern, change.path) for change in fields for pattern in kind.replace_on)
    return Operation.REPLACE if replaces else Operation.UPDATE


def _guard_replace(change: Change, policy: Policy) -> Change:
    if change.operation is not Operation.REPLACE or policy.allow_replace:
        return change
    return _blocked(
        change,
        "this field cannot change in place: it would need a new object with a new id",
        "undo the change, or give the new contract a new name; --allow-replace makes the new object",
    )


def _blocked(change: Change, reason: str, hint: str) -> Change:
    return replace(change, blocked=reason, hint=hint)


def _digest(changes: Sequence[Change]) -> str:
    return digest(
        [
            [
                change.operation,
                change.state,
                str(change.address),
                change.body,
                change.actual.version if change.actual else None,
                change.blocked,
            ]
            for change in changes
            if change.operation is not Operation.NOOP
        ]
    )
