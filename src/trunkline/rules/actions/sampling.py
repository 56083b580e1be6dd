"""The success template rendered with made-up values, to see what kind of output it can make.

Each mapped value is a marker that can be found again in the output: a text where the path gives one
value, a list of one text where it gives many, a number where it counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from trunkline.domain.json import Json, JsonObject, Path, walk
from trunkline.engine import contract
from trunkline.engine.action.response import ends_early, parse
from trunkline.engine.jsonpath import Function, JsonPath
from trunkline.engine.velocity import Limits, compile_template
from trunkline.rules.actions.view import OUTPUT_SCHEMA, ActionView

RAW = "rawResult"
_MARK = "trunkline:"
_COUNT = 4077
_LIMITS = Limits(output=200_000, work=2_000_000, steps=10_000, items=10_000)
_COUNTING = {"size", "length", "min", "max", "avg", "stddev", "sum"}


class Shape(NamedTuple):
    """What a mapped path gives."""

    many: bool = False
    counts: bool = False


def shape(path: JsonPath | ValueError) -> Shape:
    """Whether a path gives a list of matches, or a number."""
    if isinstance(path, ValueError):
        return Shape()
    last = path.segments[-1] if path.segments else None
    if isinstance(last, Function) and last.name in _COUNTING:
        return Shape(counts=True)
    return Shape(many=not path.definite)


@dataclass(frozen=True, slots=True)
class Sampled:
    """The output that a rendering came to, or why it came to none; `trailing` text is what follows it."""

    output: Json = None
    fault: str | None = None
    trailing: str = ""


def samples(action: ActionView) -> dict[str, Json]:
    """A marker for each name that the template has."""
    made: dict[str, Json] = {RAW: _MARK + RAW}
    for name, path in action.paths.items():
        kind = shape(path)
        made[name] = _COUNT if kind.counts else [_MARK + name] if kind.many else _MARK + name
    return made


def render(action: ActionView, values: Mapping[str, Json], texts: Mapping[str, str] | None = None) -> Sampled:
    """Render the success template with `values` as JSON text, some of them given as `texts` already."""
    context = {name: json.dumps(value) for name, value in values.items()} | dict(texts or {})
    try:
        template = compile_template(action.success.text, "successTemplate")
        text = template.render(context, strict=True, limits=_LIMITS)
    except ValueError as error:
        return Sampled(fault=str(error))
    try:
        return Sampled(parse(text))
    except ValueError as error:
        found = ends_early(text)
        return Sampled(*found[:1], trailing=found[1]) if found else Sampled(fault=f"{error}: {text[:200]}")


def any_rendering(action: ActionView) -> Sampled:
    """The first rendering that makes JSON: with markers, else with numbers, objects or lists for all."""
    first = render(action, samples(action))
    if first.fault is None:
        return first
    for other in (1, {}, [_MARK + RAW]):
        again = render(action, dict.fromkeys(samples(action), other))
        if again.fault is None:
            return again
    return first


class Landing(NamedTuple):
    """Where the value of a mapped name comes out: its path in the output, and whether it is a list there."""

    name: str
    path: Path
    many: bool


def landings(output: Json) -> Iterator[Landing]:
    """Where markers came out."""
    for path, node in walk(output):
        if isinstance(node, str) and node.startswith(_MARK):
            yield Landing(node.removeprefix(_MARK), path, many=False)
        elif isinstance(node, list) and len(node) == 1 and isinstance(node[0], str):
            if node[0].startswith(_MARK):
                yield Landing(node[0].removeprefix(_MARK), path, many=True)


def schema_at(schema: Json, path: Path) -> JsonObject:
    """The part of a schema that a path of an output falls under; empty where nothing is declared."""
    for step in path:
        if not isinstance(schema, dict):
            return {}
        if isinstance(step, str):
            properties = schema.get("properties")
            schema = properties.get(step) if isinstance(properties, dict) else None
        else:
            items = schema.get("items")
            schema = items[step] if isinstance(items, list) and step < len(items) else items
    return schema if isinstance(schema, dict) else {}


def fitted(action: ActionView, output: Json) -> Json:
    """The output with each marker replaced by a value that fits the contract where it stands."""
    return _fit(output, action.object(OUTPUT_SCHEMA), ())


def _fit(node: Json, schema: JsonObject, path: Path) -> Json:
    marked = node[0] if isinstance(node, list) and len(node) == 1 else node
    if isinstance(marked, str) and marked.startswith(_MARK):
        return contract.sample(schema_at(schema, path))
    if isinstance(node, dict):
        return {key: _fit(child, schema, (*path, key)) for key, child in node.items()}
    if isinstance(node, list):
        return [_fit(child, schema, (*path, index)) for index, child in enumerate(node)]
    return _number(node, schema_at(schema, path))


def _number(node: Json, schema: JsonObject) -> Json:
    kinds = schema.get("type")
    counted = node == _COUNT and not isinstance(node, bool)
    return contract.sample(schema) if counted and kinds in {"integer", "number"} else node
