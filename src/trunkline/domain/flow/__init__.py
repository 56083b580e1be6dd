"""Flows of Architect: their files, their graph, their canonical form, their differences."""

from __future__ import annotations

from trunkline.domain.flow.archy import from_archy, is_archy
from trunkline.domain.flow.configuration import from_configuration, is_configuration
from trunkline.domain.flow.graph import Edge, EdgeKind, FlowGraph, Node, Output, Reference, Use, Variable
from trunkline.domain.flow.guides import from_guides, guides_form, is_guides

__all__ = [
    "Edge",
    "EdgeKind",
    "FlowGraph",
    "Node",
    "Output",
    "Reference",
    "Use",
    "Variable",
    "from_archy",
    "from_configuration",
    "from_guides",
    "guides_form",
    "is_archy",
    "is_configuration",
    "is_guides",
]
