"""Spends the whole quota of a token and never meets a 429.

Genesys Cloud allows 300 requests a minute and token
(https://developer.genesys.cloud/platform/api/rate-limits) and says so in `inin-ratelimit-*` headers,
which it means to drop one day: with them the limiter is exact, without them it keeps to the quota it
was given, and after a 429 to what that taught. Some resources have limits of their own, so a refusal
that the token's quota does not explain slows down its family of paths alone.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from trunkline.clouds.deadline import Deadline
from trunkline.clouds.places import Told
from trunkline.clouds.window import Window

_LONGEST_NAP = 1.0
"""Seconds between two looks at the window, as another thread may have learnt something."""
_SHORTEST_NAP = 0.0005
_NO_RETRY_AFTER = 2.0
_WORTH_TELLING = 5.0
"""Seconds of a wait that somebody may wonder about."""


@dataclass(frozen=True, slots=True)
class Signal:
    """What an answer says of the rate limit; None where it does not say.

    `told` is `inin-ratelimit-*`; `retry_after` is in seconds; `limit` is the quota that the body of a
    429 names.
    """

    status: int
    told: Told | None = None
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
        """Reads the headers; values that are no sensible numbers count as absent."""
        allowed, count, reset = (
            _whole(headers.get(f"inin-ratelimit-{name}")) for name in ("allowed", "count", "reset")
        )
        told = Told(allowed, count or 0, reset or 0) if allowed and None not in (count, reset) else None
        return cls(status, told, retry_after, limit)


class Cell(Protocol):
    """A value that processes share, None where there is none yet."""

    value: bytes | None


Ledger: TypeAlias = Callable[[], AbstractContextManager[Cell]]
"""Where all processes that use a token share its quota: opened by one at a time, written at the end."""


@dataclass(frozen=True, slots=True)
class Permit:
    """The leave for one request: its number, and the seconds that it waited."""

    number: int
    waited: float


@dataclass(slots=True)
class State:
    """What is known of a token's quota, and of the limits of families of paths."""

    token: Window
    families: dict[str, Window] = field(default_factory=dict[str, Window])

    def ready_at(self, now: float, family: str) -> float:
        """When a request may leave; `now` where it is at once."""
        return max(window.ready_at(now) for window in self.windows(family))

    def windows(self, family: str) -> list[Window]:
        """The windows that a request of this family takes places in, the token's first."""
        return [self.token, *filter(None, [self.families.get(family)])]

    def refusing(self, family: str, signal: Signal, now: float) -> Window:
        """The window that a refusal speaks of: the token's, unless that was not used up."""
        quota = self.token.quota
        if signal.told is not None:
            used_up = signal.told.count >= signal.told.allowed
        elif signal.limit is not None:
            used_up = quota is None or signal.limit == quota
        else:
            used_up = quota is None or self.token.used(now) > self.token.share.of(quota, now, 60) / 2
        if used_up:
            return self.token
        return self.families.setdefault(family, Window(None, self.token.period))


class Limiter:
    """One token's share, for all threads that use it, and with a ledger for all processes.

    `quota` is what to assume until an answer says more, in requests a `period` of seconds; None
    assumes nothing, as of an emulator. Each leave is followed by one `settle` or `give_back`. `on_wait`
    hears of waits that are longer than the pace: seconds and family.
    """

    def __init__(
        self,
        quota: int | None,
        *,
        period: float = 60.0,
        ledger: Ledger | None = None,
        on_wait: Callable[[float, str], None] = lambda seconds, family: None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._ledger = ledger
        self._on_wait = on_wait
        self._state = State(Window(quota, period))
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._turn = threading.Lock()

    @property
    def quota(self) -> int | None:
        """The requests a period, as far as known."""
        return self._state.token.quota

    def acquire(self, family: str, deadline: Deadline | None = None) -> Permit:
        """Waits until a request to this family of paths may leave.

        Raises DeadlinePassed, at once, where that is too late.
        """
        begun, told = self._clock(), False
        while True:
            with self._turn:  # one thread looks, the others queue up behind it
                while True:
                    now = self._clock()
                    with self._opened(now) as state:
                        own, ready = state.token.ready_at(now), state.ready_at(now, family)
                        if ready <= now:
                            return Permit(_leave(state, family, now), now - begun)
                    if deadline is not None:
                        deadline.check(family, ready - now, "rate limit")
                    if ready - now >= _WORTH_TELLING and not told:
                        told = True
                        self._on_wait(ready - now, family)
                    if ready > own:
                        break  # only this family has to wait
                    self._nap(ready - now)
            self._nap(ready - now)

    def try_acquire(self, family: str) -> Permit | None:
        """The leave, if it is to be had at once."""
        now = self._clock()
        with self._opened(now) as state:
            if state.ready_at(now, family) > now:
                return None
            return Permit(_leave(state, family, now), 0.0)

    def delay(self, family: str) -> float:
        """The seconds that `acquire` would wait, as things stand."""
        now = self._clock()
        with self._opened(now) as state:
            return state.ready_at(now, family) - now

    def settle(self, family: str, permit: Permit, signal: Signal | None) -> None:
        """Learns from an answer, or from None that none came: the request may have been counted."""
        now = self._clock()
        told = signal.told if signal else None
        with self._opened(now) as state:
            if signal is None or signal.status != 429:
                for window in state.windows(family):
                    window.answered(permit.number, now, told if window is state.token else None)
                return
            pause = _NO_RETRY_AFTER if signal.retry_after is None else signal.retry_after
            refusing = state.refusing(family, signal, now)
            if refusing is not state.token:
                state.token.answered(permit.number, now, told)
                told = None
            refusing.refused(permit.number, now, pause, signal.limit, told)

    def give_back(self, family: str, permit: Permit) -> None:
        """The request never left."""
        with self._opened(self._clock()) as state:
            for window in state.windows(family):
                window.forget(permit.number)

    def _nap(self, seconds: float) -> None:
        self._sleep(min(max(seconds, _SHORTEST_NAP), _LONGEST_NAP))

    @contextmanager
    def _opened(self, now: float) -> Generator[State]:
        """What is known, for one thread at a time; with a quota and a ledger, for one process too."""
        with self._lock:
            if self._ledger is None or self._state.token.quota is None:
                yield self._state
                return
            with self._ledger() as cell:
                self._state = _read(cell.value, now) or self._state
                yield self._state
                cell.value = _written(self._state)


def _leave(state: State, family: str, now: float) -> int:
    number = random.getrandbits(48)
    for window in state.windows(family):
        window.take(number, now)
    return number


def _read(data: bytes | None, now: float) -> State | None:
    """What another process wrote; None where there is nothing, or nothing of this version or this clock."""
    import msgspec

    if data is None:
        return None
    try:
        state = msgspec.msgpack.decode(data, type=State)
    except msgspec.DecodeError:
        return None
    return state if state.token.pace.filled_at <= now + state.token.period else None


def _written(state: State) -> bytes:
    import msgspec

    return msgspec.msgpack.encode(state)


def _whole(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else None
