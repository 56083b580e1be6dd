"""Flows on the public API: `/api/v2/flows`. A configuration is read raw, byte by byte as it is.

https://developer.genesys.cloud/routing/architect/
"""

from __future__ import annotations

from typing import BinaryIO

from trunkline.clouds.base import Listing
from trunkline.clouds.flows import EVERY_FLOW, FlowFilter, Flows, FlowSummary, Stage
from trunkline.clouds.genesys.public.references import PAGE, list_all, pages
from trunkline.clouds.paging import Pages
from trunkline.clouds.session import AS_IT_COMES, Route, Session, route
from trunkline.domain.json import JsonObject

_ALL = "/api/v2/flows"
_ONE = _ALL + "/{}"
_LARGE_PAGE = 500
"""What Genesys's own exporter asks for."""
_FIELDS = {
    Stage.PUBLISHED: "publishedVersion",
    Stage.CHECKED_IN: "checkedInVersion",
    Stage.SAVED: "savedVersion",
}


class PublicFlows(Flows):
    """See `trunkline.clouds.flows.Flows`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def pages(self, wanted: FlowFilter = EVERY_FLOW) -> Pages[FlowSummary]:
        """See `Flows.pages`. Every type is listed, bots and virtual agents too, unless `types` are given."""
        query = {
            "type": ",".join(each.lower() for each in wanted.types) or None,
            "id": ",".join(wanted.ids) or None,
            "name": wanted.name,
            "divisionId": ",".join(wanted.divisions) or None,
            "deleted": False,
        }
        return pages(self._session, _ALL, query, _LARGE_PAGE, _summary)

    def read(self, flow_id: str) -> FlowSummary:
        """See `Flows.read`."""
        return _summary(self._session.get_json(route(_ONE, flow_id)))

    def document(self, flow: FlowSummary, version: Stage | str | None = None) -> bytes:
        """See `Flows.document`."""
        return self._session.get_bytes(_configuration(flow, version))

    def expect(self, flow: FlowSummary, version: Stage | str | None = None) -> None:
        """See `Flows.expect`."""
        self._session.begin(_configuration(flow, version), AS_IT_COMES)

    def stream(self, flow: FlowSummary, sink: BinaryIO, version: Stage | str | None = None) -> int:
        """See `Flows.stream`."""
        return self._session.stream_to(sink, _configuration(flow, version))

    def versions(self, flow_id: str) -> Listing[JsonObject]:
        """See `Flows.versions`."""
        return list_all(self._session, route(_ONE + "/versions", flow_id), size=PAGE)


def _configuration(flow: FlowSummary, wanted: Stage | str | None) -> Route:
    """The path of a version; of the latest where the listing names none, which answers 404 if unsaved."""
    version = flow.version(wanted)
    if version is None:
        return route(_ONE + "/latestconfiguration", flow.id)
    return route(_ONE + "/versions/{}/configuration", flow.id, version)


def _summary(entity: JsonObject) -> FlowSummary:
    versions: dict[Stage, str] = {}
    commits: dict[str, str] = {}
    for stage, field in _FIELDS.items():
        version = entity.get(field)
        number = version.get("id") if isinstance(version, dict) else None
        if isinstance(version, dict) and isinstance(number, str) and number:
            versions[stage] = number
            commits[number] = str(version.get("commitVersion", ""))
    return FlowSummary(
        id=str(entity.get("id", "")),
        name=str(entity.get("name", "")),
        type=str(entity.get("type", "")).lower(),
        versions=versions,
        commits=commits,
        entity=entity,
    )
