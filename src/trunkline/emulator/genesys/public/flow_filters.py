"""Which flows a list asks for. developer.genesys.cloud, "Architect API", GET /api/v2/flows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from trunkline.emulator.call import Call
from trunkline.emulator.errors import bad_request
from trunkline.emulator.genesys import flows
from trunkline.emulator.genesys.collection import matches
from trunkline.emulator.genesys.flow_types import FLOW_TYPES
from trunkline.emulator.genesys.records import FlowRecord

SORTABLE = ("id", "name", "type", "description")

Filter: TypeAlias = Callable[[FlowRecord], bool]


def chosen_flows(call: Call) -> list[FlowRecord]:
    """The flows that a list asks for. Ids, where given, are the only filter."""
    records = flows.all_flows(call.org)
    ids = call.query.many("id")
    if ids:
        kept = [record for record in records if record["id"] in ids]
    else:
        kept = records
        for accepts in _filters(call):
            kept = list(filter(accepts, kept))
    field = call.query.get("sortBy") or "id"
    if field not in SORTABLE:
        raise bad_request(f"Flows are not sorted by {field[:40]}", code="invalid.value", field="sortBy")
    descending = (call.query.get("sortOrder") or "asc").lower().startswith("desc")
    return sorted(kept, key=lambda record: record[field].casefold(), reverse=descending)


def _filters(call: Call) -> list[Filter]:
    query = call.query
    filters: list[Filter] = []
    types = flow_types(query.many("type"))
    if types:
        filters.append(lambda record: record["type"] in types)
    if not query.flag("deleted"):
        filters.append(lambda record: not record["deleted"])
    divisions = query.many("divisionId")
    if divisions:
        filters.append(lambda record: record["division"] in divisions)
    if name := query.get("name"):
        filters.append(lambda record: matches(name, record["name"]))
    if description := query.get("description"):
        filters.append(lambda record: matches(description, record["description"]))
    if either := query.get("nameOrDescription"):
        filters.append(
            lambda record: matches(either, record["name"]) or matches(either, record["description"])
        )
    if version := query.get("publishVersionId"):
        filters.append(lambda record: record["publishedVersion"] == version)
    if query.get("virtualAgentEnabled") and query.flag("virtualAgentEnabled"):
        filters.append(lambda record: False)
    return [*filters, *_lock_filters(call), *_version_filters(call)]


def flow_types(names: list[str]) -> list[str]:
    types = [name.lower() for name in names]
    for name in types:
        if name not in FLOW_TYPES:
            raise bad_request(
                f"Invalid value [{name[:40]}] for type: one of {', '.join(FLOW_TYPES)}",
                code="invalid.value",
                field="type",
            )
    return types


def _lock_filters(call: Call) -> list[Filter]:
    def held_by(kind: str, holder: str) -> Filter:
        def held(record: FlowRecord) -> bool:
            lock = record["lock"]
            return lock is not None and lock["kind"] == kind and lock["id"] == holder

        return held

    filters: list[Filter] = []
    if user := call.query.get("lockedBy"):
        filters.append(held_by("user", user))
    if client := call.query.get("lockedByClientId"):
        filters.append(held_by("client", client))
    if editor := call.query.get("editableBy"):
        filters.append(lambda record: record["lock"] is None or record["lock"]["id"] == editor)
    return filters


def _version_filters(call: Call) -> list[Filter]:
    filters: list[Filter] = []
    secure = call.query.get("secure")
    if secure:
        keys = {
            "any": ("savedVersion", "checkedInVersion", "publishedVersion"),
            "checkedin": ("checkedInVersion",),
            "published": ("publishedVersion",),
        }
        chosen = keys.get(secure.lower())
        if chosen is None:
            raise bad_request(
                f"Invalid value [{secure[:40]}] for secure", code="invalid.value", field="secure"
            )
        filters.append(lambda record: any(_is_secure(record, record[key]) for key in chosen))
    after, before = _time(call, "publishedAfter"), _time(call, "publishedBefore")
    if after is not None:
        filters.append(lambda record: (_published(record) or 0) > after)
    if before is not None:
        filters.append(lambda record: 0 < (_published(record) or 0) < before)
    return filters


def _is_secure(record: FlowRecord, version_id: str | None) -> bool:
    return version_id is not None and flows.find_version(record, version_id)["secure"]


def _published(record: FlowRecord) -> float | None:
    version_id = record["publishedVersion"]
    return None if version_id is None else flows.find_version(record, version_id)["published"]


def _time(call: Call, name: str) -> float | None:
    text = call.query.get(name)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise bad_request(f"{name} must be a time in ISO 8601", code="invalid.value", field=name) from error
    if moment.tzinfo is None:
        moment = datetime.fromisoformat(f"{text}+00:00")
    return moment.timestamp()
