"""Where the shared corpus and golden vectors lie, if they do."""

from __future__ import annotations

from pathlib import Path

import pytest

_beside = Path(__file__).resolve().parents[2] / "shared"

SHARED: Path | None = _beside if (_beside / "oracle").is_dir() else None

needs_shared = pytest.mark.skipif(
    SHARED is None, reason="the folder ../shared (corpus and golden vectors) is not there"
)


def shared(*parts: str) -> Path:
    """A path below ../shared; only for tests marked `needs_shared`."""
    assert SHARED is not None
    return SHARED.joinpath(*parts)
