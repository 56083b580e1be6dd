"""Ranks: every link points from a lower rank to a higher one, but for those that close a cycle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trunkline.render.graph.layered.model import Link, Vertex


def rank(vertices: Sequence[Vertex], links: Sequence[Link]) -> dict[str, int]:
    """The rank of every vertex: the longest way to it from where the drawing begins.

    Cycles are cut where a walk in the order of the vertices and links comes back to where it is.
    """
    following = _without_cycles(vertices, links)
    waiting = dict.fromkeys(following, 0)
    for targets in following.values():
        for target in targets:
            waiting[target] += 1
    ready = [vertex for vertex, count in waiting.items() if not count]
    ranks = dict.fromkeys(following, 0)
    for vertex in ready:
        for target in following[vertex]:
            ranks[target] = max(ranks[target], ranks[vertex] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    _draw_near(ready, following, ranks)
    return ranks


def _without_cycles(vertices: Sequence[Vertex], links: Sequence[Link]) -> dict[str, list[str]]:
    targets: dict[str, list[str]] = {vertex.id: [] for vertex in vertices}
    for link in links:
        if link.target is not None:
            targets[link.source].append(link.target)
    kept: dict[str, list[str]] = {vertex: [] for vertex in targets}
    done: set[str] = set()
    for root in _beginnings(targets):
        if root in done:
            continue
        active = {root}
        work = [(root, iter(targets[root]))]
        while work:
            vertex, rest = work[-1]
            target = next(rest, None)
            if target is None:
                work.pop()
                active.discard(vertex)
                done.add(vertex)
            elif target not in active:
                kept[vertex].append(target)
                if target not in done:
                    active.add(target)
                    work.append((target, iter(targets[target])))
    return kept


def _beginnings(targets: dict[str, list[str]]) -> Iterator[str]:
    """The first vertex, those that no link leads to, then all others: cycles without an entry."""
    entered = {target for vertex, each in targets.items() for target in each if target != vertex}
    yield from list(targets)[:1]
    yield from (vertex for vertex in targets if vertex not in entered)
    yield from targets


def _draw_near(order: list[str], following: dict[str, list[str]], ranks: dict[str, int]) -> None:
    """A beginning that is not the first one moves down to just above what it leads to."""
    entered = {target for targets in following.values() for target in targets}
    for vertex in order[1:]:
        if vertex not in entered and following[vertex]:
            ranks[vertex] = min(ranks[target] for target in following[vertex]) - 1
