"""Functions on collections. Positions count from 0."""

from __future__ import annotations

from typing import Final

from trunkline.engine.expression import equality, limits
from trunkline.engine.expression.errors import ExpressionError
from trunkline.engine.expression.signatures import function, overload
from trunkline.engine.expression.values import Value


def get_at(items: tuple[Value, ...], index: int) -> Value:
    """Raises ExpressionError for a position outside of the collection."""
    if not 0 <= index < len(items):
        raise ExpressionError("index out of range")
    return items[index]


def make(*items: Value) -> tuple[Value, ...]:
    return items


def make_empty(_: Value) -> tuple[Value, ...]:
    return ()


def find(items: tuple[Value, ...], wanted: Value) -> tuple[int, ...]:
    return tuple(place for place, item in enumerate(items) if equality.same(item, wanted))


def find_first(items: tuple[Value, ...], wanted: Value) -> int:
    return next((place for place, item in enumerate(items) if equality.same(item, wanted)), -1)


def add_item(items: tuple[Value, ...], *more: Value) -> tuple[Value, ...]:
    limits.check_items(len(items) + len(more))
    return (*items, *more)


def remove_item(items: tuple[Value, ...], unwanted: Value) -> tuple[Value, ...]:
    """Without the first item that equals."""
    place = find_first(items, unwanted)
    return items if place < 0 else items[:place] + items[place + 1 :]


def remove_item_at(items: tuple[Value, ...], index: int) -> tuple[Value, ...]:
    get_at(items, index)
    return items[:index] + items[index + 1 :]


def remove_duplicates(items: tuple[Value, ...]) -> tuple[Value, ...]:
    """The first of each set of equal items."""
    if len(items) > limits.MAX_COMPARED:
        raise ExpressionError(f"collection of more than {limits.MAX_COMPARED} items")
    found: list[Value] = []
    for item in items:
        if not any(equality.same(item, other) for other in found):
            found.append(item)
    return tuple(found)


LISTS: Final = (
    function("GetAt", overload("collection:any[], index:int -> any", get_at)),
    function("Count", overload("value:any[] -> int", len)),
    function("Find", overload("list:any[], item:any~ -> int[]", find)),
    function("FindFirst", overload("list:any[], item:any~ -> int", find_first)),
    function("MakeList", overload("item:any+~ -> any[]", make)),
    function("MakeEmptyList", overload("item:any~ -> any[]", make_empty)),
    function("AddItem", overload("collection:any[], item:any+~ -> any[]", add_item)),
    function("RemoveItem", overload("collection:any[], item:any~ -> any[]", remove_item)),
    function("RemoveItemAt", overload("collection:any[], index:int -> any[]", remove_item_at)),
    function("RemoveDups", overload("collection:any[] -> any[]", remove_duplicates)),
)
