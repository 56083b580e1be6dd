"""Which data actions read which data sets, and who feeds those: drawn from left to right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from trunkline.domain.flow import Edge, EdgeKind, FlowGraph, Node
from trunkline.domain.kinds import KINDS
from trunkline.domain.kinds.data_set import DATA_SET
from trunkline.domain.resource import Address
from trunkline.render.graph.cards import Card, Port, object_card
from trunkline.render.graph.dependencies import left_to_right, roomy
from trunkline.render.graph.palette import Family, Tone
from trunkline.render.graph.scene import Scene

_TITLE = "Data actions and data sets"
_LEGEND = {Family.DATA: "Data actions", Family.VARIABLE: "Data sets"}


def condition_scene(edges: Mapping[str, Sequence[str]], circles: Sequence[Sequence[str]]) -> Scene:
    """The scene of a graph of addresses; edges of a circle are red."""
    addresses = list(dict.fromkeys([*edges, *(needed for each in edges.values() for needed in each)]))
    nodes = {address: _node(address) for address in addresses}
    drawn = tuple(
        Edge(user, needed, "", EdgeKind.NEXT)
        for user, each in edges.items()
        for needed in dict.fromkeys(each)
    )
    graph = FlowGraph(_TITLE, "conditions", nodes, drawn, next(iter(nodes), None), tuple(nodes))
    round_and_round = {pair for circle in circles for pair in pairwise(circle)}
    cards = {address: _card(graph, node) for address, node in nodes.items()}

    def tone(scene: Scene, edge: Edge) -> Tone:
        del scene
        return Tone.BAD if (edge.source, edge.target) in round_and_round else Tone.PLAIN

    return left_to_right(Scene(graph, cards, legend=_LEGEND), tone)


def _node(address: str) -> Node:
    found = Address.parse(address)
    return Node(id=address, name=found.name, type=KINDS[found.kind].title, item=address, body={})


def _card(graph: FlowGraph, node: Node) -> Card:
    kind = Family.VARIABLE if node.id.startswith(f"{DATA_SET.name}/") else Family.DATA
    ports = [Port("", Tone.PLAIN, edge) for edge in graph.outgoing[node.id]]
    return roomy(object_card(node, kind, "", ports))
