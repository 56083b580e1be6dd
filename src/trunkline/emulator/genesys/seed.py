"""Filling an org from a folder of exports: data actions and flows as they are, and whatever the flows name.

Ids are the same at every seeding of the same folder. A file takes the id under which a manifest names an
object of its kind and name, a flow the id in the name of its file (`flow_<id>.json`); else the id comes
from its path.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from trunkline.domain.action.vendor import (
    action_type,
    integration_type_of,
    strip_export_suffix,
)
from trunkline.domain.json import JsonObject, get
from trunkline.emulator.clock import stable_guid
from trunkline.emulator.genesys import content, seed_files, stand_ins
from trunkline.emulator.genesys.collection import division_reference, home_division
from trunkline.emulator.genesys.public import integrations
from trunkline.emulator.genesys.public.references import minimal
from trunkline.emulator.genesys.records import (
    ACTION_VERSIONS,
    ACTIONS,
    FLOW_CONFIGURATIONS,
    FLOWS,
    ActionContent,
    ActionRecord,
    Actor,
    FlowRecord,
    VersionKind,
    as_document,
    configuration_key,
    new_flow,
)
from trunkline.emulator.genesys.seed_files import ActionFile, FlowFile, Named
from trunkline.emulator.orgs import Org
from trunkline.errors import InvalidInput

SEEDER: Actor = {"kind": "client", "id": stable_guid("client", "seed"), "name": "Seed"}
_GUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_FLOW_FILE = re.compile(rf"flow_({_GUID})\.json", re.IGNORECASE)


def seed(org: Org, folder: Path) -> str:
    """Fill a founded org; one line on what the folder held. Raises InvalidInput if it cannot be read."""
    try:
        found = seed_files.read(folder)
    except OSError as error:
        raise InvalidInput(f"the seed cannot be read: {error}", where=str(folder)) from error
    named = [each for flow in found.flows for each in flow.named]
    claims = _Claims(named)
    refused = sum(not _put_action(org, file, claims) for file in found.actions)
    for file in found.flows:
        _put_flow(org, file, claims)
    made = sum(_put_stand_in(org, each) for each in named)
    return _report(len(found.actions) - refused, len(found.flows), made, len(found.neither) + refused)


def _report(actions: int, flows: int, made: int, neither: int) -> str:
    said = f"seeded {actions} data actions, {flows} flows and {made} objects that the flows name"
    return f"{said}; {neither} files are neither" if neither else said


class _Claims:
    """Which id in the manifests belongs to which file: each is taken once, the exact name first."""

    def __init__(self, named: Iterable[Named]) -> None:
        self._taken: set[str] = set()
        self._ids: dict[tuple[str, str], list[str]] = {}
        for each in named:
            kind = "action" if each.kind == "dataAction" else stand_ins.flow_type(each.kind)
            if kind is not None:
                for name in {each.name, _folded(each.name)}:
                    self._ids.setdefault((kind, name), []).append(each.id)

    def take(self, kind: str, name: str) -> str | None:
        """The id of an object of this name, if a manifest names one that no file has taken yet."""
        for spelled in (name, _folded(name)):
            for object_id in self._ids.get((kind, spelled), ()):
                if object_id not in self._taken:
                    self._taken.add(object_id)
                    return object_id
        return None


def _folded(name: str) -> str:
    return strip_export_suffix(name).casefold().strip()


def _put_action(org: Org, file: ActionFile, claims: _Claims) -> bool:
    """False where the file holds something that no org could hold."""
    document = file.document
    holds = _content(org, document)
    if holds is None:
        return False
    kind = action_type(document)
    own = f"{'static' if kind == 'static' else 'custom'}_-_{stable_guid('action', file.file)}"
    put_action(org, claims.take("action", document["name"]) or own, kind, holds)
    return True


def _content(org: Org, document: JsonObject) -> ActionContent | None:
    if not isinstance(document.get("config"), dict) or any(content.config_faults(document["config"])):
        return None
    kind = document.get("integrationType")
    url = get(document, ("config", "request", "requestUrlTemplate"), "")
    wished = kind if isinstance(kind, str) and kind else integration_type_of(str(url))
    integration = integrations.of_type(org, wished or "custom-rest-actions")
    category = document.get("category")
    return {
        "name": document["name"],
        "category": category if isinstance(category, str) and category else integration["name"],
        "integrationId": integration["id"],
        "secure": document.get("secure") is True,
        "contract": _contract(document["contract"]),
        "config": content.with_defaults(document["config"]),
    }


def _contract(contract: JsonObject) -> JsonObject:
    """Both schemas; one that the file lacks or misnames admits everything."""
    sides: JsonObject = {}
    for side, field in (("input", "inputSchema"), ("output", "successSchema")):
        schema = get(contract, (side, field))
        sides[side] = {field: schema if isinstance(schema, dict) else {}}
    return sides


def put_action(
    org: Org,
    action_id: str,
    kind: str,
    holds: ActionContent,
    *,
    version: int = 1,
    published: bool = True,
) -> None:
    """An action as it would be after its history."""
    version_id = stable_guid("version", action_id)
    record: ActionRecord = {
        "id": action_id,
        "actionType": kind,
        "version": version,
        "etag": f'"{stable_guid("etag", action_id)}"',
        "draft": None if published else holds,
        "published": holds if published else None,
        "publishedId": version_id if published else None,
        "publishing": None,
        "guides": {},
    }
    org.documents(ACTIONS).put(action_id, as_document(record))
    if published:
        kept = {
            "id": version_id,
            "actionId": action_id,
            "version": version,
            "datePublished": org.timestamp(),
            "content": holds,
        }
        org.documents(ACTION_VERSIONS).put(version_id, kept)


def _put_flow(org: Org, file: FlowFile, claims: _Claims) -> None:
    own = _FLOW_FILE.fullmatch(file.file.rpartition("/")[2])
    flow_id = own[1].lower() if own else claims.take(file.type, file.name)
    if flow_id is None or flow_id in org.documents(FLOWS):
        flow_id = stable_guid("flow", file.file)
    record = new_flow(
        flow_id=flow_id,
        name=file.name,
        flow_type=file.type,
        division=home_division(org)["id"],
        description=file.description,
    )
    put_flow(org, record, file.data, secure=file.secure)


def put_flow(
    org: Org,
    record: FlowRecord,
    data: bytes,
    *,
    version: str = "1.0",
    reached: VersionKind = "PUBLISH",
    by: Actor = SEEDER,
    at: float | None = None,
    secure: bool = False,
) -> None:
    """A flow with one version that was saved, checked in or published `at` a time."""
    when = org.now() if at is None else at
    published, checked_in = reached == "PUBLISH", reached in ("PUBLISH", "CHECKIN")
    record["versions"] = [
        {
            "id": version,
            "kind": reached,
            "commit": stable_guid("commit", record["id"], version),
            "by": by,
            "saved": when,
            "checkedIn": when if checked_in else None,
            "published": when if published else None,
            "secure": secure,
        }
    ]
    record["savedVersion"] = None if checked_in else version
    record["checkedInVersion"] = version if checked_in else None
    record["publishedVersion"] = version if published else None
    org.documents(FLOWS).put(record["id"], as_document(record))
    org.blobs(FLOW_CONFIGURATIONS).put(configuration_key(record["id"], version), data)


def _put_stand_in(org: Org, each: Named) -> bool:
    """True if the object was not there and is now."""
    kind = stand_ins.flow_type(each.kind)
    if each.kind == "dataAction":
        return _put_missing_action(org, each)
    if kind is not None:
        return _put_missing_flow(org, each, kind)
    collection = stand_ins.COLLECTIONS.get(each.kind)
    if collection is None or each.id in org.documents(collection):
        return False
    document = minimal(collection, each.id, each.name)
    if collection == "dataTables":
        document |= stand_ins.data_table(each.id, each.name)
    document["division"] = division_reference(home_division(org))
    org.documents(collection).put(each.id, document)
    return True


def _put_missing_action(org: Org, each: Named) -> bool:
    if each.id in org.documents(ACTIONS):
        return False
    integration = integrations.of_type(org, "custom-rest-actions")
    holds = stand_ins.action_content(each.name, integration["id"], each.contract)
    put_action(org, each.id, "static" if each.id.startswith("static") else "custom", holds)
    return True


def _put_missing_flow(org: Org, each: Named, kind: str) -> bool:
    if each.id in org.documents(FLOWS):
        return False
    record = new_flow(
        flow_id=each.id, name=each.name, flow_type=kind, division=home_division(org)["id"], description=""
    )
    put_flow(org, record, stand_ins.configuration(each.id, each.name, kind))
    return True
