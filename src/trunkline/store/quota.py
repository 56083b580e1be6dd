"""The quota of a token, shared by all processes of this machine that use it.

Every process draws its places from one line in a small SQLite file: the generic cell rate algorithm
(ITU-T I.371). A place is a moment; each one taken moves the line on by the period divided by the quota.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

_LENT = 1
"""Places that an idle line lends at once: more, and a window of the server's might overflow."""
_SCHEMA = "CREATE TABLE IF NOT EXISTS line (key TEXT PRIMARY KEY, next REAL NOT NULL) WITHOUT ROWID"


class QuotaLedger:
    """The lines of all tokens, by the name of the client; times are in seconds of a clock that all share."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._database = sqlite3.connect(file, timeout=5, isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode = WAL")
        # What a crash of the machine loses is a minute's worth of places: nothing to wait for a disk for.
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute(_SCHEMA)

    def line(self, key: str) -> Callable[[int, float, float], float]:
        """What a limiter asks for a place, for one client: `reserve` without its name."""
        return partial(self.reserve, key)

    def reserve(self, key: str, quota: int, period: float, now: float) -> float:
        """Take one of `quota` places in `period`: 0 if taken, else the seconds until there may be one."""
        interval = period / quota
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                wait = self._take(key, interval, period, now)
                self._database.execute("COMMIT")
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
        return wait

    def _take(self, key: str, interval: float, period: float, now: float) -> float:
        row = self._database.execute("SELECT next FROM line WHERE key = ?", (key,)).fetchone()
        due = row[0] if row else now
        # A clock that was set back, or began anew with the machine, leaves a line in a far future.
        due = now if due > now + period else max(due, now - _LENT * interval)
        if due > now:
            return due - now
        self._database.execute(
            "INSERT INTO line (key, next) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET next = excluded.next",
            (key, due + interval),
        )
        return 0.0

    def close(self) -> None:
        self._database.close()
