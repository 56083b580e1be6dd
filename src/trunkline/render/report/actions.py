"""A data action: its contract as tables, its request, its steps, its mapping, its conditions."""

from __future__ import annotations

import json
from collections.abc import Iterator

from trunkline.domain.condition import Branch, Leaf, Node, read_conditions
from trunkline.domain.json import Json, JsonObject, get
from trunkline.engine.action import STEPS
from trunkline.render.report.masking import Cleaner
from trunkline.render.report.model import Block, Table, Text, Tree
from trunkline.render.style import count

_DEEPEST = 5
_INPUT = ("contract", "input", "inputSchema")
_OUTPUT = ("contract", "output", "successSchema")
_JOINS = {"AND": "all of", "OR": "any of", "NOT": "not"}


def action_facts(body: JsonObject) -> tuple[tuple[str, str], ...]:
    """Names and values; an empty value is left out by who shows them."""
    request = _dict(body, "config", "request")
    seconds = get(body, ("config", "timeoutSeconds"))
    method, url = _text(request.get("requestType")), _text(request.get("requestUrlTemplate"))
    return (
        ("Request", f"{method} {url}".strip()),
        ("Integration", _text(body.get("integration"))),
        ("Integration type", _text(body.get("integrationType"))),
        ("Category", _text(body.get("category"))),
        ("Action type", _text(body.get("actionType"))),
        ("Secure", "yes: inputs and outputs stay out of logs" if body.get("secure") is True else "no"),
        ("Timeout", f"{seconds} s" if seconds is not None else ""),
        ("On error", _text(get(body, ("errorHandling", "onError"))).lower()),
        ("On timeout", _text(get(body, ("errorHandling", "onTimeout"))).lower()),
    )


def action_blocks(body: JsonObject, cleaner: Cleaner) -> list[Block]:
    """Tables and texts, in the order in which the platform comes by them."""
    request, response = _dict(body, "config", "request"), _dict(body, "config", "response")
    headers = _dict(request, "headers")
    blocks: list[Block] = [
        *_condition(body.get("conditions")),
        fields_table("Contract: inputs", get(body, _INPUT, {})),
        fields_table("Contract: outputs", get(body, _OUTPUT, {})),
        _steps(body),
    ]
    if headers:
        rows = tuple((str(name), cleaner.header(str(name), _text(value))) for name, value in headers.items())
        blocks.append(Table("Request headers", ("name", "value"), rows))
    if template := _text(request.get("requestTemplate")):
        blocks.append(Text("Request body", template))
    if mapping := _mapping(response):
        blocks.append(Table("Response mapping", ("name", "where in the reply", "else"), mapping))
    if template := _text(response.get("successTemplate")):
        blocks.append(Text("Success template", template))
    return blocks


def fields_table(title: str, schema: Json) -> Table:
    """The fields of a JSON Schema, nested ones by dotted names."""
    return Table(title, ("field", "type", "required", "description"), tuple(_fields(schema, "", 0)))


def _fields(schema: Json, prefix: str, depth: int) -> Iterator[tuple[str, str, str, str]]:
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return
    needed = schema.get("required")
    required = needed if isinstance(needed, list) else []
    for name, field in _dict(schema, "properties").items():
        shown = f"{prefix}{name}"
        inner = field if isinstance(field, dict) else {}
        said = _text(inner.get("description") or inner.get("title"))
        yield shown, _type(inner), "required" if name in required else "", said
        items = inner.get("items")
        nested, mark = (items, "[]") if isinstance(items, dict) else (inner, "")
        yield from _fields(nested, f"{shown}{mark}.", depth + 1)


def _type(schema: JsonObject) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        return " or ".join(map(_text, kind))
    items = schema.get("items")
    if kind == "array" and isinstance(items, dict) and items.get("type"):
        return f"list of {_text(items['type'])}"
    if "enum" in schema:
        return f"one of {', '.join(map(_text, schema['enum']))}" if isinstance(schema["enum"], list) else ""
    return _text(kind) or ("any" if not schema.get("$ref") else _text(schema["$ref"]))


def _steps(body: JsonObject) -> Table:
    """What each of the platform's steps has to do."""
    request, response = _dict(body, "config", "request"), _dict(body, "config", "response")
    method = _text(request.get("requestType"))
    inputs, outputs = get(body, (*_INPUT, "properties"), {}), get(body, (*_OUTPUT, "properties"), {})
    required = get(body, (*_INPUT, "required"), [])
    seconds = get(body, ("config", "timeoutSeconds"))
    what = (
        f"{count(_size(inputs), 'field')}, {_size(required)} required",
        _text(body.get("integration")) and f"of {_text(body.get('integration'))}",
        "",
        _text(request.get("requestUrlTemplate")),
        count(_size(request.get("headers")), "header"),
        "none is sent with a GET" if method == "GET" else _brief(_text(request.get("requestTemplate"))),
        method + (f", at most {seconds} s" if seconds is not None else ""),
        count(_size(response.get("translationMap")), "path"),
        count(_size(response.get("translationMapDefaults")), "default"),
        _brief(_text(response.get("successTemplate"))),
        count(_size(outputs), "field"),
    )
    rows = tuple(
        (str(number), title, said) for number, (title, said) in enumerate(zip(STEPS, what, strict=True), 1)
    )
    return Table("Steps", ("", "step", "with"), rows)


def _mapping(response: JsonObject) -> tuple[tuple[str, str, str], ...]:
    paths, defaults = _dict(response, "translationMap"), _dict(response, "translationMapDefaults")
    names = dict.fromkeys([*paths, *defaults])
    return tuple((str(name), _text(paths.get(name)), _text(defaults.get(name))) for name in names)


def _condition(conditions: Json) -> Iterator[Tree]:
    if not conditions:
        return
    trees = read_conditions(conditions).trees
    if trees:
        yield Tree("Runs only when", tuple(line for tree in trees for line in _lines(tree, 0)))


def _lines(node: Node, depth: int) -> Iterator[tuple[int, str]]:
    if isinstance(node, Leaf):
        yield depth, str(node)
    elif isinstance(node, Branch):
        yield depth, _JOINS[node.join.value]
        for child in node.children:
            yield from _lines(child, depth + 1)


def _dict(value: Json, *path: str) -> JsonObject:
    found = get(value, path)
    return found if isinstance(found, dict) else {}


def _size(value: Json) -> int:
    return len(value) if isinstance(value, dict | list) else 0


def _text(value: Json) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _brief(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 90 else f"{line[:89]}…"
