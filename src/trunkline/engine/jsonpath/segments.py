"""What a path is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from trunkline.engine.jsonpath.expressions import Expression
    from trunkline.engine.jsonpath.path import JsonPath


@dataclass(frozen=True, slots=True)
class Property:
    """`.name`, `['name']` or `['a','b']`.

    Several names make one object with those keys at the end of a path, and are taken in turn elsewhere.
    """

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """`[0]`, `[-1]` or `[0,2]`: elements of a list, negative ones from the end."""

    indexes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """`[start:stop]`; a step is accepted and has no meaning."""

    start: int | None
    stop: int | None

    def indexes(self, length: int) -> range:
        """The indexes taken of a list, negative ones (they count from the end) included.

        With both bounds a negative start is not turned around first, hence `[-20:3]` of a short list
        runs through it twice, and `[2:-2]` is empty.
        """
        if self.start is None:
            stop = self.stop or 0
            return range(min(length, length + stop if stop < 0 else stop))
        if self.stop is None:
            return range(max(0, length + self.start if self.start < 0 else self.start), length)
        return range(max(self.start, -length), min(length, self.stop))


@dataclass(frozen=True, slots=True)
class Wildcard:
    """`.*` or `[*]`: every value of an object, every element of a list."""


@dataclass(frozen=True, slots=True)
class Scan:
    """`..`: what follows is sought in every object and list below."""


@dataclass(frozen=True, slots=True)
class Filter:
    """`[?(…)]`: the elements of a list, or the object itself, for which the expression holds."""

    expression: Expression

    def paths(self) -> Iterator[JsonPath]:
        """The paths the filter tests (`@.x`, `$.y`)."""
        return self.expression.paths()


@dataclass(frozen=True, slots=True)
class JsonArgument:
    """A literal in a function's brackets, as text; read when the function runs."""

    text: str


@dataclass(frozen=True, slots=True)
class PathArgument:
    """A path in a function's brackets, evaluated on the root of the document."""

    path: JsonPath


Argument: TypeAlias = JsonArgument | PathArgument


@dataclass(frozen=True, slots=True)
class Function:
    """`.length()`, `.sum(…)`; an unknown name fails only when it runs."""

    name: str
    arguments: tuple[Argument, ...] = ()


Segment: TypeAlias = Property | Index | Slice | Wildcard | Scan | Filter | Function


def is_definite(segment: Segment, *, last: bool) -> bool:
    """Whether the segment alone can yield at most one value."""
    if isinstance(segment, Property):
        return last or len(segment.names) == 1
    if isinstance(segment, Index):
        return len(segment.indexes) == 1
    return isinstance(segment, Function)
