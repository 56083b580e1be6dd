"""Data tables and their rows: a schema of named columns, rows that keep to it. Knows no HTTP.

developer.genesys.cloud, "Architect API", data tables: a row is a flat object with `key`; columns are
string, integer, number or boolean; columns can be added, never removed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from trunkline.domain.json import Json, JsonObject
from trunkline.emulator.errors import bad_request, conflict, not_found
from trunkline.emulator.orgs import Org
from trunkline.emulator.store import Document

TABLES = "dataTables"
ROWS = "dataTableRows"
COLUMN_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}
LONGEST_KEY = 256
MOST_ROWS = 50_000


def find(org: Org, table_id: str) -> Document:
    """Raises 404."""
    table = org.documents(TABLES).get(table_id)
    if table is None:
        raise not_found(
            "The datatable could not be found.",
            code="flows.datatables.table.not.found",
            entity=(table_id, "datatable"),
        )
    return table


def check_schema(schema: Json, before: Document | None = None) -> JsonObject:
    """The schema. Raises 400 for a column of another type, no key, or a column that went."""
    if not isinstance(schema, dict) or not isinstance(schema.get("properties"), dict):
        raise _schema_fault("the schema needs properties")
    columns = cast("JsonObject", schema["properties"])
    for name, column in columns.items():
        if not isinstance(column, dict) or column.get("type") not in COLUMN_TYPES:
            raise _schema_fault(f"column {name} must be one of {', '.join(COLUMN_TYPES)}")
    if columns.get("key", {}).get("type") != "string":
        raise _schema_fault("the column key must be a string")
    gone = set(before["schema"]["properties"]) - set(columns) if before else set[str]()
    if gone:
        raise bad_request(
            f"Columns cannot be removed: {', '.join(sorted(gone))}",
            code="flows.datatables.schema.cannot.remove.fields",
        )
    return cast("JsonObject", schema)


def _schema_fault(message: str) -> Exception:
    return bad_request(message, code="flows.datatables.schema.exception", field="schema")


def rows(org: Org, table_id: str) -> list[Document]:
    """The rows of a table in the order they were made."""
    prefix = f"{table_id}/"
    return [row for key, row in org.documents(ROWS).items() if key.startswith(prefix)]


def find_row(org: Org, table_id: str, key: str) -> Document:
    """Raises 404."""
    row = org.documents(ROWS).get(f"{table_id}/{key}")
    if row is None:
        raise not_found(
            "The datatable row could not be found.",
            code="flows.datatables.row.not.found",
            entity=(key, "row"),
        )
    return row


def put_row(org: Org, table: Document, sent: JsonObject, *, new: bool) -> Document:
    """A row with the defaults of its columns. Raises 400 where it does not fit, 409 for a known key."""
    row = {**dict(_defaults(table)), **sent}
    faults = list(_row_faults(table, row))
    if faults:
        raise bad_request("; ".join(faults), code="flows.datatables.syntax.error")
    if new and f"{table['id']}/{row['key']}" in org.documents(ROWS):
        raise conflict("The row had a duplicate keyname.", code="flows.datatables.not.unique")
    if new and len(rows(org, table["id"])) >= MOST_ROWS:
        raise bad_request(f"More than {MOST_ROWS} rows", code="flows.datatables.too.many.rows")
    org.documents(ROWS).put(f"{table['id']}/{row['key']}", row)
    return row


def delete(org: Org, table: Document) -> None:
    """Delete a table and its rows."""
    for row in rows(org, table["id"]):
        delete_row(org, table, row)
    org.documents(TABLES).delete(table["id"])


def delete_row(org: Org, table: Document, row: Document) -> None:
    org.documents(ROWS).delete(f"{table['id']}/{row['key']}")


def _defaults(table: Document) -> Iterator[tuple[str, Json]]:
    for name, column in table["schema"]["properties"].items():
        if "default" in column:
            yield name, column["default"]


def _row_faults(table: Document, row: JsonObject) -> Iterator[str]:
    columns = table["schema"]["properties"]
    key = row.get("key")
    if not isinstance(key, str) or not 1 <= len(key) <= LONGEST_KEY:
        yield f"key must be a text of 1 to {LONGEST_KEY} characters"
    for name, value in row.items():
        if name not in columns:
            yield f"the table has no column {name}"
            continue
        kind = columns[name]["type"]
        fits = isinstance(value, COLUMN_TYPES[kind]) and isinstance(value, bool) == (kind == "boolean")
        if value is not None and not fits:
            yield f"{name} must be of type {kind}"
