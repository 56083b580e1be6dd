"""A flow's document with the form it is written in and its graph."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from trunkline.domain.flow.archy import from_archy, is_archy
from trunkline.domain.flow.configuration import from_configuration, is_configuration
from trunkline.domain.flow.graph import FlowGraph
from trunkline.domain.flow.guides import from_guides, is_guides
from trunkline.domain.json import Json, JsonObject


class Form(StrEnum):
    CONFIGURATION = "configuration"
    ARCHY = "Archy"
    GUIDES = "nodes and edges"


@dataclass(frozen=True, slots=True)
class FlowDocument:
    """`graph` is made from `body`, whose form is `form`."""

    form: Form
    body: JsonObject
    graph: FlowGraph


def flow_document(body: Json) -> FlowDocument:
    """A flow of any form. Raises ValueError where the document is none."""
    if is_configuration(body):
        return FlowDocument(Form.CONFIGURATION, body, from_configuration(body))
    if is_archy(body):
        return FlowDocument(Form.ARCHY, body, from_archy(body))
    if is_guides(body):
        return FlowDocument(Form.GUIDES, body, from_guides(body))
    raise ValueError("is no flow: neither a configuration, nor Archy's form, nor nodes and edges")
