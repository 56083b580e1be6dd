"""A compiled path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import getitem

from trunkline.domain.json import Json, Path
from trunkline.engine.jsonpath.errors import EvaluationError, PathNotFound
from trunkline.engine.jsonpath.segments import (
    Filter,
    Function,
    Index,
    PathArgument,
    Property,
    Scan,
    Segment,
    Slice,
    Wildcard,
    is_definite,
)
from trunkline.engine.jsonpath.walk import run_path


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """How a path is carried out.

    `before[i]` says whether everything before token i is definite: only there an absent value is missing
    rather than nothing. `gated`: the last token follows a list step right after `..`; then of each list
    only the element that `gate` names counts (so in Jayway: `$..[0].id`, and why `$..*.id` finds little).
    """

    tokens: tuple[Segment, ...]
    before: tuple[bool, ...]
    definite: bool
    gated: bool
    gate: int | None

    def with_children(self) -> Plan:
        """The plan that goes on to the children of what this one finds, as definite as this one."""
        tokens = (*self.tokens, Wildcard())
        return Plan(tokens, _upstream(tokens), self.definite, _is_gated(tokens), self.gate)


def make_plan(segments: tuple[Segment, ...]) -> Plan:
    """The plan for a path as written."""
    if segments and isinstance(segments[0], Scan) and isinstance(segments[-1], Function):
        return _inverted(segments)
    return _straight(segments)


def _straight(tokens: tuple[Segment, ...]) -> Plan:
    before = _upstream(tokens)
    definite = not tokens or (before[-1] and is_definite(tokens[-1], last=True))
    return Plan(tokens, before, definite, _is_gated(tokens), _gate(tokens))


def _inverted(segments: tuple[Segment, ...]) -> Plan:
    """`$..path.function()` as `$.function($..path)`; its own arguments are lost."""
    at, function = next((i, token) for i, token in enumerate(segments) if isinstance(token, Function))
    argument = PathArgument(JsonPath("$…", True, segments[:at]))
    tokens = (Function(function.name, (argument,)), *segments[at + 1 :])
    definite = _straight(tokens).definite
    return Plan(tokens, (True, *[False] * (len(tokens) - 1)), definite, False, None)


def _upstream(tokens: tuple[Segment, ...]) -> tuple[bool, ...]:
    found: list[bool] = []
    definite = True
    for token in tokens:
        found.append(definite)
        definite = definite and is_definite(token, last=False)
    return tuple(found)


def _is_gated(tokens: tuple[Segment, ...]) -> bool:
    if len(tokens) < 3 or not isinstance(tokens[-3], Scan):
        return False
    last = tokens[-1]
    names_one = isinstance(last, Wildcard) or (isinstance(last, Property) and len(last.names) == 1)
    return names_one and isinstance(tokens[-2], Index | Slice | Wildcard | Filter)


def _gate(tokens: tuple[Segment, ...]) -> int | None:
    before_last = tokens[-2] if len(tokens) > 1 else None
    if isinstance(before_last, Index) and len(before_last.indexes) == 1 and before_last.indexes[0] >= 0:
        return before_last.indexes[0]
    return None


class JsonPath:
    """A path, ready to be evaluated on any number of documents, by any number of threads.

    `segments` are its parts as written; `definite`: it yields one value, not a list; `from_root` is False
    for a path that starts with `@`; `steps` are the names and indexes of a path made of nothing else, `keys`
    the names of one made of names alone.
    """

    __slots__ = ("definite", "from_root", "keys", "plan", "segments", "steps", "text")

    def __init__(self, text: str, from_root: bool, segments: tuple[Segment, ...]) -> None:
        self.text = text
        self.from_root = from_root
        self.segments = segments
        self.plan = make_plan(segments)
        self.definite = self.plan.definite
        prefix = self.prefix()
        self.steps = prefix if len(prefix) == len(segments) else None
        names = tuple(step for step in prefix if isinstance(step, str))
        self.keys = names if self.steps is not None and names == prefix else None

    def __repr__(self) -> str:
        return f"JsonPath({self.text!r})"

    def evaluate(self, document: Json) -> Json:
        """The value at the path; a list of values if the path is indefinite.

        Values are the document's own, not copies. Raises PathNotFound (a LookupError) where the definite
        path or prefix is missing, EvaluationError (a ValueError) where the path fails on the document,
        takes too many steps or needs too much depth.
        """
        if self.keys is None or document is None:
            return self._carry_out(document)
        try:
            return reduce(getitem, self.keys, document)
        except (KeyError, TypeError):
            raise PathNotFound(f"The document has nothing at {self.text}") from None

    def _carry_out(self, document: Json) -> Json:
        if document is None:
            raise EvaluationError("There is no document: the root is null")
        try:
            return run_path(self, document)
        except RecursionError:
            raise EvaluationError("The path needs too much depth on this document") from None

    def prefix(self) -> Path:
        """The leading steps that go to one place: `("a", 0)` of `$.a[0]..b`."""
        steps: list[str | int] = []
        for segment in self.segments:
            if isinstance(segment, Property) and len(segment.names) == 1:
                steps.append(segment.names[0])
            elif isinstance(segment, Index) and len(segment.indexes) == 1:
                steps.append(segment.indexes[0])
            else:
                break
        return tuple(steps)

    def names(self) -> Iterator[str]:
        """Every property name the path visits, in order, those in filters and arguments included."""
        for segment in self.segments:
            if isinstance(segment, Property):
                yield from segment.names
            elif isinstance(segment, Filter):
                for path in segment.paths():
                    yield from path.names()
            elif isinstance(segment, Function):
                for argument in segment.arguments:
                    if isinstance(argument, PathArgument):
                        yield from argument.path.names()
