"""From the friendly form to the canonical body, with every fault and the origin of every node."""

from __future__ import annotations

import json
import re

from trunkline.domain.action.compiled import Compiled
from trunkline.domain.action.fault import Reader
from trunkline.domain.action.friendly.origins import trace
from trunkline.domain.action.friendly.response import read_response
from trunkline.domain.action.friendly.when import read_when
from trunkline.domain.action.placeholder import Place, body_place, names, split, to_velocity
from trunkline.domain.action.schema import build, read_fields
from trunkline.domain.action.vendor import ACTION_TYPES, METHODS, RAW_REQUEST, integration_type_of
from trunkline.domain.json import Json, JsonObject, Path

TOP = (
    "name",
    "description",
    "integration",
    "integration_type",
    "action_type",
    "category",
    "secure",
    "inputs",
    "outputs",
    "request",
    "response",
    "on_error",
    "on_timeout",
    "contract",
    "when",
)
REQUEST = ("url", "method", "headers", "body", "timeout")
OUTCOMES = ("fail", "continue")
_TEXTS = {
    "description": "description",
    "integration": "integration",
    "integration_type": "integrationType",
    "category": "category",
}


def compile_friendly(document: Json) -> Compiled:
    """Compile the friendly form; faults are collected, none is raised."""
    reader = Reader()
    if not isinstance(document, dict):
        reader.expected((), "an object", document, "start with name:, inputs:, request:")
        return Compiled({}, tuple(reader.faults))
    top = reader.object(document, (), TOP)
    contract = reader.object(top.get("contract"), ("contract",), ("input", "output"))
    inputs = _schema(top, "inputs", contract.get("input"), reader)
    outputs = _schema(top, "outputs", contract.get("output"), reader)
    request, timeout = _request(top, inputs, reader)
    body = _head(top, str(request["requestUrlTemplate"]), reader)
    config: JsonObject = {"request": request, "response": read_response(top.get("response"), reader)}
    body["config"] = config if timeout is None else {"timeoutSeconds": timeout, **config}
    body["contract"] = {"input": {"inputSchema": inputs}, "output": {"successSchema": outputs}}
    body["secure"] = reader.flag(top.get("secure"), ("secure",))
    handling = _error_handling(top, reader)
    if handling:
        body["errorHandling"] = handling
    when = read_when(top.get("when"), body, reader)
    return Compiled(body, tuple(reader.faults), trace(top, body) | when)


def _head(top: JsonObject, url: str, reader: Reader) -> JsonObject:
    name = reader.text(top.get("name"), ("name",))
    if not name.strip() and not (reader.faults and any(fault.path == ("name",) for fault in reader.faults)):
        reader.fault(("name",), "a data action needs a name")
    body: JsonObject = {"name": name}
    for key, canonical in _TEXTS.items():
        if top.get(key) is not None:
            body[canonical] = reader.text(top[key], (key,))
    implied = integration_type_of(url)
    if implied and "integrationType" not in body:
        body["integrationType"] = implied
    body["actionType"] = reader.choice(top.get("action_type"), ("action_type",), ACTION_TYPES) or "custom"
    return body


def _schema(top: JsonObject, key: str, root: Json, reader: Reader) -> JsonObject:
    side = key.removesuffix("s")
    explicit = reader.object(root, ("contract", side))
    if root is not None and top.get(key) is None:
        return explicit
    return build(read_fields(top.get(key), (key,), reader), explicit)


def _request(top: JsonObject, inputs: JsonObject, reader: Reader) -> tuple[JsonObject, int | None]:
    if top.get("request") is None:
        reader.fault(("request",), "a data action needs a request", "write request: GET https://…")
    where, given = _short_request(top.get("request"), reader)
    body = given.get("body")
    headers = _headers(given.get("headers"), inputs, reader)
    method = reader.choice(given.get("method"), where("method"), METHODS)
    url = reader.text(given.get("url"), where("url"))
    if not url and top.get("request") is not None:
        reader.fault(where("url"), "a request needs a url")
    _check_inputs(url, where("url"), inputs, reader)
    request: JsonObject = {
        "requestUrlTemplate": to_velocity(url, Place.URL, inputs),
        "requestType": method or ("GET" if body is None else "POST"),
        "headers": headers,
        "requestTemplate": _body(body, headers, inputs, reader),
    }
    return request, _timeout(given.get("timeout"), reader)


class _Where:
    """Paths of a request's fields; all are the request itself where it is written in one line."""

    def __init__(self, short: bool) -> None:
        self.short = short

    def __call__(self, key: str) -> Path:
        return ("request",) if self.short else ("request", key)


def _short_request(value: Json, reader: Reader) -> tuple[_Where, JsonObject]:
    if isinstance(value, str):
        method, blank, url = value.strip().partition(" ")
        if not blank:
            return _Where(short=True), {"url": value.strip()}
        return _Where(short=True), {"method": method, "url": url.strip()}
    return _Where(short=False), reader.object(value, ("request",), REQUEST)


def _headers(value: Json, inputs: JsonObject, reader: Reader) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, text in reader.object(value, ("request", "headers")).items():
        path = ("request", "headers", name)
        given = reader.text(text, path)
        _check_inputs(given, path, inputs, reader)
        headers[name] = to_velocity(given, Place.HEADER, inputs)
    return headers


def _body(value: Json, headers: dict[str, str], inputs: JsonObject, reader: Reader) -> str:
    if value is None:
        return RAW_REQUEST
    text = value if isinstance(value, str) else structured(value)
    _check_inputs(text, ("request", "body"), inputs, reader)
    place = body_place(text, headers) if isinstance(value, str) else Place.JSON
    return to_velocity(text, place, inputs)


def structured(value: Json) -> str:
    """The template of a body written as a structure.

    A text that is nothing but a placeholder stands for the input's own JSON value, so its quotes go.
    """
    text = json.dumps(value, indent=2, ensure_ascii=False)
    pieces = split(text)
    for index, piece in enumerate(pieces):
        around = 0 < index < len(pieces) - 1
        before, after = (pieces[index - 1].text, pieces[index + 1].text) if around else ("", "")
        if piece.name and before.endswith('"') and not before.endswith('\\"') and after.startswith('"'):
            pieces[index - 1] = type(piece)(before[:-1])
            pieces[index + 1] = type(piece)(after[1:])
    return "".join(piece.text if piece.name is None else f"{{{{{piece.name}}}}}" for piece in pieces)


def _check_inputs(template: str, path: Path, inputs: JsonObject, reader: Reader) -> None:
    declared = inputs.get("properties")
    known = list(declared) if isinstance(declared, dict) else []
    for name in names(template):
        head = name.partition(".")[0]
        if head not in known:
            hint = f"inputs: {', '.join(known)}" if known else "declare it under inputs:"
            reader.fault(path, f"{{{{{name}}}}} is not a declared input", hint)
    for match in _BRACES.finditer(template):
        if not names(match[0]):
            reader.fault(path, f"{match[0]} is not a placeholder", "write {{name_of_an_input}}")


_BRACES = re.compile(r"\{\{[^{}\"]*\}\}")


def _timeout(value: Json, reader: Reader) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        reader.expected(("request", "timeout"), "a whole number of seconds", value)
        return None
    return value


def _error_handling(top: JsonObject, reader: Reader) -> JsonObject:
    chosen = {key: reader.choice(top.get(key), (key,), OUTCOMES) for key in ("on_error", "on_timeout")}
    if not any(chosen.values()):
        return {}
    return {
        "onError": (chosen["on_error"] or "fail").upper(),
        "onTimeout": (chosen["on_timeout"] or "fail").upper(),
    }
