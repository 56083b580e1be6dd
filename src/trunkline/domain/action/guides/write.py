"""From the canonical body to a definition of the guides, as far as it reaches."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from trunkline.domain.action.fault import Lost
from trunkline.domain.action.guides.words import INPUT_TYPES
from trunkline.domain.action.placeholder import Place, body_place, from_jsonpath, from_velocity, show_steps
from trunkline.domain.action.shape import shaped
from trunkline.domain.action.vendor import RAW_REQUEST, RAW_RESULT
from trunkline.domain.json import Json, JsonObject, Path, get


class Definition(NamedTuple):
    """A definition of the guides, and what of the body it cannot express."""

    document: JsonObject
    lost: tuple[Lost, ...]


def to_guides(body: JsonObject) -> Definition:
    """The definition of a canonical body; what cannot be expressed is listed, never dropped in silence."""
    body, lost = shaped(body, schemas=True)
    inputs = get(body, ("contract", "input", "inputSchema"), {})
    definition: JsonObject = {
        "name": body.get("name", ""),
        "description": body.get("description") or _described(inputs),
        "type": "rest",
        "inputs": _fields(inputs, ("contract", "input", "inputSchema"), lost, nullable=False),
        "outputs": _fields(
            get(body, ("contract", "output", "successSchema"), {}),
            ("contract", "output", "successSchema"),
            lost,
            nullable=True,
        ),
        "integration": _integration(body, inputs, lost),
    }
    definition["responseMapping"] = _mapping(body, [each["name"] for each in definition["outputs"]], lost)
    handling = body.get("errorHandling") or {}
    definition["errorHandling"] = {key: handling.get(key, "FAIL") for key in ("onError", "onTimeout")}
    if body.get("actionType", "custom") != "custom":
        lost.append(Lost(("actionType",), "the guides surface knows only custom actions"))
    unknown = [key for key in ("secure", "category", "integration") if body.get(key)]
    lost.extend(Lost((key,), "a definition of the guides has no such field") for key in unknown)
    return Definition(definition, tuple(lost))


def _described(schema: JsonObject) -> str:
    text = schema.get("description")
    return text if isinstance(text, str) else ""


def _fields(schema: JsonObject, path: Path, lost: list[Lost], *, nullable: bool) -> list[JsonObject]:
    required = schema.get("required") or []
    fields: list[JsonObject] = []
    if schema.get("type", "object") != "object":
        lost.append(Lost(path, f"a root of type {schema['type']} is not a list of fields"))
    for name, declared in (schema.get("properties") or {}).items():
        at: Path = (*path, "properties", name)
        declared = declared if isinstance(declared, dict) else {}
        kind = _scalar_type(declared.get("type"), nullable)
        if kind is None:
            lost.append(Lost(at, f"type {declared.get('type')!r} is none of {', '.join(INPUT_TYPES)}"))
        field: JsonObject = {"name": name, "type": kind or "string"}
        if declared.get("description") is not None:
            field["description"] = declared["description"]
        if name in required:
            field["required"] = True
        beyond = sorted(declared.keys() - {"type", "description", "title"})
        if kind is not None and beyond:
            lost.append(Lost(at, f"fields have no {', '.join(beyond)}"))
        fields.append(field)
    return fields


def _scalar_type(kind: Json, nullable: bool) -> str | None:
    if isinstance(kind, list) and nullable and len(kind) == 2 and "null" in kind:
        kind = next(each for each in kind if each != "null")
    return kind if kind in INPUT_TYPES else None


def _integration(body: JsonObject, inputs: JsonObject, lost: list[Lost]) -> JsonObject:
    at: Path = ("config", "request")
    request = get(body, at, {})

    def convert(text: str, place: Place, path: Path) -> str:
        converted, reason = from_velocity(text, place, inputs)
        if reason:
            lost.append(Lost(path, reason))
        return converted

    url, headers = request.get("requestUrlTemplate", ""), request.get("headers") or {}
    method = request.get("requestType", "GET")
    integration: JsonObject = {
        "url": convert(url, Place.URL, (*at, "requestUrlTemplate")),
        "method": method,
        "headers": {
            name: convert(text, Place.HEADER, (*at, "headers", name)) for name, text in headers.items()
        },
    }
    template = request.get("requestTemplate", RAW_REQUEST)
    if template == RAW_REQUEST and method != "GET":
        lost.append(Lost((*at, "requestTemplate"), "the whole input (rawRequest) has no placeholder"))
        integration["body"] = {name: f"{{{{{name}}}}}" for name in inputs.get("properties") or {}}
    elif template != (RAW_REQUEST if method == "GET" else ""):
        integration["body"] = convert(template, body_place(template, headers), (*at, "requestTemplate"))
    timeout = get(body, ("config", "timeoutSeconds"))
    if timeout is not None:
        integration["timeout"] = timeout
    return integration


def _mapping(body: JsonObject, outputs: list[str], lost: list[Lost]) -> JsonObject:
    at: Path = ("config", "response")
    response = get(body, at, {})
    template = response.get("successTemplate", RAW_RESULT)
    mapped = response.get("translationMap") or {}
    if template == RAW_RESULT:
        return {
            name: f"{{{{{show_steps((name,))}}}}}"
            for name in outputs
            if not show_steps((name,)).startswith("[")
        }
    sources = _simple_template(template)
    if sources is None:
        lost.append(
            Lost((*at, "successTemplate"), "only an object of mapped values has a form in the guides")
        )
        sources = {name: name for name in mapped}
    mapping: JsonObject = {}
    for output, variable in sources.items():
        steps = from_jsonpath(str(mapped.get(variable, "")))
        if steps is None:
            reason = f"no walk through the reply: {mapped.get(variable)}"
            lost.append(Lost((*at, "translationMap", variable), reason))
            continue
        mapping[output] = f"{{{{{show_steps(steps)}}}}}"
        default = (response.get("translationMapDefaults") or {}).get(variable, "null")
        if default != "null":
            lost.append(Lost((*at, "translationMapDefaults", variable), "a mapping has no default but null"))
    return mapping


_PAIR = re.compile(r'\s*("(?:[^"\\]|\\.)*")\s*:\s*\$!?\{?([A-Za-z][\w-]*)\}?\s*')


def _simple_template(template: str) -> dict[str, str] | None:
    """Output name → variable of a template `{"a": ${x}, "b": ${y}}`; None for any other."""
    text = template.strip()
    if not (text.startswith("{") and text.endswith("}")) or text == "{}":
        return {} if text == "{}" else None
    pairs: dict[str, str] = {}
    for part in text[1:-1].split(","):
        match = _PAIR.fullmatch(part)
        if match is None:
            return None
        pairs[json.loads(match[1])] = match[2]
    return pairs
