"""What is laid out, and what comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]
"""(cross, main)."""


@dataclass(frozen=True, slots=True)
class Vertex:
    """A box: `breadth` along the cross axis, `length` along the main axis.

    `inlet` is where links arrive, as an offset from the middle of the breadth.
    """

    id: str
    breadth: float
    length: float
    inlet: float = 0.0


@dataclass(frozen=True, slots=True)
class Link:
    """From `source` to `target`; None leads out of the drawing on the far cross side.

    `port` is where it leaves, as an offset from the middle of the source's breadth; None lets the
    layout spread such links over the breadth. `exit` tells links that leave the drawing apart: those
    of one name share a track.
    """

    source: str
    target: str | None
    port: float | None = 0.0
    exit: str = ""


@dataclass(frozen=True, slots=True)
class Spacing:
    """Distances: between boxes of a rank, around lanes, between ranks, between parallel tracks."""

    beside: float = 28.0
    lane: float = 14.0
    between: float = 44.0
    track: float = 11.0


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Starts of all boxes (cross, main) by id, a polyline for every link in the order given, the extent."""

    starts: dict[str, Point]
    routes: list[list[Point]]
    breadth: float
    length: float


_EVEN = 0.5


def simplify(points: Sequence[Point]) -> list[Point]:
    """A polyline without doubles and without points in the middle of a straight line."""
    result: list[Point] = []
    for point in points:
        if result and _even(result[-1], point, 0) and _even(result[-1], point, 1):
            continue
        if len(result) > 1 and any(
            _even(result[-2], result[-1], axis) and _even(result[-1], point, axis) for axis in (0, 1)
        ):
            result[-1] = point
            continue
        result.append(point)
    return result


def _even(one: Point, other: Point, axis: int) -> bool:
    return abs(one[axis] - other[axis]) < _EVEN
