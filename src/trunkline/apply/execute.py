"""Steps of a plan in dependency order: read, compare, write, verify."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from trunkline.apply.journal import Journal
from trunkline.clouds.base import Provider
from trunkline.domain.canonical import canonical, inherit, masked
from trunkline.domain.diff import diff
from trunkline.domain.graph import references
from trunkline.domain.kind import Kind
from trunkline.domain.plan import Change, Operation, Plan
from trunkline.domain.resource import Address, Resource
from trunkline.errors import Refused, TrunklineError


class Status(StrEnum):
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one step. `resource` is the object as the cloud has it afterwards."""

    change: Change
    status: Status
    latency_ms: float = 0.0
    resource: Resource | None = None
    error: TrunklineError | None = None
    because: Address | None = None
    """For a skipped step: the step that failed and that it needs."""

    @property
    def reason(self) -> str | None:
        if self.status is Status.SKIPPED:
            return f"needs {self.because}, which failed"
        return str(self.error) if self.error else None


def execute(
    plan: Plan,
    providers: Mapping[str, Provider],
    kinds: Mapping[str, Kind],
    journal: Journal,
    on_outcome: Callable[[Outcome], None] = lambda outcome: None,
) -> list[Outcome]:
    """Carries out the writes of a plan. A step that fails skips those that need it; the rest goes on."""
    outcomes: list[Outcome] = []
    failed: dict[Address, Address] = {}
    for change in plan.writes:
        because = _failed_need(change, kinds, failed)
        if because is None:
            outcome = _step(change, providers[change.address.kind], kinds[change.address.kind], journal)
        else:
            outcome = Outcome(change, Status.SKIPPED, because=because)
            journal.write("skipped", address=str(change.address), reason=outcome.reason)
        if outcome.status is not Status.DONE:
            failed[change.address] = because or change.address
        outcomes.append(outcome)
        on_outcome(outcome)
    return outcomes


def _failed_need(
    change: Change, kinds: Mapping[str, Kind], failed: Mapping[Address, Address]
) -> Address | None:
    if change.desired is None:
        return None
    needed = references(change.desired, kinds[change.address.kind])
    return next((failed[address] for address in needed if address in failed), None)


def _step(change: Change, provider: Provider, kind: Kind, journal: Journal) -> Outcome:
    before = masked(kind, change.actual.body) if change.actual else None
    journal.write(
        "intent",
        operation=str(change.operation),
        address=str(change.address),
        id=change.actual.remote_id if change.actual else None,
        before=before,
        body=masked(kind, change.body or {}),
    )
    start = time.perf_counter()
    try:
        resource = _write(change, provider, kind)
    except TrunklineError as error:
        latency = (time.perf_counter() - start) * 1000
        journal.write("failed", address=str(change.address), error=str(error), latency_ms=round(latency, 1))
        return Outcome(change, Status.FAILED, latency, error=error)
    latency = (time.perf_counter() - start) * 1000
    journal.write(
        "done",
        address=str(change.address),
        id=resource.remote_id,
        version=resource.version,
        latency_ms=round(latency, 1),
    )
    return Outcome(change, Status.DONE, latency, resource=resource)


def _write(change: Change, provider: Provider, kind: Kind) -> Resource:
    desired = Resource(change.address, change.body or {}, change.desired.source if change.desired else None)
    if change.actual is None or change.operation is Operation.CREATE:
        written = provider.create(desired)
    else:
        live = provider.read(change.actual.remote_id or "")
        _refuse_if_stale(change.actual, live, kind)
        write = provider.replace if change.operation is Operation.REPLACE else provider.update
        written = write(desired, live)
    seen = provider.read(written.remote_id or "")
    theirs = canonical(kind, seen.body)
    missed = diff(theirs, inherit(kind, canonical(kind, desired.body), theirs))
    if missed:
        fields = ", ".join(change.field for change in missed[:5])
        raise TrunklineError(
            f"{change.address} was written, but the org does not show it: {fields}",
            hint="plan again to see what is there now",
        )
    return seen


def _refuse_if_stale(planned: Resource, live: Resource, kind: Kind) -> None:
    if planned.version == live.version and not diff(
        canonical(kind, planned.body), canonical(kind, live.body)
    ):
        return
    raise Refused(
        f"{planned.address} was changed in the org since the plan was made; nothing was written to it",
        hint="plan again to see both sides",
    )
