"""One file of a flow, in whatever form: configuration as JSON or `.i3*`, Archy's YAML, nodes and edges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath

from trunkline.domain.flow import i3
from trunkline.domain.flow.document import FlowDocument, flow_document
from trunkline.domain.json import Json, Path
from trunkline.domain.resource import Address, Resource, Source
from trunkline.errors import InvalidInput
from trunkline.project.archy import parse_archy
from trunkline.project.files import read_text
from trunkline.project.jsonfile import JsonFault, JsonPositions, parse_json
from trunkline.project.yamlfile import YamlFault


@dataclass(frozen=True, slots=True)
class FlowFile:
    """A flow and where it was read from: a file's name, or `ID@4.0 of org`."""

    label: str
    document: FlowDocument
    positions: Mapping[Path, tuple[int, int]] = field(default_factory=dict[Path, tuple[int, int]])

    @property
    def name(self) -> str:
        return self.document.graph.name or FilePath(self.label).stem

    @property
    def resource(self) -> Resource:
        """What rules look at."""
        return Resource(Address("flow", self.name), self.document.body, Source(self.label, self.positions))


def read_flow_file(path: FilePath) -> FlowFile:
    """Raises InvalidInput, naming the line, where the file cannot be read or holds no flow."""
    label = str(path)
    try:
        body, positions = _parse(path)
    except JsonFault as fault:
        raise InvalidInput(f"is {fault}", where=f"{label}:{fault.line}:{fault.column}") from None
    except YamlFault as fault:
        line, column, message = fault.faults[0]
        raise InvalidInput(message, where=f"{label}:{line}:{column}") from None
    except ValueError as error:
        raise InvalidInput(str(error), where=label) from None
    return flow_file(label, body, positions)


def flow_file(label: str, body: Json, positions: Mapping[Path, tuple[int, int]] | None = None) -> FlowFile:
    """A flow from its parsed document. Raises InvalidInput where it is none."""
    try:
        return FlowFile(label, flow_document(body), positions or {})
    except ValueError as error:
        raise InvalidInput(str(error), where=label) from None


def _parse(path: FilePath) -> tuple[Json, Mapping[Path, tuple[int, int]]]:
    text = read_text(path)
    if i3.is_i3(path.name):
        return i3.decode(text.encode()), {}
    if path.name.lower().endswith((".yaml", ".yml")):
        document = parse_archy(text)
        return document.value, document.positions
    return parse_json(text), JsonPositions(text)
