"""`/api/v2/audit/records/query`: who changed what (chapter G2). Records show after a delay."""

from __future__ import annotations

from trunkline.domain.json import Json, JsonObject
from trunkline.emulator.call import Answer, Call
from trunkline.emulator.errors import bad_request
from trunkline.emulator.genesys.events import AUDIT
from trunkline.emulator.routes import Routes
from trunkline.emulator.store import Document

LARGEST = 500
HIDDEN = ("visible",)

routes = Routes("guides", prefix="/api/v2/audit/records")


@routes.on("POST", "/query", known="assumed", scope="audit:read")
def query_records(call: Call) -> Answer:
    """Records that show by now, the oldest first: `{query: {entityId?, eventType?}, size?, cursor?}`.

    `cursor` in the answer goes on behind the last record; it is there also at the end, for those to come.
    """
    body = call.json_object()
    query: Json = body.get("query") or {}
    size: Json = body.get("size", 25)
    if not isinstance(query, dict):
        raise bad_request("query must be an object", field="query")
    if type(size) is not int or not 1 <= size <= LARGEST:
        raise bad_request(f"size must be from 1 to {LARGEST}", field="size")
    now = call.org.now()
    shown = [each for each in call.org.documents(AUDIT).values() if each["visible"] <= now]
    shown.sort(key=lambda each: each["visible"])
    start = _start(shown, body.get("cursor"))
    found = [each for each in shown[start:] if _wanted(each, query)]
    page = found[:size]
    last = page[-1]["id"] if page else body.get("cursor")
    return Answer({"entities": [_shape(each) for each in page], "total": len(found), "cursor": last})


def _start(shown: list[Document], cursor: Json) -> int:
    if cursor is None:
        return 0
    for index, each in enumerate(shown):
        if each["id"] == cursor:
            return index + 1
    raise bad_request("cursor is none of ours", field="cursor")


def _wanted(record: Document, query: JsonObject) -> bool:
    fields = ("entityId", "eventType", "actorId", "operation")
    return all(query.get(field) in (None, record[field]) for field in fields)


def _shape(record: Document) -> JsonObject:
    return {key: value for key, value in record.items() if key not in HIDDEN}
