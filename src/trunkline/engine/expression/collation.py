"""The order of texts: not by code, but as a dictionary has it.

Letters compare first without accents and case, then by accent, then by case with the small letter
first; punctuation comes before digits, digits before letters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest
from typing import Any, Final

_Weights = Callable[[str], Iterator[Any]]


def compare(a: str, b: str, *, ignore_case: bool = False) -> int:
    """-1, 0 or 1 as a comes before, with or after b."""
    if a == b:
        return 0
    first, second = unicodedata.normalize("NFD", a), unicodedata.normalize("NFD", b)
    start = _shared(first, second)
    first, second = first[start:], second[start:]
    for weights in _LEVELS[:-1] if ignore_case else _LEVELS:
        order = _order(weights(first), weights(second))
        if order:
            return order
    return 0


def _shared(first: str, second: str) -> int:
    """How many characters both begin with."""
    shorter = min(len(first), len(second))
    return next((at for at in range(shorter) if first[at] != second[at]), shorter)


def _order(first: Iterable[Any], second: Iterable[Any]) -> int:
    """Item by item; the shorter one comes first."""
    for a, b in zip_longest(first, second):
        if a != b:
            return -1 if a is None or (b is not None and a < b) else 1
    return 0


def _letters(text: str) -> Iterator[tuple[int, str]]:
    return ((_class(one), one.lower()) for one in text if not unicodedata.combining(one))


def _accents(text: str) -> Iterator[str]:
    return (one if unicodedata.combining(one) else "" for one in text)


def _cases(text: str) -> Iterator[bool]:
    return (one != one.lower() for one in text if not unicodedata.combining(one))


def _class(character: str) -> int:
    if character.isalpha():
        return 3
    return 2 if character.isdigit() else int(not character.isspace())


_LEVELS: Final[tuple[_Weights, ...]] = (_letters, _accents, _cases)
