"""The functions and operators of the language, found by name.

Signatures follow the platform's own expression help; where it is silent, `assumptions` says what was
chosen. Names compare without case.
"""

from __future__ import annotations

from typing import Final

from trunkline.engine.expression.functions.arithmetic import MATH, OPERATORS, UNARY
from trunkline.engine.expression.functions.comparison import COMPARING, EQUALITY
from trunkline.engine.expression.functions.conversion import CONVERSION
from trunkline.engine.expression.functions.dates import DATES
from trunkline.engine.expression.functions.lists import LISTS
from trunkline.engine.expression.functions.logic import IF, LOGIC
from trunkline.engine.expression.functions.money import MONEY
from trunkline.engine.expression.functions.objects import OBJECTS
from trunkline.engine.expression.functions.search import SEARCH
from trunkline.engine.expression.functions.speech import SPEECH
from trunkline.engine.expression.functions.text import TEXT
from trunkline.engine.expression.signatures import Function

FUNCTIONS: Final[tuple[Function, ...]] = (
    IF,
    *CONVERSION,
    *DATES,
    *EQUALITY,
    *LISTS,
    *MATH,
    *MONEY,
    *OBJECTS,
    *SEARCH,
    *SPEECH,
    *TEXT,
)

_NAMED: Final = {one.name.lower(): one for one in FUNCTIONS}
_OPERATORS: Final = {one.name: one for one in (*OPERATORS, *COMPARING, *LOGIC)}
_UNARY: Final = {one.name: one for one in UNARY}


def named(name: str) -> Function | None:
    """The function of this name, in any letter case."""
    return _NAMED.get(name.lower())


def operator(symbol: str, operands: int) -> Function | None:
    """The operator of this symbol for so many operands."""
    return _UNARY.get(symbol) if operands == 1 else _OPERATORS.get(symbol.lower())
