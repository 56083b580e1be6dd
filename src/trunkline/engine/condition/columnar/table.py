"""A condition over a table: each leaf over its column, the results joined column by column."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pyarrow as pa

from trunkline.domain.condition import FieldType, Join, Leaf, Node, Operator
from trunkline.domain.json import Json
from trunkline.engine.condition.columnar.arrow import pc
from trunkline.engine.condition.columnar.leaf import compared, is_set, one_by_one
from trunkline.engine.condition.columnar.rows import values_of
from trunkline.engine.condition.columnar.views import View, view
from trunkline.engine.condition.leaf import LeafTest

BATCH = 65_536
"""Rows worked on at a time."""


def table_truths(tree: Node, tests: Mapping[Leaf, LeafTest], table: Any) -> Any:
    """True, false or null (unknown) for each row of a Table or RecordBatch, as a BooleanArray.

    Batches are worked on in as many threads as there are processors: Arrow lets them run side by side.
    """
    batches = [table] if isinstance(table, pa.RecordBatch) else table.to_batches(max_chunksize=BATCH)
    if len(batches) == 1:
        return _batch_truths(tree, tests, batches[0])
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(partial(_batch_truths, tree, tests), batches))
    return pa.concat_arrays([pa.array([], pa.bool_()), *found])


def _batch_truths(tree: Node, tests: Mapping[Leaf, LeafTest], batch: Any) -> Any:
    read = Columns(batch)
    found = {leaf: read.truths(test) for leaf, test in tests.items()}

    def truths(node: Node) -> Any:
        if isinstance(node, Leaf):
            return found[node]
        return _joined(node.join, map(truths, node.children), batch.num_rows)

    return truths(tree)


def _joined(join: Join, children: Iterable[Any], count: int) -> Any:
    """AND, OR and NOT of Kleene. Nothing at all is true under AND, false under OR."""
    join_two: Callable[[Any, Any], Any] = pc.or_kleene if join is Join.OR else pc.and_kleene
    result = None
    for child in children:
        result = child if result is None else join_two(result, child)
    if result is None:
        result = pa.repeat(pa.scalar(join is not Join.OR), count)
    return pc.invert(result) if join is Join.NOT else result


class Columns:
    """The columns of one batch, each found and converted once."""

    def __init__(self, batch: Any) -> None:
        self._batch = batch
        self._at = {name: index for index, name in enumerate(batch.schema.names)}
        self._found: dict[tuple[str, str], Any] = {}
        self._views: dict[tuple[str, str, FieldType], View | None] = {}

    def truths(self, test: LeafTest) -> Any:
        """A leaf over its column."""
        leaf = test.leaf
        key = (leaf.dataset, leaf.name)
        if key not in self._found:
            self._found[key] = self._column(*key)
        array = self._found[key]
        if isinstance(array, list):
            return one_by_one(test, array)
        if leaf.operator is Operator.IS_SET:
            return is_set(test, array)
        if pa.types.is_dictionary(array.type):
            return compared(test, array.dictionary, view(array.dictionary, test.kind)).take(array.indices)
        if (*key, test.kind) not in self._views:
            self._views[*key, test.kind] = view(array, test.kind)
        return compared(test, array, self._views[*key, test.kind])

    def _column(self, dataset: str, name: str) -> Any:
        """The values of a field, as `value_of` finds them; a list where they are of several types."""
        whole = self._named(f"{dataset}.{name}")
        nested, plain = self._named(dataset), self._named(name)
        if nested is not None and pa.types.is_struct(nested.type):
            has = nested.type.get_field_index(name) >= 0
            inner = pc.struct_field(nested, name) if has else pa.nulls(len(nested))
            plain = inner if plain is None else _first(inner, plain, nested.is_valid())
        if whole is None:
            return pa.nulls(self._batch.num_rows) if plain is None else plain
        if plain is None:
            return whole
        return _first(whole, plain, _valid(whole))

    def _named(self, name: str) -> Any | None:
        if name not in self._at:
            return None
        return _plain(self._batch.column(self._at[name]))


def _valid(values: Any) -> Any:
    return pa.array([each is not None for each in values]) if isinstance(values, list) else values.is_valid()


def _first(one: Any, other: Any, take_one: Any) -> Any:
    """Values of one column or else of another."""
    if not isinstance(one, list) and not isinstance(other, list) and one.type == other.type:
        if not pa.types.is_dictionary(one.type):
            return pc.if_else(take_one, one, other)
    pairs = zip(_list(one), _list(other), take_one.to_pylist(), strict=True)
    return [first if take else second for first, second, take in pairs]


def _list(values: Any) -> list[Json]:
    return values if isinstance(values, list) else values_of(values)


def _plain(array: Any) -> Any:
    """A column without encodings that only save space, but for a small dictionary without nulls."""
    if isinstance(array, pa.ExtensionArray):
        return array
    if pa.types.is_run_end_encoded(array.type):
        array = pc.run_end_decode(array)
    if pa.types.is_dictionary(array.type) and (
        array.dictionary.null_count or len(array.dictionary) > len(array)
    ):
        array = array.dictionary_decode()
    return array.cast(pa.string()) if array.type == pa.string_view() else array
