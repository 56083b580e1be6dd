"""Equality and order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from trunkline.engine.expression import collation, equality
from trunkline.engine.expression.functions import money
from trunkline.engine.expression.signatures import Function, Implementation, Overload, function, overload
from trunkline.engine.expression.values import Currency, JsonValue, NotSet, Value


def all_equal(first: Value, *others: Value) -> bool:
    return all(equality.same(first, other) for other in others)


def all_equal_texts(ignore_case: bool, first: Value, *others: Value) -> bool:
    """Texts, or collections of texts, compared with or without case."""
    if ignore_case:
        return all_equal(_folded(first), *map(_folded, others))
    return all_equal(first, *others)


def _folded(value: Value) -> Value:
    if isinstance(value, tuple):
        return tuple(_folded(item) for item in value)
    return value.casefold() if isinstance(value, str) else value


def different(a: Value, b: Value) -> bool:
    return not equality.same(a, b)


def is_not_set_or_empty(value: Value) -> bool:
    """True for NOT_SET, empty text, an empty collection, and a JSON value that is one of these."""
    if isinstance(value, JsonValue):
        return value.value is None or value.value in ("", [])
    return isinstance(value, NotSet) or value in ("", ())


def is_set(value: Value) -> bool:
    return not isinstance(value, NotSet)


_EQUALITIES: Final = (
    "valueToCompare:any~, valueToCompareTo:any~",
    "valueToCompare:dec~, valueToCompareTo:int~",
    "valueToCompare:int~, valueToCompareTo:dec~",
    "valueToCompare:int[]~, valueToCompareTo:dec[]~",
    "valueToCompare:dec[]~, valueToCompareTo:int[]~",
    "valueToCompare:phn~, valueToCompareTo:phn~",
    "valueToCompare:any[]~, valueToCompareTo:any[]~",
)
_ORDERED: Final = (
    ("int", "dec"),
    ("dec", "int"),
    *((one, one) for one in ("cur", "dtm", "dec", "dur", "int", "str")),
)

_Test = Callable[[int], bool]


def _order(a: Any, b: Any) -> int:
    if isinstance(a, Currency):
        return money.compared(a, b)
    if isinstance(a, str):
        return collation.compare(a, b)
    return (a > b) - (a < b)


def _ordering(test: _Test) -> tuple[Overload, ...]:
    def compared(a: Value, b: Value) -> bool:
        return test(_order(a, b))

    return tuple(overload(f"valueToCompare:{a}, valueToCompareTo:{b} -> bln", compared) for a, b in _ORDERED)


def _equality(implementation: Implementation) -> tuple[Overload, ...]:
    return tuple(overload(f"{operands} -> bln", implementation) for operands in _EQUALITIES)


COMPARING: Final[tuple[Function, ...]] = (
    function("==", *_equality(equality.same)),
    function("!=", *_equality(different)),
    function(">", *_ordering(lambda order: order > 0)),
    function(">=", *_ordering(lambda order: order >= 0)),
    function("<", *_ordering(lambda order: order < 0)),
    function("<=", *_ordering(lambda order: order <= 0)),
)

EQUALITY: Final[tuple[Function, ...]] = (
    function(
        "AreEqual",
        overload("valueToCompare:any~, valueToCompareTo:any+~ -> bln", all_equal),
        overload("valueToCompare:any[], valueToCompareTo:any[] -> bln", all_equal),
        overload("ignoreCase:bln, valueToCompare:str~, valueToCompareTo:str+~ -> bln", all_equal_texts),
        overload("ignoreCase:bln, valueToCompare:str[], valueToCompareTo:str[] -> bln", all_equal_texts),
    ),
    function(
        "IsNotSetOrEmpty",
        overload("item:any~ -> bln", is_not_set_or_empty),
        overload("collection:any[] -> bln", is_not_set_or_empty),
        overload("item:nts~ -> bln", is_not_set_or_empty),
    ),
    function(
        "IsSet",
        overload("item:any~ -> bln", is_set),
        overload("item:nts~ -> bln", is_set),
    ),
)
