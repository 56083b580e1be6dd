"""What a data action does, as a client may write it: required fields, defaults, limits.

developer.genesys.cloud, "Integrations API": PostActionInput, UpdateDraftInput, ActionConfig, ActionContract.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import jsonschema_rs

from trunkline.domain.action.vendor import METHODS, RAW_REQUEST, RAW_RESULT
from trunkline.domain.json import Json, JsonObject
from trunkline.emulator.errors import ApiError
from trunkline.emulator.genesys.records import ActionContent, ActionRecord
from trunkline.emulator.orgs import Org

LONGEST_NAME = 256
TIMEOUT_SECONDS = range(1, 61)

Fault = tuple[str, str]
"""The field, dotted, and what is wrong with it."""


def refuse(faults: list[Fault]) -> None:
    """Raises 400 with every fault, if there is any."""
    if not faults:
        return
    raise ApiError(
        400,
        "bad.request",
        "; ".join(f"{field} {message}" for field, message in faults),
        details=[{"errorCode": "invalid.value", "fieldName": field} for field, _ in faults],
        errors=error_bodies(faults),
    )


def error_bodies(faults: list[Fault]) -> list[JsonObject]:
    """One ErrorBody for each fault, as `errors` and a draft's validation list them."""
    return [
        {
            "message": f"{field} {message}",
            "code": "bad.request",
            "status": 400,
            "messageParams": {},
            "details": [{"errorCode": "invalid.value", "fieldName": field}],
            "errors": [],
        }
        for field, message in faults
    ]


def from_post(body: JsonObject) -> ActionContent:
    """The content of a PostActionInput with the vendor's defaults. Raises 400 with every fault."""
    required = ("category", "name", "integrationId", "config", "contract")
    faults = [(field, "must not be null") for field in required if body.get(field) is None]
    refuse(faults)
    content: ActionContent = {
        "name": body["name"],
        "category": body["category"],
        "integrationId": body["integrationId"],
        "secure": body.get("secure") or False,
        "contract": body["contract"],
        "config": body["config"],
    }
    refuse(list(type_faults(content)))
    return {**content, "contract": _contract(content["contract"]), "config": with_defaults(content["config"])}


def updated(content: ActionContent, body: JsonObject) -> ActionContent:
    """The content with the fields of an update laid over it. Raises 400 with every fault.

    What the guides' surface said of the old content no longer holds and goes.
    """
    fields = ("name", "category", "integrationId", "secure", "contract", "config")
    changes = {field: body[field] for field in fields if body.get(field) is not None}
    changed = cast("ActionContent", {**{field: content[field] for field in fields}, **changes})
    refuse(list(type_faults(changed)))
    return {**changed, "contract": _contract(changed["contract"]), "config": with_defaults(changed["config"])}


def type_faults(content: ActionContent) -> Iterator[Fault]:
    """Fields of a wrong type, and values outside the vendor's limits."""
    for field in ("name", "category"):
        value: Json = content[field]
        if not isinstance(value, str) or not value.strip():
            yield field, "must be a text that is not blank"
        elif len(value) > LONGEST_NAME:
            yield field, f"must have at most {LONGEST_NAME} characters"
    if not isinstance(content["integrationId"], str):
        yield "integrationId", "must be the id of an integration"
    if not isinstance(content["secure"], bool):
        yield "secure", "must be true or false"
    yield from config_faults(content["config"])
    yield from _contract_faults(content["contract"])


def config_faults(config: Json) -> Iterator[Fault]:
    if not isinstance(config, dict):
        yield "config", "must be an object"
        return
    timeout = config.get("timeoutSeconds")
    if timeout is not None and (isinstance(timeout, bool) or timeout not in TIMEOUT_SECONDS):
        yield "config.timeoutSeconds", "must be from 1 to 60"
    present = _present(config)
    request, response = present.get("request", {}), present.get("response", {})
    if not isinstance(request, dict) or not isinstance(response, dict):
        yield "config", "must hold the objects request and response"
        return
    method = request.get("requestType")
    if method is not None and method not in METHODS:
        yield "config.request.requestType", f"must be one of {', '.join(METHODS)}"
    for path, owner in (("request", request), ("response", response)):
        for field in ("requestUrlTemplate", "requestTemplate", "successTemplate"):
            if owner.get(field) is not None and not isinstance(owner[field], str):
                yield f"config.{path}.{field}", "must be a text"
    maps = ((request, "request.headers"), (response, "response.translationMap"), (response, _DEFAULTS))
    for owner, path in maps:
        value = owner.get(path.partition(".")[2])
        if value is not None and not _is_text_map(value):
            yield f"config.{path}", "must map names to texts"


_DEFAULTS = "response.translationMapDefaults"


def _is_text_map(value: Json) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())


def _contract_faults(contract: Json) -> Iterator[Fault]:
    for side, field in (("input", "inputSchema"), ("output", "successSchema")):
        holder = contract.get(side) if isinstance(contract, dict) else None
        schema = holder.get(field) if isinstance(holder, dict) else None
        if not isinstance(schema, dict):
            yield f"contract.{side}.{field}", "must be a JSON schema"
        elif fault := _schema_fault(schema):
            yield f"contract.{side}.{field}", fault


def _schema_fault(schema: JsonObject) -> str | None:
    plain = {key: value for key, value in schema.items() if key not in ("$schema", "id", "$id")}
    try:
        jsonschema_rs.Draft4Validator(plain)
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
        return f"is no valid JSON schema: {str(error).partition(chr(10))[0][:200]}"
    return None


def _contract(contract: JsonObject) -> JsonObject:
    """Only what a client may say of a contract; schemas as they are."""
    return {
        "input": {"inputSchema": contract["input"]["inputSchema"]},
        "output": {"successSchema": contract["output"]["successSchema"]},
    }


def with_defaults(config: JsonObject) -> JsonObject:
    """The config with what the platform fills in: templates, empty maps."""
    request, response = config.get("request") or {}, config.get("response") or {}
    return {
        **config,
        "request": {
            "requestUrlTemplate": "",
            "requestType": "GET",
            "headers": {},
            "requestTemplate": RAW_REQUEST,
            **_present(request),
        },
        "response": {
            "translationMap": {},
            "translationMapDefaults": {},
            "successTemplate": RAW_RESULT,
            **_present(response),
        },
    }


def _present(value: JsonObject) -> JsonObject:
    return {key: child for key, child in value.items() if child is not None}


def canonical(org: Org, record: ActionRecord, content: ActionContent) -> JsonObject:
    """The canonical body of a content: what the engine runs and what the guides' surface converts."""
    integration = org.documents("integrations").get(content["integrationId"])
    body: JsonObject = {
        "name": content["name"],
        "integrationType": integration["integrationType"]["id"] if integration else None,
        "actionType": record["actionType"],
        "config": content["config"],
        "contract": content["contract"],
        "secure": content["secure"],
    }
    if "description" in content:
        body["description"] = content["description"]
    if "errorHandling" in content:
        body["errorHandling"] = content["errorHandling"]
    return body
