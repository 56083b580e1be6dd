"""The differences between two flows of any form.

Two configurations are compared in full, by id (see `diff`). Archy's form has no ids: items and
actions are matched by name, type and content, and their bodies compared. Nodes and edges are
matched by id. Between different forms only the structure is compared: `structure_only` says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from trunkline.domain.flow.compare import compare_fields
from trunkline.domain.flow.diff import FlowChange, Subject, What, diff_flows
from trunkline.domain.flow.document import FlowDocument, Form
from trunkline.domain.flow.graph import EdgeKind, FlowGraph, Node, Variable
from trunkline.domain.json import Json, JsonObject, canonical_text, get

_ELSEWHERE = frozenset({"actions", "choices", "name", "refId", "task", "variables"})
_PARTS = frozenset({"bots", "menus", "startUpTaskActions", "states", "tasks", "variables", "name"})


@dataclass(frozen=True, slots=True)
class Difference:
    """The changes; `pairs` gives the id after for every node's id before that is still there."""

    changes: tuple[FlowChange, ...]
    pairs: Mapping[str, str]
    structure_only: bool = False


def compare_documents(before: FlowDocument, after: FlowDocument) -> Difference:
    """The changes from one flow to another, in whatever form each is written."""
    if before.form is after.form is Form.CONFIGURATION:
        pairs = {node: node for node in before.graph.nodes if node in after.graph.nodes}
        return Difference(tuple(diff_flows(before.body, after.body)), pairs)
    return _Structure(before, after).difference()


class _Structure:
    def __init__(self, before: FlowDocument, after: FlowDocument) -> None:
        self.before, self.after = before, after
        self.same_form = before.form is after.form
        self.places = _Places(before.graph), _Places(after.graph)
        self.pairs = _align(before.graph, after.graph, self._identity())

    def _identity(self) -> Sequence[Callable[[FlowGraph, Node], Hashable]]:
        """What makes two nodes one, the surest sign first."""
        if self.before.form is self.after.form is Form.GUIDES:
            return (lambda graph, node: node.id,)
        trails = {id(places.graph): places.trails() for places in self.places}
        signs: list[Callable[[FlowGraph, Node], Hashable]] = [
            lambda graph, node: (node.type, node.name, trails[id(graph)][node.id]),
            lambda graph, node: (_item_name(graph, node), node.type, node.name),
            lambda graph, node: (node.is_item, node.type, node.name),
        ]
        if self.same_form:
            signs.insert(0, lambda graph, node: (_item_name(graph, node), node.name, _content(node)))
            signs.append(lambda graph, node: (_item_name(graph, node), _content(node)))
        else:
            signs.insert(0, lambda graph, node: node.id)
        return signs

    def difference(self) -> Difference:
        return Difference(tuple(self._changes()), self.pairs, structure_only=not self.same_form)

    def _changes(self) -> Iterator[FlowChange]:
        old, new = self.before.graph, self.after.graph
        if old.name != new.name:
            yield FlowChange(What.RENAMED, Subject.FLOW, "", new.name, (), old.name, new.name)
        if self.same_form:
            fields = (_top(self.before), _top(self.after))
            yield from _fields(Subject.FLOW, "", new.name, *fields)
        if self.same_form or Form.GUIDES not in (self.before.form, self.after.form):
            yield from self._variables()
        yield from self._nodes()
        if Form.GUIDES not in (self.before.form, self.after.form):
            yield from self._moves()  # nodes and edges know no branches

    def _variables(self) -> Iterator[FlowChange]:
        old = {_variable_key(self.before.graph, v): v for v in self.before.graph.variables}
        new = {_variable_key(self.after.graph, v): v for v in self.after.graph.variables}
        for key, variable in old.items():
            if key not in new:
                yield FlowChange(What.REMOVED, Subject.VARIABLE, variable.id, variable.name)
        for key, variable in new.items():
            if key not in old:
                yield FlowChange(What.ADDED, Subject.VARIABLE, variable.id, variable.name)
            elif self.same_form:
                bodies = (get(self.before.body, old[key].path), get(self.after.body, variable.path))
                yield from _fields(Subject.VARIABLE, variable.id, variable.name, *bodies)

    def _nodes(self) -> Iterator[FlowChange]:
        old, new = self.before.graph.nodes, self.after.graph.nodes
        sources = {after: before for before, after in self.pairs.items()}
        for node in old.values():
            if node.id not in self.pairs:
                yield FlowChange(What.REMOVED, _subject(node), node.id, node.name)
        for node in new.values():
            if node.id not in sources:
                yield FlowChange(What.ADDED, _subject(node), node.id, node.name)
                continue
            earlier = old[sources[node.id]]
            if earlier.name != node.name:
                yield FlowChange(
                    What.RENAMED, _subject(node), node.id, node.name, (), earlier.name, node.name
                )
            if self.same_form:
                yield from _fields(_subject(node), node.id, node.name, _own(earlier), _own(node))
            if self.before.form is self.after.form is Form.GUIDES:
                yield from self._edges(earlier, node)

    def _edges(self, earlier: Node, node: Node) -> Iterator[FlowChange]:
        """The ways out of a node, for forms whose nodes do not hold them."""
        ways = [
            sorted(
                f"{edge.label or edge.kind} → {_named(graph, edge.target)}"
                for edge in graph.outgoing[each.id]
            )
            for graph, each in ((self.before.graph, earlier), (self.after.graph, node))
        ]
        if ways[0] != ways[1]:
            yield FlowChange(What.CHANGED, Subject.ACTION, node.id, node.name, ("edges",), *ways)

    def _moves(self) -> Iterator[FlowChange]:
        old, new = self.places
        for before, after in self.pairs.items():
            places = (old.branch(before, self.pairs), new.branch(after, {}))
            if places[0] != places[1] or after in _reordered(old, new, after, self.pairs):
                node = self.after.graph.nodes[after]
                shown = (old.show(before), new.show(after))
                yield FlowChange(What.MOVED, _subject(node), after, node.name, (), *shown)


class _Places:
    """The branch of every action: its item, the action that owns it, the output, and its order there."""

    def __init__(self, graph: FlowGraph) -> None:
        self.graph = graph
        following = {node.id: _next(graph, node) for node in graph.nodes.values()}
        self.sequences: dict[str, list[str]] = {}
        self.outputs: dict[str, tuple[str, str]] = {}
        for node in graph.nodes.values():
            firsts = [(out.label, out.target) for out in node.outputs if out.target]
            firsts += [
                (e.label, e.target)
                for e in graph.outgoing[node.id]
                if e.kind in (EdgeKind.START, EdgeKind.CHOICE)
            ]
            for label, first in firsts:
                self._follow(node.id, label, first, following)

    def _follow(self, owner: str, label: str, first: str, following: Mapping[str, str | None]) -> None:
        sequence: list[str] = []
        current: str | None = first
        while current is not None and current in self.graph.nodes and current not in self.outputs:
            self.outputs[current] = (owner, label)
            self.sequences[current] = sequence
            sequence.append(current)
            current = following.get(current)

    def branch(self, node: str, pairs: Mapping[str, str]) -> tuple[str, str]:
        owner, label = self.outputs.get(node, ("", ""))
        return pairs.get(owner, owner), _plain(label)

    def trails(self) -> dict[str, Hashable]:
        """Where each node is: the names of all it lies in and on which output, the innermost first."""
        return {node: tuple(self._trail(node)) for node in self.graph.nodes}

    def _trail(self, node: str) -> Iterator[tuple[str, str]]:
        seen: set[str] = set()
        while node in self.outputs and node not in seen:
            seen.add(node)
            node, label = self.outputs[node]
            yield _named(self.graph, node), _plain(label)

    def show(self, node: str) -> str:
        """`Main / Look up: Failure`."""
        owner, label = self.outputs.get(node, ("", ""))
        found = self.graph.nodes.get(owner)
        if found is None:
            return "unconnected"
        if found.is_item:
            return f"{found.name}: {label}" if label else found.name
        return f"{_item_name(self.graph, found)} / {found.name}: {label}"


def _next(graph: FlowGraph, node: Node) -> str | None:
    """The step after a node on its own branch; Archy's ids count the steps of a branch."""
    if "__type" in node.body:
        found = node.body.get("nextAction")
        return found if isinstance(found, str) else None
    prefix, slash, index = node.id.rpartition("/")
    if slash and index.isdecimal() and not node.is_item:
        return f"{prefix}/{int(index) + 1}"
    edges = (edge.target for edge in graph.outgoing[node.id] if edge.kind is EdgeKind.NEXT)
    return next(edges, None)


def _plain(label: str) -> str:
    """A label as all forms agree on it: `maxNoInputs` and `Max No Inputs` are one."""
    return "".join(letter for letter in label.casefold() if letter.isalnum())


def _reordered(old: _Places, new: _Places, after: str, pairs: Mapping[str, str]) -> set[str]:
    """The actions of the branch of `after` that left its order."""
    sequence = new.sequences.get(after, [])
    sources = {target: source for source, target in pairs.items()}
    before = [pairs[each] for each in old.sequences.get(sources[after], []) if each in pairs]
    kept = [each for each in sequence if each in set(before)]
    order = [each for each in before if each in set(kept)]
    blocks = SequenceMatcher(None, order, kept, autojunk=False).get_matching_blocks()
    steady = {each for block in blocks for each in kept[block.b : block.b + block.size]}
    return set(kept) - steady


def _align(
    before: FlowGraph, after: FlowGraph, signs: Sequence[Callable[[FlowGraph, Node], Hashable]]
) -> dict[str, str]:
    """Pairs of ids: nodes with the same sign, in the order of the documents."""
    pairs: dict[str, str] = {}
    taken: set[str] = set()
    for sign in signs:
        free: dict[Hashable, list[str]] = defaultdict(list)
        for node in reversed(tuple(after.nodes.values())):
            if node.id not in taken:
                free[sign(after, node)].append(node.id)
        for node in before.nodes.values():
            found = free.get(sign(before, node))
            if node.id not in pairs and found:
                pairs[node.id] = found.pop()
                taken.add(pairs[node.id])
    return pairs


def _fields(subject: Subject, subject_id: str, name: str, old: Json, new: Json) -> Iterator[FlowChange]:
    for field in compare_fields(old, new, lambda one, other: one == other):
        yield FlowChange(What.CHANGED, subject, subject_id, name, field.path, field.before, field.after)


def _subject(node: Node) -> Subject:
    is_node = node.path[:1] == ("nodes",)  # in nodes and edges every node is its own item
    return Subject.ITEM if node.is_item and not is_node else Subject.ACTION


def _own(node: Node) -> Json:
    """A node's settings: not its name, not the actions on its branches."""
    return _pruned(node.body)


def _pruned(value: Json) -> Json:
    if isinstance(value, dict):
        kept = {key: _pruned(child) for key, child in value.items() if key not in _ELSEWHERE}
        return {key: child for key, child in kept.items() if child not in ({}, None)}
    return [_pruned(child) for child in value] if isinstance(value, list) else value


def _content(node: Node) -> str:
    return f"{node.type} {canonical_text(_own(node))}"


def _top(document: FlowDocument) -> JsonObject:
    """The flow's own settings."""
    if document.form is Form.ARCHY:
        (body,) = document.body.values()
        return {key: value for key, value in body.items() if key not in _PARTS}
    return {k: v for k, v in document.body.items() if k not in {"nodes", "edges", "name", "version"}}


def _item_name(graph: FlowGraph, node: Node) -> str:
    return _named(graph, node.item)


def _named(graph: FlowGraph, node_id: str) -> str:
    found = graph.nodes.get(node_id)
    return found.name if found is not None else node_id


def _variable_key(graph: FlowGraph, variable: Variable) -> tuple[str, str]:
    return _named(graph, variable.item or ""), variable.name.casefold()
