"""From items and actions, however they were written, to nodes and edges.

The rule all sources share (real configurations and their Archy twins agree on it): an action
without a next one returns, at the end of a branch, to whatever follows the action that owns
the branch; in the body of a loop it returns to the loop.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from trunkline.domain.flow.graph import Edge, EdgeKind, Node
from trunkline.domain.flow.vocabulary import ENDINGS, JUMPS, LOOPS, TRANSFERS


@dataclass(slots=True)
class Step:
    """An action before its place in the flow is known; `node.outputs` are its branches.

    `calls` is an item that runs and returns, `jumps` one that takes over.
    """

    node: Node
    next: str | None = None
    calls: str | None = None
    jumps: str | None = None


@dataclass(slots=True)
class Item:
    """A sequence item. `choices` are (label, action) of a menu; `repeats` for in-queue tasks."""

    node: Node
    start: str | None = None
    repeats: bool = False
    choices: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a step lies: the owner of its branch, its depth, what follows it and why."""

    owner: str | None = None
    depth: int = 0
    after: str | None = None
    kind: EdgeKind = EdgeKind.NEXT


def assemble(items: Iterable[Item], steps: Mapping[str, Step]) -> tuple[dict[str, Node], tuple[Edge, ...]]:
    """All nodes, items first, and all edges; an edge may point at a node that does not exist."""
    items = list(items)
    places: dict[str, _Place] = {}
    for item in items:
        _place_item(item, steps, places)
    nodes = {item.node.id: item.node for item in items}
    edges = [edge for item in items for edge in _item_edges(item)]
    for step in steps.values():
        place = places.setdefault(step.node.id, _Place(after=step.next))
        nodes.setdefault(step.node.id, replace(step.node, owner=place.owner, depth=place.depth))
    for step in steps.values():
        edges += _step_edges(step, steps, places)
    return nodes, tuple(dict.fromkeys(edges))


def _place_item(item: Item, steps: Mapping[str, Step], places: dict[str, _Place]) -> None:
    around = _Place(after=item.start, kind=EdgeKind.LOOP) if item.repeats else _Place()
    waiting: list[tuple[str | None, _Place]] = [(item.start, around)]
    in_menu = _Place(after=item.node.id, kind=EdgeKind.JOIN)
    waiting += [(choice, in_menu) for _, choice in item.choices]
    while waiting:
        current, around = waiting.pop()
        while current is not None and current in steps and current not in places:
            step = steps[current]
            place = around if step.next is None else replace(around, after=step.next, kind=EdgeKind.NEXT)
            places[current] = place
            inner = _inside(step, place)
            waiting += [(output.target, inner) for output in step.node.outputs]
            current = step.next


def _inside(step: Step, place: _Place) -> _Place:
    """What surrounds the branches of `step`."""
    if step.node.type in LOOPS:
        return _Place(step.node.id, place.depth + 1, step.node.id, EdgeKind.LOOP)
    kind = EdgeKind.JOIN if place.kind is EdgeKind.NEXT else place.kind
    return _Place(step.node.id, place.depth + 1, place.after, kind)


def _item_edges(item: Item) -> Iterator[Edge]:
    if item.start is not None:
        yield Edge(item.node.id, item.start, "", EdgeKind.START)
    for label, choice in item.choices:
        yield Edge(item.node.id, choice, label, EdgeKind.CHOICE)


def _step_edges(step: Step, steps: Mapping[str, Step], places: Mapping[str, _Place]) -> Iterator[Edge]:
    node, place = step.node, places[step.node.id]
    if step.calls is not None:
        yield Edge(node.id, step.calls, "", EdgeKind.CALL)
    if step.jumps is not None:
        yield Edge(node.id, step.jumps, "", EdgeKind.JUMP)
    for output in node.outputs:
        kind = EdgeKind.DISABLED if output.disabled else EdgeKind.BRANCH
        target = output.target or (node.id if node.type in LOOPS else place.after)
        if target is not None:
            yield Edge(node.id, target, output.label, kind)
    if node.type in {"NextLoopAction", "ExitLoopAction"}:
        yield from _loop_edge(node, steps, places)
    elif place.after is not None and _goes_on(step):
        yield Edge(node.id, place.after, "", place.kind)


def _goes_on(step: Step) -> bool:
    """Whether control passes to what follows without taking one of the outputs."""
    if step.node.type in TRANSFERS:
        return not step.node.outputs  # without a failure output a failed transfer goes on
    if step.node.type in ENDINGS | JUMPS:
        return False
    return step.node.type in LOOPS or not step.node.outputs


def _loop_edge(node: Node, steps: Mapping[str, Step], places: Mapping[str, _Place]) -> Iterator[Edge]:
    """Next Loop and Exit Loop act on the innermost loop around them."""
    owner = places[node.id].owner
    while owner is not None and steps[owner].node.type not in LOOPS:
        owner = places[owner].owner
    if owner is None:
        return
    if node.type == "NextLoopAction":
        yield Edge(node.id, owner, "", EdgeKind.LOOP)
    elif (after := places[owner].after) is not None:
        yield Edge(node.id, after, "", places[owner].kind)
