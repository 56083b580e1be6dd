"""A flow's graph as text for other tools: Mermaid, DOT, and an outline to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from trunkline.domain.flow import Edge, EdgeKind, FlowGraph, Node
from trunkline.render.findings import xml_text
from trunkline.render.graph.palette import LOOKS, Family, family
from trunkline.render.graph.text import words
from trunkline.render.style import bold, dim

_SHAPES = {Family.LOGIC: ("{", "}"), Family.END: ("([", "])"), Family.ITEM: ("[[", "]]")}
_DOT_SHAPES = {Family.LOGIC: "diamond", Family.END: "oval", Family.ITEM: "cds"}
_ARROWS = {EdgeKind.CALL: "-.->", EdgeKind.DISABLED: "-.->", EdgeKind.LOOP: "-.->", EdgeKind.JUMP: "==>"}
_DOT_STYLES = {EdgeKind.CALL: "dashed", EdgeKind.DISABLED: "dotted", EdgeKind.JUMP: "bold"}


def mermaid(graph: FlowGraph) -> str:
    """A Mermaid flowchart; items are subgraphs."""
    names = _names(graph)
    lines = ["flowchart TD"]
    for title, members in _groups(graph):
        if title is not None:
            lines.append(f"  subgraph {names[members[0].id]}g [{_mermaid(title)}]")
        for node in members:
            start, end = _SHAPES.get(family(node.type, terminal=node.ends), ("(", ")"))
            lines.append(f"    {names[node.id]}{start}{_mermaid(node.name)}{end}")
        if title is not None:
            lines.append("  end")
    for edge in graph.edges:
        label = f"|{_mermaid(edge.label)}|" if edge.label else ""
        arrow = _ARROWS.get(edge.kind, "-->")
        lines.append(f"  {_end(names, edge.source)} {arrow}{label} {_end(names, edge.target)}")
    for kind, look in LOOKS.items():
        members = [
            names[node.id] for node in graph.nodes.values() if family(node.type, terminal=node.ends) is kind
        ]
        if members:
            lines.append(f"  classDef {kind}s stroke:{look.light},stroke-width:2px")
            lines.append(f"  class {','.join(members)} {kind}s")
    return "\n".join(lines)


def dot(graph: FlowGraph) -> str:
    """A digraph for Graphviz; items are clusters."""
    names = _names(graph)
    lines = [
        f"digraph {_dot(graph.name)} {{",
        '  node [shape=box, style="rounded,filled", fillcolor=white, fontname="Helvetica", fontsize=11]',
        '  edge [fontname="Helvetica", fontsize=9, color="#8390a7"]',
    ]
    for number, (title, members) in enumerate(_groups(graph)):
        if title is not None:
            lines.append(
                f'  subgraph "cluster_{number}" {{ label={_dot(title)} style=rounded color="#d3dae8"'
            )
        lines += [f"    {names[node.id]} [{_dot_node(node)}]" for node in members]
        if title is not None:
            lines.append("  }")
    for edge in graph.edges:
        style = _DOT_STYLES.get(edge.kind, "solid")
        label = f"label={_dot(edge.label)}, " if edge.label else ""
        lines.append(f"  {_end(names, edge.source)} -> {_end(names, edge.target)} [{label}style={style}]")
    return "\n".join([*lines, "}"])


def outline(graph: FlowGraph) -> str:
    """Every item with its actions, branches indented under their output."""
    lines = [f"{bold(graph.name)} {dim(f'({graph.type})')}"]
    unreached = {node.id for node in graph.unreachable}
    for node in _in_reading_order(graph):
        what = dim(f"{words(node.type)}{', unreachable' if node.id in unreached else ''}")
        indent = "  " if node.is_item else "  " * (node.depth + 2)
        lines.append(f"{indent}{bold(node.title) if node.is_item else node.title} {what}")
        lines += [f"{indent}  {_way(graph, edge)}" for edge in graph.outgoing[node.id] if _is_told(edge)]
    return "\n".join(lines)


def _in_reading_order(graph: FlowGraph) -> Iterator[Node]:
    """Items in document order; in each, a branch after what leads to it and before what follows it."""
    for _, members in _groups(graph):
        inside = {node.id for node in members}
        seen: set[str] = set()
        for root in members:
            backwards: list[str] = []
            _walk(graph, root.id, inside, seen, backwards)
            yield from (graph.nodes[node] for node in reversed(backwards))


def _walk(graph: FlowGraph, root: str, inside: set[str], seen: set[str], done: list[str]) -> None:
    """Adds what can be reached from `root` to `done`, each node after all that follows it."""
    waiting = [(root, False)]
    while waiting:
        node, left = waiting.pop()
        if left:
            done.append(node)
        elif node not in seen:
            seen.add(node)
            waiting.append((node, True))
            waiting += [(target, False) for target in graph.successors[node] if target in inside]


def _is_told(edge: Edge) -> bool:
    return bool(edge.label) or edge.kind in (EdgeKind.CALL, EdgeKind.JUMP)


def _way(graph: FlowGraph, edge: Edge) -> str:
    target = graph.nodes.get(edge.target)
    label = edge.label or str(edge.kind)
    return dim(f"{label} → {target.title if target else f'missing {edge.target}'}")


def _names(graph: FlowGraph) -> dict[str, str]:
    return {node: f"n{index}" for index, node in enumerate(graph.nodes)}


def _end(names: Mapping[str, str], node: str) -> str:
    return names.get(node, "missing")


def _groups(graph: FlowGraph) -> Iterator[tuple[str | None, list[Node]]]:
    """Nodes by item, with its title; one group without a title where nodes are their own items."""
    if not graph.actions():
        yield None, list(graph.nodes.values())
        return
    for item in graph.items():
        yield item.name, [node for node in graph.nodes.values() if node.item == item.id]
    homeless = [node for node in graph.nodes.values() if node.item not in graph.nodes]
    if homeless:
        yield None, homeless


def _mermaid(text: str) -> str:
    """A quoted label; what Mermaid or HTML would read is written as a character code."""
    line = " ".join(xml_text(text).split()) or " "
    return '"{}"'.format("".join(f"#{ord(c)};" if c in '"#;<>&`\\|' else c for c in line))


def _dot(text: str) -> str:
    line = " ".join(xml_text(text).split())
    return '"{}"'.format(line.replace("\\", "\\\\").replace('"', '\\"'))


def _dot_node(node: Node) -> str:
    kind = family(node.type, terminal=node.ends)
    shape = f", shape={_DOT_SHAPES[kind]}" if kind in _DOT_SHAPES else ""
    return f'label={_dot(node.name)}, color="{LOOKS[kind].light}"{shape}'
