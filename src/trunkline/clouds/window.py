"""How many requests fit: the arithmetic of a rate limit, without a clock, a lock or a sleep."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

STRETCH = 1.015
"""The period is taken this much longer than it is: requests bunch up a little on their way, and a
quota met exactly would be passed. It costs 1.5 % of the quota and saves the 429."""
BURST = 0.2
"""The part of the quota an idle window lends at once; what is left is spread over the period."""
_LEAST_SHARE = 0.05
"""The part of the quota that is tried for, however much others take."""
_NOISE = 0.15
"""The part of the quota below which what seems to be others may be requests of ours on their way."""
_CATCH_UP = 2.0
"""Seconds of quota that a pause of the caller does not lose."""
_KEPT = 10_000
"""Requests remembered where no quota is known."""
_LEAST_LEARNT = 10
"""A refusal after fewer requests than this says that others use the quota, not how large it is."""


class Window:
    """At most `quota` requests in any `period` seconds, evenly paced after a first burst.

    Two rules together: a log of the last period is the hard one, whatever way the server cuts its
    windows; a bucket of tokens paces the requests below it. Without a quota only pauses hold.
    `shared`: others are processes of ours, and something else paces all of them together.
    """

    def __init__(self, quota: int | None, period: float = 60.0, *, shared: bool = False) -> None:
        self.quota = quota
        self._shared = shared
        self.period = period
        self._log: list[float] = []
        self._refused: list[float] = []
        self._tokens = 0.0
        self._filled_at = 0.0
        self._repaid_at = 0.0
        self._paused_until = 0.0
        self._others = 0
        self._expected = 0
        self._ends_at = 0.0

    @property
    def span(self) -> float:
        """The period as it is kept, in seconds."""
        return self.period * STRETCH

    def ready_at(self, now: float) -> float:
        """The earliest time at which the next request may leave; `now` where it is at once."""
        ready = max(now, self._paused_until)
        self._forget(now)
        if self.quota is None:
            return ready
        self._refill(now)
        if len(self._log) >= self.quota:
            ready = max(ready, self._log[-self.quota] + self.span)
        if self._tokens < 1:
            ready = max(ready, now + (1 - self._tokens) / self._rate(now))
        if self._others and now < self._ends_at and self._own_since_start() + self._others >= self.quota:
            ready = max(ready, self._ends_at)
        return ready

    def take(self, now: float) -> None:
        """A request leaves."""
        self._log.append(now)
        self._tokens -= 1

    def told(self, now: float, allowed: int, count: int, reset: float) -> None:
        """The server's own account: its quota, what it has counted, the seconds to its window's end."""
        if allowed < 1:
            return
        self._set(allowed, now)
        if now + reset > self._ends_at + 2:
            lasts = now < self._ends_at + self.period and not self._shared
            self._expected = self._others if lasts and self._others > allowed * _NOISE else 0
            self._others = 0
        self._ends_at = now + reset
        self._others = max(self._others, count - self._own_since_start())

    def refused(self, now: float, pause: float, limit: int | None = None) -> None:
        """A 429: nothing leaves for `pause` seconds.

        The quota becomes `limit` where the refusal names it; where none was known, what had passed.
        """
        self._paused_until = max(self._paused_until, now + pause)
        self._refused.append(now)
        passed = self.used(now) - (len(self._refused) - bisect_right(self._refused, now - self.period))
        if limit:
            self._set(limit, now)
        elif self.quota is None and passed >= _LEAST_LEARNT:
            self._set(passed, now)
        self._tokens = min(self._tokens, 0.0)

    def used(self, now: float) -> int:
        """The requests that left in the last period."""
        return len(self._log) - bisect_right(self._log, now - self.period)

    def _own_since_start(self) -> int:
        """The requests since the server's window began, with a second for those on their way then."""
        return len(self._log) - bisect_left(self._log, self._ends_at - self.period - 1)

    def _set(self, quota: int, now: float) -> None:
        if self.quota is None:
            self._tokens = max(0.0, quota * BURST - self.used(now))
            self._filled_at, self._repaid_at = now, now + self.span
        self.quota = quota

    def _rate(self, now: float) -> float:
        """Tokens a second: less what others took of the last window, less while a burst is being repaid."""
        quota = max((self.quota or 1) - self._expected, (self.quota or 1) * _LEAST_SHARE, 1)
        return (max(quota - self._burst, 1) if now < self._repaid_at else quota) / self.span

    @property
    def _burst(self) -> float:
        return (self.quota or 0) * BURST

    def _forget(self, now: float) -> None:
        for log in (self._log, self._refused):
            del log[: max(bisect_right(log, now - self.span), len(log) - _KEPT)]

    def _refill(self, now: float) -> None:
        if not self._log and now >= self._paused_until + self.span * (self._paused_until > 0):
            self._tokens = max(1.0, self._burst)
            self._repaid_at = now + self.span
        else:
            rate = self._rate(now)
            full = max(1.0, self._burst if now < self._repaid_at else rate * _CATCH_UP)
            self._tokens = min(full, self._tokens + (now - self._filled_at) * rate)
        self._filled_at = now
