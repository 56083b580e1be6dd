"""Numbers as Java has them: their text, and exact comparison."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import TypeAlias

from trunkline.engine.jsonpath.errors import EvaluationError

Number: TypeAlias = int | float | Decimal

_SAFE = 2**53
_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d{1,10}))?")
_MAX_EXPONENT = 2**31 - 1


def decimal_of(text: str) -> Decimal | None:
    """The number that `text` is, exactly; None if it is none. Zero has no sign."""
    match = _DECIMAL.fullmatch(text)
    if match is None or (match[1] and abs(int(match[1])) > _MAX_EXPONENT):
        return None
    value = Decimal(text)
    return value if value else value.copy_abs()


def exact(number: Number) -> Decimal:
    """The decimal that a number is written as."""
    return Decimal(repr(_finite(number)) if isinstance(number, float) else number)


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise EvaluationError(f"{number} is not a number of JSON")
    return number


def compare(left: Number, right: Number) -> int:
    """-1, 0 or 1, as their decimal texts compare."""
    if type(left) is not type(right) and not (_is_safe(left) and _is_safe(right)):
        left, right = exact(left), exact(right)
    return (left > right) - (left < right)


def _is_safe(number: Number) -> bool:
    """Whether Python's comparison of int and float can be trusted with it."""
    return not isinstance(number, Decimal) and -_SAFE < number < _SAFE


def number_text(number: Number) -> str:
    """The text a number has where it meets a string: `1.0`, `1E+3`."""
    if isinstance(number, int) and -_SAFE < number < _SAFE:
        return str(number)
    return str(_exact_java(number) if isinstance(number, float) else Decimal(number))


def _exact_java(number: float) -> Decimal:
    """A double through Java's own notation (`1.0E10`), which keeps a zero that Python's drops."""
    value = Decimal(double_text(_finite(number)))
    return value if value else value.copy_abs()


def double_text(number: float) -> str:
    """Java's `Double.toString`: plain from 1e-3 up to 1e7, else `d.dE±n`."""
    if not math.isfinite(number):
        return "NaN" if math.isnan(number) else f"{'-' if number < 0 else ''}Infinity"
    if number == 0 or 1e-3 <= abs(number) < 1e7:
        plain = format(Decimal(repr(number)), "f")
        return plain if "." in plain else plain + ".0"
    sign, digits, exponent = Decimal(repr(number)).as_tuple()
    figures = "".join(map(str, digits)).rstrip("0") or "0"
    power = len(digits) - 1 + int(exponent)
    return f"{'-' if sign else ''}{figures[0]}.{figures[1:] or '0'}E{power}"


def to_int(number: Number) -> int:
    """Java's `BigDecimal.intValue`: the fraction dropped, then the low 32 bits."""
    value = exact(number)
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or exponent >= 64 or value.adjusted() < 0:
        return 0
    return (int(value) + 2**31) % 2**32 - 2**31
