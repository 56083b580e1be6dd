"""What changed between two configurations of a flow, in the author's terms.

Objects are matched by id: a changed name is a rename, an action on another branch or at another
place of its sequence is a move, an expression differs by its text. What only editors change is
not a difference. Links (`nextAction`, targets of outputs) show as additions, removals and moves.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from trunkline.domain.flow.canonical import canonical_flow
from trunkline.domain.flow.compare import compare_fields
from trunkline.domain.flow.configuration import from_configuration
from trunkline.domain.flow.graph import FlowGraph, Node
from trunkline.domain.flow.vocabulary import REFERENCE_FIELDS
from trunkline.domain.json import Json, JsonObject, Path, show_path

_APART = frozenset({"flowSequenceItemList", "manifest", "variables", "name", "initialSequence"})
_ITEM_APART = frozenset({"id", "name", "actionList", "menuChoiceList", "variables", "startAction"})
_ACTION_APART = frozenset(
    {"id", "name", "nextAction", "nextActionId", "taskName", "menuName", "stateName", "pathName"}
)


class What(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    MOVED = "moved"
    CHANGED = "changed"


class Subject(StrEnum):
    FLOW = "flow"
    VARIABLE = "variable"
    ITEM = "item"
    ACTION = "action"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class FlowChange:
    """One change. `name` is the subject's name after it (before it, for a removal).

    `before` and `after` are names of a rename, places of a move (`Main / Look up: Failure`), values of a
    changed field; None where there is none. `path` is the field within the subject.
    """

    what: What
    subject: Subject
    id: str
    name: str
    path: Path = ()
    before: Json = None
    after: Json = None

    def __str__(self) -> str:
        if self.what is What.RENAMED:
            return f"{self.subject} {self.before!r} renamed to {self.after!r}"
        where = f" {show_path(self.path)}" if self.path else ""
        values = f": {self.before!r} → {self.after!r}" if self.before != self.after else ""
        return f"{self.subject} {self.name!r}{where} {self.what}{values}"


def diff_flows(before: JsonObject, after: JsonObject) -> list[FlowChange]:
    """The changes from one configuration to another: flow, variables, items, actions, references.

    Raises ValueError where one of them is no configuration.
    """
    return list(_Diff(_Side(before), _Side(after)).changes())


class _Side:
    """One of the two configurations, canonical, with its graph and its sequences."""

    def __init__(self, document: JsonObject) -> None:
        self.document = canonical_flow(document)
        self.graph: FlowGraph = from_configuration(self.document)
        self.sequences = _sequences(self.graph)
        self.places = {action: branch for branch, actions in self.sequences.items() for action in actions}

    def place(self, action: str) -> str:
        """`Main / Look up: Failure`: the item and the output that hold an action."""
        item, owner, output = self.places.get(action, ("", None, "unconnected"))
        nodes = self.graph.nodes
        name = nodes[item].name if item in nodes else item
        if owner is None or owner not in nodes:
            return f"{name} ({output})" if output else name
        way = nodes[owner].output(output)
        return f"{name} / {nodes[owner].name}: {way.label if way else output}"


_Branch = tuple[str, str | None, str]
"""Item, owner of the branch, output."""


def _sequences(graph: FlowGraph) -> dict[_Branch, list[str]]:
    """The actions of every branch in order; an action stands in one branch only."""
    branches: list[tuple[_Branch, str | None]] = [
        ((item.id, None, ""), item.body.get("startAction")) for item in graph.items()
    ]
    for action in graph.actions():
        branches += [((action.item, action.id, output.id), output.target) for output in action.outputs]
    sequences: dict[_Branch, list[str]] = {}
    seen: set[str] = set()
    for branch, first in branches:
        current = first
        while isinstance(current, str) and current in graph.nodes and current not in seen:
            seen.add(current)
            sequences.setdefault(branch, []).append(current)
            current = graph.nodes[current].body.get("nextAction")
    return sequences


class _Diff:
    def __init__(self, before: _Side, after: _Side) -> None:
        self.before = before
        self.after = after
        self.renames = _renamed_variables(before.graph, after.graph)

    def changes(self) -> Iterator[FlowChange]:
        yield from self._flow()
        yield from self._variables()
        yield from self._nodes(Subject.ITEM, self.before.graph.items(), self.after.graph.items())
        yield from self._nodes(Subject.ACTION, self.before.graph.actions(), self.after.graph.actions())
        yield from self._moves()
        yield from self._references()

    def _flow(self) -> Iterator[FlowChange]:
        old, new = self.before.document, self.after.document
        name = self.after.graph.name
        if self.before.graph.name != name:
            yield FlowChange(What.RENAMED, Subject.FLOW, "", name, (), self.before.graph.name, name)
        yield from self._changed(Subject.FLOW, "", name, _without(old, _APART), _without(new, _APART))
        if self.before.graph.start != self.after.graph.start:
            starts = [_name(side.graph, side.graph.start) for side in (self.before, self.after)]
            yield FlowChange(What.CHANGED, Subject.FLOW, "", name, ("initialSequence",), *starts)

    def _variables(self) -> Iterator[FlowChange]:
        old = {v.id: _at(self.before.document, v.path) for v in self.before.graph.variables}
        new = {v.id: _at(self.after.document, v.path) for v in self.after.graph.variables}
        yield from self._bodies(Subject.VARIABLE, old, new, lambda body: _without(body, {"id", "name"}))

    def _nodes(self, subject: Subject, old: tuple[Node, ...], new: tuple[Node, ...]) -> Iterator[FlowChange]:
        keep = _item_fields if subject is Subject.ITEM else _action_fields
        yield from self._bodies(subject, {n.id: n.body for n in old}, {n.id: n.body for n in new}, keep)

    def _bodies(
        self,
        subject: Subject,
        old: Mapping[str, JsonObject],
        new: Mapping[str, JsonObject],
        keep: Callable[[JsonObject], JsonObject],
    ) -> Iterator[FlowChange]:
        for body_id, body in old.items():
            if body_id not in new:
                yield FlowChange(What.REMOVED, subject, body_id, _title(body))
        for body_id, body in new.items():
            name = _title(body)
            if body_id not in old:
                yield FlowChange(What.ADDED, subject, body_id, name)
                continue
            earlier = old[body_id]
            if _title(earlier) != name:
                yield FlowChange(What.RENAMED, subject, body_id, name, (), _title(earlier), name)
            yield from self._changed(subject, body_id, name, keep(earlier), keep(body))

    def _changed(
        self, subject: Subject, subject_id: str, name: str, old: JsonObject, new: JsonObject
    ) -> Iterator[FlowChange]:
        for field in compare_fields(old, new, self._same_text):
            yield FlowChange(What.CHANGED, subject, subject_id, name, field.path, field.before, field.after)

    def _same_text(self, before: str, after: str) -> bool:
        """Whether two expressions say the same once renamed variables are taken into account."""
        if before == after:
            return True
        return bool(self.renames) and _rename(before, self.renames) == after

    def _moves(self) -> Iterator[FlowChange]:
        moved = self._strayed() | self._reordered()
        for action in self.after.graph.actions():
            if action.id in moved:
                places = (self.before.place(action.id), self.after.place(action.id))
                yield FlowChange(What.MOVED, Subject.ACTION, action.id, action.name, (), *places)

    def _strayed(self) -> set[str]:
        """Actions that lie on another branch than before."""
        common = self.before.graph.nodes.keys() & self.after.graph.nodes.keys()
        return {
            node
            for node in common
            if not self.after.graph.nodes[node].is_item
            and self.before.places.get(node) != self.after.places.get(node)
        }

    def _reordered(self) -> set[str]:
        """Actions that left the order of their branch: all but a longest run that kept it."""
        moved: set[str] = set()
        for branch, actions in self.after.sequences.items():
            order = {action: index for index, action in enumerate(self.before.sequences.get(branch, []))}
            kept = [action for action in actions if action in order]
            steady = _longest_increasing([order[action] for action in kept])
            moved |= {action for action in kept if order[action] not in steady}
        return moved

    def _references(self) -> Iterator[FlowChange]:
        old, new = (
            {(r.kind, r.id or r.name or ""): r for r in side.graph.manifest or ()}
            for side in (self.before, self.after)
        )
        for key, reference in old.items():
            if key not in new:
                yield FlowChange(What.REMOVED, Subject.REFERENCE, key[1], _show(key[0], reference.name))
        for key, reference in new.items():
            name = _show(key[0], reference.name)
            if key not in old:
                yield FlowChange(What.ADDED, Subject.REFERENCE, key[1], name)
            elif old[key].name != reference.name:
                yield FlowChange(
                    What.RENAMED, Subject.REFERENCE, key[1], name, (), old[key].name, reference.name
                )


def _show(kind: str, name: str | None) -> str:
    return f"{kind} {name}" if name else kind


def _name(graph: FlowGraph, node: str | None) -> str | None:
    return graph.nodes[node].name if node is not None and node in graph.nodes else node


def _title(body: JsonObject) -> str:
    name = body.get("name")
    return name if isinstance(name, str) else str(body.get("__type", ""))


def _at(document: Json, path: Path) -> JsonObject:
    for step in path:
        document = document[step]
    return document


def _without(body: JsonObject, fields: frozenset[str] | set[str]) -> JsonObject:
    return {key: value for key, value in body.items() if key not in fields}


def _item_fields(body: JsonObject) -> JsonObject:
    fields = _without(body, _ITEM_APART)
    choices = body.get("menuChoiceList")
    if isinstance(choices, list):
        fields["menuChoiceList"] = [
            _without(choice, {"action"}) for choice in choices if isinstance(choice, dict)
        ]
    return fields


def _action_fields(body: JsonObject) -> JsonObject:
    """What an action does, without its place and without names that repeat another object's."""
    fields = _without(body, _ACTION_APART)
    reference = REFERENCE_FIELDS.get(str(body.get("__type")))
    if reference is not None and body.get(reference.id_field):
        fields.pop(reference.name_field, None)
    if isinstance(fields.get("paths"), list):
        fields["paths"] = [
            _without(path, {"nextActionId"}) for path in fields["paths"] if isinstance(path, dict)
        ]
    if isinstance(fields.get("path"), dict):
        fields["path"] = _without(fields["path"], {"nextActionId"})
    return fields


def _renamed_variables(before: FlowGraph, after: FlowGraph) -> dict[str, str]:
    names = {variable.id: variable.name for variable in after.variables}
    return {
        variable.name.casefold(): names[variable.id]
        for variable in before.variables
        if names.get(variable.id, variable.name) != variable.name
    }


def _rename(text: str, renames: Mapping[str, str]) -> str:
    names = "|".join(re.escape(name) for name in renames)
    pattern = re.compile(rf"(?<![\w.])(?:{names})(?!\w)", re.IGNORECASE)
    return pattern.sub(lambda match: renames[match[0].casefold()], text)


def _longest_increasing(numbers: list[int]) -> set[int]:
    """The members of one longest increasing subsequence; the numbers are distinct."""
    tails: list[int] = []
    lengths: list[int] = []
    for number in numbers:
        at = bisect_left(tails, number)
        tails[at : at + 1] = [number]
        lengths.append(at + 1)
    members: set[int] = set()
    wanted, smallest = len(tails), len(numbers) + max(numbers, default=0)
    for number, length in zip(reversed(numbers), reversed(lengths), strict=True):
        if length == wanted and number < smallest:
            members.add(number)
            wanted, smallest = wanted - 1, number
    return members
