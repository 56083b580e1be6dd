"""A vendor's rate limit and the threads that meet it, on a time that only the script of a test moves."""

from __future__ import annotations

import heapq
import itertools
import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from trunkline.clouds.places import Told
from trunkline.clouds.window import Window

START = 1000.0


@dataclass
class Counted:
    """One window of the server's."""

    opened: float
    requests: int = 0
    passed: int = 0
    refused: int = 0
    """Ours."""


@dataclass
class QuotaServer:
    """Counts so many requests in each window, and refuses the rest.

    Without a `phase` a window opens with the first request after the last one closed. `more` is added to
    the seconds it tells, as the vendor's 61 at the start of a minute has it.
    """

    allowed: int = 300
    phase: float | None = None
    headers: bool = True
    more: int = 0
    windows: list[Counted] = field(default_factory=list[Counted])

    def answer(self, now: float, ours: bool = True) -> tuple[bool, float, Told | None]:
        """Whether it passed, the seconds of Retry-After, and what the headers say."""
        window = self._window(now)
        window.requests += 1
        passed = window.requests <= self.allowed
        window.passed += passed
        window.refused += ours and not passed
        reset = max(1, math.ceil(window.opened + 60 - now)) + self.more
        return passed, reset, Told(self.allowed, window.requests, reset) if self.headers else None

    def _window(self, now: float) -> Counted:
        last = self.windows[-1].opened if self.windows else -math.inf
        opened = now if self.phase is None else (now - self.phase) // 60 * 60 + self.phase
        if now - last >= 60 if self.phase is None else opened > last:
            self.windows.append(Counted(opened))
        return self.windows[-1]

    @property
    def inner(self) -> list[Counted]:
        """All windows but the first and the last."""
        return self.windows[1:-1]

    @property
    def refused(self) -> int:
        return sum(window.refused for window in self.windows)


@dataclass
class Traffic:
    """Threads that send as fast as a window lets them. `travel` is one way, in seconds.

    `stall` is how often (seconds) and how long at most they all stand still; `other` the requests a minute
    of somebody else from a minute on.
    """

    threads: int = 4
    travel: Callable[[], float] = lambda: 0.05
    late: float = 0.01
    stall: tuple[float, float] | None = None
    other: tuple[float, float] | None = None
    seed: int = 0

    def run(self, window: Window, server: QuotaServer, minutes: float) -> list[float]:
        """The times at which our requests left."""
        chance = random.Random(self.seed)
        order = itertools.count()
        events: list[tuple[float, int, Callable[[float], None]]] = []
        sent: list[float] = []
        frozen = [START, START + (self.stall[0] if self.stall else math.inf)]

        def at(when: float, what: Callable[[float], None]) -> None:
            heapq.heappush(events, (when, next(order), what))

        def still(now: float, what: Callable[[float], None]) -> bool:
            if self.stall and now >= frozen[1]:
                frozen[0] = now + self.stall[1] * chance.random()
                frozen[1] = frozen[0] + self.stall[0] * 2 * chance.random()
            if now < frozen[0]:
                at(frozen[0], what)
            return now < frozen[0]

        def ask(now: float) -> None:
            if still(now, ask):
                return
            ready = window.ready_at(now)
            if ready > now:
                at(now + min(max(ready - now, 0.0005), 1.0) + chance.random() * self.late, ask)
                return
            number = len(sent)
            sent.append(now)
            window.take(number, now)
            at(now + self.travel(), lambda now: arrive(now, number))

        def arrive(now: float, number: int) -> None:
            answer = server.answer(now)

            def back(now: float) -> None:
                if still(now, back):
                    return
                passed, reset, told = answer
                if passed:
                    window.answered(number, now, told)
                else:
                    window.refused(number, now, reset, None, told)
                at(now, ask)

            at(now + self.travel(), back)

        def stranger(now: float) -> None:
            server.answer(now, ours=False)
            at(now + 60 / self.other[0] if self.other else math.inf, stranger)

        for _ in range(self.threads):
            at(START, ask)
        if self.other:
            at(START + self.other[1] * 60, stranger)
        while events[0][0] < START + minutes * 60:
            now, _, what = heapq.heappop(events)
            what(now)
        return sent
