"""From a definition of the guides to the canonical body."""

from __future__ import annotations

import json
import re

from trunkline.domain.action.compiled import Compiled
from trunkline.domain.action.fault import Fault
from trunkline.domain.action.guides.check import check
from trunkline.domain.action.guides.words import body_text
from trunkline.domain.action.placeholder import (
    Place,
    body_place,
    parse_path,
    shorter,
    to_jsonpath,
    to_velocity,
)
from trunkline.domain.action.vendor import RAW_REQUEST, integration_type_of
from trunkline.domain.json import Json, JsonObject, Path

_RESERVED = {"rawResult", "input", "esc", "successTemplateUtils", "math", "encoding", "default"}


def compile_guides(definition: Json) -> Compiled:
    """Check and compile a definition; faults are collected, and with any there is no body."""
    faults = check(definition)
    if faults:
        return Compiled({}, faults)
    body = from_guides(definition)
    return Compiled(body, (), _origins(definition, body), _hints(definition.get("responseMapping") or {}))


def _hints(mapping: JsonObject) -> tuple[Fault, ...]:
    short = {name: shorter(text) for name, text in mapping.items()}
    return tuple(
        Fault(("responseMapping", name), "a dot will do here", f"write {text}")
        for name, text in short.items()
        if text
    )


_ORIGINS: dict[Path, Path] = {
    (): (),
    ("name",): ("name",),
    ("description",): ("description",),
    ("config",): ("integration",),
    ("config", "timeoutSeconds"): ("integration", "timeout"),
    ("config", "request", "requestUrlTemplate"): ("integration", "url"),
    ("config", "request", "requestType"): ("integration", "method"),
    ("config", "request", "requestTemplate"): ("integration", "body"),
    ("config", "response"): ("responseMapping",),
    ("contract", "input"): ("inputs",),
    ("contract", "output"): ("outputs",),
    ("errorHandling",): ("errorHandling",),
    ("errorHandling", "onError"): ("errorHandling", "onError"),
    ("errorHandling", "onTimeout"): ("errorHandling", "onTimeout"),
}


def _origins(definition: JsonObject, body: JsonObject) -> dict[Path, Path]:
    origins = dict(_ORIGINS)
    for name in body["config"]["request"]["headers"]:
        origins["config", "request", "headers", name] = ("integration", "headers", name)
    for output, variable in _variables([each["name"] for each in definition.get("outputs") or []]).items():
        origins["config", "response", "translationMap", variable] = ("responseMapping", output)
    for key, side, schema in (("inputs", "input", "inputSchema"), ("outputs", "output", "successSchema")):
        for index, field in enumerate(definition.get(key) or []):
            origins["contract", side, schema, "properties", field["name"]] = (key, index)
    return origins


def from_guides(definition: JsonObject) -> JsonObject:
    """The canonical body of a definition that `check` finds no fault in."""
    inputs = _schema(definition.get("inputs") or [], nullable=False)
    outputs = _schema(definition.get("outputs") or [], nullable=True)
    integration = definition.get("integration") or {}
    url = to_velocity(integration.get("url", ""), Place.URL, inputs, plain=True)
    body: JsonObject = {"name": definition.get("name", "")}
    if definition.get("description") is not None:
        body["description"] = definition["description"]
    body["integrationType"] = integration_type_of(url) or "custom-rest-actions"
    body["actionType"] = "custom"
    config: JsonObject = {"request": _request(integration, url, inputs), "response": _response(definition)}
    timeout = integration.get("timeout")
    body["config"] = config if timeout is None else {"timeoutSeconds": timeout, **config}
    body["contract"] = {"input": {"inputSchema": inputs}, "output": {"successSchema": outputs}}
    body["secure"] = False
    handling = definition.get("errorHandling") or {}
    body["errorHandling"] = {key: handling.get(key, "FAIL") for key in ("onError", "onTimeout")}
    return body


def _schema(fields: list[JsonObject], *, nullable: bool) -> JsonObject:
    properties: JsonObject = {}
    for each in fields:
        kind = each.get("type", "string")
        optional = nullable and not each.get("required")
        schema: JsonObject = {"type": [kind, "null"] if optional else kind}
        if each.get("description") is not None:
            schema["description"] = each["description"]
        properties[each["name"]] = schema
    required = [each["name"] for each in fields if each.get("required")]
    head: JsonObject = {"type": "object", **({"required": required} if required else {})}
    return {**head, "properties": properties, "additionalProperties": True}


def _request(integration: JsonObject, url: str, inputs: JsonObject) -> JsonObject:
    headers = {
        name: "" if text is None else text for name, text in (integration.get("headers") or {}).items()
    }
    body = body_text(integration.get("body"))
    place = body_place(body or "", headers)
    if body is not None and not isinstance(integration["body"], str):
        place = Place.JSON
    method = integration.get("method", "GET")
    if body is None:
        template = RAW_REQUEST if method == "GET" else ""
    else:
        template = to_velocity(body, place, inputs, plain=True)
    return {
        "requestUrlTemplate": url,
        "requestType": method,
        "headers": {
            name: to_velocity(text, Place.HEADER, inputs, plain=True) for name, text in headers.items()
        },
        "requestTemplate": template,
    }


def _response(definition: JsonObject) -> JsonObject:
    variables = _variables([each["name"] for each in definition.get("outputs") or []])
    mapping = definition.get("responseMapping") or {}
    mapped = {variables[name]: _jsonpath(mapping[name]) for name in variables if name in mapping}
    pairs = [
        f"{json.dumps(name, ensure_ascii=False)}: "
        + (f"${{{variables[name]}}}" if name in mapping else "null")
        for name in variables
    ]
    return {
        "translationMap": mapped,
        "translationMapDefaults": dict.fromkeys(mapped, "null"),
        "successTemplate": "{" + ", ".join(pairs) + "}",
    }


def _jsonpath(mapping: str) -> str:
    try:
        return to_jsonpath(parse_path(mapping))
    except ValueError:
        return mapping


def _variables(outputs: list[str]) -> dict[str, str]:
    """A Velocity variable for each output: its own name where that is one."""
    variables: dict[str, str] = {}
    taken = set(_RESERVED)
    for name in outputs:
        base = re.sub(r"\W", "_", name, flags=re.ASCII)
        base = base if re.match(r"[A-Za-z]", base) and base not in _RESERVED else f"v_{base}"
        variable, number = base, 2
        while variable in taken:
            variable, number = f"{base}_{number}", number + 1
        taken.add(variable)
        variables[name] = variable
    return variables
