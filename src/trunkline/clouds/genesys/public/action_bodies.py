"""A data action as the public API shows it, and the canonical body: two spellings of one thing.

The canonical body is the vendor's exported form with the integration by name.
https://developer.genesys.cloud/platform/integrations/
"""

from __future__ import annotations

from collections.abc import Callable

from trunkline.domain.json import Json, JsonObject, get

_SERVERS = ("id", "version", "selfUri", "integrationId")
_SCHEMAS = (("input", "inputSchema"), ("output", "successSchema"))
_TEMPLATES = (("request", "requestTemplate"), ("response", "successTemplate"))

ReadText = Callable[[str], str]
ReadJson = Callable[[str], Json]


def is_whole(action: JsonObject) -> bool:
    """Whether an entity holds its configuration and its contract, and not the mere addresses of them."""
    return all(
        isinstance(get(action, path), dict)
        for path in (
            ("config", "request"),
            ("config", "response"),
            *(("contract", *each) for each in _SCHEMAS),
        )
    )


def to_body(
    action: JsonObject, integration: str | None, integration_type: str | None, read: ReadText, load: ReadJson
) -> JsonObject:
    """The canonical body of an Action. Templates and schemas given by address alone are read.

    `read` and `load` fetch a path of the API as text and as JSON.
    """
    body: JsonObject = {"name": text(action.get("name"))}
    if integration_type:
        body["integrationType"] = integration_type
    if integration:
        body["integration"] = integration
    body["actionType"] = "custom"
    body["category"] = action.get("category")
    body["config"] = _config(action.get("config"), read)
    body["contract"] = _contract(action.get("contract"), load)
    body["secure"] = action.get("secure") is True
    rest = {key: value for key, value in action.items() if key not in body and key not in _SERVERS}
    return {key: value for key, value in (body | rest).items() if value is not None}


def text(value: Json) -> str:
    """A text as it is, anything else as no text."""
    return value if isinstance(value, str) else ""


def from_body(body: JsonObject, integration_id: str, category: str) -> JsonObject:
    """PostActionInput: what a new action is made from."""
    return {
        "name": body.get("name", ""),
        "category": category,
        "integrationId": integration_id,
        "secure": body.get("secure") is True,
        "config": body.get("config") or {},
        "contract": contract_input(body),
    }


def contract_input(body: JsonObject) -> JsonObject:
    """ActionContractInput: the two schemas alone."""
    return {side: {key: get(body, ("contract", side, key), {})} for side, key in _SCHEMAS}


def _config(config: Json, read: ReadText) -> JsonObject:
    result: JsonObject = dict(config) if isinstance(config, dict) else {}
    for side, key in _TEMPLATES:
        part = result.get(side)
        if not isinstance(part, dict):
            continue
        part = dict(part)
        uri = part.pop(f"{key}Uri", None)
        if part.get(key) is None and isinstance(uri, str):
            part[key] = read(uri)
        result[side] = part
    return result


def _contract(contract: Json, load: ReadJson) -> JsonObject:
    result: JsonObject = {}
    for side, key in _SCHEMAS:
        schema = get(contract, (side, key))
        uri = get(contract, (side, f"{key}Uri"))
        if schema is None and isinstance(uri, str):
            schema = load(uri)
        result[side] = {key: schema if schema is not None else {}}
    return result
