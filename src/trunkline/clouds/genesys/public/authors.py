"""Who changed an object last, and when, as far as the cloud tells.

Flows have a history of their own. The rest is told by the audits, which show a change only minutes later,
and by the object itself, if it names who changed it: the younger of the two counts.
https://developer.genesys.cloud/analyticsdatamanagement/audit/
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from trunkline.clouds.base import Author
from trunkline.clouds.genesys.public.history import FlowHistory
from trunkline.clouds.genesys.public.references import LISTS
from trunkline.clouds.session import Call, Session, route
from trunkline.domain.json import Json, JsonObject, get
from trunkline.domain.resource import Resource
from trunkline.errors import CloudError

_SERVICES = {
    "data_action": "Integrations",
    "data_table": "Datatables",
    "emergency_group": "Routing",
    "flow": "Architect",
    "flow_milestone": "Architect",
    "flow_outcome": "Architect",
    "flow_settings": "Architect",
    "integration": "Integrations",
    "ivr": "Routing",
    "prompt": "Architect",
    "queue": "Routing",
    "schedule": "Routing",
    "schedule_group": "Routing",
    "skill": "Routing",
    "wrapup_code": "Routing",
}
_STAMPED = ("emergency_group", "ivr", "queue", "schedule", "schedule_group", "wrapup_code")
"""Kinds whose objects carry who changed them, and when."""
_PEOPLE = {"user": "/api/v2/users/{}", "client": "/api/v2/oauth/clients/{}"}
_DAYS = 13
"""The synchronous query reaches back two weeks."""
_AHEAD = timedelta(minutes=1)
"""So that the second under way, and a clock that is a little behind, leave nothing out."""
_LIVE = ("PUBLISH", "REVERT", "DEACTIVATE", "DELETE")
"""What changes the version that is live."""
_EDITS = ("SAVE", "CHECKIN", "UPDATE", *_LIVE)


class Authors:
    """Looks authors up; what the cloud refuses or does not have is told as unknown."""

    def __init__(
        self,
        session: Session,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._session = session
        self._history = FlowHistory(session, clock, sleep)

    def of(self, resource: Resource) -> Author | None:
        """The author of the last change of an object."""
        if found := self._tried(self._of_history, resource):
            return found
        known = [self._tried(ask, resource) for ask in (self._of_audit, self._of_entity)]
        return max((each for each in known if each), key=lambda each: each.when or "", default=None)

    def _tried(self, ask: Callable[[Resource], Author | None], resource: Resource) -> Author | None:
        try:
            return ask(resource)
        except CloudError:
            return None

    def _of_history(self, resource: Resource) -> Author | None:
        """Who made the live version of a flow; of settings, who updated the flow last."""
        preferred = {"flow": _LIVE, "flow_settings": ("UPDATE",)}.get(resource.address.kind)
        if preferred is None or not resource.remote_id:
            return None
        entries = self._history.latest(_entity_id(resource))
        for actions in (preferred, _EDITS):
            for entry in entries:
                if entry.get("action") in actions:
                    return Author(
                        self._name(entry), _text(entry.get("timestamp")), str(entry["action"]).lower()
                    )
        return None

    def _of_audit(self, resource: Resource) -> Author | None:
        service = _SERVICES.get(resource.address.kind)
        if service is None or not resource.remote_id:
            return None
        now = datetime.now(UTC)
        start = now - timedelta(days=_DAYS)
        query: JsonObject = {
            "interval": f"{start:%Y-%m-%dT%H:%M:%SZ}/{now + _AHEAD:%Y-%m-%dT%H:%M:%SZ}",
            "serviceName": service,
            "filters": [{"property": "EntityId", "value": _entity_id(resource)}],
            "sort": [{"name": "Timestamp", "sortOrder": "descending"}],
        }
        to = "/api/v2/audits/query/realtime?expand=user"
        answer = self._session.send_json(
            "POST", to, {**query, "pageNumber": 1, "pageSize": 1}, Call(idempotent=True, reads=True)
        )
        entries = answer.get("entities") if isinstance(answer, dict) else None
        if not isinstance(entries, list) or not entries:
            return None
        entry: JsonObject = entries[0]
        action = _text(entry.get("action"))
        return Author(self._name(entry), _text(entry.get("eventDate")), action.lower() if action else None)

    def _of_entity(self, resource: Resource) -> Author | None:
        kind = resource.address.kind
        if kind not in _STAMPED or not resource.remote_id:
            return None
        entity = self._session.get_json(route(LISTS[kind] + "/{}", resource.remote_id))
        who = _text(entity.get("modifiedBy"))
        named = [f"{kind} {name}" for kind in _PEOPLE if who and (name := self._lookup(kind, who))]
        return Author(named[0] if named else who, _text(entity.get("dateModified")), None)

    def _name(self, entry: JsonObject) -> str | None:
        """A person by name; a program, which acts for nobody or for itself, by the name of its client."""
        user, client = _id(entry.get("user")), _id(entry.get("client"))
        kind, found = ("client", client) if client and user in (None, client) else ("user", user)
        if found is None:
            return None
        return f"{kind} {get(entry, (kind, 'name')) or self._lookup(kind, found) or found}"

    def _lookup(self, kind: str, remote_id: str) -> str | None:
        """The name of a person or a client, as far as we may know it."""
        try:
            return _text(self._session.get_json(route(_PEOPLE[kind], remote_id)).get("name"))
        except CloudError:
            return None


def _entity_id(resource: Resource) -> str:
    """The id under which the cloud knows it: settings are part of their flow."""
    return (resource.remote_id or "").partition("/")[0]


def _id(found: Json) -> str | None:
    return _text(found.get("id")) if isinstance(found, dict) else None


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) and value else None
