"""Who changed an object last, and when, as far as the cloud tells.

Flows have a history of their own; for the rest the audits are asked, which show a change only minutes
later. https://developer.genesys.cloud/analyticsdatamanagement/audit/
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from trunkline.clouds.base import Author
from trunkline.clouds.session import Session, route
from trunkline.domain.json import Json, JsonObject, get
from trunkline.domain.resource import Resource
from trunkline.errors import CloudError

_SERVICES = {
    "data_action": "Integrations",
    "data_table": "Datatables",
    "flow": "Architect",
    "integration": "Integrations",
    "prompt": "Architect",
    "queue": "ContactCenter",
}
_DAYS = 13
"""The synchronous query reaches back two weeks."""
_HISTORY_WITHIN = 20.0
_EDITS = ("SAVE", "CHECKIN", "PUBLISH", "REVERT", "UPDATE", "DEACTIVATE", "DELETE")


class Authors:
    """Looks authors up; what the cloud refuses or does not have is told as unknown."""

    def __init__(
        self,
        session: Session,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._session = session
        self._clock = clock
        self._sleep = sleep

    def of(self, resource: Resource) -> Author | None:
        """The author of the last change of an object."""
        for ask in (self._history, self._audit, self._entity):
            try:
                found = ask(resource)
            except CloudError:
                continue
            if found is not None:
                return found
        return None

    def _history(self, resource: Resource) -> Author | None:
        if resource.address.kind != "flow":
            return None
        to = route("/api/v2/flows/{}/history", resource.remote_id or "")
        operation = self._session.send_json("POST", to)
        history = route("/api/v2/flows/{}/history/{}", resource.remote_id or "", str(get(operation, ("id",))))
        until = self._clock() + _HISTORY_WITHIN
        while True:
            answer = self._session.get_json(history, {"pageSize": 25, "sortOrder": "desc"})
            if answer.get("complete") is True:
                break
            if self._clock() > until:
                return None
            self._sleep(0.5)
        for entry in answer.get("entities") or []:
            if get(entry, ("action",)) in _EDITS:
                return Author(_name(entry), _text(entry.get("timestamp")), f"{entry['action'].lower()}")
        return None

    def _audit(self, resource: Resource) -> Author | None:
        service = _SERVICES.get(resource.address.kind)
        if service is None or not resource.remote_id:
            return None
        now = datetime.now(UTC)
        start = now - timedelta(days=_DAYS)
        query: JsonObject = {
            "interval": f"{start:%Y-%m-%dT%H:%M:%SZ}/{now:%Y-%m-%dT%H:%M:%SZ}",
            "serviceName": service,
            "filters": [{"property": "EntityId", "value": resource.remote_id}],
            "sort": [{"name": "Timestamp", "sortOrder": "descending"}],
        }
        to = "/api/v2/audits/query/realtime?expand=user"
        answer = self._session.send_json("POST", to, {**query, "pageNumber": 1, "pageSize": 1})
        entries = answer.get("entities") if isinstance(answer, dict) else None
        if not isinstance(entries, list) or not entries:
            return None
        return Author(_name(entries[0]), _text(entries[0].get("eventDate")), _text(entries[0].get("action")))

    def _entity(self, resource: Resource) -> Author | None:
        """Queues carry who changed them in themselves."""
        if resource.address.kind != "queue":
            return None
        queue = self._session.get_json(route("/api/v2/routing/queues/{}", resource.remote_id or ""))
        return Author(_text(queue.get("modifiedBy")), _text(queue.get("dateModified")), None)


def _name(entry: JsonObject) -> str | None:
    """A person by name; a program by its client."""
    for field in ("user", "client"):
        found: Json = entry.get(field)
        if isinstance(found, dict) and (found.get("name") or found.get("id")):
            return f"{field} {found.get('name') or found.get('id')}"
    return None


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) and value else None
