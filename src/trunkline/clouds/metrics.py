"""What the calls of a session cost: counted and timed by route, and told to whoever wants to know."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

_KEPT = 4096
"""Latencies remembered of each route; the later ones replace the earlier."""


@dataclass(frozen=True, slots=True)
class Cost:
    """The calls of one route. Latencies in milliseconds are those of single requests, without waits.

    `bytes` are those of the answers, `waited` and `seconds` (of all requests together) in seconds.
    """

    count: int
    retries: int
    waited: float
    bytes: int
    seconds: float
    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class Sent:
    """One request, answered or not (`status` None, `error` says why).

    `route` is the method and the path's template; `begun` is in seconds since the epoch, `seconds` how
    long it took, `bytes` the length of the answer's body.
    """

    route: str
    url: str
    begun: float
    seconds: float
    bytes: int = 0
    status: int | None = None
    error: str | None = None


class Observer(Protocol):
    """Hears of every request and wait, from the thread that it happened in."""

    def sent(self, request: Sent) -> None:
        """A request is over."""
        ...

    def waited(self, route: str, seconds: float, *, retry: bool) -> None:
        """A request was held back: by the quota, or before it was tried again."""
        ...


@dataclass(slots=True)
class _Tally:
    count: int = 0
    retries: int = 0
    waited: float = 0.0
    bytes: int = 0
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list[float])

    def cost(self) -> Cost:
        ordered = sorted(self.latencies)
        return Cost(
            self.count,
            self.retries,
            self.waited,
            self.bytes,
            self.seconds,
            _percentile(ordered, 0.50),
            _percentile(ordered, 0.95),
        )


class Metrics:
    """Collected from all threads of a session; an Observer."""

    def __init__(self) -> None:
        self._tallies: dict[str, _Tally] = {}
        self._lock = threading.Lock()

    def sent(self, request: Sent) -> None:
        """One request was answered, or failed."""
        milliseconds = request.seconds * 1000
        with self._lock:
            tally = self._tallies.setdefault(request.route, _Tally())
            if len(tally.latencies) < _KEPT:
                tally.latencies.append(milliseconds)
            else:
                tally.latencies[tally.count % _KEPT] = milliseconds
            tally.count += 1
            tally.bytes += request.bytes
            tally.seconds += request.seconds

    def waited(self, route: str, seconds: float, *, retry: bool) -> None:
        """A request was held back, by the limiter or before a retry."""
        with self._lock:
            tally = self._tallies.setdefault(route, _Tally())
            tally.waited += seconds
            tally.retries += retry

    def by_route(self) -> Mapping[str, Cost]:
        """The cost of each route so far, by name."""
        with self._lock:
            return {route: tally.cost() for route, tally in sorted(self._tallies.items())}

    def total(self) -> Cost:
        """The cost of all routes together."""
        with self._lock:
            total = _Tally()
            for tally in self._tallies.values():
                total.count += tally.count
                total.retries += tally.retries
                total.waited += tally.waited
                total.bytes += tally.bytes
                total.seconds += tally.seconds
                total.latencies += tally.latencies
            return total.cost()


def _percentile(ordered: list[float], share: float) -> float:
    """Of no latencies at all, 0."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0
