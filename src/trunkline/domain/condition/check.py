"""What an org would refuse of a condition: limits, data sets, types. Every fault, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trunkline.domain.action.fault import Fault, nearest
from trunkline.domain.condition.datasets import Catalogue
from trunkline.domain.condition.literals import guessed_type, literal_fault
from trunkline.domain.condition.tree import Branch, Join, Leaf, Node, leaves


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of an org. `depth` counts the root as 0, so that 10 are 11 levels."""

    depth: int = 10
    children: int = 5


def check_tree(tree: Node, catalogue: Catalogue | None = None, limits: Limits | None = None) -> list[Fault]:
    """All faults of a tree; without a catalogue, data sets and fields are taken on trust."""
    return [
        *limit_faults(tree, limits or Limits()),
        *shape_faults(tree),
        *leaf_faults(tree, catalogue),
    ]


def within(tree: Node, limits: Limits) -> bool:
    """Whether a tree keeps the limits."""
    return next(limit_faults(tree, limits), None) is None


def limit_faults(node: Node, limits: Limits, level: int = 0) -> Iterator[Fault]:
    """What is deeper or wider than the org takes."""
    yield from _own_limits(node, level, limits)
    for child in node.children if isinstance(node, Branch) else ():
        yield from limit_faults(child, limits, level + 1)


def shape_faults(node: Node) -> Iterator[Fault]:
    """Branches that are empty, and NOT with several children."""
    if isinstance(node, Branch):
        yield from _own_shape(node)
        for child in node.children:
            yield from shape_faults(child)


def leaf_faults(node: Node, catalogue: Catalogue | None) -> Iterator[Fault]:
    """Data sets and fields that are not there, literals that do not fit their field."""
    for leaf in leaves(node):
        yield from _leaf_faults(leaf, catalogue)


def _own_limits(node: Node, level: int, limits: Limits) -> Iterator[Fault]:
    fix = "trunkline condition fmt --fix rewrites it"
    if level == limits.depth + 1:
        yield Fault(node.path, f"depth {level}: the org takes {limits.depth}, the root being 0", fix)
    if isinstance(node, Branch) and len(node.children) > limits.children:
        count = len(node.children)
        yield Fault(node.path, f"{count} children of {node.join}: the org takes {limits.children}", fix)


def _own_shape(node: Branch) -> Iterator[Fault]:
    if not node.children:
        yield Fault(node.path, f"{node.join} has no children", "remove it, or give it a condition")
    elif node.join is Join.NOT and len(node.children) > 1:
        yield Fault(
            node.path,
            f"NOT has {len(node.children)} children, and takes one",
            "join them with all: or any: below the NOT",
        )


def _leaf_faults(leaf: Leaf, catalogue: Catalogue | None) -> Iterator[Fault]:
    kind = None
    if catalogue is not None:
        found = catalogue.find(leaf.dataset)
        if found is None:
            yield Fault(
                leaf.path, f"there is no data set {leaf.dataset}", _meant(leaf.dataset, catalogue.names())
            )
        elif (field := found.find(leaf.name)) is None:
            names = [each.name for each in found.fields]
            yield Fault(
                leaf.path, f"the data set {found.name} has no field {leaf.name}", _meant(leaf.name, names)
            )
        else:
            kind = field.type
    fault = literal_fault(leaf, kind or guessed_type(leaf))
    if fault:
        yield Fault(leaf.path, fault)


def _meant(word: str, known: list[str]) -> str:
    meant = nearest(word, known)
    if meant:
        return f"did you mean {meant}?"
    return f"there are: {', '.join(known[:20])}" if known else "there are none"
