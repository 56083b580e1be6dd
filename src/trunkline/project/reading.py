"""One file on its way to a resource."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath

from trunkline.domain.finding import Finding, Severity
from trunkline.domain.json import Json, JsonObject, Path
from trunkline.domain.resource import Address, Place, Source
from trunkline.project.files import read_text
from trunkline.project.jsonfile import JsonFault, JsonPositions, parse_json
from trunkline.project.variables import substitute, uses_variables
from trunkline.project.yamlfile import YamlFault, parse_yaml

Position = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file's text with what is needed to understand it; `known` is its address in a lock."""

    name: str
    text: str
    known: Address | None
    variables: Mapping[str, str]
    environment: Mapping[str, str]
    folder: FilePath = FilePath()

    @classmethod
    def of(
        cls,
        path: FilePath,
        name: str,
        known: Address | None,
        variables: Mapping[str, str],
        environment: Mapping[str, str],
    ) -> ReadFile:
        """Raises InvalidInput if the file cannot be read or is not UTF-8."""
        return cls(name, read_text(path), known, variables, environment, path.parent)

    @property
    def is_yaml(self) -> bool:
        return self.name.lower().endswith((".yaml", ".yml"))


@dataclass(slots=True)
class Reading:
    """What came of a file: a body with its address and positions, or findings alone.

    `texts` names files that hold a text of the body, by its path.
    """

    address: Address | None = None
    body: JsonObject | None = None
    draft: JsonObject | None = None
    """What could be made of a file with faults."""
    positions: Mapping[Path, Position] = field(default_factory=dict[Path, Position])
    texts: Mapping[Path, str] = field(default_factory=dict[Path, str])
    findings: list[Finding] = field(default_factory=list[Finding])

    def fault(self, rule: str, place: Place, message: str, hint: str | None = None, path: Path = ()) -> None:
        self.findings.append(Finding(rule, Severity.ERROR, message, self.address, path, place, hint))


def read_document(file: ReadFile, reading: Reading) -> tuple[Json, Mapping[Path, Position]] | None:
    """The document of a YAML or JSON file, variables replaced; faults go into `reading`."""
    positions: Mapping[Path, Position]
    if file.is_yaml:
        try:
            document = parse_yaml(file.text)
        except YamlFault as fault:
            for line, column, message in fault.faults:
                reading.fault("project-yaml", Place(file.name, line, column), message)
            return None
        value, positions = document.value, document.positions
    else:
        try:
            value, positions = parse_json(file.text), JsonPositions(file.text)
        except JsonFault as fault:
            reading.fault("project-json", Place(file.name, fault.line, fault.column), str(fault))
            return None
    if uses_variables(file.text):
        value, faults = substitute(value, file.variables, file.environment)
        source = Source(file.name, positions)
        for path, message, hint in faults:
            reading.fault("project-variable", source.place(path), message, hint, path)
    return value, positions
