"""The org itself, its divisions and products.

developer.genesys.cloud, "Organization API", "Authorization API".
"""

from __future__ import annotations

from trunkline.domain.json import JsonObject
from trunkline.emulator.call import Answer, Call, no_content
from trunkline.emulator.errors import bad_request, conflict, not_found
from trunkline.emulator.genesys.collection import division_reference, home_division, order
from trunkline.emulator.genesys.records import FLOWS
from trunkline.emulator.orgs import Org
from trunkline.emulator.paging import page
from trunkline.emulator.routes import Routes
from trunkline.emulator.store import Document

ORGANIZATION = "organization"
MOVABLE = {
    "FLOW": FLOWS,
    "QUEUE": "queues",
    "USER": "users",
    "DATATABLES": "dataTables",
    "PROMPT": "prompts",
    "SCHEDULES": "schedules",
    "SCHEDULEGROUPS": "scheduleGroups",
    "EMERGENCYGROUPS": "emergencyGroups",
    "IVRS": "ivrs",
    "WRAPUPCODES": "wrapupCodes",
    "FLOWOUTCOME": "flowOutcomes",
    "FLOWMILESTONE": "flowMilestones",
}
"""Collections by the type of object that lies in a division."""
PRODUCTS = ("architect", "dataActions", "purecloud3")

routes = Routes("public", prefix="/api/v2")


@routes.on("GET", "/organizations/me", known="spec")
def get_organization(call: Call) -> Answer:
    """The org of the token."""
    document = call.org.documents(ORGANIZATION).get(call.org.id)
    if document is None:
        raise not_found("The org holds no description of itself")
    return Answer({**document, "id": call.org.id, "selfUri": f"/api/v2/organizations/{call.org.id}"})


def new_organization(org: Org) -> JsonObject:
    """An org's description of itself."""
    short = "".join(letter for letter in org.name.lower() if letter.isalnum()) or "org"
    return {
        "id": org.id,
        "name": org.name,
        "defaultLanguage": "en-us",
        "defaultCountryCode": "US",
        "thirdPartyOrgName": short,
        "domain": short,
        "version": 1,
        "state": "active",
        "productPlatform": "PureCloud",
        "voicemailEnabled": True,
        "features": {"realtimeCIC": True, "purecloud": True, "contactCenter": True, "directory": True},
    }


@routes.on("GET", "/authorization/products", known="client")
def list_products(call: Call) -> Answer:
    """The products the org has; Terraform's provider asks at its start."""
    del call
    return Answer({"total": len(PRODUCTS), "entities": [{"id": name} for name in PRODUCTS]})


@routes.on("GET", "/authorization/divisions", known="spec")
def list_divisions(call: Call) -> Answer:
    """Divisions in pages; `name` is a part of the name, `id` a list."""
    ids, name = call.query.many("id"), (call.query.get("name") or "").strip("*").casefold()
    kept = [
        division
        for division in call.org.documents("divisions").values()
        if (not ids or division["id"] in ids) and name in division["name"].casefold()
    ]
    return Answer(page(call, order(call, kept), _shape, largest=500))


@routes.on("GET", "/authorization/divisions/home", known="spec")
def get_home(call: Call) -> Answer:
    """The home division."""
    return Answer(_shape(home_division(call.org)))


@routes.on("GET", "/authorization/divisions/{divisionId}", known="spec")
def get_division(call: Call) -> Answer:
    """One division."""
    return Answer(_shape(_find(call)))


@routes.on("POST", "/authorization/divisions", known="spec", permissions=("authorization:division:add",))
def create_division(call: Call) -> Answer:
    """A new division."""
    body = call.json_object()
    document: JsonObject = {
        "id": call.org.guid(),
        "name": _name(call, body, None),
        "description": body.get("description") or "",
        "homeDivision": False,
    }
    call.org.documents("divisions").put(document["id"], document)
    return Answer(_shape(document))


@routes.on(
    "PUT",
    "/authorization/divisions/{divisionId}",
    known="spec",
    permissions=("authorization:division:edit",),
)
def update_division(call: Call) -> Answer:
    """Rename or describe a division."""
    before, body = _find(call), call.json_object()
    document = {
        **before,
        "name": _name(call, body, before["id"]),
        "description": before["description"] if (said := body.get("description")) is None else said,
    }
    call.org.documents("divisions").put(before["id"], document)
    return Answer(_shape(document))


@routes.on(
    "DELETE",
    "/authorization/divisions/{divisionId}",
    known="spec",
    permissions=("authorization:division:delete",),
)
def delete_division(call: Call) -> Answer:
    """Delete a division; never the home division."""
    document = _find(call)
    if document["homeDivision"]:
        raise bad_request("The home division cannot be deleted")
    call.org.documents("divisions").delete(document["id"])
    return no_content()


@routes.on(
    "POST",
    "/authorization/divisions/{divisionId}/objects/{objectType}",
    known="spec",
    permissions=("authorization:division:edit",),
)
def move_objects(call: Call) -> Answer:
    """Move objects, a list of ids, into a division: all of them or none."""
    division, ids = _find(call), call.json()
    collection = MOVABLE.get(call["objectType"].upper())
    if collection is None:
        raise bad_request(f"objectType is one of {', '.join(MOVABLE)}", field="objectType")
    if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
        raise bad_request("The body is a list of ids")
    documents = call.org.documents(collection)
    for object_id in ids:
        document = documents.get(object_id)
        if document is None:
            raise not_found(f"The object {object_id} does not exist")
        # A flow's record holds the id of its division, everything else is kept as it is served.
        place = division["id"] if collection == FLOWS else division_reference(division)
        documents.put(object_id, {**document, "division": place})
    return no_content()


def _find(call: Call) -> Document:
    document = call.org.documents("divisions").get(call["divisionId"])
    if document is None:
        raise not_found(f"The division {call['divisionId']} does not exist")
    return document


def _name(call: Call, body: JsonObject, own: str | None) -> str:
    name = body.get("name")
    if not isinstance(name, str) or not name.strip():
        raise bad_request("The field name is required", code="required.field.missing", field="name")
    for other in call.org.documents("divisions").values():
        if other["id"] != own and other["name"].casefold() == name.casefold():
            raise conflict(f"A division named {name} exists already", code="duplicate.name")
    return name


def _shape(document: Document) -> JsonObject:
    return {**document, "selfUri": f"/api/v2/authorization/divisions/{document['id']}"}
