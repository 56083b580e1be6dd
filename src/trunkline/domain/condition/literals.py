"""Literals and values as the type of their field has them."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

from trunkline.domain.condition.datasets import FieldType
from trunkline.domain.condition.tree import Leaf, Operator
from trunkline.domain.json import Json

Value: TypeAlias = str | int | float | bool | datetime
"""A value of a field: text, a finite number, a truth value, a moment in UTC."""

_INTEGER = re.compile(r"[-+]?[0-9]{1,300}\Z")
_NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]{5,15}(Z|[-+][0-9]{2}:?[0-9]{2})?)?\Z")

_TEXTUAL = (Operator.CONTAINS, Operator.STARTS_WITH)
_ORDERING = (
    Operator.GREATER_THAN, Operator.GREATER_OR_EQUAL, Operator.LESS_THAN, Operator.LESS_OR_EQUAL,
)  # fmt: skip


def to_string(value: Json) -> str | None:
    """Text as it is, numbers and truth values as JSON writes them; None for anything else."""
    if isinstance(value, str):
        return value
    return json.dumps(value) if isinstance(value, bool | int | float) else None


def to_number(value: Json) -> int | float | None:
    """A finite number, or a text that is one."""
    if isinstance(value, str):
        text = value.strip()
        if _INTEGER.match(text):
            return int(text)
        value = float(text) if _NUMBER.match(text) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if isinstance(value, int) or math.isfinite(value) else None


def to_integer(value: Json) -> int | None:
    """A whole number, also one written `3.0`."""
    number = to_number(value)
    return int(number) if number is not None and number == int(number) else None


def to_boolean(value: Json) -> bool | None:
    """A truth value, or the text `true` or `false` in any case."""
    if isinstance(value, bool):
        return value
    folded = value.strip().lower() if isinstance(value, str) else None
    return folded == "true" if folded in ("true", "false") else None


def to_date(value: Json) -> datetime | None:
    """A moment of ISO 8601; without an offset it is UTC, without a time it is midnight."""
    if not isinstance(value, str) or not _DATE.match(value.strip()):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


CONVERT: dict[FieldType, Callable[[Json], Value | None]] = {
    FieldType.STRING: to_string,
    FieldType.NUMBER: to_number,
    FieldType.INTEGER: to_integer,
    FieldType.BOOLEAN: to_boolean,
    FieldType.DATE: to_date,
}
"""From a value of a row to the field's type; None where it is none of that type."""


def options(literal: str | None) -> list[Json] | None:
    """The list of an IN; None where the literal is no JSON list of plain values."""
    try:
        value = json.loads(literal or "")
    except (ValueError, RecursionError):
        return None
    plain = isinstance(value, list) and all(isinstance(each, str | int | float | bool) for each in value)
    return value if plain else None


def guessed_type(leaf: Leaf) -> FieldType:
    """The type to compare as where nobody declares the field: what the literal looks like."""
    if leaf.operator in _TEXTUAL or leaf.operator is Operator.IS_SET:
        return FieldType.STRING
    given = (options(leaf.literal) or [""]) if leaf.operator is Operator.IN else [leaf.literal]
    for kind in (FieldType.NUMBER, FieldType.BOOLEAN, FieldType.DATE):
        if all(CONVERT[kind](each) is not None for each in given):
            return kind
    return FieldType.STRING


def operand(leaf: Leaf, kind: FieldType) -> Value | tuple[Value, ...]:
    """What a leaf compares with. Raises ValueError where `literal_fault` would find one."""
    fault = literal_fault(leaf, kind)
    if fault:
        raise ValueError(fault)
    if leaf.operator is Operator.IS_SET:
        return leaf.wants_set
    given = options(leaf.literal) if leaf.operator is Operator.IN else [leaf.literal]
    values = tuple(value for each in given or () if (value := CONVERT[kind](each)) is not None)
    return values if leaf.operator is Operator.IN else values[0]


def literal_fault(leaf: Leaf, kind: FieldType) -> str | None:
    """Why a leaf cannot be compared as a type, if so."""
    operator, literal = leaf.operator, leaf.literal
    if operator is Operator.IS_SET:
        fine = literal in (None, "true", "false")
        return None if fine else f"{operator} takes true or false, not {_shown(literal)}"
    if literal is None:
        return f"{operator} needs a literal to compare with"
    if operator in _TEXTUAL and kind is not FieldType.STRING:
        return f"{operator} is for text; the field is {_a(kind)}"
    if operator in _ORDERING and kind is FieldType.BOOLEAN:
        return f"{operator} is not for a field that is true or false"
    if operator is Operator.IN:
        return _list_fault(literal, kind)
    if CONVERT[kind](literal) is None:
        return f"{_shown(literal)} is not {_a(kind)}, which the field is"
    return None


def _list_fault(literal: str, kind: FieldType) -> str | None:
    given = options(literal)
    if given is None:
        return f"IN takes a JSON list of plain values, not {_shown(literal)}"
    if not given:
        return "IN has an empty list: nothing is in it"
    wrong = [_shown(to_string(each)) for each in given if CONVERT[kind](each) is None]
    return f"{', '.join(wrong[:5])} in the list: not {_a(kind)}, which the field is" if wrong else None


def _shown(literal: str | None) -> str:
    text = json.dumps(literal, ensure_ascii=False)
    return text if len(text) <= 60 else text[:60] + "…"


def _a(kind: FieldType) -> str:
    return f"an {kind}" if kind is FieldType.INTEGER else f"a {kind}"
