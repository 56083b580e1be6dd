"""Threads that work through what they are given, and can be left alone when time is short."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

_AHEAD = 1000
"""Items in waiting and in work: enough to list ahead, few enough for any org to fit in memory."""
_GLANCE = 0.1


class Crew(Generic[T]):
    """Calls `work` with every item that is put, in several threads; the first error of it ends all.

    The threads are daemons: what hangs in a request never keeps the process from ending.
    """

    def __init__(self, work: Callable[[T], None], threads: int) -> None:
        self._work = work
        self._items: queue.SimpleQueue[T | None] = queue.SimpleQueue()  # in C: quick
        self._stopped = False
        self._error: BaseException | None = None
        self._lock = threading.Lock()
        self._open = 0
        self._awaited: int | None = None
        self._few_enough = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, name=f"trunkline-export-{n}", daemon=True)
            for n in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def put(self, item: T) -> None:
        """Hands over an item, as soon as there is room. Raises what ended the crew."""
        if self._open >= _AHEAD:
            self._wait(_AHEAD // 2)
        self._check()
        with self._lock:
            self._open += 1
        self._items.put(item)

    def drain(self) -> None:
        """Waits until everything that was put is done. Raises what ended the crew."""
        self._wait(0)
        self._check()

    def stop(self, within: float) -> None:
        """Lets every thread finish what it has in hand, for so many seconds."""
        self._stopped = True
        for _ in self._threads:
            self._items.put(None)
        deadline = time.monotonic() + within
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _wait(self, few: int) -> None:
        """Until so many are open, or nobody works any more. Woken once: each waking costs every thread."""
        with self._lock:
            self._few_enough.clear()
            self._awaited = few
        while not self._stopped and self._open > few:
            self._few_enough.wait(_GLANCE)

    def _check(self) -> None:
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        while (item := self._items.get()) is not None and not self._stopped:
            try:
                self._work(item)
            except BaseException as error:  # noqa: BLE001 (raised again where the crew is waited for)
                self._error = self._error or error
                self._stopped = True
            with self._lock:
                self._open -= 1
                awaited = self._awaited is not None and self._open <= self._awaited
                self._awaited = None if awaited else self._awaited
            if awaited or self._stopped:
                self._few_enough.set()
