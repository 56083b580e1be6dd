"""A moment by which a run must be over; every wait counts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

from trunkline.errors import DeadlinePassed


class Deadline:
    """`seconds` from now, on a monotonic clock. From any thread.

    Nothing is cut off: a request on its way is let come back (see `Timeouts.read`), and what must not be
    left half done goes on in `finishing`. But nothing new begins, and no wait that would be too long.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._clock = clock
        self._at = clock() + seconds
        self._exempt = threading.local()

    @property
    def at(self) -> float | None:
        """The moment; None for a thread that is finishing what it began."""
        return None if getattr(self._exempt, "depth", 0) else self._at

    @property
    def passed(self) -> bool:
        """Whether it is too late to begin anything."""
        return self._clock() >= self._at

    def check(self, where: str, wait: float = 0.0, reason: str = "") -> None:
        """Raises DeadlinePassed if `wait` seconds from now it is too late for this thread."""
        if self.at is not None and self._clock() + wait >= self.at:
            raise self.error(where, wait, reason)

    def error(self, where: str, wait: float = 0.0, reason: str = "") -> DeadlinePassed:
        """What to raise for a request that was not sent, or is not worth waiting for."""
        because = f" ({reason}: {wait:.0f} s to wait)" if wait >= 1 else ""
        return DeadlinePassed(
            f"not sent: the deadline of {shown(self.seconds)} is over before it can be{because}",
            where=where,
            hint="run it again with more time",
        )

    @contextmanager
    def finishing(self) -> Generator[None]:
        """What this thread does in here is brought to its end, whatever the time."""
        depth = getattr(self._exempt, "depth", 0)
        self._exempt.depth = depth + 1
        try:
            yield
        finally:
            self._exempt.depth = depth


def shown(seconds: float) -> str:
    """`90` as `1 min 30 s`."""
    hours, rest = divmod(round(seconds), 3600)
    minutes, rest = divmod(rest, 60)
    parts = (f"{hours} h" * (hours > 0), f"{minutes} min" * (minutes > 0), f"{rest} s" * (rest > 0))
    return " ".join(filter(None, parts)) or f"{seconds:g} s"
