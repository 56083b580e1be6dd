"""A project's files as resources: every file is read, every fault is told, nothing is raised for one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from trunkline.domain.finding import Finding, Severity
from trunkline.domain.kinds import KINDS, SIMPLE
from trunkline.domain.resource import Address, Place, Resource, Source
from trunkline.errors import InvalidInput
from trunkline.project.actions import read_action
from trunkline.project.config import Config
from trunkline.project.datasets import read_data_set
from trunkline.project.flow_settings import read_flow_settings
from trunkline.project.flows import read_flow
from trunkline.project.lock import file_addresses
from trunkline.project.objects import reader
from trunkline.project.reading import ReadFile, Reading
from trunkline.project.scripts import read_script_action
from trunkline.project.studio import read_studio_script


@dataclass(frozen=True, slots=True)
class Loaded:
    """Resources in file order, and what is wrong with the files themselves."""

    resources: tuple[Resource, ...]
    findings: tuple[Finding, ...]
    files: int
    drafts: tuple[Resource, ...] = ()
    """What could be made of files with faults: to be looked at, never to be written to a cloud."""

    def of_kind(self, kind: str) -> list[Resource]:
        return [resource for resource in self.resources if resource.address.kind == kind]


PLAIN = (*(kind.name for kind in SIMPLE), "data_table", "integration", "prompt", "queue")
_READERS: Mapping[str, Callable[[ReadFile], Reading]] = {
    "data_action": read_action,
    "data_set": read_data_set,
    "flow": read_flow,
    "flow_settings": read_flow_settings,
    "script_action": read_script_action,
    "studio_script": read_studio_script,
    **{kind: reader(kind) for kind in PLAIN},
}


@dataclass(slots=True)
class _Loading:
    config: Config
    org: str | None
    known: Mapping[str, Address]
    environment: Mapping[str, str]
    resources: list[Resource] = field(default_factory=list[Resource])
    findings: list[Finding] = field(default_factory=list[Finding])
    files: int = 0
    drafts: list[Resource] = field(default_factory=list[Resource])

    def read(self, kind: str, path: Path) -> None:
        name = path.relative_to(self.config.root).as_posix()
        self.files += 1
        try:
            file = ReadFile.of(
                path, name, self.known.get(name), self.config.variables_of(self.org), self.environment
            )
        except InvalidInput as error:
            self.fault("project-unreadable", Place(name), error.message, error.hint)
            return
        reading = _READERS[kind](file)
        self.findings += reading.findings
        if reading.body is not None:
            source = Source(name, reading.positions, reading.texts)
            self.resources.append(Resource(reading.address or Address(kind, ""), reading.body, source))
        elif reading.draft is not None:
            source = Source(name, reading.positions, reading.texts)
            address = Address(kind, str(reading.draft.get("name") or name))
            self.drafts.append(Resource(address, reading.draft, source))

    def fault(self, rule: str, place: Place, message: str, hint: str | None = None) -> None:
        self.findings.append(Finding(rule, Severity.ERROR, message, place=place, hint=hint))

    def refuse_duplicates(self) -> None:
        first: dict[Address, Resource] = {}
        kept: list[Resource] = []
        for resource in self.resources:
            other = first.setdefault(resource.address, resource)
            if other is resource:
                kept.append(resource)
                continue
            here, there = resource.source, other.source
            self.fault(
                "project-duplicate-name",
                here.place(("name",)) if here else Place(""),
                f"{resource.address} is defined here and in {there.place(('name',)) if there else '?'}",
                "give one of them another name, or delete one of the files",
            )
        self.resources = kept


def load_project(
    config: Config,
    org: str | None = None,
    *,
    kinds: Iterable[str] | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Loaded:
    """Reads the files of a project, with the variables of `org`. Faults become findings.

    `kinds` limits what is read. Files named `*.test.yaml` are tests and are not read here.
    """
    loading = _Loading(config, org, file_addresses(config.root), environment)
    for kind in kinds or _READERS:
        folder = config.root / KINDS[kind].folder
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if _is_definition(path, kind):
                loading.read(kind, path)
    loading.refuse_duplicates()
    return Loaded(tuple(loading.resources), tuple(loading.findings), loading.files, tuple(loading.drafts))


_NOT_DEFINITIONS = (".test.", ".flowtest.", ".settings.")
_SETTINGS = (".settings.yaml", ".settings.yml", ".settings.json")


def _is_definition(path: Path, kind: str) -> bool:
    name = path.name.lower()
    if kind == "flow_settings":
        return name.endswith(_SETTINGS) and not name.startswith(".")
    if name.startswith((".", "readme")) or any(part in name for part in _NOT_DEFINITIONS):
        return False
    return name.endswith((".yaml", ".yml", ".json", ".xml")) or path.suffix.lower().startswith(".i3")


def placed(findings: Iterable[Finding], resources: Iterable[Resource]) -> list[Finding]:
    """The findings with the file and line of what they are about, where that is known."""
    sources = {resource.address: resource.source for resource in resources}
    result: list[Finding] = []
    for finding in findings:
        source = sources.get(finding.address) if finding.address and finding.place is None else None
        result.append(replace(finding, place=source.place(finding.path)) if source else finding)
    return result
