"""`/api/v2/flows/dataactions`: data actions as the guides write them (spec of the guides, chapter G1).

A definition is compiled to the vendor's form when it is accepted, so the action is the same one on the
public surface; an action that was written there is shown here as far as a definition can say it.
"""

from __future__ import annotations

from collections.abc import Sequence

from trunkline.domain.action.fault import Fault
from trunkline.domain.action.guides import check, from_guides, to_guides
from trunkline.domain.json import JsonObject, show_path
from trunkline.emulator.call import Answer, Call, no_content
from trunkline.emulator.errors import ApiError, conflict
from trunkline.emulator.genesys import actions
from trunkline.emulator.genesys.collection import matches
from trunkline.emulator.genesys.content import canonical
from trunkline.emulator.genesys.public import integrations
from trunkline.emulator.genesys.records import ACTION_VERSIONS, ActionContent, ActionRecord
from trunkline.emulator.orgs import Org
from trunkline.emulator.paging import page
from trunkline.emulator.routes import Routes
from trunkline.emulator.store import Document

READ = "flow:action:read"
WRITE = "flow:action:write"
DELETE = "flow:action:delete"
CATEGORY = "Data Actions"
FIELDS = (
    "name",
    "description",
    "type",
    "inputs",
    "outputs",
    "integration",
    "responseMapping",
    "errorHandling",
)
"""What a definition says; `id`, `status`, `version` and `etag` are the server's."""

routes = Routes("guides", prefix="/api/v2/flows/dataactions")


@routes.on("POST", "", known="assumed", scope=WRITE)
def create_action(call: Call) -> Answer:
    """A new draft; 400 lists every fault of the definition, 409 the name is taken."""
    content = _compiled(call.org, call.json_object())
    check_name(call.org, content["name"], None)
    return _shown(call.org, actions.create(call.org, content, publish=False), 201)


@routes.on("GET", "", known="assumed", scope=READ)
def list_actions(call: Call) -> Answer:
    """Data actions in pages; `name` is the whole name, `*` in it any run of characters."""
    name = call.query.get("name")
    kept = [
        record
        for record in actions.all_actions(call.org)
        if not name or matches(name, actions.current(record)["name"])
    ]
    return Answer(page(call, kept, lambda record: shape(call.org, record), largest=500))


@routes.on("GET", "/{actionId}", known="assumed", scope=READ)
def get_action(call: Call) -> Answer:
    """The definition: of the draft if there is one."""
    return _shown(call.org, actions.find(call.org, call["actionId"]))


@routes.on("PUT", "/{actionId}", known="assumed", scope=WRITE)
def put_action(call: Call) -> Answer:
    """Replace the definition; the change is a draft until it is published.

    What the body's `version` or the header If-Match says must be what is current: else 409.
    """
    record = actions.find(call.org, call["actionId"])
    body = call.json_object()
    check_fresh(call, record, body.get("version"))
    content = _compiled(call.org, body, actions.current(record))
    check_name(call.org, content["name"], record["id"])
    return _shown(call.org, actions.change_draft(call.org, record, content))


@routes.on("DELETE", "/{actionId}", known="assumed", scope=DELETE)
def delete_action(call: Call) -> Answer:
    """Delete the action with its draft."""
    actions.delete(call.org, actions.find(call.org, call["actionId"]))
    return no_content()


@routes.on("POST", "/{actionId}/publish", known="assumed", scope=WRITE)
def publish_action(call: Call) -> Answer:
    """Make the draft an immutable version: its id; 202 and no body while that takes its time."""
    return published(call)


def published(call: Call) -> Answer:
    """Publish the action of the path."""
    record = actions.find(call.org, call["actionId"])
    draft = record["draft"]
    if draft is None:
        raise conflict(
            f"The data action {actions.current(record)['name']} is published and has not changed since",
            code="nothing.to.publish",
        )
    takes = call.org.setting("guidesPublishSeconds")
    if record["publishing"] is None:
        record = actions.publish(call.org, record, draft, takes=takes)
    if record["publishing"] is not None:
        return Answer(b"", 202)
    return Answer(_version(call.org, record), headers={"ETag": record["etag"]})


@routes.on("GET", "/{actionId}/versions", known="assumed", scope=READ)
def list_versions(call: Call) -> Answer:
    """Published versions, the oldest first."""
    record = actions.find(call.org, call["actionId"])
    kept = [
        version
        for version in call.org.documents(ACTION_VERSIONS).values()
        if version["actionId"] == record["id"]
    ]
    return Answer(
        page(call, kept, lambda version: {key: version[key] for key in ("id", "version", "datePublished")})
    )


def check_fresh(call: Call, record: ActionRecord, version: object = None) -> None:
    """Raises 409 if the caller says what it read and that is no longer current."""
    tag = call.headers.get("if-match")
    stale_tag = tag is not None and tag not in ("*", record["etag"], record["etag"].strip('"'))
    stale_version = version is not None and (isinstance(version, bool) or version != record["version"])
    if stale_tag or stale_version:
        raise conflict(
            f"The data action has changed since it was read: it is at version {record['version']}",
            code="version.conflict",
            entity=(record["id"], actions.current(record)["name"]),
        )


def shape(org: Org, record: ActionRecord) -> JsonObject:
    """An action as the guides show it; `unexpressed` lists what a definition cannot say of it."""
    content = actions.current(record)
    definition, unexpressed = content.get("definition"), list[JsonObject]()
    if definition is None:
        converted = to_guides(canonical(org, record, content))
        definition = converted.document
        unexpressed = [{"path": show_path(lost.path), "reason": lost.reason} for lost in converted.lost]
    shown: JsonObject = {
        "id": record["id"],
        **definition,
        "status": "DRAFT" if record["draft"] is not None else "PUBLISHED",
        "version": record["version"],
        "etag": record["etag"],
        "publishedVersionId": record["publishedId"],
    }
    if unexpressed:
        shown["unexpressed"] = unexpressed
    return shown


def _shown(org: Org, record: ActionRecord, status: int = 200) -> Answer:
    return Answer(shape(org, record), status, {"ETag": record["etag"]})


def _version(org: Org, record: ActionRecord) -> JsonObject:
    version = org.documents(ACTION_VERSIONS).get(record["publishedId"] or "")
    if version is None:
        raise LookupError(f"the action {record['id']} has no published version")
    return {
        "id": version["id"],
        "actionId": record["id"],
        "name": version["content"]["name"],
        "status": "PUBLISHED",
        "version": record["version"],
        "etag": record["etag"],
        "datePublished": version["datePublished"],
    }


def _compiled(org: Org, sent: JsonObject, before: ActionContent | None = None) -> ActionContent:
    definition = {field: sent[field] for field in FIELDS if field in sent}
    refuse(check(definition))
    definition = {"type": "rest", **definition}
    body = from_guides(definition)
    integration = _integration(org, body["integrationType"], before)
    content: ActionContent = {
        "name": body["name"],
        "category": before["category"] if before else CATEGORY,
        "integrationId": integration["id"],
        "secure": body["secure"],
        "contract": body["contract"],
        "config": body["config"],
        "errorHandling": body["errorHandling"],
        "definition": definition,
    }
    if "description" in body:
        content["description"] = body["description"]
    return content


def _integration(org: Org, kind: str, before: ActionContent | None) -> Document:
    """The integration the action has had if it is of the right type, else the org's first of that type."""
    had = org.documents("integrations").get(before["integrationId"]) if before else None
    return had if had and had["integrationType"]["id"] == kind else integrations.of_type(org, kind)


def refuse(faults: Sequence[Fault]) -> None:
    """Raises 400 with every fault and its place, if there is any."""
    if faults:
        raise ApiError(
            400,
            "invalid.definition",
            "; ".join(str(fault) for fault in faults),
            details=[
                {"errorCode": "invalid.definition", "fieldName": show_path(fault.path)} for fault in faults
            ],
            errors=[{"message": str(fault), "code": "invalid.definition", "status": 400} for fault in faults],
        )


def check_name(org: Org, name: str, own: str | None) -> None:
    for record in actions.all_actions(org):
        if record["id"] != own and actions.current(record)["name"] == name:
            raise conflict(
                f"A data action named {name} exists already",
                code="duplicate.name",
                entity=(record["id"], name),
            )
