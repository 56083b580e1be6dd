"""Equivalent rewritings of a tree. All hold in three-valued logic too: an unknown stays one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trunkline.domain.condition import Branch, Join, Leaf, Node, depth, negated


def merged(node: Node) -> Node:
    """AND in AND and OR in OR become one; a branch of one child is that child; NOT NOT goes."""
    if isinstance(node, Leaf):
        return node
    children = [merged(child) for child in node.children]
    if node.join is Join.NOT:
        inner = children[0]
        is_not = isinstance(inner, Branch) and inner.join is Join.NOT
        return inner.children[0] if is_not and isinstance(inner, Branch) else replace(node, children=(inner,))
    flat: list[Node] = []
    for child in children:
        same = isinstance(child, Branch) and child.join is node.join
        flat += child.children if same and isinstance(child, Branch) else (child,)
    return flat[0] if len(flat) == 1 else replace(node, children=tuple(flat))


def pushed(node: Node, *, negate: bool = False) -> Node:
    """NOT moved down to the leaves, and into them where one leaf can say the opposite."""
    if isinstance(node, Leaf):
        return negated(node) if negate else node
    if node.join is Join.NOT:
        return pushed(node.children[0], negate=not negate)
    join = node.join
    if negate:
        join = Join.OR if join is Join.AND else Join.AND
    return Branch(join, tuple(pushed(child, negate=negate) for child in node.children), node.path)


def split_in_order(node: Node, most: int) -> Node:
    """Groups of at most `most` neighbours, where a branch has more children."""
    if isinstance(node, Leaf):
        return node
    children: Sequence[Node] = [split_in_order(child, most) for child in node.children]
    while len(children) > most:
        children = [_group(node, children[at : at + most]) for at in range(0, len(children), most)]
    return replace(node, children=tuple(children))


def split_by_depth(node: Node, most: int) -> Node:
    """Groups of at most `most`, the flattest children together: no grouping is less deep."""
    if isinstance(node, Leaf):
        return node
    children = [split_by_depth(child, most) for child in node.children]
    while len(children) > most:
        children.sort(key=depth)
        count = min(most, len(children) - most + 1)
        children = [*children[count:], _group(node, children[:count])]
    return replace(node, children=tuple(children))


def _group(node: Branch, children: Sequence[Node]) -> Node:
    return children[0] if len(children) == 1 else Branch(node.join, tuple(children), children[0].path)
