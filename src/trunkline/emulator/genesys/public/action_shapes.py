"""A data action as the public API shows it: Action, ActionContract, ActionConfig."""

from __future__ import annotations

from trunkline.domain.json import Json, JsonObject
from trunkline.emulator.call import Call
from trunkline.emulator.genesys.records import ActionContent, ActionRecord

SCHEMAS = {
    "inputschema.json": ("input", "inputSchema"),
    "successschema.json": ("output", "successSchema"),
    "errorschema.json": ("output", "errorSchema"),
}
TEMPLATES = {
    "requesttemplate.vm": ("request", "requestTemplate"),
    "successtemplate.vm": ("response", "successTemplate"),
}

_TEXT: JsonObject = {"type": "string"}
_DETAIL: JsonObject = {
    "type": "object",
    "properties": dict.fromkeys(("errorCode", "fieldName", "entityId", "entityName"), _TEXT),
    "additionalProperties": False,
}
ERROR_SCHEMA: JsonObject = {
    "$schema": "http://json-schema.org/draft-04/schema#",
    "title": "ErrorBody",
    "type": "object",
    "required": ["errorCode", "status", "userMessage"],
    "properties": {
        "errors": {"type": "array", "items": {"type": "object"}},
        "errorCode": _TEXT,
        "status": {"type": "integer"},
        "correlationId": _TEXT,
        "entityId": _TEXT,
        "entityName": _TEXT,
        "userMessage": _TEXT,
        "userParamsMessage": _TEXT,
        "userParams": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"key": _TEXT, "value": _TEXT},
                "additionalProperties": False,
            },
        },
        "details": {"type": "array", "items": _DETAIL},
    },
    "additionalProperties": False,
}
"""What a flow sees when an action fails: the same for every action."""


def listed(call: Call, record: ActionRecord, content: ActionContent, *, draft: bool) -> JsonObject:
    """An action as the query asks for it: `expand=contract`, `includeConfig`, `flatten`."""
    return action(
        call,
        record,
        content,
        draft=draft,
        contract="contract" in call.query.many("expand"),
        config=call.query.flag("includeConfig"),
    )


def action(
    call: Call,
    record: ActionRecord,
    content: ActionContent,
    *,
    draft: bool,
    contract: bool = True,
    config: bool = True,
) -> JsonObject:
    uri = f"/api/v2/integrations/actions/{record['id']}" + ("/draft" if draft else "")
    body: JsonObject = {
        "id": record["id"],
        "name": content["name"],
        "integrationId": content["integrationId"],
        "category": content["category"],
    }
    if contract:
        body["contract"] = _contract(uri, content, flatten=call.query.flag("flatten"))
    body["version"] = record["version"]
    body["secure"] = content["secure"]
    if config:
        body["config"] = _config(call, uri, content)
    body["selfUri"] = uri
    return body


def _contract(uri: str, content: ActionContent, *, flatten: bool) -> JsonObject:
    sides: JsonObject = {"input": {}, "output": {}}
    for file_name, (side, field) in SCHEMAS.items():
        document = schema(content, file_name)
        sides[side][field] = document
        sides[side][f"{field}Uri"] = f"{uri}/schemas/{file_name}"
        if flatten:
            sides[side][f"{field}Flattened"] = flattened(document)
    return sides


def schema(content: ActionContent, file_name: str) -> JsonObject:
    """Raises KeyError for a file that is none of `SCHEMAS`."""
    side, field = SCHEMAS[file_name]
    return ERROR_SCHEMA if field == "errorSchema" else content["contract"][side][field]


def flattened(document: JsonObject) -> JsonObject:
    """The schema with nested properties under dotted names, as Architect binds them."""
    properties: JsonObject = {}
    _flatten(document, "", properties)
    return {**document, "properties": properties}


def _flatten(document: Json, prefix: str, into: JsonObject) -> None:
    for name, child in (document.get("properties") or {}).items():
        inner = child.get("items", child) if isinstance(child, dict) else {}
        if isinstance(inner, dict) and inner.get("properties"):
            _flatten(inner, f"{prefix}{name}.", into)
        else:
            into[f"{prefix}{name}"] = child


def _config(call: Call, uri: str, content: ActionContent) -> JsonObject:
    config = content["config"]
    if not call.org.setting("actionTemplateUris"):
        return config
    shown: JsonObject = {**config, "request": {**config["request"]}, "response": {**config["response"]}}
    for file_name, (part, field) in TEMPLATES.items():
        shown[part].pop(field, None)
        shown[part][f"{field}Uri"] = f"{uri}/templates/{file_name}"
    return shown
