"""What both surfaces offer for flows: a listing, and the document of each as bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import BinaryIO, Protocol

from trunkline.clouds.base import Listing
from trunkline.clouds.paging import Pages
from trunkline.domain.json import JsonObject
from trunkline.errors import InvalidInput


class Stage(StrEnum):
    """Which version of a flow: the one callers hear, the last one checked in, the last one saved."""

    PUBLISHED = "published"
    CHECKED_IN = "checked-in"
    SAVED = "saved"
    LATEST = "latest"


_BY_DEFAULT = (Stage.PUBLISHED, Stage.CHECKED_IN, Stage.SAVED, Stage.LATEST)


@dataclass(frozen=True, slots=True)
class FlowSummary:
    """A flow as a listing has it. `type` is lower-case; `versions` holds the version of each stage.

    `commits` holds, by version, what changes whenever the version's content does. `entity` is the whole
    entry, unknown fields included.
    """

    id: str
    name: str
    type: str
    versions: dict[Stage, str]
    status: str | None = None
    commits: dict[str, str] = field(default_factory=dict[str, str])
    entity: JsonObject = field(default_factory=dict[str, object], repr=False)

    def version(self, wanted: Stage | str | None = None) -> str | None:
        """The version to read: of a stage, or as given.

        By default the published, else the checked-in, else the saved one; None where the flow was
        never saved. Raises InvalidInput for a stage the flow has no version of.
        """
        if wanted is None:
            for stage in _BY_DEFAULT:
                if stage in self.versions:
                    return self.versions[stage]
            return None
        if not isinstance(wanted, Stage):
            return wanted
        if wanted is Stage.LATEST and wanted not in self.versions:
            return max(self.versions.values(), key=_number, default=None)
        if wanted not in self.versions:
            raise InvalidInput(f"the flow {self.name} ({self.id}) has no {wanted} version")
        return self.versions[wanted]


def _number(version: str) -> float:
    """`4.0` as a number; what is none counts as the oldest."""
    try:
        return float(version)
    except ValueError:
        return 0.0


@dataclass(frozen=True, slots=True)
class FlowFilter:
    """Which flows: those that fit every filter that is given. `name` may hold `*`, case does not matter."""

    types: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    name: str | None = None
    divisions: tuple[str, ...] = ()


EVERY_FLOW = FlowFilter()


class Flows(Protocol):
    """Reading flows; every method raises CloudError and its kin."""

    def list(self, wanted: FlowFilter = EVERY_FLOW) -> Listing[FlowSummary]:
        """The flows that are wanted."""
        return self.pages(wanted).listing()

    def pages(self, wanted: FlowFilter = EVERY_FLOW) -> Pages[FlowSummary]:
        """The same, read as it is gone through."""
        ...

    def read(self, flow_id: str) -> FlowSummary:
        """One flow. Raises NotFound."""
        ...

    def document(self, flow: FlowSummary, version: Stage | str | None = None) -> bytes:
        """The document of a flow as the cloud sends it."""
        ...

    def expect(self, flow: FlowSummary, version: Stage | str | None = None) -> None:
        """Says that `stream` will be asked for this next: where it can, the request leaves already.

        Raises InvalidInput for a version that the flow does not have.
        """
        ...

    def stream(self, flow: FlowSummary, sink: BinaryIO, version: Stage | str | None = None) -> int:
        """The document of a flow into a seekable file; the bytes written."""
        ...

    def versions(self, flow_id: str) -> Listing[JsonObject]:
        """Every version of a flow, as the cloud describes it."""
        ...
