"""Plain JSON to a value of a known type, as mocks and tests write it, and back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal
from typing import Final

from trunkline.domain.json import Json
from trunkline.engine.expression import (
    Communication,
    ExpressionError,
    JsonValue,
    NotSet,
    Record,
    Reference,
    Value,
    access,
    casts,
    from_json,
    not_set,
    phones,
    text_of,
    timing,
    to_json,
    type_of,
    types,
)
from trunkline.engine.expression.literals import parse_json
from trunkline.engine.expression.values import Audio, Duration, Segment, conforms

_NOT_SET: Final = {"not_set": True}
_REFERENCES: Final = frozenset(("que", "usr", "skl", "lac", "grp", "wrc", "pmt", "scg", "emg", "scd"))


def empty(type_: str) -> Value:
    """NOT_SET of a type, or the empty collection."""
    return () if types.is_collection(type_) else not_set(type_)


def typed(plain: Json, type_: str) -> Value:
    """The value of plain JSON for a variable of this type; null is NOT_SET.

    A duration may be `PT5M`, a date-time `2026-05-06T09:00:00Z`, a phone number or a queue its text.
    Raises ValueError for what does not fit the type.
    """
    if plain is None or plain == _NOT_SET:
        return empty(type_)
    if types.is_collection(type_):
        if not isinstance(plain, list):
            raise ValueError(f"{_shown(plain)} is no list, which {type_} needs")
        return tuple(typed(item, types.item_type(type_)) for item in plain)
    try:
        value = _scalar(plain, type_)
    except (ExpressionError, ArithmeticError, TypeError, ValueError):
        raise ValueError(f"{_shown(plain)} is no value of type {type_}") from None
    return value


def _shown(plain: Json) -> str:
    text = json.dumps(plain, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _scalar(plain: Json, type_: str) -> Value:
    reader = _READERS.get(type_)
    if reader is not None and isinstance(plain, str):
        return reader(plain)
    if type_ in ("str", "com", "aud"):
        return _spoken(plain, type_)
    if type_ == "jsn":
        return parse_json(json.dumps(plain, default=str))
    if type_ == "dec" and isinstance(plain, int | float) and not isinstance(plain, bool):
        return casts.decimal(format(Decimal(str(plain)), "f"))
    if type_ == "int" and isinstance(plain, float) and plain.is_integer():
        return int(plain)
    if type_ == "dur" and isinstance(plain, int) and not isinstance(plain, bool):
        return Duration(plain)
    if isinstance(plain, dict) and not _is_tagged(plain):
        return _object(plain, type_)
    return _checked(from_json(plain), type_)


def _spoken(plain: Json, type_: str) -> Value:
    if isinstance(plain, bool):
        plain = "true" if plain else "false"
    if isinstance(plain, int | float):
        plain = str(plain)
    if not isinstance(plain, str):
        return _checked(from_json(plain), type_)
    if type_ == "com":
        return Communication(plain)
    return plain if type_ == "str" else Audio((Segment(plain, spoken_text=True),))


def _checked(value: Value, type_: str) -> Value:
    if type_ == "dec" and isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if not conforms(value, type_):
        raise ValueError(f"a value of type {type_of(value)}")
    return value


def _is_tagged(plain: Mapping[str, Json]) -> bool:
    return len(plain) == 1 and next(iter(plain)) in (
        "dec", "dur", "dtm", "dat", "tim", "cur", "ref", "phn", "jsn", "com", "aud", "enum", "rec",
    )  # fmt: skip


def _object(plain: Mapping[str, Json], type_: str) -> Value:
    if type_ in _REFERENCES:
        name, id_, username = (plain.get(key) for key in ("name", "id", "username"))
        return Reference(
            type_,
            str(id_) if id_ is not None else None,
            str(name or id_ or ""),
            str(username) if username is not None else None,
        )
    fields: dict[str, Value] = {}
    for key, child in plain.items():
        known = access.property_of_type(type_, key) if type_ != types.ANY else None
        fields[key] = typed(child, known[1]) if known and known[1] != types.ANY else _untyped(child)
    return Record(type_ if type_ != types.ANY else "cpx_object", fields)


def _untyped(plain: Json) -> Value:
    if isinstance(plain, dict) and not _is_tagged(plain):
        return _object(plain, "cpx_object")
    if isinstance(plain, list):
        return tuple(_untyped(item) for item in plain)
    return from_json(plain)


def _boolean(text: str) -> Value:
    return casts.boolean(text)


_READERS: Final[Mapping[str, Callable[[str], Value]]] = {
    "bln": _boolean,
    "int": casts.integer,
    "dec": casts.decimal,
    "dur": timing.read_literal_duration,
    "dtm": timing.read_date_time,
    "dat": date.fromisoformat,
    "tim": time.fromisoformat,
    "phn": phones.read,
    "cur": casts.currency,
    **{kind: (lambda text, kind=kind: Reference(kind, None, text)) for kind in sorted(_REFERENCES)},
}


def plain(value: Value) -> Json:
    """The value as a test writes it: JSON's own types, texts for dates and the like, null for NOT_SET."""
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, NotSet):
        return None
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Duration):
        return timing.duration_text(value)
    if isinstance(value, JsonValue):
        inner = to_json(value)
        return inner["jsn"] if isinstance(inner, dict) else inner
    if isinstance(value, Reference) and value.id not in (None, value.name):
        return {"id": value.id, "name": value.name}
    if isinstance(value, Record):
        return {key: plain(child) for key, child in value.fields.items()}
    return shown(value)


def shown(value: Value) -> str:
    """The value as a person reads it."""
    if isinstance(value, NotSet):
        return "NOT_SET"
    try:
        return text_of(value)
    except ExpressionError:
        return json.dumps(to_json(value), ensure_ascii=False)
