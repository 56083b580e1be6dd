"""`/api/v2/data/actions`: name and conditions of data actions, changed by etag alone (chapter G2).

It is the action of `/api/v2/flows/dataactions`: one id, one version, one etag. An action made here has no
definition yet, until it is given one there.
"""

from __future__ import annotations

from trunkline.domain.action.fault import Fault
from trunkline.domain.condition import Catalogue, Limits, check_tree, read_conditions, to_wire, with_ids
from trunkline.domain.json import Json, JsonObject
from trunkline.emulator.call import Answer, Call
from trunkline.emulator.errors import ApiError, conflict
from trunkline.emulator.genesys import actions
from trunkline.emulator.genesys.content import with_defaults
from trunkline.emulator.genesys.guides import dataactions
from trunkline.emulator.genesys.guides.datasets import (
    READ,
    WRITE,
    catalogue,
    refuse,
    refuse_circle,
    sets_of,
)
from trunkline.emulator.genesys.public import integrations
from trunkline.emulator.genesys.records import ActionContent, ActionRecord
from trunkline.emulator.orgs import Org
from trunkline.emulator.paging import page
from trunkline.emulator.routes import Routes

LONGEST_NAME = 256

routes = Routes("guides", prefix="/api/v2/data/actions")


@routes.on("GET", "", known="assumed", scope=READ)
def list_actions(call: Call) -> Answer:
    """Data actions with their conditions, in pages; `name` is the whole name."""
    name = call.query.get("name")
    kept = [
        record
        for record in actions.all_actions(call.org)
        if not name or actions.current(record)["name"] == name
    ]
    return Answer(page(call, kept, shape, largest=500))


@routes.on("POST", "", known="assumed", scope=WRITE)
def create_action(call: Call) -> Answer:
    """A new draft: `{name, conditions}`."""
    body = call.json_object()
    name, conditions = _checked(call.org, body, None)
    content: ActionContent = {
        "name": name,
        "category": dataactions.CATEGORY,
        "integrationId": integrations.of_type(call.org, "custom-rest-actions")["id"],
        "secure": False,
        "contract": {"input": {"inputSchema": _NOTHING}, "output": {"successSchema": _NOTHING}},
        "config": with_defaults({}),
        "definition": {"name": name, "type": "rest"},
    }
    record = actions.create(call.org, content, publish=False)
    saved = actions.keep(call.org, {**record, "guides": {**record["guides"], "conditions": conditions}})
    return _shown(saved, 201)


@routes.on("GET", "/{actionId}", known="assumed", scope=READ)
def get_action(call: Call) -> Answer:
    """Name and conditions, with the etag that a change must repeat."""
    return _shown(actions.find(call.org, call["actionId"]))


@routes.on("PUT", "/{actionId}", known="assumed", scope=WRITE)
def put_action(call: Call) -> Answer:
    """Replace name and conditions. 428 without If-Match, 409 if it is stale, 422 with every fault."""
    record = actions.find(call.org, call["actionId"])
    if "if-match" not in call.headers:
        raise ApiError(428, "precondition.required", "Send If-Match with the etag that was read.")
    dataactions.check_fresh(call, record)
    body = call.json_object()
    if body.get("etag") not in (None, record["etag"]):
        raise conflict("The etag of the body is not the current one", code="version.conflict")
    name, conditions = _checked(call.org, body, record)
    changed: ActionRecord = {**record, "guides": {**record["guides"], "conditions": conditions}}
    return _shown(actions.touch(call.org, _renamed(changed, name)))


@routes.on("POST", "/{actionId}/publish", known="assumed", scope=WRITE)
def publish_action(call: Call) -> Answer:
    """Publish the draft, as `/api/v2/flows/dataactions/{id}/publish` does."""
    return dataactions.published(call)


def shape(record: ActionRecord) -> JsonObject:
    """An action as this endpoint shows it."""
    return {
        "id": record["id"],
        "name": actions.current(record)["name"],
        "conditions": record["guides"].get("conditions", []),
        "status": "DRAFT" if record["draft"] is not None else "PUBLISHED",
        "version": record["version"],
        "etag": record["etag"],
    }


def _shown(record: ActionRecord, status: int = 200) -> Answer:
    return Answer(shape(record), status, {"ETag": record["etag"]})


def _renamed(record: ActionRecord, name: str) -> ActionRecord:
    """The action under another name: its draft, or what is live where there is no draft."""
    content = actions.current(record)
    if content["name"] == name:
        return record
    renamed: ActionContent = {**content, "name": name}
    if "definition" in content:
        renamed["definition"] = {**content["definition"], "name": name}
    if record["draft"] is not None:
        return {**record, "draft": renamed}
    return {**record, "published": renamed}


_NOTHING: JsonObject = {"type": "object", "properties": {}}


def _checked(org: Org, body: JsonObject, record: ActionRecord | None) -> tuple[str, list[Json]]:
    """Name and conditions by ids. Raises 409 for a name that is taken, 422 with every other fault."""
    name: Json = body.get("name")
    own = record["id"] if record else None
    faults: list[Fault] = []
    if not (isinstance(name, str) and name.strip() and len(name) <= LONGEST_NAME):
        faults.append(Fault(("name",), f"must be a text of 1 to {LONGEST_NAME} characters"))
    if own is not None and body.get("id") not in (None, own):
        faults.append(Fault(("id",), "is not the id of this action"))
    sets = catalogue(org)
    conditions = _conditions(org, body.get("conditions"), sets, faults)
    refuse(faults, "invalid.condition")
    dataactions.check_name(org, str(name), own)
    refuse_circle(org, {own or "": sets_of(conditions)})
    return str(name), conditions


def _conditions(org: Org, given: Json, sets: Catalogue, faults: list[Fault]) -> list[Json]:
    if given is not None and not isinstance(given, list):
        faults.append(Fault(("conditions",), "must be a list of conditions"))
        return []
    read = read_conditions(given or [], ("conditions",))
    limits = Limits(org.setting("conditionDepth"), org.setting("conditionChildren"))
    faults += read.faults
    for tree in read.trees:
        faults += check_tree(tree, sets, limits)
    return [to_wire(with_ids(tree, sets)) for tree in read.trees]
