"""Data tables and their rows: what a schema allows, and what a row must keep to. Neither HTTP nor shapes.

Rows lie apart from their table, in `dataTableRows` by `{table id}/{key}`.
"""

from __future__ import annotations

from types import MappingProxyType

from trunkline.domain.json import Json, JsonObject, get
from trunkline.emulator.errors import ApiError, bad_request, conflict, not_found
from trunkline.emulator.orgs import Org
from trunkline.emulator.store import Document

TABLES = "dataTables"
ROWS = "dataTableRows"

MOST_PROPERTIES = 50
MOST_ROWS = 5_000
LONGEST_KEY = 256

_TYPES: MappingProxyType[str, tuple[type, ...]] = MappingProxyType(
    {"string": (str,), "integer": (int,), "number": (int, float), "boolean": (bool,)}
)


def find(org: Org, table_id: str) -> Document:
    """Raises 404."""
    table = org.documents(TABLES).get(table_id)
    if table is None:
        raise not_found("The datatable could not be found.", code="flows.datatables.table.not.found")
    return table


def rows_of(org: Org, table_id: str) -> list[Document]:
    """The rows of a table by key."""
    prefix = f"{table_id}/"
    rows = [row for entry, row in org.documents(ROWS).items() if entry.startswith(prefix)]
    return sorted(rows, key=lambda row: row["key"])


def find_row(org: Org, table_id: str, key: str) -> Document:
    """Raises 404 for the table or the row."""
    find(org, table_id)
    row = org.documents(ROWS).get(f"{table_id}/{key}")
    if row is None:
        raise not_found("The datatable row could not be found.", code="flows.datatables.row.not.found")
    return row


def check_name(org: Org, name: Json, own: str | None) -> str:
    """Raises 400 for what is no name, 409 where another table has it."""
    if not isinstance(name, str) or not name.strip():
        raise bad_request("A datatable needs a name", code="flows.datatables.syntax.error", field="name")
    for table in org.documents(TABLES).values():
        if table["id"] != own and table["name"].casefold() == name.casefold():
            raise conflict(
                "The passed in datatable had a duplicate name.",
                code="flows.datatables.not.unique",
                entity=(table["id"], table["name"]),
            )
    return name


def check_schema(schema: Json, before: Json = None) -> JsonObject:
    """Raises 400 for a schema without a key, with a type there is not, or that lost a field of `before`."""
    properties = get(schema, ("properties",))
    if not isinstance(schema, dict) or not isinstance(properties, dict):
        raise _bad_schema("the schema needs properties")
    if len(properties) > MOST_PROPERTIES:
        raise bad_request(
            "The max number of properties allowed in a schema has been reached.",
            code="flows.datatables.too.many.properties",
        )
    if get(properties, ("key", "type")) != "string" or "key" not in (schema.get("required") or []):
        raise _bad_schema("the schema needs a required property key of type string")
    for name, declared in properties.items():
        if get(declared, ("type",)) not in _TYPES:
            raise _bad_schema(f"{name} must be of type {', '.join(_TYPES)}")
    for name, declared in (get(before, ("properties",)) or {}).items():
        if name not in properties:
            raise bad_request(
                "The updated schema had missing fields from the old schema "
                f"(can't remove previously existing fields): {name}",
                code="flows.datatables.cannot.remove.fields",
                field=name,
            )
        if properties[name]["type"] != declared["type"]:
            raise _bad_schema(f"the type of {name} cannot change")
    return schema


def _bad_schema(reason: str) -> ApiError:
    return bad_request(
        f"The schema is invalid in some way: {reason}", code="flows.datatables.schema.exception"
    )


def check_row(table: Document, row: JsonObject) -> JsonObject:
    """The row with the defaults of what it leaves out.

    Raises 400 for what its table does not have, for another type, and without a key.
    """
    properties = table["schema"]["properties"]
    for name, value in row.items():
        if name not in properties:
            raise _bad_row(f"{name} is no field of {table['name']}", name)
        declared = properties[name]["type"]
        fits = isinstance(value, _TYPES[declared]) and (declared == "boolean") is isinstance(value, bool)
        if not fits:
            raise _bad_row(f"{name} must be of type {declared}", name)
    key = row.get("key")
    if not isinstance(key, str) or not 1 <= len(key) <= LONGEST_KEY:
        raise _bad_row(f"key must have 1 to {LONGEST_KEY} characters", "key")
    defaults = {name: each["default"] for name, each in properties.items() if "default" in each}
    whole = {**defaults, **row}
    return {name: whole[name] for name in properties if name in whole}


def _bad_row(reason: str, field: str) -> ApiError:
    return bad_request(
        f"The row didn't conform to the schema in some way: {reason}",
        code="flows.datatables.schema.exception",
        field=field,
    )


def put_row(org: Org, table: Document, row: JsonObject, *, replaces: str | None = None) -> JsonObject:
    """Store a row; `replaces` is the key it had. Raises 409 for a key that is taken."""
    whole = check_row(table, row)
    rows, entry = org.documents(ROWS), f"{table['id']}/{whole['key']}"
    if whole["key"] != replaces and entry in rows:
        raise conflict("The row had a duplicate keyname.", code="flows.datatables.not.unique")
    if replaces is None and len(rows) >= MOST_ROWS and len(rows_of(org, table["id"])) >= MOST_ROWS:
        raise bad_request(
            "The max number of datatable rows allowed has been reached.",
            code="flows.datatables.too.many.rows",
        )
    if replaces is not None and replaces != whole["key"]:
        rows.delete(f"{table['id']}/{replaces}")
    rows.put(entry, whole)
    return whole


def delete(org: Org, table: Document) -> None:
    """Delete a table and its rows."""
    for row in rows_of(org, table["id"]):
        org.documents(ROWS).delete(f"{table['id']}/{row['key']}")
    org.documents(TABLES).delete(table["id"])
