"""Credentials of integrations: written, named, never read back.

developer.genesys.cloud, "Integrations API".
"""

from __future__ import annotations

from trunkline.domain.json import JsonObject
from trunkline.emulator.call import Answer, Call, no_content
from trunkline.emulator.errors import bad_request, not_found
from trunkline.emulator.genesys.public.integrations import ADD, DELETE, EDIT, VIEW
from trunkline.emulator.paging import page
from trunkline.emulator.routes import Routes
from trunkline.emulator.store import Document

TYPES: dict[str, tuple[str, ...]] = {
    "basicAuth": ("userName", "password"),
    "userDefined": (),
    "userDefinedOAuth": ("clientId", "clientSecret", "loginUrl"),
    "pureCloudOAuthClient": ("clientId", "clientSecret"),
    "amazonWebServices": ("roleArn",),
}

LISTED = ("createdDate", "modifiedDate")
"""What a CredentialInfo tells and a Credential does not."""

routes = Routes("public", prefix="/api/v2/integrations/credentials")


@routes.on("GET", "", known="spec", permissions=VIEW)
def list_credentials(call: Call) -> Answer:
    """Credentials in pages, without their fields."""
    return Answer(page(call, call.org.documents("credentials").values(), _shape))


@routes.on("GET", "/listing", known="spec", permissions=VIEW)
def list_by_cursor(call: Call) -> Answer:
    """Credentials after a cursor: `after` is the id of the last one seen."""
    documents = call.org.documents("credentials").values()
    size = call.query.number("pageSize", 100)
    if size < 1:
        raise bad_request("pageSize must be at least 1", code="invalid.value", field="pageSize")
    ids = [document["id"] for document in documents]
    after = call.query.get("after")
    start = ids.index(after) + 1 if after in ids else 0
    shown = documents[start : start + size]
    body: JsonObject = {
        "entities": [_shape(document) for document in shown],
        "selfUri": f"{call.path}?pageSize={size}",
    }
    if start + size < len(documents):
        body["nextUri"] = f"{call.path}?pageSize={size}&after={shown[-1]['id']}"
    return Answer(body)


@routes.on("GET", "/types", known="spec", permissions=VIEW)
def list_types(call: Call) -> Answer:
    """The types of credentials with their fields."""
    del call
    return Answer(
        [
            {
                "id": name,
                "name": name,
                "properties": {field: {"type": "string"} for field in fields},
                "displayOrder": list(fields),
                "required": list(fields),
            }
            for name, fields in TYPES.items()
        ]
    )


@routes.on("POST", "", known="spec", permissions=ADD)
def create_credential(call: Call) -> Answer:
    """A new credential."""
    document = {**_written(call.json_object()), "id": call.org.guid(), "createdDate": call.org.timestamp()}
    call.org.documents("credentials").put(document["id"], document)
    return Answer(_shape(document))


@routes.on("GET", "/{credentialId}", known="spec", permissions=VIEW)
def get_credential(call: Call) -> Answer:
    """One credential, without its fields."""
    shown = _shape(_find(call))
    return Answer({name: value for name, value in shown.items() if name not in LISTED})


@routes.on("PUT", "/{credentialId}", known="spec", permissions=EDIT)
def update_credential(call: Call) -> Answer:
    """Replace a credential."""
    before = _find(call)
    document = {**before, **_written(call.json_object()), "modifiedDate": call.org.timestamp()}
    call.org.documents("credentials").put(before["id"], document)
    return Answer(_shape(document))


@routes.on("DELETE", "/{credentialId}", known="spec", permissions=DELETE)
def delete_credential(call: Call) -> Answer:
    """Delete a credential."""
    call.org.documents("credentials").delete(_find(call)["id"])
    return no_content()


def _written(body: JsonObject) -> JsonObject:
    kind, fields = body.get("type"), body.get("credentialFields") or {}
    name = kind.get("name") or kind.get("id") if isinstance(kind, dict) else None
    if not isinstance(name, str):
        raise bad_request("A credential needs a type with a name", field="type")
    if not isinstance(fields, dict) or not all(isinstance(value, str) for value in fields.values()):
        raise bad_request("credentialFields map names to texts", field="credentialFields")
    return {"name": body.get("name") or name, "type": {"id": name, "name": name}, "credentialFields": fields}


def _find(call: Call) -> Document:
    document = call.org.documents("credentials").get(call["credentialId"])
    if document is None:
        raise not_found(f"The credential {call['credentialId']} does not exist")
    return document


def _shape(document: Document) -> JsonObject:
    shown = {name: value for name, value in document.items() if name != "credentialFields"}
    return {**shown, "selfUri": f"/api/v2/integrations/credentials/{document['id']}"}
