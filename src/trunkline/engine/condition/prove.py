"""Whether two trees say the same, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import shake_256
from importlib.util import find_spec

from trunkline.domain.condition import Leaf, Node, Operator, leaves
from trunkline.domain.condition.tree import COMPLEMENTS
from trunkline.engine.condition.bits import Truths, all_rows, joined

TABLE_ATOMS = 11
"""Different questions up to which every combination of true, false and unknown is tried: 177,147."""
SAMPLES = 65_536

_POSITIVE = (Operator.EQUALS, Operator.GREATER_THAN, Operator.LESS_THAN)


class Means(StrEnum):
    TABLE = "truth table"
    SOLVER = "solver"
    SAMPLING = "sampling"


@dataclass(frozen=True, slots=True)
class Proof:
    """`cases` is how many combinations were tried; a solver tries none and covers all."""

    equal: bool
    means: Means
    cases: int

    def __str__(self) -> str:
        said = "the same" if self.equal else "not the same"
        if self.means is Means.SOLVER:
            return f"{said}, by solver"
        whole = "all " if self.means is Means.TABLE else ""
        return f"{said}, by {self.means}: {whole}{self.cases:,} cases of true, false and unknown"


def prove(left: Node, right: Node, *, solver: bool | None = None) -> Proof:
    """Compares two trees: by truth table while that is small, else by solver, else by sampling.

    `solver` False does without the solver; None takes it where it is installed (the extra `solver`).
    """
    atoms = list(dict.fromkeys(atom(leaf)[0] for tree in (left, right) for leaf in leaves(tree)))
    if len(atoms) <= TABLE_ATOMS:
        count = 3 ** len(atoms)
        columns = [_column(index, len(atoms)) for index in range(len(atoms))]
        return Proof(_agree(left, right, atoms, columns, count), Means.TABLE, count)
    if find_spec("z3") is not None if solver is None else solver:
        from trunkline.engine.condition.solve import equivalent

        return Proof(equivalent(left, right), Means.SOLVER, 0)
    columns = [_sample(index) for index in range(len(atoms))]
    return Proof(_agree(left, right, atoms, columns, SAMPLES), Means.SAMPLING, SAMPLES)


def atom(leaf: Leaf) -> tuple[Leaf, bool]:
    """The question behind a leaf, and whether the leaf is its yes or its no."""
    if leaf.operator is Operator.IS_SET:
        return replace(leaf, literal="true"), leaf.wants_set
    other = COMPLEMENTS.get(leaf.operator)
    if other is None or leaf.operator in _POSITIVE:
        return leaf, True
    return replace(leaf, operator=other), False


def _agree(left: Node, right: Node, atoms: Sequence[Leaf], columns: Sequence[bytes], count: int) -> bool:
    everywhere = all_rows(count)
    known = {
        each: Truths(_rows_with(column, 1), _rows_with(column, 2))
        for each, column in zip(atoms, columns, strict=True)
    }
    return _truths(left, known, everywhere) == _truths(right, known, everywhere)


def _truths(node: Node, known: Mapping[Leaf, Truths], everywhere: int) -> Truths:
    if isinstance(node, Leaf):
        question, yes = atom(node)
        return known[question] if yes else ~known[question]
    return joined(node, (_truths(child, known, everywhere) for child in node.children), everywhere)


def _rows_with(column: bytes, value: int) -> int:
    table = bytes(int(code == value) for code in range(256))
    return int.from_bytes(column.translate(table), "little")


def _column(index: int, count: int) -> bytes:
    """The values 0, 1, 2 of one atom in a table of all combinations."""
    run = 3**index
    return b"".join(bytes([value]) * run for value in range(3)) * 3 ** (count - index - 1)


_THREE = bytes(code % 3 for code in range(256))


def _sample(index: int) -> bytes:
    """Values of one atom, the same in every run."""
    return shake_256(index.to_bytes(4, "little")).digest(SAMPLES).translate(_THREE)
