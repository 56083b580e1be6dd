"""One database behind plain SQL: SQLite in a file, or PostgreSQL by URL.

Statements are written once, with `?` for parameters, in the SQL that both speak. A transaction is alone:
SQLite begins it as a writer, PostgreSQL takes one advisory lock, so that both behave the same.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, LiteralString, TypeAlias
from urllib.parse import urlsplit

from trunkline.errors import InvalidInput, TrunklineError

if TYPE_CHECKING:
    import psycopg

Value: TypeAlias = str | int | float | None
Row: TypeAlias = tuple[Any, ...]

_BUSY_SECONDS = 60
_CONNECT_SECONDS = 10


class Transaction(ABC):
    """Statements that take effect together or not at all."""

    @abstractmethod
    def execute(self, statement: LiteralString, *values: Value) -> int:
        """Runs a statement; the number of rows it changed."""

    @abstractmethod
    def query(self, statement: LiteralString, *values: Value) -> list[Row]:
        """The rows of a query."""

    def one(self, statement: LiteralString, *values: Value) -> Row | None:
        """The first row of a query."""
        return next(iter(self.query(statement, *values)), None)


class Database(ABC):
    """A connection that threads share; one transaction at a time."""

    def __init__(self, where: str) -> None:
        self.where = where
        self._alone = threading.RLock()

    @contextmanager
    def transaction(self) -> Generator[Transaction]:
        """Commits at the end, rolls back on an error. Raises TrunklineError where the database fails."""
        with self._alone:
            yield from self._transaction()

    @abstractmethod
    def _transaction(self) -> Generator[Transaction]: ...

    @abstractmethod
    def guard_append_only(self, transaction: Transaction, table: LiteralString) -> None:
        """Makes the database itself refuse to change or delete rows of a table."""

    @abstractmethod
    def close(self) -> None: ...


class _SqliteTransaction(Transaction):
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def execute(self, statement: LiteralString, *values: Value) -> int:
        return self._connection.execute(statement, values).rowcount

    def query(self, statement: LiteralString, *values: Value) -> list[Row]:
        return self._connection.execute(statement, values).fetchall()


class Sqlite(Database):
    """A file. What is committed is on disk."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(
                path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            path.chmod(0o600)
            self._to_wal()
            self._connection.execute("PRAGMA synchronous = FULL")
        except (OSError, sqlite3.Error) as error:
            raise _failure(self.where, error) from error

    def _to_wal(self) -> None:
        """Many processes may open a new file at once, and this switch does not wait for its turn."""
        until = time.monotonic() + _BUSY_SECONDS
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > until:
                    raise
                time.sleep(0.02)
            else:
                return

    def _transaction(self) -> Generator[Transaction]:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield _SqliteTransaction(self._connection)
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise _failure(self.where, error) from error

    def guard_append_only(self, transaction: Transaction, table: LiteralString) -> None:
        for verb in ("UPDATE", "DELETE"):
            transaction.execute(
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )

    def close(self) -> None:
        with self._alone:
            self._connection.close()


class _PostgresTransaction(Transaction):
    def __init__(self, cursor: psycopg.Cursor[Row]) -> None:
        self._cursor = cursor

    def execute(self, statement: LiteralString, *values: Value) -> int:
        return self._cursor.execute(statement.replace("?", "%s"), values or None).rowcount

    def query(self, statement: LiteralString, *values: Value) -> list[Row]:
        return self._cursor.execute(statement.replace("?", "%s"), values or None).fetchall()


_ADVISORY = 0x7472_756E_6B6C
"""Any number that is the same for all of us."""


class Postgres(Database):
    """A server that a team shares. A connection that broke is opened again by the next transaction."""

    def __init__(self, url: str) -> None:
        super().__init__(shown_url(url))
        self._url = url
        self._connection = self._connect()

    def _connect(self) -> psycopg.Connection[Row]:
        try:
            import psycopg
        except ImportError as error:
            raise InvalidInput(
                "state on PostgreSQL needs a driver", hint="pip install 'trunkline[postgres]'"
            ) from error
        try:
            return psycopg.connect(self._url, autocommit=True, connect_timeout=_CONNECT_SECONDS)
        except psycopg.Error as error:
            raise _failure(self.where, error) from None

    def _transaction(self) -> Generator[Transaction]:
        import psycopg

        if self._connection.closed:
            self._connection = self._connect()
        try:
            with self._connection.transaction(), self._connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_ADVISORY,))
                yield _PostgresTransaction(cursor)
        except psycopg.Error as error:
            raise _failure(self.where, error) from error

    def guard_append_only(self, transaction: Transaction, table: LiteralString) -> None:
        transaction.execute(
            "CREATE FUNCTION trunkline_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'append-only'; END $$"
        )
        transaction.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION trunkline_append_only()"
        )

    def close(self) -> None:
        with self._alone:
            self._connection.close()


def is_url(state: str) -> bool:
    """Whether a state names a PostgreSQL server."""
    return state.startswith(("postgresql://", "postgres://"))


def shown_url(url: str) -> str:
    """A URL without its password and options."""
    parts = urlsplit(url)
    user = f"{parts.username}@" if parts.username else ""
    port = f":{parts.port}" if parts.port else ""
    return f"postgresql://{user}{parts.hostname or ''}{port}{parts.path}"


def _failure(where: str, error: Exception) -> TrunklineError:
    said = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return TrunklineError(
        f"the state cannot be used: {said}",
        where=where,
        hint="check the folder or server that TRUNKLINE_STATE or `state` in trunkline.toml names",
    )
