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
        # Queues in C, of items and of places for items: one with a bound would be in Python, and slow.
        self._items: queue.SimpleQueue[T | None] = queue.SimpleQueue()
        self._room: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._stopped = False
        self._error: BaseException | None = None
        self._give_room()
        self._threads = [
            threading.Thread(target=self._run, name=f"trunkline-export-{n}", daemon=True)
            for n in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def put(self, item: T) -> None:
        """Hands over an item, as soon as there is room. Raises what ended the crew."""
        if self._take_room():
            self._items.put(item)

    def drain(self) -> None:
        """Waits until everything that was put is done. Raises what ended the crew."""
        if all(self._take_room() for _ in range(_AHEAD)):
            self._give_room()
        self._check()

    def stop(self, within: float) -> None:
        """Lets every thread finish what it has in hand, for so many seconds."""
        self._stopped = True
        for _ in self._threads:
            self._items.put(None)
        deadline = time.monotonic() + within
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _take_room(self) -> bool:
        """Waits for a place; False where nobody works any more. Raises what ended the crew."""
        while not self._stopped:
            try:
                self._room.get(timeout=_GLANCE)
            except queue.Empty:
                continue
            return True
        self._check()
        return False

    def _give_room(self) -> None:
        for _ in range(_AHEAD):
            self._room.put(None)

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
            finally:
                self._room.put(None)
