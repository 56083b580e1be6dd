"""How many requests fit: the arithmetic of a rate limit, without a clock, a lock or a sleep."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from trunkline.clouds.others import Others
from trunkline.clouds.pace import BURST, PEAK, Pace
from trunkline.clouds.places import Places, Told
from trunkline.clouds.share import LEAST, Share

_FINISH = 0.04
"""The part of the period by which a window is used up early: room for a pause of the caller."""
_LEAST_PACE = 0.05
"""The part of the even pace that is tried, however much others take."""
_LAG = 0.05
"""The weight of the latest latency in their mean."""
_KEPT = 10_000
"""Requests remembered where no quota is known."""


@dataclass(slots=True)
class Window:
    """At most `quota` requests in a window of the server's, evenly paced after a first burst.

    Two rules together: places are the hard one, whatever way the server cuts its windows (see
    `Places`); a bucket of tokens paces the requests below it. With the server's account of its window
    the pace is what is left of the quota, less what others will take, over what is left of the time.
    Without a quota only pauses hold. Plain values only: processes share it in writing.
    """

    quota: int | None
    period: float = 60.0
    places: Places = field(default_factory=Places)
    pace: Pace = field(default_factory=Pace)
    others: Others = field(default_factory=Others)
    share: Share = field(default_factory=Share)
    paused_until: float = 0.0
    lag: float = 0.0
    """Mean seconds from a request's leaving to its answer."""

    def ready_at(self, now: float) -> float:
        """The earliest time at which the next request may leave; `now` where it is at once."""
        ready = max(now, self.paused_until)
        if self.quota is None:
            return ready
        limit = self.share.of(self.quota, now, self.period)
        if self.pace.lend(now, limit, self.period):
            self.others.rate = 0.0
        rate = self._rate(now, limit)
        self.pace.fill(now, rate, limit, self.period)
        ready = max(ready, self.places.free_at(now, limit, self.period), now + self.pace.ready_in(rate))
        if now < self.places.ends_by and self._left(now, now, limit) < 1:
            ready = max(ready, self.places.ends_by)
        return ready

    def take(self, number: int, now: float) -> None:
        """A request leaves. Its number is for `answered`, `refused` or `forget`."""
        self.pace.tokens -= 1
        self.places.leave(number, now)

    def forget(self, number: int) -> None:
        """The request never left after all."""
        self.places.forget(number)
        self.pace.tokens += 1

    def answered(self, number: int, now: float, told: Told | None = None) -> None:
        """An answer came, with the server's account if it gives one; or none will come any more."""
        self.lag += (now - self.places.away.get(number, now) - self.lag) * _LAG
        if told is not None:
            self._learn(told.allowed, now)
            self.share.most = None
        new = self.places.answered(number, now, self.period, told)
        if new:
            self.others.begin(self.places.ends_by - self.period)
        if told is not None and new is not None:
            self.others.seen(now, told.count - self.places.of_window(now), self.period)
        if self.quota is None:
            del self.places.held[: max(bisect_right(self.places.held, now), len(self.places.held) - _KEPT)]

    def refused(
        self, number: int, now: float, pause: float, limit: int | None = None, told: Told | None = None
    ) -> None:
        """A 429: nothing leaves for `pause` seconds, at whose end a new window begins.

        The quota becomes `limit` where the refusal names it; where none was known, what had passed.
        """
        if told is None:
            self.places.forget(number)
            self._learn_from_refusal(now, pause, limit)
        else:
            self.answered(number, now, told)
        self.paused_until = max(self.paused_until, now + pause)
        self.pace.stop()

    def used(self, now: float) -> int:
        """The places that are taken."""
        return self.places.taken(now, self.period)

    def _learn(self, quota: int, now: float) -> None:
        if self.quota is None:
            self.pace.tokens = max(0.0, quota * BURST - self.used(now))
            self.pace.filled_at, self.pace.repaid_at = now, now + self.period
        self.quota = quota

    def _learn_from_refusal(self, now: float, pause: float, limit: int | None) -> None:
        if now < self.paused_until:
            return  # this one was on its way when another was refused
        start = now + pause - self.period - 0.5  # whole seconds are told, rounded up
        passed = self.places.since(start, self.period)
        if limit:
            self._learn(limit, now)
        elif self.quota is None:
            if self.used(now) >= LEAST:
                self._learn(self.used(now), now)
        else:
            self.share.refused(self.quota, passed, now - start, now, self.period)
        self.places.emptied_at(now + pause - 1, now + pause)

    def _left(self, now: float, until: float, limit: int) -> float:
        """The requests that are still ours of the server's window, as far as others let us by then."""
        theirs = self.others.by(until, limit, self.period)
        return limit - self.places.taken(now, self.period) - theirs

    def _rate(self, now: float, limit: int) -> float:
        """Tokens a second."""
        even = limit / (self.period + self.lag)
        if now < self.places.ends_by:
            end = self.places.ends_from
            fair = self._left(now, end, limit) / max(end - self.period * _FINISH - now, self.period / 60)
        elif now < self.pace.repaid_at:
            fair = even - limit * BURST / self.period
        else:
            fair = even - self.others.rate
        return min(max(fair, even * _LEAST_PACE), even * PEAK)
