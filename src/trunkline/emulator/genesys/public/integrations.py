"""Integrations, their types, configurations and credentials. developer.genesys.cloud, "Integrations API".

Fields of a credential are kept for rendering `${credentials.…}` and are never answered.
"""

from __future__ import annotations

from trunkline.domain.json import Json, JsonObject
from trunkline.emulator.call import Answer, Call
from trunkline.emulator.clock import stable_guid
from trunkline.emulator.errors import ApiError, bad_request, not_found
from trunkline.emulator.genesys import actions
from trunkline.emulator.genesys.collection import order
from trunkline.emulator.orgs import Org
from trunkline.emulator.paging import page
from trunkline.emulator.routes import Routes
from trunkline.emulator.store import Document

VIEW = ("integrations:integration:view",)
ADD = ("integrations:integration:add",)
EDIT = ("integrations:integration:edit",)
DELETE = ("integrations:integration:delete",)
STATES = ("ENABLED", "DISABLED", "DELETED", "RESTORED")

TYPES = {
    "purecloud-data-actions": "Genesys Cloud Data Actions",
    "custom-rest-actions": "Web Services Data Actions",
    "function-data-actions": "Function Data Actions",
    "aws-lambda-data-actions": "AWS Lambda Data Actions",
    "google-data-actions": "Google Cloud Data Actions",
    "salesforce-datadip": "Salesforce Data Actions",
    "microsoft-dynamics-data-actions": "Microsoft Dynamics 365 Data Actions",
    "zendesk-data-actions": "Zendesk Data Actions",
}

routes = Routes("public", prefix="/api/v2/integrations")


@routes.on("GET", "", known="spec", permissions=VIEW)
def list_integrations(call: Call) -> Answer:
    """Integrations in pages; `expand=config.current` fills in the configuration."""
    kind, ids = call.query.get("integrationType"), call.query.many("ids")
    kept = [
        document
        for document in call.org.documents("integrations").values()
        if (not kind or document["integrationType"]["id"] == kind) and (not ids or document["id"] in ids)
    ]
    return Answer(page(call, order(call, kept), lambda document: _shape(call, document)))


@routes.on("POST", "", known="spec", permissions=ADD)
def create_integration(call: Call) -> Answer:
    """A new integration, disabled."""
    body = call.json_object()
    wished = body.get("integrationType")
    kind = wished.get("id") if isinstance(wished, dict) else None
    if kind not in TYPES:
        raise bad_request(f"The integration type {kind} does not exist", field="integrationType")
    name = body.get("name")
    document = new_integration(
        call.org, call.org.guid(), kind, name if isinstance(name, str) else TYPES[kind]
    )
    document |= {"intendedState": "DISABLED", "reportedState": _reported(call.org, "DISABLED")}
    call.org.documents("integrations").put(document["id"], document)
    return Answer(_shape(call, document))


def of_type(org: Org, kind: str) -> Document:
    """The org's integration of a type, made if there is none; its id comes from org name and type.

    One without credentials comes first: an action that names no integration expects none.
    """
    found = [each for each in org.documents("integrations").values() if each["integrationType"]["id"] == kind]
    if found:
        return min(found, key=lambda each: bool(each["config"]["current"]["credentials"]))
    document = new_integration(org, stable_guid("integration", org.name, kind), kind, TYPES.get(kind, kind))
    org.documents("integrations").put(document["id"], document)
    return document


def new_integration(org: Org, integration_id: str, kind: str, name: str) -> JsonObject:
    """An enabled integration."""
    return {
        "id": integration_id,
        "name": name,
        "integrationType": {"id": kind, "name": TYPES.get(kind, kind)},
        "notes": "",
        "intendedState": "ENABLED",
        "config": {
            "current": {
                "id": integration_id,
                "name": name,
                "version": 1,
                "properties": {},
                "advanced": {},
                "notes": "",
                "credentials": {},
            }
        },
        "reportedState": _reported(org, "ENABLED"),
        "attributes": {},
    }


def _reported(org: Org, intended: str) -> JsonObject:
    active = intended == "ENABLED"
    code = "ACTIVE" if active else "INACTIVE"
    return {
        "code": code,
        "effective": code.title(),
        "detail": {"message": "Integration is active" if active else "Integration is inactive"},
        "lastUpdated": org.timestamp(),
    }


@routes.on("GET", "/types", known="spec", permissions=VIEW)
def list_types(call: Call) -> Answer:
    """The types of integrations that hold data actions."""
    return Answer(page(call, list(TYPES), _type))


@routes.on("GET", "/types/{typeId}", known="spec", permissions=VIEW)
def get_type(call: Call) -> Answer:
    """One type."""
    if call["typeId"] not in TYPES:
        raise not_found(f"The integration type {call['typeId']} does not exist")
    return Answer(_type(call["typeId"]))


@routes.on("GET", "/types/{typeId}/configschemas/{configType}", known="spec", permissions=VIEW)
def get_config_schema(call: Call) -> Answer:
    """The schema of `properties` or `advanced`: any object."""
    if call["typeId"] not in TYPES or call["configType"] not in ("properties", "advanced"):
        raise not_found(f"There is no schema {call['configType']} of the type {call['typeId']}")
    schema = {"$schema": "http://json-schema.org/draft-04/schema#", "title": call["configType"]}
    return Answer({**schema, "type": "object", "properties": {}, "additionalProperties": True})


def _type(kind: str) -> JsonObject:
    uri = f"/api/v2/integrations/types/{kind}"
    return {
        "id": kind,
        "name": TYPES[kind],
        "provider": "clc",
        "category": "Data Actions",
        "configPropertiesSchemaUri": f"{uri}/configschemas/properties",
        "configAdvancedSchemaUri": f"{uri}/configschemas/advanced",
        "selfUri": uri,
    }


@routes.on("GET", "/{integrationId}", known="spec", permissions=VIEW)
def get_integration(call: Call) -> Answer:
    """One integration."""
    return Answer(_shape(call, _find(call)))


@routes.on("PATCH", "/{integrationId}", known="spec", permissions=EDIT)
def update_integration(call: Call) -> Answer:
    """Enable, disable, or rename an integration."""
    document, body = _find(call), call.json_object()
    state = body.get("intendedState")
    if state not in STATES:
        raise bad_request(f"intendedState is one of {', '.join(STATES)}", field="intendedState")
    changed = {**document, "intendedState": state, "reportedState": _reported(call.org, state)}
    for field in ("name", "notes"):
        if isinstance(body.get(field), str):
            changed[field] = body[field]
    call.org.documents("integrations").put(document["id"], changed)
    return Answer(_shape(call, changed))


@routes.on("DELETE", "/{integrationId}", known="spec", permissions=DELETE)
def delete_integration(call: Call) -> Answer:
    """Delete an integration and its data actions."""
    document = _find(call)
    for record in actions.all_actions(call.org):
        if actions.current(record)["integrationId"] == document["id"]:
            actions.delete(call.org, record)
    call.org.documents("integrations").delete(document["id"])
    return Answer(_shape(call, document))


@routes.on("GET", "/{integrationId}/config/current", known="spec", permissions=VIEW)
def get_config(call: Call) -> Answer:
    """The configuration with its version."""
    return Answer(_config(_find(call)))


@routes.on("PUT", "/{integrationId}/config/current", known="spec", permissions=EDIT)
def put_config(call: Call) -> Answer:
    """Replace the configuration; the body carries the current version."""
    document, body = _find(call), call.json_object()
    current = document["config"]["current"]
    if body.get("version") != current["version"]:
        raise ApiError(
            409,
            "version.mismatch",
            f"Supplied version {body.get('version')} does not match the current version {current['version']}",
        )
    fields: dict[str, type] = {
        "name": str,
        "notes": str,
        "properties": dict,
        "advanced": dict,
        "credentials": dict,
    }
    wrong = [name for name, kind in fields.items() if not isinstance(body.get(name, current[name]), kind)]
    if wrong:
        raise bad_request(f"Wrong type: {', '.join(wrong)}", field=wrong[0])
    config: JsonObject = {**current, **{name: body[name] for name in fields if name in body}}
    config["version"] = current["version"] + 1
    changed = {**document, "name": config["name"], "config": {"current": config}}
    call.org.documents("integrations").put(document["id"], changed)
    return Answer(_config(changed))


def _find(call: Call) -> Document:
    document = call.org.documents("integrations").get(call["integrationId"])
    if document is None:
        raise not_found(f"The integration {call['integrationId']} does not exist")
    return document


def _config(document: Document) -> JsonObject:
    uri = f"/api/v2/integrations/{document['id']}/config/current"
    return {**document["config"]["current"], "selfUri": uri}


def _shape(call: Call, document: Document) -> JsonObject:
    shown: dict[str, Json] = {**document, "selfUri": f"/api/v2/integrations/{document['id']}"}
    if "config.current" in call.query.many("expand"):
        shown["config"] = {"current": _config(document)}
    else:
        shown.pop("config")
    return shown
