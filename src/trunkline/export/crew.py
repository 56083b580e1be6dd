"""Threads that work through what they are given, and can be left alone when time is short."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, TypeVar

T = TypeVar("T")

_AHEAD = 1000
"""Items in waiting: enough to list ahead, few enough for any org to fit in memory."""
_GLANCE = 0.1


class Crew(Generic[T]):
    """Calls `work` with every item that is put, in several threads; the first error of it ends all.

    The threads are daemons: what hangs in a request never keeps the process from ending.
    """

    def __init__(self, work: Callable[[T], None], threads: int) -> None:
        self._work = work
        self._queue: queue.Queue[T | None] = queue.Queue(_AHEAD)
        self._stopped = threading.Event()
        self._error: BaseException | None = None
        self._threads = [
            threading.Thread(target=self._run, name=f"trunkline-export-{n}", daemon=True)
            for n in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def put(self, item: T) -> None:
        """Hands over an item, as soon as there is room. Raises what ended the crew."""
        while True:
            self._check()
            try:
                self._queue.put(item, timeout=_GLANCE)
            except queue.Full:
                continue
            return

    def drain(self) -> None:
        """Waits until everything that was put is done. Raises what ended the crew."""
        while self._queue.unfinished_tasks and not self._stopped.is_set():
            with self._queue.all_tasks_done:
                if self._queue.unfinished_tasks:
                    self._queue.all_tasks_done.wait(_GLANCE)
        self._check()

    def stop(self, within: float) -> None:
        """Lets every thread finish what it has in hand, for so many seconds."""
        self._stopped.set()
        with suppress(queue.Full):
            for _ in self._threads:
                self._queue.put_nowait(None)
        deadline = time.monotonic() + within
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _check(self) -> None:
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        while (item := self._queue.get()) is not None and not self._stopped.is_set():
            try:
                self._work(item)
            except BaseException as error:  # noqa: BLE001 (raised again where the crew is waited for)
                self._error = self._error or error
                self._stopped.set()
            finally:
                self._queue.task_done()
