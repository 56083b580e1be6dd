"""`+ - * / %` and `<` as in Velocity's MathUtils: whole numbers widen, text that is a number is decimal."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_DOWN, Context, Decimal, DecimalException

from .errors import JavaError, Overrun
from .values import Runtime, Value, as_number, double_text, is_number, number_of

_EXACT = Context(prec=2000, Emax=10_000, Emin=-10_000)


def calculate(runtime: Runtime, operator: str, left: Value, right: Value) -> Value:
    """The result, or None where an operand is no number or a divisor is zero."""
    left, right = as_number(left), as_number(right)
    if not is_number(left) or not is_number(right):
        return None
    if operator in ("DIVIDE", "MODULUS") and right == 0:
        return None
    if type(left) is int and type(right) is int:
        return _whole(runtime, operator, left, right)
    if type(left) is not Decimal and type(right) is not Decimal and not _huge(left) and not _huge(right):
        return _floating(operator, float(left), float(right))
    return _decimal(operator, decimal_of(left), decimal_of(right))


def _huge(value: Value) -> bool:
    return type(value) is int and not -(2**63) <= value < 2**63


def _whole(runtime: Runtime, operator: str, left: int, right: int) -> int:
    if operator == "PLUS":
        result = left + right
    elif operator == "MINUS":
        result = left - right
    elif operator == "MULTIPLY":
        if left.bit_length() + right.bit_length() > runtime.limits.bits:
            raise Overrun(f"Too large a number, {runtime.limits.bits} bits are allowed")
        result = left * right
    elif operator == "DIVIDE":
        quotient = abs(left) // abs(right)
        result = quotient if (left < 0) == (right < 0) else -quotient
    elif _huge(left) or _huge(right):
        if right < 0:
            raise JavaError("java.lang.ArithmeticException", "BigInteger: modulus not positive")
        result = left % right
    else:
        result = int(math.copysign(1, left)) * (abs(left) % abs(right))
    if result.bit_length() > runtime.limits.bits:
        raise Overrun(f"Too large a number, {runtime.limits.bits} bits are allowed")
    return result


def _floating(operator: str, left: float, right: float) -> float:
    if operator == "PLUS":
        return left + right
    if operator == "MINUS":
        return left - right
    if operator == "MULTIPLY":
        return left * right
    if operator == "DIVIDE":
        return left / right
    return math.nan if math.isinf(left) else math.fmod(left, right)


def decimal_of(value: Value) -> Decimal:
    """BigDecimal.valueOf: whole numbers go through a double, so 1 becomes 1.0."""
    if type(value) is Decimal:
        return value
    if _huge(value):
        return Decimal(value)
    found = float(value)
    if not math.isfinite(found):
        raise JavaError("java.lang.NumberFormatException")
    return Decimal(double_text(found))


def _decimal(operator: str, left: Decimal, right: Decimal) -> Decimal:
    if max(abs(left.adjusted()), abs(right.adjusted())) > 900:
        raise Overrun("Too large a number")
    try:
        if operator == "PLUS":
            return _EXACT.add(left, right)
        if operator == "MINUS":
            return _EXACT.subtract(left, right)
        if operator == "MULTIPLY":
            return _EXACT.multiply(left, right)
        if operator == "DIVIDE":
            scale = Decimal((0, (1,), int(left.as_tuple().exponent)))
            return _EXACT.divide(left, right).quantize(scale, ROUND_HALF_DOWN, _EXACT)
    except DecimalException as fault:
        raise Overrun("Too large a number") from fault
    raise JavaError("java.lang.ArithmeticException", "Cannot calculate the modulo of BigDecimals.")


def negate(value: Value) -> Value:
    """`-x`; None where `x` is no number."""
    found = as_number(value)
    return -found if is_number(found) else None


def compare(left: Value, right: Value) -> int | None:
    """-1, 0 or 1; None where an operand is no number. Neither may be None."""
    left, right = as_number(left), as_number(right)
    if not is_number(left) or not is_number(right):
        return None
    if (type(left) is float and math.isnan(left)) or (type(right) is float and math.isnan(right)):
        return 0
    first, second = number_of(left), number_of(right)
    return (first > second) - (first < second)
