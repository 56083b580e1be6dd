"""Requests held against what their route declares, before a handler sees them.

A value of another type and one out of its enum are refused with 400; a field that the vendor does not know
is ignored, as the vendor does. What is required, and what values mean, is for handlers to say: in the
vendor's words.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jsonschema_rs
import msgspec

from trunkline.domain.json import Json, JsonObject, show_path
from trunkline.emulator.call import Call
from trunkline.emulator.errors import ApiError
from trunkline.emulator.surface import facts
from trunkline.emulator.surface.shapes import JSON, Content, Field, nullable

Fault = tuple[str, str]
"""The field, dotted, and what is wrong with it."""
MOST_FAULTS = 20


@dataclass(frozen=True, slots=True)
class Check:
    """How requests of a route are held against its declaration; no `validator`: it takes any body."""

    query: tuple[Field, ...]
    validator: jsonschema_rs.Draft202012Validator | None
    schema: JsonObject


@lru_cache(maxsize=1024)
def _check_of(method: str, pattern: str) -> Check | None:
    found = facts.operation(method, pattern)
    if found is None:
        return None
    body = found.body
    schema = body.schema if body is not None and body.media_type == JSON else {}
    return Check(tuple(found.query), _validator(body) if schema else None, schema)


def _validator(body: Content | None) -> jsonschema_rs.Draft202012Validator | None:
    """Of types and enums; None for a body that is no JSON, or any."""
    if body is None or body.media_type != JSON or not body.schema:
        return None
    schema = facts.sent(body.schema)
    root = schema if "$ref" in schema else nullable(schema)
    models = {"schemas": _lenient(facts.reached(schema))}
    return jsonschema_rs.Draft202012Validator({**_lenient(root), "components": models})


def _lenient(schema: Any) -> Any:
    """A schema that requires nothing."""
    if isinstance(schema, dict):
        return {key: _lenient(each) for key, each in schema.items() if key != "required" or each is True}
    return [_lenient(each) for each in schema] if isinstance(schema, list) else schema


def check(method: str, pattern: str, call: Call) -> None:
    """Raises 400 with every fault of the query and the body, 415 for a body that is no JSON.

    Takes out of the body what the vendor would ignore.
    """
    found = _check_of(method, pattern)
    if found is None:
        return
    faults = [fault for field in found.query for fault in _query_faults(field, call)]
    if found.validator is not None and call.body.strip():
        value = call.json()
        faults += _body_faults(found.validator, value)
        if not faults:
            kept = facts.known_part(found.schema, value)
            if kept != value:
                call.body = msgspec.json.encode(kept)
    if faults:
        raise ApiError(
            400,
            "invalid.value",
            "; ".join(f"{field} {message}" for field, message in faults),
            details=[{"errorCode": "invalid.value", "fieldName": field} for field, _ in faults],
        )


def _query_faults(field: Field, call: Call) -> list[Fault]:
    kind: Json = field.schema.get("type")
    if kind not in ("integer", "boolean"):
        return []
    for name, text in call.query.pairs:
        if name != field.name or text == "":
            continue
        if kind == "boolean" and text.lower() not in ("true", "false"):
            return [(name, f"is true or false, not {text[:40]}")]
        if kind == "integer" and not (text.isascii() and text.removeprefix("-").isdigit()):
            return [(name, f"is a whole number, not {text[:40]}")]
    return []


def _body_faults(validator: jsonschema_rs.Draft202012Validator, value: Json) -> list[Fault]:
    """What is wrong, without the values: they may be secrets."""
    if validator.is_valid(value):
        return []
    faults: dict[str, str] = {}
    for error in validator.iter_errors(value):
        faults.setdefault(show_path(tuple(error.instance_path)).removeprefix("$"), _told(error))
    return [(field or "The request body", message) for field, message in faults.items()][:MOST_FAULTS]


def _told(error: jsonschema_rs.ValidationError) -> str:
    wanted: dict[str, Any] = error.kind.as_dict()
    if error.kind.name == "type":
        kinds: list[str] = [kind for kind in wanted["types"] if kind != "null"]
        return f"must be {' or '.join(_NAMES.get(kind, kind) for kind in kinds)}"
    if error.kind.name == "enum":
        return f"must be one of {', '.join(str(each) for each in _options(wanted))}"
    return "is not valid"


def _options(wanted: dict[str, Any]) -> list[Any]:
    return [each for each in wanted["options"] if each is not None]


_NAMES = {
    "object": "a JSON object",
    "array": "a list",
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}
