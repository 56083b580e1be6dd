"""When two values are equal: NOT_SETs of any type are, numbers by amount, objects by identity."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final

from trunkline.domain.json import same as same_json
from trunkline.engine.expression import phones
from trunkline.engine.expression.values import (
    Currency,
    Duration,
    JsonValue,
    NotSet,
    Phone,
    Record,
    Reference,
    Value,
)

_PLAIN: Final = frozenset((str, int, bool, Duration, datetime))


def same(a: Value, b: Value) -> bool:
    """Equality as ==, AreEqual and Find have it."""
    if type(a) is type(b) and type(a) in _PLAIN:
        return a == b
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, Phone) and isinstance(b, Phone):
        return phones.same(a, b)
    if isinstance(a, Reference) and isinstance(b, Reference):
        return a.key() == b.key()
    if isinstance(a, Currency) and isinstance(b, Currency):
        return a.code == b.code and a.amount == b.amount
    if isinstance(a, JsonValue) and isinstance(b, JsonValue):
        return same_json(a.value, b.value)
    if isinstance(a, Record) and isinstance(b, Record):
        return _same_records(a, b)
    if _is_number(a) and _is_number(b):
        return a == b
    return type(a) is type(b) and a == b


def _is_number(value: Value) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _same_records(a: Record, b: Record) -> bool:
    """By id where both have one, else by all fields."""
    first, second = a.fields.get("id"), b.fields.get("id")
    if first is not None and second is not None and not isinstance(first, NotSet):
        return a.type == b.type and same(first, second)
    if a.fields.keys() != b.fields.keys():
        return False
    return all(same(a.fields[name], b.fields[name]) for name in a.fields)
