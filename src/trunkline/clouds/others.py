"""What others use of the same quota: the server's count less what can be ours."""

from __future__ import annotations

import math
from dataclasses import dataclass

_MEMORY = 1 / 6
"""Periods after which an old rate counts for a third."""
_SHORTEST = 1 / 60
"""Periods between two looks at the rate: a shorter time says nothing."""
_NOISE = 0.02
"""The part of the quota below which others are nobody."""


@dataclass(slots=True)
class Others:
    """Requests of others in the server's window, and a second."""

    count: int = 0
    rate: float = 0.0
    told_at: float = 0.0
    rated_at: float = 0.0
    rated_count: int = 0

    def begin(self, start: float) -> None:
        """The server's window began."""
        self.count = self.rated_count = 0
        self.rated_at = start

    def seen(self, now: float, count: int, period: float) -> None:
        """So many at least have been counted by now."""
        self.count, self.told_at = max(self.count, count), now
        passed = now - self.rated_at
        if passed >= period * _SHORTEST:
            weight = 1 - math.exp(-passed / (period * _MEMORY))
            self.rate += ((self.count - self.rated_count) / passed - self.rate) * weight
            self.rated_at, self.rated_count = now, self.count

    def by(self, moment: float, quota: int, period: float) -> float:
        """How many there will be by a moment of this window, a few more than expected."""
        if self.count <= quota * _NOISE and self.rate * period <= quota * _NOISE:
            return float(self.count)
        return self.count + max(0.0, moment - self.told_at) * self.rate + max(1.0, quota * 0.01)
