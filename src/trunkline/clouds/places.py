"""The places of a quota, and who sits in them: which requests the server may still be counting.

A request holds a place from when it leaves until the server's window that counted it is surely over. The
`inin-ratelimit-reset` of its answer tells when that is; without it, it is a period after the answer at the
latest. Requests that keep to this never pass the quota, however the server cuts its windows, however long
they were on their way.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from dataclasses import dataclass, field

LONGEST = 2.0
"""Periods after which the place of a request that nobody heard of again is free; its process has died."""
_LONGEST_WINDOW = 2.0
"""Periods: what is told of a longer window is not believed."""
_DRIFT = 1.001
"""Two clocks may differ by this factor: ten times what is usual of a machine's."""


@dataclass(frozen=True, slots=True)
class Told:
    """The server's own account: its quota, what it has counted, whole seconds (rounded up) to its end."""

    allowed: int
    count: int
    reset: float


@dataclass(slots=True)
class Places:
    """Of one token. The server's window, where it is known, ends between `ends_from` and `ends_by`."""

    away: dict[int, float] = field(default_factory=dict[int, float])
    """Requests on their way, by number, with the time at which each left."""
    held: list[float] = field(default_factory=list[float])
    """When the places of answered requests will be free, in order."""
    ends_from: float = 0.0
    ends_by: float = 0.0
    counted: int = 0
    """Requests answered in the server's window; their places are free at its end."""
    highest: int = 0
    """The highest count that the server told of its window."""

    def leave(self, number: int, now: float) -> None:
        """A request leaves."""
        self.away[number] = now

    def forget(self, number: int) -> None:
        """The request never reached the server, or was refused there: it holds no place."""
        self.away.pop(number, None)

    def answered(self, number: int, now: float, period: float, told: Told | None) -> bool | None:
        """An answer came, or never will.

        Whether it shows that a new window began at the server; None where it does not speak of an open one.
        """
        left = self.away.pop(number, now)
        if told is None:
            if self.ends_by - period < left and now < self.ends_from:
                self.counted += 1
            else:
                insort(self.held, now + period * _DRIFT)
            return None
        reset = min(told.reset, period * _LONGEST_WINDOW)
        earliest, latest = left + reset - 1, now + reset
        if latest < self.ends_from or (earliest <= self.ends_by <= now):
            return None  # counted in a window that is over
        new = earliest > self.ends_by and (left >= self.ends_by or told.count <= self.highest)
        if earliest > self.ends_by:
            self.ends_from, self.ends_by = earliest, latest
        else:
            self.ends_from, self.ends_by = max(self.ends_from, earliest), min(self.ends_by, latest)
        self.counted = 1 if new else self.counted + 1
        self.highest = told.count if new else max(self.highest, told.count)
        return new

    def emptied_at(self, earliest: float, latest: float) -> None:
        """The server's window is used up and ends between two moments: so do all places taken so far."""
        self.ends_from, self.ends_by = earliest, latest
        self.counted += len(self.held)
        self.held.clear()

    def taken(self, now: float, period: float) -> int:
        """How many places are taken."""
        gone = bisect_right(self.held, now)
        del self.held[:gone]
        return self._lasting(now, period) + self.counted_at(now) + len(self.held)

    def _lasting(self, now: float, period: float) -> int:
        for number in [each for each, left in self.away.items() if left + period * LONGEST <= now]:
            del self.away[number]
        return len(self.away)

    def counted_at(self, now: float) -> int:
        """Requests answered in the server's window, if that is still open."""
        return self.counted if now < self.ends_by else 0

    def of_window(self, now: float) -> int:
        """The most requests of ours that the server can have counted in its window by now."""
        return self.counted_at(now) + len(self.away)

    def free_at(self, now: float, limit: int, period: float) -> float:
        """The earliest time at which fewer than `limit` places are taken."""
        too_many = self.taken(now, period) - limit + 1
        if too_many <= 0:
            return now
        frees = [self.ends_by] * self.counted_at(now)
        frees += self.held
        frees += (left + period * LONGEST for left in self.away.values())
        return sorted(frees)[too_many - 1]

    def since(self, moment: float, period: float) -> int:
        """How many requests were answered since a moment, as far as their places are still held."""
        return len(self.held) - bisect_right(self.held, moment + period * _DRIFT)
