"""Data tables: columns that stay, rows that fit them."""

from __future__ import annotations

from typing import Any

from tests.api import Api

TABLES = "/api/v2/flows/datatables"


def schema(**columns: str) -> dict[str, Any]:
    properties: dict[str, Any] = {"key": {"type": "string", "title": "Number"}}
    properties |= {name: {"type": kind} for name, kind in columns.items()}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["key"],
        "properties": properties,
    }


def created(api: Api, name: str = "Closures", **columns: str) -> str:
    answer = api.post(TABLES, {"name": name, "schema": schema(**columns)})
    assert answer.status_code == 200, answer.text
    return f"{TABLES}/{answer.json()['id']}"


def test_the_schema_is_shown_only_when_expanded(api: Api) -> None:
    table = created(api, closed="boolean")
    assert "schema" not in api.get(table).json()
    assert api.get(f"{table}?expand=schema").json()["schema"] == schema(closed="boolean")
    assert "schema" in api.get(f"{TABLES}?expand=schema").json()["entities"][0]


def test_a_name_is_taken_once_and_found_by_wildcard(api: Api) -> None:
    created(api)
    again = api.post(TABLES, {"name": "closures", "schema": schema()})
    assert (again.status_code, again.json()["code"]) == (409, "flows.datatables.not.unique")
    assert api.get(f"{TABLES}?name=clos*").json()["total"] == 1


def test_columns_can_be_added_but_not_removed(api: Api) -> None:
    table = created(api, closed="boolean")
    wider = {"name": "Closures", "schema": schema(closed="boolean", until="string")}
    assert api.put(table, wider).status_code == 200
    narrower = api.put(table, {"name": "Closures", "schema": schema()})
    assert narrower.status_code == 400
    assert narrower.json()["code"] == "flows.datatables.schema.cannot.remove.fields"


def test_a_schema_needs_a_key_and_known_types(api: Api) -> None:
    for wrong in (None, {}, {"properties": {"a": {"type": "string"}}}, schema(a="object")):
        answer = api.post(TABLES, {"name": "T", "schema": wrong})
        assert (answer.status_code, answer.json()["code"]) == (400, "flows.datatables.schema.exception")


def test_rows_are_brief_unless_asked_otherwise(api: Api) -> None:
    table = created(api, closed="boolean")
    api.post(f"{table}/rows", {"key": "0100", "closed": True})
    assert api.get(f"{table}/rows").json()["entities"] == [{"key": "0100"}]
    full = api.get(f"{table}/rows?showbrief=false").json()["entities"]
    assert full == [{"key": "0100", "closed": True}]


def test_a_row_fits_its_columns_and_its_key_is_unique(api: Api) -> None:
    table = created(api, closed="boolean", count="integer")
    assert api.post(f"{table}/rows", {"key": "a", "closed": False, "count": 1}).status_code == 200
    assert api.post(f"{table}/rows", {"key": "a"}).status_code == 409
    for wrong in ({"key": "b", "closed": 1}, {"key": "b", "count": True}, {"key": "b", "other": 1}, {}):
        answer = api.post(f"{table}/rows", wrong)
        assert (answer.status_code, answer.json()["code"]) == (400, "flows.datatables.syntax.error")


def test_a_row_is_replaced_under_its_key_and_deleted(api: Api) -> None:
    table = created(api, note="string")
    api.post(f"{table}/rows", {"key": "a/b c", "note": "1"})
    row = f"{table}/rows/a%2Fb%20c"
    assert api.put(row, {"key": "a/b c", "note": "2"}).json()["note"] == "2"
    assert api.put(row, {"key": "other"}).status_code == 400
    assert api.delete(row).status_code == 204
    missing = api.get(row)
    assert (missing.status_code, missing.json()["code"]) == (404, "flows.datatables.row.not.found")


def test_a_tables_rows_go_with_it(api: Api) -> None:
    table = created(api)
    api.post(f"{table}/rows", {"key": "a"})
    assert api.delete(table).status_code == 204
    assert api.get(f"{table}/rows").json()["code"] == "flows.datatables.table.not.found"
    assert api.admin("GET", "/snapshot").json()["documents"].get("dataTableRows") is None
