"""From the canonical body to the friendly form, as far as it reaches."""

from __future__ import annotations

from typing import NamedTuple

from trunkline.domain.action.fault import Lost
from trunkline.domain.action.friendly.read import compile_friendly
from trunkline.domain.action.friendly.response import generated_template, show_default, show_expression
from trunkline.domain.action.friendly.when import write_when
from trunkline.domain.action.schema import write_fields
from trunkline.domain.action.shape import shaped
from trunkline.domain.action.vendor import RAW_REQUEST, integration_type_of
from trunkline.domain.json import Json, JsonObject, Path, get, same, walk

_TEXTS = {
    "name": "name",
    "description": "description",
    "integration": "integration",
    "integrationType": "integration_type",
    "actionType": "action_type",
    "category": "category",
}
_ABSENT = object()


class Friendly(NamedTuple):
    """The friendly document, and what of the body it does not hold."""

    document: JsonObject
    lost: tuple[Lost, ...]


def to_friendly(body: JsonObject) -> Friendly:
    """The friendly form of a canonical body.

    Compiling the document gives the body back, but for the paths in `lost`.
    """
    whole, body = body, shaped(body, schemas=False)[0]
    document = _head(body)
    contract: JsonObject = {}
    for key, path in (
        ("inputs", ("contract", "input", "inputSchema")),
        ("outputs", ("contract", "output", "successSchema")),
    ):
        _contract(document, contract, key, get(body, path))
    document["request"] = _request(body)
    response = _response(get(body, ("config", "response"), {}))
    if response:
        document["response"] = response
    for key, friendly in (("onError", "on_error"), ("onTimeout", "on_timeout")):
        outcome = get(body, ("errorHandling", key))
        if isinstance(outcome, str):
            document[friendly] = outcome.lower()
    if contract:
        document["contract"] = contract
    when = write_when(body.get("conditions"))
    if when is not None:
        document["when"] = when
    return Friendly(document, tuple(_differences(whole, compile_friendly(document).body)))


def _head(body: JsonObject) -> JsonObject:
    document = {friendly: body[key] for key, friendly in _TEXTS.items() if body.get(key) is not None}
    url = get(body, ("config", "request", "requestUrlTemplate"))
    if isinstance(url, str) and document.get("integration_type") == integration_type_of(url):
        document.pop("integration_type", None)
    if document.get("action_type") == "custom":
        del document["action_type"]
    if body.get("secure"):
        document["secure"] = body["secure"]
    return document


def _contract(document: JsonObject, contract: JsonObject, key: str, schema: Json) -> None:
    if not isinstance(schema, dict):
        return
    written = write_fields(schema)
    if written is None:
        contract[key.removesuffix("s")] = schema
        return
    fields, root = written
    if fields or root:
        document[key] = fields
    if root:
        contract[key.removesuffix("s")] = root


def _request(body: JsonObject) -> Json:
    request = get(body, ("config", "request"), {})
    template = request.get("requestTemplate", RAW_REQUEST)
    method, url = request.get("requestType", "GET"), request.get("requestUrlTemplate", "")
    written: JsonObject = {"method": method, "url": url}
    if request.get("headers"):
        written["headers"] = request["headers"]
    if template != RAW_REQUEST:
        written["body"] = template
    timeout = get(body, ("config", "timeoutSeconds"))
    if timeout is not None:
        written["timeout"] = timeout
    short = len(written) == 2 and f"{method} {url}" == f"{method} {url}".strip() and url
    return f"{method} {url}" if short else written


def _response(response: JsonObject) -> JsonObject:
    mapping, defaults = response.get("translationMap") or {}, response.get("translationMapDefaults") or {}
    written: JsonObject = {}
    if mapping:
        written["map"] = {name: show_expression(path) for name, path in mapping.items()}
    if defaults:
        written["defaults"] = {
            name: show_default(text) if isinstance(text, str) else text for name, text in defaults.items()
        }
    template = response.get("successTemplate")
    if template is not None and template != generated_template(list(mapping)):
        written["template"] = template
    return written


def _differences(body: JsonObject, compiled: JsonObject) -> list[Lost]:
    """Nodes of `body` that compiling the document does not give back."""
    lost: list[Lost] = []
    told: set[Path] = set()
    for path, value in walk(body):
        if path[:-1] in told:
            told.add(path)
            continue
        again = get(compiled, path, _ABSENT)
        if again is _ABSENT:
            lost.append(Lost(path, "the friendly form has no place for it"))
        elif not isinstance(value, dict) and not same(value, again):
            lost.append(Lost(path, "the friendly form writes it in another way"))
        else:
            continue
        told.add(path)
    return lost
