"""`/api/v2/flows/actions/…` and the history of flows. developer.genesys.cloud, "Architect API".

Checkout, revert, unlock and deactivate answer with the flow; check-in and publish with an Operation that
has STARTED: its end is seen at `currentOperation` of the flow.
"""

from __future__ import annotations

from trunkline.domain.json import JsonObject
from trunkline.emulator.call import Answer, Call
from trunkline.emulator.clock import timestamp
from trunkline.emulator.errors import ApiError, not_found
from trunkline.emulator.genesys import flows
from trunkline.emulator.genesys.actors import actor
from trunkline.emulator.genesys.dependencies import is_gone, used_by, user_of
from trunkline.emulator.genesys.public.flow_shapes import shape_actor, shape_flow, shape_operation
from trunkline.emulator.genesys.records import FlowRecord
from trunkline.emulator.paging import page
from trunkline.emulator.routes import Routes

HISTORIES = "flow_histories"
"""Histories that were asked for: `{flow, operation, entries}` by operation id."""

HISTORY_SORTS = {"timestamp": "at", "action": "action", "user": "by"}

routes = Routes("public", prefix="/api/v2/flows")


def _flow(call: Call) -> FlowRecord:
    flow_id = call.query.get("flow")
    if not flow_id:
        raise ApiError(
            400,
            "architect.query.parameter.missing",
            "A required query parameter is missing or empty: flow.",
            params={"parameter": "flow"},
        )
    return flows.find(call.org, flow_id)


def _operation(record: FlowRecord, status: int = 200) -> Answer:
    operation = record["operation"]
    if operation is None:
        raise LookupError(f"the flow {record['id']} has no operation")
    return Answer(shape_operation(operation), status)


@routes.on("POST", "/actions/checkout", known="spec", permissions=("architect:flow:edit",))
def checkout(call: Call) -> Answer:
    """Lock a flow for the caller."""
    return Answer(shape_flow(call.org, flows.checkout(call.org, _flow(call), actor(call))))


@routes.on(
    "POST", "/actions/checkin", known="spec", permissions=("architect:flow:edit", "architect:flow:unlock")
)
def checkin(call: Call) -> Answer:
    """Start to check in what the caller saved."""
    return _operation(flows.checkin(call.org, _flow(call), actor(call)))


@routes.on(
    "POST", "/actions/publish", known="spec", permissions=("architect:flow:publish", "architect:flow:unlock")
)
def publish(call: Call) -> Answer:
    """Start to publish the newest version, or the one named."""
    version = call.query.get("version") or None
    record = flows.publish(call.org, _flow(call), actor(call), version)
    if call.org.setting("flowPublishChecksDependencies"):
        _check_dependencies(call, record)
    return _operation(record, 202 if call.org.setting("flowPublishAnswers202") else 200)


def _check_dependencies(call: Call, record: FlowRecord) -> None:
    """Raises 409 where the version that is about to be published names what the org lacks."""
    operation: JsonObject = record["operation"] or {}
    used = used_by(call.org, record, operation["version"])
    missing = [each for each in used if is_gone(call.org, each)]
    if missing:
        raise ApiError(
            409,
            "architect.flow.cannot.publish.missing.dependencies",
            "Flow version cannot be published due to having one or more missing dependencies.",
            details=[
                {"errorCode": each.type, "entityId": each.id, "entityName": each.name} for each in missing
            ],
        )


@routes.on("POST", "/actions/revert", known="spec", permissions=("architect:flow:edit",))
def revert(call: Call) -> Answer:
    """Forget what the caller saved and did not check in."""
    return Answer(shape_flow(call.org, flows.revert(call.org, _flow(call), actor(call))))


@routes.on("POST", "/actions/unlock", known="spec", permissions=("architect:flow:unlock",))
def unlock(call: Call) -> Answer:
    """Break a lock."""
    return Answer(shape_flow(call.org, flows.unlock(call.org, _flow(call))))


@routes.on("POST", "/actions/deactivate", known="spec", permissions=("architect:flow:publish",))
def deactivate(call: Call) -> Answer:
    """Take a flow out of service."""
    record = _flow(call)
    found = user_of(call.org, record, flows_too=False)
    if found is not None:
        what, name = found
        raise ApiError(
            409,
            f"architect.flow.cannot.deactivate.used.in.{what}",
            f"The flow cannot be deactivated because one or more {what.replace('.', ' ')} use it: {name}",
            entity=(record["id"], "flow"),
        )
    return Answer(shape_flow(call.org, flows.deactivate(call.org, record, actor(call))))


@routes.on("POST", "/{flowId}/history", known="spec", permissions=("architect:flow:view",))
def start_history(call: Call) -> Answer:
    """Ask for the history of a flow; asynchronous."""
    record = flows.find(call.org, call["flowId"], deleted=True)
    operation = flows.new_operation(call.org, actor(call), "HISTORY")
    kept = {"flow": record["id"], "operation": operation, "entries": flows.history(call.org, record)}
    call.org.documents(HISTORIES).put(operation["id"], kept)
    return Answer(shape_operation(operation))


@routes.on("GET", "/{flowId}/history/{historyId}", known="spec", permissions=("architect:flow:view",))
def get_history(call: Call) -> Answer:
    """The history that was asked for: who did what, the newest first."""
    kept = call.org.documents(HISTORIES).get(call["historyId"])
    if kept is None or kept["flow"] != call["flowId"]:
        raise not_found("Could not find the history with specified ID.", code="architect.history.not.found")
    operation: JsonObject = kept["operation"]
    complete = operation["due"] <= call.org.now()
    done = {**operation, "complete": complete, "actionStatus": "SUCCESS" if complete else "STARTED"}
    body = {**shape_operation(done), "started": timestamp(operation["started"]), "system": False}
    if not complete:
        return Answer(body)
    entries = [entry for entry in kept["entries"] if _wanted(call, entry)]
    field = HISTORY_SORTS.get(call.query.get("sortBy") or "timestamp", "at")
    descending = not (call.query.get("sortOrder") or "desc").lower().startswith("asc")
    entries.sort(key=lambda entry: (_sort_key(entry, field), entry["at"]), reverse=descending)
    listing = page(call, entries, _entry, largest=500)
    fields = ("pageSize", "pageNumber", "total", "entities", "pageCount")
    return Answer(
        {**body, "completed": timestamp(operation["due"]), **{field: listing[field] for field in fields}}
    )


def _wanted(call: Call, entry: JsonObject) -> bool:
    actions = [action.upper() for action in call.query.many("action")]
    return not actions or entry["action"] in actions


def _sort_key(entry: JsonObject, field: str) -> str:
    if field == "at":
        return f"{entry['at']:020.6f}"
    return entry["by"]["name"].casefold() if field == "by" else entry[field]


def _entry(entry: JsonObject) -> JsonObject:
    by = entry["by"]
    body = {
        "action": entry["action"],
        "resource": "FLOW",
        "timestamp": timestamp(entry["at"]),
        "user" if by["kind"] == "user" else "client": shape_actor(by),
    }
    return {**body, "version": entry["version"]} if entry["version"] else body
