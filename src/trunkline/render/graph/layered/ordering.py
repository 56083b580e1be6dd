"""The order of each rank: few crossings, and branches in the order of their ports."""

from __future__ import annotations

from bisect import bisect_right, insort

from trunkline.render.graph.layered.slots import Grid, Segment, Slot, neighbours

_ROUNDS = 12
_SWAP_LIMIT = 400
"""Ranks wider than this are not improved by swapping neighbours: it takes the square of their width."""

_HUBS = 2000
"""Pairs of slots with more pairs of segments than this are left as the sweeps put them."""


def order(grid: Grid) -> None:
    """Sorts every rank of the grid in place; keeps the best of a fixed number of sweeps."""
    above, below = neighbours(grid)
    _begin(grid, below)
    best = [list(rank) for rank in grid.ranks]
    fewest = crossings(grid)
    for _ in range(_ROUNDS):
        if not fewest:
            break
        for rank in grid.ranks[1:]:
            _sort(rank, above, down=True)
        _swap(grid, above, below)
        for rank in reversed(grid.ranks[:-1]):
            _sort(rank, below, down=False)
        _swap(grid, above, below)
        found = crossings(grid)
        if found < fewest:
            fewest, best = found, [list(rank) for rank in grid.ranks]
    grid.ranks[:] = best
    grid.number()


def crossings(grid: Grid) -> int:
    """How often segments cross, ports taken into account."""
    by_rank: dict[int, list[Segment]] = {}
    for segment in grid.segments:
        by_rank.setdefault(segment.upper.rank, []).append(segment)
    return sum(_crossings(segments) for segments in by_rank.values())


def _crossings(segments: list[Segment]) -> int:
    ends = sorted((_port_position(each), each.lower.position) for each in segments)
    seen: list[int] = []
    total = 0
    for _, lower in ends:
        total += len(seen) - bisect_right(seen, lower)
        insort(seen, lower)
    return total


def _port_position(segment: Segment) -> float:
    upper = segment.upper
    return upper.position + segment.port / (upper.breadth + 1)


def _begin(grid: Grid, below: dict[Slot, list[Segment]]) -> None:
    """A walk from the first box, branches from left to right; lanes fall in where they are met."""
    seen: dict[Slot, None] = {}
    for rank in grid.ranks:
        for root in rank:
            waiting = [root]
            while waiting:
                slot = waiting.pop()
                if slot not in seen:
                    seen[slot] = None
                    waiting += [segment.lower for segment in sorted(below[slot], key=lambda s: -s.port)]
    walked = {slot: index for index, slot in enumerate(seen)}
    for rank in grid.ranks:
        rank.sort(key=lambda slot: walked[slot.beside] + 0.5 if slot.beside else walked[slot])
    grid.number()


def _sort(rank: list[Slot], towards: dict[Slot, list[Segment]], *, down: bool) -> None:
    """By the mean place of the neighbours; a slot without any keeps its place among the others."""
    keys: dict[Slot, float] = {}
    for slot in rank:
        places = [_port_position(s) if down else float(s.lower.position) for s in towards[slot]]
        if places:
            keys[slot] = sum(places) / len(places)
    last = -1.0
    for slot in rank:
        last = keys.setdefault(slot, last)
    for slot in rank:
        if slot.beside is not None and not towards[slot] and slot.beside in keys:
            keys[slot] = keys[slot.beside] + 1e-6
    rank.sort(key=keys.__getitem__)
    for position, slot in enumerate(rank):
        slot.position = position


def _swap(grid: Grid, above: dict[Slot, list[Segment]], below: dict[Slot, list[Segment]]) -> None:
    """Exchanges neighbours while that removes crossings; once down the ranks."""
    for rank in grid.ranks:
        if len(rank) > _SWAP_LIMIT:
            continue
        for index in range(len(rank) - 1):
            left, right = rank[index], rank[index + 1]
            if len(above[left]) * len(above[right]) + len(below[left]) * len(below[right]) > _HUBS:
                continue
            uppers = [[_port_position(s) for s in above[slot]] for slot in (left, right)]
            lowers = [[float(s.lower.position) for s in below[slot]] for slot in (left, right)]
            if _inversions(*uppers) + _inversions(*lowers) > (
                _inversions(*reversed(uppers)) + _inversions(*reversed(lowers))
            ):
                rank[index], rank[index + 1] = right, left
                left.position, right.position = index + 1, index


def _inversions(left: list[float], right: list[float]) -> int:
    return sum(one > other for one in left for other in right)
