"""Orthogonal routes in the gaps between ranks, and the main axis, which they need room on.

In a gap, all links that end at one slot form a *net*: they come from their ports to a common track
and go on as one. Nets that overlap get tracks of their own, in an order with few crossings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush

from trunkline.render.graph.layered.model import Arrangement, Point, Spacing, simplify
from trunkline.render.graph.layered.slots import Grid, Slot, Way

_NEAR = 5.0
"""Lines closer than this look like one."""
_STRAIGHT = 1.0
_FAR = 1e9
_MANY = 300
_Key = tuple[Slot | str, str]
"""A slot with the side its links arrive from, or the name of an exit."""


@dataclass(slots=True, eq=False)
class _Net:
    """`above` and `below` are where lines come from the ranks on either side of the gap."""

    above: list[float] = field(default_factory=list[float])
    below: list[float] = field(default_factory=list[float])
    leaves: bool = False
    track: int = 0
    low: float = 0.0
    high: float = 0.0

    def bound(self) -> None:
        """Sets `low` and `high` once all ends are known."""
        self.low = min([*self.above, *self.below])
        self.high = _FAR if self.leaves else max([*self.above, *self.below])

    @property
    def straight(self) -> bool:
        return not self.leaves and self.high - self.low < _STRAIGHT


Gap = dict[_Key, _Net]


def route(grid: Grid, space: Spacing) -> Arrangement:
    """Main coordinates from the tracks of every gap, and the polylines of all links."""
    gaps: list[Gap] = [{} for _ in range(len(grid.ranks) + 1)]
    for way in grid.ways:
        _collect(way, gaps)
    starts: list[float] = []
    tracks: list[float] = []
    main = 0.0
    for index, gap in enumerate(gaps):
        count = _assign(list(gap.values()))
        room = space.track * max(count - 1, 0)
        outer = index in (0, len(grid.ranks))
        breadth = (space.between if count else 0.0) + room if outer else space.between + room
        tracks.append(main + space.between / 2)
        main += breadth
        if index < len(grid.ranks):
            starts.append(main)
            main += max((slot.length for slot in grid.ranks[index]), default=0.0)
    breadth = max((slot.cross + slot.breadth / 2 for rank in grid.ranks for slot in rank), default=0.0)
    lines = _Lines(gaps, tracks, space.track, starts, breadth)
    return Arrangement(
        {name: (slot.cross - slot.breadth / 2, starts[slot.rank]) for name, slot in grid.boxes.items()},
        [lines.of(way) for way in grid.ways],
        breadth,
        main,
    )


def _collect(way: Way, gaps: list[Gap]) -> None:
    """Puts a link's ends into the nets it belongs to; gap `n` lies above rank `n`."""
    out = way.source.cross + way.port
    if way.target is None:
        net = gaps[way.source.rank + 1].setdefault((way.link.exit, "out"), _Net(leaves=True))
        net.above.append(out)
        return
    for segment in way.segments:
        net = gaps[segment.lower.rank].setdefault((segment.lower, "down"), _Net())
        net.above.append(segment.above)
        net.below.append(segment.below)
    if way.back:
        net = gaps[way.source.rank + 1].setdefault((way.back[0], "up"), _Net())
        net.above += [out, way.back[0].cross]
        for lower, upper in zip(way.back, way.back[1:], strict=False):
            net = gaps[lower.rank].setdefault((upper, "up"), _Net())
            net.above.append(upper.cross)
            net.below.append(lower.cross)
        net = gaps[way.target.rank].setdefault((way.target, "down"), _Net())
        net.below += [way.back[-1].cross, way.target.cross + way.target.inlet]


def _assign(nets: list[_Net]) -> int:
    """Gives every net that is not straight its track; the number of tracks."""
    for net in nets:
        net.bound()
    bent = [net for net in nets if not net.straight]
    if len(bent) > _MANY:
        return _assign_many(bent)
    placed: list[_Net] = []
    for net in _sorted(bent):
        above = [other.track for other in placed if _overlap(net, other)]
        net.track = max(above, default=-1) + 1
        placed.append(net)
    return max((net.track + 1 for net in bent), default=0)


def _assign_many(nets: list[_Net]) -> int:
    """The fewest tracks, whatever crosses: for gaps that are too crowded to be read anyway."""
    free: list[tuple[float, int]] = []
    tracks = 0
    for net in sorted(nets, key=lambda net: net.low):
        if free and free[0][0] < net.low - _NEAR:
            _, net.track = heappop(free)
        else:
            net.track, tracks = tracks, tracks + 1
        heappush(free, (net.high, net.track))
    return tracks


def _overlap(one: _Net, other: _Net) -> bool:
    return one.low < other.high + _NEAR and other.low < one.high + _NEAR


def _sorted(nets: list[_Net]) -> list[_Net]:
    """From the top track down: a net that is better above another comes first, as far as that goes."""
    gain: dict[_Net, dict[_Net, int]] = {net: {} for net in nets}
    for index, one in enumerate(nets):
        for other in nets[index + 1 :]:
            if _overlap(one, other):
                difference = _cost(other, one) - _cost(one, other)
                gain[one][other], gain[other][one] = difference, -difference
    waiting = sorted(nets, key=lambda net: (net.low, net.high))
    scores = {net: sum(gain[net].values()) for net in nets}
    result: list[_Net] = []
    while waiting:
        net = max(waiting, key=scores.__getitem__)
        waiting.remove(net)
        result.append(net)
        for other, value in gain[net].items():
            scores[other] += value
    return result


def _cost(upper: _Net, lower: _Net) -> int:
    """What it costs to have one net's track above the other's: crossings, and lines that run into one."""
    crossings = sum(lower.low < at < lower.high for at in upper.below)
    crossings += sum(upper.low < at < upper.high for at in lower.above)
    runs = sum(abs(one - other) < _NEAR for one in upper.below for other in lower.above)
    return crossings + 100 * runs


@dataclass(frozen=True, slots=True)
class _Lines:
    gaps: Sequence[Gap]
    tracks: Sequence[float]
    step: float
    starts: Sequence[float]
    breadth: float

    def of(self, way: Way) -> list[Point]:
        out = way.source.cross + way.port
        points: list[Point] = [(out, self.starts[way.source.rank] + way.source.length)]
        if way.target is None:
            track = self._track(way.source.rank + 1, (way.link.exit, "out"))
            return [*points, (out, track), (self.breadth, track)]
        for segment in way.segments:
            self._bend(points, segment.lower.rank, (segment.lower, "down"), segment.below)
        if way.back:
            rank = way.source.rank + 1
            self._bend(points, rank, (way.back[0], "up"), way.back[0].cross)
            for lower, upper in zip(way.back, way.back[1:], strict=False):
                self._bend(points, lower.rank, (upper, "up"), upper.cross)
            inlet = way.target.cross + way.target.inlet
            self._bend(points, way.target.rank, (way.target, "down"), inlet)
        points.append((way.target.cross + way.target.inlet, self.starts[way.target.rank]))
        return simplify(points)

    def _bend(self, points: list[Point], gap: int, key: _Key, to: float) -> None:
        if self.gaps[gap][key].straight and abs(points[-1][0] - to) < _STRAIGHT:
            return
        track = self._track(gap, key)
        points += [(points[-1][0], track), (to, track)]

    def _track(self, gap: int, key: _Key) -> float:
        return self.tracks[gap] + self.step * self.gaps[gap][key].track
