"""Many three-valued truths at once, as two big integers: one byte a row, 1 where it holds.

AND, OR and NOT (Kleene) are then single operations of the integers over all rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from trunkline.domain.condition import Branch, Join


class Truths(NamedTuple):
    """Rows where it is true, rows where it is false; in the others it is unknown."""

    true: int
    false: int

    def __invert__(self) -> Truths:
        return Truths(self.false, self.true)

    def __and__(self, other: Truths) -> Truths:
        return Truths(self.true & other.true, self.false | other.false)

    def __or__(self, other: Truths) -> Truths:
        return Truths(self.true | other.true, self.false & other.false)


def joined(branch: Branch, children: Iterable[Truths], everywhere: int) -> Truths:
    """The truths of a branch from those of its children. Nothing at all is true under AND, false under OR."""
    if branch.join is Join.OR:
        result = Truths(0, everywhere)
        for child in children:
            result = result | child
        return result
    result = Truths(everywhere, 0)
    for child in children:
        result = result & child
    return ~result if branch.join is Join.NOT else result


def all_rows(count: int) -> int:
    """The rows where something holds that holds everywhere."""
    return int.from_bytes(b"\x01" * count, "little")


_VALUES = (None, True, False)


def to_list(truths: Truths, count: int) -> list[bool | None]:
    """One value a row."""
    codes = (truths.true | truths.false << 1).to_bytes(count, "little")
    return list(map(_VALUES.__getitem__, codes))
