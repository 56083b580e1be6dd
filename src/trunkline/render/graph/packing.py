"""Boxes in rows, for parts of a drawing that have nothing to do with each other."""

from __future__ import annotations

import math
from collections.abc import Sequence

_GAP = 44.0
_ASPECT = 1.7


def pack(sizes: Sequence[tuple[float, float]]) -> tuple[list[tuple[float, float]], float, float]:
    """The upper left corners of boxes of (width, height), in the order given, and the extent of all.

    The first box keeps the corner; rows are as wide as makes the whole about as wide as a screen.
    """
    area = sum((width + _GAP) * (height + _GAP) for width, height in sizes)
    limit = max([math.sqrt(area * _ASPECT), *(width for width, _ in sizes)])
    places: list[tuple[float, float]] = []
    x = y = row = widest = 0.0
    for width, height in sizes:
        if x and x + width > limit:
            x, y, row = 0.0, y + row + _GAP, 0.0
        places.append((x, y))
        x += width + _GAP
        row = max(row, height)
        widest = max(widest, x - _GAP)
    return places, widest, y + row
