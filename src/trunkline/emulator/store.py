"""The emulator's state: collections of JSON documents and of bytes, in memory, written through to SQLite.

A partition holds the collections of one org; the partition `SYSTEM` those of the emulator itself. Reads
never touch the disk. Writes are made in transactions: a transaction that ends well is on disk before
`transaction()` returns, one that raises is undone in memory and never written.

Values are never changed in place: a handler builds a new document and puts it.
"""

from __future__ import annotations

import base64
import sqlite3
import threading
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Generic, TypeAlias, TypeGuard, TypeVar

import msgspec

from trunkline.domain.json import Json, JsonObject
from trunkline.emulator.store_file import open_file

Document: TypeAlias = Mapping[str, Any]
"""A JSON object as the store holds it: read it, copy it, never change it."""

SYSTEM = ""

T = TypeVar("T")
Key: TypeAlias = tuple[str, str, str]
"""Partition, kind (`document` or `blob`), collection."""

Entry: TypeAlias = tuple[str, str, str, str]
"""A key and the id of one value."""

_PUT = """
INSERT INTO entries (partition, kind, collection, id, body) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (partition, kind, collection, id) DO UPDATE SET body = excluded.body
"""
_DELETE = "DELETE FROM entries WHERE partition = ? AND kind = ? AND collection = ? AND id = ?"


class Collection(Generic[T]):
    """Values by id, in the order they were first put."""

    def __init__(self, store: Store, key: Key) -> None:
        self._store = store
        self._key = key
        self._values: dict[str, T] = {}

    def get(self, entry_id: str) -> T | None:
        return self._values.get(entry_id)

    def __contains__(self, entry_id: str) -> bool:
        return entry_id in self._values

    def __len__(self) -> int:
        return len(self._values)

    def ids(self) -> list[str]:
        return list(self._values)

    def values(self) -> list[T]:
        return list(self._values.values())

    def items(self) -> list[tuple[str, T]]:
        return list(self._values.items())

    def put(self, entry_id: str, value: T) -> None:
        with self._store.transaction() as work:
            values = self._values
            work.before.setdefault((*self._key, entry_id), values.get(entry_id))
            if entry_id in values:
                before = values[entry_id]
                work.undo.append(lambda: values.__setitem__(entry_id, before))
            else:
                work.undo.append(lambda: values.pop(entry_id))
            values[entry_id] = value
            work.puts[(*self._key, entry_id)] = value

    def delete(self, entry_id: str) -> bool:
        """True if there was something to delete."""
        if entry_id not in self._values:
            return False
        with self._store.transaction() as work:
            before = self._values
            work.before.setdefault((*self._key, entry_id), before[entry_id])
            # A copy keeps the order of the entries if this is undone.
            self._values = {key: value for key, value in before.items() if key != entry_id}
            work.undo.append(lambda: setattr(self, "_values", before))
            work.forget((*self._key, entry_id))
        return True

    def clear(self) -> None:
        with self._store.transaction() as work:
            before = self._values
            self._values = {}
            work.undo.append(lambda: setattr(self, "_values", before))
            for entry_id, value in before.items():
                work.before.setdefault((*self._key, entry_id), value)
                work.forget((*self._key, entry_id))

    def load(self, entry_id: str, value: T) -> None:
        """Take in a value that is on disk already."""
        self._values[entry_id] = value


class Partition:
    """The collections of one org."""

    def __init__(self, store: Store, name: str) -> None:
        self._store = store
        self.name = name
        self._documents: dict[str, Collection[Document]] = {}
        self._blobs: dict[str, Collection[bytes]] = {}

    def documents(self, collection: str) -> Collection[Document]:
        found = self._documents.get(collection)
        if found is None:
            key = (self.name, "document", collection)
            found = self._documents[collection] = Collection(self._store, key)
        return found

    def blobs(self, collection: str) -> Collection[bytes]:
        """Big bodies, kept as the bytes that are sent."""
        found = self._blobs.get(collection)
        if found is None:
            found = self._blobs[collection] = Collection(self._store, (self.name, "blob", collection))
        return found

    def names(self) -> list[str]:
        """The collections of documents."""
        return list(self._documents)

    def __len__(self) -> int:
        return sum(len(each) for each in (*self._documents.values(), *self._blobs.values()))

    def clear(self) -> None:
        with self._store.transaction():
            for collection in (*self._documents.values(), *self._blobs.values()):
                collection.clear()

    def snapshot(self) -> JsonObject:
        """All of it as plain JSON; bytes are base64."""
        return {
            "documents": {
                name: dict(collection.items())
                for name, collection in self._documents.items()
                if len(collection)
            },
            "blobs": {
                name: {entry: base64.b64encode(body).decode() for entry, body in collection.items()}
                for name, collection in self._blobs.items()
                if len(collection)
            },
        }

    def restore(self, snapshot: JsonObject) -> None:
        """Replace everything by what `snapshot` gave. Raises ValueError if it is not one."""
        documents, blobs = snapshot.get("documents"), snapshot.get("blobs")
        if not (_is_snapshot(documents, dict) and _is_snapshot(blobs, str)):
            raise ValueError("a snapshot is {documents, blobs}, each {collection: {id: object or base64}}")
        with self._store.transaction():
            self.clear()
            for name, entries in documents.items():
                for entry, body in entries.items():
                    self.documents(name).put(entry, body)
            for name, entries in blobs.items():
                for entry, body in entries.items():
                    self.blobs(name).put(entry, base64.b64decode(body, validate=True))


def _is_snapshot(value: Json, body: type) -> TypeGuard[dict[str, dict[str, Any]]]:
    return isinstance(value, dict) and all(
        isinstance(entries, dict) and all(isinstance(entry, body) for entry in entries.values())
        for entries in value.values()
    )


class Work:
    """What a transaction has done so far: how to undo it, and what to delete and then to put on disk."""

    def __init__(self) -> None:
        self.undo: list[Callable[[], object]] = []
        self.deletes: dict[Entry, None] = {}
        self.puts: dict[Entry, object] = {}
        self.before: dict[Entry, object] = {}
        """What there was of each entry, None for nothing."""

    def forget(self, entry: Entry) -> None:
        self.deletes[entry] = None
        self.puts.pop(entry, None)


class Store:
    """All partitions. With a folder, what was written survives the process, killed or not.

    Raises Refused if another emulator uses the folder, it was written by another version, or it is damaged.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._lock = threading.RLock()
        self._work: Work | None = None
        self.before_commit: list[Callable[[Work], None]] = []
        """Called inside of a transaction at its end: what they write is part of it."""
        self.after_commit: list[Callable[[Work], None]] = []
        """Called with what is on disk by then."""
        self._partitions: dict[str, Partition] = {}
        opened = open_file(folder) if folder is not None else None
        self._database = opened.database if opened else None
        self.log = opened.log if opened else 0
        """Bytes of the log that a killed emulator left, read back; 0 after one that ended by itself."""
        self.existed = self._database is not None and self._load(self._database)

    def partition(self, name: str) -> Partition:
        with self._lock:
            return self._partitions.setdefault(name, Partition(self, name))

    @property
    def system(self) -> Partition:
        return self.partition(SYSTEM)

    def __len__(self) -> int:
        """Documents and bodies of all partitions but the emulator's own."""
        return sum(len(each) for name, each in self._partitions.items() if name != SYSTEM)

    def drop(self, name: str) -> None:
        with self.transaction():
            self.partition(name).clear()
            self._partitions.pop(name)

    @contextmanager
    def transaction(self) -> Generator[Work]:
        """All writes inside happen, or none does. An inner transaction is part of the outer one."""
        with self._lock:
            if self._work is not None:
                yield self._work
                return
            work = self._work = Work()
            done = False
            try:
                yield work
                for watch in self.before_commit:
                    watch(work)
                self._write(work)
                done = True
            finally:
                self._work = None
                if not done:
                    for step in reversed(work.undo):
                        step()
            for watch in self.after_commit:
                watch(work)

    def close(self) -> None:
        with self._lock:
            if self._database is not None:
                self._database.close()
                self._database = None

    def _write(self, work: Work) -> None:
        if self._database is None or not (work.deletes or work.puts):
            return
        with self._database:
            self._database.executemany(_DELETE, work.deletes)
            self._database.executemany(_PUT, ((*entry, _stored(value)) for entry, value in work.puts.items()))

    def _load(self, database: sqlite3.Connection) -> bool:
        rows: Iterable[tuple[str, str, str, str, bytes]] = database.execute(
            "SELECT partition, kind, collection, id, body FROM entries ORDER BY position"
        )
        found = False
        for partition, kind, collection, entry, body in rows:
            found = True
            if kind == "blob":
                self.partition(partition).blobs(collection).load(entry, body)
            else:
                self.partition(partition).documents(collection).load(entry, msgspec.json.decode(body))
        return found


def _stored(value: object) -> bytes:
    return value if isinstance(value, bytes) else msgspec.json.encode(value)
