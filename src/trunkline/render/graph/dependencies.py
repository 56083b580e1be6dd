"""What depends on what in an org: drawn from left to right, and told in lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from trunkline.domain.flow import Edge, EdgeKind, FlowGraph, Node
from trunkline.domain.flow.dependencies import FLOW, Dependencies, Thing
from trunkline.render.graph.cards import Card, Port, object_card
from trunkline.render.graph.layered import Link, Spacing, Vertex, arrange
from trunkline.render.graph.palette import OBJECTS, Family, Tone
from trunkline.render.graph.scene import Line, Scene
from trunkline.render.graph.text import words
from trunkline.render.style import bold, count, dim

_SPACING = Spacing(beside=16.0, lane=9.0, between=110.0, track=8.0)
_MARGIN = 40.0
_PORT_ROOM = 9.0
_TOLD = 5
_LEGEND = {
    Family.ITEM: "Flow",
    Family.TALK: "Prompts, scripts",
    Family.DATA: "Data actions, tables",
    Family.TRANSFER: "Queues, users",
    Family.LOGIC: "Skills, languages",
}
_TONES = {Family.DATA: Tone.AWAY, Family.TRANSFER: Tone.GOOD, Family.LOGIC: Tone.LATE, Family.ITEM: Tone.BAD}


def dependency_graph(found: Dependencies, title: str) -> FlowGraph:
    """The dependencies as a graph of nodes and edges, flows first."""
    users = {thing: found.users(thing) for thing in found.things}
    nodes = {
        str(thing): Node(
            id=str(thing),
            name=thing.name,
            type=f"{found.flows[thing]} flow" if thing in found.flows else words(thing.kind),
            item=str(thing),
            body={
                "usedBy": {link.user.name: ", ".join(link.nodes) or "its settings" for link in users[thing]},
                "breaks": ", ".join(flow.name for flow in found.breaks(thing)),
            },
        )
        for thing in found.things
    }
    edges = tuple(Edge(str(link.user), str(link.used), "", EdgeKind.NEXT) for link in found.links)
    return FlowGraph(title, "dependencies", nodes, edges, next(iter(nodes), None), tuple(nodes))


def dependency_scene(found: Dependencies, title: str) -> Scene:
    """Flows on the left, what they use to their right; what many use stands apart from what one uses."""
    graph = dependency_graph(found, title)
    cards = {str(thing): _card(graph, found, thing) for thing in found.things}
    return left_to_right(Scene(graph, cards, legend=_LEGEND), _tone)


def left_to_right(scene: Scene, tone: Callable[[Scene, Edge], Tone]) -> Scene:
    """The scene with every card in its place, who uses left of what is used, and every edge drawn."""
    edges = scene.graph.edges
    vertices = [Vertex(card.id, card.height, card.width) for card in scene.cards.values()]
    arranged = arrange(vertices, [Link(edge.source, edge.target, None) for edge in edges], _SPACING)
    for card in scene.cards.values():
        y, x = arranged.starts[card.id]
        card.x, card.y = x + _MARGIN, y + _MARGIN
    for edge, route in zip(edges, arranged.routes, strict=True):
        points = tuple((x + _MARGIN, y + _MARGIN) for y, x in route)
        scene.lines.append(Line(edge, tone(scene, edge), points))
    scene.width, scene.height = arranged.length + 2 * _MARGIN, arranged.breadth + 2 * _MARGIN
    return scene


def _tone(scene: Scene, edge: Edge) -> Tone:
    return _TONES.get(scene.cards[edge.target].family, Tone.PLAIN)


def roomy(card: Card) -> Card:
    """The card, high enough for all that leads away from it."""
    card.height = max(card.height, _PORT_ROOM * (len(card.ports) + 1))
    return card


def _card(graph: FlowGraph, found: Dependencies, thing: Thing) -> Card:
    node = graph.nodes[str(thing)]
    users = len(found.users(thing))
    kind = Family.ITEM if thing.kind == FLOW else OBJECTS.get(thing.kind, Family.OTHER)
    ports = [Port("", Tone.PLAIN, edge) for edge in graph.outgoing[node.id]]
    detail = f"used by {count(users, 'flow')}" if users else ""
    return roomy(object_card(node, kind, detail, ports))


def tell_users(found: Dependencies, thing: Thing) -> str:
    """Who uses it, with which actions, and which flows are hit beyond those."""
    users = found.users(thing)
    lines = [f"{bold(str(thing))} is used by {count(len(users), 'flow')}"]
    for link in users:
        kind = dim(f"({found.flows.get(link.user, '')})")
        lines.append(f"  {link.user.name} {kind}: {_some(link.nodes) or 'its settings'}")
    further = {flow: via for flow, via in found.breaks(thing).items() if via != thing}
    if further:
        lines.append(
            f"if it goes, {count(len(further), 'more flow')} {'is' if len(further) == 1 else 'are'} hit:"
        )
        lines += [f"  {flow.name} {dim(f'through {via}')}" for flow, via in further.items()]
    return "\n".join(lines)


def _some(names: Sequence[str]) -> str:
    """The first few, and how many more there are."""
    more = f" and {len(names) - _TOLD} more" if len(names) > _TOLD else ""
    return ", ".join(names[:_TOLD]) + more


def tell_all(found: Dependencies) -> str:
    """Everything that is used, each with its users."""
    lines = [
        f"{bold(str(thing))} {dim('used by')} {', '.join(link.user.name for link in users)}"
        for thing in found.things
        if (users := found.users(thing))
    ]
    return "\n".join([*lines, f"{count(len(found.flows), 'flow')}, {count(len(lines), 'object')} in use"])


def users_json(found: Dependencies, things: tuple[Thing, ...]) -> list[dict[str, Any]]:
    """Each thing with its users and what breaks if it goes."""
    return [
        {
            "object": str(thing),
            "kind": thing.kind,
            "name": thing.name,
            "used_by": [{"flow": link.user.name, "actions": list(link.nodes)} for link in found.users(thing)],
            "breaks": [flow.name for flow in found.breaks(thing)],
        }
        for thing in things
    ]
