"""Worker processes, kept warm: each takes one script at a time, and one that misbehaves is replaced."""

from __future__ import annotations

import json
import os
import selectors
import signal
import struct
import subprocess
import sys
import threading
import time
from typing import Final

from trunkline.domain.json import JsonObject

LARGEST_ANSWER = 32 * 1024 * 1024
RUNS_PER_WORKER = 20_000
_HEADER: Final = struct.Struct(">I")
_COMMAND = (sys.executable, "-I", "-m", "trunkline.engine.script.worker")


START_SECONDS = 20.0
"""What a worker may take to start, on a busy machine; a script's own time begins after it."""


class WorkerLate(Exception):
    """The worker did not answer in time; it is gone."""


class WorkerGone(Exception):
    """The worker ended in the middle of a request; `signal` is what ended it, if a signal did."""

    def __init__(self, signal_number: int | None) -> None:
        super().__init__(f"signal {signal_number}")
        self.signal = signal_number


class Worker:
    """One process. Not for two threads at once."""

    def __init__(self) -> None:
        environment = {"TZ": "UTC", "LC_ALL": "C.UTF-8"}
        if library := os.environ.get("LD_LIBRARY_PATH"):
            environment["LD_LIBRARY_PATH"] = library
        self._process = subprocess.Popen(
            _COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env=environment,
            cwd="/",
            start_new_session=True,
        )
        self.runs = 0
        self._answer(START_SECONDS)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, request: bytes, seconds: float) -> JsonObject:
        """One request; raises WorkerLate or WorkerGone, after either of which the worker is no more."""
        self.runs += 1
        return self._answer(seconds, request)

    def kill(self) -> None:
        """Ends the process, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()

    def _answer(self, seconds: float, request: bytes | None = None) -> JsonObject:
        deadline = time.monotonic() + seconds
        try:
            if request is not None:
                self._write(request)
            (length,) = _HEADER.unpack(self._read(_HEADER.size, deadline))
            if length > LARGEST_ANSWER:
                raise WorkerGone(None)
            return json.loads(self._read(length, deadline))
        except (BrokenPipeError, EOFError):
            self.kill()
            code = self._process.returncode
            raise WorkerGone(-code if code < 0 else None) from None
        except BaseException:
            self.kill()
            raise

    def _write(self, request: bytes) -> None:
        stream = self._process.stdin
        if stream is None or stream.closed:
            raise BrokenPipeError
        data = memoryview(_HEADER.pack(len(request)) + request)
        while data:
            data = data[os.write(stream.fileno(), data) :]

    def _read(self, length: int, deadline: float) -> bytes:
        stream = self._process.stdout
        if stream is None or stream.closed:
            raise EOFError
        parts: list[bytes] = []
        with selectors.DefaultSelector() as selector:
            selector.register(stream, selectors.EVENT_READ)
            while length:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise WorkerLate
                part = os.read(stream.fileno(), min(length, 1 << 16))
                if not part:
                    raise EOFError
                parts.append(part)
                length -= len(part)
        return b"".join(parts)


class Pool:
    """Up to `size` workers, started when they are first needed. Threads beyond that wait their turn."""

    def __init__(self, size: int) -> None:
        self._idle: list[Worker] = []
        self._lock = threading.Lock()
        self._turns = threading.Semaphore(size)

    def ask(self, request: JsonObject, seconds: float) -> JsonObject:
        """What a worker answers. Raises WorkerLate or WorkerGone; the next request finds a new worker."""
        data = json.dumps(request).encode()
        with self._turns:
            worker = self._take()
            if not worker.alive:
                worker.kill()
                worker = Worker()
            answer = worker.ask(data, seconds)
            self._give(worker)
        return answer

    def pids(self) -> list[int]:
        """The processes that wait for work."""
        with self._lock:
            return [worker.pid for worker in self._idle]

    def close(self) -> None:
        """Ends the processes that wait for work."""
        with self._lock:
            workers, self._idle = self._idle, []
        for worker in workers:
            worker.kill()

    def _take(self) -> Worker:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return Worker()

    def _give(self, worker: Worker) -> None:
        if worker.runs >= RUNS_PER_WORKER:
            worker.kill()
            return
        with self._lock:
            self._idle.append(worker)


def cpu_ran_out(error: WorkerGone) -> bool:
    """Whether the kernel ended the worker for its CPU time."""
    return error.signal == signal.SIGXCPU
