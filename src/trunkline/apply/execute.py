"""Steps of a plan in dependency order, several at a time; a failed one holds up only those that need it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from enum import StrEnum

from trunkline.apply.step import Writer
from trunkline.clouds.deadline import Deadline, shown
from trunkline.domain.graph import references
from trunkline.domain.json import Json
from trunkline.domain.kind import Kind
from trunkline.domain.plan import Change, Operation, Plan
from trunkline.domain.resource import Address, Resource
from trunkline.errors import TrunklineError

WORKERS = 4


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
    notes: tuple[str, ...] = ()
    """What went wrong without failing the step."""

    @property
    def reason(self) -> str | None:
        if self.because is not None:
            return f"needs {self.because}, which failed"
        return str(self.error) if self.error else None


def execute(
    plan: Plan,
    writer: Writer,
    on_outcome: Callable[[Outcome], None] = lambda outcome: None,
    workers: int = WORKERS,
    deadline: Deadline | None = None,
) -> list[Outcome]:
    """Carries out the writes of a plan. `on_outcome` is called by the calling thread, as steps end.

    On Ctrl-C, and once the deadline is over, steps under way end and no other begins.
    """
    schedule = _Schedule(plan.writes, writer.kinds)
    outcomes: list[Outcome] = []

    def take(outcome: Outcome) -> None:
        outcomes.append(outcome)
        schedule.ended(outcome)
        on_outcome(outcome)

    running: dict[Future[Outcome], Change] = {}
    with ThreadPoolExecutor(workers, thread_name_prefix="apply") as pool:
        while True:
            late = schedule.late(deadline) if deadline is not None and deadline.passed else []
            for outcome in (*schedule.skipped(), *late):
                reason = outcome.reason or ""
                address, operation = outcome.change.address, str(outcome.change.operation)
                writer.recorder.journal.skip(writer.recorder.run, address, operation, reason)
                take(outcome)
            for change in schedule.ready(workers - len(running)):
                running[pool.submit(_carry_out, writer, change, deadline)] = change
            if not running:
                return outcomes
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                del running[future]
                take(future.result())


def _carry_out(writer: Writer, change: Change, deadline: Deadline | None) -> Outcome:
    try:
        if deadline is not None:
            deadline.begin()
        resource, latency = writer.carry_out(change)
    except TrunklineError as error:
        return Outcome(change, Status.FAILED, error=error)
    return Outcome(change, Status.DONE, latency, resource, notes=writer.notes.get(change.address, ()))


@dataclass(slots=True)
class _Schedule:
    """Which changes may begin. `needs` holds, for each that waits, those it waits for."""

    changes: list[Change]
    kinds: Mapping[str, Kind]
    needs: dict[Address, set[Address]] = field(init=False)
    waiting: dict[Address, Change] = field(init=False)
    failed: dict[Address, Address] = field(default_factory=dict[Address, Address])

    def __post_init__(self) -> None:
        self.needs = _needs(self.changes, self.kinds)
        self.waiting = {change.address: change for change in self.changes}

    def ready(self, most: int) -> list[Change]:
        """The next changes whose needs are met, in the order of the plan."""
        found = [change for address, change in self.waiting.items() if not self.needs[address]][:most]
        for change in found:
            del self.waiting[change.address]
        return found

    def skipped(self) -> list[Outcome]:
        """Changes that need one that failed, or was skipped itself."""
        found: list[Outcome] = []
        while True:
            lost = {
                address: self.failed[need]
                for address in self.waiting
                for need in self.needs[address]
                if need in self.failed
            }
            if not lost:
                return found
            for address, because in lost.items():
                found.append(Outcome(self.waiting.pop(address), Status.SKIPPED, because=because))
                self.failed[address] = because

    def late(self, deadline: Deadline) -> list[Outcome]:
        """All changes that wait, given up."""
        late = TrunklineError(
            f"not begun within the deadline of {shown(deadline.seconds)}",
            hint="apply again: it goes on from here",
        )
        found = [Outcome(change, Status.SKIPPED, error=late) for change in self.waiting.values()]
        self.waiting.clear()
        return found

    def ended(self, outcome: Outcome) -> None:
        address = outcome.change.address
        if outcome.status is Status.DONE:
            for needs in self.needs.values():
                needs.discard(address)
        else:
            self.failed[address] = outcome.because or address


def _needs(changes: list[Change], kinds: Mapping[str, Kind]) -> dict[Address, set[Address]]:
    """What is referred to comes first; what lets go of an object, or goes with it, comes before its delete.

    New objects of one name are made one after the other, so that none is taken for another. Only earlier
    changes of the plan are needed, so that a circle of existing objects holds up nothing.
    """
    position = {change.address: index for index, change in enumerate(changes)}
    old_names = {change.renamed_from: change.address for change in changes if change.renamed_from}
    needs: dict[Address, set[Address]] = {change.address: set() for change in changes}
    namesakes: dict[tuple[str, Json], Address] = {}
    for change in changes:
        for needed in _referred(change.desired, kinds):
            if position.get(needed, len(changes)) < position[change.address]:
                needs[change.address].add(needed)
        if change.operation is Operation.CREATE and (called := (change.body or {}).get("name")):
            name = (change.address.kind, called)
            needs[change.address] |= {namesakes[name]} if name in namesakes else set()
            namesakes[name] = change.address
        for let_go in _referred(change.actual, kinds):
            target = old_names.get(let_go, let_go)
            at = position.get(target, -1)
            if at > position[change.address] and changes[at].operation is Operation.DELETE:
                needs[target].add(change.address)
        if whole := kinds[change.address.kind].part_of:
            # What a replace does to the whole on its way is done before the part is touched.
            changed = Address(whole, change.address.name)
            needs[change.address] |= {
                each.address for each in changes if each.rewire and changed in each.users
            }
    return needs


def _referred(resource: Resource | None, kinds: Mapping[str, Kind]) -> list[Address]:
    return references(resource, kinds[resource.address.kind]) if resource else []
