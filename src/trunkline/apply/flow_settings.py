"""Settings of a flow in one transaction: snapshot, change, verify, reload; back again if a step fails.

The snapshot is in the journal before the first write. A process that died after the change is made up for
at the next start; what somebody else changed in between is never overwritten.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from trunkline.clouds.genesys.guides.flow_settings import FlowSettings, Settings
from trunkline.domain.diff import Clash, merge
from trunkline.domain.json import JsonObject, same, show_path
from trunkline.domain.resource import Address, Source
from trunkline.errors import Conflict, Refused, TrunklineError
from trunkline.project.flow_settings import check_payload
from trunkline.store import Run, Step, StepStatus, Store
from trunkline.store.times import timestamp

KIND = "flow_settings"
INTERVAL = 60.0
"""Seconds between two changes of one flow, unless the project's policy says otherwise."""
_TRIES = 3


class Status(StrEnum):
    SUCCESS = "SUCCESS"
    FAILED = "FAILED"
    ROLLED_BACK = "ROLLED_BACK"
    UNCHANGED = "UNCHANGED"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a change: the audit line, and warnings that failed nothing."""

    flow_id: str
    status: Status
    latency_ms: float
    timestamp: str
    details: JsonObject
    warnings: tuple[str, ...] = ()
    error: TrunklineError | None = None

    def line(self) -> JsonObject:
        """The audit record of chapter G4."""
        return {
            "timestamp": self.timestamp,
            "event": "ARCHITECTURE_UPDATE",
            "flowId": self.flow_id,
            "status": str(self.status),
            "latencyMs": round(self.latency_ms, 1),
            "details": self.details,
        }


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
            check_payload(_payload(org_id, now, wanted), source)
            self.api.check_dependencies(org_id, wanted)
            if same(now.settings, wanted):
                details: JsonObject = {"flow": now.name, "version": now.version}
                return Result(now.flow_id, Status.UNCHANGED, 0.0, timestamp(), details)
            self._cool_down(now, wait)
            return self._transaction(org_id, now, wanted, strict_reload)

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

    def _cool_down(self, now: Settings, wait: bool) -> None:
        name = f"the flow {now.name} ({now.flow_id})"
        if wait:
            while (left := self.store.cooldowns.remaining(name, self.interval)) > 0:
                self.sleep(left)
        self.store.cooldowns.begin(name, self.interval)

    def _transaction(self, org_id: str, now: Settings, wanted: JsonObject, strict: bool) -> Result:
        start = time.perf_counter()
        journal = self.store.journal
        run = journal.begin(self.key, self.profile, "settings", "", self.who, {"flow": now.name})
        number = self._intend(run, now, wanted)
        warnings: tuple[str, ...] = ()
        error: TrunklineError | None = None
        status = Status.FAILED
        before, after = now, wanted
        changed = False
        try:
            before, after = self._change(org_id, now, wanted)
            changed = True
            self._verify(before, after)
            warning = self.api.reload(org_id)
            if warning and strict:
                raise TrunklineError(f"the reload failed: {warning}")
            warnings = (f"the reload failed: {warning}",) if warning else ()
            status = Status.SUCCESS
        except TrunklineError as failure:
            error = failure
            if changed:
                status, note = self._restore(org_id, before, after)
                warnings = (note,)
        latency = (time.perf_counter() - start) * 1000
        done = StepStatus.DONE if status is Status.SUCCESS else StepStatus.FAILED
        said = None if error is None else str(error)
        journal.settle(run, number, done, remote_id=now.flow_id, error=said, latency_ms=latency)
        details: JsonObject = {"flow": now.name, "before": before.version, "run": run.id, "error": said}
        result = Result(now.flow_id, status, latency, timestamp(), details, warnings, error)
        self.store.audit.append({**result.line(), **self.who})
        journal.end(run, str(status))
        return result

    def _intend(self, run: Run, now: Settings, wanted: JsonObject) -> int:
        snapshot = {"version": now.version, "settings": now.settings, "time": timestamp()}
        after = {"version": now.version + 1, "settings": wanted}
        address = Address(KIND, now.name)
        return self.store.journal.intend(run, address, "update", before=(now.flow_id, snapshot), after=after)

    def _change(self, org_id: str, now: Settings, wanted: JsonObject) -> tuple[Settings, JsonObject]:
        """Sends the change; merged with another's that came first, where they do not touch the same field."""
        base, current = now, now
        for _ in range(_TRIES):
            try:
                self.api.change(_payload(org_id, current, wanted))
            except Conflict as conflict:
                current = self.api.read(now.flow_id)
                merged = merge(base.settings, current.settings, wanted)
                if merged.clashes:
                    sides = _sides(merged.clashes)
                    raise Refused(
                        f"{now.name} was changed by somebody else in the same place: {sides}",
                        hint="settle the field in the file, then apply it again",
                    ) from conflict
                base, wanted = current, merged.value
            else:
                return current, wanted
        raise Refused(f"{now.name} is being changed by somebody else again and again", hint="try again later")

    def _verify(self, before: Settings, after: JsonObject) -> None:
        seen = self.api.read(before.flow_id)
        if not same(seen.settings, after):
            raise Refused(f"{before.name} does not show the settings that were written to it")

    def _restore(self, org_id: str, before: Settings, after: JsonObject) -> tuple[Status, str]:
        """Puts the snapshot back as a new version, unless somebody else changed the flow meanwhile."""
        try:
            current = self.api.read(before.flow_id)
            if not same(current.settings, after):
                return Status.FAILED, "it was changed by somebody else meanwhile, and is left as it is now"
            self.api.change(_payload(org_id, current, before.settings))
        except TrunklineError as error:
            return Status.FAILED, f"the settings from before could not be put back: {error}"
        return Status.ROLLED_BACK, f"the settings of version {before.version} are back"

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
            restored, said = self._restore(org_id, old, after["settings"])
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


def _payload(org_id: str, now: Settings, settings: JsonObject) -> JsonObject:
    return {"orgId": org_id, "flowId": now.flow_id, "settings": settings, "version": now.version + 1}


def _filled(settings: JsonObject, org_id: str) -> JsonObject:
    """The settings with the org's own id where a scope of type `org` names none."""
    routing = settings.get("routing")
    scope = routing.get("scope") if isinstance(routing, dict) else None
    if not isinstance(routing, dict) or not isinstance(scope, dict) or scope.get("type") != "org":
        return settings
    return {**settings, "routing": {**routing, "scope": {"id": org_id, **scope}}}


def _sides(clashes: tuple[Clash, ...]) -> str:
    return "; ".join(f"{show_path(c.path)}: theirs {c.theirs!r}, mine {c.mine!r}" for c in clashes)
