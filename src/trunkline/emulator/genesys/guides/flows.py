"""`/api/v2/architect/flows`: the guides' flows, as nodes and edges. Not an API that the vendor documents.

Lists are paged by number (`{entities, pageCount, pageNumber, pageSize, total}`) or, without a `pageNumber`,
by the `continuationToken` that every answer but the last carries.
"""

from __future__ import annotations

import base64
from functools import lru_cache

import msgspec

from trunkline.domain.flow import from_configuration, guides_form, is_configuration, is_guides
from trunkline.domain.json import JsonObject
from trunkline.emulator.call import Answer, Call
from trunkline.emulator.clock import timestamp
from trunkline.emulator.errors import bad_request
from trunkline.emulator.genesys import flows
from trunkline.emulator.genesys.collection import matches
from trunkline.emulator.genesys.records import FlowRecord
from trunkline.emulator.paging import DEFAULT_SIZE
from trunkline.emulator.routes import Routes

LARGEST = 250

routes = Routes("guides", prefix="/api/v2/architect/flows")


@routes.on("GET", "", known="assumed", scope="flow:read")
def list_flows(call: Call) -> Answer:
    """Flows by id; `name` is a pattern with `*`, `expand=settings` adds the settings."""
    kept = sorted(
        (record for record in flows.all_flows(call.org) if _wanted(call, record)),
        key=lambda record: record["id"],
    )
    size = call.query.number("pageSize", DEFAULT_SIZE)
    if not 1 <= size <= LARGEST:
        raise bad_request(f"pageSize must be from 1 to {LARGEST}", code="invalid.value", field="pageSize")
    numbered = call.query.get("pageNumber")
    start = (call.query.number("pageNumber", 1) - 1) * size if numbered else _resume(call, kept)
    if start < 0:
        raise bad_request("pageNumber must be from 1", code="invalid.value", field="pageNumber")
    shown = kept[start : start + size]
    settings = not {"settings", "routing"}.isdisjoint(call.query.many("expand"))
    body: JsonObject = {
        "entities": [shape(call, record, settings=settings) for record in shown],
        "pageCount": -(-len(kept) // size),
        "pageNumber": start // size + 1,
        "pageSize": size,
        "total": len(kept),
    }
    if not numbered and start + size < len(kept):
        body["continuationToken"] = base64.urlsafe_b64encode(shown[-1]["id"].encode()).decode()
    return Answer(body)


def _wanted(call: Call, record: FlowRecord) -> bool:
    pattern = call.query.get("name")
    return not record["deleted"] and (not pattern or matches(pattern, record["name"]))


def _resume(call: Call, kept: list[FlowRecord]) -> int:
    """Where the page after a continuation token begins, even if flows came or went meanwhile."""
    token = call.query.get("continuationToken")
    if not token:
        return 0
    try:
        last = base64.b64decode(token, altchars=b"-_", validate=True).decode()
    except ValueError as error:
        raise bad_request("The continuationToken is none of ours", field="continuationToken") from error
    return next((index for index, record in enumerate(kept) if record["id"] > last), len(kept))


@routes.on("GET", "/{flowId}", known="assumed", scope="flow:read")
def get_flow(call: Call) -> Answer:
    """The definition of a flow: `{id, name, type, status, version, nodes, edges, settings, …}`."""
    record = flows.find(call.org, call["flowId"])
    version = flows.live_version(record)
    data = None if version is None else flows.configuration(call.org, record, version["id"])
    nodes, edges = _definition(data) if data is not None else (_NONE, _NONE)
    return Answer({**shape(call, record, settings=True), "nodes": nodes, "edges": edges})


_NONE = msgspec.Raw(b"[]")


@lru_cache(maxsize=512)
def _definition(data: bytes) -> tuple[msgspec.Raw, msgspec.Raw]:
    """Nodes and edges of a configuration, encoded; empty where it is not one that can be read."""
    document = msgspec.json.decode(data)
    if is_configuration(document):
        document = guides_form(from_configuration(document), {})
    elif not is_guides(document):
        return _NONE, _NONE
    nodes, edges = (msgspec.Raw(msgspec.json.encode(document[key])) for key in ("nodes", "edges"))
    return nodes, edges


def shape(call: Call, record: FlowRecord, *, settings: bool) -> JsonObject:
    """A flow as the guides see it: an integer version, a status, its times."""
    times = [version["saved"] for version in record["versions"]]
    body: JsonObject = {
        "id": record["id"],
        "name": record["name"],
        "description": record["description"],
        "type": record["type"].upper(),
        "status": status(record),
        "version": number(record),
        "createdDate": timestamp(min(times)) if times else None,
        "modifiedDate": timestamp(max(times)) if times else None,
    }
    if settings:
        body["settings"] = record["guides"].get("settings", {})
    return body


def number(record: FlowRecord) -> int:
    """The integer version: `4` for the flow whose newest version is `4.0`."""
    return max((int(version["id"].partition(".")[0]) for version in record["versions"]), default=0)


def status(record: FlowRecord) -> str:
    """PUBLISHED, PENDING_PUBLISH while it is being published, else DRAFT."""
    operation = record["operation"]
    if operation is not None and operation["actionName"] == "PUBLISH" and not operation["complete"]:
        return "PENDING_PUBLISH"
    return "PUBLISHED" if record["publishedVersion"] is not None else "DRAFT"
