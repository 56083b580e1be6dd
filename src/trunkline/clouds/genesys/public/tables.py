"""Data tables: `/api/v2/flows/datatables`, rows below. Columns can be added, never taken away.

https://developer.genesys.cloud/routing/architect/
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

from trunkline.clouds.genesys.public.plain import PlainObjects, identity
from trunkline.clouds.genesys.public.references import pages
from trunkline.clouds.session import route
from trunkline.domain.json import JsonObject, same
from trunkline.domain.resource import Resource
from trunkline.errors import CloudError, InvalidInput

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
        rows = _by_key(desired.body)
        remote_id = identity(self._session.send_json("POST", self.path, self.to_wire(desired.body)))
        self._fill(remote_id, {}, rows)
        return remote_id

    def _change(self, remote_id: str, desired: Resource, live: Resource) -> None:
        wire, before = self.to_wire({**live.body, **desired.body}), self.to_wire(live.body)
        rows = (_by_key(live.body), _by_key(desired.body)) if "rows" in desired.body else ({}, {})
        _refuse_unreachable(*rows)
        if not same(wire, before):
            self._session.send_json("PUT", route(_ONE, remote_id), wire)
        self._fill(remote_id, *rows)

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
    """Rows by key. Raises InvalidInput for a row without a key, and for a key that two rows have."""
    rows: list[JsonObject] = body.get("rows") or []
    faults = [f"rows[{index}] has no text as its key" for index, row in enumerate(rows) if not _keyed(row)]
    counts = Counter(_key(row) for row in rows if _keyed(row))
    faults += [f"{number} rows have the key {key!r}" for key, number in counts.items() if number > 1]
    if faults:
        raise InvalidInput(f"the rows of {body.get('name')} cannot be written", faults=tuple(faults))
    return {_key(row): row for row in rows}


def _keyed(row: JsonObject) -> bool:
    return isinstance(row.get("key"), str) and row["key"] != ""


def _refuse_unreachable(before: _Rows, after: _Rows) -> None:
    """Raises InvalidInput for changes of rows whose key no path can hold; nothing is written then."""
    lost = [
        key
        for key in (".", "..")
        if key in before and (key not in after or not same(before[key], after[key]))
    ]
    if lost:
        raise InvalidInput(
            f"the row {lost[0]!r} cannot be changed by the API: no path can hold such a key",
            hint="change it in Admin › Architect › Data Tables, then pull",
        )
