"""The settings of a flow as a step of a plan: a transaction (chapter G4), in the journal with the rest.

Every change of a flow keeps its distance from the last one, whatever process made it. What a step leaves
half done, because its process died, the next writer of the org puts back.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from trunkline.apply.flow_settings import result_of
from trunkline.apply.recorder import Recorder
from trunkline.apply.telling import tell
from trunkline.apply.transaction import INTERVAL, Ended, Result, Status, Transaction, cool_down
from trunkline.clouds.genesys.guides.flow_settings import Settings
from trunkline.clouds.genesys.guides.settings_objects import FlowSettingsObjects, flow_id
from trunkline.domain.canonical import canonical
from trunkline.domain.diff import diff
from trunkline.domain.json import JsonObject, same
from trunkline.domain.kinds import FLOW_SETTINGS
from trunkline.domain.plan import Change
from trunkline.domain.resource import Resource, Source
from trunkline.errors import NotFound, Refused, TrunklineError
from trunkline.project.flow_settings import check_payload
from trunkline.store import Run, Step, StepStatus, Store
from trunkline.store.times import timestamp


@dataclass(frozen=True, slots=True)
class Manner:
    """How settings are changed: seconds between two changes of a flow, seconds that a step waits for that.

    With `strict_reload` a reload that fails takes the change back. The outcome is appended to `audit_file`
    and posted to `webhook`.
    """

    interval: float = INTERVAL
    wait: float = 0.0
    strict_reload: bool = False
    audit_file: Path | None = None
    webhook: str | None = None
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class SettingsSteps:
    """Carries out changes of settings in one org; `key` is the org's identity."""

    provider: FlowSettingsObjects
    store: Store
    key: str
    manner: Manner

    def carry_out(
        self, change: Change, desired: Resource | None, recorder: Recorder
    ) -> tuple[Resource | None, float, tuple[str, ...]]:
        """The settings as the org has them afterwards, milliseconds, and warnings. Raises what went wrong."""
        found = self._flow(change)
        notes: list[str] = []
        with self.store.locks.hold(f"{self.key} flow settings {found}", wait=self.manner.wait):
            now = self.provider.api.read(found)
            self._refuse_if_stale(change, now)
            wanted = {} if desired is None else self.provider.to_wire(desired.body)
            before = self.provider.resource(now) if now.settings else None

            def write() -> Resource | None:
                source = change.desired.source if change.desired else None
                notes.extend(self._write(recorder, now, wanted, source))
                return self.provider.resource(self.provider.api.read(found)) if wanted else None

            seen, latency = recorder.step(
                change.address, str(change.operation), before, desired.body if desired else None, write
            )
        return seen, latency, tuple(notes)

    def make_up(self, run: Run, step: Step) -> tuple[StepStatus, str]:
        """For a step whose process died: the settings from before are back, or somebody else's stay."""
        found = flow_id(step.before_id) if step.before_id else self.provider.flow_of(step.address.name)
        try:
            now = self.provider.api.read(found) if found else None
        except NotFound:
            now = None
        if now is None:
            return StepStatus.UNDONE, "the flow is not there any more"
        with self.store.locks.hold(f"{self.key} flow settings {now.flow_id}", wait=self.manner.wait):
            status, said, outcome = self._made_up(now, step)
        details: JsonObject = {"flow": now.name, "run": run.id, "error": said}
        self._tell(Result(now.flow_id, outcome, 0.0, timestamp(), details), run)
        return status, said

    def _made_up(self, now: Settings, step: Step) -> tuple[StepStatus, str, Status]:
        before, after = (self._canonical(body or {}) for body in (step.before, step.after))
        current = self._canonical(self.provider.to_body(now))
        if same(current, before):
            return StepStatus.UNDONE, "its change never took effect", Status.ROLLED_BACK
        if not same(current, after):
            said = "somebody else changed it since; it is left as it is now"
            return StepStatus.FAILED, said, Status.FAILED
        old = Settings(now.flow_id, now.name, int(step.before_version or 0), self.provider.to_wire(before))
        restored, said = Transaction(self.provider.api, self.provider.org_id).restore(old, now.settings)
        status = StepStatus.UNDONE if restored is Status.ROLLED_BACK else StepStatus.FAILED
        return status, said, restored

    def _flow(self, change: Change) -> str:
        if change.actual is not None:
            return flow_id(change.actual.remote_id or "")
        found = self.provider.flow_of(change.address.name)
        if found is None:
            raise NotFound(f"the org has no flow {change.address.name}")
        return found

    def _refuse_if_stale(self, change: Change, now: Settings) -> None:
        """A flow may have a new version since the plan was made, but not other settings."""
        planned = self._canonical(change.actual.body) if change.actual else self._canonical({})
        if diff(planned, self._canonical(self.provider.to_body(now))):
            raise Refused(
                f"{change.address} was changed in the org since the plan was made; nothing was written to it",
                hint="plan again to see both sides",
            )

    def _write(
        self, recorder: Recorder, now: Settings, wanted: JsonObject, source: Source | None
    ) -> tuple[str, ...]:
        """Warnings of the change. Raises what it failed for; then the settings from before are back."""
        api, org_id, manner = self.provider.api, self.provider.org_id, self.manner
        if same(now.settings, wanted):
            return ()
        if wanted:
            check_payload(now.payload(org_id, wanted), source)
            api.check_dependencies(org_id, wanted)
        cool_down(self.store, now, manner.interval, manner.sleep, manner.wait)
        start = time.perf_counter()
        ended = Transaction(api, org_id, manner.strict_reload).run(now, wanted)
        result = result_of(ended, recorder.run, (time.perf_counter() - start) * 1000)
        warnings = self._tell(result, recorder.run)
        if ended.error is not None:
            raise _explained(ended, ended.error)
        return warnings

    def _tell(self, result: Result, run: Run) -> tuple[str, ...]:
        """Tells the audit log, the audit file and the webhook; all warnings, those of telling too."""
        line = result.line()
        self.store.audit.append({**line, **run.who})
        told = tell(self.manner.webhook, result) if self.manner.webhook else result
        return (*told.warnings, *self._filed(line))

    def _filed(self, line: JsonObject) -> tuple[str, ...]:
        """Appends to the audit file. The change is done by then: a file that cannot be written is a note."""
        if self.manner.audit_file is None:
            return ()
        try:
            with self.manner.audit_file.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(line, ensure_ascii=False) + "\n")
        except OSError as error:
            return (f"{self.manner.audit_file} could not be written: {error.strerror or error}",)
        return ()

    def _canonical(self, body: JsonObject) -> JsonObject:
        """The settings of a body in the form in which they are compared."""
        settings: JsonObject = body.get("settings") or {}
        return canonical(FLOW_SETTINGS, {"settings": settings})


def _explained(ended: Ended, error: TrunklineError) -> TrunklineError:
    """The error with what became of the settings after it; of the same class, so of the same exit code."""
    if ended.warnings:
        error.message = f"{error.message}; {'; '.join(ended.warnings)}"
        error.args = (error.message,)
    return error
