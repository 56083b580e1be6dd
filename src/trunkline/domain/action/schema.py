"""Fields of a contract: the short words of the friendly form, and JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping

from trunkline.domain.action.fault import Reader
from trunkline.domain.json import Json, JsonObject, Path, same

TYPES = ("string", "number", "integer", "boolean", "object", "array")
_SHORT_HINT = f"write one of {', '.join(TYPES)}, with [] for a list of it and ! if it is required"
ROOT: JsonObject = {"type": "object", "properties": {}, "additionalProperties": True}
"""What a contract has around its fields where nothing else is said."""


def read_fields(value: Json, path: Path, reader: Reader) -> tuple[JsonObject, list[str]]:
    """Properties and required names of `inputs:` or `outputs:`."""
    properties: JsonObject = {}
    required: list[str] = []
    for name, declared in reader.object(value, path).items():
        schema, needed = _field(declared, (*path, name), reader)
        properties[name] = schema
        if needed:
            required.append(name)
    return properties, required


def _field(value: Json, path: Path, reader: Reader) -> tuple[JsonObject, bool]:
    if isinstance(value, str):
        return _short(value, path, reader)
    if not isinstance(value, dict):
        reader.expected(path, "a type", value, _SHORT_HINT)
        return {}, False
    schema = dict(value)
    needed = schema.pop("required") if isinstance(schema.get("required"), bool) else False
    if not isinstance(schema.get("required", []), list):
        reader.expected((*path, "required"), "true or false", schema["required"])
    kind = schema.get("type", [])
    if not isinstance(kind, str | list):
        reader.expected((*path, "type"), "a type", kind, _SHORT_HINT)
    if isinstance(kind, str):
        typed, marked = _short(kind, (*path, "type"), reader)
        schema = {**schema, **typed}
        needed = needed or marked
    return schema, bool(needed)


def _short(text: str, path: Path, reader: Reader) -> tuple[JsonObject, bool]:
    word = text.strip()
    needed = word.endswith("!")
    word = word.removesuffix("!")
    depth = 0
    while word.endswith("[]"):
        word, depth = word[:-2], depth + 1
    if word not in TYPES:
        reader.fault(path, f"unknown type {text!r}", _SHORT_HINT)
        return {}, needed
    schema: JsonObject = {"type": word}
    for _ in range(depth):
        schema = {"type": "array", "items": schema}
    return schema, needed


def build(fields: tuple[JsonObject, list[str]], root: Mapping[str, Json]) -> JsonObject:
    """A whole schema: the fields inside what `contract:` says; a null there removes a keyword."""
    properties, required = fields
    schema: JsonObject = {**ROOT, "properties": {**ROOT["properties"], **properties}}
    if required:
        schema = {"type": "object", "required": required, **schema}
    merged = {**schema, **root}
    if isinstance(root.get("properties"), dict) and properties:
        merged["properties"] = {**root["properties"], **properties}
    return {key: value for key, value in merged.items() if not (value is None and key in root)}


def write_fields(schema: JsonObject) -> tuple[JsonObject, JsonObject] | None:
    """`inputs:` and the rest for `contract:` that build `schema` again; None where none do."""
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        return None
    required = schema.get("required")
    marks = set[str](required or ()) if _markable(required, properties) else set[str]()
    fields = {name: _write_field(declared, name in marks) for name, declared in properties.items()}
    root = _root(schema, marks)
    reader = Reader()
    rebuilt = build(read_fields(fields, (), reader), root)
    return None if reader.faults or not same(rebuilt, schema) else (fields, root)


def _markable(required: Json, properties: JsonObject) -> bool:
    """Whether `required` can be told by marks on the fields alone: same order, nothing else in it."""
    return (
        isinstance(required, list)
        and bool(required)
        and required == [name for name in properties if name in required]
        and all(
            isinstance(properties[name], dict) and not isinstance(properties[name].get("required"), list)
            for name in required
        )
    )


def _root(schema: JsonObject, marks: set[str]) -> JsonObject:
    skipped = {"properties", "required"} if marks else {"properties"}
    root: JsonObject = {
        key: value
        for key, value in schema.items()
        if key not in skipped and not (key in ROOT and same(ROOT[key], value))
    }
    for key in ("type", "additionalProperties"):
        if key not in schema:
            root[key] = None
    return root


def _write_field(schema: Json, needed: bool) -> Json:
    mark = "!" if needed else ""
    short = _short_word(schema)
    if short is not None:
        return short + mark
    if not isinstance(schema, dict):
        return schema
    kind = schema.get("type")
    if needed and isinstance(kind, str):
        return {**schema, "type": kind + mark}
    return {**schema, "required": True} if needed else schema


def _short_word(schema: Json) -> str | None:
    if not isinstance(schema, dict):
        return None
    if schema.keys() == {"type"} and schema["type"] in TYPES:
        return str(schema["type"])
    if schema.keys() == {"type", "items"} and schema["type"] == "array":
        inner = _short_word(schema["items"])
        return f"{inner}[]" if inner else None
    return None
