"""Where the state is, and opening it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType

from trunkline.store.audit import AuditLog
from trunkline.store.database import Database, Postgres, Sqlite, is_url
from trunkline.store.journal import Journal
from trunkline.store.keys import Cooldowns, IdempotencyKeys
from trunkline.store.locks import Locks
from trunkline.store.schema import migrate

FILE = ".trunkline/state.sqlite3"


class Store:
    """The parts of one state. A context manager."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self.database = database
        migrate(database)
        self.audit = AuditLog(database)
        self.journal = Journal(database, self.audit)
        self.locks = Locks(database, clock)
        self.cooldowns = Cooldowns(database, clock)
        self.idempotency = IdempotencyKeys(database, clock)

    @property
    def where(self) -> str:
        """The file, or the URL without its password."""
        return self.database.where

    def close(self) -> None:
        self.database.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_store(root: Path, state: str | None = None, environ: Mapping[str, str] = os.environ) -> Store:
    """The state of a project: TRUNKLINE_STATE, else `state` of trunkline.toml, else a file in `.trunkline`.

    A state is a PostgreSQL URL, a file, or a folder; paths count from the project. Raises TrunklineError.
    """
    where = state_of(root, state, environ)
    return Store(Postgres(where) if isinstance(where, str) else Sqlite(where))


def state_of(root: Path, state: str | None, environ: Mapping[str, str] = os.environ) -> Path | str:
    """The file of the state, which may not be there yet, or the URL of its server."""
    chosen = environ.get("TRUNKLINE_STATE") or state or FILE
    if is_url(chosen):
        return chosen
    path = root / Path(chosen).expanduser()
    if path.is_dir() or chosen.endswith("/"):
        path /= "state.sqlite3"
    return path
