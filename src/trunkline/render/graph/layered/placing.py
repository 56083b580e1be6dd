"""Coordinates on the cross axis, after Brandes and Köpf, with ports and boxes of any breadth.

Slots are aligned into straight blocks in four ways (from above or below, leaning left or right);
each way is compacted, and every slot takes the middle of its four places. Blocks follow ports: a
slot may stand beside the line of its block by the port's offset, so that the link is straight.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from trunkline.render.graph.layered.model import Spacing
from trunkline.render.graph.layered.slots import Grid, Segment, Slot, neighbours


def place(grid: Grid, space: Spacing) -> None:
    """Sets the middle of every slot; the leftmost edge of the drawing is at 0."""
    above, below = neighbours(grid)
    crossed = _crossing_lanes(grid, below)
    layouts = [
        _layout(grid, above if down else below, crossed, space, down=down, left=left)
        for down in (True, False)
        for left in (True, False)
    ]
    _line_up(layouts)
    slots = [slot for rank in grid.ranks for slot in rank]
    for slot in slots:
        _, low, high, _ = sorted(layout.cross[slot] for layout in layouts)
        slot.cross = (low + high) / 2
    edge = min((slot.cross - slot.breadth / 2 for slot in slots), default=0.0)
    for slot in slots:
        slot.cross -= edge


def _crossing_lanes(grid: Grid, below: dict[Slot, list[Segment]]) -> set[Segment]:
    """Segments that cross a lane between two ranks; lanes have the right of way."""
    marked: set[Segment] = set()
    for rank in grid.ranks:
        segments = [segment for slot in rank for segment in below[slot]]
        lanes = sorted(_ends(each) for each in segments if _is_lane(each))
        if not lanes:
            continue
        uppers = [upper for upper, _ in lanes]
        highest = [-1, *accumulate((lower for _, lower in lanes), max)]
        lowest = [1 << 30, *accumulate((lower for _, lower in reversed(lanes)), min)]
        for segment in segments:
            upper, lower = _ends(segment)
            left, right = bisect_left(uppers, upper), len(lanes) - bisect_right(uppers, upper)
            if not _is_lane(segment) and (highest[left] > lower or lowest[right] < lower):
                marked.add(segment)
    return marked


def _ends(segment: Segment) -> tuple[int, int]:
    return segment.upper.position, segment.lower.position


def _is_lane(segment: Segment) -> bool:
    return segment.upper.is_lane and segment.lower.is_lane


@dataclass(slots=True)
class _Blocks:
    """`root` of every slot, and how far its middle lies right of the root's."""

    root: dict[Slot, Slot]
    shift: dict[Slot, float]


@dataclass(slots=True)
class _Layout:
    cross: dict[Slot, float] = field(default_factory=dict[Slot, float])
    left: bool = True

    @property
    def bounds(self) -> tuple[float, float]:
        return (
            min((cross - slot.breadth / 2 for slot, cross in self.cross.items()), default=0.0),
            max((cross + slot.breadth / 2 for slot, cross in self.cross.items()), default=0.0),
        )


def _layout(
    grid: Grid,
    towards: dict[Slot, list[Segment]],
    crossed: set[Segment],
    space: Spacing,
    *,
    down: bool,
    left: bool,
) -> _Layout:
    blocks = _align(grid, towards, crossed, down=down, left=left)
    return _Layout(_compact(grid.ranks, blocks, space, left=left), left)


def _align(
    grid: Grid,
    towards: dict[Slot, list[Segment]],
    crossed: set[Segment],
    *,
    down: bool,
    left: bool,
) -> _Blocks:
    """Every slot joins the block of a median neighbour that is still free, never across another."""
    slots = [slot for rank in grid.ranks for slot in rank]
    blocks = _Blocks({slot: slot for slot in slots}, dict.fromkeys(slots, 0.0))
    taken: set[Slot] = set()
    for rank in grid.ranks if down else reversed(grid.ranks):
        limit = -1 if left else 1 << 30
        for slot in rank if left else reversed(rank):
            for segment in _medians(towards[slot], down=down, left=left):
                other = segment.upper if down else segment.lower
                free = other.position > limit if left else other.position < limit
                if other in taken or segment in crossed or not free:
                    continue
                taken.add(other)
                offset = segment.port - segment.lower.inlet
                blocks.root[slot] = blocks.root[other]
                blocks.shift[slot] = blocks.shift[other] + (offset if down else -offset)
                limit = other.position
                break
    return blocks


def _medians(segments: list[Segment], *, down: bool, left: bool) -> list[Segment]:
    ends = sorted(segments, key=lambda s: (s.upper.position, s.port) if down else (s.lower.position, s.port))
    if not ends:
        return []
    low, high = ends[(len(ends) - 1) // 2], ends[len(ends) // 2]
    if low is high:
        return [low]
    return [low, high] if left else [high, low]


def _compact(
    ranks: Sequence[list[Slot]], blocks: _Blocks, space: Spacing, *, left: bool
) -> dict[Slot, float]:
    """Blocks as far to one side as their neighbours let them, then back where there is room."""
    after: dict[Slot, dict[Slot, float]] = {root: {} for root in blocks.root.values()}
    for rank in ranks:
        for one, other in pairwise(rank):
            gap = max(space.lane if one.is_lane or other.is_lane else space.beside, space.lane)
            apart = blocks.shift[one] + (one.breadth + other.breadth) / 2 + gap - blocks.shift[other]
            first, second = blocks.root[one], blocks.root[other]
            after[first][second] = max(after[first].get(second, apart), apart)
    sorted_roots = _in_order(after)
    places = dict.fromkeys(sorted_roots, 0.0)
    before: dict[Slot, list[tuple[Slot, float]]] = {root: [] for root in sorted_roots}
    for root in sorted_roots:
        for other, apart in after[root].items():
            before[other].append((root, apart))
    if left:
        for root in sorted_roots:
            places[root] = max((places[o] + apart for o, apart in before[root]), default=0.0)
        for root in reversed(sorted_roots):
            if after[root]:
                places[root] = max(places[root], min(places[o] - a for o, a in after[root].items()))
    else:
        for root in reversed(sorted_roots):
            places[root] = min((places[o] - apart for o, apart in after[root].items()), default=0.0)
        for root in sorted_roots:
            if before[root]:
                places[root] = min(places[root], max(places[o] + a for o, a in before[root]))
    return {slot: places[root] + blocks.shift[slot] for slot, root in blocks.root.items()}


def _in_order(after: dict[Slot, dict[Slot, float]]) -> list[Slot]:
    """Blocks from left to right; blocks never cross, so there is such an order."""
    waiting = dict.fromkeys(after, 0)
    for others in after.values():
        for other in others:
            waiting[other] += 1
    ready = [root for root, count in waiting.items() if not count]
    for root in ready:
        for other in after[root]:
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)
    return ready


def _line_up(layouts: Sequence[_Layout]) -> None:
    """Moves all layouts to the narrowest: left-leaning ones by their left edge, others by the right."""
    narrowest = min(layouts, key=lambda layout: layout.bounds[1] - layout.bounds[0])
    low, high = narrowest.bounds
    for layout in layouts:
        own_low, own_high = layout.bounds
        move = low - own_low if layout.left else high - own_high
        layout.cross = {slot: cross + move for slot, cross in layout.cross.items()}
