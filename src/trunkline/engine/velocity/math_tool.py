"""`$math`: MathTool of Velocity Tools 3.1. Every method gives null for what is no number."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable

from .calls import Methods, Overload, overloads
from .values import Runtime, Tool, Value, double_text, is_number

_NUMBER = re.compile(r"-?(?:[0-9][0-9,]*(?:\.[0-9]*)?|\.[0-9]+)(?:E-?[0-9]{1,3})?")
_DICE = random.SystemRandom()
_MIN_VALUE, _MAX_VALUE = 5e-324, 1.7976931348623157e308


def to_number(value: Value) -> Value:
    """A number, or text that begins with one as in English; else None."""
    if is_number(value):
        return value
    if not isinstance(value, str):
        return None
    found = _NUMBER.match(value[:400])
    if found is None:
        return None
    number = float(found[0].replace(",", ""))
    return int(number) if number.is_integer() and abs(number) < 2**63 else number


def _match_type(result: float, numbers: list[Value]) -> Value:
    """An int when neither the result nor an argument shows a decimal point."""
    whole = math.isinf(result) or result.is_integer()
    if not whole or any("." in _text(number) for number in numbers):
        return result
    limited = min(max(result, -(2.0**63)), 2.0**63)
    return min(int(limited), 2**63 - 1)


def _text(number: Value) -> str:
    return double_text(number) if type(number) is float else str(number)


def _int32(value: Value) -> int:
    """Number.intValue: doubles saturate, whole numbers wrap."""
    if type(value) is float:
        if math.isnan(value):
            return 0
        return int(min(max(value, -(2.0**31)), 2.0**31 - 1))
    return ((int(value) + 2**31) & 0xFFFFFFFF) - 2**31


def _fold(step: Callable[[float, float], float | None], start: float | None) -> tuple[Overload, ...]:
    """A method of any number of numbers; without `start` the first one begins."""

    def run(_: Runtime, _tool: Tool, values: list[Value]) -> Value:
        numbers = [to_number(value) for value in values]
        if any(number is None for number in numbers):
            return None
        result: float | None = start
        for number in numbers:
            result = float(number) if result is None else step(result, float(number))
            if result is None:
                return None
        return _match_type(0.0 if result is None else result, numbers)

    return overloads(("any*", run))


def _unary(function: Callable[[Value], Value]) -> tuple[Overload, ...]:
    def run(_: Runtime, _tool: Tool, value: Value) -> Value:
        number = to_number(value)
        return None if number is None else function(number)

    return overloads(("any", run))


def _binary(function: Callable[[Value, Value], Value]) -> tuple[Overload, ...]:
    def run(_: Runtime, _tool: Tool, first: Value, second: Value) -> Value:
        left, right = to_number(first), to_number(second)
        return None if left is None or right is None else function(left, right)

    return overloads(("any any", run))


def _pow(left: Value, right: Value) -> Value:
    try:
        result = math.pow(left, right)
    except OverflowError:
        result = math.inf
    except ValueError:
        result = math.nan if left < 0 else math.inf
    return _match_type(result, [left, right])


def _idiv(left: Value, right: Value) -> Value:
    first, second = _int32(left), _int32(right)
    if second == 0:
        return None
    quotient = abs(first) // abs(second)
    return quotient if (first < 0) == (second < 0) else -quotient


def _mod(left: Value, right: Value) -> Value:
    first, second = _int32(left), _int32(right)
    return None if second == 0 else int(math.fmod(first, second))


def _rint(value: Value) -> int:
    number = float(value)
    return _int32(float(round(number)) if math.isfinite(number) else number)


def _edge(function: Callable[[float], int]) -> Callable[[Value], int]:
    def run(value: Value) -> int:
        number = float(value)
        return _int32(float(function(number)) if math.isfinite(number) else number)

    return run


def _round_to(decimals: Value, value: Value) -> float:
    places = max(_int32(decimals), 1)
    delta = _int32(10**places) if places < 32 else 0
    scaled = float(value) * delta
    if math.isnan(scaled):
        return scaled
    rounded = min(max(math.floor(scaled + 0.5) if math.isfinite(scaled) else scaled, -(2.0**63)), 2.0**63)
    if delta == 0:
        return math.nan if rounded == 0 else math.copysign(math.inf, rounded)
    return float(rounded) / delta


def _bits(step: Callable[[int, int], int], start: int) -> tuple[Overload, ...]:
    def run(_: Runtime, _tool: Tool, values: list[Value]) -> Value:
        result = start
        for value in values:
            number = to_number(value)
            if number is None or not math.isfinite(number):
                return None
            result = step(result, int(number))
        return _match_type(float(result), [])

    return overloads(("any*", run))


def _total(numbers: list[Value]) -> tuple[Value, float] | None:
    found = [to_number(number) for number in numbers]
    if not found or any(number is None for number in found):
        return None
    return found[0], math.fsum(map(float, found))


def _get_total(_: Runtime, _tool: Tool, values: list[Value]) -> Value:
    found = _total(_listed(values))
    return None if found is None else _match_type(found[1], [found[0]])


def _get_average(_: Runtime, _tool: Tool, values: list[Value]) -> Value:
    listed = _listed(values)
    found = _total(listed)
    if found is None:
        return None
    total = _match_type(found[1], [found[0]])
    return _match_type(float(total) / len(listed), [total])


def _listed(values: list[Value]) -> list[Value]:
    return list(values[0]) if len(values) == 1 and isinstance(values[0], (list, range)) else values


def _random(left: Value, right: Value) -> Value:
    result = _DICE.uniform(float(left), float(right))
    whole = "." not in _text(left) + _text(right)
    return _match_type(float(math.floor(result)), [left, right]) if whole else result


MATH: Methods = {
    "add": _fold(lambda left, right: left + right, 0.0),
    "sub": _fold(lambda left, right: left - right, None),
    "mul": _fold(lambda left, right: left * right, 1.0),
    "div": _fold(lambda left, right: None if right == 0 else left / right, None),
    "max": _fold(max, _MIN_VALUE),
    "min": _fold(min, _MAX_VALUE),
    "pow": _binary(_pow),
    "idiv": _binary(_idiv),
    "mod": _binary(_mod),
    "abs": _unary(lambda number: _match_type(abs(float(number)), [number])),
    "ceil": _unary(_edge(math.ceil)),
    "floor": _unary(_edge(math.floor)),
    "round": _unary(_rint),
    "roundTo": _binary(_round_to),
    "bitwiseOr": _bits(lambda left, right: left | right, 0),
    "bitwiseAnd": _bits(lambda left, right: left & right, -1),
    "bitwiseXOr": _bits(lambda left, right: left ^ right, 0),
    "toInteger": _unary(_int32),
    "toLong": _unary(int),
    "toDouble": _unary(float),
    "toNumber": _unary(lambda number: number),
    "getTotal": overloads(("any*", _get_total)),
    "getAverage": overloads(("any*", _get_average)),
    "random": _binary(_random),
    "getRandom": overloads(("", lambda _, _tool: _DICE.random())),
}
"""MathTool."""
