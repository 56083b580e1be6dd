"""Changes, plans, and what a plan is made by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from trunkline.domain.diff import Clash, FieldChange
from trunkline.domain.finding import Finding
from trunkline.domain.json import JsonObject, digest
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
    cloud made since the last apply; `clashes` those that both sides made. `users` are the objects that
    would lose their reference to a replaced or deleted one. `blocked` says why the change is not carried
    out as it stands; None if it may run.
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
    renamed_from: Address | None = None
    users: tuple[Address, ...] = ()
    rewire: bool = False
    """Whether a replace points its users to the new object before it retires the old one."""
    bare: bool = False
    """Whether it is made with next to nothing at first, and completed once all else is there."""
    blocked: str | None = None
    hint: str | None = None

    @property
    def writes(self) -> bool:
        return self.operation is not Operation.NOOP and self.blocked is None

    def block(self, reason: str, hint: str) -> Change:
        """The same change, not to be carried out."""
        return replace(self, blocked=reason, hint=hint)


@dataclass(frozen=True, slots=True)
class Policy:
    """What a plan may do beyond creating and updating.

    More than `delete_threshold` of the managed objects, from `delete_minimum` objects on, are never
    deleted at once.
    """

    adopt: bool = False
    allow_replace: bool = False
    rewire: bool = False
    allow_delete: bool = False
    delete_threshold: float = 0.3
    delete_minimum: int = 10


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known besides the bodies.

    managed     the addresses in the lock file: what was applied or pulled from here
    renamed     the new address of a file's object, and the one it had
    users       objects that the cloud says use another one
    incomplete  kinds whose listing may lack objects
    targets     the addresses a plan is kept to; None for all
    """

    managed: frozenset[Address] = frozenset()
    renamed: Mapping[Address, Address] = field(default_factory=dict[Address, Address])
    users: Mapping[Address, Sequence[Address]] = field(default_factory=dict[Address, Sequence[Address]])
    incomplete: frozenset[str] = frozenset()
    targets: frozenset[Address] | None = None

    def covers(self, address: Address) -> bool:
        """Whether the plan may touch this object."""
        return self.targets is None or address in self.targets


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


def digest_of(changes: Sequence[Change]) -> str:
    """One digest of everything that would be written, and over what."""
    return digest(
        [
            [
                change.operation,
                change.state,
                str(change.address),
                str(change.renamed_from or ""),
                change.body,
                change.actual.remote_id if change.actual else None,
                change.actual.version if change.actual else None,
                change.blocked,
                change.rewire,
                change.bare,
            ]
            for change in changes
            if change.operation is not Operation.NOOP
        ]
    )
