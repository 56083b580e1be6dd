"""Flows as nodes and edges, the form of the export guide.

`{id, name, type, status, version, nodes: [{id, name, type, item?, terminal?, unused?}], edges: [{id,
source, target, label, kind}], …}`. Edges that say `from` and `to` are read too. A node of type
`START` is the entry; where there is none, it is the one node that no edge leads to. `unused` marks
what Architect keeps though nothing leads to it: a lost node without the mark is a fault.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from trunkline.domain.flow.graph import Edge, EdgeKind, FlowGraph, Node
from trunkline.domain.json import Json, JsonObject

FIELDS = ("id", "name", "type", "status", "version", "nodes", "edges")
"""What every exported flow has, in the guide's order."""

_START = "START"
_STARTS = frozenset({"start", "begin", "entry", "initial"})
_ENDS = frozenset(
    {
        "close",
        "complete",
        "disconnect",
        "end",
        "exit",
        "final",
        "finish",
        "hangup",
        "queue",
        "return",
        "stop",
        "terminal",
        "terminate",
        "transfer",
        "voicemail",
    }
)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_KINDS = {kind.value: kind for kind in EdgeKind}


def is_guides(document: Json) -> bool:
    """Whether a JSON document looks like a flow of the guides."""
    return isinstance(document, dict) and "nodes" in document and "edges" in document


def from_guides(document: JsonObject) -> FlowGraph:
    """The graph of such a document. Entries that are no objects or have no id are left out.

    Raises ValueError where `nodes` or `edges` is no list.
    """
    nodes: dict[str, Node] = {}
    duplicates: dict[str, None] = {}
    for index, body in _objects(document, "nodes"):
        node_id = body.get("id")
        if not isinstance(node_id, str):
            continue
        if node_id in nodes:
            duplicates[node_id] = None
        nodes.setdefault(node_id, _node(node_id, body, index))
    edges = tuple(edge for _, body in _objects(document, "edges") if (edge := _edge(body)))
    starts = _starts(nodes, edges)
    return FlowGraph(
        name=str(document.get("name") or ""),
        type=str(document.get("type") or "").lower(),
        nodes=nodes,
        edges=edges,
        start=starts[0] if starts else None,
        roots=starts,
        duplicates=tuple(duplicates),
    )


def ends_of(edge: JsonObject) -> tuple[Json, Json]:
    """Source and target of an edge as it is written: `source`/`target` or `from`/`to`."""
    return edge.get("source", edge.get("from")), edge.get("target", edge.get("to"))


def guides_form(graph: FlowGraph, meta: Mapping[str, Json]) -> JsonObject:
    """The flow as the guides answer it; `meta` gives what a graph does not hold (id, status, version)."""
    start = "start"
    while start in graph.nodes:
        start += "_"
    nodes: list[JsonObject] = [{"id": start, "name": "Start", "type": _START}]
    edges: list[JsonObject] = []
    for root in graph.roots:
        edges.append(_edge_body(len(edges), Edge(start, root, "", EdgeKind.START)))
    for node in graph.nodes.values():
        body: JsonObject = {"id": node.id, "name": node.name, "type": node.type}
        if not node.is_item:
            body["item"] = node.item
        if node.ends:
            body["terminal"] = True
        if node.id not in graph.reachable:
            body["unused"] = True
        nodes.append(body)
    for edge in graph.edges:
        edges.append(_edge_body(len(edges), edge))
    return {"name": graph.name, "type": graph.type.upper(), **meta, "nodes": nodes, "edges": edges}


def _objects(document: JsonObject, key: str) -> list[tuple[int, JsonObject]]:
    entries = document.get(key)
    if isinstance(entries, list):
        return [(index, entry) for index, entry in enumerate(entries) if isinstance(entry, dict)]
    raise ValueError(f"'{key}' is no list")


def _node(node_id: str, body: JsonObject, index: int) -> Node:
    kind = body.get("type")
    kind = kind if isinstance(kind, str) else ""
    name = body.get("name")
    return Node(
        id=node_id,
        name=name if isinstance(name, str) and name else node_id,
        type=kind,
        item=node_id,
        path=("nodes", index),
        terminal=body.get("terminal") is True or _is_ending(kind),
        body=body,
    )


def _is_ending(kind: str) -> bool:
    """Whether a type says that nothing needs to follow (`DISCONNECT`, `transferToAcd`), or says nothing."""
    return not kind or not _ENDS.isdisjoint(word.casefold() for word in _WORD.findall(kind))


def _edge(body: JsonObject) -> Edge | None:
    source, target = ends_of(body)
    if not (isinstance(source, str) and isinstance(target, str)):
        return None
    label = body.get("label") or body.get("condition")
    label = label if isinstance(label, str) else ""
    kind = _KINDS.get(str(body.get("kind")), EdgeKind.BRANCH if label else EdgeKind.NEXT)
    return Edge(source, target, label, kind)


def _edge_body(index: int, edge: Edge) -> JsonObject:
    return {
        "id": f"e{index + 1}",
        "source": edge.source,
        "target": edge.target,
        "label": edge.label,
        "kind": edge.kind.value,
    }


def _starts(nodes: Mapping[str, Node], edges: tuple[Edge, ...]) -> tuple[str, ...]:
    declared = tuple(node.id for node in nodes.values() if node.type.casefold() in _STARTS)
    entered = {edge.target for edge in edges}
    return declared or tuple(node for node in nodes if node not in entered)
