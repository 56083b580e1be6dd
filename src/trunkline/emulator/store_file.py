"""The file of the emulator's state: SQLite with a write-ahead log, which a killed process leaves behind.

Opening reads the log back: every transaction in it that ended is there, one that did not is not.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from trunkline.errors import Refused

FILE_NAME = "emulator.sqlite3"
LAYOUT = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
    position INTEGER PRIMARY KEY,
    partition TEXT NOT NULL, kind TEXT NOT NULL, collection TEXT NOT NULL, id TEXT NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (partition, kind, collection, id)
)
"""


@dataclass(frozen=True, slots=True)
class Opened:
    """The database, and the bytes of the log that was left: 0 where the emulator before ended by itself."""

    database: sqlite3.Connection
    log: int


def open_file(folder: Path) -> Opened:
    """Open the state of a folder, which is created if missing, for this process alone.

    Raises Refused if another emulator uses it, it was written by another version, or it is damaged.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / FILE_NAME
    log = file.with_name(f"{FILE_NAME}-wal")
    left = log.stat().st_size if log.exists() else 0
    # It holds secrets of orgs: for its owner alone, and so are the files that SQLite puts beside it.
    file.touch(0o600)
    database = sqlite3.connect(file, timeout=0.2, check_same_thread=False)
    try:
        _prepare(database, folder)
        if left:
            _check(database)
    except sqlite3.OperationalError as error:
        database.close()
        raise Refused(
            f"the state cannot be used: {error}",
            where=str(folder),
            hint="another emulator may be running on this folder: stop it, or choose another --data",
        ) from error
    except sqlite3.DatabaseError as error:
        database.close()
        raise Refused(
            f"the state is damaged: {error}",
            where=str(file),
            hint="put a copy of the folder back, or choose another --data; nothing in it was changed",
        ) from error
    except Refused:
        database.close()
        raise
    return Opened(database, left)


def _prepare(database: sqlite3.Connection, folder: Path) -> None:
    database.execute("PRAGMA locking_mode = EXCLUSIVE")
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")
    layout = database.execute("PRAGMA user_version").fetchone()[0]
    if layout not in (0, LAYOUT):
        raise Refused(
            f"the state was written by another version (layout {layout}, this is {LAYOUT})",
            where=str(folder),
            hint="choose another --data folder, or delete this one",
        )
    with database:
        database.execute("BEGIN IMMEDIATE")
        database.execute(_SCHEMA)
        database.execute(f"PRAGMA user_version = {LAYOUT}")


def _check(database: sqlite3.Connection) -> None:
    """Raises sqlite3.DatabaseError naming the first thing that is wrong with the file."""
    found = database.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise sqlite3.DatabaseError(found)
