"""After a crash: what became of the steps of a run that never ended.

Each step is looked up in the org, by id or else by name. What took effect is remembered, even where its
answer was lost; what did not is left to the next plan. Nothing is written to the org, but for kinds whose
changes are transactions: a half of one is taken back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from trunkline.apply.memory import Memory
from trunkline.apply.step import Steps, missing
from trunkline.clouds.base import Provider
from trunkline.domain.canonical import canonical, inherit, masked
from trunkline.domain.diff import lies_between
from trunkline.domain.json import JsonObject
from trunkline.domain.kind import Kind
from trunkline.domain.resource import Resource
from trunkline.errors import NotFound
from trunkline.store import Journal, Run, Step, StepStatus


@dataclass(frozen=True, slots=True)
class Settled:
    """What settling found of one step; `said` is what was done about it."""

    step: Step
    status: StepStatus
    said: str | None = None


@dataclass(frozen=True, slots=True)
class Settler:
    """Settles the unfinished runs of one org; the caller holds the org's lock."""

    providers: Mapping[str, Provider]
    kinds: Mapping[str, Kind]
    journal: Journal
    memory: Memory
    steps: Mapping[str, Steps] = field(default_factory=dict[str, Steps])

    def settle(self, run: Run) -> list[Settled]:
        """Closes a run. A step that failed or was skipped is over already."""
        found: list[Settled] = []
        for step in self.journal.steps(run.id):
            if step.address.kind not in self.providers:
                continue
            if step.status is StepStatus.DONE:
                self._keep(step)
            elif step.status is StepStatus.INTENT and step.address.kind in self.steps:
                status, said = self.steps[step.address.kind].make_up(run, step)
                self.journal.settle(run, step.number, status, remote_id=step.before_id, error=said)
                found.append(Settled(step, status, said))
            elif step.status is StepStatus.INTENT:
                status, live = self._look(step)
                after = None if live is None else self._snapshot(live)
                self.journal.settle(
                    run,
                    step.number,
                    status,
                    remote_id=live.remote_id if live else None,
                    version=live.version if live else None,
                    after=after if status is StepStatus.DONE else None,
                )
                found.append(Settled(step, status))
        self.memory.flush()
        self.journal.end(run, "settled after it died")
        return found

    def _look(self, step: Step) -> tuple[StepStatus, Resource | None]:
        live = self._live(step)
        if step.operation == "delete":
            if live is None and self._owns(step):
                self.memory.forget(step.address)
            return (StepStatus.DONE if live is None else StepStatus.UNDONE), None
        if live is None:
            return StepStatus.UNDONE, None
        if self._half_replaced(step):
            return StepStatus.UNDONE, live
        # An object that was being created and is not whole is ours: the next plan completes it.
        if step.operation in ("create", "replace") or not self._lacks(live, step.after):
            self.memory.remember(step.address, live, None)
            return StepStatus.DONE, live
        if self._half_written(step, live):
            self.memory.remember(step.address, live, None)
        return StepStatus.UNDONE, live

    def _live(self, step: Step) -> Resource | None:
        """The object of a step: by the id it had, for a new one by its name."""
        provider = self.providers[step.address.kind]
        if step.operation in ("create", "replace"):
            wanted = Resource(step.address, step.after or {})
            others = {
                entry.id for address, entry in self.memory.lock.entries.items() if address != step.address
            }
            others.add(step.before_id or "")
            twins = [each for each in provider.same_identity(wanted) if each.remote_id not in others]
            return next(
                (each for each in twins if not self._lacks(each, step.after)), next(iter(twins), None)
            )
        return self._read(step, step.before_id)

    def _keep(self, step: Step) -> None:
        """A step that was done before the run died: the lock file may not have it yet."""
        if step.operation == "delete":
            if self._owns(step):
                self.memory.forget(step.address)
            return
        if self._half_replaced(step):
            return
        live = self._read(step, step.after_id)
        if live is not None and step.after is not None:
            kind = self.kinds[step.address.kind]
            self.memory.remember(step.address, live, None, canonical(kind, step.after))

    def _half_replaced(self, step: Step) -> bool:
        """Whether the old object still is there: the next plan takes the new one up and retires it."""
        return step.operation == "replace" and self._read(step, step.before_id) is not None

    def _half_written(self, step: Step, live: Resource) -> bool:
        """Whether what differs from before is as it was to be: an update of several requests broke off."""
        if step.before is None or step.after is None:
            return False
        kind = self.kinds[live.address.kind]
        before, seen, after = (canonical(kind, body) for body in (step.before, live.body, step.after))
        return lies_between(before, masked(kind, seen), inherit(kind, after, before))

    def _owns(self, step: Step) -> bool:
        """Whether the lock still means the object that this step deleted, and no newer one of its name."""
        entry = self.memory.lock.entries.get(step.address)
        return entry is not None and entry.id == step.before_id

    def _read(self, step: Step, remote_id: str | None) -> Resource | None:
        if not remote_id:
            return None
        try:
            return self.providers[step.address.kind].read(remote_id)
        except NotFound:
            return None

    def _lacks(self, live: Resource, after: JsonObject | None) -> bool:
        kind = self.kinds[live.address.kind]
        return bool(after is None or missing(kind, masked(kind, live.body), after))

    def _snapshot(self, live: Resource) -> JsonObject:
        kind = self.kinds[live.address.kind]
        return masked(kind, live.body if kind.compared_only else canonical(kind, live.body))
