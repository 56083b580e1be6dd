"""Flows on the guides' surface: `/api/v2/architect/flows` (chapters G4 and G5).

The document is the guides' own: id, name, type, status, version, nodes, edges.
"""

from __future__ import annotations

from typing import BinaryIO

from trunkline.clouds.base import Listing
from trunkline.clouds.flows import EVERY_FLOW, FlowFilter, Flows, FlowSummary, Stage
from trunkline.clouds.genesys.public.references import pages
from trunkline.clouds.paging import Pages, by_cursor, field_cursor
from trunkline.clouds.session import AS_IT_COMES, Session, route
from trunkline.domain.flow.names import fits
from trunkline.domain.json import JsonObject, digest
from trunkline.errors import InvalidInput, NotFound

_ALL = "/api/v2/architect/flows"
_ONE = _ALL + "/{}"
_PAGE = 250
_TOKEN_PAGE = 25


class GuidesFlows(Flows):
    """See `trunkline.clouds.flows.Flows`. The surface shows one version of a flow, its latest."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def pages(self, wanted: FlowFilter = EVERY_FLOW) -> Pages[FlowSummary]:
        """See `Flows.pages`. The surface filters nothing but names, so the rest is filtered here."""
        if wanted.divisions:
            raise InvalidInput("the guides' surface knows no divisions", hint="use --surface public")
        types, ids, name = {each.lower() for each in wanted.types}, wanted.ids, wanted.name

        def shape(entity: JsonObject) -> FlowSummary | None:
            flow = _summary(entity)
            wanted_too = (
                (not types or flow.type in types)
                and (not ids or flow.id in ids)
                and (name is None or fits(name, flow.name))
            )
            return flow if wanted_too else None

        return pages(self._session, _ALL, {"name": name}, _PAGE, shape)

    def find(self, pattern: str) -> FlowSummary:
        """The one flow of a name, `*` a wildcard; with its settings and routing.

        Raises NotFound for none and InvalidInput, listing them, for several.
        """

        def fetch(token: str | None) -> JsonObject:
            query = {"pageSize": _TOKEN_PAGE, "name": pattern, "expand": "routing,settings"}
            return self._session.get_json(_ALL, {**query, "continuationToken": token})

        listing = by_cursor(fetch, field_cursor("continuationToken"))
        found = [flow for flow in map(_summary, listing.items) if fits(pattern, flow.name)]
        if not found:
            raise NotFound(f"no flow is named {pattern!r}", where=f"GET {_ALL}", hint="* stands for any text")
        if len(found) > 1:
            names = tuple(f"{flow.name} ({flow.type}, {flow.id})" for flow in found)
            raise InvalidInput(f"{pattern!r} fits {len(found)} flows", hint="name one of them", faults=names)
        return found[0]

    def read(self, flow_id: str) -> FlowSummary:
        """See `Flows.read`."""
        return _summary(self._session.get_json(route(_ONE, flow_id)))

    def document(self, flow: FlowSummary, version: Stage | str | None = None) -> bytes:
        """See `Flows.document`."""
        _refuse_version(version)
        return self._session.get_bytes(route(_ONE, flow.id))

    def expect(self, flow: FlowSummary, version: Stage | str | None = None) -> None:
        """See `Flows.expect`."""
        _refuse_version(version)
        self._session.begin(route(_ONE, flow.id), AS_IT_COMES)

    def stream(self, flow: FlowSummary, sink: BinaryIO, version: Stage | str | None = None) -> int:
        """See `Flows.stream`."""
        _refuse_version(version)
        return self._session.stream_to(sink, route(_ONE, flow.id))

    def versions(self, flow_id: str) -> Listing[JsonObject]:
        """See `Flows.versions`: the one that there is."""
        flow = self.read(flow_id)
        return Listing((flow.entity,), complete=True, total=1)


def _refuse_version(version: Stage | str | None) -> None:
    if version is not None:
        raise InvalidInput(
            "the guides' surface has one version of a flow",
            hint="leave --version out, or use --surface public",
        )


def _summary(entity: JsonObject) -> FlowSummary:
    version = entity.get("version")
    status = entity.get("status")
    return FlowSummary(
        id=str(entity.get("id", "")),
        name=str(entity.get("name", "")),
        type=str(entity.get("type", "")).lower(),
        versions={} if version is None else {Stage.LATEST: str(version)},
        commits={str(version): digest(entity)},
        status=status if isinstance(status, str) else None,
        entity=entity,
    )
