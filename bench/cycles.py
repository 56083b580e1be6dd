"""Circles of data actions and data sets in graphs of 100,000 edges."""

from __future__ import annotations

import random
from time import perf_counter

from trunkline.domain.cycles import cycles

EDGES = 100_000


def main() -> None:
    for name, last in (("no circle", EDGES), ("one circle", 0)):
        chain = {index: [index + 1] for index in range(EDGES - 1)} | {EDGES - 1: [last]}
        print(f"{EDGES:,} edges, {name}: {measured(chain)}")
    made = random.Random(1)
    tangle: dict[int, list[int]] = {}
    for _ in range(EDGES):
        tangle.setdefault(made.randrange(30_000), []).append(made.randrange(30_000))
    print(f"{EDGES:,} random edges: {measured(tangle)}")


def measured(graph: dict[int, list[int]]) -> str:
    start = perf_counter()
    found = cycles(graph)
    spent = perf_counter() - start
    shortest = f", the shortest of {len(found[0]) - 1}" if found else ""
    return f"{spent:.2f} s, {len(found):,} found{shortest}"


if __name__ == "__main__":
    main()
