"""The life of a flow: who has it locked, its versions, and the operations that take their time.

    create → locked, no version ──save──→ SAVE ──checkin──→ CHECKIN ──publish──→ PUBLISH
                                            └────────────────publish────────────────┘

Neither HTTP nor shapes are known here. There is no version to compare on a write: whoever holds the
lock may write. Check-in and publish are asynchronous: they start an operation, and take effect when
it is due (setting `flowOperationSeconds`), at the latest with the next request that looks.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from trunkline.domain.json import JsonObject
from trunkline.emulator.errors import ApiError, conflict, not_found
from trunkline.emulator.genesys.records import (
    FLOW_CONFIGURATIONS,
    FLOWS,
    Actor,
    FlowRecord,
    FlowVersionRecord,
    as_document,
    as_flow,
    configuration_key,
    new_flow,
)
from trunkline.emulator.orgs import Org

EVENTS = "flow_events"
"""What was done to a flow: `{entries: [{action, at, by, version, secure}]}` by flow id."""

ActionName: TypeAlias = Literal["CHECKIN", "PUBLISH", "DELETE", "HISTORY", "UPDATE"]


def all_flows(org: Org) -> list[FlowRecord]:
    """Every flow, deleted ones too, as it is now."""
    return [
        as_flow(document) if document["operation"] is None else settled(org, as_flow(document))
        for document in org.documents(FLOWS).values()
    ]


def find(org: Org, flow_id: str, *, deleted: bool = False) -> FlowRecord:
    """Raises 404 for an unknown flow, 410 for a deleted one unless `deleted`."""
    document = org.documents(FLOWS).get(flow_id)
    if document is None:
        raise not_found(
            "Could not find flow with specified ID.",
            code="architect.flow.not.found",
            entity=(flow_id, "flow"),
        )
    record = settled(org, as_flow(document))
    if record["deleted"] and not deleted:
        raise ApiError(410, "architect.flow.deleted", "Flow has been deleted.", entity=(flow_id, "flow"))
    return record


def find_version(record: FlowRecord, version_id: str) -> FlowVersionRecord:
    """Raises 404."""
    for version in record["versions"]:
        if version["id"] == version_id:
            return version
    raise not_found(
        "Specified flow version is missing.",
        code="architect.flow.version.missing",
        entity=(record["id"], "flow"),
    )


def configuration(org: Org, record: FlowRecord, version_id: str) -> bytes | None:
    """The configuration of a version, byte for byte as it was saved."""
    return org.blobs(FLOW_CONFIGURATIONS).get(configuration_key(record["id"], version_id))


def latest_configuration(org: Org, record: FlowRecord) -> bytes | None:
    """That of the newest version that has one."""
    found = (configuration(org, record, version["id"]) for version in reversed(record["versions"]))
    return next((data for data in found if data is not None), None)


def live_version(record: FlowRecord) -> FlowVersionRecord | None:
    """The published version, else the checked-in, else the saved one."""
    chosen = record["publishedVersion"] or record["checkedInVersion"] or record["savedVersion"]
    return None if chosen is None else find_version(record, chosen)


def create(org: Org, by: Actor, *, name: str, flow_type: str, division: str, description: str) -> FlowRecord:
    """A flow without a version, locked by its author. Raises 409 if its name is taken."""
    check_name(org, name, flow_type, None)
    record = new_flow(
        flow_id=org.guid(), name=name, flow_type=flow_type, division=division, description=description
    )
    record["lock"] = by
    put(org, record)
    note(org, record, "CREATE", by)
    return record


def update(org: Org, record: FlowRecord, by: Actor, **changes: str) -> FlowRecord:
    """Another name, description or division. Raises 409 if somebody else has the lock."""
    if record["lock"] is not None and record["lock"] != by:
        raise not_locked(record)
    check_name(org, changes.get("name", record["name"]), record["type"], record["id"])
    changed = as_flow({**record, **changes})
    put(org, changed)
    note(org, changed, "UPDATE", by)
    return changed


def save(org: Org, record: FlowRecord, by: Actor, data: bytes, *, secure: bool) -> FlowVersionRecord:
    """A new version with this configuration. Raises 409 unless `by` holds the lock."""
    if record["lock"] != by:
        raise not_locked(record)
    check_idle(record)
    version = _new_version(org, record, by, secure=secure)
    org.blobs(FLOW_CONFIGURATIONS).put(configuration_key(record["id"], version["id"]), data)
    versions = [*record["versions"], version]
    changed = as_flow({**record, "versions": versions, "savedVersion": version["id"]})
    put(org, changed)
    note(org, changed, "SAVE", by, version["id"])
    return version


def _new_version(org: Org, record: FlowRecord, by: Actor, *, secure: bool) -> FlowVersionRecord:
    newest = max((int(version["id"].partition(".")[0]) for version in record["versions"]), default=0)
    return {
        "id": f"{newest + 1}.0",
        "kind": "SAVE",
        "commit": org.guid(),
        "by": by,
        "saved": org.now(),
        "checkedIn": None,
        "published": None,
        "secure": secure,
    }


def checkout(org: Org, record: FlowRecord, by: Actor) -> FlowRecord:
    """Lock it. Raises 409 if somebody else has the lock."""
    _check_free(record, by)
    check_idle(record)
    changed = as_flow({**record, "lock": by})
    put(org, changed)
    if record["lock"] is None:
        note(org, changed, "CHECKOUT", by)
    return changed


def checkin(org: Org, record: FlowRecord, by: Actor) -> FlowRecord:
    """Start to check in what is saved, and give the lock back.

    Raises 409 if the lock is somebody else's or nobody's, or nothing is saved.
    """
    if record["lock"] != by:
        raise not_locked(record)
    check_idle(record)
    if record["savedVersion"] is None:
        raise conflict(
            "Flow cannot be checked in because there is no saved configuration.",
            code="architect.flow.cannot.checkin.missing.config",
            entity=(record["id"], "flow"),
        )
    return _start(org, record, by, "CHECKIN", record["savedVersion"])


def publish(org: Org, record: FlowRecord, by: Actor, version_id: str | None) -> FlowRecord:
    """Start to publish a version, the newest if none is named, and give the lock back.

    Raises 409 if somebody else has the lock, 404 if there is no such version or no configuration.
    """
    _check_free(record, by)
    check_idle(record)
    if version_id is None:
        version_id = record["savedVersion"] or record["checkedInVersion"] or record["publishedVersion"]
    if version_id is None:
        raise conflict(
            "Flow cannot be checked in because there is no saved configuration.",
            code="architect.flow.cannot.checkin.missing.config",
            entity=(record["id"], "flow"),
        )
    find_version(record, version_id)
    if configuration(org, record, version_id) is None:
        raise not_found(
            "Flow version data content is missing.",
            code="architect.flow.data.missing",
            entity=(record["id"], "flow"),
        )
    return _start(org, record, by, "PUBLISH", version_id)


def revert(org: Org, record: FlowRecord, by: Actor) -> FlowRecord:
    """Forget what is saved and not checked in; give the lock back. Raises 409 unless `by` holds it."""
    if record["lock"] != by:
        raise not_locked(record)
    check_idle(record)
    kept = [version for version in record["versions"] if version["kind"] != "SAVE"]
    for version in record["versions"]:
        if version["kind"] == "SAVE":
            org.blobs(FLOW_CONFIGURATIONS).delete(configuration_key(record["id"], version["id"]))
    changed = as_flow({**record, "versions": kept, "savedVersion": None, "lock": None})
    put(org, changed)
    note(org, changed, "REVERT", by)
    return changed


def unlock(org: Org, record: FlowRecord) -> FlowRecord:
    """Break a lock, whoever holds it. What is saved stays."""
    changed = as_flow({**record, "lock": None})
    put(org, changed)
    return changed


def deactivate(org: Org, record: FlowRecord, by: Actor) -> FlowRecord:
    """Take the published version out of service."""
    changed = as_flow({**record, "active": False, "publishedVersion": None})
    put(org, changed)
    note(org, changed, "DEACTIVATE", by)
    return changed


def delete(org: Org, record: FlowRecord, by: Actor) -> FlowRecord:
    """Mark it as deleted; its versions can still be read. Raises 405 if somebody else has the lock."""
    if record["lock"] is not None and record["lock"] != by:
        raise ApiError(
            405,
            "architect.flow.cannot.delete.user.does.not.have.lock",
            "Flow cannot be deleted because it is locked by another user.",
            entity=(record["id"], "flow"),
        )
    changed = as_flow({**record, "deleted": True, "active": False, "lock": None})
    put(org, changed)
    note(org, changed, "DELETE", by)
    return changed


def settled(org: Org, record: FlowRecord) -> FlowRecord:
    """The flow with its operation carried out, if that is due."""
    operation = record["operation"]
    if operation is None or operation["complete"] or operation["due"] > org.now():
        return record
    done: dict[str, Any] = {"operation": {**operation, "complete": True, "actionStatus": "SUCCESS"}}
    version_id = operation.get("version")
    if operation["actionName"] in ("CHECKIN", "PUBLISH") and isinstance(version_id, str):
        done |= _reached(record, version_id, operation)
    changed = as_flow({**record, **done})
    put(org, changed)
    note(org, changed, operation["actionName"], operation["by"], version_id, at=operation["due"])
    return changed


def _reached(record: FlowRecord, version_id: str, operation: JsonObject) -> dict[str, Any]:
    """What a check-in or a publish makes of a flow."""
    publishes = operation["actionName"] == "PUBLISH"
    versions: list[FlowVersionRecord] = []
    for version in record["versions"]:
        if version["id"] == version_id:
            version = version.copy()
            version["checkedIn"] = version["checkedIn"] or operation["due"]
            version["kind"] = "CHECKIN" if version["kind"] == "SAVE" else version["kind"]
            if publishes:
                version["kind"], version["published"] = "PUBLISH", operation["due"]
        versions.append(version)
    changes: dict[str, Any] = {"versions": versions, "checkedInVersion": version_id, "lock": None}
    if record["savedVersion"] == version_id:
        changes["savedVersion"] = None
    if publishes:
        changes |= {"publishedVersion": version_id, "active": True}
    return changes


def _start(org: Org, record: FlowRecord, by: Actor, name: ActionName, version: str | None) -> FlowRecord:
    changed = as_flow({**record, "operation": new_operation(org, by, name, version)})
    put(org, changed)
    return changed


def new_operation(org: Org, by: Actor, name: ActionName, version: str | None = None) -> JsonObject:
    """An operation that has just started; `due` is when it will be over, in seconds since the epoch."""
    return {
        "id": org.guid(),
        "actionName": name,
        "actionStatus": "STARTED",
        "complete": False,
        "by": by,
        "version": version,
        "started": org.now(),
        "due": org.now() + org.setting("flowOperationSeconds"),
    }


def put(org: Org, record: FlowRecord) -> None:
    org.documents(FLOWS).put(record["id"], as_document(record))


def note(
    org: Org,
    record: FlowRecord,
    action: str,
    by: Actor,
    version: str | None = None,
    *,
    at: float | None = None,
) -> None:
    """Remember who did what, for the flow's history."""
    known = org.documents(EVENTS).get(record["id"])
    entry = {"action": action, "at": org.now() if at is None else at, "by": by, "version": version}
    entries = [*(known["entries"] if known else history(org, record)), entry]
    org.documents(EVENTS).put(record["id"], {"entries": entries})


def history(org: Org, record: FlowRecord) -> list[JsonObject]:
    """What was done to a flow, oldest first; of a seeded flow, what its versions tell."""
    known = org.documents(EVENTS).get(record["id"])
    if known is not None:
        return list(known["entries"])
    entries: list[JsonObject] = []
    for version in record["versions"]:
        times = (("SAVE", "saved"), ("CHECKIN", "checkedIn"), ("PUBLISH", "published"))
        entries += [
            {"action": action, "at": version[key], "by": version["by"], "version": version["id"]}
            for action, key in times
            if version[key] is not None
        ]
    return entries


def check_name(org: Org, name: str, flow_type: str, own: str | None) -> None:
    """Raises 409 if another flow of the type has the name, in any case."""
    for document in org.documents(FLOWS).values():
        other = as_flow(document)
        if (
            other["id"] != own
            and not other["deleted"]
            and other["type"] == flow_type
            and other["name"].casefold() == name.casefold()
        ):
            raise conflict(
                "A flow of the specified type with the specified name already exists.",
                code="architect.flow.already.exists",
                entity=(other["id"], other["name"]),
            )


def check_idle(record: FlowRecord) -> None:
    """Raises 409 while an operation runs."""
    operation = record["operation"]
    if operation is not None and not operation["complete"]:
        raise conflict(
            "An operation is already in progress on the object.",
            code="architect.operation.already.in.progress",
            entity=(record["id"], "flow"),
        )


def _check_free(record: FlowRecord, by: Actor) -> None:
    if record["lock"] is not None and record["lock"] != by:
        raise conflict(
            "Flow is locked by another user.",
            code="architect.flow.locked.by.user",
            entity=(record["id"], "flow"),
        )


def not_locked(record: FlowRecord) -> ApiError:
    return conflict(
        "Flow is not locked by requesting user.",
        code="architect.flow.not.locked.by.user",
        entity=(record["id"], "flow"),
    )
