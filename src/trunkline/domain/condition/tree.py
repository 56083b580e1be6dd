"""A condition as a tree: leaves compare one field of a data set, branches join them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeAlias

from trunkline.domain.json import Path


class Operator(StrEnum):
    """What a leaf asks of its field. The guides have EQUALS and GREATER_THAN; the others are ours."""

    EQUALS = "EQUALS"
    NOT_EQUALS = "NOT_EQUALS"
    GREATER_THAN = "GREATER_THAN"
    GREATER_OR_EQUAL = "GREATER_OR_EQUAL"
    LESS_THAN = "LESS_THAN"
    LESS_OR_EQUAL = "LESS_OR_EQUAL"
    IN = "IN"
    CONTAINS = "CONTAINS"
    STARTS_WITH = "STARTS_WITH"
    IS_SET = "IS_SET"


class Join(StrEnum):
    """How a branch joins its children."""

    AND = "AND"
    OR = "OR"
    NOT = "NOT"


COMPLEMENTS = {
    Operator.EQUALS: Operator.NOT_EQUALS,
    Operator.NOT_EQUALS: Operator.EQUALS,
    Operator.GREATER_THAN: Operator.LESS_OR_EQUAL,
    Operator.LESS_OR_EQUAL: Operator.GREATER_THAN,
    Operator.LESS_THAN: Operator.GREATER_OR_EQUAL,
    Operator.GREATER_OR_EQUAL: Operator.LESS_THAN,
}
"""Operators that are each other's NOT, for a field that is set and unknown alike for one that is not."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """`dataset` and `name` (of the field) are names or ids, as written. `literal` is the text on the wire.

    IS_SET takes `true`, `false`, or None, which is `true`. `path` is where the leaf stands in its document.
    """

    operator: Operator
    dataset: str
    name: str
    literal: str | None
    path: Path = field(default=(), compare=False)

    @property
    def wants_set(self) -> bool:
        """For IS_SET: whether the field is to be set."""
        return self.literal != "false"

    def __str__(self) -> str:
        words = self.operator.value.lower().replace("_", " ")
        return f"{self.dataset}.{self.name} {words} {self.literal or ''}".rstrip()


@dataclass(frozen=True, slots=True)
class Branch:
    """AND, OR or NOT over children."""

    join: Join
    children: tuple[Node, ...]
    path: Path = field(default=(), compare=False)


Node: TypeAlias = Leaf | Branch


def leaves(node: Node) -> Iterator[Leaf]:
    """Every leaf in the order of the tree."""
    if isinstance(node, Leaf):
        yield node
        return
    for child in node.children:
        yield from leaves(child)


def depth(node: Node) -> int:
    """Levels below the root: a leaf alone has 0."""
    return 0 if isinstance(node, Leaf) else 1 + max(map(depth, node.children), default=0)


def complement(leaf: Leaf) -> Leaf | None:
    """The leaf that says the opposite, where one leaf can."""
    if leaf.operator is Operator.IS_SET:
        return replace(leaf, literal="false" if leaf.wants_set else "true")
    other = COMPLEMENTS.get(leaf.operator)
    return replace(leaf, operator=other) if other else None


def negated(node: Node) -> Node:
    """The opposite: as a leaf where one leaf can say it, without a double NOT, else under NOT."""
    if isinstance(node, Branch):
        return node.children[0] if node.join is Join.NOT else Branch(Join.NOT, (node,), node.path)
    return complement(node) or Branch(Join.NOT, (node,), node.path)
