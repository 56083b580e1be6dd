"""Findings and changes on a flow's graph: which node they belong to, and what a removed node looks like."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from trunkline.domain.finding import Finding
from trunkline.domain.flow import Edge, FlowGraph, Node
from trunkline.domain.flow.compare_documents import Difference
from trunkline.domain.flow.diff import FlowChange, Subject, What
from trunkline.domain.json import Path

_STRONGEST = (What.ADDED, What.REMOVED, What.CHANGED, What.MOVED, What.RENAMED)


@dataclass(frozen=True, slots=True)
class Overlay:
    """Two flows as one graph. `changes` and `details` are by node, `remarks` belong to none."""

    graph: FlowGraph
    changes: dict[str, str]
    edges: dict[Edge, str]
    details: dict[str, list[str]]
    remarks: list[str]


def findings_by_node(graph: FlowGraph, findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Each finding with the innermost node its path leads into; what lies in no node goes to the start."""
    by_path: dict[Path, str] = {node.path: node.id for node in graph.nodes.values() if node.path}
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        steps = (finding.path[:length] for length in range(len(finding.path), 0, -1))
        node = next((by_path[step] for step in steps if step in by_path), graph.start)
        if node is not None:
            found[node].append(finding)
    return dict(found)


def overlay(before: FlowGraph, after: FlowGraph, difference: Difference) -> Overlay:
    """The flow after, with what was removed put back in and every change at its node."""
    renamed = dict(difference.pairs)
    removed = {node.id: _removed(node, renamed) for node in before.nodes.values() if node.id not in renamed}
    renamed |= {old: node.id for old, node in removed.items()}
    here, there = set(after.edges), {_moved(edge, renamed): None for edge in before.edges}
    lost = [edge for edge in there if edge not in here]
    edges = {edge: "added" for edge in after.edges if edge not in there}
    edges |= dict.fromkeys(lost, "removed")
    graph = replace(
        after,
        nodes={**after.nodes, **{node.id: node for node in removed.values()}},
        edges=(*after.edges, *lost),
    )
    changes, details, remarks = _by_node(difference.changes, graph, removed)
    return Overlay(graph, changes, edges, details, remarks)


def _removed(node: Node, pairs: dict[str, str]) -> Node:
    """A node of the flow before, under an id of its own, without outputs: its edges tell."""
    item = pairs.get(node.item, f"removed {node.item}")
    return replace(node, id=f"removed {node.id}", item=item, outputs=(), path=())


def _moved(edge: Edge, ids: dict[str, str]) -> Edge:
    return replace(edge, source=ids.get(edge.source, edge.source), target=ids.get(edge.target, edge.target))


def _by_node(
    changes: Sequence[FlowChange], graph: FlowGraph, removed: dict[str, Node]
) -> tuple[dict[str, str], dict[str, list[str]], list[str]]:
    words: dict[str, str] = {}
    details: dict[str, list[str]] = defaultdict(list)
    remarks: list[str] = []
    for change in changes:
        is_node = change.subject in (Subject.ITEM, Subject.ACTION)
        if is_node and change.what is What.REMOVED and change.id in removed:
            node = removed[change.id].id
        elif is_node and change.id in graph.nodes:
            node = change.id
        else:
            remarks.append(str(change))
            continue
        details[node].append(str(change))
        known = words.get(node)
        if known is None or _STRONGEST.index(change.what) < _STRONGEST.index(What(known)):
            words[node] = str(change.what)
    return words, dict(details), remarks
