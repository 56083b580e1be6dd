"""Time and ids of an emulator; both can be replaced to make a run repeatable."""

from __future__ import annotations

import hashlib
import secrets
import time
import uuid
from datetime import UTC, datetime
from functools import lru_cache
from typing import Protocol

SEED_NAMESPACE = uuid.UUID("6b1f7c0e-5d0a-4c62-9a0e-7f1d1c6a2b90")
_SEED_BYTES = SEED_NAMESPACE.bytes


class Clock(Protocol):
    """Seconds since the epoch."""

    def now(self) -> float: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> float:
        return time.time()


class ManualClock:
    """A clock that moves only when told."""

    def __init__(self, start: float = 1_700_000_000.0) -> None:
        self._now = start

    def now(self) -> float:
        return self._now

    def advance(self, seconds: float) -> None:
        self._now += seconds


class DrivenClock:
    """Another clock that can be sent ahead, and made to run faster or slower."""

    def __init__(self, inner: Clock) -> None:
        self._inner = inner
        self._from = self._shown = inner.now()
        self.speed = 1.0

    def now(self) -> float:
        return self._shown + (self._inner.now() - self._from) * self.speed

    def advance(self, seconds: float) -> None:
        self._shown += seconds

    def run_at(self, speed: float) -> None:
        """1 is the inner clock's own pace, 0 stands still."""
        self._shown, self._from = self.now(), self._inner.now()
        self.speed = speed


class Ids(Protocol):
    """Where new ids and secrets come from."""

    def guid(self) -> str: ...

    def secret(self) -> str: ...


class RandomIds:
    """Random guids, and secrets of 43 URL-safe characters."""

    def guid(self) -> str:
        return str(uuid.uuid4())

    def secret(self) -> str:
        return secrets.token_urlsafe(32)


class CountedIds:
    """The same ids in the same order for the same seed; for repeatable runs, never for real secrets."""

    def __init__(self, seed: str = "") -> None:
        self._namespace = uuid.uuid5(SEED_NAMESPACE, seed)
        self._count = 0

    def guid(self) -> str:
        self._count += 1
        return str(uuid.uuid5(self._namespace, str(self._count)))

    def secret(self) -> str:
        return uuid.UUID(self.guid()).hex


@lru_cache(maxsize=16_384)
def stable_guid(*parts: str) -> str:
    """The same guid for the same parts, in every run and on every machine."""
    # As uuid5, without the objects: a page of flows asks for a thousand.
    digest = hashlib.sha1(_SEED_BYTES + "\0".join(parts).encode(), usedforsecurity=False).digest()
    version, variant = digest[6] & 0x0F | 0x50, digest[8] & 0x3F | 0x80
    text = (digest[:6] + bytes((version, digest[7], variant)) + digest[9:16]).hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def timestamp(seconds: float) -> str:
    """`2024-05-01T12:00:00.000Z`: ISO 8601, UTC, milliseconds, as the vendor writes times."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
