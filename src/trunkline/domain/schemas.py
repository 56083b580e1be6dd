"""Pieces of the JSON Schemas that editors get: made from what the readers of files declare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from trunkline.domain.json import Json, JsonObject

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def document(title: str, said: str, schema: JsonObject, definitions: JsonObject | None = None) -> JsonObject:
    """A whole schema. `title` and descriptions are what an editor shows."""
    whole: JsonObject = {"$schema": DRAFT, "title": title, "description": said, **schema}
    return {**whole, "$defs": definitions} if definitions else whole


def described(said: str, *types: str, **schema: Json) -> JsonObject:
    """A value that may also be left empty (null), with what an editor shows beside it."""
    kinds: JsonObject = {"type": [*types, "null"]} if types else {}
    return {"description": said, **kinds, **schema}


def closed(
    fields: Iterable[str],
    shapes: Mapping[str, JsonObject],
    *,
    required: Iterable[str] = (),
    nullable: bool = False,
) -> JsonObject:
    """An object with these fields and no other.

    Raises LookupError where `shapes` do not describe exactly the `fields` that a reader knows, so that no
    schema is older than its reader.
    """
    known = list(fields)
    if set(known) ^ shapes.keys():
        raise LookupError(f"described and read differ in {sorted(set(known) ^ shapes.keys())}")
    found: JsonObject = {
        "type": ["object", "null"] if nullable else "object",
        "additionalProperties": False,
        "properties": {name: shapes[name] for name in known},
    }
    needed = list(required)
    return {**found, "required": needed} if needed else found


def mapping(said: str, value: JsonObject) -> JsonObject:
    """Names of the user's own, each with such a value."""
    return described(said, "object", additionalProperties=value)


def listing(said: str, item: JsonObject) -> JsonObject:
    """A list of such items."""
    return described(said, "array", items=item)


def words(said: str, choices: Iterable[str]) -> JsonObject:
    """One of some words, in capitals or not; an editor offers them as they are written here."""
    known = list(choices)
    pattern = "|".join(map(_any_case, known))
    return described(said, "string", pattern=f"^(?:{pattern})$", examples=[*known])


def _any_case(word: str) -> str:
    return "".join(f"[{each.upper()}{each.lower()}]" if each.isalpha() else each for each in word)
