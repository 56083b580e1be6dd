"""`/api/v2/audits/query`: the realtime query and the one that is asked for and fetched later.

developer.genesys.cloud, "Audit query": an interval of at most 30 days, filters that must all hold, records
sorted by time, the newest first unless asked otherwise. A record shows after `auditDelaySeconds`.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, cast

from trunkline.domain.json import Json, JsonObject
from trunkline.emulator.call import Answer, Call
from trunkline.emulator.errors import bad_request, not_found
from trunkline.emulator.genesys.audits import AUDITS, SERVICES
from trunkline.emulator.orgs import Org
from trunkline.emulator.routes import Routes

routes = Routes("public", prefix="/api/v2/audits/query")
VIEW = ("audits:audit:view",)
QUERIES = "auditQueries"
DAY = 86_400
LONGEST_INTERVAL = 30 * DAY
REALTIME = 14 * DAY
LARGEST_PAGE = 500

FILTERS: Mapping[str, Callable[[JsonObject], Json]] = {
    "UserId": lambda record: record["user"]["id"],
    "TrusteeOrganizationId": lambda record: None,
    "ClientId": lambda record: record.get("client", {}).get("id"),
    "Action": lambda record: record["action"],
    "EntityType": lambda record: record["entityType"],
    "EntityId": lambda record: record["entity"]["id"],
}


def mapping(call: Call) -> Answer:
    """Services with their entities and what is done to them."""
    del call
    services = [
        {
            "name": service,
            "entities": [{"name": name, "actions": list(actions)} for name, actions in kinds.items()],
        }
        for service, kinds in SERVICES.items()
    ]
    return Answer({"services": services})


for _path in ("/servicemapping", "/realtime/servicemapping"):
    routes.add("GET", _path, mapping, known="spec", permissions=VIEW)


@routes.on("POST", "/realtime", known="spec", permissions=VIEW)
def query_now(call: Call) -> Answer:
    """The records of the last 14 days that fit, in pages."""
    body = call.json_object()
    found = select(call.org, body, oldest=call.org.now() - REALTIME)
    size, number = _number(body, "pageSize", 25, LARGEST_PAGE), _number(body, "pageNumber", 1, 10**9)
    return Answer(
        {
            "entities": found[(number - 1) * size : number * size],
            "pageSize": size,
            "pageNumber": number,
            "total": len(found),
            "pageCount": -(-len(found) // size),
        }
    )


@routes.on("POST", "/realtime/related", known="spec", permissions=VIEW)
def query_related(call: Call) -> Answer:
    """All records that the same action left as a given one, that one among them."""
    body, org = call.json_object(), call.org
    audit_id, trustor = body.get("auditId"), body.get("trustorOrgId")
    if not isinstance(audit_id, str):
        raise bad_request("auditId must be given", code="invalid.value", field="auditId")
    if trustor not in (None, org.id):
        raise not_found("No org of that id trusts this one")
    ascending = _ascending(body.get("sort"))
    records = _visible(org, org.now() - REALTIME)
    cause = next((_cause(record) for record in records if record["id"] == audit_id), None)
    if cause is None:
        raise not_found(f"No audit of the last 14 days has the id {audit_id[:60]}")
    found = [record for record in records if _cause(record) == cause]
    return Answer({"entities": found if ascending else found[::-1]})


def _cause(record: JsonObject) -> str:
    """The id of the record that began what this one is part of; states of old versions do not say."""
    return record.get("initiatingAction", {}).get("transactionId", record["id"])


def _visible(org: Org, begin: float, end: float | None = None) -> list[JsonObject]:
    """Records from `begin` to `end` that show by now, the oldest first."""
    shown = org.now() - org.setting("auditDelaySeconds")
    until = shown if end is None else min(end, shown)
    return [each["record"] for each in org.documents(AUDITS).values() if begin <= each["at"] <= until]


@routes.on("POST", "", known="spec", permissions=VIEW)
def start_query(call: Call) -> Answer:
    """Ask for records: the answer names the query, which is done by the next request."""
    body, org = call.json_object(), call.org
    select(org, body, oldest=0)
    query: JsonObject = {
        "id": org.guid(),
        "state": "Queued",
        "startDate": org.timestamp(),
        **{name: body[name] for name in ("interval", "serviceName", "filters", "sort") if name in body},
    }
    org.documents(QUERIES).put(query["id"], query)
    return Answer(query)


@routes.on("GET", "/{transactionId}", known="spec", permissions=VIEW)
def query_state(call: Call) -> Answer:
    """How far a query is."""
    return Answer({**_query(call), "state": "Succeeded"})


@routes.on("GET", "/{transactionId}/results", known="spec", permissions=VIEW)
def query_results(call: Call) -> Answer:
    """The records of a query; `cursor` is there while more are to come."""
    query = _query(call)
    size = call.query.number("pageSize", 25)
    if not 1 <= size <= LARGEST_PAGE:
        raise bad_request(
            f"pageSize must be from 1 to {LARGEST_PAGE}", code="invalid.value", field="pageSize"
        )
    begin = _position(call.query.get("cursor"))
    found = select(call.org, dict(query), oldest=0)
    answer: JsonObject = {
        "id": query["id"],
        "pageSize": size,
        "entities": found[begin : begin + size],
    }
    if begin + size < len(found):
        answer["cursor"] = base64.urlsafe_b64encode(str(begin + size).encode()).decode()
    return Answer(answer)


def select(org: Org, body: JsonObject, *, oldest: float) -> list[JsonObject]:
    """The records that fit a query. Raises 400 for an interval, a filter or an order that is none."""
    begin, end = _interval(body.get("interval"))
    service = body.get("serviceName")
    tests = _filters(body.get("filters") or [])
    found = [
        record
        for record in _visible(org, max(begin, oldest), end)
        if service in (None, record["serviceName"])
        and all(FILTERS[name](record) == value for name, value in tests)
    ]
    return found if _ascending(body.get("sort")) else found[::-1]


def _interval(text: Json) -> tuple[float, float]:
    parts = text.split("/") if isinstance(text, str) else []
    try:
        begin, end = (_moment(part) for part in parts)
    except ValueError as error:
        raise bad_request(
            "interval is two times in ISO 8601 with a / between them", code="invalid.date", field="interval"
        ) from error
    if not 0 <= end - begin <= LONGEST_INTERVAL:
        raise bad_request("interval is at most 30 days and ends after it begins", field="interval")
    return begin, end


def _moment(text: str) -> float:
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _filters(filters: Json) -> list[tuple[str, Json]]:
    found: list[tuple[str, Json]] = []
    for each in cast("list[object]", filters) if isinstance(filters, list) else [filters]:
        fields = cast("JsonObject", each) if isinstance(each, dict) else {}
        if fields.get("property") not in FILTERS or "value" not in fields:
            raise bad_request(
                f"a filter has a property ({', '.join(FILTERS)}) and a value",
                code="invalid.value",
                field="filters",
            )
        found.append((fields["property"], fields["value"]))
    return found


def _ascending(sort: Json) -> bool:
    if not sort:
        return False
    first = cast("list[object]", sort)[0] if isinstance(sort, list) else None
    fields = cast("JsonObject", first) if isinstance(first, dict) else {}
    if fields.get("name") != "Timestamp" or fields.get("sortOrder") not in ("ascending", "descending"):
        raise bad_request("sort is by Timestamp, ascending or descending", code="invalid.value", field="sort")
    return fields["sortOrder"] == "ascending"


def _number(body: JsonObject, name: str, default: int, most: int) -> int:
    value = body.get(name) or default
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise bad_request(f"{name} must be from 1 to {most}", code="invalid.value", field=name)
    return value


def _query(call: Call) -> Mapping[str, Any]:
    found = call.org.documents(QUERIES).get(call["transactionId"])
    if found is None:
        raise not_found(f"No audit query has the id {call['transactionId'][:60]}")
    return found


def _position(cursor: str | None) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.urlsafe_b64decode(cursor.encode("ascii")))
    except (ValueError, binascii.Error) as error:
        raise bad_request("the cursor is none of ours", code="invalid.value", field="cursor") from error
