"""Files of flows held against the rules, one by one, whatever form they have."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import partial
from pathlib import Path as FilePath
from typing import Protocol

from trunkline.domain.finding import Finding, Severity
from trunkline.domain.flow import FlowGraph, i3
from trunkline.domain.json import Json, Path
from trunkline.domain.resource import Address, Place, Resource, Source
from trunkline.errors import InvalidInput
from trunkline.project.archy import parse_archy
from trunkline.project.files import read_text
from trunkline.project.jsonfile import JsonFault, JsonPositions, parse_json
from trunkline.project.yamlfile import YamlFault
from trunkline.rules import check
from trunkline.rules.flows.view import graph_of

ENDINGS = (".json", ".yaml", ".yml")
_SETTINGS = (".settings.yaml", ".settings.yml", ".settings.json")
_WORTH_A_PROCESS = 100
"""Files; fewer are looked at sooner than a process is started."""
_CHUNK = 8


@dataclass(frozen=True, slots=True)
class Validated:
    """A file and what there is to say about it."""

    file: str
    findings: tuple[Finding, ...]

    def is_valid(self, *, strict: bool = False) -> bool:
        """Whether it has no error, and with `strict` no warning."""
        worst = (Severity.ERROR, Severity.WARNING) if strict else (Severity.ERROR,)
        return not any(finding.severity in worst for finding in self.findings)


def flow_files(places: Sequence[FilePath]) -> Iterator[FilePath]:
    """The files, and those of the folders that look like flows, each folder in order of names.

    Hidden files and folders are passed over. Raises InvalidInput for a place that is not there.
    """
    for place in places:
        if place.is_dir():
            yield from sorted(each for each in place.rglob("*") if _is_flow_file(each, place))
        elif place.is_file():
            yield place
        else:
            raise InvalidInput("there is no such file or folder", where=str(place))


def _is_flow_file(path: FilePath, root: FilePath) -> bool:
    name = path.name.lower()
    return (
        (name.endswith(ENDINGS) or i3.is_i3(name))
        and not name.endswith(_SETTINGS)
        and not any(part.startswith(".") for part in path.relative_to(root).parts)
        and path.is_file()
    )


class OrgLookup(Protocol):
    """An org that flows are held against."""

    def called_actions(self, graph: FlowGraph) -> Sequence[Resource]:
        """Its data actions that a flow calls: rules hold the flow against their contracts."""
        ...

    def findings(self, flow: Resource, graph: FlowGraph) -> Sequence[Finding]:
        """What it lacks of what a flow names."""
        ...


def validate(
    files: Sequence[FilePath], disabled: AbstractSet[str] = frozenset(), org: OrgLookup | None = None
) -> Iterator[Validated]:
    """What the rules say of each file, in order; many files are shared out to all processors.

    Only a few files are in memory at a time. With an org, each is held against that too.
    """
    look = partial(validate_file, disabled=disabled, org=org)
    workers = min(os.cpu_count() or 1, len(files) // _WORTH_A_PROCESS)
    if workers < 2 or org is not None:
        yield from map(look, files)
        return
    context = multiprocessing.get_context("spawn")
    with context.Pool(workers, initializer=_leave_ctrl_c_to_the_parent) as pool:
        yield from pool.imap(look, files, chunksize=_CHUNK)


def _leave_ctrl_c_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def validate_file(
    file: FilePath, disabled: AbstractSet[str] = frozenset(), org: OrgLookup | None = None
) -> Validated:
    """What the rules say of a file; a file that cannot be read is a finding too."""
    name = str(file)
    try:
        value, positions = _read(file)
    except InvalidInput as error:
        return Validated(name, (_unreadable(Place(name), error.message),))
    except JsonFault as fault:
        return Validated(name, (_unreadable(Place(name, fault.line, fault.column), str(fault)),))
    except YamlFault as fault:
        places = [(Place(name, line, column), message) for line, column, message in fault.faults]
        return Validated(name, tuple(_unreadable(place, message) for place, message in places))
    except ValueError as error:
        return Validated(name, (_unreadable(Place(name), str(error)),))
    if not isinstance(value, dict):
        return Validated(name, (_unreadable(Place(name), "is no flow: the document is not an object"),))
    title = value.get("name")
    address = Address("flow", title if isinstance(title, str) and title else file.stem)
    resource = Resource(address, value, Source(name, positions))
    graph = graph_of(value) if org is not None else None
    if org is None or graph is None:
        return Validated(name, tuple(check([resource], disabled=disabled)))
    found = check([resource, *org.called_actions(graph)], disabled=disabled)
    own = [each for each in found if each.address == address]
    return Validated(
        name, (*own, *(each for each in org.findings(resource, graph) if each.rule not in disabled))
    )


def _read(file: FilePath) -> tuple[Json, Mapping[Path, tuple[int, int]]]:
    if i3.is_i3(file.name):
        return i3.decode(_bytes(file)), {}
    text = read_text(file)
    if file.name.lower().endswith(".json"):
        return parse_json(text), JsonPositions(text)
    document = parse_archy(text)
    return document.value, document.positions


def _bytes(file: FilePath) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InvalidInput(f"cannot be read: {error.strerror or error}", where=str(file)) from error


def _unreadable(place: Place, message: str) -> Finding:
    return Finding("flow-unreadable", Severity.ERROR, message, None, (), place, "export the flow again")
