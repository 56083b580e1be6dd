"""How fast requests leave: evenly, after a first burst, making up for what a pause of the caller lost."""

from __future__ import annotations

from dataclasses import dataclass

BURST = 0.2
"""The part of the quota an idle period lends at once; what is left is spread over the next."""
PEAK = 2.0
"""Never faster than so many times the even pace, but for the burst."""
_AT_ONCE = 2.0
"""Seconds of a minute whose requests may follow at once after a pause of the caller."""
_MADE_UP = 10.0
"""Seconds of a minute whose requests may follow at the peak."""


@dataclass(slots=True)
class Pace:
    """A bucket of tokens: one a request."""

    tokens: float = 0.0
    behind: float = 0.0
    """Tokens that did not fit and are still owed."""
    filled_at: float = float("-inf")
    repaid_at: float = float("-inf")
    """When the burst has been paid for by a slower pace."""

    def lend(self, now: float, quota: int, period: float) -> bool:
        """A burst, if nobody asked for a token since a period or more ago."""
        if now - self.filled_at < period:
            return False
        self.tokens, self.behind, self.repaid_at = max(1.0, quota * BURST), 0.0, now + period
        self.filled_at = now
        return True

    def fill(self, now: float, rate: float, quota: int, period: float) -> None:
        """Adds what `rate` (tokens a second) gives since the last time."""
        passed = max(0.0, now - self.filled_at)
        self.filled_at += passed
        owed = min(self.behind, passed * rate * (PEAK - 1))
        most = max(1.0, quota * BURST if now < self.repaid_at else rate * _AT_ONCE * period / 60)
        full = self.tokens + passed * rate + owed
        self.tokens = min(full, most)
        self.behind = min(self.behind - owed + full - self.tokens, rate * _MADE_UP * period / 60)

    def ready_in(self, rate: float) -> float:
        """Seconds until there is a token."""
        return max(0.0, 1 - self.tokens) / rate

    def stop(self) -> None:
        """A refusal: nothing is owed to anybody."""
        self.tokens, self.behind = min(self.tokens, 0.0), 0.0
