"""Conditions of data actions (chapter G2 of the guides): trees over fields of data sets."""

from trunkline.domain.condition.check import Limits, check_tree, within
from trunkline.domain.condition.datasets import Catalogue, DataField, DataSet, FieldType, read_dataset
from trunkline.domain.condition.merge import merge_conditions
from trunkline.domain.condition.read import Conditions, read_conditions
from trunkline.domain.condition.resolve import with_ids, with_names
from trunkline.domain.condition.tree import Branch, Join, Leaf, Node, Operator, depth, leaves, negated
from trunkline.domain.condition.write import to_friendly, to_wire

__all__ = [
    "Branch",
    "Catalogue",
    "Conditions",
    "DataField",
    "DataSet",
    "FieldType",
    "Join",
    "Leaf",
    "Limits",
    "Node",
    "Operator",
    "check_tree",
    "depth",
    "leaves",
    "merge_conditions",
    "negated",
    "read_conditions",
    "read_dataset",
    "to_friendly",
    "to_wire",
    "with_ids",
    "with_names",
    "within",
]
