"""The condition of one file: `when:` of an action, wire JSON, or a condition alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path as FilePath

from trunkline.domain.action.fault import Fault, Reader
from trunkline.domain.condition import Catalogue, Conditions, read_conditions, read_dataset
from trunkline.domain.json import Path
from trunkline.domain.resource import Source
from trunkline.errors import InvalidInput
from trunkline.project.config import Config
from trunkline.project.load import load_project
from trunkline.project.reading import ReadFile, Reading, read_document


@dataclass(frozen=True, slots=True)
class ConditionFile:
    """`at` is where the conditions stand in the document: `when`, `conditions`, or its root."""

    name: str
    text: str
    action: str | None
    at: Path
    conditions: Conditions
    source: Source

    def told(self, fault: Fault) -> str:
        """A fault with its file and line."""
        fix = f" ({fault.hint})" if fault.hint else ""
        return f"{self.source.place(fault.path)}: {fault.message}{fix}"


def read_condition_file(path: FilePath) -> ConditionFile:
    """Raises InvalidInput where the file cannot be read or holds no condition at all."""
    file = ReadFile.of(path, str(path), None, {}, {})
    reading = Reading()
    document = read_document(file, reading)
    if document is None:
        raise InvalidInput(f"{path} cannot be read", faults=tuple(map(str, reading.findings)))
    value, positions = document
    top = value if isinstance(value, dict) else {}
    key = next((key for key in ("when", "conditions") if key in top), None)
    at: Path = () if key is None else (key,)
    name = top.get("name") if key else None
    return ConditionFile(
        str(path),
        file.text,
        name if isinstance(name, str) else None,
        at,
        read_conditions(value if key is None else top[key], at),
        Source(str(path), positions),
    )


def project_catalogue(config: Config | None) -> Catalogue | None:
    """The data sets of a project; None where it declares none."""
    if config is None:
        return None
    resources = load_project(config, kinds=("data_set",)).resources
    read = [read_dataset(each.body, Reader()) for each in resources]
    return Catalogue(each for each in read if each is not None) if read else None
