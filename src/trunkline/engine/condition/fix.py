"""Bringing a tree inside the limits of an org without changing what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from trunkline.domain.condition import Branch, Join, Leaf, Limits, Node, depth, within
from trunkline.engine.condition.normal import merged, pushed, split_by_depth, split_in_order

MOST_STEPS = 5_000
"""Parts looked at before giving up; a tree that needs more would come out absurdly long."""


def fixed(tree: Node, limits: Limits) -> Node | None:
    """An equivalent tree inside the limits; the tree itself where it keeps them; None where we find none.

    The gentlest rewriting that does it is taken: merge and split, then NOT pushed inward, then parts
    taken out of what is too deep. Branches must have children, and NOT one.
    """
    if within(tree, limits):
        return tree
    if limits.children < 2 or limits.depth < 0:
        return None
    return next((each for each in _candidates(tree, limits) if within(each, limits)), None)


def _candidates(tree: Node, limits: Limits) -> Iterator[Node]:
    plain, inward = merged(tree), merged(pushed(tree))
    for split in (split_in_order, split_by_depth):
        for candidate in (plain, inward):
            yield split(candidate, limits.children)
    flat = _Flattening(limits.children).flat(inward, limits.depth)
    if flat is not None:
        yield split_by_depth(merged(flat), limits.children)


class _Flattening:
    """Makes a tree less deep at the price of saying parts of it more than once.

    The deepest part G of a tree F is taken out at half its depth: (G AND F with G true) OR F with G false.
    Where NOT stands above leaves alone, a truer part never makes a tree falser, so that this is F again.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._steps = 0

    def flat(self, tree: Node, levels: int) -> Node | None:
        """An equivalent tree of at most so many levels below its root, once it is split; None: not found."""
        self._steps += 1
        if self._depth(tree) <= levels:
            return tree
        if levels < 1 or self._steps > MOST_STEPS or isinstance(tree, Leaf):
            return None
        return self._taken_apart(tree, levels) or self._below(tree, levels)

    def _depth(self, tree: Node) -> int:
        return depth(split_by_depth(merged(tree), self._most))

    def _below(self, tree: Branch, levels: int) -> Node | None:
        if tree.join is Join.NOT:
            return None
        parts = [self.flat(child, levels - 1) for child in tree.children]
        known = [part for part in parts if part is not None]
        return replace(tree, children=tuple(known)) if len(known) == len(parts) else None

    def _taken_apart(self, tree: Branch, levels: int) -> Node | None:
        way = self._deepest(tree)
        inside = [at for at in range(1, len(way) - 1) if isinstance(way[at], Branch)]
        if not inside or levels < 2:
            return None
        at = min(inside, key=lambda index: abs(index - len(way) // 2))
        part = self.flat(way[at], levels - 2)
        with_true, with_false = (_without(way[:at], way[at], value=value) for value in (True, False))
        first = self.flat(with_true, levels - 2) if with_true is not None else None
        last = self.flat(with_false, levels - 1) if with_false is not None else None
        if part is None or (first is None) != (with_true is None) or (last is None) != (with_false is None):
            return None
        either = part if first is None else Branch(Join.AND, (part, first), part.path)
        return either if last is None else Branch(Join.OR, (either, last), tree.path)

    def _deepest(self, tree: Node) -> list[Node]:
        """The nodes from the root to the deepest leaf."""
        way = [tree]
        while isinstance(node := way[-1], Branch):
            way.append(max(node.children, key=self._depth))
        return way


def _without(above: list[Node], part: Node, *, value: bool) -> Node | None:
    """The tree with `part` true or false; None where that settles nothing but itself."""
    result: Node | bool = value
    below = part
    for node in reversed(above):
        if not isinstance(node, Branch):
            raise TypeError("a leaf has nothing below it")
        result = _replaced(node, below, result)
        below = node
    if isinstance(result, bool):
        return None
    return result


def _replaced(node: Branch, child: Node, by: Node | bool) -> Node | bool:
    if node.join is Join.NOT:
        return (not by) if isinstance(by, bool) else replace(node, children=(by,))
    others = [each for each in node.children if each is not child]
    if isinstance(by, bool):
        settles = by is (node.join is Join.OR)
        if settles:
            return by
        return others[0] if len(others) == 1 else replace(node, children=tuple(others))
    return replace(node, children=tuple(by if each is child else each for each in node.children))
