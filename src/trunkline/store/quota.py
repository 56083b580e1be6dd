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

from trunkline.errors import TrunklineError

if TYPE_CHECKING:
    from trunkline.clouds.limiter import Ledger

_BUSY_SECONDS = 30
_SCHEMA = "CREATE TABLE IF NOT EXISTS share (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID"


@dataclass(slots=True)
class Share:
    """A client's value while its opener is alone with it; None where there is none yet."""

    value: bytes | None


class QuotaLedger:
    """The values of all clients. A file that is damaged is begun anew: it held a minute's worth.

    Raises TrunklineError where the file cannot be written.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        with self._explained():
            file.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._database = _open(file)
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:
                file.unlink()
                self._database = _open(file)

    def line(self, key: str) -> Ledger:
        """What a limiter opens, for one client: `opened` with its name."""
        return partial(self.opened, key)

    @contextmanager
    def opened(self, key: str) -> Generator[Share]:
        """The value of a client, for one process at a time; what it is at the end is kept.

        Raises TrunklineError where the file fails.
        """
        with self._lock, self._explained():
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

    @contextmanager
    def _explained(self) -> Generator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise TrunklineError(
                f"what processes share of the quota cannot be kept: {error}",
                where=str(self._file),
                hint="make the file writable, or choose another folder with TRUNKLINE_CONFIG_DIR",
            ) from error

    def close(self) -> None:
        self._database.close()


def _open(file: Path) -> sqlite3.Connection:
    database = sqlite3.connect(file, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        # What a crash of the machine loses is a minute's worth of places: nothing to wait for a disk for.
        database.execute("PRAGMA synchronous = OFF")
        database.execute(_SCHEMA)
    except sqlite3.Error:
        database.close()
        raise
    return database
