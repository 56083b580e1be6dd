"""What the `*.surface` files beside this module declare, found by route."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib import resources

from trunkline.domain.json import Json, JsonObject
from trunkline.emulator.surface.shapes import Declarations, Operation, nullable

FILES = ("shared", "genesys", "routing", "integrations", "flows", "guides", "cxone")
_ACD = "/incontactapi/"
MODELS = "#/components/schemas/"
SENT = "Sent"
"""End of the name of a model as clients may send it."""


@lru_cache(maxsize=1)
def declarations() -> Declarations:
    """All declarations, read once."""
    found = Declarations()
    for name in FILES:
        found.read(
            resources.files("trunkline.emulator.surface")
            .joinpath(f"{name}.surface")
            .read_text(encoding="utf-8")
        )
    return found


@lru_cache(maxsize=1)
def _by_route() -> dict[tuple[str, str], Operation]:
    return {(each.method, each.path): each for each in declarations().operations}


def operation(method: str, pattern: str) -> Operation | None:
    """What is declared of a route; the ACD API is declared once for all spellings of its prefix."""
    if pattern[: len(_ACD)].lower() == _ACD:
        pattern = _ACD + pattern[len(_ACD) :]
    return _by_route().get((method, pattern))


def sent(schema: JsonObject) -> JsonObject:
    """A schema as clients may send it: what is not required may be null, and what is unknown is ignored."""
    if "$ref" in schema:
        return {"$ref": f"{schema['$ref']}{SENT}"}
    changed = {name: value for name, value in schema.items() if name != "additionalProperties"}
    if "properties" in schema:
        needed = schema.get("required", ())
        changed["properties"] = {
            name: sent(each) if name in needed else nullable(sent(each))
            for name, each in schema["properties"].items()
        }
    elif isinstance(schema.get("additionalProperties"), dict):
        changed["additionalProperties"] = sent(schema["additionalProperties"])
    if "items" in schema:
        changed["items"] = sent(schema["items"])
    return changed


@lru_cache(maxsize=1)
def components() -> JsonObject:
    """Every model by name, as it is answered and as it may be sent."""
    models = declarations().models
    return {**models, **{f"{name}{SENT}": sent(model) for name, model in models.items()}}


def reached(schema: JsonObject) -> JsonObject:
    """The models that a schema refers to, and those that they do."""
    found: JsonObject = {}
    waiting = list(_names(schema))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = components()[name]
            waiting += _names(found[name])
    return found


def _names(schema: Json) -> Iterator[str]:
    if isinstance(schema, list):
        for each in schema:
            yield from _names(each)
    elif isinstance(schema, dict):
        if isinstance(name := schema.get("$ref"), str):
            yield name.removeprefix(MODELS)
        for each in schema.values():
            yield from _names(each)


def known_part(schema: JsonObject, value: object, *, inner: bool = False) -> object:
    """The value without what the vendor ignores: fields that a model does not know, and inner nulls."""
    if "$ref" in schema:
        schema = declarations().models[schema["$ref"].removeprefix(MODELS)]
    if isinstance(value, dict):
        return _known_fields(schema, value, inner=inner)
    if isinstance(value, list) and "items" in schema:
        return [known_part(schema["items"], each, inner=True) for each in value]
    return value


def _known_fields(schema: JsonObject, value: JsonObject, *, inner: bool) -> JsonObject:
    fields: JsonObject = schema.get("properties", {})
    others = schema.get("additionalProperties", True)
    if isinstance(others, dict):
        return {name: known_part(others, each, inner=True) for name, each in value.items()}
    return {
        name: known_part(fields[name], each, inner=True) if name in fields else each
        for name, each in value.items()
        if (others or name in fields) and not (inner and fields and each is None)
    }
