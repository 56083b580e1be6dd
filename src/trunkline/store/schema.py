"""Tables of the state. Each entry of MIGRATIONS is applied once, in order."""

from __future__ import annotations

from typing import LiteralString

from trunkline.store.database import Database

MIGRATIONS: tuple[tuple[LiteralString, ...], ...] = (
    (
        """CREATE TABLE runs (
            id TEXT PRIMARY KEY,
            org TEXT NOT NULL,
            profile TEXT NOT NULL,
            verb TEXT NOT NULL,
            digest TEXT NOT NULL,
            options TEXT NOT NULL,
            who TEXT NOT NULL,
            started TEXT NOT NULL,
            ended TEXT,
            outcome TEXT
        )""",
        """CREATE TABLE steps (
            run TEXT NOT NULL,
            number INTEGER NOT NULL,
            address TEXT NOT NULL,
            operation TEXT NOT NULL,
            status TEXT NOT NULL,
            before_id TEXT,
            before_body TEXT,
            after_body TEXT,
            after_id TEXT,
            after_version TEXT,
            error TEXT,
            latency_ms DOUBLE PRECISION,
            started TEXT NOT NULL,
            ended TEXT,
            PRIMARY KEY (run, number)
        )""",
        """CREATE TABLE audit (
            number INTEGER PRIMARY KEY,
            record TEXT NOT NULL,
            hash TEXT NOT NULL
        )""",
        "CREATE TABLE audit_head (one INTEGER PRIMARY KEY, number INTEGER NOT NULL, hash TEXT NOT NULL)",
        """CREATE TABLE locks (
            name TEXT PRIMARY KEY,
            token TEXT NOT NULL,
            owner TEXT NOT NULL,
            expires DOUBLE PRECISION NOT NULL
        )""",
        "CREATE TABLE cooldowns (name TEXT PRIMARY KEY, since DOUBLE PRECISION NOT NULL)",
        """CREATE TABLE idempotency (
            name TEXT PRIMARY KEY,
            body TEXT NOT NULL,
            key TEXT NOT NULL,
            made DOUBLE PRECISION NOT NULL
        )""",
        "INSERT INTO audit_head VALUES (1, 0, '')",
    ),
    ("ALTER TABLE steps ADD COLUMN before_version TEXT",),
)


def migrate(database: Database) -> None:
    """Brings the tables up to date. A newer state than this program knows is left alone."""
    with database.transaction() as transaction:
        transaction.execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)")
        found = transaction.one("SELECT MAX(version) FROM schema_version")
        version = found[0] if found and found[0] is not None else 0
        for number, statements in enumerate(MIGRATIONS[version:], version + 1):
            for statement in statements:
                transaction.execute(statement)
            if number == 1:
                database.guard_append_only(transaction, "audit")
            transaction.execute("INSERT INTO schema_version VALUES (?)", number)
