"""The expression of a filter, and how it is tested on an item."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from trunkline.domain.json import Json

if TYPE_CHECKING:
    from trunkline.engine.jsonpath.path import JsonPath
    from trunkline.engine.jsonpath.walk import Evaluation


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written in the filter."""

    literal: object

    def value(self, item: Json, evaluation: Evaluation) -> object:
        return self.literal


@dataclass(frozen=True, slots=True)
class PathOperand:
    """`@.x`, from the item, or `$.x`, from the root."""

    path: JsonPath

    def value(self, item: Json, evaluation: Evaluation) -> object:
        """What the path yields on the item; UNDEFINED where it misses."""
        return evaluation.operand(self.path, item)


Operand: TypeAlias = Literal | PathOperand


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left operator right`."""

    left: Operand
    operator: str
    right: Operand
    holds: Callable[[object, object, Evaluation], bool] = field(repr=False)

    def test(self, item: Json, evaluation: Evaluation) -> bool:
        left = self.left.value(item, evaluation)
        return self.holds(left, self.right.value(item, evaluation), evaluation)

    def paths(self) -> Iterator[JsonPath]:
        for side in (self.left, self.right):
            if isinstance(side, PathOperand):
                yield side.path


@dataclass(frozen=True, slots=True)
class Exists:
    """`@.x`, or `!@.x` with `wanted` False. Always starts from the item, even for `$.x`."""

    path: JsonPath
    wanted: bool

    def test(self, item: Json, evaluation: Evaluation) -> bool:
        return evaluation.exists(self.path, item) is self.wanted

    def paths(self) -> Iterator[JsonPath]:
        yield self.path


@dataclass(frozen=True, slots=True)
class Not:
    """`!(…)`."""

    term: Expression

    def test(self, item: Json, evaluation: Evaluation) -> bool:
        return not self.term.test(item, evaluation)

    def paths(self) -> Iterator[JsonPath]:
        return self.term.paths()


@dataclass(frozen=True, slots=True)
class And:
    """`a && b`: left to right, up to the first that fails."""

    terms: tuple[Expression, ...]

    def test(self, item: Json, evaluation: Evaluation) -> bool:
        return all(term.test(item, evaluation) for term in self.terms)

    def paths(self) -> Iterator[JsonPath]:
        for term in self.terms:
            yield from term.paths()


@dataclass(frozen=True, slots=True)
class Or:
    """`a || b`: left to right, up to the first that holds."""

    terms: tuple[Expression, ...]

    def test(self, item: Json, evaluation: Evaluation) -> bool:
        return any(term.test(item, evaluation) for term in self.terms)

    def paths(self) -> Iterator[JsonPath]:
        for term in self.terms:
            yield from term.paths()


Expression: TypeAlias = Comparison | Exists | Not | And | Or
