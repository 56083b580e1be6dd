"""A moment by which a run must be over; every wait counts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from trunkline.errors import DeadlinePassed


class Deadline:
    """`seconds` from now, on a monotonic clock. From any thread.

    Nothing is cut off: a request on its way is let come back (see `Timeouts.read`), and a thread that has
    written to the cloud may finish what it began. But nothing new begins, and no wait that would be too
    long.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._clock = clock
        self._at = clock() + seconds
        self._own = threading.local()

    @property
    def passed(self) -> bool:
        """Whether it is too late to begin anything."""
        return self._clock() >= self._at

    def begin(self) -> None:
        """This thread begins something of its own: it has written nothing yet."""
        self._own.wrote = False

    def wrote(self) -> None:
        """This thread writes to the cloud: what it began is brought to its end, whatever the time."""
        self._own.wrote = True

    def check(self, where: str, wait: float = 0.0, reason: str = "") -> None:
        """Raises DeadlinePassed if `wait` seconds from now it is too late for this thread."""
        if not getattr(self._own, "wrote", False) and self._clock() + wait >= self._at:
            raise self.error(where, wait, reason)

    def error(self, where: str, wait: float = 0.0, reason: str = "") -> DeadlinePassed:
        """What to raise for a request that was not sent, or is not worth waiting for."""
        because = f" ({reason}: {wait:.0f} s to wait)" if wait >= 1 else ""
        return DeadlinePassed(
            f"not sent: the deadline of {shown(self.seconds)} is over before it can be{because}",
            where=where,
            hint="run it again with more time",
        )


def shown(seconds: float) -> str:
    """`90` as `1 min 30 s`."""
    hours, rest = divmod(round(seconds), 3600)
    minutes, rest = divmod(rest, 60)
    parts = (f"{hours} h" * (hours > 0), f"{minutes} min" * (minutes > 0), f"{rest} s" * (rest > 0))
    return " ".join(filter(None, parts)) or f"{seconds:g} s"
