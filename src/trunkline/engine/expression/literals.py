"""Literals as a flow's configuration writes them."""

from __future__ import annotations

import json
import math
from datetime import date, time
from decimal import Decimal
from typing import Final

from trunkline.engine.expression import casts, numbers, phones, system, timing, tree, types
from trunkline.engine.expression.errors import ExpressionError, ExpressionTreeError
from trunkline.engine.expression.tree import Tree
from trunkline.engine.expression.values import (
    Audio,
    Communication,
    EnumMember,
    JsonValue,
    Plain,
    Reference,
    Segment,
    Value,
    not_set,
)

_MAX_JSON: Final = 256_000
_MAX_JSON_DEPTH: Final = 100


def empty(type_: str) -> Value:
    """NOT_SET of a type, or the empty collection."""
    return () if types.is_collection(type_) else not_set(type_)


def read(content: Tree) -> Value:
    """The value of a `lit` node. Raises ExpressionTreeError if its text is not of its type."""
    text, type_ = tree.text(content, "text"), tree.text(content, "type")
    id_ = tree.text(content, "val")
    if type_ == "str":
        return text
    if types.is_collection(type_) or not (text or id_):
        return empty(type_)
    try:
        value = _scalar(text, type_)
    except (ExpressionError, ValueError):
        raise ExpressionTreeError(f"not a literal of type {type_}") from None
    if value is not None:
        return value
    return Reference(type_, id_ or None, text, tree.text(content, "username") or None)


def _scalar(text: str, type_: str) -> Value | None:
    match type_:
        case "int":
            return _integer(text)
        case "dec":
            return numbers.from_text(text)
        case "bln":
            return text.lower() == "true"
        case "dur":
            return timing.read_literal_duration(text)
        case "dtm":
            return timing.read_date_time(text)
        case "dat":
            return date.fromisoformat(text)
        case "tim":
            return time.fromisoformat(text)
        case "phn":
            return phones.read(text)
        case "cur":
            return casts.currency(text)
        case "jsn":
            return parse_json(text)
        case "com":
            return Communication(text)
        case "aud":
            return Audio((Segment(text, spoken_text=True),))
        case "any":
            return text
        case _:
            return EnumMember(type_, text) if type_ in system.ENUM_TYPES else None


def _integer(text: str) -> int:
    if not numbers.plain_number(text) or "." in text:
        raise ExpressionError("text is not an integer")
    return numbers.integer(int(text))


def _finite(text: str) -> Decimal:
    if text in ("NaN", "Infinity", "-Infinity") or math.isinf(float(text)):
        raise ValueError("not a finite number")
    return Decimal(text)


def parse_json(text: str) -> JsonValue:
    """Strict JSON. Raises ExpressionError for anything else."""
    if len(text) > _MAX_JSON:
        raise ExpressionError("JSON text is too long")
    try:
        value = json.loads(text, parse_float=_finite, parse_constant=_finite)
    except (ValueError, RecursionError):
        raise ExpressionError("text is not JSON") from None
    _check_depth(value)
    return JsonValue(value)


def _check_depth(value: Plain) -> None:
    level = [value]
    for _ in range(_MAX_JSON_DEPTH):
        level = [
            child
            for one in level
            for child in (one.values() if isinstance(one, dict) else one if isinstance(one, list) else ())
        ]
    if level:
        raise ExpressionError("JSON is nested too deep")
