"""Conditions as people write them and as the wire has them, into trees; every fault at once.

    all:                                  {"type": "AND", "children": [
      - field: customers.status             {"type": "EQUALS", "value": {"type": "DATASET",
        equals: active                        "datasetId": "…", "fieldId": "…"}, "expression": "active"},
      - field: customers.score              …]}
        greater_than: 80

Both forms may stand in one tree. A dot parts data set and field; names that hold one are written
`field: {dataset: a.b, field: c}`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from trunkline.domain.action.fault import Fault, Reader, nearest
from trunkline.domain.condition.tree import Branch, Join, Leaf, Node, Operator
from trunkline.domain.json import Json, JsonObject, Path

JOINS = {"all": Join.AND, "any": Join.OR, "not": Join.NOT}
OPERATORS = {operator.value.lower(): operator for operator in Operator}
DEEPEST = 200
"""Levels that are read at all; no org allows as many."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """The trees of one action, in order; all of them must hold. A faulty part is left out or made plain."""

    trees: tuple[Node, ...]
    faults: tuple[Fault, ...] = ()


def read_conditions(document: Json, path: Path = ()) -> Conditions:
    """One tree, or a list of trees, in either form."""
    reader = Reader()
    given = document if isinstance(document, list) else [document]
    places = [(*path, index) for index in range(len(given))] if isinstance(document, list) else [path]
    trees = [read_tree(each, place, reader) for each, place in zip(given, places, strict=True)]
    return Conditions(tuple(tree for tree in trees if tree is not None), tuple(reader.faults))


def read_tree(value: Json, path: Path, reader: Reader, level: int = 0) -> Node | None:
    """A tree in either form; None where there is nothing to make of it."""
    if level > DEEPEST:
        reader.fault(path, f"nested deeper than {DEEPEST} levels", "no org takes as many")
        return None
    if not isinstance(value, dict):
        reader.expected(path, "a condition", value, "write all:, any:, not: or field:")
        return None
    if "type" in value:
        return _wire(value, path, reader, level)
    joins = [key for key in value if key in JOINS]
    if joins and "field" not in value:
        return _friendly_branch(value, joins, path, reader, level)
    return _friendly_leaf(value, path, reader, level)


def _friendly_branch(
    value: JsonObject, joins: list[str], path: Path, reader: Reader, level: int
) -> Node | None:
    given = reader.object(value, path, joins)
    if len(joins) > 1:
        reader.fault(path, f"{' and '.join(joins)} stand side by side", "nest one in the other")
    key = joins[0]
    children = given[key]
    if key == "not" and isinstance(children, dict):
        child = read_tree(children, (*path, key), reader, level + 1)
        return Branch(Join.NOT, (child,), path) if child else None
    return _branch(JOINS[key], path, children, (*path, key), reader, level)


def _branch(join: Join, path: Path, value: Json, at: Path, reader: Reader, level: int) -> Branch | None:
    """None where there are children, but none that can be read: that was told of each."""
    children = _children(value, at, reader, level)
    return Branch(join, children, path) if children or value in (None, []) else None


def _children(value: Json, path: Path, reader: Reader, level: int) -> tuple[Node, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        reader.expected(path, "a list of conditions", value, "begin each line with a dash")
        return ()
    read = [read_tree(child, (*path, index), reader, level + 1) for index, child in enumerate(value)]
    return tuple(child for child in read if child is not None)


def _unknown_join(key: str, children: Json, path: Path, reader: Reader, level: int) -> Node | None:
    """A branch whose word nobody knows: read on, so that faults below it are told too."""
    meant = nearest(key, JOINS)
    hint = f"did you mean {meant}?" if meant else f"known: {', '.join(JOINS)}"
    reader.fault((*path, key), f"unknown operator {key}", hint)
    return _branch(Join.AND, path, children, (*path, key), reader, level)


def _friendly_leaf(value: JsonObject, path: Path, reader: Reader, level: int) -> Node | None:
    given = reader.object(value, path)
    if "field" not in given:
        lists = [key for key, child in given.items() if isinstance(child, list)]
        if len(lists) == len(given) == 1:
            return _unknown_join(lists[0], given[lists[0]], path, reader, level)
        known = ["field", *JOINS, *OPERATORS]
        meant = next((found for key in given if (found := nearest(key, known))), None)
        hint = f"did you mean {meant}?" if meant else "write all:, any:, not: or field:"
        reader.fault(path, "this is no condition", hint)
        return None
    dataset, name = _reference(given["field"], (*path, "field"), reader)
    keys = [key for key in given if key != "field"]
    known = [key for key in keys if key in OPERATORS]
    for key in keys:
        if key not in OPERATORS:
            meant = nearest(key, OPERATORS)
            hint = f"did you mean {meant}?" if meant else f"known: {', '.join(OPERATORS)}"
            reader.fault((*path, key), f"unknown operator {key}", hint)
    if len(known) != 1:
        if known or not keys:
            reader.fault(path, "a leaf has one operator", "write equals: or another beside field:")
        return None
    key = known[0]
    literal = _literal(OPERATORS[key], given[key], (*path, key), reader)
    return Leaf(OPERATORS[key], dataset, name, literal, path)


def _reference(value: Json, path: Path, reader: Reader) -> tuple[str, str]:
    if isinstance(value, dict):
        given = reader.object(value, path, ("dataset", "field"))
        return (
            reader.text(given.get("dataset"), (*path, "dataset")),
            reader.text(given.get("field"), (*path, "field")),
        )
    dataset, dot, name = reader.text(value, path).partition(".")
    if isinstance(value, str | None) and not (dot and dataset and name):
        reader.fault(path, f"{value!r} is no field of a data set", "write dataset.field")
    return dataset, name


def _literal(operator: Operator, value: Json, path: Path, reader: Reader) -> str | None:
    if isinstance(value, str):
        return value
    if operator is Operator.IN and isinstance(value, list):
        return list_text(value)
    if value is None and operator is Operator.IS_SET:
        return None
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    reader.expected(path, "a plain value" if operator is not Operator.IN else "a list", value)
    return ""


def list_text(values: list[Json]) -> str:
    """A list as it stands on the wire."""
    return json.dumps(values, ensure_ascii=False)


def _wire(value: JsonObject, path: Path, reader: Reader, level: int) -> Node | None:
    kind = value["type"] if isinstance(value["type"], str) else json.dumps(value["type"])
    if kind in Operator.__members__:
        return _wire_leaf(value, Operator(kind), path, reader)
    if kind not in Join.__members__:
        known = [*Join, *Operator]
        meant = nearest(kind, known)
        hint = (
            f"did you mean {meant}?"
            if meant
            else f"branches: {', '.join(Join)}; leaves: {', '.join(Operator)}"
        )
        reader.fault((*path, "type"), f"unknown operator {kind}", hint)
        if not isinstance(value.get("children"), list):
            return None
    given = reader.object(value, path, ("type", "children"))
    join = Join(kind) if kind in Join.__members__ else Join.AND
    return _branch(join, path, given.get("children"), (*path, "children"), reader, level)


def _wire_leaf(value: JsonObject, operator: Operator, path: Path, reader: Reader) -> Leaf:
    given = reader.object(value, path, ("type", "value", "expression"))
    spot = (*path, "value")
    source = reader.object(given.get("value"), spot, ("type", "datasetId", "fieldId"))
    if source.get("type") != "DATASET":
        reader.fault((*spot, "type"), "must be DATASET")
    names = [reader.text(source.get(key), (*spot, key)) for key in ("datasetId", "fieldId")]
    for key, name in zip(("datasetId", "fieldId"), names, strict=True):
        if not name and isinstance(source.get(key), str | None):
            reader.fault((*spot, key), f"a leaf needs a {key}")
    literal = given.get("expression")
    if literal is not None and not isinstance(literal, str):
        reader.expected((*path, "expression"), "text", literal, "literals are text on the wire")
        literal = json.dumps(literal)
    return Leaf(operator, names[0], names[1], literal, path)
