"""The audit log: append-only, each line hashed together with the one before it.

An edited, cut or reordered line breaks the chain; lines cut off its end are missed by the head, which is
kept apart. Who rewrites all of it is found by a head that was noted elsewhere (`apply` prints it).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from trunkline.domain.json import JsonObject, canonical_text
from trunkline.store.database import Database, Transaction
from trunkline.store.times import timestamp

_PAGE = 1000


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One line: its number from 1, what it says, the hash of it and all before it."""

    number: int
    record: JsonObject
    hash: str

    def line(self) -> str:
        """As a line of NDJSON."""
        return json.dumps({"number": self.number, **self.record, "hash": self.hash}, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying found: how many lines, the head, and the faults, each as one line."""

    lines: int
    head: str
    faults: tuple[str, ...]


class AuditLog:
    """Lines are added in the transaction of what they tell, so that neither is there without the other."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, record: JsonObject) -> AuditRecord:
        """One line in a transaction of its own."""
        with self._database.transaction() as transaction:
            return self.append_in(transaction, record)

    def append_in(self, transaction: Transaction, record: JsonObject) -> AuditRecord:
        """One line, with the time; nothing secret may be in it."""
        head = transaction.one("SELECT number, hash FROM audit_head WHERE one = 1")
        number, previous = (head[0] + 1, head[1]) if head else (1, "")
        timed: dict[str, Any] = {"timestamp": timestamp(), **record}
        text = canonical_text(timed)
        value = _hash(previous, number, text)
        transaction.execute("INSERT INTO audit (number, record, hash) VALUES (?, ?, ?)", number, text, value)
        transaction.execute("UPDATE audit_head SET number = ?, hash = ? WHERE one = 1", number, value)
        return AuditRecord(number, timed, value)

    def head(self) -> tuple[int, str]:
        """Number and hash of the last line."""
        with self._database.transaction() as transaction:
            found = transaction.one("SELECT number, hash FROM audit_head WHERE one = 1")
        return (found[0], found[1]) if found else (0, "")

    def records(self, *, last: int | None = None) -> Iterator[AuditRecord]:
        """Lines in order; only the last ones if asked."""
        after = 0
        if last is not None:
            after = max(0, self.head()[0] - last)
        while rows := self._rows(after):
            for number, text, value in rows:
                yield AuditRecord(number, json.loads(text), value)
            after = rows[-1][0]

    def verify(self, expected: str | None = None) -> Verdict:
        """Goes through the whole chain. `expected` is a hash that must be in it: a head noted earlier."""
        faults: list[str] = []
        count, previous, seen, after = 0, "", expected is None, 0
        number, head = self.head()
        while rows := self._rows(after):
            for at, text, value in rows:
                count += 1
                if at != count:
                    faults.append(f"line {count} is missing: line {at} follows line {count - 1}")
                    count = at
                elif value != _hash(previous, at, text):
                    faults.append(f"line {at} is not what was written, or not where it was written")
                previous = value
                seen = seen or value == expected
            after = rows[-1][0]
        if (count, previous) != (number, head):
            faults.append(f"the log ends with line {count}, and {number} were written")
        if not seen:
            faults.append(f"no line has the hash {expected}: the log is not the one it was noted from")
        return Verdict(count, head, tuple(faults))

    def _rows(self, after: int) -> list[tuple[int, str, str]]:
        with self._database.transaction() as transaction:
            rows = transaction.query(
                "SELECT number, record, hash FROM audit WHERE number > ? ORDER BY number LIMIT ?",
                after,
                _PAGE,
            )
        return [(row[0], row[1], row[2]) for row in rows]


def _hash(previous: str, number: int, text: str) -> str:
    return hashlib.sha256(f"{previous}\n{number}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()
