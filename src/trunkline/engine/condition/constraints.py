"""Whether one value of a field can satisfy several leaves at once.

The leaves are literals: a leaf with the truth that it must have. The field is set, unless a literal
wants it unset. The answer is True (there is such a value), False (there is none), or None: not known here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from trunkline.domain.condition import FieldType, Leaf, Operator
from trunkline.domain.condition.literals import operand
from trunkline.engine.condition.leaf import LeafTest


class Literal(NamedTuple):
    """A leaf that must be true, or must be false."""

    leaf: Leaf
    truth: bool


_BOUNDS = {
    Operator.GREATER_THAN: Operator.LESS_OR_EQUAL,
    Operator.LESS_OR_EQUAL: Operator.GREATER_THAN,
    Operator.LESS_THAN: Operator.GREATER_OR_EQUAL,
    Operator.GREATER_OR_EQUAL: Operator.LESS_THAN,
}


def possible(literals: Sequence[Literal], kind: FieldType) -> bool | None:
    """Whether a value of the type satisfies all literals, which are of one field."""
    wants = {each.leaf.wants_set is each.truth for each in literals if each.leaf.operator is Operator.IS_SET}
    values = [each for each in literals if each.leaf.operator is not Operator.IS_SET]
    if len(wants) == 2 or (False in wants and values):
        return False
    if not values:
        return True
    tests = [(LeafTest(each.leaf, kind), each.truth) for each in values]
    finite = _finite(values, kind)
    candidates = _candidates(values, kind) if finite is None else finite
    if any(all(test.one(value) is truth for test, truth in tests) for value in candidates):
        return True
    if finite is not None or kind is not FieldType.STRING:
        return False
    return False if _texts_clash(values) else None


def _shown(value: Any) -> Any:
    """A value as a row would hold it."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def _finite(values: Sequence[Literal], kind: FieldType) -> list[Any] | None:
    """The only values that can do, where some literal leaves few."""
    if kind is FieldType.BOOLEAN:
        return [True, False]
    for leaf, truth in values:
        given = operand(leaf, kind)
        if leaf.operator is Operator.IN and truth and isinstance(given, tuple):
            return [_shown(each) for each in given]
        if (leaf.operator, truth) in ((Operator.EQUALS, True), (Operator.NOT_EQUALS, False)):
            return [_shown(given)]
    return None


def _named(values: Iterable[Literal], kind: FieldType) -> list[Any]:
    found: list[Any] = []
    for leaf, _ in values:
        given = operand(leaf, kind)
        found += given if isinstance(given, tuple) else (given,)
    return found


def _candidates(values: Sequence[Literal], kind: FieldType) -> list[Any]:
    """Values of which one does if any does; for text, values of which one is likely to."""
    named = sorted(set(_named(values, kind)))
    if kind is FieldType.STRING:
        return _text_candidates(values, named)
    if kind is FieldType.INTEGER:
        return _whole_numbers(named)
    if kind is FieldType.DATE:
        return [_shown(each) for each in _moments(named)]
    between = [_between(low, high) for low, high in pairwise(named)]
    return [named[0] - max(1, abs(named[0])), *named, *between, named[-1] + max(1, abs(named[-1]))]


def _between(low: Any, high: Any) -> Any:
    middle = low / 2 + high / 2
    return middle if low < middle < high else math.nextafter(low, math.inf)


def _whole_numbers(named: Sequence[int]) -> list[int]:
    """Those named, and from each as many neighbours as exclusions could have taken."""
    reach = len(named) + 1
    return sorted({each + step for each in named for step in range(-reach, reach + 1)})


def _moments(named: Sequence[Any]) -> list[Any]:
    found = list(named)
    for low, high in pairwise(named):
        found.append(low + (high - low) / 2)
    for step in (timedelta(days=-1), timedelta(days=1)):
        edge = named[0] if step.days < 0 else named[-1]
        try:
            found.append(edge + step)
        except OverflowError:
            continue
    return found


def _text_candidates(values: Sequence[Literal], named: Sequence[str]) -> list[str]:
    """Texts made of the wanted start, a sign that no literal has, and the wanted parts."""
    used = set("".join(named))
    fresh = [sign for sign in ("\x01", "~", "\uffff", "\U0010ffff") if sign not in used]
    starts = [str(leaf.literal) for leaf, truth in values if leaf.operator is Operator.STARTS_WITH and truth]
    parts = [str(leaf.literal) for leaf, truth in values if leaf.operator is Operator.CONTAINS and truth]
    start = max(starts, key=len, default="")
    bases = [start, *(each for each in named if each.startswith(start))]
    found: list[str] = []
    for base in bases:
        found += [base, base + "".join(parts), base + "\x00"]
        found += [base + sign + sign.join([*parts, ""]) for sign in fresh]
    return found


def _texts_clash(values: Sequence[Literal]) -> bool:
    """Whether starts, parts and bounds of a text exclude one another for certain."""
    starts = [str(leaf.literal) for leaf, truth in values if leaf.operator is Operator.STARTS_WITH and truth]
    parts = [str(leaf.literal) for leaf, truth in values if leaf.operator is Operator.CONTAINS and truth]
    start = max(starts, key=len, default="")
    if not all(start.startswith(each) for each in starts):
        return True
    for leaf, truth in values:
        text = str(leaf.literal)
        if leaf.operator is Operator.STARTS_WITH and not truth and start.startswith(text):
            return True
        if leaf.operator is Operator.CONTAINS and not truth and any(text in each for each in (start, *parts)):
            return True
    return _bounds_clash(values, start)


def _bounds_clash(values: Sequence[Literal], start: str) -> bool:
    """Whether the order leaves no text at all, or none that begins with `start`."""
    lows: list[tuple[str, bool]] = []
    highs: list[tuple[str, bool]] = []
    for leaf, truth in values:
        bound = leaf.operator if truth else _BOUNDS.get(leaf.operator)
        if bound in (Operator.GREATER_THAN, Operator.GREATER_OR_EQUAL):
            lows.append((str(leaf.literal), bound is Operator.GREATER_THAN))
        elif bound in (Operator.LESS_THAN, Operator.LESS_OR_EQUAL):
            highs.append((str(leaf.literal), bound is Operator.LESS_THAN))
    low, low_open = max(lows, default=("", False))
    high, high_open = min(highs, key=lambda each: (each[0], not each[1]), default=(None, False))
    if high is not None and (low > high or (low == high and (low_open or high_open))):
        return True
    if high is not None and (start > high or (start == high and high_open)):
        return True
    return bool(start) and low > start and not low.startswith(start)
