"""Rules about the shape of a flow: its fields, its nodes, what leads where."""

from __future__ import annotations

from collections.abc import Iterator

from trunkline.domain.finding import Severity
from trunkline.domain.flow import EdgeKind, FlowGraph
from trunkline.domain.flow.guides import FIELDS, ends_of
from trunkline.domain.json import Path, same
from trunkline.rules.flows.view import FlowView, on
from trunkline.rules.registry import Problem, rule

_LISTS = ("nodes", "edges")
_CONFIGURATION_FIELDS = ("name", "type", "initialSequence", "flowSequenceItemList")


@rule(
    "flow-fields",
    Severity.ERROR,
    "A field that every flow has is missing or of the wrong type",
    explanation="Without it the document cannot be read as a flow, nor be sent to a cloud.",
    example='{"id": "…", "name": "Main", "type": "INBOUNDCALL", "status": "PUBLISHED", "edges": []}',
    fix="Export the flow again, or add the field.",
)
def fields(flow: FlowView) -> Iterator[Problem]:
    if flow.form == "unknown":
        yield Problem((), "is no flow: neither a configuration, nor Archy, nor nodes and edges")
    elif flow.form != "archy":
        for name in _CONFIGURATION_FIELDS if flow.form == "configuration" else FIELDS:
            if name not in flow.body:
                yield Problem((), f"Missing field '{name}'")
            elif flow.form == "guides" and name in _LISTS and not isinstance(flow.body[name], list):
                yield Problem((name,), f"Field '{name}' is no list")


@rule(
    "flow-node",
    Severity.ERROR,
    "A node or an edge is not what it must be",
    explanation="A node is an object with an id of its own; an edge names the nodes that it joins.",
    example='nodes: [{"name": "Welcome"}]',
    fix="Give every node an id, and every edge a source and a target.",
)
def proper_entries(flow: FlowView) -> Iterator[Problem]:
    if flow.form != "guides":
        return
    for name in _LISTS:
        entries = flow.body.get(name)
        for index, entry in enumerate(entries if isinstance(entries, list) else []):
            path: Path = (name, index)
            if not isinstance(entry, dict):
                yield Problem(path, f"{name}[{index}] is no object")
            elif name == "nodes" and not isinstance(entry.get("id"), str):
                yield Problem(path, f"nodes[{index}] has no id")
            elif name == "edges" and not all(isinstance(end, str) for end in ends_of(entry)):
                yield Problem(path, f"edges[{index}] does not name a source and a target")


@rule(
    "flow-duplicate-id",
    Severity.ERROR,
    "Two objects of a flow carry one id",
    explanation="Links by that id are ambiguous: the platform follows one of the two.",
    example='nodes: [{"id": "a", "type": "MENU"}, {"id": "a", "type": "TASK"}]',
    fix="Give one of them a new id and point its links there.",
)
def duplicate_id(flow: FlowView) -> Iterator[Problem]:
    for twice in flow.graph.duplicates if flow.graph is not None else ():
        yield Problem((), f"the id {twice} is used more than once")


def _dangling(graph: FlowGraph) -> Iterator[Problem]:
    for edge in graph.dangling:
        for end in (edge.source, edge.target):
            if end not in graph.nodes:
                source = graph.nodes.get(edge.source)
                label = f" ({edge.label})" if edge.label else ""
                name = source.title if source is not None else edge.source
                path = source.path if source is not None else ()
                yield Problem(path, f"{name}{label} leads to {edge.target}: there is no node {end}")


def _start(flow: FlowView, graph: FlowGraph) -> Iterator[Problem]:
    if not graph.nodes:
        if flow.form != "guides" or flow.body.get("nodes") == []:
            yield Problem((), "the flow has no node")
    elif flow.form == "guides":
        if not graph.roots:
            yield Problem((), "the flow has no start: every node is entered from another one")
        elif len(graph.roots) > 1:
            names = ", ".join(graph.nodes[root].title for root in graph.roots[:5])
            yield Problem((), f"the flow has {len(graph.roots)} starts: {names}")
    elif graph.start is None or graph.start not in graph.nodes:
        yield Problem(("initialSequence",), f"the flow starts with {graph.start}, which is not there")


def _dead_ends(graph: FlowGraph) -> Iterator[Problem]:
    for dead in graph.dead_ends:
        if dead.id in graph.reachable and any(
            e.target == dead.id or e.source == dead.id for e in graph.edges
        ):
            yield on(dead, "nothing follows, and it is no ending", "add what comes next, or an ending")


def _unreachable(graph: FlowGraph) -> Iterator[Problem]:
    for lost in graph.unreachable:
        if lost.body.get("unused") is not True:
            yield on(lost, "no way leads here", "connect it, or remove it")


@rule(
    "flow-dangling-reference",
    Severity.ERROR,
    "A link leads to a node that does not exist",
    explanation="The flow cannot go on there: the platform refuses it, or ends the call.",
    example='edges: [{"source": "menu", "target": "gone"}]',
    fix="Point the link at a node of this flow.",
)
def dangling(flow: FlowView) -> Iterator[Problem]:
    if flow.graph is not None and not flow.unfinished:
        yield from _dangling(flow.graph)


@rule(
    "flow-start",
    Severity.ERROR,
    "A flow has no start, or more than one",
    explanation="A new interaction enters at exactly one place.",
    example='nodes: [{"id": "a", "type": "MENU"}, {"id": "b", "type": "MENU"}], edges: []',
    fix="Mark one node as the start (type START), or connect the others.",
)
def start(flow: FlowView) -> Iterator[Problem]:
    if flow.graph is not None and not flow.unfinished:
        yield from _start(flow, flow.graph)


@rule(
    "flow-dead-end",
    Severity.ERROR,
    "A way ends where nothing ends it",
    explanation="The interaction is left without a next step: callers hear nothing and are cut off.",
    example="A Play Audio action as the last of a task",
    fix="Add a disconnect, a transfer or an end of the task.",
)
def dead_end(flow: FlowView) -> Iterator[Problem]:
    if flow.graph is not None and not flow.unfinished:
        yield from _dead_ends(flow.graph)


@rule(
    "flow-unreachable-node",
    Severity.ERROR,
    "A node of an exported flow cannot be reached",
    explanation="Nobody ever gets there: a link was lost, or the node is left over.",
    example='nodes: [{"id": "start", "type": "START"}, {"id": "a", "type": "MENU"}], edges: []',
    fix="Connect it, or remove it.",
)
def unreachable_node(flow: FlowView) -> Iterator[Problem]:
    graph = flow.graph
    if graph is None or flow.form != "guides" or flow.unfinished or len(graph.roots) != 1:
        return
    yield from _unreachable(graph)


@rule(
    "flow-unreachable-action",
    Severity.WARNING,
    "An action, a task or a menu is never reached",
    explanation="Architect keeps what nothing leads to. It is dead weight, or a link was lost.",
    example="A task that no action calls and no menu offers",
    fix="Connect it, or remove it.",
)
def unreachable_action(flow: FlowView) -> Iterator[Problem]:
    graph = flow.graph
    if graph is None or graph.start not in graph.nodes:
        return
    if flow.form == "guides":
        for node in graph.unreachable:
            if node.body.get("unused") is True:
                yield on(node, "is never reached", "connect it in Architect, or remove it")
        return
    lost = {node.id for node in graph.unreachable}
    off = graph.reach(edge.target for edge in graph.edges if edge.kind is EdgeKind.DISABLED)
    for node in graph.unreachable:
        if node.id in off or (not node.is_item and node.item in lost) or node.owner in lost:
            continue  # switched off on purpose, or said of the item or of the owner already
        kind = node.type.lower() if node.is_item else "action"
        yield on(node, f"the {kind} is never reached", "connect it, or remove it")


@rule(
    "flow-draft-incomplete",
    Severity.WARNING,
    "A flow that is not published yet is incomplete",
    explanation="A draft may be unfinished; it cannot be published like this.",
    example='{"status": "DRAFT", "nodes": [], "edges": [], …}',
    fix="Finish it before publishing.",
)
def draft_incomplete(flow: FlowView) -> Iterator[Problem]:
    graph = flow.graph
    if graph is None or not flow.unfinished:
        return
    status = flow.body["status"]
    found = [*_start(flow, graph), *_dangling(graph), *_dead_ends(graph)]
    if len(graph.roots) == 1:
        found += _unreachable(graph)
    for problem in found:
        yield Problem(problem.path, f"{status}: {problem.message}", problem.hint)


@rule(
    "flow-version",
    Severity.ERROR,
    "The version of an exported flow is not one",
    explanation="An update sends the version it read plus one.",
    example='"version": "latest"',
    fix="Export the flow again.",
)
def version(flow: FlowView) -> Iterator[Problem]:
    value = flow.body.get("version")
    if flow.form != "guides" or value is None:
        return
    digits = value.partition(".")[0] if isinstance(value, str) else value
    if not (isinstance(digits, int) and not isinstance(digits, bool)) and not str(digits).isdigit():
        yield Problem(("version",), f"version is {value!r}, not a number")
    elif not isinstance(value, str) and (same(value, True) or value < 0):
        yield Problem(("version",), f"version is {value!r}, not a number from 0")


STRUCTURE_RULES = (
    fields,
    proper_entries,
    version,
    duplicate_id,
    start,
    dangling,
    dead_end,
    unreachable_node,
    unreachable_action,
    draft_incomplete,
)
