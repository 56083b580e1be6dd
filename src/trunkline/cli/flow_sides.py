"""A flow named on the command line: a file, a folder, or a flow of an org in one of its versions."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from trunkline.cli.common import talk
from trunkline.cli.orgs import open_org
from trunkline.clouds.flows import FlowSummary, Stage
from trunkline.errors import InvalidInput, NotFound, UsageError
from trunkline.project.flowfile import FlowFile, flow_file, read_flow_file
from trunkline.project.jsonfile import JsonFault, parse_json
from trunkline.project.validating import flow_files

if TYPE_CHECKING:
    from trunkline.library import Org

SIDE = """A flow is named by its file, by a folder of files, or by [ORG:]FLOW[@VERSION]: FLOW is an id or a
name, VERSION a number or published, checked-in, saved, latest; ORG: alone stands for all its flows."""

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_FILE = re.compile(r"\.(?:json|ya?ml|i3\w+)$", re.IGNORECASE)
_VERSION = re.compile(r"@(\d+(?:\.\d+)?|published|checked-in|saved|latest)$")


class Sides:
    """Reads sides; each org is opened once, when it is first needed."""

    def __init__(self, stack: ExitStack, org: str | None, surface: str | None) -> None:
        self._stack = stack
        self._default = org
        self._surface = surface
        self._orgs: dict[str | None, Org] = {}

    def read(self, text: str) -> list[FlowFile]:
        """The flows of a side; one for a file or a flow of an org. Raises InvalidInput, NotFound."""
        path = Path(text)
        if path.is_file():
            return [read_flow_file(path)]
        if path.is_dir():
            return read_folder(path)
        if _FILE.search(text):
            raise InvalidInput("there is no such file", where=text)
        name, _, wanted = text.rpartition(":")
        org = self._open(name or self._default)
        return list(_all(org)) if not wanted else [_one(org, wanted)]

    def all_flows(self) -> list[FlowFile]:
        """Every flow of the org of `--org`."""
        return list(_all(self._open(self._default)))

    def same_name(self, flow: FlowFile) -> FlowFile:
        """The org's flow of the same name."""
        return _one(self._open(self._default), flow.name)

    def _open(self, name: str | None) -> Org:
        if name not in self._orgs:
            self._orgs[name] = self._stack.enter_context(open_org(name, self._surface))
        return self._orgs[name]


@contextmanager
def open_sides(org: str | None, surface: str | None) -> Generator[Sides]:
    """Sides that are closed at the end."""
    with ExitStack() as stack:
        yield Sides(stack, org, surface)


def read_folder(folder: Path) -> list[FlowFile]:
    """The flows of a folder and those below it. What is no flow is passed over, and said on stderr."""
    flows: list[FlowFile] = []
    for file in flow_files([folder]):
        try:
            flows.append(read_flow_file(file))
        except InvalidInput as fault:
            talk(f"passed over: {fault}")
    if not flows:
        raise InvalidInput("holds no flows", where=str(folder))
    return flows


def one(flows: list[FlowFile], text: str) -> FlowFile:
    """The only flow of a side. Raises UsageError where there are more."""
    if len(flows) != 1:
        raise UsageError(f"{text} names {len(flows)} flows, and this needs one")
    return flows[0]


def _one(org: Org, text: str) -> FlowFile:
    found = _VERSION.search(text)
    name = text[: found.start()] if found else text
    wanted: Stage | str | None = found[1] if found else None
    if wanted in tuple(Stage):
        wanted = Stage(wanted)
    return _read(org, _find(org, name), wanted)


def _find(org: Org, name: str) -> FlowSummary:
    if _UUID.fullmatch(name):
        return org.cloud.flows.read(name)
    listing = org.cloud.flows.list(name=name)
    found = [flow for flow in listing.items if flow.name.casefold() == name.casefold()]
    if not found:
        raise NotFound(
            f"{org.name} has no flow {name!r}", hint="name it by its id, or see trunkline flow export"
        )
    if len(found) > 1:
        ids = ", ".join(f"{flow.id} ({flow.type})" for flow in found)
        raise UsageError(f"{org.name} has {len(found)} flows {name!r}", hint=f"name one by its id: {ids}")
    return found[0]


def _all(org: Org) -> Iterator[FlowFile]:
    for flow in org.cloud.flows.list().items:
        if flow.version() is not None:
            yield _read(org, flow, None)


def _read(org: Org, flow: FlowSummary, wanted: Stage | str | None) -> FlowFile:
    version = flow.version(wanted)
    label = f"{flow.name}@{version or 'draft'} of {org.name}"
    data = org.cloud.flows.document(flow, wanted)
    try:
        return flow_file(label, parse_json(data.decode("utf-8", "replace")))
    except JsonFault as fault:
        raise InvalidInput(f"came as broken JSON: {fault}", where=label) from None
