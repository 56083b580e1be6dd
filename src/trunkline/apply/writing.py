"""Writing to one org: under its lock, with a journal, after what an earlier run left open is settled."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from trunkline.apply.execute import WORKERS, Outcome, Status, execute
from trunkline.apply.memory import Memory
from trunkline.apply.planning import Planner
from trunkline.apply.recorder import Recorder, who
from trunkline.apply.settings_step import Manner, SettingsSteps
from trunkline.apply.settle import Settled, Settler
from trunkline.apply.step import Steps, Writer
from trunkline.clouds.base import Outside, Provider
from trunkline.clouds.deadline import Deadline
from trunkline.clouds.genesys.guides.settings_objects import FlowSettingsObjects
from trunkline.domain.canonical import canonical
from trunkline.domain.diff import merge
from trunkline.domain.json import JsonObject
from trunkline.domain.kinds import KINDS
from trunkline.domain.plan import Change, Operation, Plan, State
from trunkline.domain.resource import Resource
from trunkline.project.lock import Lock
from trunkline.store import Held, Run, Store


@dataclass(frozen=True, slots=True)
class Site:
    """An org as those who write to it see it. `key` is its identity, whatever it is called here."""

    key: str
    name: str
    surface: str
    client_id: str
    providers: Mapping[str, Provider]
    outside: Outside | None = None
    deadline: Deadline | None = None


@dataclass(slots=True)
class Writing:
    """The one writer of an org. `settled` tells what became of runs that had died."""

    site: Site
    store: Store
    held: Held
    memory: Memory
    steps: Mapping[str, Steps]
    settled: list[tuple[Run, list[Settled]]] = field(default_factory=list[tuple[Run, list[Settled]]])
    run: Run | None = None
    """The last run of `apply`."""

    @property
    def planner(self) -> Planner:
        site = self.site
        return Planner(site.name, site.surface, site.providers, self.memory.lock, site.outside)

    def apply(
        self,
        plan: Plan,
        on_outcome: Callable[[Outcome], None] = lambda outcome: None,
        *,
        verb: str = "apply",
        options: JsonObject | None = None,
        workers: int = WORKERS,
    ) -> list[Outcome]:
        """Carries out a plan, writes the journal, remembers what was applied. A failed step is an outcome."""
        for change in plan.changes:
            if change.actual is not None and change.state is State.IN_SYNC:
                self.memory.remember(change.address, change.actual, _file(change))
        self.memory.flush()
        if not plan.writes:
            return []
        me = who(self.site.client_id)
        run = self.store.journal.begin(self.site.key, self.site.name, verb, plan.digest, me, options)
        self.run = run
        recorder = Recorder(self.store.journal, run, KINDS, self.held.check)
        owners = {entry.id: address for address, entry in self.memory.lock.entries.items()}
        writer = Writer(self.site.providers, KINDS, recorder, owners, steps=self.steps)

        def take(outcome: Outcome) -> None:
            self._remember(outcome)
            on_outcome(outcome)

        outcomes = execute(plan, writer, take, workers, self.site.deadline)
        if rest := _completing(outcomes):
            outcomes += execute(replace(plan, changes=rest), writer, take, workers, self.site.deadline)
        self.memory.flush()
        self.store.journal.end(run, _verdict(outcomes))
        return outcomes

    def _remember(self, outcome: Outcome) -> None:
        change = outcome.change
        if outcome.status is not Status.DONE:
            return
        if outcome.resource is None:
            self.memory.forget(change.address)
            return
        file, base = _file(change), self._base(change, outcome.resource)
        if change.renamed_from is not None:
            # A rollback has no files: the object's file is the one it had, whatever name is in it now.
            former = self.memory.lock.entries.get(change.renamed_from)
            file = file or (former.file if former else None)
            self.memory.forget(change.renamed_from)
        self.memory.remember(change.address, outcome.resource, file, base)

    def _base(self, change: Change, live: Resource) -> JsonObject | None:
        """What was applied from here, where others changed other fields: those stay as they were.

        Their changes go on being drift; as the base they would look undone by a file that lacks them.
        """
        kind = KINDS[change.address.kind]
        before = self.memory.base(change.renamed_from or change.address)
        if not change.drift or change.actual is None or before is None or kind.compared_only:
            return None
        merged = merge(canonical(kind, change.actual.body), before, canonical(kind, live.body))
        return None if merged.clashes else merged.value


@contextmanager
def writing(
    site: Site, store: Store, lock: Lock, wait: float = 0.0, manner: Manner | None = None
) -> Generator[Writing]:
    """The org's lock held, runs that died settled. Raises Refused while somebody else writes.

    `manner` is how settings of flows are changed.
    """
    with store.locks.hold(site.key, wait=wait) as held:
        memory = Memory(Lock.read(lock.root, lock.org))
        steps = _steps(site, store, manner or Manner())
        settler = Settler(site.providers, KINDS, store.journal, memory, steps)
        settled = [(run, settler.settle(run)) for run in store.journal.unfinished(site.key)]
        yield Writing(site, store, held, memory, steps, settled)


def _steps(site: Site, store: Store, manner: Manner) -> Mapping[str, Steps]:
    """The kinds of an org that are written in a way of their own."""
    settings = site.providers.get("flow_settings")
    if not isinstance(settings, FlowSettingsObjects):
        return {}
    return {settings.kind: SettingsSteps(settings, store, site.key, manner)}


def _completing(outcomes: list[Outcome]) -> tuple[Change, ...]:
    """What makes objects whole that were made bare."""
    return tuple(
        replace(each.change, operation=Operation.UPDATE, actual=each.resource, bare=False)
        for each in outcomes
        if each.change.bare and each.status is Status.DONE
    )


def _file(change: Change) -> str | None:
    return change.desired.source.file if change.desired and change.desired.source else None


def _verdict(outcomes: list[Outcome]) -> str:
    failed = sum(outcome.status is not Status.DONE for outcome in outcomes)
    if not failed:
        return "done"
    return "failed" if failed == len(outcomes) else "partial"
