"""The one place that tries again.

429 and requests that never left: always. 5xx, and requests left without an answer: only where
repeating does no harm. Anything else, a 400 above all: never. Attempts and total time are bounded, and
no wait goes beyond the deadline of the run.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from trunkline.clouds.deadline import Deadline
from trunkline.clouds.transport import Response
from trunkline.errors import NoAnswer

_SERVER_ERRORS = frozenset({500, 502, 503, 504})
"""501 and 505 say that the server will never do it."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Bounds of trying again, in seconds but for `attempts`.

    Without `Retry-After` waits double from `first_wait` to `longest_wait`, with jitter.
    """

    attempts: int = 6
    total: float = 180.0
    first_wait: float = 2.0
    longest_wait: float = 10.0
    longest_retry_after: float = 120.0


@dataclass(frozen=True, slots=True)
class Wait:
    """One wait: how long (seconds), after which attempt (0: before the first), why, for what."""

    seconds: float
    attempt: int
    reason: str
    where: str


def _evenly() -> float:
    """A random share, from 0 to 1."""
    import random

    return random.random()  # noqa: S311 (no secret: it spreads retries)


@dataclass(frozen=True, slots=True)
class Retry:
    """Tries a call until it is answered for good, or the policy's bounds are met."""

    policy: Policy = Policy()
    on_wait: Callable[[Wait], None] | None = None
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = _evenly
    deadline: Deadline | None = None

    def __call__(
        self,
        call: Callable[[], Response],
        *,
        idempotent: bool,
        where: str = "",
        on_wait: Callable[[Wait], None] | None = None,
    ) -> Response:
        """The last answer, whatever its status. Raises the last NoAnswer, or DeadlinePassed.

        `on_wait` is told of waits in place of the one that it was made with.
        """
        hear = on_wait or self.on_wait
        begun = self.clock()
        attempt = 0
        while True:
            attempt += 1
            outcome = _attempt(call)
            reason = _reason(outcome, idempotent)
            wait = self._wait(outcome, attempt) if reason else None
            if reason is None or wait is None or self.clock() - begun + wait > self.policy.total:
                return _settle(outcome)
            if self.deadline is not None:
                self.deadline.check(where, wait, reason)
            if hear:
                hear(Wait(wait, attempt, reason, where))
            self.sleep(wait)

    def _wait(self, outcome: Response | NoAnswer, attempt: int) -> float | None:
        """Seconds until the next attempt; None where there is none."""
        if attempt >= self.policy.attempts:
            return None
        asked = retry_after(outcome.headers) if isinstance(outcome, Response) else None
        if asked is not None:
            return asked if asked <= self.policy.longest_retry_after else None
        most = min(self.policy.longest_wait, self.policy.first_wait * 2 ** (attempt - 1))
        return self.policy.first_wait + (most - self.policy.first_wait) * self.jitter() + self.jitter() * 0.1


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds of a `Retry-After` header, given as such or as a date; None where it says neither."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return float(text)
    return _until(text) if text else None


def _until(text: str) -> float | None:
    """The seconds until a date of HTTP; None where it is none."""
    from datetime import UTC, datetime
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _attempt(call: Callable[[], Response]) -> Response | NoAnswer:
    try:
        return call()
    except NoAnswer as error:
        return error


def _reason(outcome: Response | NoAnswer, idempotent: bool) -> str | None:
    """Why to try again, or None where that is not allowed or not needed."""
    if isinstance(outcome, NoAnswer):
        return outcome.message if (idempotent or not outcome.sent) and not outcome.given_up else None
    if outcome.status == 429:
        return "rate limit"
    if outcome.status in _SERVER_ERRORS and idempotent:
        return f"the cloud answered {outcome.status}"
    return None


def _settle(outcome: Response | NoAnswer) -> Response:
    if isinstance(outcome, NoAnswer):
        last = NoAnswer(outcome.message, sent=outcome.sent, where=outcome.where, hint=outcome.hint)
        last.given_up = True
        raise last
    return outcome
