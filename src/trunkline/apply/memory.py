"""What is remembered of an org between runs: its lock file and the bodies last applied."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field

from trunkline.domain.canonical import canonical
from trunkline.domain.json import JsonObject, digest
from trunkline.domain.kinds import KINDS
from trunkline.domain.resource import Address, Resource
from trunkline.errors import Refused
from trunkline.project.files import read_text
from trunkline.project.lock import Entry, Lock

_EVERY = 1.0
"""Seconds between writes of the lock file; what a crash loses of it, the journal has."""


@dataclass(slots=True)
class Memory:
    """Entries of a lock, written with their bases."""

    lock: Lock
    _written: float = field(default_factory=time.monotonic)

    def remember(
        self, address: Address, live: Resource, file: str | None, base: JsonObject | None = None
    ) -> None:
        """The object as it was seen; `base` where later edits of others are not to become the base."""
        if live.remote_id is None:
            raise Refused(f"{address} has no id in the org")
        body = base if base is not None else canonical(KINDS[address.kind], live.body)
        before = self.lock.entries.get(address)
        entry = Entry(live.remote_id, live.version, digest(body), file or (before.file if before else None))
        if entry == before and self.lock.base_path(address).is_file():
            return
        if before is not None and before.id != entry.id:
            self.lock.base_path(address).unlink(missing_ok=True)
        self.lock.entries[address] = entry
        self.lock.write_base(address, body)
        self.flush(_EVERY)

    def base(self, address: Address) -> JsonObject | None:
        """The body last applied, in canonical form."""
        path = self.lock.base_path(address) if address in self.lock.entries else None
        return json.loads(read_text(path)) if path and path.is_file() else None

    def forget(self, address: Address) -> None:
        if address in self.lock.entries:
            self.lock.forget([address])
            self.flush(_EVERY)

    def flush(self, older: float = 0.0) -> None:
        """Writes the lock file, unless it was written less than `older` seconds ago."""
        if time.monotonic() - self._written >= older:
            self.lock.write()
            self._written = time.monotonic()
