"""Conversions between types: what the To… functions do with a set value."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from trunkline.engine.expression import numbers
from trunkline.engine.expression.errors import ExpressionError
from trunkline.engine.expression.values import Currency, Duration, JsonValue, Value, not_set
from trunkline.engine.expression.words import words

_TRUE: Final = frozenset(("true", "1", "t"))
_FALSE: Final = frozenset(("false", "0", "f"))
_CODE_LENGTH: Final = 3
_MINOR_DIGITS: Final = {
    **dict.fromkeys(words("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"), 1),
    **dict.fromkeys(words("BHD IQD JOD KWD LYD OMR TND"), 3),
}


def money(amount: Decimal | None, code: str | None) -> Currency:
    """A currency whose amount shows at least the digits of its minor unit, if the code is known."""
    if amount is not None and code is not None:
        amount = numbers.with_scale(amount, _MINOR_DIGITS.get(code, 2))
    return Currency(amount, code)


def currency_code(text: str) -> str:
    """A code in capitals. Raises ExpressionError if it is not three letters."""
    code = text.strip().upper()
    if len(code) != _CODE_LENGTH or not (code.isascii() and code.isalpha()):
        raise ExpressionError("not a currency code")
    return code


def currency(text: str) -> Value:
    """`amount|code`, either of which may be empty; blank text is NOT_SET."""
    amount, _, code = text.strip().partition("|")
    if not amount.strip() and not code.strip():
        return not_set("cur")
    number = numbers.from_text(amount.strip()) if amount.strip() else None
    return money(number, currency_code(code) if code.strip() else None)


def boolean(text: str) -> Value:
    word = text.strip().lower()
    if not word:
        return not_set("bln")
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise ExpressionError("text is neither true nor false")


def integer(text: str) -> Value:
    """Digits with an optional sign; blank text is NOT_SET. A fraction is an error."""
    word = text.strip()
    if not word:
        return not_set("int")
    if not numbers.plain_number(word) or "." in word:
        raise ExpressionError("text is not an integer")
    return numbers.integer(int(word))


def decimal(text: str) -> Value:
    word = text.strip()
    if not word:
        return not_set("dec")
    return numbers.with_scale(numbers.from_text(word), 1)


def whole(value: Decimal) -> int:
    """The integer next to it towards zero."""
    return numbers.integer(int(value))


def milliseconds(value: Duration) -> int:
    return numbers.integer(value.milliseconds)


def json_number(value: JsonValue) -> Decimal | None:
    """The number in a JSON value, or in its text; None for null."""
    plain = value.value
    if plain is None:
        return None
    if isinstance(plain, str):
        return numbers.with_scale(numbers.from_text(plain.strip()), 1)
    if isinstance(plain, bool) or not isinstance(plain, int | float | Decimal):
        raise ExpressionError("JSON value is not a number")
    return numbers.with_scale(numbers.limited(Decimal(plain)), 1)
