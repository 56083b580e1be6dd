"""One change of a flow's settings as a run of its own: checked, snapshot kept, written, verified, reloaded.

The snapshot is in the journal before the first write. A process that died after the change is made up for
at the next start; what somebody else changed in between is never overwritten.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass

from trunkline.apply.transaction import INTERVAL, Ended, Result, Status, Transaction, cool_down
from trunkline.clouds.genesys.guides.flow_settings import FlowSettings, Settings
from trunkline.domain.json import JsonObject, same
from trunkline.domain.resource import Address, Source
from trunkline.project.flow_settings import KIND, check_payload
from trunkline.store import Run, Step, StepStatus, Store
from trunkline.store.times import timestamp


@dataclass(frozen=True, slots=True)
class Transactor:
    """Changes settings in one org. `key` is the org's identity, `who` goes into the audit log."""

    api: FlowSettings
    store: Store
    key: str
    profile: str
    who: JsonObject
    interval: float = INTERVAL
    sleep: Callable[[float], None] = time.sleep

    def apply(
        self,
        pattern: str,
        settings: JsonObject,
        source: Source | None = None,
        *,
        wait: bool = False,
        strict_reload: bool = False,
    ) -> Result:
        """Brings a flow to these settings. With `strict_reload` a reload that fails takes the change back.

        Raises InvalidInput, PermissionMissing, or Refused (too early, a conflict) before anything is written.
        """
        org_id = self.api.org_id()
        found = self.api.find(pattern)
        wanted = _filled(settings, org_id)
        with self._alone(found.flow_id):
            now = self.api.read(found.flow_id)
            check_payload(now.payload(org_id, wanted), source)
            self.api.check_dependencies(org_id, wanted)
            if same(now.settings, wanted):
                details: JsonObject = {"flow": now.name, "version": now.version}
                return Result(now.flow_id, Status.UNCHANGED, 0.0, timestamp(), details)
            cool_down(self.store, now, self.interval, self.sleep, math.inf if wait else 0)
            return self._run(Transaction(self.api, org_id, strict_reload), now, wanted)

    def recover(self) -> list[str]:
        """Makes up for changes whose process died; a line for each, as what was done."""
        said: list[str] = []
        for run in self.store.journal.unfinished(self.key):
            for step in self.store.journal.steps(run.id):
                if step.before_id is not None:
                    with self._alone(step.before_id):
                        said.append(self._recover(run, step))
            self.store.journal.end(run, "settled after it died")
        return said

    @contextmanager
    def _alone(self, flow_id: str) -> Generator[None]:
        with self.store.locks.hold(f"{self.key} {flow_id}"):
            yield

    def _run(self, transaction: Transaction, now: Settings, wanted: JsonObject) -> Result:
        start = time.perf_counter()
        journal = self.store.journal
        run = journal.begin(self.key, self.profile, "settings", "", self.who, {"flow": now.name})
        snapshot = {"version": now.version, "settings": now.settings, "time": timestamp()}
        number = journal.intend(
            run,
            Address(KIND, now.name),
            "update",
            before=(now.flow_id, snapshot),
            after={"version": now.version + 1, "settings": wanted},
        )
        ended = transaction.run(now, wanted)
        latency = (time.perf_counter() - start) * 1000
        done = StepStatus.DONE if ended.status is Status.SUCCESS else StepStatus.FAILED
        said = None if ended.error is None else str(ended.error)
        journal.settle(run, number, done, remote_id=now.flow_id, error=said, latency_ms=latency)
        result = result_of(ended, run, latency)
        self.store.audit.append({**result.line(), **self.who})
        journal.end(run, str(ended.status))
        return result

    def _recover(self, run: Run, step: Step) -> str:
        before, after = step.before or {}, step.after or {}
        org_id, current = self.api.org_id(), self.api.read(step.before_id or "")
        status = StepStatus.UNDONE
        if same(current.settings, before.get("settings")):
            said = "its change never took effect"
        elif step.status is StepStatus.DONE:
            status, said = StepStatus.DONE, "its change was complete"
        elif same(current.settings, after.get("settings")):
            old = Settings(current.flow_id, current.name, int(before.get("version", 0)), before["settings"])
            restored, said = Transaction(self.api, org_id).restore(old, after["settings"])
            if restored is not Status.ROLLED_BACK:
                status = StepStatus.FAILED
        else:
            status, said = StepStatus.FAILED, "somebody else changed it since; it is left as it is now"
        self.store.journal.settle(run, step.number, status, remote_id=current.flow_id, error=said)
        rolled = Status.ROLLED_BACK if status is StepStatus.UNDONE else Status.FAILED
        if status is not StepStatus.DONE:
            details: JsonObject = {"flow": current.name, "run": run.id, "error": said}
            line = Result(current.flow_id, rolled, 0.0, timestamp(), details).line()
            self.store.audit.append({**line, **self.who})
        return f"run {run.id} on the flow {current.name} had died: {said}"


def result_of(ended: Ended, run: Run, latency_ms: float) -> Result:
    """What is told of a transaction that is over."""
    said = None if ended.error is None else str(ended.error)
    before = ended.before
    details: JsonObject = {"flow": before.name, "before": before.version, "run": run.id, "error": said}
    return Result(before.flow_id, ended.status, latency_ms, timestamp(), details, ended.warnings, ended.error)


def _filled(settings: JsonObject, org_id: str) -> JsonObject:
    """The settings with the org's own id where a scope of type `org` names none."""
    routing = settings.get("routing")
    scope = routing.get("scope") if isinstance(routing, dict) else None
    if not isinstance(routing, dict) or not isinstance(scope, dict) or scope.get("type") != "org":
        return settings
    return {**settings, "routing": {**routing, "scope": {"id": org_id, **scope}}}
