"""The objects of a project, each with what a reader wants to know of its kind."""

from __future__ import annotations

import json
from collections.abc import Iterator

from trunkline.domain.flow import FlowGraph
from trunkline.domain.json import Json, JsonObject, Path, get, show_path
from trunkline.domain.kinds import KINDS
from trunkline.domain.resource import Resource
from trunkline.render.graph.text import words
from trunkline.render.report.actions import action_blocks, action_facts, fields_table
from trunkline.render.report.masking import Cleaner
from trunkline.render.report.model import Block, Object, Table, Text

_ROWS = 200
_LONGEST = 2000
Facts = tuple[tuple[str, str], ...]


def make_object(resource: Resource, graph: FlowGraph | None, cleaner: Cleaner) -> Object:
    """What a report says of one object, without who uses it and what was found in it."""
    kind, body = resource.address.kind, resource.body
    facts, blocks = _of_kind(kind, body, graph, cleaner)
    place = resource.source.place(("name",)) if resource.source else None
    said = str(body.get("description") or "")
    return Object(
        kind=kind,
        name=resource.address.name,
        title=KINDS[kind].title,
        file=place.file if place else "",
        line=place.line if place else None,
        facts=tuple((name, text) for name, text in (("Description", said), *facts) if text),
        blocks=tuple(blocks),
    )


def _of_kind(
    kind: str, body: JsonObject, graph: FlowGraph | None, cleaner: Cleaner
) -> tuple[Facts, list[Block]]:
    if kind == "data_action":
        return action_facts(body), action_blocks(body, cleaner)
    if graph is not None:
        return _graph_facts(body, graph), _graph_blocks(graph)
    if kind == "script_action":
        return _script(body)
    if kind == "data_set":
        return (("Fed by", _word(get(body, ("source",)))),), [_data_set(body)]
    return (), [Table("Settings", ("setting", "value"), tuple(rows(body, cleaner)))]


def _graph_facts(body: JsonObject, graph: FlowGraph) -> Facts:
    items = sum(node.is_item for node in graph.nodes.values())
    return (
        ("Type", words(graph.type)),
        ("Status", _word(body.get("status"))),
        ("Version", _word(body.get("version"))),
        ("Default language", _word(body.get("defaultLanguage"))),
        ("Size", f"{len(graph.nodes) - items} actions in {items} tasks, menus and states"),
        ("Never reached", ", ".join(node.title for node in graph.unreachable)),
    )


def _graph_blocks(graph: FlowGraph) -> list[Block]:
    inside: dict[str, list[str]] = {}
    for node in graph.nodes.values():
        inside.setdefault(node.item, []).append(node.title)
    items = [node for node in graph.nodes.values() if node.is_item and len(inside) < len(graph.nodes)]
    parts = tuple((node.name, words(node.type), str(len(inside[node.id]) - 1)) for node in items)
    names = {each: node.name for each, node in graph.nodes.items()}
    variables = tuple(
        (
            each.name,
            f"list of {each.type}" if each.is_collection else each.type,
            names.get(each.item or "", "the whole flow"),
            " and ".join(
                word for word, is_so in (("input", each.is_input), ("output", each.is_output)) if is_so
            ),
            "yes" if each.is_secure else "",
        )
        for each in graph.variables
    )
    blocks: list[Block] = []
    if parts:
        blocks.append(Table("Tasks, menus, states", ("name", "type", "actions"), parts))
    if variables:
        blocks.append(Table("Variables", ("name", "type", "of", "passed as", "secure"), variables))
    return blocks


def _script(body: JsonObject) -> tuple[Facts, list[Block]]:
    needs = get(body, ("dependencies",), [])
    facts = (
        ("Language", _word(get(body, ("script", "language")))),
        ("Enabled", "no" if body.get("enabled") is False else "yes"),
        ("Trigger", _word(get(body, ("trigger", "type")))),
        ("Runs after", ", ".join(map(str, needs)) if isinstance(needs, list) else ""),
    )
    inputs = body.get("inputs")
    blocks: list[Block] = []
    if isinstance(inputs, dict) and inputs:
        rows_ = tuple((name, _word(kind)) for name, kind in inputs.items())
        blocks.append(Table("Inputs", ("name", "type"), rows_))
    blocks.append(Text("Script", str(get(body, ("script", "content"), ""))))
    return facts, blocks


def _data_set(body: JsonObject) -> Block:
    fields = body.get("fields")
    if isinstance(fields, dict):
        return Table("Fields", ("name", "type"), tuple((str(k), _word(v)) for k, v in fields.items()))
    found = [each for each in fields or () if isinstance(each, dict)]
    return Table(
        "Fields",
        ("name", "type"),
        tuple((_word(each.get("name")), _word(each.get("type"))) for each in found),
    )


def rows(body: Json, cleaner: Cleaner) -> Iterator[tuple[str, str]]:
    """Every setting as (path, text), but for the name; bounded."""
    if isinstance(body, dict) and isinstance(body.get("schema"), dict) and "properties" in body["schema"]:
        yield from ((row[0], " ".join(row[1:])) for row in fields_table("", body["schema"]).rows)
        body = {key: value for key, value in body.items() if key != "schema"}
    for number, (path, value) in enumerate(_leaves(body)):
        if number == _ROWS:
            yield "…", "more than are shown here"
            return
        text = cleaner.header(str(path[-1]), _word(value))
        yield show_path(path), text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _leaves(value: Json) -> Iterator[tuple[Path, Json]]:
    waiting: list[tuple[Path, Json]] = [((), value)]
    while waiting:
        path, tree = waiting.pop()
        if isinstance(tree, dict) and tree:
            keys = [key for key in tree if path or key not in ("name", "description")]
            waiting += [((*path, key), tree[key]) for key in reversed(keys)]
        elif isinstance(tree, list) and tree:
            waiting += [((*path, index), tree[index]) for index in reversed(range(len(tree)))]
        elif path and tree is not None and tree != "":
            yield path, tree


def _word(value: Json) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
