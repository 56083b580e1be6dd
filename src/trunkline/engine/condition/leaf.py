"""What one leaf says of one value, and of a whole column of them."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

from trunkline.domain.condition import FieldType, Leaf, Operator
from trunkline.domain.condition.literals import CONVERT, operand
from trunkline.domain.json import Json
from trunkline.engine.condition.bits import Truths

_COMPARE: dict[Operator, Callable[[Any, Any], bool]] = {
    Operator.EQUALS: operator.eq,
    Operator.NOT_EQUALS: operator.ne,
    Operator.GREATER_THAN: operator.gt,
    Operator.GREATER_OR_EQUAL: operator.ge,
    Operator.LESS_THAN: operator.lt,
    Operator.LESS_OR_EQUAL: operator.le,
    Operator.IN: lambda value, values: value in values,
    Operator.CONTAINS: lambda value, part: part in value,
    Operator.STARTS_WITH: lambda value, start: value.startswith(start),
}
_PLAIN: dict[FieldType, frozenset[type]] = {
    FieldType.STRING: frozenset({str}),
    FieldType.INTEGER: frozenset({int}),
    FieldType.NUMBER: frozenset({int, float}),
    FieldType.BOOLEAN: frozenset({bool}),
    FieldType.DATE: frozenset(),
}
"""Types of values that compare as they are."""


def _finite(values: Sequence[Any], types: set[type]) -> bool:
    """Whether no value is infinite or no number; False may also mean that they are very big."""
    if float not in types:
        return True
    try:
        return math.isfinite(sum(values))
    except OverflowError:
        return False


class LeafTest:
    """A leaf made ready, `operand` from its literal. Raises ValueError where that does not fit the type."""

    def __init__(self, leaf: Leaf, kind: FieldType) -> None:
        self.leaf = leaf
        self.kind = kind
        self.operand: Any = operand(leaf, kind)
        self._convert = CONVERT[kind]

    def one(self, value: Json) -> bool | None:
        """True, False, or None where the value is absent or not of the field's type."""
        if self.leaf.operator is Operator.IS_SET:
            return (value is not None) == self.operand
        converted = None if value is None else self._convert(value)
        return None if converted is None else _COMPARE[self.leaf.operator](converted, self.operand)

    def column(self, values: Sequence[Json], everywhere: int) -> Truths:
        """The same of every value of a column; `everywhere` has all its rows."""
        types = set(map(type, values))
        if (
            self.leaf.operator is not Operator.IS_SET
            and types <= _PLAIN[self.kind]
            and _finite(values, types)
        ):
            true = int.from_bytes(bytes(self._plain(values)), "little")
            return Truths(true, everywhere ^ true)
        return self._looked_at(values, types, everywhere)

    def _plain(self, values: Sequence[Any]) -> list[bool]:
        """Comparisons written out: a call for each value would cost more than the comparison."""
        other = self.operand
        match self.leaf.operator:
            case Operator.EQUALS:
                return [value == other for value in values]
            case Operator.NOT_EQUALS:
                return [value != other for value in values]
            case Operator.GREATER_THAN:
                return [value > other for value in values]
            case Operator.GREATER_OR_EQUAL:
                return [value >= other for value in values]
            case Operator.LESS_THAN:
                return [value < other for value in values]
            case Operator.LESS_OR_EQUAL:
                return [value <= other for value in values]
            case Operator.IN:
                return [value in other for value in values]
            case Operator.CONTAINS:
                return [other in value for value in values]
            case _:
                return [value.startswith(other) for value in values]

    def _looked_at(self, values: Sequence[Json], types: set[type], everywhere: int) -> Truths:
        """Each value converted; equal values once, where equal ones mean the same (1 and True do not)."""
        hashable = types <= {str, int, float, type(None)} or types <= {str, bool, type(None)}
        code = _Memo(self._code).__getitem__ if hashable else self._code
        codes = int.from_bytes(bytes(map(code, values)), "little")
        return Truths(codes & everywhere, codes >> 1 & everywhere)

    def _code(self, value: Json) -> int:
        result = self.one(value)
        return 0 if result is None else 1 if result else 2


class _Memo(dict[Any, int]):
    """Answers that were worked out before."""

    def __init__(self, work_out: Callable[[Any], int]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, value: Any) -> int:
        answer = self._work_out(value)
        if len(self) < 100_000:
            self[value] = answer
        return answer
