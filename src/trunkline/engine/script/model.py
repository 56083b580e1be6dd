"""What a script is run with and what comes of it; the seam behind which an engine can be replaced."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Protocol

from trunkline.domain.json import Json, JsonObject

MEGABYTE = 1024 * 1024


class Status(StrEnum):
    SUCCESS = "SUCCESS"
    ERROR = "ERROR"
    TIMEOUT = "TIMEOUT"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may take.

    seconds       wall clock, and as much CPU time (rounded up)
    heap          bytes of JavaScript objects
    stack         bytes of native stack: how deep calls and nesting may go
    input_bytes   the context as JSON text
    output_bytes  the result as JSON text
    log_lines     calls of `console.*` that are kept; further ones are counted
    log_bytes     text of all of them
    """

    seconds: float = 10.0
    heap: int = 64 * MEGABYTE
    stack: int = 512 * 1024
    input_bytes: int = MEGABYTE
    output_bytes: int = MEGABYTE
    log_lines: int = 100
    log_bytes: int = 64 * 1024


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Fixed:
    """What makes a run repeatable: the time that `Date` tells (epoch ms), the seed of `Math.random`."""

    now: int | None = None
    seed: int | None = None


NOT_FIXED = Fixed()


@dataclass(frozen=True, slots=True)
class Frame:
    """A call on the stack, in the script's own lines; both count from 1."""

    function: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class ScriptFault:
    """Why a script does not compile or did not end well.

    `limit` names the limit that stopped it: time, memory, stack, input or output. `source_line` is the
    text of `line`.
    """

    name: str
    message: str
    line: int | None = None
    column: int | None = None
    source_line: str | None = None
    stack: tuple[Frame, ...] = ()
    limit: str | None = None

    def to_json(self) -> JsonObject:
        return {key: value for key, value in asdict(self).items() if value not in (None, ())}

    def __str__(self) -> str:
        place = f" (line {self.line}, column {self.column})" if self.line else ""
        return f"{self.name}: {self.message}{place}"


@dataclass(frozen=True, slots=True)
class Log:
    """One call of `console.*`."""

    level: str
    message: str


@dataclass(frozen=True, slots=True)
class ScriptRun:
    """One run. `output` is plain JSON; `warnings` say what of the result has no form in JSON."""

    status: Status
    output: Json = None
    fault: ScriptFault | None = None
    logs: tuple[Log, ...] = ()
    warnings: tuple[str, ...] = ()
    duration_ms: float = 0.0

    @property
    def ok(self) -> bool:
        return self.status is Status.SUCCESS

    def to_json(self) -> JsonObject:
        shown: JsonObject = {"status": str(self.status)}
        if self.fault is None:
            shown["output"] = self.output
        else:
            shown["error"] = self.fault.to_json()
        return {
            **shown,
            "durationMs": round(self.duration_ms, 3),
            "logs": [asdict(log) for log in self.logs],
            "warnings": list(self.warnings),
        }


class ScriptEngine(Protocol):
    """Runs scripts. None of its methods raises for anything a script is or does."""

    def check(self, source: str) -> ScriptFault | None:
        """The first syntax error of a script, or None. Nothing of it is run."""
        ...

    def run(
        self, source: str, context: JsonObject, *, limits: Limits = DEFAULT_LIMITS, fixed: Fixed = NOT_FIXED
    ) -> ScriptRun:
        """Calls `main(context)` of a script in a context of its own."""
        ...

    def close(self) -> None:
        """Ends what the engine keeps warm."""
        ...
