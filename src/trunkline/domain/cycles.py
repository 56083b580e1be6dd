"""Circles in a graph of who needs whom, each shown by its shortest way round."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

N = TypeVar("N", bound=Hashable)

WORK = 2_000_000
"""Edges looked at to find the shortest way round one knot; beyond, the shortest found so far is shown."""


def cycles(edges: Mapping[N, Iterable[N]]) -> list[list[N]]:
    """For each knot of nodes that reach one another: its shortest circle, the first node again at the end.

    Time grows with the number of edges where there is no circle.
    """
    graph = {node: list(dict.fromkeys(following)) for node, following in edges.items()}
    round_ones = (each for each in knots(graph) if len(each) > 1 or each[0] in graph.get(each[0], ()))
    return [_shortest(graph, set(knot)) for knot in round_ones]


def knots(graph: Mapping[N, Iterable[N]]) -> Iterable[list[N]]:
    """Strongly connected components (Tarjan), without recursion."""
    index: dict[N, int] = {}
    low: dict[N, int] = {}
    open_nodes: dict[N, None] = {}
    for root in graph:
        if root in index:
            continue
        index[root] = low[root] = len(index)
        open_nodes[root] = None
        work = [(root, iter(graph[root]))]
        while work:
            node, following = work[-1]
            for other in following:
                if other not in index:
                    index[other] = low[other] = len(index)
                    open_nodes[other] = None
                    work.append((other, iter(graph.get(other, ()))))
                    break
                if other in open_nodes:
                    low[node] = min(low[node], index[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    yield _closed(open_nodes, node)


def _closed(open_nodes: dict[N, None], root: N) -> list[N]:
    knot: list[N] = []
    while True:
        node, _ = open_nodes.popitem()
        knot.append(node)
        if node == root:
            return knot[::-1]


def _shortest(graph: Mapping[N, Sequence[N]], knot: set[N]) -> list[N]:
    best: list[N] = []
    work = 0
    for start in graph:
        if start not in knot:
            continue
        circle, looked = _round(graph, knot, start, len(best) - 1 if best else len(knot) + 1)
        best = circle or best
        work += looked
        if best and (len(best) <= 3 or work > WORK or len(best) == len(knot) + 1 == looked + 1):
            break
    return best


def _round(
    graph: Mapping[N, Sequence[N]], knot: set[N], start: N, longest: int
) -> tuple[list[N] | None, int]:
    """The shortest way from a node back to it with fewer than `longest` edges, and the edges looked at."""
    before: dict[N, N] = {}
    distance = {start: 0}
    waiting = deque([start])
    looked = 0
    while waiting:
        node = waiting.popleft()
        if distance[node] + 1 >= longest:
            continue
        for other in graph[node]:
            looked += 1
            if other == start:
                return _way(before, start, node), looked
            if other in knot and other not in distance:
                distance[other] = distance[node] + 1
                before[other] = node
                waiting.append(other)
    return None, looked


def _way(before: Mapping[N, N], start: N, last: N) -> list[N]:
    way = [last]
    while way[-1] != start:
        way.append(before[way[-1]])
    return [*reversed(way), start]
