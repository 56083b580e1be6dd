"""Operators and functions on numbers.

int with int gives int, save for `/` and `^`; anything with a decimal gives a decimal.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

from trunkline.engine.expression import numbers, timing
from trunkline.engine.expression.functions import money, speech, text
from trunkline.engine.expression.signatures import Function, Implementation, Overload, function, overload
from trunkline.engine.expression.values import Duration, NotSet

_MIXED: Final = (("int", "dec"), ("dec", "int"), ("dec", "dec"))


def _decimals(names: str, call: Implementation, result: str = "dec") -> tuple[Overload, ...]:
    """Overloads for all pairs with a decimal in it. `names` are the parameters', with a comma."""
    first, second = names.split(",")
    return tuple(overload(f"{first}:{a}, {second}:{b} -> {result}", call) for a, b in _MIXED)


def _all_numbers(names: str, call: Implementation, result: str) -> tuple[Overload, ...]:
    first, second = names.split(",")
    return (overload(f"{first}:int, {second}:int -> {result}", call), *_decimals(names, call, result))


def _add(a: int, b: int) -> int:
    return numbers.integer(a + b)


def _subtract(a: int, b: int) -> int:
    return numbers.integer(a - b)


def _multiply(a: int, b: int) -> int:
    return numbers.integer(a * b)


def _add_durations(a: Duration, b: Duration) -> Duration:
    return numbers.duration(a.milliseconds + b.milliseconds)


def _subtract_durations(a: Duration, b: Duration) -> Duration:
    return numbers.duration(a.milliseconds - b.milliseconds)


def _negative(value: Decimal) -> Decimal:
    return numbers.with_scale(value.copy_negate(), 1)


def _bit_and(a: int, b: int) -> int:
    return a & b


def _bit_or(a: int, b: int) -> int:
    return numbers.integer(a | b)


OPERATORS: Final = (
    function(
        "+",
        overload("augend:int, addend:int -> int", _add),
        *_decimals("augend,addend", numbers.add),
        overload("augend:cur, addend:cur -> cur", money.add),
        *speech.SEQUENCES,
        overload("augend:dur, addend:dtm -> dtm", lambda by, start: timing.shifted_by(start, by)),
        overload("augend:dtm, addend:dur -> dtm", timing.shifted_by),
        overload("augend:dur, addend:dur -> dur", _add_durations),
        text.CONCATENATE,
    ),
    function(
        "-",
        overload("minuend:int, subtrahend:int -> int", _subtract),
        overload("minuend:cur, subtrahend:cur -> cur", money.subtract),
        *_decimals("minuend,subtrahend", numbers.subtract),
        overload("minuend:dur, subtrahend:dur -> dur", _subtract_durations),
        overload("minuend:dtm, subtrahend:dur -> dtm", lambda start, by: timing.shifted_by(start, by, -1)),
    ),
    function(
        "*",
        overload("multiplicand:int, multiplier:int -> int", _multiply),
        *_decimals("multiplicand,multiplier", numbers.multiply),
        overload("multiplicand:dec, multiplier:cur -> cur", lambda by, value: money.multiply(value, by)),
        overload("multiplicand:int, multiplier:cur -> cur", lambda by, value: money.multiply(value, by)),
        overload("multiplicand:cur, multiplier:dec -> cur", money.multiply),
        overload("multiplicand:cur, multiplier:int -> cur", money.multiply),
    ),
    function(
        "/",
        *_all_numbers("dividend,divisor", numbers.divide, "dec"),
        overload("dividend:cur, divisor:dec -> cur", money.divide),
        overload("dividend:cur, divisor:int -> cur", money.divide),
    ),
    function(
        "%",
        overload("dividend:int, divisor:int -> int", numbers.integer_remainder),
        *_decimals("dividend,divisor", numbers.remainder),
        overload("dividend:cur, divisor:dec -> cur", money.remainder),
        overload("dividend:cur, divisor:int -> cur", money.remainder),
    ),
    function("^", *_all_numbers("base,exponent", numbers.power, "dec")),
    function("&", overload("value1:int, value2:int -> int", _bit_and)),
    function("|", overload("value1:int, value2:int -> int", _bit_or)),
)

UNARY: Final = (
    function(
        "-",
        overload("valueToNegate:cur -> cur", lambda value: money.multiply(value, -1)),
        overload("valueToNegate:int -> int", lambda value: -value),
        overload("valueToNegate:dec -> dec", _negative),
        overload("valueToNegate:dur -> dur", lambda value: Duration(-value.milliseconds)),
    ),
    function("~", overload("value1:int -> int", lambda value: numbers.integer(~value))),
    function("!", overload("booleanValue:bln -> bln", lambda value: not value)),
)


def _round(value: Decimal, digits: int = 0) -> Decimal:
    return numbers.result(numbers.rounded(value, digits))


def _ceiling(value: Decimal) -> Decimal:
    return numbers.result(numbers.rounded(value, 0, ROUND_CEILING))


def _floor(value: Decimal) -> Decimal:
    return numbers.result(numbers.rounded(value, 0, ROUND_FLOOR))


def _unchanged(value: int) -> int:
    return value


def _sum_integers(*values: int | NotSet) -> int:
    return numbers.integer(sum(value for value in values if not isinstance(value, NotSet)))


def _sum_decimals(*values: Decimal | NotSet) -> Decimal:
    return numbers.result(_total(values))


def _total(values: tuple[Decimal | int | NotSet, ...]) -> Decimal:
    total = Decimal(0)
    for value in values:
        if not isinstance(value, NotSet):
            total = numbers.add(total, value)
    return total


def _sum_durations(*values: Duration | NotSet) -> Duration:
    return numbers.duration(sum(value.milliseconds for value in values if not isinstance(value, NotSet)))


def _average(*values: Decimal | int | NotSet) -> Decimal:
    """Of the set ones; 0.0 if there is none."""
    count = sum(not isinstance(value, NotSet) for value in values)
    return numbers.divide(_total(values), count) if count else Decimal("0.0")


def _average_duration(*values: Duration | NotSet) -> Duration:
    found = [value.milliseconds for value in values if not isinstance(value, NotSet)]
    total = sum(found)
    mean = abs(total) // len(found) if found else 0
    return numbers.duration(-mean if total < 0 else mean)


def _of_items(implementation: Implementation) -> Implementation:
    return lambda items: implementation(*items)


def _sums() -> tuple[Overload, ...]:
    kinds: tuple[tuple[str, Implementation], ...] = (
        ("int", _sum_integers),
        ("cur", money.total),
        ("dec", _sum_decimals),
        ("dur", _sum_durations),
    )
    return (
        *(overload(f"value:{kind}~, nextValue:{kind}+~ -> {kind}", call) for kind, call in kinds),
        *(overload(f"collection:{kind}[] -> {kind}", _of_items(call)) for kind, call in kinds),
    )


def _averages() -> tuple[Overload, ...]:
    kinds: tuple[tuple[str, str, Implementation], ...] = (
        ("cur", "cur", money.average),
        ("dec", "dec", _average),
        ("dur", "dur", _average_duration),
        ("int", "dec", _average),
    )
    return (
        *(overload(f"value:{kind}+~ -> {result}", call) for kind, result, call in kinds),
        *(overload(f"collection:{kind}[] -> {result}", _of_items(call)) for kind, result, call in kinds),
    )


MATH: Final[tuple[Function, ...]] = (
    function(
        "Ceiling",
        overload("currencyValue:cur -> cur", lambda value: money.with_amount(value, _ceiling)),
        overload("decimalValue:dec -> dec", _ceiling),
        overload("integerValue:int -> int", _unchanged),
    ),
    function(
        "Floor",
        overload("value:cur -> cur", lambda value: money.with_amount(value, _floor)),
        overload("decimalValue:dec -> dec", _floor),
        overload("integerValue:int -> int", _unchanged),
    ),
    function(
        "Round",
        overload("currencyValue:cur -> cur", lambda value: money.with_amount(value, _round)),
        overload("value:dec -> dec", _round),
        overload("value:dec, digits:int -> dec", _round),
        overload(
            "value:cur, digits:int -> cur",
            lambda value, digits: money.with_amount(value, lambda amount: _round(amount, digits)),
        ),
    ),
    function("Sum", *_sums()),
    function("Average", *_averages()),
)
