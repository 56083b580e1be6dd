"""Integers and decimals within the platform's limits.

Integers hold 15 digits, decimals 40, durations 15 digits of milliseconds. Leaving the limits is a
run-time error. Decimals round half away from zero.
"""

from __future__ import annotations

import decimal
from collections.abc import Callable
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from typing import Final

from trunkline.engine.expression.errors import ExpressionError
from trunkline.engine.expression.values import Duration

MAX_INTEGER: Final = 999_999_999_999_999
MAX_DECIMAL: Final = Decimal("9" * 40)
MAX_DURATION: Final = 999_999_999_999_999
MAX_DIGITS: Final = 40
_TRAPS: Final = [decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow]

CONTEXT: Final = Context(prec=MAX_DIGITS, rounding=ROUND_HALF_UP, Emax=60, Emin=-60, traps=_TRAPS)
_WIDE: Final = Context(prec=100, rounding=ROUND_HALF_UP, Emax=200, Emin=-200, traps=_TRAPS)


def integer(value: int) -> int:
    """The value, if it is within the limits."""
    if not -MAX_INTEGER <= value <= MAX_INTEGER:
        raise ExpressionError("integer out of range")
    return value


def duration(milliseconds: int) -> Duration:
    if not -MAX_DURATION <= milliseconds <= MAX_DURATION:
        raise ExpressionError("duration out of range")
    return Duration(milliseconds)


def limited(value: Decimal) -> Decimal:
    """The value with at most 40 digits; beyond the limits an error."""
    rounded = _guard(lambda: CONTEXT.plus(value))
    if not rounded.is_finite() or rounded.copy_abs() > MAX_DECIMAL:
        raise ExpressionError("decimal out of range")
    return rounded


def result(value: Decimal) -> Decimal:
    """A calculated decimal: trailing zeros go, one digit after the point stays, zero has no sign."""
    return with_scale(limited(value).normalize(CONTEXT), 1)


def with_scale(value: Decimal, places: int) -> Decimal:
    """The value with at least so many digits after the point."""
    if not value:
        value = value.copy_abs()
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent > -places:
        return _guard(lambda: _WIDE.quantize(value, Decimal(1).scaleb(-places)))
    return value


def add(a: Decimal | int, b: Decimal | int) -> Decimal:
    return result(_guard(lambda: CONTEXT.add(a, b)))


def subtract(a: Decimal | int, b: Decimal | int) -> Decimal:
    return result(_guard(lambda: CONTEXT.subtract(a, b)))


def multiply(a: Decimal | int, b: Decimal | int) -> Decimal:
    return result(_guard(lambda: CONTEXT.multiply(a, b)))


def divide(a: Decimal | int, b: Decimal | int) -> Decimal:
    return result(_guard(lambda: CONTEXT.divide(a, b)))


def remainder(a: Decimal | int, b: Decimal | int) -> Decimal:
    """The remainder of a division truncated towards zero; it has the sign of `a`."""
    return result(_guard(lambda: _WIDE.remainder(Decimal(a), Decimal(b))))


def power(base: Decimal | int, exponent: Decimal | int) -> Decimal:
    if exponent == 0:
        return Decimal("1.0")
    return result(_guard(lambda: _WIDE.power(Decimal(base), Decimal(exponent))))


def rounded(value: Decimal, places: int, rounding: str = ROUND_HALF_UP) -> Decimal:
    """The value with exactly so many digits after the point (negative: tens, hundreds …)."""
    if not -MAX_DIGITS <= places <= MAX_DIGITS:
        raise ExpressionError("number of digits out of range")
    return _guard(lambda: value.quantize(Decimal(1).scaleb(-places), rounding, _WIDE))


def truncated(value: Decimal, places: int = 0) -> Decimal:
    return rounded(value, places, ROUND_DOWN)


def integer_remainder(a: int, b: int) -> int:
    if b == 0:
        raise ExpressionError("division by zero")
    rest = abs(a) % abs(b)
    return -rest if a < 0 else rest


def from_text(text: str) -> Decimal:
    """A decimal in plain notation; anything else is an error."""
    if not plain_number(text):
        raise ExpressionError("text is not a number")
    return limited(_guard(lambda: Decimal(text)))


def plain_number(text: str) -> bool:
    """True for digits with an optional sign and one point, such as -5, +1.50 or .5."""
    digits = text[1:] if text[:1] in ("+", "-") else text
    whole, _, fraction = digits.partition(".")
    return (whole + fraction).isascii() and (whole + fraction).isdigit() and len(text) <= 100


def _guard(calculate: Callable[[], Decimal]) -> Decimal:
    try:
        return calculate()
    except decimal.DivisionByZero:
        raise ExpressionError("division by zero") from None
    except decimal.DecimalException:
        raise ExpressionError("decimal out of range or undefined") from None
