"""Evaluating conditions over rows: three-valued (Kleene), with a trace, or a million rows at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from trunkline.domain.condition import Branch, Catalogue, FieldType, Join, Leaf, Node, leaves
from trunkline.domain.condition.literals import guessed_type
from trunkline.domain.json import Json, Path
from trunkline.engine.condition.bits import Truths, all_rows, joined, to_list
from trunkline.engine.condition.leaf import LeafTest
from trunkline.engine.condition.rows import Columns, Row, value_of

CHUNK = 8_192
"""Rows worked on at a time: few enough to stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class LeafTrace:
    """What a leaf found: the value of its field (None: absent) and what it made of it."""

    leaf: Leaf
    value: Json
    result: bool | None

    @property
    def path(self) -> Path:
        return self.leaf.path


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One row. `leaves` has every leaf in the order of the tree, `deciding` the fewest that settle it."""

    result: bool | None
    leaves: tuple[LeafTrace, ...]
    deciding: tuple[LeafTrace, ...]


class Program:
    """A condition made ready to be evaluated.

    Types come from the catalogue; a field that it does not know is compared as its literal looks. Raises
    ValueError where a literal does not fit its field.
    """

    def __init__(self, tree: Node, catalogue: Catalogue | None = None) -> None:
        self.tree = tree
        known = catalogue or Catalogue()
        self._tests: dict[Leaf, LeafTest] = {}
        for leaf in leaves(tree):
            kind = known.type_of(leaf.dataset, leaf.name) or guessed_type(leaf)
            self._tests.setdefault(leaf, LeafTest(leaf, kind))

    def one(self, row: Row) -> Evaluation:
        """One row, with its trace."""
        result, deciding, seen = self._explained(self.tree, row)
        return Evaluation(result, seen, deciding)

    def many(self, rows: Iterable[Row]) -> list[bool | None]:
        """A value for each row."""
        results: list[bool | None] = []
        for chunk in _chunks(rows):
            results += to_list(self._truths(chunk), len(chunk))
        return results

    def table(self, table: Any) -> Any:
        """What `many` says of its rows, of a pyarrow Table or RecordBatch: a BooleanArray, null is unknown.

        Much quicker than rows, with the same answers: numbers are those of JSON, moments ISO 8601 in UTC.
        Needs the extra `columns`.
        """
        from trunkline.engine.condition.columnar import table_truths

        return table_truths(self.tree, self._tests, table)

    @property
    def fields(self) -> dict[tuple[str, str], set[FieldType]]:
        """Data set and name of every field that is read, and the types it is compared as."""
        found: dict[tuple[str, str], set[FieldType]] = {}
        for leaf, test in self._tests.items():
            found.setdefault((leaf.dataset, leaf.name), set()).add(test.kind)
        return found

    def _truths(self, rows: Sequence[Row]) -> Truths:
        everywhere = all_rows(len(rows))
        read = Columns(rows)
        columns: dict[tuple[str, str], list[Json]] = {}
        found: dict[Leaf, Truths] = {}
        for leaf, test in self._tests.items():
            key = (leaf.dataset, leaf.name)
            if key not in columns:
                columns[key] = read.of(*key)
            found[leaf] = test.column(columns[key], everywhere)

        def truths(node: Node) -> Truths:
            if isinstance(node, Leaf):
                return found[node]
            return joined(node, map(truths, node.children), everywhere)

        return truths(self.tree)

    def _explained(
        self, node: Node, row: Row
    ) -> tuple[bool | None, tuple[LeafTrace, ...], tuple[LeafTrace, ...]]:
        """Result, deciding leaves, all leaves."""
        if isinstance(node, Leaf):
            value = value_of(row, node.dataset, node.name)
            trace = LeafTrace(node, value, self._tests[node].one(value))
            return trace.result, (trace,), (trace,)
        parts = [self._explained(child, row) for child in node.children]
        result = _joined(node, [part[0] for part in parts])
        seen = tuple(trace for part in parts for trace in part[2])
        inner = None if result is None or node.join is not Join.NOT else not result
        wanted = inner if node.join is Join.NOT else result
        settling = [part[1] for part in parts if part[0] is wanted]
        alone = wanted is (node.join is Join.OR)
        if alone and settling:
            return result, min(settling, key=len), seen
        return result, tuple(trace for part in settling for trace in part), seen


def _joined(node: Branch, results: list[bool | None]) -> bool | None:
    if node.join is Join.OR:
        return True if True in results else None if None in results else False
    both = False if False in results else None if None in results else True
    return not both if node.join is Join.NOT and both is not None else both


def _chunks(rows: Iterable[Row]) -> Iterator[Sequence[Row]]:
    waiting = iter(rows)
    while chunk := list(islice(waiting, CHUNK)):
        yield chunk


def evaluate(tree: Node, rows: Iterable[Row], catalogue: Catalogue | None = None) -> list[bool | None]:
    """True, False or None (unknown) for each row; see `Program`."""
    return Program(tree, catalogue).many(rows)
