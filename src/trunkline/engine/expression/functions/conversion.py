"""The To… functions. Of NOT_SET they make a NOT_SET of their type."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from trunkline.engine.expression import casts, forms, limits, literals, numbers, phones, timing
from trunkline.engine.expression.errors import ExpressionError
from trunkline.engine.expression.signatures import Function, Implementation, function, overload
from trunkline.engine.expression.values import (
    Communication,
    Currency,
    JsonValue,
    NotSet,
    Plain,
    Value,
    not_set,
)


def keeping_not_set(type_: str, convert: Callable[..., Value]) -> Implementation:
    """The conversion, but NOT_SET in its first operand comes out as NOT_SET of the type."""
    empty = not_set(type_)

    def converted(value: Any, *others: Any) -> Value:
        return empty if isinstance(value, NotSet) else convert(value, *others)

    return converted


def unchanged(value: Value) -> Value:
    return value


def _is_not_zero(value: Decimal | int) -> bool:
    return value != 0


def _decimal(value: int) -> Decimal:
    return Decimal(value).quantize(Decimal("1.0"))


def _currency_decimal(value: Currency) -> Value:
    return not_set("dec") if value.amount is None else value.amount


def _currency(value: Decimal | int) -> Currency:
    return casts.money(Decimal(value), None)


def _phone(text: str) -> Value:
    return phones.read(text) if text.strip() else not_set("phn")


def _date_time(text: str) -> Value:
    return timing.read_date_time(text) if text.strip() else not_set("dtm")


def _duration(text: str) -> Value:
    return timing.read_duration(text) if text.strip() else not_set("dur")


def _json_integer(value: JsonValue) -> Value:
    number = casts.json_number(value)
    return not_set("int") if number is None else casts.whole(number)


def _json_decimal(value: JsonValue) -> Value:
    number = casts.json_number(value)
    return not_set("dec") if number is None else number


def _json_boolean(value: JsonValue) -> Value:
    if isinstance(value.value, bool):
        return value.value
    return not_set("bln") if value.value is None else casts.boolean(forms.json_text(value.value))


def _text(value: Value) -> Value:
    if isinstance(value, JsonValue) and value.value is None:
        return not_set("str")
    return forms.text_of(value)


def _items_text(items: tuple[Value, ...], delimiter: str | NotSet = "\n") -> str:
    return forms.joined(items, delimiter if isinstance(delimiter, str) else "")


def _number_text(value: Decimal | Currency, places: int) -> str:
    if places < 0:
        raise ExpressionError("number of digits out of range")
    if isinstance(value, Currency):
        return forms.currency_text(value, places)
    return forms.decimal_text(value, places)


def _number_texts(
    items: tuple[Decimal | Currency | NotSet, ...], delimiter: str | NotSet, places: int
) -> str:
    texts = tuple("" if isinstance(item, NotSet) else _number_text(item, places) for item in items)
    return _items_text(texts, delimiter)


def _number_lines(items: tuple[Decimal | Currency | NotSet, ...], places: int) -> str:
    return _number_texts(items, "\n", places)


def _json(value: Value) -> JsonValue:
    return JsonValue(_plain(value))


def _plain(value: Value) -> Plain:
    if isinstance(value, JsonValue):
        return value.value
    if isinstance(value, NotSet):
        return None
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, bool | int | Decimal):
        return value
    return forms.text_of(value)


def _json_items(value: JsonValue) -> tuple[Value, ...]:
    """The items of a JSON array."""
    if not isinstance(value.value, list):
        raise ExpressionError("JSON value is not an array")
    return tuple(JsonValue(item) for item in value.value)


def _display(value: Value) -> str:
    """The text a customer sees; items of a collection are parted by commas."""
    if isinstance(value, NotSet):
        return ""
    return forms.joined(value, ", ") if isinstance(value, tuple) else forms.text_of(value)


def _communication(value: Value, *_format: Value) -> Communication:
    return Communication(_display(value))


def _make_communication(*parts: Value) -> Communication:
    return Communication(limits.concatenated(_display(part) for part in parts))


def conversion(name: str, type_: str, **from_types: Callable[..., Value]) -> Function:
    """A cast: overloads from the named types, from a bare NOT_SET and from its own type."""
    sources = {**from_types, "nts": unchanged, type_: unchanged}
    return function(
        name,
        *(
            overload(f"valueToConvert:{source}~ -> {type_}", keeping_not_set(type_, convert))
            for source, convert in sources.items()
        ),
    )


_PLACES: Final = "decimalPlaces:int"

CONVERSION: Final = (
    conversion("ToBool", "bln", dec=_is_not_zero, str=casts.boolean, int=_is_not_zero, jsn=_json_boolean),
    conversion("ToCurrency", "cur", str=casts.currency, dec=_currency, int=_currency),
    conversion("ToDateTime", "dtm", str=_date_time, int=timing.from_epoch),
    conversion("ToDuration", "dur", str=_duration, int=numbers.duration),
    conversion("ToPhoneNumber", "phn", str=_phone),
    conversion(
        "ToDecimal",
        "dec",
        bln=lambda value: Decimal("1.0") if value else Decimal("0.0"),
        cur=_currency_decimal,
        str=casts.decimal,
        int=_decimal,
        jsn=_json_decimal,
    ),
    conversion(
        "ToInt",
        "int",
        bln=int,
        dec=casts.whole,
        str=casts.integer,
        dur=casts.milliseconds,
        jsn=_json_integer,
    ),
    function(
        "ToString",
        overload("valueToConvert:any~ -> str", keeping_not_set("str", _text)),
        overload("nullValue:nts~ -> str", keeping_not_set("str", _text)),
        overload("valueToConvert:any[] -> str", _items_text),
        overload("valueToConvert:any[], delimiter:str~ -> str", _items_text),
        overload(f"decimalValueToConvert:dec~, {_PLACES} -> str", keeping_not_set("str", _number_text)),
        overload(f"currencyValueToConvert:cur~, {_PLACES} -> str", keeping_not_set("str", _number_text)),
        overload(f"valueToConvert:dec[], {_PLACES} -> str", _number_lines),
        overload(f"currencyCollectionToConvert:cur[]~, {_PLACES} -> str", _number_lines),
        overload(f"valueToConvert:dec[], delimiter:str~, {_PLACES} -> str", _number_texts),
        overload(f"currencyCollectionToConvert:cur[]~, delimiter:str~, {_PLACES} -> str", _number_texts),
    ),
    function("JsonParse", overload("text:str~ -> jsn", keeping_not_set("jsn", literals.parse_json))),
    function("ToJson", overload("valueToConvert:each~ -> jsn", _json)),
    function("ToJsonCollection", overload("valueToConvert:jsn -> jsn[]", _json_items)),
    function("ToDisplayString", overload("valueToConvert:each~ -> str", _display)),
    function(
        "ToCommunication",
        overload("valueToConvert:each~ -> com", _communication),
        overload("valueToConvert:each~, format:each -> com", _communication),
    ),
    function("MakeCommunication", overload("part:each+~ -> com", _make_communication)),
)
