"""Requests held against what their route declares, before a handler sees them.

A value of another type and one out of its enum are refused with 400; a field that the vendor does not know
is ignored, as the vendor does. What is required, and what values mean, is for handlers to say: in the
vendor's words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jsonschema_rs
import msgspec

from trunkline.domain.json import Json, JsonObject, Path, show_path
from trunkline.emulator.call import Call
from trunkline.emulator.errors import ApiError
from trunkline.emulator.surface import facts
from trunkline.emulator.surface.shapes import JSON, Content, Field, nullable

Fault = tuple[str, str]
"""The field, dotted, and what is wrong with it."""
MOST_FAULTS = 20
LONGEST_NUMBER = 10
"""Characters."""


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
    models = facts.reached(schema)
    root = models[schema["$ref"].removeprefix(facts.MODELS)] if "$ref" in schema else schema
    lenient = {key: each for key, each in nullable(root).items() if key != "required"}
    return jsonschema_rs.Draft202012Validator({**lenient, "components": {"schemas": models}})


def check(method: str, pattern: str, call: Call) -> None:
    """Raises 400 with every fault of the query and the body, 415 for a body that is no JSON.

    Takes out of the body what the vendor would ignore.
    """
    found = _check_of(method, pattern)
    if found is None:
        return
    faults: list[Fault] = []
    if call.query.pairs:
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
    wrong = _not_a_flag if kind == "boolean" else _not_a_number
    for name, text in call.query.pairs:
        if name == field.name and (message := wrong(text, field.schema)):
            return [(name, f"{message}, not {text[:40]}")]
    return []


def _not_a_flag(text: str, schema: JsonObject) -> str | None:
    del schema
    return None if text.lower() in ("true", "false") else "must be true or false"


def _not_a_number(text: str, schema: JsonObject) -> str | None:
    if not (text.isascii() and text.removeprefix("-").isdigit() and len(text) <= LONGEST_NUMBER):
        return "must be a whole number"
    least, most = schema.get("minimum"), schema.get("maximum")
    if (least is not None and int(text) < least) or (most is not None and int(text) > most):
        return f"must be from {least}" if most is None else f"must be from {least} to {most}"
    return None


def _body_faults(validator: jsonschema_rs.Draft202012Validator, value: Json) -> list[Fault]:
    """What is wrong, without the values: they may be secrets."""
    if validator.is_valid(value):
        return []
    faults: dict[str, str] = {}
    for error in validator.iter_errors(value):
        for leaf in _leaves(error):
            place, message = _told(leaf)
            faults.setdefault(show_path(place).removeprefix("$"), message)
    return [(field or "The request body", message) for field, message in faults.items()][:MOST_FAULTS]


def _leaves(error: jsonschema_rs.ValidationError) -> Iterator[jsonschema_rs.ValidationError]:
    """The faults of what may be null or a model are those of the model."""
    if error.kind.name == "anyOf":
        for inner in error.kind.as_dict()["context"][0]:
            yield from _leaves(inner)
    else:
        yield error


def _told(error: jsonschema_rs.ValidationError) -> tuple[Path, str]:
    wanted: dict[str, Any] = error.kind.as_dict()
    place: Path = tuple(error.instance_path)
    return (*place, wanted["property"]) if error.kind.name == "required" else place, _message(error, wanted)


def _message(error: jsonschema_rs.ValidationError, wanted: dict[str, Any]) -> str:
    if error.kind.name == "required":
        return "must not be null"
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
