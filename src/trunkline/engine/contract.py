"""Contracts: values checked against JSON Schema, schemas checked, sample values made from them.

draft-04 where a schema says nothing (what the vendor takes); drafts 6 to 2020-12 where it does;
draft-03 with the extra `draft3`. Nothing is ever fetched: a `$ref` leads inside the schema.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from trunkline.domain.json import Json, JsonObject, Path, canonical_text

if TYPE_CHECKING:
    import jsonschema_rs

_DRAFTS = {
    "draft-04": "Draft4Validator",
    "draft-06": "Draft6Validator",
    "draft-07": "Draft7Validator",
    "2019-09": "Draft201909Validator",
    "2020-12": "Draft202012Validator",
}
_SAMPLES: dict[str, Json] = {
    "string": "text",
    "integer": 1,
    "number": 1.5,
    "boolean": True,
    "null": None,
}
_DEPTH = 12
"""How deep a sample goes; a schema that refers to itself would have no end."""


class Violation(NamedTuple):
    """Where a value breaks its schema: path in the value, what is wrong, and the keyword that says so."""

    path: Path
    message: str
    keyword: str


class BadSchema(ValueError):
    """The schema itself is wrong; `path` leads to the part in it."""

    def __init__(self, message: str, path: Path = ()) -> None:
        super().__init__(message)
        self.path = path


Check = Callable[[Json], tuple[Violation, ...]]


def violations(schema: JsonObject, value: Json) -> tuple[Violation, ...]:
    """Everything in `value` that breaks `schema`. Raises BadSchema."""
    return checker(schema)(value)


def checker(schema: JsonObject) -> Check:
    """The compiled form of a schema; equal schemas share one. Raises BadSchema."""
    return _compiled(canonical_text(schema))


@lru_cache(maxsize=512)
def _compiled(text: str) -> Check:
    schema = json.loads(text)
    declared = str(schema.get("$schema", "draft-04")) if isinstance(schema, dict) else "draft-04"
    if "draft-03" in declared:
        return _draft3(schema)
    name = next((cls for mark, cls in _DRAFTS.items() if mark in declared), None)
    if name is None:
        raise BadSchema(
            f"unknown $schema {declared!r}: use draft-04, 06, 07, 2019-09 or 2020-12", ("$schema",)
        )
    return _modern(schema, name)


def _modern(schema: Json, name: str) -> Check:
    import jsonschema_rs

    options = jsonschema_rs.FancyRegexOptions(backtrack_limit=100_000, size_limit=1_000_000)
    try:
        validator = getattr(jsonschema_rs, name)(schema, retriever=_refuse, pattern_options=options)
    except jsonschema_rs.ValidationError as error:
        raise BadSchema(error.message, tuple(error.instance_path)) from None
    except (ValueError, jsonschema_rs.ReferencingError) as error:
        raise BadSchema(str(error)) from None
    return lambda value: _violations(validator, value)


def _violations(validator: jsonschema_rs.Validator, value: Json) -> tuple[Violation, ...]:
    try:
        if validator.is_valid(value):
            return ()
        return tuple(
            Violation(tuple(error.instance_path), error.message, error.kind.name)
            for error in validator.iter_errors(value)
        )
    except ValueError as error:
        return (Violation((), f"no JSON value: {error}", "json"),)


def _refuse(uri: str) -> NoReturn:
    raise ValueError(f"{uri} is outside the schema; only references inside it are followed")


def _draft3(schema: Json) -> Check:
    try:
        from jsonschema import Draft3Validator
        from jsonschema.exceptions import SchemaError
        from referencing import Registry
        from referencing.exceptions import Unresolvable
    except ImportError:
        raise BadSchema(
            "draft-03 needs the extra draft3: pip install 'trunkline[draft3]'", ("$schema",)
        ) from None
    try:
        Draft3Validator.check_schema(schema)
    except SchemaError as error:
        raise BadSchema(error.message, tuple(error.path)) from None
    validator = Draft3Validator(schema, registry=Registry())

    def check(value: Json) -> tuple[Violation, ...]:
        try:
            found = list(validator.iter_errors(value))
        except Unresolvable as error:
            raise BadSchema(str(error)) from None
        return tuple(Violation(tuple(error.path), error.message, str(error.validator)) for error in found)

    return check


def check_schema(schema: Json) -> str | None:
    """What is wrong with a schema; None if nothing is."""
    if not isinstance(schema, dict):
        return "a schema must be an object"
    try:
        checker(schema)
    except BadSchema as error:
        return str(error)
    return None


def sample(schema: Json) -> Json:
    """A value that fits an ordinary schema: every property filled, defaults and enums honoured.

    It is made without search: patterns, formats and combinations of schemas may not be met.
    """
    return _sample(schema, schema, _DEPTH)


def _sample(schema: Json, root: Json, depth: int) -> Json:
    if not isinstance(schema, dict) or depth == 0:
        return None
    reference = schema.get("$ref")
    if isinstance(reference, str):
        return _sample(_resolve(reference, root), root, depth - 1)
    for key in ("default", "const"):
        if key in schema:
            return schema[key]
    if isinstance(schema.get("enum"), list) and schema["enum"]:
        return schema["enum"][0]
    for key in ("allOf", "anyOf", "oneOf"):
        if isinstance(schema.get(key), list) and schema[key] and "type" not in schema:
            return _sample(schema[key][0], root, depth - 1)
    return _of_type(_type(schema), schema, root, depth)


def _type(schema: JsonObject) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((each for each in kind if each != "null"), "null")
    if isinstance(kind, str):
        return kind
    return "object" if "properties" in schema else "array" if "items" in schema else "string"


def _of_type(kind: str, schema: JsonObject, root: Json, depth: int) -> Json:
    if kind == "object":
        properties = schema.get("properties")
        fields = properties if isinstance(properties, dict) else {}
        return {name: _sample(each, root, depth - 1) for name, each in fields.items()}
    if kind == "array":
        items = schema.get("items", {})
        parts = items if isinstance(items, list) else [items] * max(1, _number(schema, "minItems", 1))
        return [_sample(each, root, depth - 1) for each in parts]
    if kind == "string":
        shortest, longest = _number(schema, "minLength", 0), _number(schema, "maxLength", 64)
        return "text".ljust(min(shortest, 1000), "x")[: max(longest, 0)]
    if kind in {"integer", "number"}:
        return _between(schema, _SAMPLES[kind])
    return _SAMPLES.get(kind, "text")


def _number(schema: JsonObject, key: str, default: int) -> int:
    value = schema.get(key)
    return min(value, 1000) if isinstance(value, int) and not isinstance(value, bool) else default


def _between(schema: JsonObject, value: Json) -> Json:
    low, high = schema.get("minimum"), schema.get("maximum")
    if isinstance(low, int | float) and value <= low:
        value = low + (1 if schema.get("exclusiveMinimum") is True else 0)
    if isinstance(high, int | float) and value > high:
        value = high
    return value


def _resolve(reference: str, root: Json) -> Json:
    node = root
    for step in reference.removeprefix("#").strip("/").split("/") if reference != "#" else ():
        key = step.replace("~1", "/").replace("~0", "~")
        node = node.get(key) if isinstance(node, dict) else None
    return node
