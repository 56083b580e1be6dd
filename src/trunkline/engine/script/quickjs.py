"""Scripts in QuickJS-ng, in worker processes."""

from __future__ import annotations

import atexit
import functools
import json
import os
import re

from trunkline.domain.json import JsonObject
from trunkline.engine.script.model import (
    DEFAULT_LIMITS,
    NOT_FIXED,
    Fixed,
    Frame,
    Limits,
    Log,
    ScriptEngine,
    ScriptFault,
    ScriptRun,
    Status,
)
from trunkline.engine.script.pool import Pool, WorkerGone, WorkerLate, cpu_ran_out

GRACE = 0.5
"""Seconds beyond the limit after which the worker is killed."""
CHECK_SECONDS = 5.0
MOST_FRAMES = 10
LONGEST_LINE = 200

_FRAME = re.compile(r"^ +at (?:(\S+) \()?(?:eval_script|check):(\d+):(\d+)\)?$", re.MULTILINE)


class QuickJs:
    """A ScriptEngine. Threads may share it; `workers` scripts run at a time."""

    def __init__(self, workers: int | None = None) -> None:
        self._pool = Pool(workers or max(1, os.cpu_count() or 1))

    def check(self, source: str) -> ScriptFault | None:
        """The first syntax error of a script, or None. Nothing of it is run."""
        try:
            answer = self._pool.ask({"op": "check", "source": _encodable(source)}, CHECK_SECONDS)
        except WorkerLate:
            return ScriptFault("TimeoutError", "takes too long to compile", limit="time")
        except WorkerGone:
            return ScriptFault("InternalError", "takes too much memory to compile", limit="memory")
        return _fault(answer["fault"], source) if "fault" in answer else None

    def run(
        self, source: str, context: JsonObject, *, limits: Limits = DEFAULT_LIMITS, fixed: Fixed = NOT_FIXED
    ) -> ScriptRun:
        """Calls `main(context)` of a script in a context of its own."""
        given = json.dumps(context)
        if len(given) > limits.input_bytes:
            message = f"the input is longer than {limits.input_bytes} bytes of JSON"
            return ScriptRun(Status.ERROR, fault=ScriptFault("RangeError", message, limit="input"))
        most = limits.seconds + GRACE
        try:
            answer = self._pool.ask(_request(source, given, limits, fixed), most)
        except WorkerLate:
            return ScriptRun(Status.TIMEOUT, fault=_timeout(limits), duration_ms=most * 1000)
        except WorkerGone as error:
            if cpu_ran_out(error):
                return ScriptRun(Status.TIMEOUT, fault=_timeout(limits), duration_ms=most * 1000)
            return ScriptRun(
                Status.ERROR, fault=ScriptFault("InternalError", "out of memory", limit="memory")
            )
        return _read(answer, source, limits)

    def worker_pids(self) -> list[int]:
        """The processes that wait for work."""
        return self._pool.pids()

    def close(self) -> None:
        """Ends the workers that wait for work."""
        self._pool.close()


@functools.cache
def default_engine() -> ScriptEngine:
    """The engine of this process; its workers start with the first script and end with the process."""
    engine = QuickJs()
    atexit.register(engine.close)
    return engine


def _request(source: str, given: str, limits: Limits, fixed: Fixed) -> JsonObject:
    return {
        "op": "run",
        "source": _encodable(source),
        "context": given,
        "seconds": limits.seconds,
        "heap": limits.heap,
        "stack": limits.stack,
        "outputBytes": limits.output_bytes,
        "logLines": limits.log_lines,
        "logBytes": limits.log_bytes,
        "now": fixed.now,
        "seed": fixed.seed,
    }


def _encodable(source: str) -> str:
    """The script with lone surrogates, which have no UTF-8, as the replacement character."""
    return source.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _timeout(limits: Limits) -> ScriptFault:
    return ScriptFault("TimeoutError", f"ran longer than {limits.seconds:g} s", limit="time")


def _read(answer: JsonObject, source: str, limits: Limits) -> ScriptRun:
    spent: float = answer["ms"]
    told: JsonObject | None = answer.get("told")
    logs, notes = _logs(told)
    raw = answer.get("fault")
    if raw is not None:
        late = raw.get("limit") == "time"
        fault = _timeout(limits) if late else _fault(raw, source)
        return ScriptRun(Status.TIMEOUT if late else Status.ERROR, None, fault, logs, notes, spent)
    result: JsonObject = told or {}
    warnings = (*result["warnings"], *notes)
    if "limit" in result:
        message = f"the result is longer than {limits.output_bytes} bytes of JSON"
        fault = ScriptFault("RangeError", message, limit="output")
        return ScriptRun(Status.ERROR, None, fault, logs, warnings, spent)
    return ScriptRun(Status.SUCCESS, result["output"], None, logs, warnings, spent)


def _logs(told: JsonObject | None) -> tuple[tuple[Log, ...], tuple[str, ...]]:
    """What was logged, and a note where that is not all."""
    if told is None:
        return (), ("what was logged is lost",)
    logs = tuple(Log(each["level"], each["message"]) for each in told["logs"])
    return logs, (f"{told['dropped']} further lines were logged and dropped",) if told["dropped"] else ()


def _fault(raw: JsonObject, source: str) -> ScriptFault:
    frames = _frames(raw["stack"], raw["phase"])
    first = frames[0] if frames else None
    name, message = raw["name"], raw["message"]
    # A syntax error is where parsing stopped; there is no call on any stack.
    stack = () if name == "SyntaxError" and len(frames) == 1 else frames
    line = first.line if first else None
    column = first.column if first else None
    return ScriptFault(name, message, line, column, _source_line(source, line), stack, _limit_of(message))


def _frames(stack: str, phase: str) -> tuple[Frame, ...]:
    """The frames in the script itself, not those of the engine or of the call that started it."""
    found = [
        Frame(match[1] or "<anonymous>", int(match[2]), int(match[3])) for match in _FRAME.finditer(stack)
    ]
    if phase == "call" and found and found[-1].function == "<eval>":
        found.pop()
    return tuple(found[:MOST_FRAMES])


def _limit_of(message: str) -> str | None:
    return {"out of memory": "memory", "Maximum call stack size exceeded": "stack"}.get(message)


def _source_line(source: str, line: int | None) -> str | None:
    if line is None:
        return None
    lines = re.split(r"\r\n|[\n\r\u2028\u2029]", source)
    return lines[line - 1][:LONGEST_LINE] if 0 < line <= len(lines) else None
