"""The language of `*.surface`: types, models and operations, one declaration a line, as JSON Schema.

    Queue = id! name! memberCount:int method:(NONE|BEST|ALL) division:Ref members:[Ref] settings:{Media} ...
    @page = pageSize:int<1..500> pageNumber:int<1..>
    GET /api/v2/routing/queues ?@page ?name ?id:[str] >~Queue !404

A field is a text unless it says its type: `int`, `num`, `bool`, `time` (ISO 8601), `any`, `object`, `(A|B)`,
`[T]` a list, `{T}` values by name, `~T` a page of T, or a model. `!` after a name: it is always there. `?`
after a type: it may be null. `...` at the end of a model: it holds more than it says. An operation has `?`
parameters of the query, `<` a JSON body (or `<form`, `<bytes`), `>` answers (`>201:T`, `>204`; 200 where it
says none; `>text/plain:bytes`), and `!` statuses of refusal. Lines that are indented continue the last one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from trunkline.domain.json import Json, JsonObject

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
JSON = "application/json"
_SCALARS: dict[str, JsonObject] = {
    "str": {"type": "string"},
    "int": {"type": "integer"},
    "num": {"type": "number"},
    "bool": {"type": "boolean"},
    "time": {"type": "string", "format": "date-time"},
    "object": {"type": "object"},
    "any": {},
    "bytes": {"type": "string", "contentMediaType": "application/octet-stream"},
}
_RANGE = re.compile(r"int<(-?\d+)\.\.(-?\d*)>")


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a model, or a parameter of a query."""

    name: str
    schema: JsonObject
    required: bool


@dataclass(frozen=True, slots=True)
class Content:
    """What a body holds; no media type where there is no body."""

    media_type: str | None
    schema: JsonObject


@dataclass(slots=True)
class Operation:
    """One method of one path. `answers` are by status."""

    method: str
    path: str
    query: list[Field] = field(default_factory=list[Field])
    body: Content | None = None
    answers: dict[int, Content] = field(default_factory=dict[int, Content])
    refusals: list[int] = field(default_factory=list[int])


@dataclass(slots=True)
class Declarations:
    """All that a `*.surface` says."""

    models: dict[str, JsonObject] = field(default_factory=dict[str, JsonObject])
    sets: dict[str, list[Field]] = field(default_factory=dict[str, list[Field]])
    operations: list[Operation] = field(default_factory=list[Operation])

    def read(self, text: str) -> None:
        """Add what a text declares. Raises ValueError for a line that is none of the above."""
        for line in _lines(text):
            first, *rest = line.split()
            if first in METHODS:
                self._operation(first, rest[0], rest[1:])
            elif rest[:1] == ["="] and first.startswith("@"):
                self.sets[first] = [_field(word) for word in rest[1:]]
            elif rest[:1] == ["="]:
                self.models[first] = _model(rest[1:])
            else:
                raise ValueError(f"no declaration: {line[:80]}")

    def _operation(self, method: str, path: str, words: list[str]) -> None:
        operation = Operation(method, path)
        for word in words:
            sign, rest = word[0], word[1:]
            if sign == "?":
                operation.query += self.sets[rest] if rest.startswith("@") else [_field(rest)]
            elif sign == "<":
                operation.body = _body(rest)
            elif sign == ">":
                status, content = _answer(rest)
                operation.answers[status] = content
            elif sign == "!":
                operation.refusals.append(int(rest))
            else:
                raise ValueError(f"{method} {path}: {word} says nothing")
        self.operations.append(operation)


def _lines(text: str) -> Iterator[str]:
    """Declarations, each on one line, without comments."""
    pending = ""
    for line in text.splitlines():
        bare = line.partition("#")[0].rstrip()
        if bare.startswith(" "):
            # An enum may go on in the middle.
            pending += bare.strip() if pending.endswith("|") else bare
            continue
        if pending:
            yield pending
        pending = bare
    if pending:
        yield pending


def _model(words: list[str]) -> JsonObject:
    if len(words) == 1 and words[0].startswith(("(", "[", "{")):
        return schema_of(words[0])
    fields = [_field(word) for word in words if word != "..."]
    required = [each.name for each in fields if each.required]
    model: JsonObject = {"type": "object", "properties": {each.name: each.schema for each in fields}}
    if required:
        model["required"] = required
    if "..." not in words:
        model["additionalProperties"] = False
    return model


def _field(word: str) -> Field:
    name, _, kind = word.partition(":")
    return Field(name.removesuffix("!"), schema_of(kind or "str"), name.endswith("!"))


def _body(kind: str) -> Content:
    if kind.startswith("form"):
        return Content("application/x-www-form-urlencoded", schema_of(kind.partition(":")[2] or "object"))
    return Content("application/octet-stream" if kind == "bytes" else JSON, schema_of(kind))


def _answer(text: str) -> tuple[int, Content]:
    status = re.match(r"\d{3}(?::|$)", text)
    rest = text[status.end() :] if status else text
    code = int(status[0][:3]) if status else 200
    if not rest:
        return code, Content(None, {})
    media_type, _, kind = rest.rpartition(":") if "/" in rest else (JSON, "", rest)
    return code, Content(media_type, schema_of(kind))


def schema_of(kind: str) -> JsonObject:
    """The JSON Schema of a type. Raises ValueError where it is none."""
    if kind.endswith("?"):
        return nullable(schema_of(kind[:-1]))
    if kind in _SCALARS:
        return dict(_SCALARS[kind])
    if bounds := _RANGE.fullmatch(kind):
        schema: JsonObject = {"type": "integer", "minimum": int(bounds[1])}
        return {**schema, "maximum": int(bounds[2])} if bounds[2] else schema
    if kind[:1] + kind[-1:] == "()":
        return {"type": "string", "enum": kind[1:-1].split("|")}
    if kind[:1] + kind[-1:] == "[]":
        return {"type": "array", "items": schema_of(kind[1:-1])}
    if kind[:1] + kind[-1:] == "{}":
        return {"type": "object", "additionalProperties": schema_of(kind[1:-1])}
    if kind.startswith("~"):
        return _page(schema_of(kind[1:]))
    if not kind.isidentifier():
        raise ValueError(f"no type: {kind}")
    return {"$ref": f"#/components/schemas/{kind}"}


_URIS = ("firstUri", "lastUri", "selfUri", "nextUri", "previousUri")
_NUMBERS = ("pageSize", "pageNumber", "pageCount", "total")


def _page(item: JsonObject) -> JsonObject:
    return {
        "type": "object",
        "required": ["entities"],
        "properties": {
            "entities": {"type": "array", "items": item},
            **{name: {"type": "integer"} for name in _NUMBERS},
            **{name: {"type": "string"} for name in _URIS},
        },
        "additionalProperties": False,
    }


def nullable(schema: JsonObject) -> JsonObject:
    """The same schema, and null."""
    kind: Json = schema.get("type")
    if kind is None:
        return {"anyOf": [schema, {"type": "null"}]} if schema else schema
    kinds = kind if isinstance(kind, list) else [kind]
    widened = {**schema, "type": [*kinds, "null"]} if "null" not in kinds else schema
    return {**widened, "enum": [*widened["enum"], None]} if "enum" in schema else widened
