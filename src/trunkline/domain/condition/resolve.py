"""Names of data sets and fields to the ids of an org, and back."""

from __future__ import annotations

from dataclasses import replace

from trunkline.domain.condition.datasets import Catalogue
from trunkline.domain.condition.tree import Leaf, Node


def with_ids(node: Node, catalogue: Catalogue) -> Node:
    """The tree by ids; what the catalogue does not know stays as it is."""
    return _renamed(node, catalogue, by_id=True)


def with_names(node: Node, catalogue: Catalogue) -> Node:
    """The tree by names; what the catalogue does not know stays as it is."""
    return _renamed(node, catalogue, by_id=False)


def _renamed(node: Node, catalogue: Catalogue, *, by_id: bool) -> Node:
    if not isinstance(node, Leaf):
        return replace(node, children=tuple(_renamed(each, catalogue, by_id=by_id) for each in node.children))
    dataset = catalogue.find(node.dataset)
    field = dataset.find(node.name) if dataset else None
    if dataset is None or field is None:
        return node
    if by_id:
        return replace(node, dataset=dataset.id, name=field.id)
    return replace(node, dataset=dataset.name, name=field.name)
