"""Requests a minute by token, by org and at the login, in fixed windows as the headers describe them.

developer.genesys.cloud, "Rate limits": inin-ratelimit-count, -allowed, -reset; 429 with Retry-After.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from trunkline.emulator.errors import ApiError, OAuthError
from trunkline.emulator.orgs import Org

WINDOW = 60.0
"""Seconds."""
MOST_WINDOWS = 10_000


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
            self._forget(now)
        self._windows[key] = (opened, count + 1)
        return Usage(count + 1, allowed, max(1, math.ceil(opened + WINDOW - now)))

    def _forget(self, now: float) -> None:
        if len(self._windows) > MOST_WINDOWS:
            open_still = ((key, window) for key, window in self._windows.items() if now - window[0] < WINDOW)
            self._windows = dict(open_still)


class Limits:
    """What an org's clients may ask for in a minute; `quota` is the emulator's own, 0 for none."""

    def __init__(self, quota: int) -> None:
        self.quota = quota
        self._usage = Quota()

    def spend(self, org: Org, token: str) -> Usage | None:
        """Count a request of a token and of its org; None where there is no quota to tell of.

        Raises 429 once either is spent; what an org's quota refuses was not the token's fault, and its
        headers say so.
        """
        if not self.quota and not {"quota", "orgQuota"} & org.record["settings"].keys():
            return None
        allowed = self._of(org, "quota", 1)
        together = self._of(org, "orgQuota", 10)
        now = org.now()
        usage = self._usage.take(token, allowed, now) if allowed else None
        shown = usage if org.setting("quotaHeaders") else None
        if usage is not None and usage.exceeded:
            raise too_many(usage, shown)
        if together:
            whole = self._usage.take(f"org/{org.id}", together, now)
            if whole.exceeded:
                raise too_many(whole, shown)
        return shown

    def login(self, org: Org, client_id: str) -> None:
        """Count a token asked for. Raises the vendor's 400 once a client has had its share."""
        allowed = self._of(org, "loginQuota", 1)
        if not allowed:
            return
        usage = self._usage.take(f"login/{client_id}", allowed, org.now())
        if usage.exceeded:
            raise OAuthError(400, "invalid_request", f"rate limit exceeded; wait {usage.reset} seconds")

    def _of(self, org: Org, name: str, times: int) -> int:
        own = org.setting(name)
        return self.quota * times if own is None else int(own)


def too_many(usage: Usage, shown: Usage | None) -> ApiError:
    return ApiError(
        429,
        "too.many.requests.retry.after",
        f"Rate limit exceeded the maximum. Retry the request in [{usage.reset}] seconds",
        headers={**(shown.headers() if shown else {}), "Retry-After": str(usage.reset)},
    )
