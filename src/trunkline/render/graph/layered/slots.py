"""The grid of ranks: boxes, and lanes where a link passes a rank on its way.

All links to one target share its lanes. A link that goes back up (it closes a cycle) leaves
downwards like any other, turns into the target's return lane, and comes down on the target
from above; the return lane holds a place in every rank from the target's to the lowest source's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from trunkline.render.graph.layered.model import Link, Spacing, Vertex

MOST_LANES = 12_000
"""A link that would need more than what is left of these runs straight to its target, over everything."""


@dataclass(slots=True, eq=False)
class Slot:
    """A place in a rank. `vertex` is None for a lane; `beside` is what a lane would like to stand next to."""

    rank: int
    breadth: float
    length: float = 0.0
    inlet: float = 0.0
    vertex: str | None = None
    beside: Slot | None = None
    position: int = 0
    cross: float = 0.0
    """The middle."""

    @property
    def is_lane(self) -> bool:
        return self.vertex is None


@dataclass(slots=True, eq=False)
class Segment:
    """A link between two neighbouring ranks; `port` is its offset at the upper slot."""

    upper: Slot
    lower: Slot
    port: float = 0.0

    @property
    def above(self) -> float:
        return self.upper.cross + self.port

    @property
    def below(self) -> float:
        return self.lower.cross + self.lower.inlet


@dataclass(slots=True, eq=False)
class Way:
    """A link with the slots it passes. `back` are the slots of its return lane, bottom first."""

    link: Link
    source: Slot
    target: Slot | None
    port: float
    segments: list[Segment] = field(default_factory=list[Segment])
    back: list[Slot] = field(default_factory=list[Slot])


@dataclass(slots=True)
class Grid:
    """`segments` are without doubles: links that share a lane share its segments."""

    ranks: list[list[Slot]]
    ways: list[Way]
    boxes: dict[str, Slot]
    segments: list[Segment] = field(default_factory=list[Segment])

    def number(self) -> None:
        """Positions from the order of the ranks."""
        for rank in self.ranks:
            for position, slot in enumerate(rank):
                slot.position = position

    def spread_ports(self) -> None:
        """Ports that the caller left open, over the breadth in the order of what they lead to."""
        free: dict[str, list[Way]] = {}
        for way in self.ways:
            if way.link.port is None:
                free.setdefault(way.link.source, []).append(way)
        for source, ways in free.items():
            ways.sort(key=lambda way: way.segments[0].lower.position if way.segments else len(self.boxes))
            step = self.boxes[source].breadth / (len(ways) + 1)
            for index, way in enumerate(ways):
                way.port = step * (index + 1) - self.boxes[source].breadth / 2
                if way.segments and way.segments[0].upper is way.source:
                    way.segments[0].port = way.port


def make_slots(
    vertices: Sequence[Vertex], links: Sequence[Link], ranks: Mapping[str, int], space: Spacing
) -> Grid:
    """All slots in their ranks, in the order of the vertices, and the way of every link through them."""
    boxes = {
        each.id: Slot(ranks[each.id], each.breadth, each.length, each.inlet, each.id) for each in vertices
    }
    grid = Grid([[] for _ in range(max(ranks.values(), default=-1) + 1)], [], boxes)
    for slot in boxes.values():
        grid.ranks[slot.rank].append(slot)
    lanes = _Lanes(grid, space.lane)
    for link in links:
        target = None if link.target is None else boxes[link.target]
        way = Way(link, boxes[link.source], target, link.port or 0.0)
        if target is not None:
            lanes.lead(way, target)
        grid.ways.append(way)
    lanes.join_returns()
    grid.number()
    return grid


class _Lanes:
    """The lanes made so far, by target and rank."""

    def __init__(self, grid: Grid, breadth: float) -> None:
        self.grid = grid
        self.breadth = breadth
        self.left = MOST_LANES
        self.down: dict[tuple[Slot, int], tuple[Slot, Segment]] = {}
        self.up: dict[Slot, dict[int, Slot]] = {}

    def lead(self, way: Way, target: Slot) -> None:
        source = way.source
        if abs(target.rank - source.rank) >= self.left:
            return
        if target.rank > source.rank:
            first = Segment(source, self._lane(target, source.rank + 1), way.port)
            way.segments = [first, *self._rest(target, source.rank + 1)]
            self.grid.segments.append(first)
        else:
            lanes = self.up.setdefault(target, {})
            for rank in range(target.rank, source.rank + 1):
                if rank not in lanes:
                    lanes[rank] = self._make(rank)
            lanes[source.rank].beside = lanes[source.rank].beside or source
            lanes[target.rank].beside = target
            way.back = [lanes[rank] for rank in range(source.rank, target.rank - 1, -1)]

    def join_returns(self) -> None:
        """Segments along the return lanes, so that they are drawn straight."""
        for lanes in self.up.values():
            for rank in sorted(lanes)[:-1]:
                self.grid.segments.append(Segment(lanes[rank], lanes[rank + 1]))

    def _lane(self, target: Slot, rank: int) -> Slot:
        """The slot a link to `target` passes in a rank; made, with those below it, when first asked for."""
        lower = target
        for each in range(target.rank - 1, rank - 1, -1):
            if (target, each) not in self.down:
                segment = Segment(self._make(each), lower)
                self.down[target, each] = segment.upper, segment
                self.grid.segments.append(segment)
            lower = self.down[target, each][0]
        return lower

    def _rest(self, target: Slot, rank: int) -> list[Segment]:
        return [self.down[target, each][1] for each in range(rank, target.rank)]

    def _make(self, rank: int) -> Slot:
        self.left -= 1
        slot = Slot(rank, self.breadth)
        self.grid.ranks[rank].append(slot)
        return slot


def neighbours(grid: Grid) -> tuple[dict[Slot, list[Segment]], dict[Slot, list[Segment]]]:
    """The segments above and below every slot."""
    above: dict[Slot, list[Segment]] = {slot: [] for rank in grid.ranks for slot in rank}
    below: dict[Slot, list[Segment]] = {slot: [] for rank in grid.ranks for slot in rank}
    for segment in grid.segments:
        above[segment.lower].append(segment)
        below[segment.upper].append(segment)
    return above, below
