"""Requests a minute, counted by token in fixed windows as the vendor's headers describe them.

developer.genesys.cloud, "Rate limits": inin-ratelimit-count, -allowed, -reset; 429 with Retry-After.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from trunkline.emulator.errors import ApiError

WINDOW = 60.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Where a token stands: requests in this window, how many are allowed, seconds until the next."""

    count: int
    allowed: int
    reset: int

    @property
    def exceeded(self) -> bool:
        return self.count > self.allowed

    def headers(self) -> dict[str, str]:
        return {
            "inin-ratelimit-count": str(self.count),
            "inin-ratelimit-allowed": str(self.allowed),
            "inin-ratelimit-reset": str(self.reset),
        }


class Quota:
    """Counts requests by key; a window opens with the first request after the last one closed."""

    def __init__(self) -> None:
        self._windows: dict[str, tuple[float, int]] = {}

    def take(self, key: str, allowed: int, now: float) -> Usage:
        """Count one request at `now` (seconds)."""
        opened, count = self._windows.get(key, (now, 0))
        if not 0 <= now - opened < WINDOW:
            opened, count = now, 0
        self._windows[key] = (opened, count + 1)
        return Usage(count + 1, allowed, max(1, math.ceil(opened + WINDOW - now)))


def too_many(usage: Usage) -> ApiError:
    return ApiError(
        429,
        "too.many.requests.retry.after",
        f"Rate limit exceeded the maximum. Retry the request in [{usage.reset}] seconds",
        headers={**usage.headers(), "Retry-After": str(usage.reset)},
    )
