"""Audit records of the public API: every change of an object that the vendor audits, with who and what.

They are taken from what a transaction changed in the store, so no route can forget to write one. Seeds,
resets and snapshots leave none. Names are those of `GET /api/v2/audits/query/servicemapping`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from trunkline.domain.json import Json, JsonObject
from trunkline.emulator.acting import actor_at_work
from trunkline.emulator.genesys.flows import EVENTS
from trunkline.emulator.genesys.records import ACTIONS, FLOWS
from trunkline.emulator.orgs import Org, Orgs
from trunkline.emulator.store import Work

AUDITS = "audits"
KEPT = 10_000
"""Records of an org; a tenth of them, the oldest, go when there are more."""
LONGEST_VALUE = 2_000
"""Characters of a changed value that a record holds."""

ENTITIES: Mapping[str, tuple[str, str]] = {
    "credentials": ("Integrations", "Credential"),
    "dataTableRows": ("Datatables", "Row"),
    "dataTables": ("Datatables", "Schema"),
    "emergencyGroups": ("Routing", "EmergencyGroup"),
    "flowMilestones": ("Architect", "FlowMilestone"),
    "flowOutcomes": ("Architect", "FlowOutcome"),
    "integrations": ("Integrations", "Integration"),
    "ivrs": ("Routing", "IVR"),
    "prompts": ("Architect", "Prompt"),
    "queues": ("Routing", "Queue"),
    "scheduleGroups": ("Routing", "ScheduleGroup"),
    "schedules": ("Routing", "Schedule"),
    "skills": ("Routing", "RoutingSkill"),
    "wrapupCodes": ("Routing", "WrapupCode"),
}
"""Service and type of entity, by collection of plain objects."""
FLOW_ACTIONS = (
    "Create", "Update", "Save", "Checkin", "Checkout", "Publish", "Revert", "Deactivate", "Delete",
)  # fmt: skip
SERVICES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "Architect": {
        "Flow": FLOW_ACTIONS,
        **dict.fromkeys(("Prompt", "FlowOutcome", "FlowMilestone"), ("Create", "Update", "Delete")),
    },
    "Integrations": {
        "Action": ("Create", "Update", "Delete", "Publish"),
        **dict.fromkeys(("ActionDraft", "Integration", "Credential"), ("Create", "Update", "Delete")),
    },
    **{
        service: {
            kind: ("Create", "Update", "Delete") for owner, kind in ENTITIES.values() if owner == service
        }
        for service in ("Datatables", "Routing")
    },
}
_SECRET = ("credentialFields", "secret", "password")
_SERVERS_OWN = {"version", "etag", "dateModified", "modifiedBy", "selfUri", "publishedId", "guides"}


@dataclass(frozen=True, slots=True)
class Change:
    """One record to be: `before` and `after` are documents, None where there is nothing."""

    service: str
    kind: str
    action: str
    entity_id: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    version: str | None = None
    by: Mapping[str, str] | None = None


class Auditor:
    """Writes the records of a transaction into it; `watch` is given every one before it is written."""

    def __init__(self, orgs: Orgs) -> None:
        self._orgs = orgs

    def watch(self, work: Work) -> None:
        if actor_at_work() is None:
            return
        initiators: dict[str, JsonObject] = {}
        for (partition, kind, collection, entry), before in list(work.before.items()):
            if kind != "document" or not partition:
                continue
            after = work.puts.get((partition, kind, collection, entry))
            org = self._orgs.get(partition)
            if org is not None and org.cloud == "genesys":
                documents = (cast("JsonObject | None", before), cast("JsonObject | None", after))
                for change in changes(org, collection, entry, *documents):
                    first = initiators.get(org.id)
                    initiators.setdefault(org.id, _write(org, change, first))


def changes(
    org: Org, collection: str, entry: str, before: JsonObject | None, after: JsonObject | None
) -> Iterator[Change]:
    """What a changed document means to an auditor."""
    if collection == EVENTS:
        yield from _of_flow(org, entry, before, after)
    elif collection == ACTIONS:
        yield from _of_action(entry, before, after)
    elif collection in ENTITIES:
        service, kind = ENTITIES[collection]
        if (verb := _verb(before, after)) is not None:
            yield Change(service, kind, verb, entry, before, after, _version(after or before))


def _verb(before: Json, after: Json) -> str | None:
    if before is None and after is None:
        return None
    return "Create" if before is None else "Delete" if after is None else "Update"


def _of_flow(org: Org, flow_id: str, before: JsonObject | None, after: JsonObject | None) -> Iterator[Change]:
    flow = org.documents(FLOWS).get(flow_id)
    known = len(before["entries"]) if before else 0
    for event in (after["entries"] if after else [])[known:]:
        action = str(event["action"]).capitalize()
        yield Change("Architect", "Flow", action, flow_id, flow, flow, event["version"], event["by"])


def _of_action(action_id: str, before: JsonObject | None, after: JsonObject | None) -> Iterator[Change]:
    parts = {
        part: (before[part] if before else None, after[part] if after else None)
        for part in ("published", "draft")
    }
    version = _version(after or before)
    for part, (old, new) in parts.items():
        verb = None if old == new else _verb(old, new)
        published = part == "published"
        if verb in ("Create", "Update") and published and before and before["draft"] is not None:
            verb = "Publish"
        if verb is not None:
            kind = "Action" if published else "ActionDraft"
            yield Change("Integrations", kind, verb, action_id, old, new, version)


def _version(document: Mapping[str, Any] | None) -> str | None:
    version = document.get("version") if document else None
    return None if version is None else str(version)


def _write(org: Org, change: Change, initiator: JsonObject | None) -> JsonObject:
    """Keeps the record of a change; `initiator` is the first one of the same transaction, None for itself."""
    actor = change.by or actor_at_work() or {}
    shown = change.after or change.before or {}
    identity = {"id": actor.get("id")}
    record_id = org.guid()
    first = initiator or {"id": record_id, "action": change.action}
    record: JsonObject = {
        "id": record_id,
        "userHomeOrgId": org.id,
        "user": {**identity, "name": actor.get("name")} if actor.get("kind") == "user" else identity,
        "remoteIp": ["127.0.0.1"],
        "serviceName": change.service,
        "level": "USER",
        "eventDate": org.timestamp(),
        "message": {"message": f"{change.action} {change.kind} {shown.get('name', change.entity_id)}"},
        "action": change.action,
        "entity": {"id": change.entity_id, "name": shown.get("name", shown.get("key", ""))},
        "entityType": change.kind,
        "status": "SUCCESS",
        "initiatingAction": {"transactionId": first["id"], "actionContext": first["action"]},
        "transactionInitiator": initiator is None,
        "propertyChanges": _property_changes(change),
        "context": {} if change.version is None else {"version": change.version},
    }
    if actor.get("kind") == "client":
        record["client"] = identity
    audits = org.documents(AUDITS)
    audits.put(record["id"], {"at": org.now(), "record": record})
    if len(audits) > KEPT:
        for entry in audits.ids()[: KEPT // 10]:
            audits.delete(entry)
    return record


def _property_changes(change: Change) -> list[JsonObject]:
    """Top-level fields that differ, as texts; a secret is named and never shown."""
    old, new = change.before or {}, change.after or {}
    return [
        {"property": name, "oldValues": _values(name, old), "newValues": _values(name, new)}
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name) and name not in _SERVERS_OWN
    ]


def _values(name: str, document: Mapping[str, Any]) -> list[str]:
    if document.get(name) is None:
        return []
    if name in _SECRET:
        return ["***"]
    value = document[name]
    text = value if isinstance(value, str) else _text(value)
    return [text[:LONGEST_VALUE]]


def _text(value: Json) -> str:
    import msgspec

    return msgspec.json.encode(value).decode()
