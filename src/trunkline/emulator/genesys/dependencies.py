"""What flows depend on, read from the manifests of their configurations, version by version."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import msgspec

from trunkline.domain.flow.expressions import texts
from trunkline.domain.json import Json
from trunkline.emulator.genesys import flows, stand_ins
from trunkline.emulator.genesys.flow_types import OBJECT_TYPES
from trunkline.emulator.genesys.records import ACTIONS, FLOWS, FlowRecord
from trunkline.emulator.orgs import Org


@dataclass(frozen=True, slots=True)
class Used:
    """An object that a version of a flow names. `type` is as in dependency tracking: `DATAACTION`."""

    type: str
    id: str
    name: str
    version: str | None = None


class _Entry(msgspec.Struct):
    id: Json = None
    name: Json = None
    version: Json = None


class _Manifested(msgspec.Struct):
    manifest: dict[str, list[_Entry]] = {}


COLLECTIONS = {kind.upper(): name for kind, name in stand_ins.COLLECTIONS.items()} | {"DATAACTION": ACTIONS}
"""Where an org keeps the objects of a type; flows apart."""

FLOW_OBJECT_TYPES = frozenset(OBJECT_TYPES.values())
_BUILT_IN = frozenset({"SYSTEMPROMPT"})

OTHER_CONSUMERS = {
    "COMPOSERSCRIPT": "scripts",
    "EMAILROUTE": "emailRoutes",
    "EMERGENCYGROUP": "emergencyGroups",
    "IVRCONFIGURATION": "ivrs",
    "QUEUE": "queues",
    "SCHEDULEGROUP": "scheduleGroups",
}
"""Collections of objects, besides flows, that name others in their fields."""

_USERS = (
    ("queues", "queues"),
    ("ivrs", "ivr.configs"),
    ("emergencyGroups", "emergency.groups"),
    ("emailRoutes", "email.routes"),
)
"""Collections whose objects send interactions to flows, and how error codes call them."""


def object_type(kind: str) -> str:
    """`DATAACTION` for the manifest's `dataAction`."""
    return kind.upper()


def used_by(org: Org, record: FlowRecord, version_id: str) -> tuple[Used, ...]:
    """What one version names in its manifest, each object once."""
    data = flows.configuration(org, record, version_id)
    return () if data is None else _manifest(data)


@lru_cache(maxsize=1024)
def _manifest(data: bytes) -> tuple[Used, ...]:
    try:
        manifest = msgspec.json.decode(data, type=_Manifested).manifest
    except msgspec.MsgspecError:
        return ()
    found: dict[Used, None] = {}
    for kind, entries in manifest.items():
        for entry in entries:
            if isinstance(entry.id, str):
                name = entry.name if isinstance(entry.name, str) else entry.id
                version = entry.version if isinstance(entry.version, str) else None
                found[Used(object_type(kind), entry.id, name, version)] = None
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Consumer:
    """A version of a flow that depends on something."""

    record: FlowRecord
    version: str

    @property
    def type(self) -> str:
        return OBJECT_TYPES.get(self.record["type"], f"{self.record['type'].upper()}FLOW")


def consumers(org: Org) -> Iterator[tuple[Consumer, tuple[Used, ...]]]:
    """Every version of every flow that is not deleted, with what it uses."""
    for record in flows.all_flows(org):
        if not record["deleted"]:
            for version in record["versions"]:
                yield Consumer(record, version["id"]), used_by(org, record, version["id"])


def naming(org: Org, object_id: str) -> Iterator[Used]:
    """The objects, besides flows, that name one in any field."""
    for kind, collection in OTHER_CONSUMERS.items():
        for document in org.documents(collection).values():
            if document["id"] != object_id and object_id in texts(dict(document)):
                yield Used(kind, document["id"], str(document.get("name", "")))


def is_gone(org: Org, used: Used) -> bool:
    """Whether the org lacks an object of a kind that it keeps."""
    if used.type in FLOW_OBJECT_TYPES:
        record = org.documents(FLOWS).get(used.id)
        return record is None or record["deleted"]
    collection = COLLECTIONS.get(used.type)
    return collection is not None and used.type not in _BUILT_IN and used.id not in org.documents(collection)


def is_updated(org: Org, used: Used) -> bool:
    """Whether a flow that is used in one version has been published in another since."""
    if used.type not in FLOW_OBJECT_TYPES or used.version is None or is_gone(org, used):
        return False
    return flows.find(org, used.id)["publishedVersion"] not in (None, used.version)


def user_of(org: Org, record: FlowRecord, *, flows_too: bool) -> tuple[str, str] | None:
    """What keeps a flow from being removed: (`ivr.configs`, name of the first one)."""
    for collection, what in _USERS:
        for document in org.documents(collection).values():
            if record["id"] in texts(dict(document)):
                return what, str(document.get("name") or document["id"])
    needle = record["id"].encode()
    for other in flows.all_flows(org) if flows_too else []:
        data = flows.latest_configuration(org, other)
        if other["id"] != record["id"] and not other["deleted"] and data is not None and needle in data:
            return "flows", other["name"]
    return None
