"""What one leaf says of a whole Arrow column: true, false, or null for unknown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from trunkline.domain.condition import FieldType, Operator
from trunkline.domain.json import Json
from trunkline.engine.condition.bits import all_rows, to_list
from trunkline.engine.condition.columnar.arrow import pc
from trunkline.engine.condition.columnar.rows import values_of
from trunkline.engine.condition.columnar.views import View
from trunkline.engine.condition.leaf import LeafTest

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KERNELS: dict[Operator, Callable[[Any, Any], Any]] = {
    Operator.EQUALS: pc.equal,
    Operator.NOT_EQUALS: pc.not_equal,
    Operator.GREATER_THAN: pc.greater,
    Operator.GREATER_OR_EQUAL: pc.greater_equal,
    Operator.LESS_THAN: pc.less,
    Operator.LESS_OR_EQUAL: pc.less_equal,
    Operator.CONTAINS: pc.match_substring,
    Operator.STARTS_WITH: pc.starts_with,
}


def is_set(test: LeafTest, array: Any) -> Any:
    """IS_SET of a column."""
    return array.is_valid() if test.operand else array.is_null()


def compared(test: LeafTest, array: Any, seen: View | None) -> Any:
    """Any other leaf. `seen` is the column as the leaf's type, if a column can be."""
    given = None if seen is None else _operand(test, seen)
    if seen is None or given is None:
        return one_by_one(test, values_of(array))
    if test.leaf.operator is Operator.IN:
        found = _among(seen.values, given)
    else:
        found = _KERNELS[test.leaf.operator](seen.values, given)
    if seen.odd is None or not pc.any(seen.odd).as_py():
        return found
    others = one_by_one(test, values_of(array.filter(seen.odd)))
    return pc.replace_with_mask(found, seen.odd, others)


def one_by_one(test: LeafTest, values: list[Json]) -> Any:
    """Every value asked as a row's would be."""
    truths = test.column(values, all_rows(len(values)))
    return pa.array(to_list(truths, len(values)), pa.bool_())


def _among(values: Any, given: list[Any]) -> Any:
    found = pc.equal(values, given[0])
    for each in given[1:]:
        found = pc.or_(found, pc.equal(values, each))
    return found


def _operand(test: LeafTest, seen: View) -> Any:
    """The literal as the column has its values; None where it has no such value."""
    if test.leaf.operator is Operator.IN:
        each = [_converted(value, test.kind) for value in test.operand]
        return None if None in each else each
    if test.leaf.operator in (Operator.CONTAINS, Operator.STARTS_WITH):
        return test.operand if _encodable(test.operand) else None
    return _converted(test.operand, test.kind)


def _converted(value: Any, kind: FieldType) -> Any:
    match kind:
        case FieldType.STRING:
            return pa.scalar(value, pa.string()) if _encodable(value) else None
        case FieldType.DATE:
            return pa.scalar((value - _EPOCH) // timedelta(microseconds=1), pa.int64())
        case FieldType.BOOLEAN:
            return pa.scalar(value, pa.bool_())
        case _:
            return pa.scalar(_float(value), pa.float64())


def _float(value: int | float) -> float:
    """Rounded where it is too big to be exact: no number of a view is as big."""
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def _encodable(text: str) -> bool:
    """Whether a text is Unicode; half a surrogate pair is not, and no column holds one."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
