"""Data tables: `/api/v2/flows/datatables`, rows below. Columns can be added, never taken away.

https://developer.genesys.cloud/routing/architect/
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

from trunkline.clouds.genesys.public.plain import PlainObjects, identity
from trunkline.clouds.genesys.public.references import pages
from trunkline.clouds.session import route
from trunkline.domain.json import JsonObject, same
from trunkline.domain.resource import Resource
from trunkline.errors import CloudError

_ONE = "/api/v2/flows/datatables/{}"
_ROWS = _ONE + "/rows"
_ROW = _ROWS + "/{}"
_LARGE_PAGE = 500
_Rows: TypeAlias = Mapping[str, JsonObject]
"""Rows by key."""


class Tables(PlainObjects):
    """Provider of data tables with their rows."""

    path = "/api/v2/flows/datatables"
    links: Mapping[str, str] = MappingProxyType({"division": "division"})
    query: Mapping[str, str] = MappingProxyType({"expand": "schema"})

    def to_body(self, entity: JsonObject) -> JsonObject:
        """With its rows, by key. Raises CloudError where they cannot be read whole."""
        body = super().to_body(entity)
        rows = route(_ROWS, entity["id"])
        listing = pages(self._session, rows, {"showbrief": False}, _LARGE_PAGE, dict, "key").listing()
        if not listing.complete:
            raise CloudError(f"the rows of {entity.get('name')} could not be read whole")
        return {**body, "rows": sorted(listing.items, key=_key)}

    def to_wire(self, body: JsonObject) -> JsonObject:
        """Without the rows, which have paths of their own."""
        return {key: value for key, value in super().to_wire(body).items() if key != "rows"}

    def _make(self, desired: Resource) -> str:
        remote_id = identity(self._session.send_json("POST", self.path, self.to_wire(desired.body)))
        self._fill(remote_id, {}, _by_key(desired.body))
        return remote_id

    def _change(self, remote_id: str, desired: Resource, live: Resource) -> None:
        wire, before = self.to_wire({**live.body, **desired.body}), self.to_wire(live.body)
        if not same(wire, before):
            self._session.send_json("PUT", route(_ONE, remote_id), wire)
        if "rows" in desired.body:
            self._fill(remote_id, _by_key(live.body), _by_key(desired.body))

    def _fill(self, remote_id: str, before: _Rows, after: _Rows) -> None:
        for key, row in after.items():
            if key not in before:
                self._session.send_json("POST", route(_ROWS, remote_id), row)
            elif not same(before[key], row):
                self._session.send_json("PUT", route(_ROW, remote_id, key), row)
        for key in before:
            if key not in after:
                self._session.request("DELETE", route(_ROW, remote_id, key))


def _key(row: JsonObject) -> str:
    return str(row.get("key"))


def _by_key(body: JsonObject) -> dict[str, JsonObject]:
    return {_key(row): row for row in body.get("rows") or []}
