"""Spends the whole quota of a token and never meets a 429.

Genesys Cloud allows 300 requests a minute and token
(https://developer.genesys.cloud/platform/api/rate-limits) and says so in `inin-ratelimit-*` headers,
which it means to drop one day: with them the limiter is exact, without them it keeps to the quota it
was given, and after a 429 to what that taught. Some resources have limits of their own, so a refusal
that the token's quota does not explain slows down its family of paths alone.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from trunkline.clouds.window import Window

_LONGEST_NAP = 1.0
"""Seconds between two looks at the window, as another thread may have learnt something."""
_SHORTEST_NAP = 0.0005
_NO_RETRY_AFTER = 2.0


@dataclass(frozen=True, slots=True)
class Signal:
    """What an answer says of the rate limit; None where it does not say.

    `allowed`, `count` and `reset` (seconds) are `inin-ratelimit-*`; `retry_after` is in seconds;
    `limit` is the quota that the body of a 429 names.
    """

    status: int
    allowed: int | None = None
    count: int | None = None
    reset: float | None = None
    retry_after: float | None = None
    limit: int | None = None

    @classmethod
    def of(
        cls,
        status: int,
        headers: Mapping[str, str],
        retry_after: float | None = None,
        limit: int | None = None,
    ) -> Signal:
        """Reads the headers; a value that is no number counts as absent."""
        return cls(
            status,
            _whole(headers.get("inin-ratelimit-allowed")),
            _whole(headers.get("inin-ratelimit-count")),
            _whole(headers.get("inin-ratelimit-reset")),
            retry_after,
            limit,
        )


Ledger: TypeAlias = Callable[[int, float, float], float]
"""Where all processes that use a token share its quota: takes one of `quota` places in `period` seconds at a
moment of a clock they share, and gives 0 if it is taken, else the seconds until there may be one."""


class Limiter:
    """One token's share, for all threads that use it, and with a ledger for all processes.

    `quota` is what to assume until an answer says more, in requests a `period` of seconds; None
    assumes nothing, as of an emulator.
    """

    def __init__(
        self,
        quota: int | None,
        *,
        period: float = 60.0,
        ledger: Ledger | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._ledger = ledger
        self._token = Window(quota, period, shared=ledger is not None)
        self._families: dict[str, Window] = {}
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()

    @property
    def quota(self) -> int | None:
        """The requests a period, as far as known."""
        return self._token.quota

    def acquire(self, family: str) -> float:
        """Waits until a request to this family of paths may leave; the seconds it took."""
        begun = now = self._clock()
        while True:
            with self._lock:
                now = self._clock()
                windows = self._windows(family)
                ready = max(window.ready_at(now) for window in windows)
                if ready <= now:
                    ready += self._reserve(now)
                if ready <= now:
                    for window in windows:
                        window.take(now)
                    return now - begun
            self._sleep(min(max(ready - now, _SHORTEST_NAP), _LONGEST_NAP))

    def _reserve(self, now: float) -> float:
        quota = self._token.quota
        return self._ledger(quota, self._token.span, now) if self._ledger and quota else 0.0

    def delay(self, family: str) -> float:
        """The seconds that `acquire` would wait, as things stand."""
        with self._lock:
            now = self._clock()
            return max(window.ready_at(now) for window in self._windows(family)) - now

    def _windows(self, family: str) -> list[Window]:
        return [self._token, *filter(None, [self._families.get(family)])]

    def observe(self, family: str, signal: Signal) -> None:
        """Learns from an answer."""
        with self._lock:
            now = self._clock()
            if signal.allowed is not None and signal.count is not None:
                reset = self._token.period if signal.reset is None else signal.reset
                self._token.told(now, signal.allowed, signal.count, reset)
            if signal.status == 429:
                pause = _NO_RETRY_AFTER if signal.retry_after is None else signal.retry_after
                self._refusing(family, signal, now).refused(now, pause, signal.limit)

    def _refusing(self, family: str, signal: Signal, now: float) -> Window:
        """The window that a refusal speaks of: the token's, unless that was not used up."""
        if signal.allowed is not None and signal.count is not None:
            used_up = signal.count >= signal.allowed
        elif signal.limit is not None:
            used_up = self._token.quota is None or signal.limit == self._token.quota
        else:
            used_up = self._token.quota is None or self._token.used(now) > self._token.quota / 2
        if used_up:
            return self._token
        return self._families.setdefault(family, Window(None, self._token.period))


def _whole(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else None
