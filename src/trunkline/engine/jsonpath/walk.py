"""Carrying out a plan on a document.

A path is followed token by token; a token that fans out goes on from each of its values, depth first, as
Jayway does, so that results and failures come in the same order.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from functools import reduce
from operator import getitem
from typing import TYPE_CHECKING, Any, Final

from trunkline.domain.json import Json
from trunkline.engine.jsonpath.errors import (
    EvaluationError,
    LimitExceeded,
    OutOfRange,
    PathNotFound,
    Rejected,
)
from trunkline.engine.jsonpath.functions import KeySet, call, plain
from trunkline.engine.jsonpath.segments import (
    Filter,
    Function,
    Index,
    Property,
    Scan,
    Segment,
    Slice,
    Wildcard,
    is_definite,
)
from trunkline.engine.jsonpath.values import CONTAINERS, UNDEFINED

if TYPE_CHECKING:
    from trunkline.engine.jsonpath.path import JsonPath, Plan

MAX_STEPS = 2_000_000
"""Values that one evaluation may look at."""


class _Nothing(Enum):
    NOTHING = 0


NOTHING: Final = _Nothing.NOTHING
"""An indefinite path leads nowhere here."""


class Shared:
    """What all evaluations within one share: the steps left, and the list places met by gated plans."""

    __slots__ = ("left", "places")

    def __init__(self) -> None:
        self.left = MAX_STEPS
        self.places: dict[Plan, int] = {}


def run_path(path: JsonPath, document: Json) -> Json:
    """Evaluate `path` on a document that is not null."""
    if path.steps is not None:
        return _found(path, look_up(path, document))
    return plain(Evaluation(document, Shared(), strict=False).run(path.plan, document))


def look_up(path: JsonPath, node: Any) -> Any:
    """The value at the end of a path of plain steps, or NOTHING."""
    try:
        if path.keys is not None:
            return reduce(getitem, path.keys, node)
        for step in path.steps or ():
            if isinstance(node, str):
                return NOTHING
            node = node[step]
    except (LookupError, TypeError):
        return NOTHING
    return node


def _found(path: JsonPath, value: Any) -> Any:
    if value is NOTHING:
        raise PathNotFound(f"The document has nothing at {path.text}")
    return value


class Evaluation:
    """One root document on the way through paths, filters and functions.

    `strict`: inside an existence test, where every absent property is missing.
    """

    __slots__ = ("cached", "root", "shared", "strict")

    def __init__(self, root: Json, shared: Shared, *, strict: bool) -> None:
        if root is None:
            raise EvaluationError("There is no document: the root is null")
        self.root = root
        self.shared = shared
        self.strict = strict
        self.cached: dict[JsonPath, Any] = {}

    def spend(self, steps: int) -> None:
        """Count steps. Raises LimitExceeded when none are left."""
        self.shared.left -= steps
        if self.shared.left < 0:
            raise LimitExceeded(f"The path takes more than {MAX_STEPS} steps on this document")

    def run(self, plan: Plan, document: Json) -> Any:
        """The value of a plan from `document`. Raises PathNotFound when a definite one has none."""
        walk = _Walk(self, plan)
        walk.go(0, document)
        if not plan.definite:
            return walk.results
        if not walk.results:
            raise PathNotFound("The document has nothing at the path")
        return walk.results[-1]

    def value(self, path: JsonPath, document: Json) -> Any:
        """The value of a path on `document`, with this root."""
        if path.steps is not None:
            return _found(path, look_up(path, document))
        self.spend(1)
        return Evaluation(self.root, self.shared, strict=self.strict).run(path.plan, document)

    def operand(self, path: JsonPath, item: Json) -> Any:
        """The value of a filter's path: from the item, or from the root (once for all items).

        UNDEFINED where the path misses.
        """
        if path.from_root:
            if path not in self.cached:
                self.cached[path] = self._operand(path, self.root)
            return self.cached[path]
        if path.steps is not None:
            found = look_up(path, item)
            return UNDEFINED if found is NOTHING else found
        return self._operand(path, item)

    def _operand(self, path: JsonPath, start: Json) -> Any:
        try:
            found = self.value(path, start)
        except PathNotFound:
            return UNDEFINED
        if isinstance(found, KeySet):
            raise EvaluationError("The result of keys() cannot be compared")
        return found

    def exists(self, path: JsonPath, item: Json) -> bool:
        """Whether the path leads somewhere from the item; an empty list is somewhere."""
        if path.steps is not None:
            return look_up(path, item) is not NOTHING
        try:
            Evaluation(self.root, self.shared, strict=True).value(path, item)
        except PathNotFound:
            return False
        return True

    def children(self, path: JsonPath, document: Json) -> Any:
        """The children of what a path finds from `document`, which is then its root too."""
        plan = path.plan
        inner = Evaluation(document, self.shared, strict=self.strict)
        if plan.tokens and not isinstance(plan.tokens[-1], Function):
            plan = plan.with_children()
        return inner.run(plan, document)

    def accepts(self, token: Filter, item: Json) -> bool:
        """Whether the filter holds for the item."""
        self.spend(1)
        try:
            return token.expression.test(item, self)
        except Rejected:
            return False


class _Walk:
    """One plan being carried out; `results` grows."""

    __slots__ = ("count", "evaluation", "plan", "results", "tokens")

    def __init__(self, evaluation: Evaluation, plan: Plan) -> None:
        self.evaluation = evaluation
        self.plan = plan
        self.tokens = plan.tokens
        self.count = len(plan.tokens)
        self.results: list[Any] = []

    def go(self, at: int, node: Any) -> None:
        """Go on from `node` with token `at` and those after it."""
        in_list = False
        self.evaluation.spend(1)
        try:
            while at < self.count:
                token = self.tokens[at]
                if isinstance(token, Property) and len(token.names) == 1:
                    node = self._property(token.names[0], at, node)
                elif isinstance(token, Index) and len(token.indexes) == 1:
                    node = self._index(token.indexes[0], at, node)
                    in_list = True
                elif isinstance(token, Function):
                    node = call(self.evaluation, token, node)
                    if at + 1 < self.count:
                        self.results.append(node)
                else:
                    self._fan_out(token, at, node)
                    return
                if node is NOTHING:
                    return
                at += 1
        except OutOfRange:
            if not in_list:
                raise
            return
        self.results.append(node)

    def _property(self, name: str, at: int, node: Any) -> Any:
        if not isinstance(node, dict):
            return self._absent(at)
        if name in node:
            last = at + 1 == self.count
            return NOTHING if last and self._gated_out() else node[name]
        if self.evaluation.strict or (self.plan.before[at] and at + 1 < self.count):
            raise PathNotFound("A property is missing")
        return NOTHING

    def _absent(self, at: int) -> Any:
        """What a token yields on a value of the wrong kind."""
        if self.plan.before[at]:
            raise PathNotFound("A value on the way is of another kind, or null")
        return NOTHING

    def _index(self, index: int, at: int, node: Any) -> Any:
        if not isinstance(node, list):
            return self._absent(at)
        return node[index] if -len(node) <= index < len(node) else NOTHING

    def _gated_out(self) -> bool:
        plan = self.plan
        if not plan.gated:
            return False
        place = self.evaluation.shared.places.get(plan, -1)
        return place != -1 and place != plan.gate

    def _fan_out(self, token: Segment, at: int, node: Any) -> None:
        if isinstance(token, Property):
            self._properties(token, at, node)
        elif isinstance(token, Wildcard):
            self._wildcard(at, node)
        elif isinstance(token, Filter):
            self._filter(token, at, node)
        elif isinstance(token, Scan):
            self._scan(at + 1, node)
        elif isinstance(token, Index | Slice):
            self._elements(token, at, node)

    def _properties(self, token: Property, at: int, node: Any) -> None:
        if not isinstance(node, dict):
            self._absent(at)
            return
        merged: dict[str, Any] = {}
        last = at + 1 == self.count
        for name in token.names:
            if name not in node:
                if self.evaluation.strict:
                    raise PathNotFound("A property is missing")
            elif last:
                merged[name] = node[name]
            else:
                self.go(at + 1, node[name])
        if last:
            self.results.append(merged)

    def _wildcard(self, at: int, node: Any) -> None:
        if isinstance(node, dict):
            self._values(at, node)
        elif isinstance(node, list):
            if at + 1 == self.count:
                self._take(node)
                return
            for item in node:
                try:
                    self._element(at + 1, item)
                except PathNotFound:
                    if self.evaluation.strict:
                        raise

    def _values(self, at: int, node: dict[str, Any]) -> None:
        if at + 1 == self.count:
            if not self._gated_out():
                self._take(list(node.values()))
            return
        for value in node.values():
            self.go(at + 1, value)

    def _take(self, found: list[Any]) -> None:
        self.evaluation.spend(len(found))
        self.results.extend(found)

    def _element(self, at: int, item: Any) -> None:
        """Go on from an element of a list; what is out of range below it counts as nothing."""
        if at == self.count:
            self.evaluation.spend(1)
            self.results.append(item)
            return
        try:
            self.go(at, item)
        except OutOfRange:
            return

    def _elements(self, token: Index | Slice, at: int, node: Any) -> None:
        if not isinstance(node, list):
            self._absent(at)
            return
        length = len(node)
        chosen = token.indexes if isinstance(token, Index) else token.indexes(length)
        for index in chosen:
            if -length <= index < length:
                self._element(at + 1, node[index])

    def _filter(self, token: Filter, at: int, node: Any) -> None:
        evaluation = self.evaluation
        if isinstance(node, dict):
            if evaluation.accepts(token, node):
                self.go(at + 1, node)
        elif isinstance(node, list):
            for item in node:
                if evaluation.accepts(token, item):
                    self._element(at + 1, item)
        elif self.plan.before[at]:
            raise Rejected("A filter cannot be applied to a text, a number, true, false or null")

    def _scan(self, at: int, node: Any) -> None:
        """Look for token `at` in every object and list from `node` down, parents before children."""
        if at == self.count:
            raise EvaluationError(".. must be followed by what to look for")
        token = self.tokens[at]
        if isinstance(token, Property) and len(token.names) == 1 and at + 1 == self.count:
            self._scan_for(token.names[0], node)
            return
        for found in self._containers(node):
            if self._wanted(at, found):
                if isinstance(found, dict):
                    self.go(at, found)
                else:
                    self._scan_list(at, found)

    def _scan_for(self, name: str, node: Any) -> None:
        """`..name` at the end of a path."""
        results = self.results
        for found in self._containers(node):
            if isinstance(found, dict) and name in found:
                results.append(found[name])

    def _containers(self, node: Any) -> Iterator[dict[str, Any] | list[Any]]:
        """Every object and list from `node` down, parents before children, in document order."""
        if not isinstance(node, CONTAINERS):
            return
        stack: list[dict[str, Any] | list[Any]] = [node]
        spend = self.evaluation.spend
        while stack:
            found = stack.pop()
            yield found
            children = found.values() if isinstance(found, dict) else found
            spend(len(children))
            inner = [child for child in children if isinstance(child, CONTAINERS)]
            inner.reverse()
            stack += inner

    def _wanted(self, at: int, node: Any) -> bool:
        """Whether the token sought can be carried out on an object or list met by a scan."""
        token = self.tokens[at]
        if isinstance(token, Property):
            if not isinstance(node, dict):
                return False
            single = is_definite(token, last=at + 1 == self.count)
            return not single or all(name in node for name in token.names)
        if isinstance(token, Index | Slice):
            return isinstance(node, list)
        if isinstance(token, Filter):
            return self.evaluation.accepts(token, node)
        return isinstance(token, Wildcard)

    def _scan_list(self, at: int, node: list[Any]) -> None:
        """A list met by a scan: unless the token is the last, it is skipped for every element."""
        if at + 1 == self.count:
            self.go(at, node)
            return
        places = self.evaluation.shared.places
        gated = self.plan.gated and at == self.count - 2
        for place, item in enumerate(node):
            if gated:
                places[self.plan] = place
            self.go(at + 1, item)
