"""Functions that evaluate only the operands they need."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from trunkline.engine.expression.errors import ExpressionError
from trunkline.engine.expression.signatures import function, overload

if TYPE_CHECKING:
    from trunkline.engine.expression.scope import Scope
    from trunkline.engine.expression.values import Value

    _Operand = Callable[[Scope], Value]


def choose(scope: Scope, condition: _Operand, when_true: _Operand, when_false: _Operand) -> Value:
    """One of two values; a condition that is NOT_SET counts as false."""
    return when_true(scope) if condition(scope) is True else when_false(scope)


def _truth(scope: Scope, operand: _Operand, name: str) -> bool:
    value: Any = operand(scope)
    if not isinstance(value, bool):
        raise ExpressionError(f"{name}: an operand is not a set Boolean")
    return value


def both(scope: Scope, first: _Operand, second: _Operand) -> bool:
    """`and`: the second operand is not evaluated where the first decides."""
    return _truth(scope, first, "and") and _truth(scope, second, "and")


def either(scope: Scope, first: _Operand, second: _Operand) -> bool:
    """`or`: the second operand is not evaluated where the first decides."""
    return _truth(scope, first, "or") or _truth(scope, second, "or")


_CHOICES: Final = (
    overload("condition:bln~, trueValue:any~, falseValue:any~ -> any", choose),
    overload("condition:bln~, trueValue:any[], falseValue:any[] -> any[]", choose),
    overload("condition:bln~, trueValueAudio:aud, falseValueAudio:aud -> aud", choose),
)

LOGIC: Final = (
    function("and", overload("value1:bln, value2:bln -> bln", both), lazy=True),
    function("or", overload("value1:bln, value2:bln -> bln", either), lazy=True),
    function("?", *_CHOICES, lazy=True),
)
IF: Final = function("If", *_CHOICES, lazy=True)
