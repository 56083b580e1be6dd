"""Cool-downs (not more often than) and idempotency keys (not more than once), kept across processes."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

from trunkline.domain.json import Json, digest
from trunkline.errors import Refused
from trunkline.store.database import Database


class Cooldowns:
    """When something was last done."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def remaining(self, name: str, interval: float) -> float:
        """Seconds until it may be done again; 0 where it may now."""
        with self._database.transaction() as transaction:
            row = transaction.one("SELECT since FROM cooldowns WHERE name = ?", name)
        return 0.0 if row is None else max(0.0, min(interval, row[0] + interval - self._clock()))

    def begin(self, name: str, interval: float) -> None:
        """Counts one doing from now on. Raises Refused, saying how long to wait, where it is too early.

        Checked and written in one transaction: of two processes, one is refused.
        """
        now = self._clock()
        with self._database.transaction() as transaction:
            row = transaction.one("SELECT since FROM cooldowns WHERE name = ?", name)
            left = 0.0 if row is None else min(interval, row[0] + interval - now)
            if left > 0:
                raise Refused(
                    f"{name} was changed less than {interval:g} s ago: wait {left:.0f} s more",
                    hint="--wait waits for it",
                )
            transaction.execute("DELETE FROM cooldowns WHERE name = ?", name)
            transaction.execute("INSERT INTO cooldowns (name, since) VALUES (?, ?)", name, now)


class IdempotencyKeys:
    """The key to send with a request that must have its effect once, even over a crash."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def key(self, name: str, body: Json) -> str:
        """The key for this body; the same until `forget`, a new one when the body changes."""
        wanted = digest(body)
        with self._database.transaction() as transaction:
            row = transaction.one("SELECT body, key FROM idempotency WHERE name = ?", name)
            if row is not None and row[0] == wanted:
                return str(row[1])
            fresh = str(uuid.uuid4())
            transaction.execute("DELETE FROM idempotency WHERE name = ?", name)
            transaction.execute(
                "INSERT INTO idempotency (name, body, key, made) VALUES (?, ?, ?, ?)",
                name, wanted, fresh, self._clock(),
            )  # fmt: skip
        return fresh

    def forget(self, name: str) -> None:
        """The request has had its effect, and its answer was used."""
        with self._database.transaction() as transaction:
            transaction.execute("DELETE FROM idempotency WHERE name = ?", name)
