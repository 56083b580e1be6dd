"""Parts of a data action by file name: schemas and templates; and the functions of function data actions.

developer.genesys.cloud, "Integrations API".
"""

from __future__ import annotations

from trunkline.domain.json import JsonObject
from trunkline.emulator.call import Answer, Call
from trunkline.emulator.errors import ApiError, bad_request, not_found
from trunkline.emulator.genesys import actions
from trunkline.emulator.genesys.public.action_shapes import SCHEMAS, TEMPLATES, flattened, schema
from trunkline.emulator.genesys.public.actions import VIEW
from trunkline.emulator.genesys.records import ActionContent, ActionRecord
from trunkline.emulator.paging import page
from trunkline.emulator.routes import Routes

RUNTIMES = ("nodejs18.x", "nodejs20.x", "nodejs22.x")
FUNCTION_VIEW = ("integrations:actionFunction:view",)
FUNCTION_EDIT = ("integrations:actionFunction:edit",)
FUNCTION_SECONDS = range(1, 16)

UPLOADS = "functionUploads"
ZIP_MAGIC = b"PK"

routes = Routes("public", prefix="/api/v2/integrations/actions")
uploads = Routes("public", prefix="/uploads/functions", bearer=False)


@routes.on("GET", "/{actionId}/schemas/{fileName}", known="spec", permissions=VIEW)
def live_schema(call: Call) -> Answer:
    """A schema of what is live."""
    return _schema(call, actions.find_published(call.org, call["actionId"])[1])


@routes.on("GET", "/{actionId}/draft/schemas/{fileName}", known="spec", permissions=VIEW)
def draft_schema(call: Call) -> Answer:
    """A schema of the draft."""
    return _schema(call, actions.find_draft(call.org, call["actionId"])[1])


@routes.on("GET", "/{actionId}/templates/{fileName}", known="spec", permissions=VIEW)
def live_template(call: Call) -> Answer:
    """A template of what is live, as plain text."""
    return _template(call, actions.find_published(call.org, call["actionId"])[1])


@routes.on("GET", "/{actionId}/draft/templates/{fileName}", known="spec", permissions=VIEW)
def draft_template(call: Call) -> Answer:
    """A template of the draft, as plain text."""
    return _template(call, actions.find_draft(call.org, call["actionId"])[1])


def _schema(call: Call, chosen: ActionContent) -> Answer:
    if call["fileName"] not in SCHEMAS:
        raise not_found(f"There is no schema {call['fileName']}; there are {', '.join(SCHEMAS)}")
    document = schema(chosen, call["fileName"])
    return Answer(flattened(document) if call.query.flag("flatten") else document)


def _template(call: Call, chosen: ActionContent) -> Answer:
    if call["fileName"] not in TEMPLATES:
        raise not_found(f"There is no template {call['fileName']}; there are {', '.join(TEMPLATES)}")
    part, field = TEMPLATES[call["fileName"]]
    text: str = chosen["config"][part][field]
    return Answer(text.encode("utf-8", "surrogatepass"), media_type="text/plain; charset=utf-8")


@routes.on("GET", "/functions/runtimes", known="spec", permissions=FUNCTION_VIEW)
def list_runtimes(call: Call) -> Answer:
    """The runtimes of functions."""
    del call
    return Answer([{"name": name, "description": name, "status": "Available"} for name in RUNTIMES])


@routes.on("GET", "/certificates", known="spec", permissions=("integrations:actionCertificate:view",))
def list_certificates(call: Call) -> Answer:
    """Certificates that actions present to servers: none."""
    nothing: list[JsonObject] = []
    return Answer(page(call, nothing, lambda certificate: certificate))


@routes.on(
    "GET", "/certificates/truststore", known="spec", permissions=("integrations:actionCertificate:view",)
)
def truststore(call: Call) -> Answer:
    """Certificate authorities that actions trust: none are told."""
    del call
    return Answer({"entities": [], "total": 0})


@routes.on("GET", "/{actionId}/function", known="spec", permissions=FUNCTION_VIEW)
def live_function(call: Call) -> Answer:
    """The function of a live function data action."""
    record, _ = actions.find_published(call.org, call["actionId"])
    return Answer(_function(record))


@routes.on("GET", "/{actionId}/draft/function", known="spec", permissions=FUNCTION_VIEW)
def draft_function(call: Call) -> Answer:
    """The function of a draft."""
    record, _ = actions.find_draft(call.org, call["actionId"])
    return Answer(_function(record))


@routes.on("PUT", "/{actionId}/draft/function", known="spec", permissions=FUNCTION_EDIT)
def put_function(call: Call) -> Answer:
    """Describe the function of a draft: {description, handler, runtime, timeoutSeconds}."""
    record, draft = actions.find_draft(call.org, call["actionId"])
    integration = call.org.documents("integrations").get(draft["integrationId"])
    if integration is None or integration["integrationType"]["id"] != actions.FUNCTION_TYPE:
        raise bad_request("The action is no function data action")
    body = call.json_object()
    for field in ("description", "handler", "runtime"):
        if not isinstance(body.get(field), str) or not body[field]:
            raise bad_request(f"{field} must not be null", field=field)
    if body["runtime"] not in RUNTIMES:
        raise bad_request(f"runtime is one of {', '.join(RUNTIMES)}", field="runtime")
    if body.get("timeoutSeconds", 15) not in FUNCTION_SECONDS:
        raise bad_request("timeoutSeconds must be from 1 to 15", field="timeoutSeconds")
    fields = ("description", "handler", "runtime", "timeoutSeconds")
    function: JsonObject = {
        "id": record["id"],
        "name": record["id"],
        "dateCreated": call.org.timestamp(),
        **{field: body[field] for field in fields if field in body},
    }
    saved: ActionRecord = {**record, "function": function}
    return Answer(_function(actions.touch(call.org, saved)))


@routes.on("POST", "/{actionId}/draft/function/upload", known="spec", permissions=FUNCTION_EDIT)
def upload_function(call: Call) -> Answer:
    """Where to PUT the zip file, and the headers to send with it."""
    record, _ = actions.find_draft(call.org, call["actionId"])
    _function(record)
    body = call.json_object()
    file_name = body.get("fileName")
    if not isinstance(file_name, str) or not file_name.endswith(".zip"):
        raise bad_request("fileName must name a zip file", field="fileName")
    seconds = body.get("signedUrlTimeoutSeconds", 600)
    if isinstance(seconds, bool) or not isinstance(seconds, int) or seconds < 1:
        raise bad_request("signedUrlTimeoutSeconds is a number of seconds", field="signedUrlTimeoutSeconds")
    ticket = call.org.guid()
    upload = {"id": ticket, "actionId": record["id"], "name": file_name, "until": call.org.now() + seconds}
    call.org.documents(UPLOADS).put(ticket, upload)
    return Answer(
        {
            "url": f"http://{call.headers.get('host', 'localhost')}/uploads/functions/{call.org.id}/{ticket}",
            "headers": {"x-amz-meta-actionid": record["id"]},
            "signedUrlTimeoutSeconds": seconds,
        }
    )


@uploads.on("PUT", "/{orgId}/{ticket}", known="assumed")
def put_zip(call: Call) -> Answer:
    """Take the zip file of a function; the address itself is the permission."""
    org = call.kernel.orgs.get(call["orgId"])
    upload = org.documents(UPLOADS).get(call["ticket"]) if org else None
    if org is None or upload is None or upload["until"] < org.now():
        raise ApiError(403, "AccessDenied", "The address is unknown, or its time has passed")
    if call.headers.get("x-amz-meta-actionid") != upload["actionId"]:
        raise ApiError(403, "SignatureDoesNotMatch", "The header x-amz-meta-actionid is not what was signed")
    record, _ = actions.find_draft(org, upload["actionId"])
    org.documents(UPLOADS).delete(upload["id"])
    described = {
        "id": upload["id"],
        "name": upload["name"],
        "status": "Available" if call.body.startswith(ZIP_MAGIC) else "InvalidFormat",
        "dateCreated": org.timestamp(),
    }
    saved: ActionRecord = {**record, "function": {**record.get("function", {}), "zipId": upload["id"]}}
    saved["zip"] = described
    actions.touch(org, saved)
    return Answer(b"")


def _function(record: ActionRecord) -> JsonObject:
    function = record.get("function")
    if function is None:
        raise not_found(f"The action {record['id']} has no function")
    shown: JsonObject = {"id": record["id"], "function": function}
    if "zip" in record:
        shown["zip"] = record["zip"]
    uri = f"/api/v2/integrations/actions/{record['id']}/function"
    return {**shown, "uploadExceptionHistory": [], "selfUri": uri}
