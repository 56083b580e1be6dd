"""Flows of an org by name, id and version, as commands name them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from trunkline.cli.common import talk
from trunkline.clouds.flows import FlowFilter, FlowSummary, Stage
from trunkline.clouds.threads import each
from trunkline.errors import InvalidInput, NotFound, UsageError
from trunkline.library import Org
from trunkline.project.flowfile import FlowFile, flow_file
from trunkline.project.jsonfile import JsonFault, parse_json

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_VERSION = re.compile(r"@(\d+(?:\.\d+)?|published|checked-in|saved|latest)$")


@dataclass(frozen=True, slots=True)
class RemoteFlows:
    """The flows of an org that is open."""

    org: Org

    def named(self, text: str) -> FlowFile:
        """`FLOW[@VERSION]`: an id or a name; a number or a stage. Raises NotFound, UsageError for two."""
        found = _VERSION.search(text)
        name = text[: found.start()] if found else text
        wanted: Stage | str | None = found[1] if found else None
        if wanted in tuple(Stage):
            wanted = Stage(wanted)
        return self._read(self._find(name), wanted)

    def all(self) -> list[FlowFile]:
        """Every flow that was ever saved, in its published or newest version; several are read at once.

        One that is deleted meanwhile is left out, and that is said.
        """
        saved = [flow for flow in self.org.cloud.flows.list().items if flow.version() is not None]
        found: list[FlowFile] = []
        for flow, data in zip(saved, each(self._document, saved), strict=True):
            if data is None:
                talk(f"left out: {flow.name} ({flow.id}) was deleted after it was listed")
            else:
                found.append(self._parsed(flow, None, data))
        return found

    def _find(self, name: str) -> FlowSummary:
        flows = self.org.cloud.flows
        if _UUID.fullmatch(name):
            return flows.read(name)
        listed = flows.list(FlowFilter(name=name)).items
        found = [flow for flow in listed if flow.name.casefold() == name.casefold()]
        if not found:
            raise NotFound(f"{self.org.name} has no flow {name!r}", hint="name it in full, or by its id")
        if len(found) > 1:
            ids = ", ".join(f"{flow.id} ({flow.type})" for flow in found)
            raise UsageError(
                f"{self.org.name} has {len(found)} flows {name!r}", hint=f"name one by its id: {ids}"
            )
        return found[0]

    def _read(self, flow: FlowSummary, wanted: Stage | str | None) -> FlowFile:
        return self._parsed(flow, wanted, self.org.cloud.flows.document(flow, wanted))

    def _document(self, flow: FlowSummary) -> bytes | None:
        try:
            return self.org.cloud.flows.document(flow)
        except NotFound:
            return None

    def _parsed(self, flow: FlowSummary, wanted: Stage | str | None, data: bytes) -> FlowFile:
        label = f"{flow.name}@{flow.version(wanted) or 'draft'} of {self.org.name}"
        try:
            return flow_file(label, parse_json(data.decode("utf-8", "replace")))
        except JsonFault as fault:
            raise InvalidInput(f"came as broken JSON: {fault}", where=label) from None
