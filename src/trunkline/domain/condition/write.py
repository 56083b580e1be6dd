"""Trees to the wire, and to the form people write. Neither loses anything."""

from __future__ import annotations

import json
from collections.abc import Iterator

from trunkline.domain.condition.literals import options
from trunkline.domain.condition.read import list_text, read_conditions
from trunkline.domain.condition.tree import Branch, Join, Leaf, Node, Operator
from trunkline.domain.json import Json, JsonObject, Path

_WORDS = {Join.AND: "all", Join.OR: "any", Join.NOT: "not"}


def to_wire(node: Node) -> JsonObject:
    """The tree as the endpoints of the guides take it."""
    if isinstance(node, Branch):
        return {"type": node.join.value, "children": [to_wire(child) for child in node.children]}
    source = {"type": "DATASET", "datasetId": node.dataset, "fieldId": node.name}
    wire: JsonObject = {"type": node.operator.value, "value": source}
    return wire if node.literal is None else {**wire, "expression": node.literal}


def to_friendly(node: Node) -> JsonObject:
    """The tree as `when:` takes it."""
    if isinstance(node, Leaf):
        return friendly_leaf(node)
    children = [to_friendly(child) for child in node.children]
    if node.join is Join.NOT and len(children) == 1:
        return {"not": children[0]}
    return {_WORDS[node.join]: children}


def when_of(conditions: list[Json]) -> Json:
    """What `when:` says for conditions on the wire: one tree, or a list of trees. They have no fault."""
    found = [to_friendly(tree) for tree in read_conditions(conditions).trees]
    return found[0] if len(found) == 1 else found


def origins(node: Node, at: Path) -> Iterator[tuple[Path, Path]]:
    """Where each node of a wire tree that stands at `at` was written."""
    yield at, node.path
    for index, child in enumerate(node.children if isinstance(node, Branch) else ()):
        yield from origins(child, (*at, "children", index))


def friendly_leaf(leaf: Leaf) -> JsonObject:
    """`{field: customers.status, equals: active}`."""
    plain = leaf.dataset and leaf.name and "." not in leaf.dataset
    field: Json = f"{leaf.dataset}.{leaf.name}" if plain else {"dataset": leaf.dataset, "field": leaf.name}
    return {"field": field, leaf.operator.value.lower(): _literal(leaf)}


def _literal(leaf: Leaf) -> Json:
    """A number, truth value or list where that is the very text of the wire, else the text."""
    if leaf.literal is None:
        return None
    if leaf.operator is Operator.IN:
        given = options(leaf.literal)
        return given if given is not None and list_text(given) == leaf.literal else leaf.literal
    try:
        value = json.loads(leaf.literal)
    except (ValueError, RecursionError):
        return leaf.literal
    plain = isinstance(value, bool | int | float) and json.dumps(value) == leaf.literal
    return value if plain and leaf.literal not in ("NaN", "Infinity", "-Infinity") else leaf.literal
