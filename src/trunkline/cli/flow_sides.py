"""A flow named on the command line: a file, a folder, or a flow of an org in one of its versions."""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from trunkline.cli.common import talk
from trunkline.errors import InvalidInput, UsageError
from trunkline.project.flowfile import FlowFile, read_flow_file
from trunkline.project.validating import flow_files

if TYPE_CHECKING:
    from trunkline.cli.flow_remote import RemoteFlows

SIDE = """A flow is named by its file, by a folder of files, or by [ORG:]FLOW[@VERSION]: FLOW is an id or a
name, VERSION a number or published, checked-in, saved, latest; ORG: alone stands for all its flows."""

_FILE = re.compile(r"\.(?:json|ya?ml|i3\w+)$", re.IGNORECASE)


class Sides:
    """Reads sides; each org is opened once, when it is first needed."""

    def __init__(self, stack: ExitStack, org: str | None, surface: str | None) -> None:
        self._stack = stack
        self._default = org
        self._surface = surface
        self._orgs: dict[str | None, RemoteFlows] = {}

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
        return [org.named(wanted)] if wanted else org.all()

    def all_flows(self) -> list[FlowFile]:
        """Every flow of the org of `--org`."""
        return self._open(self._default).all()

    def same_name(self, flow: FlowFile) -> FlowFile:
        """The flow of the same name in the org of `--org`."""
        return self._open(self._default).named(flow.name)

    def _open(self, name: str | None) -> RemoteFlows:
        from trunkline.cli.flow_remote import RemoteFlows
        from trunkline.cli.orgs import open_org

        if name not in self._orgs:
            self._orgs[name] = RemoteFlows(self._stack.enter_context(open_org(name, self._surface)))
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
