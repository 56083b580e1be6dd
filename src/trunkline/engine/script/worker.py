"""The process that scripts run in: it reads a request, answers it, and holds nothing of a run afterwards.

Both ways a frame is four bytes of length, big-endian, and that much JSON. Requests are
`{op: "check", source}` and `{op: "run", source, context (JSON text), seconds, heap, stack, …}`.
The process limits itself before it takes the first one; the parent's kill is the last resort.
"""

from __future__ import annotations

import json
import math
import os
import resource
import secrets
import struct
import time
from collections.abc import Callable
from pathlib import Path

from jsbox import JavaScriptError, JsTimeoutError, Runtime

from trunkline.domain.json import Json, JsonObject


def _source(name: str) -> str:
    """One of our own scripts as a literal, without comments and indentation: each run parses it anew."""
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    return json.dumps("\n".join(line for line in lines if not line.startswith("//")))


PRELUDE = _source("prelude.js")
FIXED = _source("fixed.js")
HEADROOM = 192 * 1024 * 1024
"""Bytes of address space above the JavaScript heap, for the interpreter and one conversion."""
LARGEST_FRAME = 64 * 1024 * 1024
LOG_SECONDS = 0.2
_HEADER = struct.Struct(">I")


def serve(source: int, sink: int) -> None:
    """Answers requests from one descriptor on another until there are no more."""
    _shut_in()
    _send(sink, {"ready": True})
    while (request := _receive(source)) is not None:
        start = time.perf_counter()
        answer = check(request["source"]) if request["op"] == "check" else run(request)
        _send(sink, {**answer, "ms": (time.perf_counter() - start) * 1000})


def check(script: str) -> JsonObject:
    """`{}`, or `{fault}` for a script that does not compile."""
    try:
        Runtime().check_syntax(script)
    except (JavaScriptError, ValueError) as error:
        return {"fault": {**_fault(error), "phase": "check"}}
    return {}


def run(request: JsonObject) -> JsonObject:
    """One script in a runtime of its own: `{told}`, and `{fault}` where it did not end well."""
    _limit(request["seconds"], request["heap"])
    runtime = Runtime(memory_limit=request["heap"], max_stack_size=request["stack"])
    # Nobody can guess the name, and who finds it can do nothing with it that a script could not do anyway.
    name = f"_{secrets.token_hex(8)}"
    options = json.dumps({key: request[key] for key in ("logLines", "logBytes", "outputBytes")})
    if request["now"] is not None or request["seed"] is not None:
        runtime.eval(f"(0,eval)({FIXED})({json.dumps(request['now'])},{json.dumps(request['seed'])}),0")
    runtime.eval(f"(0,eval)({PRELUDE})({name!r},{options}),0")
    seconds = request["seconds"]
    fault = _faulty(lambda: runtime.eval(f"{request['source']}\n;0", timeout=seconds), "load")
    if fault is None:
        answers: list[Json] = []
        call = f"{name}.run(typeof main==='function'?main:null,{json.dumps(request['context'])})"
        fault = _faulty(lambda: answers.append(runtime.eval(call, timeout=seconds)), "call")
        if fault is None:
            return {"told": answers[0]}
    told: list[Json] = []
    _faulty(lambda: told.append(runtime.eval(f"{name}.told()", timeout=LOG_SECONDS)), "told")
    return {"fault": fault, "told": told[0] if told else None}


def _faulty(work: Callable[[], object], phase: str) -> JsonObject | None:
    """What went wrong in a piece of work, if anything did."""
    try:
        work()
    except JsTimeoutError:
        return {"limit": "time"}
    except MemoryError:
        return {"name": "InternalError", "message": "out of memory", "stack": "", "phase": phase}
    except (JavaScriptError, ValueError, TypeError, RuntimeError) as error:
        return {**_fault(error), "phase": phase}
    return None


def _fault(error: Exception) -> JsonObject:
    name = getattr(error, "name", None)
    message = getattr(error, "message", None)
    return {
        "name": _bounded(name if isinstance(name, str) else "Error", 100),
        "message": _bounded(message if isinstance(message, str) else str(error), 2000),
        "stack": _bounded(str(getattr(error, "stack", None) or ""), 8000),
    }


def _bounded(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}…"


def _shut_in() -> None:
    """No files, no core dumps, no children: what a script that broke out of the engine would want."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def _limit(seconds: float, heap: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = math.ceil(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))
    space = heap + HEADROOM
    resource.setrlimit(resource.RLIMIT_AS, (space, resource.RLIM_INFINITY))


def _receive(descriptor: int) -> Json:
    header = _read(descriptor, _HEADER.size)
    if header is None:
        return None
    (length,) = _HEADER.unpack(header)
    body = _read(descriptor, length) if length <= LARGEST_FRAME else None
    return None if body is None else json.loads(body)


def _read(descriptor: int, length: int) -> bytes | None:
    """Exactly so many bytes; None at the end."""
    parts: list[bytes] = []
    while length:
        part = os.read(descriptor, min(length, 1 << 20))
        if not part:
            return None
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def _send(descriptor: int, answer: JsonObject) -> None:
    body = json.dumps(answer).encode()
    data = memoryview(_HEADER.pack(len(body)) + body)
    while data:
        data = data[os.write(descriptor, data) :]


if __name__ == "__main__":
    serve(0, 1)
