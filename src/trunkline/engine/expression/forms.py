"""Values as text (what ToString gives), as plain JSON, and back from plain JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final, cast

from trunkline.domain.json import Json
from trunkline.engine.expression import limits, numbers, phones, system, timing, types
from trunkline.engine.expression.errors import ExpressionError
from trunkline.engine.expression.values import (
    NOT_SET,
    Audio,
    Communication,
    Currency,
    Duration,
    EnumMember,
    JsonValue,
    NotSet,
    Phone,
    Plain,
    Record,
    Reference,
    Scalar,
    Value,
)

_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_REFERENCE_TYPES: Final = frozenset(("que", "usr", "skl", "lac", "grp", "wrc", "pmt", "img", "squ"))
_DISPLAY_FIELDS: Final = ("id", "display", "name")


def text_of(value: Value) -> str:
    """What ToString gives for a set value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, datetime):
        return timing.date_time_text(value)
    if isinstance(value, Duration):
        return timing.duration_text(value)
    return _object_text(value)


def _object_text(value: Value) -> str:
    match value:
        case Currency():
            return currency_text(value)
        case Phone():
            return value.uri
        case Reference():
            return value.username or value.name
        case JsonValue():
            return json_text(value.value)
        case date() | time():
            return timing.plain_text(value)
        case tuple():
            return joined(value, "\n")
        case Audio():
            spoken = (one for one in value.segments if not one.blank_ms)
            return limits.concatenated((_segment_text(one.prompt, one.text) for one in spoken), " ")
        case Communication():
            return value.text
        case EnumMember():
            return value.name
        case Record():
            return _record_text(value)
        case _:
            raise ExpressionError("value has no text")


def _segment_text(prompt: Reference | None, text: str) -> str:
    return f"[{prompt.name}]" if prompt else text


def _record_text(record: Record) -> str:
    for name in _DISPLAY_FIELDS:
        value = record.fields.get(name)
        if value is not None and not isinstance(value, NotSet):
            return text_of(value)
    raise ExpressionError("value has no text")


def joined(items: tuple[Value, ...], delimiter: str) -> str:
    """The items' texts; a NOT_SET item is empty."""
    texts = ("" if isinstance(item, NotSet) else text_of(item) for item in items)
    return limits.concatenated(texts, delimiter)


def decimal_text(value: Decimal, places: int | None = None) -> str:
    """Plain notation with at least one digit after the point, or exactly `places` of them."""
    if places is None:
        return format(numbers.with_scale(value, 1), "f")
    return format(numbers.with_scale(numbers.rounded(value, max(places, 0)), 0), "f")


def currency_text(value: Currency, places: int | None = None) -> str:
    """10.00|USD; a part that is NOT_SET is empty."""
    amount = "" if value.amount is None else decimal_text(value.amount, places)
    return f"{amount}|{value.code or ''}"


def json_text(value: Plain) -> str:
    """Compact JSON; of a JSON string its characters."""
    if isinstance(value, str):
        return value
    return limits.concatenated(_ENCODER.iterencode(_with_floats(value)))


def _with_floats(value: Plain) -> Plain:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list):
        return [_with_floats(one) for one in value]
    if isinstance(value, dict):
        return {key: _with_floats(one) for key, one in value.items()}
    return value


def to_json(value: Value) -> Json:
    """Plain JSON of any value.

    int, str, bool and lists are themselves; {"dec": "5.5"}, {"dur": ms}, {"dtm": "…Z"}, {"dat": …},
    {"tim": …}, {"cur": {"amount", "code"}}, {"ref": {"type", "id", "name"}}, {"phn": uri},
    {"jsn": …}, {"com": text}, {"aud": [segments]}, {"enum": {"type", "name"}},
    {"rec": {"type", "fields"}}, {"not_set": true}.
    """
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, NotSet):
        return {"not_set": True}
    if isinstance(value, tuple):
        return [to_json(item) for item in value]
    if isinstance(value, Decimal):
        return {"dec": decimal_text(value)}
    if isinstance(value, Duration):
        return {"dur": value.milliseconds}
    if isinstance(value, datetime):
        return {"dtm": timing.date_time_text(value)}
    return _object_json(value)


def _object_json(value: Value) -> Json:
    match value:
        case Currency():
            amount = None if value.amount is None else decimal_text(value.amount)
            return {"cur": {"amount": amount, "code": value.code}}
        case Reference():
            return {"ref": {"type": value.type, "id": value.id, "name": value.name}}
        case Phone():
            return {"phn": value.uri}
        case JsonValue():
            return {"jsn": cast("Json", _with_floats(value.value))}
        case Communication():
            return {"com": value.text}
        case Audio():
            return {"aud": [_segment_json(one.text, one.prompt, one.blank_ms) for one in value.segments]}
        case EnumMember():
            return {"enum": {"type": value.type, "name": value.name}}
        case Record():
            return {"rec": {"type": value.type, "fields": {k: to_json(v) for k, v in value.fields.items()}}}
        case date():
            return {"dat": timing.plain_text(value)}
        case time():
            return {"tim": timing.plain_text(value)}
        case _:
            raise TypeError(f"not a value of an expression: {type(value).__name__}")


def _segment_json(text: str, prompt: Reference | None, blank_ms: int) -> Json:
    if prompt is not None:
        return {"prompt": prompt.name}
    return {"blank": blank_ms} if blank_ms else {"text": text}


def from_json(plain: Json) -> Value:
    """The value of plain JSON as `to_json` writes it; a JSON float is a decimal, null is NOT_SET.

    Raises ValueError for what is none of those forms, or is beyond the platform's limits.
    """
    try:
        if isinstance(plain, list):
            return tuple(_scalar(item) for item in plain)
        return _scalar(plain)
    except ExpressionError as error:
        raise ValueError(f"not a value: {error}") from None


def _scalar(plain: Json) -> Scalar:
    if plain is None:
        return NOT_SET
    if isinstance(plain, bool | str):
        return plain
    if isinstance(plain, int):
        return numbers.integer(plain)
    if isinstance(plain, float):
        return numbers.limited(Decimal(repr(plain)))
    if isinstance(plain, dict):
        return _tagged(plain)
    raise ValueError(f"not a value: {type(plain).__name__}")


def _tagged(plain: Mapping[str, Json]) -> Scalar:
    if len(plain) == 1:
        ((tag, content),) = plain.items()
        match tag, content:
            case "not_set", _:
                return NOT_SET
            case "dec", str():
                return numbers.from_text(content)
            case "dur", int():
                return numbers.duration(content)
            case "dtm", str():
                return timing.read_date_time(content)
            case "dat", str():
                return date.fromisoformat(content)
            case "tim", str():
                return time.fromisoformat(content)
            case "phn", str():
                return phones.read(content)
            case "com", str():
                return Communication(content)
            case "jsn", _:
                return JsonValue(cast("Plain", content))
            case (("cur" | "ref" | "enum" | "rec"), dict()):
                return _tagged_object(tag, content)
            case _:
                pass
    raise ValueError(f"not a value: an object with {', '.join(sorted(plain)) or 'no keys'}")


def _tagged_object(tag: str, content: Mapping[str, Json]) -> Scalar:
    def text(name: str) -> str | None:
        value = content.get(name)
        return None if value is None else str(value)

    kind = text("type") or types.ANY
    if tag == "cur":
        amount = text("amount")
        return Currency(None if amount is None else numbers.from_text(amount), text("code"))
    if tag == "enum" and kind in system.ENUM_TYPES:
        return EnumMember(kind, text("name") or "")
    if tag == "rec" and (kind == "tsl" or kind.startswith("cpx_")):
        fields = content.get("fields")
        entries = fields.items() if isinstance(fields, dict) else ()
        return Record(kind, {name: from_json(value) for name, value in entries})
    if tag == "ref" and kind in _REFERENCE_TYPES:
        return Reference(kind, text("id"), text("name") or "", text("username"))
    raise ValueError(f"not a value: {tag} of type {kind}")
