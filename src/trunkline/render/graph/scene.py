"""A flow, laid out: a panel for every task, menu and state, with its actions in layers inside.

Inside a panel control runs downwards. Panels stand in columns; calls and jumps leave a panel on
its right and arrive at the left of the item they lead to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from trunkline.domain.flow import Edge, EdgeKind, FlowGraph
from trunkline.render.graph.cards import Card, Port, ghost, make_card
from trunkline.render.graph.layered import Arrangement, Link, Point, Spacing, Vertex, arrange, simplify
from trunkline.render.graph.packing import pack
from trunkline.render.graph.palette import Family, Tone

_INSIDE = Spacing(beside=26.0, lane=14.0, between=40.0, track=11.0)
_AMONG = Spacing(beside=44.0, lane=16.0, between=64.0, track=12.0)
_PADDING = 26.0
_MARGIN = 40.0


@dataclass(slots=True)
class Panel:
    """What belongs to one item. `width` and `height` include the padding."""

    id: str
    title: str
    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    height: float = 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """An edge, drawn: `points` from the port to the arrow's tip."""

    edge: Edge
    tone: Tone
    points: tuple[Point, ...]


@dataclass(slots=True)
class Scene:
    """Everything to draw, in one coordinate system from (0, 0). `legend` renames families."""

    graph: FlowGraph
    cards: dict[str, Card]
    panels: list[Panel] = field(default_factory=list[Panel])
    lines: list[Line] = field(default_factory=list[Line])
    legend: Mapping[Family, str] = field(default_factory=dict[Family, str])
    width: float = 0.0
    height: float = 0.0


def make_scene(graph: FlowGraph) -> Scene:
    """The drawing of a flow's graph. Bounded: about a second for a thousand nodes."""
    scene = Scene(graph, {node.id: make_card(graph, node) for node in graph.nodes.values()})
    groups = _groups(scene)
    inner = [_Inner(scene, item, members) for item, members in groups.items()]
    _Among(scene, inner).draw()
    return scene


def _groups(scene: Scene) -> dict[str, list[str]]:
    """Nodes by item, the first item first; one group where no node lies in another's."""
    nodes = scene.graph.nodes
    flat = all(node.is_item for node in nodes.values())
    order = [scene.graph.start] if scene.graph.start in nodes and not flat else []
    groups: dict[str, list[str]] = {str(item): [] for item in order}
    for node in nodes.values():
        groups.setdefault("" if flat else node.item, []).append(node.id)
    for edge in scene.graph.edges:
        for end, other in ((edge.source, edge.target), (edge.target, edge.source)):
            if end not in scene.cards:
                scene.cards[end] = ghost(end)
                known = nodes.get(other)
                home = "" if flat else known.item if known else next(iter(groups), "")
                groups.setdefault(home, []).append(end)
    for edge in scene.graph.edges:
        if edge.source not in nodes:
            scene.cards[edge.source].ports.append(Port("", Tone.BAD, edge))
    return groups


class _Inner:
    """The inside of one panel, laid out on its own; `exits` are heights at which lines leave it."""

    def __init__(self, scene: Scene, item: str, members: Sequence[str]) -> None:
        node = scene.graph.nodes.get(item)
        self.panel = Panel(item, node.name if node else "")
        self.members = [scene.cards[each] for each in members]
        self.scene = scene
        inside = set(members)
        self.ports = [(card, port) for card in self.members for port in card.ports if port.edge]
        links = [_link(card, port, inside, scene) for card, port in self.ports]
        vertices = [Vertex(card.id, card.width, card.length) for card in self.members]
        self.arranged: Arrangement = arrange(vertices, links, _INSIDE)
        self.links = links
        self.panel.width = self.arranged.breadth + 2 * _PADDING
        self.panel.height = self.arranged.length + 2 * _PADDING

    @property
    def entry(self) -> float:
        """The height of the item's card below the panel's upper edge, where lines from outside arrive."""
        if self.panel.id not in self.arranged.starts:
            return self.panel.height / 2
        return self.arranged.starts[self.panel.id][1] + _PADDING + self.scene.cards[self.panel.id].height / 2

    def exits(self) -> Iterable[tuple[int, str, float]]:
        """(index of the port, item it leads to, height below the panel's upper edge)."""
        for index, (link, route) in enumerate(zip(self.links, self.arranged.routes, strict=True)):
            if link.target is None:
                yield index, link.exit, route[-1][1] + _PADDING

    def settle(self) -> None:
        """Gives the cards their places once the panel has its own."""
        for card in self.members:
            x, y = self.arranged.starts[card.id]
            card.x, card.y = self.panel.x + _PADDING + x, self.panel.y + _PADDING + y

    def points(self, index: int) -> list[Point]:
        """The route from a port, within the panel."""
        dx, dy = self.panel.x + _PADDING, self.panel.y + _PADDING
        return [(x + dx, y + dy) for x, y in self.arranged.routes[index]]


def _link(card: Card, port: Port, inside: set[str], scene: Scene) -> Link:
    target = port.edge.target if port.edge else ""
    if target in inside:
        return Link(card.id, target, port.at)
    node = scene.graph.nodes.get(target)
    return Link(card.id, None, port.at, exit=node.item if node else target)


class _Among:
    """The panels among each other: in columns, packed where they have nothing to do with each other."""

    def __init__(self, scene: Scene, inner: Sequence[_Inner]) -> None:
        self.scene = scene
        self.inner = {each.panel.id: each for each in inner}
        links: dict[tuple[str, str, float], Link] = {}
        for each in inner:
            for _, item, height in each.exits():
                key = (each.panel.id, item, height)
                links[key] = Link(each.panel.id, item, height - each.panel.height / 2)
        self.links = links

    def draw(self) -> None:
        routes: dict[tuple[str, str, float], list[Point]] = {}
        blocks = [self._block(ids) for ids in self._components()]
        places, width, height = pack([(block.length, block.breadth) for _, block in blocks])
        for (ids, block), (x, y) in zip(blocks, places, strict=True):
            for each in ids:
                cross, main = block.starts[each]
                panel = self.inner[each].panel
                panel.x, panel.y = x + main + _MARGIN, y + cross + _MARGIN
            keys = [key for key in self.links if key[0] in ids]
            for key, route in zip(keys, block.routes, strict=True):
                routes[key] = [(x + main + _MARGIN, y + cross + _MARGIN) for cross, main in route]
        for each in self.inner.values():
            each.settle()
            self.scene.panels.append(each.panel)
        for each in self.inner.values():
            self._lines(each, routes)
        self.scene.width, self.scene.height = width + 2 * _MARGIN, height + 2 * _MARGIN

    def _block(self, ids: dict[str, None]) -> tuple[dict[str, None], Arrangement]:
        vertices = [
            Vertex(each, panel.height, panel.width, self.inner[each].entry - panel.height / 2)
            for each in ids
            for panel in [self.inner[each].panel]
        ]
        links = [link for key, link in self.links.items() if key[0] in ids]
        return ids, arrange(vertices, links, _AMONG)

    def _components(self) -> list[dict[str, None]]:
        """Panels that links hold together, each set in the order of the panels."""
        near: dict[str, list[str]] = {each: [] for each in self.inner}
        for source, target, _ in self.links:
            near[source].append(target)
            near[target].append(source)
        seen: set[str] = set()
        found: list[dict[str, None]] = []
        for root in self.inner:
            waiting = [root] if root not in seen else []
            members: set[str] = set()
            while waiting:
                each = waiting.pop()
                if each not in members:
                    members.add(each)
                    waiting += near[each]
            seen |= members
            if members:
                found.append({each: None for each in self.inner if each in members})
        return found

    def _lines(self, inner: _Inner, routes: dict[tuple[str, str, float], list[Point]]) -> None:
        outside = {index: (inner.panel.id, item, height) for index, item, height in inner.exits()}
        for index, (_, port) in enumerate(inner.ports):
            if port.edge is None:
                continue
            points = inner.points(index)
            if index in outside:
                points = [*points[:-1], *routes[outside[index]], *self._arrive(port.edge)]
            self.scene.lines.append(Line(port.edge, _tone(port), tuple(simplify(points))))

    def _arrive(self, edge: Edge) -> list[Point]:
        """From the panel's border to the card: the item's side, or the top of an action deeper inside."""
        card = self.scene.cards[edge.target]
        if card.is_item:
            return [(card.x, card.y + card.height / 2)]
        return [(card.x + card.width / 2, card.y)]


def _tone(port: Port) -> Tone:
    if port.edge is not None and port.edge.kind in (EdgeKind.LOOP, EdgeKind.CALL, EdgeKind.JUMP):
        return Tone.AWAY
    return port.tone
