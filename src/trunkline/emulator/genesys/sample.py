"""Filling an org with the sample: a folder of exports beside `org.json`, which tells everything else.

The layout is described in `sample/README.md`.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from importlib.resources import files

from trunkline.domain.json import JsonObject
from trunkline.emulator.genesys import content, stubs
from trunkline.emulator.genesys.public.organization import ORGANIZATION
from trunkline.emulator.genesys.records import ActionContent, Actor, VersionKind, new_flow
from trunkline.emulator.genesys.seed import SEEDER, put_action, put_flow
from trunkline.emulator.orgs import Org

APART = ("organization", "actions", "flows", "stubs", "dataTables")
REACHED: dict[str, VersionKind] = {"published": "PUBLISH", "checkedin": "CHECKIN", "saved": "SAVE"}


def fill(org: Org) -> None:
    """Fill an empty org."""
    described = _document("org.json")
    org.documents(ORGANIZATION).put(org.id, {**described["organization"], "id": org.id})
    for collection, objects in described.items():
        if collection not in APART:
            for each in objects:
                org.documents(collection).put(each["id"], each)
    for table in described["dataTables"]:
        put_table(org, table)
    for entry in described["actions"]:
        _put_action(org, entry)
    for entry in described["flows"]:
        _put_flow(org, entry)
    stubs.replace_all(org, [stubs.parse(each) for each in described["stubs"]])


@cache
def _data(file: str) -> bytes:
    return (files("trunkline.emulator") / "sample" / file).read_bytes()


@cache
def _document(file: str) -> JsonObject:
    """Shared by all orgs that hold the sample: documents are never changed in place."""
    return json.loads(_data(file))


def put_table(org: Org, table: JsonObject) -> None:
    """A data table and its rows, which lie apart."""
    org.documents("dataTables").put(
        table["id"], {name: value for name, value in table.items() if name != "rows"}
    )
    for row in table["rows"]:
        org.documents("dataTableRows").put(f"{table['id']}/{row['key']}", row)


def _put_action(org: Org, entry: JsonObject) -> None:
    document = _document(entry["file"])
    holds: ActionContent = {
        "name": entry["name"],
        "category": entry["category"],
        "integrationId": entry["integrationId"],
        "secure": document.get("secure", False),
        "contract": document["contract"],
        "config": content.with_defaults(document["config"]),
    }
    put_action(
        org,
        entry["id"],
        document["actionType"],
        holds,
        version=entry["version"],
        published=entry["state"] == "published",
    )


def _put_flow(org: Org, entry: JsonObject) -> None:
    record = new_flow(
        flow_id=entry["id"],
        name=entry["name"],
        flow_type=entry["type"],
        division=entry["division"]["id"],
        description=entry.get("description") or "",
    )
    if "lockedBy" in entry:
        record["lock"] = _user(org, entry["lockedBy"])
    put_flow(
        org,
        record,
        _data(entry["file"]),
        version=entry["version"],
        reached=REACHED[entry["state"]],
        by=_user(org, entry["modifiedBy"]),
        at=datetime.fromisoformat(entry["dateModified"]).timestamp(),
        secure=entry["type"] == "securecall",
    )


def _user(org: Org, user_id: str) -> Actor:
    user = org.documents("users").get(user_id)
    return {"kind": "user", "id": user_id, "name": user["name"]} if user else SEEDER
