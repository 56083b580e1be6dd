"""What was asked of the emulator lately: for tests and for the curious. Holds no body and no credential."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import asdict, dataclass

from trunkline.domain.json import JsonObject
from trunkline.emulator.clock import timestamp

KEPT = 2_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One request, in seconds since the epoch; `org` and `client` are ids, None where no token was given."""

    time: float
    org: str | None
    client: str | None
    method: str
    path: str
    query: str
    status: int
    correlation_id: str
    fault: str | None = None
    """The fault that was ordered for it."""
    nearest: tuple[str, ...] = ()
    """Of an unknown path: the known ones most like it."""

    def to_json(self) -> JsonObject:
        return {**asdict(self), "time": timestamp(self.time)}


class Journal:
    """The last requests, the oldest first."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self.counts: Counter[str] = Counter()
        """Requests of each route since the start, by `METHOD /pattern`."""

    def add(self, entry: Entry) -> None:
        self._entries.append(entry)

    def entries(self, org_id: str | None = None) -> list[Entry]:
        return [entry for entry in list(self._entries) if org_id is None or entry.org == org_id]

    def clear(self, org_id: str | None = None) -> None:
        kept = [entry for entry in self._entries if org_id is not None and entry.org != org_id]
        self._entries.clear()
        self._entries.extend(kept)
