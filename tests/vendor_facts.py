"""The vendor's own description of the Genesys Cloud API, and judges that hold the emulator against it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from tests.shared import shared
from trunkline.emulator import catalogue
from trunkline.emulator.routes import Route
from trunkline.emulator.surface import facts

LISTING_URIS = ("firstUri", "lastUri", "selfUri", "nextUri", "previousUri")
UNKNOWN_FIELDS = {
    # The vendor's other listings carry them all, and ours are made by one function.
    **dict.fromkeys(LISTING_URIS, "Listing"),
    "pageCount": "QueueMemberEntityListing",
    "total": "QueueMemberEntityListing",
    # Of the file format that users are seeded from.
    "routingSkills": "User",
    "routingLanguages": "User",
}
"""Fields of answers that the description lacks, with the end of the name of the model that has them here."""
SCALARS: dict[str, Any] = {
    "str": str,
    "LocalDateTime": str,
    "int": int,
    "float": (int, float),
    "bool": bool,
    "datetime": str,
    "date": str,
    "object": object,
}
SCHEMA_TYPES = {
    "str": {"string"},
    "LocalDateTime": {"string"},
    "int": {"integer"},
    "float": {"number", "integer"},
    "bool": {"boolean"},
    "datetime": {"string"},
    "date": {"string"},
}


@lru_cache(maxsize=1)
def described() -> Mapping[str, Any]:
    """`{endpoints: […], models: {…}}`; only for tests marked `needs_shared`."""
    return json.loads(shared("spec", "genesys-api.json").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def endpoints() -> Mapping[tuple[str, str], dict[str, Any]]:
    """Endpoints by method and bare path."""
    return {(each["method"], bare(each["path"])): each for each in described()["endpoints"]}


def bare(path: str) -> str:
    """A path without the names of its parameters."""
    return re.sub(r"\{[^}]*\}", "{}", path)


def public() -> list[Route]:
    """The routes of the public API of Genesys Cloud."""
    return [
        route
        for route in catalogue.routes()
        if route.surface == "public" and route.cloud == "genesys" and route.pattern.startswith("/api/v2/")
    ]


def fact_of(route: Route) -> dict[str, Any] | None:
    """What the vendor says of a route."""
    return endpoints().get((route.method, bare(route.pattern)))


class Judge:
    """Holds values against the models of the description."""

    def __init__(self) -> None:
        self.models: dict[str, Any] = described()["models"]

    def faults(self, kind: str, value: Any, where: str) -> Iterator[str]:
        """One line for each field that no model knows, each value of another type or out of its enum."""
        if value is None:
            return
        if inner := re.fullmatch(r"(?:list|set)\[(.+)\]", kind):
            if not isinstance(value, list):
                yield f"{where}: {type(value).__name__} is no {kind}"
                return
            for each in value:
                yield from self.faults(inner[1], each, f"{where}[]")
        elif inner := re.fullmatch(r"dict\((?:str), ?(.+)\)", kind):
            for each in value.values():
                yield from self.faults(inner[1], each, f"{where}.*")
        elif kind in SCALARS:
            wanted = SCALARS[kind]
            if not isinstance(value, wanted) or (kind in ("int", "float") and isinstance(value, bool)):
                yield f"{where}: {type(value).__name__} is no {kind}"
        elif kind in self.models:
            yield from self._of_model(self.models[kind], kind, value, where)

    def _of_model(self, model: dict[str, Any], kind: str, value: Any, where: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{where}: {type(value).__name__} is no {kind}"
            return
        for name, each in value.items():
            fact = model.get(name)
            if fact is None:
                if not is_listed(kind, name):
                    yield f"{where}.{name}: {kind} has no such field"
                continue
            yield from self.faults(fact["type"], each, f"{where}.{name}")
            allowed = fact.get("enum")
            if allowed and isinstance(each, str) and each not in allowed:
                yield f"{where}.{name}: {each!r} is none of {allowed[:8]}"


def is_listed(kind: str, name: str) -> bool:
    """Whether a field that a model lacks is one that we know we add."""
    return kind.endswith(UNKNOWN_FIELDS.get(name, "nothing")) or kind in FREE_FORM


FREE_FORM = {"JsonSchemaDocument", "FlattenedJsonSchemaDocument"}
"""Models that name some keywords of JSON Schema; a schema may have all of them."""


class Comparison:
    """Holds the emulator's declarations against the description: fields, types, enums, what is required."""

    def __init__(self) -> None:
        self.models: dict[str, Any] = described()["models"]
        self.ours = facts.components()

    def faults(
        self, kind: str, schema: dict[str, Any], where: str, *, sent: bool, seen: tuple[Any, ...] = ()
    ) -> Iterator[str]:
        """One line for each difference. `sent`: what clients send, where we may require no less."""
        name = schema.get("$ref", "").rpartition("/")[2]
        if name:
            if (name, kind) in seen:
                return
            seen, schema = (*seen, (name, kind)), self.ours[name]
        types = types_of(schema)
        if not types or kind == "object":
            return
        if inner := re.fullmatch(r"(?:list|set)\[(.+)\]", kind):
            if types != {"array"}:
                yield f"{where}: {types} is no {kind}"
            else:
                yield from self.faults(inner[1], schema["items"], f"{where}[]", sent=sent, seen=seen)
        elif inner := re.fullmatch(r"dict\(str, ?(.+)\)", kind):
            if types != {"object"}:
                yield f"{where}: {types} is no {kind}"
            elif isinstance(schema.get("additionalProperties"), dict):
                others = schema["additionalProperties"]
                yield from self.faults(inner[1], others, f"{where}.*", sent=sent, seen=seen)
        elif kind in SCHEMA_TYPES:
            if not types <= SCHEMA_TYPES[kind]:
                yield f"{where}: {types} is no {kind}"
        elif types != {"object"}:
            yield f"{where}: {types} is no {kind}"
        elif "properties" in schema and self.models[kind]:
            yield from self._of_model(kind, schema, where, sent=sent, seen=seen)
            if sent and not name.startswith("Ref"):
                needed = {key for key, fact in self.models[kind].items() if fact.get("required")}
                if missing := sorted(needed - {*schema.get("required", ())}):
                    yield f"{where}: the vendor requires {', '.join(missing)}"

    def _of_model(
        self, kind: str, schema: dict[str, Any], where: str, *, sent: bool, seen: tuple[Any, ...]
    ) -> Iterator[str]:
        for name, each in schema["properties"].items():
            fact = self.models[kind].get(name)
            if fact is None:
                if not is_listed(kind, name):
                    yield f"{where}.{name}: {kind} has no such field"
                continue
            yield from self.faults(fact["type"], each, f"{where}.{name}", sent=sent, seen=seen)
            ours = {value for value in self._enum(each) if value is not None}
            known = set(fact.get("enum") or ())
            if fact["type"] == "str" and known and (not ours or ours - known):
                yield f"{where}.{name}: the enum is {sorted(ours - known) or 'missing'}"

    def _enum(self, schema: dict[str, Any]) -> list[Any]:
        name = schema.get("$ref", "").rpartition("/")[2]
        return (self.ours[name] if name else schema).get("enum", [])


def types_of(schema: dict[str, Any]) -> set[str]:
    """The types of a schema but null."""
    kind = schema.get("type")
    kinds = kind if isinstance(kind, list) else [kind] if kind else []
    return {*kinds} - {"null"}
