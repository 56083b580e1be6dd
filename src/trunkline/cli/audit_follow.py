"""The audit of the guides' surface for `trunkline audit query`: records of now, or as they come."""

from __future__ import annotations

import json
from dataclasses import dataclass

from trunkline.cli.common import emit, talk
from trunkline.domain.json import JsonObject
from trunkline.library import Org


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records. `until` is a correlation id: its record ends it; `seconds` None is without end."""

    entity: str | None = None
    event: str | None = None
    follow: bool = False
    seconds: float | None = None
    until: str | None = None


def shown(record: JsonObject, form: str) -> str:
    """A record as a line: JSON, or when, what and who, in the fields of either surface."""
    if form == "json":
        return json.dumps(record, ensure_ascii=False)
    if "eventDate" not in record:
        names = ("timestamp", "eventType", "entityName", "status", "actorId")
        return "  ".join(str(record.get(name, "")) for name in names)
    entity, user = record.get("entity") or {}, record.get("user") or record.get("client") or {}
    what = (record.get("action"), record.get("entityType"), entity.get("name") or entity.get("id"))
    said = " ".join(str(part) for part in what if part)
    return (
        f"{record['eventDate']}  {said}  {record.get('status', '')}  {user.get('name') or user.get('id', '')}"
    )


def print_records(org: Org, wanted: Wanted, form: str) -> int:
    """One record a line, the oldest first; 1 where `until` did not show in time."""
    audit = org.cloud.audit
    if wanted.follow or wanted.until:
        records = audit.follow(wanted.entity, wanted.event, every=0.5, seconds=wanted.seconds)
    else:
        records = audit.query(wanted.entity, wanted.event)
    try:
        for record in records:
            emit(shown(record, form))
            if wanted.until is not None and record.get("correlationId") == wanted.until:
                return 0
    except KeyboardInterrupt:
        talk("ended")
    return int(wanted.until is not None)
