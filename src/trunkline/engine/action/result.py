"""What a run of an action came to: its numbered steps, its output, its error."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from trunkline.domain.json import Json, JsonObject


class Code(StrEnum):
    """What kind of failure it is; the codes are the platform's where it documents them."""

    INPUT = "invalid.schema"
    SUBSTITUTION = "invalid.substitution"
    AUTHENTICATION = "invalid.credentials"
    REMOTE = "bad.gateway"
    TIMEOUT = "gateway.timeout"
    PROCESSING = "bad.request"


@dataclass(frozen=True, slots=True)
class ActionError:
    """Why a step failed. `status` is the HTTP status a caller sees; `detail` the vendor's class of error.

    `remote_status` is the status of the reply, where there was one.
    """

    message: str
    code: Code = Code.PROCESSING
    status: int = 400
    detail: str = "ACTION.PROCESSING"
    hint: str | None = None
    remote_status: int | None = None

    def to_json(self) -> JsonObject:
        shown: JsonObject = {
            "message": self.message,
            "code": self.code.value,
            "status": self.status,
            "detail": self.detail,
        }
        if self.hint:
            shown["hint"] = self.hint
        if self.remote_status is not None:
            shown["remoteStatus"] = self.remote_status
        return shown


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it produced, with every secret masked, and how long it took."""

    number: int
    name: str
    ok: bool
    result: Json = None
    error: ActionError | None = None
    duration_ms: float = 0.0
    warnings: tuple[str, ...] = ()

    def to_json(self) -> JsonObject:
        shown: JsonObject = {
            "number": self.number,
            "name": self.name,
            "ok": self.ok,
            "durationMs": round(self.duration_ms, 3),
            "result": self.result,
        }
        if self.error:
            shown["error"] = self.error.to_json()
        if self.warnings:
            shown["warnings"] = list(self.warnings)
        return shown


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run. `output` is what the flow gets, null where the action failed.

    `handled` is the error that CONTINUE turned into an output of nulls.
    """

    steps: tuple[Step, ...]
    output: Json = None
    error: ActionError | None = None
    handled: ActionError | None = None

    @property
    def ok(self) -> bool:
        return self.error is None

    @property
    def warnings(self) -> tuple[str, ...]:
        return tuple(warning for step in self.steps for warning in step.warnings)

    @property
    def duration_ms(self) -> float:
        return sum(step.duration_ms for step in self.steps)

    def step(self, number: int) -> Step | None:
        """The step of this number, where the run came so far."""
        return next((step for step in self.steps if step.number == number), None)

    def to_json(self) -> JsonObject:
        shown: JsonObject = {
            "ok": self.ok,
            "output": self.output,
            "durationMs": round(self.duration_ms, 3),
            "steps": [step.to_json() for step in self.steps],
        }
        for key, error in (("error", self.error), ("handled", self.handled)):
            if error:
                shown[key] = error.to_json()
        return shown
