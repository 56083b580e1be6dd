"""`/api/v2/flows/datatables`. developer.genesys.cloud, "Architect API", data tables."""

from __future__ import annotations

from trunkline.domain.json import JsonObject
from trunkline.emulator.call import Answer, Call, no_content
from trunkline.emulator.errors import ApiError, bad_request, conflict
from trunkline.emulator.genesys import tables
from trunkline.emulator.genesys.collection import division_of, order, wanted
from trunkline.emulator.paging import page
from trunkline.emulator.routes import Routes
from trunkline.emulator.store import Document

VIEW = ("architect:datatable:view",)
ROW_VIEW = ("architect:datatable:view", "architect:datatableRow:view")

routes = Routes("public", prefix="/api/v2/flows/datatables")


@routes.on("GET", "", known="spec", permissions=VIEW)
def list_tables(call: Call) -> Answer:
    """Tables in pages; with their schemas where `expand=schema`."""
    documents = call.org.documents(tables.TABLES).values()
    kept = order(call, [document for document in documents if wanted(call, document)])
    return Answer(page(call, kept, lambda table: _shape(call, table), largest=500))


@routes.on("POST", "", known="spec", permissions=("architect:datatable:add",))
def create_table(call: Call) -> Answer:
    """A new table: {name, division, description, schema}."""
    body = call.json_object()
    table: JsonObject = {
        "id": call.org.guid(),
        "name": _name(call, body, None),
        "division": division_of(call.org, body.get("division")),
        "description": body.get("description") or "",
        "schema": tables.check_schema(body.get("schema")),
    }
    call.org.documents(tables.TABLES).put(table["id"], table)
    return Answer(_full(table))


@routes.on("GET", "/{tableId}", known="spec", permissions=VIEW)
def get_table(call: Call) -> Answer:
    """One table; with its schema where `expand=schema`."""
    return Answer(_shape(call, tables.find(call.org, call["tableId"])))


@routes.on("PUT", "/{tableId}", known="spec", permissions=("architect:datatable:edit",))
def update_table(call: Call) -> Answer:
    """Change a table; columns can be added, not removed."""
    before, body = tables.find(call.org, call["tableId"]), call.json_object()
    changed: JsonObject = {
        **before,
        "name": _name(call, body, before["id"]),
        "division": division_of(call.org, body.get("division") or before.get("division")),
        "description": body.get("description", before["description"]),
        "schema": tables.check_schema(body.get("schema", before["schema"]), before),
    }
    call.org.documents(tables.TABLES).put(before["id"], changed)
    return Answer(_full(changed))


@routes.on("DELETE", "/{tableId}", known="spec", permissions=("architect:datatable:delete",))
def delete_table(call: Call) -> Answer:
    """Delete a table and its rows."""
    tables.delete(call.org, tables.find(call.org, call["tableId"]))
    return no_content()


@routes.on("GET", "/{tableId}/rows", known="spec", permissions=ROW_VIEW)
def list_rows(call: Call) -> Answer:
    """Rows in pages; only their keys unless `showbrief=false`."""
    table = tables.find(call.org, call["tableId"])
    kept = tables.rows(call.org, table["id"])
    return Answer(page(call, kept, lambda row: _row(call, row), largest=500))


@routes.on(
    "POST",
    "/{tableId}/rows",
    known="spec",
    permissions=("architect:datatable:add", "architect:datatableRow:add"),
)
def create_row(call: Call) -> Answer:
    """A new row: a flat object with `key`."""
    table = tables.find(call.org, call["tableId"])
    return Answer(dict(tables.put_row(call.org, table, call.json_object(), new=True)))


@routes.on("GET", "/{tableId}/rows/{rowId}", known="spec", permissions=ROW_VIEW)
def get_row(call: Call) -> Answer:
    """One row by its key."""
    table = tables.find(call.org, call["tableId"])
    return Answer(_row(call, tables.find_row(call.org, table["id"], call["rowId"])))


@routes.on(
    "PUT",
    "/{tableId}/rows/{rowId}",
    known="spec",
    permissions=("architect:datatable:edit", "architect:datatableRow:edit"),
)
def update_row(call: Call) -> Answer:
    """Replace a row; its key stays."""
    table, sent = tables.find(call.org, call["tableId"]), call.json_object()
    before = tables.find_row(call.org, table["id"], call["rowId"])
    if sent.get("key", before["key"]) != before["key"]:
        raise bad_request("The key of a row cannot change", code="flows.datatables.syntax.error", field="key")
    return Answer(dict(tables.put_row(call.org, table, {**sent, "key": before["key"]}, new=False)))


@routes.on(
    "DELETE",
    "/{tableId}/rows/{rowId}",
    known="spec",
    permissions=("architect:datatable:delete", "architect:datatableRow:delete"),
)
def delete_row(call: Call) -> Answer:
    """Delete a row."""
    table = tables.find(call.org, call["tableId"])
    tables.delete_row(call.org, table, tables.find_row(call.org, table["id"], call["rowId"]))
    return no_content()


def _name(call: Call, body: JsonObject, own: str | None) -> str:
    name = body.get("name")
    if not isinstance(name, str) or not name.strip():
        raise bad_request("name must not be null", code="flows.datatables.syntax.error", field="name")
    for other in call.org.documents(tables.TABLES).values():
        if other["id"] != own and other["name"].casefold() == name.casefold():
            raise _duplicate(other)
    return name


def _duplicate(other: Document) -> ApiError:
    return conflict(
        "The passed in datatable had a duplicate name.",
        code="flows.datatables.not.unique",
        entity=(other["id"], other["name"]),
    )


def _full(table: Document) -> JsonObject:
    return {**table, "selfUri": f"/api/v2/flows/datatables/{table['id']}"}


def _shape(call: Call, table: Document) -> JsonObject:
    shown = _full(table)
    if "schema" not in call.query.many("expand"):
        shown.pop("schema")
    return shown


def _row(call: Call, row: Document) -> JsonObject:
    return {"key": row["key"]} if call.query.flag("showbrief", default=True) else dict(row)
