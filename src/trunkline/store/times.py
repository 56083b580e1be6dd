"""Times as the records have them: ISO 8601, UTC, milliseconds."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime


def timestamp(moment: datetime | None = None) -> str:
    """`2026-11-21T23:05:01.123Z`."""
    text = (moment or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def new_run(now: datetime | None = None) -> str:
    """A run's name: sortable by time, unique: `20261121T230501Z-3f9a12`."""
    return f"{now or datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
