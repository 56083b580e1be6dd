"""What the processes of this machine know together of the quotas of tokens: a value a client.

One small SQLite file beside the profiles. What a value holds is the limiter's matter.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trunkline.clouds.limiter import Ledger

_BUSY_SECONDS = 30
_SCHEMA = "CREATE TABLE IF NOT EXISTS share (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID"


@dataclass(slots=True)
class Share:
    """A client's value while its opener is alone with it; None where there is none yet."""

    value: bytes | None


class QuotaLedger:
    """The values of all clients."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._database = sqlite3.connect(
            file, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        self._database.execute("PRAGMA journal_mode = WAL")
        # What a crash of the machine loses is a minute's worth of places: nothing to wait for a disk for.
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute(_SCHEMA)

    def line(self, key: str) -> Ledger:
        """What a limiter opens, for one client: `opened` with its name."""
        return partial(self.opened, key)

    @contextmanager
    def opened(self, key: str) -> Generator[Share]:
        """The value of a client, for one process at a time; what it is at the end is kept."""
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                row = self._database.execute("SELECT value FROM share WHERE key = ?", (key,)).fetchone()
                share = Share(row[0] if row else None)
                yield share
                self._database.execute(
                    "INSERT INTO share (key, value) VALUES (?, ?)"
                    " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                    (key, share.value),
                )
                self._database.execute("COMMIT")
            except BaseException:
                self._database.execute("ROLLBACK")
                raise

    def close(self) -> None:
        self._database.close()
