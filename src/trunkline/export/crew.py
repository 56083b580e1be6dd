"""Threads that work through what they are given, and can be left alone when time is short."""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

_AHEAD = 1000
"""Items in waiting and in work: enough to list ahead, few enough for any org to fit in memory."""
_EXPECTED = 3
"""Items that a lone worker asks for before it comes to them."""
_SLOW = 0.02
"""Seconds of an item that are mostly waiting."""
_TIRED = 3
"""Slow items in a row after which a worker calls for help."""
_GLANCE = 0.1


class Crew(Generic[T]):
    """Calls `work` with every item that is put, in several threads; the first error of it ends all.

    One thread is quickest as long as items take hardly any waiting, as threads of Python take turns;
    it tells `expect` what comes next. Where items are slow, more threads join, up to `most`. They are
    daemons: what hangs in a request never keeps the process from ending.
    """

    def __init__(self, work: Callable[[T], None], most: int, expect: Callable[[T], None]) -> None:
        self._work = work
        self._expect = expect
        self._most = most
        self._items: queue.SimpleQueue[T | None] = queue.SimpleQueue()  # in C: quick
        self._stopped = False
        self._error: BaseException | None = None
        self._lock = threading.Lock()
        self._open = 0
        self._awaited: int | None = None
        self._few_enough = threading.Event()
        self._threads: list[threading.Thread] = []
        self._hire()

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
        with self._lock:
            self._stopped = True
            threads = list(self._threads)
        for _ in threads:
            self._items.put(None)
        deadline = time.monotonic() + within
        for thread in threads:
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

    def _hire(self) -> None:
        with self._lock:
            if self._stopped or len(self._threads) >= self._most:
                return
            name = f"trunkline-export-{len(self._threads)}"
            self._threads.append(thread := threading.Thread(target=self._run, name=name, daemon=True))
        thread.start()

    def _run(self) -> None:
        at_hand: deque[T] = deque()
        slow = 0
        while self._fill(at_hand) and not self._stopped:
            begun = time.monotonic()
            self._do(at_hand.popleft())
            slow = slow + 1 if time.monotonic() - begun > _SLOW else 0
            if slow == _TIRED:
                slow = 0
                self._hire()

    def _fill(self, at_hand: deque[T]) -> bool:
        """Takes items, waiting for the first alone; False where there are no more."""
        many = min(1 + _EXPECTED, self._most) if len(self._threads) == 1 else 1
        while len(at_hand) < many:
            try:
                item = self._items.get(block=not at_hand)
            except queue.Empty:
                break
            if item is None:
                break
            self._guarded(self._expect, item)
            at_hand.append(item)
        return bool(at_hand)

    def _do(self, item: T) -> None:
        self._guarded(self._work, item)
        with self._lock:
            self._open -= 1
            is_awaited = self._awaited is not None and self._open <= self._awaited
            if is_awaited:
                self._awaited = None
        if is_awaited or self._stopped:
            self._few_enough.set()

    def _guarded(self, step: Callable[[T], None], item: T) -> None:
        try:
            step(item)
        except BaseException as error:  # noqa: BLE001 (raised again where the crew is waited for)
            self._error = self._error or error
            self._stopped = True
