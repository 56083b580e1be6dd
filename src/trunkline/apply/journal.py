"""The journal of a run: one JSON object a line, the intent before each write, the result after it.

`.trunkline/journal/<run>.ndjson`; every line is on disk before the next request is sent, so that
a run that died tells what it was doing. Secret fields are masked.
"""

from __future__ import annotations

import json
import os
import secrets
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from trunkline.project.files import write_failure


def new_run(now: datetime | None = None) -> str:
    """A run's name: sortable by time, unique: `20261121T230501Z-3f9a`."""
    moment = now or datetime.now(UTC)
    return f"{moment:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"


class Journal:
    """Appends records of one run. A context manager."""

    def __init__(self, folder: Path, run: str) -> None:
        self.run = run
        self.path = folder / f"{run}.ndjson"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._stream = self.path.open("a", encoding="utf-8")
        except OSError as error:
            raise write_failure(self.path, error) from error

    def write(self, event: str, **fields: Any) -> None:
        """One record; it is on disk when this returns. Raises TrunklineError if it cannot be written."""
        time = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        record = {"time": time, "run": self.run, "event": event, **fields}
        try:
            self._stream.write(json.dumps(record, ensure_ascii=False) + "\n")
            self._stream.flush()
            os.fsync(self._stream.fileno())
        except OSError as error:
            raise write_failure(self.path, error) from error

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()
