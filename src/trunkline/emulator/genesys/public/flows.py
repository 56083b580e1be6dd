"""`/api/v2/flows`: flows, their versions and configurations. developer.genesys.cloud, "Architect API"."""

from __future__ import annotations

from trunkline.domain.json import Json, JsonObject
from trunkline.emulator.call import Answer, Call
from trunkline.emulator.errors import ApiError, bad_request, not_found
from trunkline.emulator.genesys import flows
from trunkline.emulator.genesys.actors import actor
from trunkline.emulator.genesys.collection import home_division
from trunkline.emulator.genesys.dependencies import user_of
from trunkline.emulator.genesys.public.flow_filters import chosen_flows, flow_types
from trunkline.emulator.genesys.public.flow_shapes import (
    shape_flow,
    shape_operation,
    shape_version,
    shape_view,
)
from trunkline.emulator.genesys.records import FlowRecord
from trunkline.emulator.paging import page
from trunkline.emulator.routes import Routes

VIEW = ("architect:flow:view",)
ADD = ("architect:flow:add",)
EDIT = ("architect:flow:edit",)
DELETE = ("architect:flow:delete",)
SEARCH = ("architect:flow:search", "architect:flow:view")

LARGEST = 500
MOST_DELETED = 100

routes = Routes("public", prefix="/api/v2/flows")


@routes.on("GET", "", known="spec", permissions=VIEW)
def list_flows(call: Call) -> Answer:
    """Flows, filtered, sorted and in pages."""
    schemas = call.query.flag("includeSchemas")
    return Answer(
        page(
            call,
            chosen_flows(call),
            lambda each: shape_flow(call.org, each, schemas=schemas),
            largest=LARGEST,
        )
    )


@routes.on("GET", "/divisionviews", known="spec", permissions=SEARCH)
def list_views(call: Call) -> Answer:
    """What a flow shows to those who may only search."""
    schemas = call.query.flag("includeSchemas")
    return Answer(
        page(
            call,
            chosen_flows(call),
            lambda each: shape_view(call.org, each, schemas=schemas),
            largest=LARGEST,
        )
    )


@routes.on("GET", "/lookup", known="spec", permissions=VIEW)
def look_up(call: Call) -> Answer:
    """The flows of the ids that are given; unknown ones are left out."""
    ids = [*call.query.many("id"), *call.query.many("ids")]
    if not ids:
        raise _missing("id")
    kept = [record for record in flows.all_flows(call.org) if record["id"] in ids and not record["deleted"]]
    return Answer(page(call, kept, lambda each: shape_flow(call.org, each), largest=LARGEST))


def _missing(name: str) -> ApiError:
    return ApiError(
        400,
        "architect.query.parameter.missing",
        f"A required query parameter is missing or empty: {name}.",
        params={"parameter": name},
    )


@routes.on("POST", "", known="spec", permissions=ADD)
def create_flow(call: Call) -> Answer:
    """A flow without a version, locked by the caller."""
    body = call.json_object()
    flow_type = body.get("type")
    if not isinstance(flow_type, str) or not flow_type:
        raise _invalid("missing.type", "Failed to validate flow due to missing type.", "type")
    record = flows.create(
        call.org,
        actor(call),
        name=_name(body),
        flow_type=flow_types([flow_type])[0],
        division=_division(call, body, home_division(call.org)["id"]),
        description=_description(body, ""),
    )
    return Answer(shape_flow(call.org, record))


@routes.on("GET", "/{flowId}", known="spec", permissions=VIEW)
def get_flow(call: Call) -> Answer:
    """One flow."""
    record = flows.find(call.org, call["flowId"], deleted=call.query.flag("deleted"))
    return Answer(shape_flow(call.org, record, schemas=True))


@routes.on("PUT", "/{flowId}", known="spec", permissions=EDIT)
def update_flow(call: Call) -> Answer:
    """Another name, description or division; the content of a flow is saved as a version."""
    record, body = flows.find(call.org, call["flowId"]), call.json_object()
    changed = flows.update(
        call.org,
        record,
        actor(call),
        name=_name(body),
        description=_description(body, record["description"]),
        division=_division(call, body, record["division"]),
    )
    return Answer(shape_flow(call.org, changed))


@routes.on("DELETE", "/{flowId}", known="spec", permissions=DELETE)
def delete_flow(call: Call) -> Answer:
    """Delete a flow that no other flow uses."""
    record = flows.find(call.org, call["flowId"])
    _check_unused(call, record)
    flows.delete(call.org, record, actor(call))
    return Answer({})


@routes.on("DELETE", "", known="spec", permissions=DELETE)
def delete_flows(call: Call) -> Answer:
    """Delete several flows; asynchronous."""
    ids = call.query.many("id")
    if not ids:
        raise _missing("id")
    if len(ids) > MOST_DELETED:
        raise ApiError(400, "architect.batch.too.large", "Batch size exceeds the maximum allowable size.")
    for flow_id in ids:
        try:
            record = flows.find(call.org, flow_id)
            _check_unused(call, record)
            flows.delete(call.org, record, actor(call))
        except ApiError as error:
            raise ApiError(
                400,
                "architect.batch.delete.failed",
                "At least one flow could not be deleted as requested.",
                details=[{"errorCode": error.code, "entityId": flow_id, "entityName": "flow"}],
            ) from error
    return Answer(shape_operation(flows.new_operation(call.org, actor(call), "DELETE")))


def _check_unused(call: Call, record: FlowRecord) -> None:
    """Raises 409 where a queue, an IVR, another flow, … names this one."""
    found = user_of(call.org, record, flows_too=True)
    if found is not None:
        what, name = found
        raise ApiError(
            409,
            f"architect.flow.cannot.delete.used.in.{what}",
            f"Flow cannot be deleted due to being used by one or more {what.replace('.', ' ')}: {name}",
            entity=(record["id"], "flow"),
        )


@routes.on("GET", "/{flowId}/versions", known="spec", permissions=VIEW)
def list_versions(call: Call) -> Answer:
    """The versions of a flow, the newest first."""
    record = flows.find(call.org, call["flowId"], deleted=call.query.flag("deleted"))
    newest = list(reversed(record["versions"]))
    return Answer(page(call, newest, lambda each: shape_version(record, each), largest=LARGEST))


@routes.on("GET", "/{flowId}/versions/{versionId}", known="spec", permissions=VIEW)
def get_version(call: Call) -> Answer:
    """One version."""
    record = flows.find(call.org, call["flowId"], deleted=call.query.flag("deleted"))
    return Answer(shape_version(record, flows.find_version(record, call["versionId"])))


@routes.on("GET", "/{flowId}/versions/{versionId}/configuration", known="spec", permissions=VIEW)
def get_configuration(call: Call) -> Answer:
    """The configuration of a version, byte for byte as it was saved."""
    record = flows.find(call.org, call["flowId"], deleted=call.query.flag("deleted"))
    version = flows.find_version(record, call["versionId"])
    data = flows.configuration(call.org, record, version["id"])
    if data is None:
        raise not_found("Flow version data content is missing.", code="architect.flow.data.missing")
    return Answer(data)


@routes.on("GET", "/{flowId}/latestconfiguration", known="spec", permissions=VIEW)
def get_latest_configuration(call: Call) -> Answer:
    """The configuration of the newest version, byte for byte as it was saved."""
    record = flows.find(call.org, call["flowId"], deleted=call.query.flag("deleted"))
    data = flows.latest_configuration(call.org, record)
    if data is None:
        raise not_found(
            "Flow has no saved or checked-in configuration.",
            code="flow.no.config.available",
            entity=(record["id"], "flow"),
        )
    return Answer(data)


@routes.on("POST", "/{flowId}/versions", known="client", permissions=EDIT)
def save_version(call: Call) -> Answer:
    """Save a configuration as a new version; the caller must hold the lock."""
    record = flows.find(call.org, call["flowId"])
    document = call.json()
    if document is None:
        raise ApiError(400, "architect.flow.data.missing", "Flow version data content is missing.")
    if not isinstance(document, dict) or not isinstance(document.get("flowSequenceItemList"), list):
        raise ApiError(
            400,
            "architect.object.validate.failed",
            "Failed to validate object: the body must be a flow configuration.",
            details=[{"errorCode": "missing", "fieldName": "flowSequenceItemList"}],
        )
    version = flows.save(call.org, record, actor(call), call.body, secure=document.get("isSecure") is True)
    return Answer(shape_version(flows.find(call.org, record["id"]), version))


def _name(body: JsonObject) -> str:
    name = body.get("name")
    if not isinstance(name, str) or not name.strip():
        raise _invalid("missing.name", "Failed to validate flow due to missing name.", "name")
    why = "Failed to validate flow due to invalid name.  "
    if "/" in name:
        raise _invalid(
            "invalid.name.contains.slash", f"{why}Flow names must not contain forward slashes.", "name"
        )
    if name.endswith("-debug"):
        raise _invalid("invalid.name.contains.debug", f"{why}Flow names must not end with '-debug'.", "name")
    if not any(letter.isalnum() for letter in name):
        raise _invalid(
            "invalid.name.no.alpha", f"{why}Names must contain at least one alphanumeric character.", "name"
        )
    return name


def _invalid(code: str, message: str, field: str) -> ApiError:
    return bad_request(message, code=f"architect.flow.validate.failed.{code}", field=field)


def _description(body: JsonObject, default: str) -> str:
    description: Json = body.get("description")
    if description is None:
        return default
    if not isinstance(description, str):
        raise bad_request(
            "Failed to validate object due to invalid field value.",
            code="architect.object.validate.failed.value",
            field="description",
        )
    return description


def _division(call: Call, body: JsonObject, default: str) -> str:
    sent: Json = body.get("division")
    wished: Json = sent.get("id") if isinstance(sent, dict) else None
    if wished is None:
        return default
    if not isinstance(wished, str) or call.org.documents("divisions").get(wished) is None:
        raise bad_request("The division does not exist", field="division")
    return wished
