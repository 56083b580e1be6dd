"""A node as a card: its size, its lines of text, and a port for every way out of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from trunkline.domain.flow import Edge, EdgeKind, FlowGraph, Node
from trunkline.domain.flow.vocabulary import LOOPS
from trunkline.render.graph.describe import summary
from trunkline.render.graph.palette import Family, Tone, family, tone
from trunkline.render.graph.text import fit, width, words

PILL_HEIGHT = 18.0
NAME_SIZE, DETAIL_SIZE, LABEL_SIZE, PILL_SIZE = 13.0, 11.0, 9.0, 10.0
_ICON_ROOM = 46.0
_MARGIN = 14.0
_NARROWEST, _WIDEST = 164.0, 268.0
_PILL_GAP = 6.0
_PILL_TEXT = 96.0


@dataclass(slots=True)
class Port:
    """A way out: `edge` is None where nothing follows. `at` is its middle, from the middle of the card."""

    text: str
    tone: Tone
    edge: Edge | None
    at: float = 0.0
    breadth: float = 0.0
    title: str = ""


@dataclass(slots=True)
class Card:
    """A node, drawn. `x` and `y` are the upper left corner; `height` is without the ports below."""

    id: str
    family: Family
    label: str
    name: str
    detail: str
    title: str
    width: float
    height: float
    number: str = ""
    ports: list[Port] = field(default_factory=list[Port])
    ghost: bool = False
    x: float = 0.0
    y: float = 0.0

    @property
    def is_item(self) -> bool:
        return self.family is Family.ITEM

    @property
    def pills(self) -> bool:
        """Whether the ports are shown: a single nameless one is not."""
        return any(port.text for port in self.ports)

    @property
    def length(self) -> float:
        """From the upper edge to where lines begin."""
        return self.height + (PILL_HEIGHT / 2 if self.pills else 0.0)


def make_card(graph: FlowGraph, node: Node) -> Card:
    """The card of a node, not yet placed."""
    kind = (
        Family.ITEM if node.is_item and _has_actions(graph, node) else family(node.type, terminal=node.ends)
    )
    detail = "" if kind is Family.ITEM else summary(node)
    return _sized(
        Card(
            id=node.id,
            family=kind,
            label=words(node.type) or "step",
            name=node.name,
            detail="" if detail == node.name else detail,
            title=node.name,
            width=0.0,
            height=0.0,
            number=f"#{node.tracking_id}" if node.tracking_id is not None else "",
            ports=_ports(graph, node),
        )
    )


def ghost(node_id: str) -> Card:
    """Stands for a node that an edge names and that does not exist."""
    return _sized(
        Card(
            node_id,
            Family.OTHER,
            "missing",
            node_id,
            "",
            "an edge leads to a node that does not exist",
            0,
            0,
            ghost=True,
        )
    )


def object_card(node: Node, kind: Family, detail: str, ports: list[Port]) -> Card:
    """The card of something that is no step of a flow: a queue, a data action, a flow as a whole."""
    return _sized(Card(node.id, kind, node.type, node.name, detail, node.name, 0.0, 0.0, ports=ports))


def _has_actions(graph: FlowGraph, node: Node) -> bool:
    """In flows of the guides every node is its own item: these are no items to look at."""
    return family(node.type) is Family.ITEM or any(
        edge.kind is EdgeKind.START for edge in graph.outgoing.get(node.id, ())
    )


def _ports(graph: FlowGraph, node: Node) -> list[Port]:
    """Outputs in the author's order, then choices, calls and plain steps."""
    edges = list(dict.fromkeys(graph.outgoing.get(node.id, ())))
    ports: list[Port] = []
    for output in node.outputs:
        edge = next((e for e in edges if e.label == output.label and e.kind in _OUTPUTS), None)
        if edge is not None:
            edges.remove(edge)
        sort = Tone.OFF if output.disabled else tone(output.label)
        ports.append(Port(output.label or output.id, sort, edge))
    alone = not ports and len(edges) == 1
    ports += [_port(graph, node, edge, alone=alone) for edge in edges]
    return ports


_OUTPUTS = (EdgeKind.BRANCH, EdgeKind.DISABLED)


def _port(graph: FlowGraph, node: Node, edge: Edge, *, alone: bool) -> Port:
    target = graph.nodes.get(edge.target)
    name = target.name if target is not None else edge.target
    if edge.kind in (EdgeKind.CALL, EdgeKind.JUMP):
        return Port(f"→ {name}", Tone.AWAY, edge)
    if edge.label:
        off = edge.kind is EdgeKind.DISABLED
        return Port(edge.label, Tone.OFF if off else tone(edge.label), edge)
    if alone or edge.kind is EdgeKind.START:
        return Port("", Tone.PLAIN, edge)
    return Port("after" if node.type in LOOPS else "then", Tone.PLAIN, edge)


def _sized(card: Card) -> Card:
    """Sets breadths, height, shortened texts and the places of the ports."""
    for port in card.ports:
        port.title = port.text
        port.text = fit(port.text, PILL_SIZE, _PILL_TEXT)
        port.breadth = width(port.text, PILL_SIZE) + 16 if card.pills else 0.0
    row = sum(port.breadth + _PILL_GAP for port in card.ports) + _PILL_GAP if card.pills else 0.0
    label = width(card.label.upper(), LABEL_SIZE) * 1.12 + width(card.number, LABEL_SIZE) + 10
    text = max(width(card.name, NAME_SIZE) * 1.06, width(card.detail, DETAIL_SIZE), label)
    card.width = max(min(max(text + _ICON_ROOM + _MARGIN + 2, _NARROWEST), _WIDEST), row)
    room = card.width - _ICON_ROOM - _MARGIN
    card.name = fit(card.name, NAME_SIZE * 1.06, room)
    card.detail = fit(card.detail, DETAIL_SIZE, room)
    card.height = (64.0 if card.detail else 49.0) + (8.0 if card.pills else 0.0)
    _spread(card.ports, card.width)
    return card


def _spread(ports: Sequence[Port], breadth: float) -> None:
    """Ports in a row, evenly over the middle of the card."""
    if not ports:
        return
    free = breadth - sum(port.breadth for port in ports)
    gap = min(free / (len(ports) + 1), 26.0)
    used = sum(port.breadth for port in ports) + gap * (len(ports) - 1)
    at = -used / 2
    for port in ports:
        port.at = at + port.breadth / 2
        at += port.breadth + gap
