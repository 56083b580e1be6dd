"""The cloud's audit on the guides' surface: `/api/v2/audit/records/query` (chapter G2)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from trunkline.clouds.session import Call, Session
from trunkline.domain.json import Json, JsonObject
from trunkline.errors import CloudError

QUERY = "/api/v2/audit/records/query"
PAGE = 100


class AuditRecords:
    """Reads records; they show some time after what they tell of."""

    def __init__(
        self,
        session: Session,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._session = session
        self._clock = clock
        self._sleep = sleep

    def query(self, entity_id: str | None = None, event_type: str | None = None) -> Iterator[JsonObject]:
        """What shows by now, the oldest first, all pages."""
        wanted = _wanted(entity_id, event_type)
        cursor: Json = None
        while True:
            records, cursor = self._page(wanted, cursor)
            yield from records
            if len(records) < PAGE:
                return

    def follow(
        self,
        entity_id: str | None = None,
        event_type: str | None = None,
        *,
        every: float = 2.0,
        seconds: float | None = None,
    ) -> Iterator[JsonObject]:
        """What shows by now and what comes, until `seconds` have passed (None: without end)."""
        wanted = _wanted(entity_id, event_type)
        deadline = None if seconds is None else self._clock() + seconds
        cursor: Json = None
        while True:
            records, cursor = self._page(wanted, cursor)
            yield from records
            if deadline is not None and self._clock() >= deadline:
                return
            if len(records) < PAGE:
                self._sleep(every)

    def await_record(
        self, entity_id: str, correlation_id: str, *, seconds: float = 30.0, every: float = 0.5
    ) -> JsonObject | None:
        """The record of the very request that we sent; None where it does not show in time."""
        for record in self.follow(entity_id, every=every, seconds=seconds):
            if record.get("correlationId") == correlation_id:
                return record
        return None

    def _page(self, wanted: JsonObject, cursor: Json) -> tuple[list[JsonObject], Json]:
        body = {"query": wanted, "size": PAGE, **({"cursor": cursor} if cursor is not None else {})}
        answer = self._session.send_json("POST", QUERY, body, Call(idempotent=True, reads=True))
        records = answer.get("entities") if isinstance(answer, dict) else None
        if not isinstance(records, list):
            raise CloudError("the answer lists no audit records", where=f"POST {QUERY}")
        return [each for each in records if isinstance(each, dict)], answer.get("cursor") or cursor


def _wanted(entity_id: str | None, event_type: str | None) -> JsonObject:
    both = (("entityId", entity_id), ("eventType", event_type))
    return {key: value for key, value in both if value is not None}
