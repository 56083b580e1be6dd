"""What refusals teach of a quota that the server does not tell."""

from __future__ import annotations

from dataclasses import dataclass

LEAST = 10
"""A refusal after fewer requests than this says that others use the quota, not how large it is."""
_SAME = 0.03
"""Two counts that differ by less are the same."""
_LEAST_SHARE = 0.05
_STEP = 0.1
"""The part of the quota by which the share grows in every period without a refusal."""
_PATIENCE = 16
"""Periods that the share stays as it is, at most, before it grows again."""


@dataclass(slots=True)
class Share:
    """Requests a period that are ours, of a quota that others use too or that is smaller than thought.

    After the first refusal it is what had passed. If the next comes all the same, after another number
    of requests, then others use the rest: what they used until then is taken for their pace.
    """

    most: int | None = None
    passed: int = 0
    patience: int = 1
    next_step: float = 0.0

    def of(self, quota: int, now: float, period: float) -> int:
        """The part of `quota` that is ours now; grows by itself as time passes without a refusal."""
        if self.most is None:
            return quota
        while self.most is not None and now >= self.next_step:
            self.next_step += period
            self.most = None if self.most + _STEP * quota >= quota else int(self.most + _STEP * quota)
        return quota if self.most is None else self.most

    def refused(self, quota: int, passed: int, elapsed: float, now: float, period: float) -> None:
        """A refusal `elapsed` seconds into a window, after `passed` requests of ours in it."""
        if passed < LEAST:
            return
        again = self.most is not None
        if again and abs(passed - self.passed) > quota * _SAME:
            theirs = (quota - passed) / max(elapsed, 1.0) * period
            self.most = int(max(quota - theirs, quota * _LEAST_SHARE))
        else:
            self.most = passed - again
        self.patience = min(self.patience * 2, _PATIENCE) if again else 1
        self.passed = passed
        self.next_step = now + (1 + self.patience) * period
