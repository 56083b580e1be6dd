"""`/api/v2/flows/datatables`: data tables and their rows. developer.genesys.cloud, "Architect API"."""

from __future__ import annotations

from trunkline.domain.json import Json, JsonObject
from trunkline.emulator.call import Answer, Call, no_content
from trunkline.emulator.errors import bad_request, conflict
from trunkline.emulator.genesys import datatables as tables
from trunkline.emulator.genesys import flows
from trunkline.emulator.genesys.collection import division_reference, home_division, order, wanted
from trunkline.emulator.paging import page
from trunkline.emulator.routes import Routes
from trunkline.emulator.store import Document

VIEW = ("architect:datatable:view",)
SEARCH = ("architect:datatable:search", "architect:datatable:view")
VIEW_ROW = ("architect:datatableRow:view", "architect:datatable:view")
LARGEST = 500

routes = Routes("public", prefix="/api/v2/flows/datatables")


@routes.on("GET", "", known="spec", permissions=VIEW)
def list_tables(call: Call) -> Answer:
    """Tables, filtered by name and division; `expand=schema` adds their schemas."""
    return _list(call)


@routes.on("GET", "/divisionviews", known="spec", permissions=SEARCH)
def list_views(call: Call) -> Answer:
    """The same for those who may only search."""
    return _list(call)


@routes.on("GET", "/divisionviews/{datatableId}", known="spec", permissions=SEARCH)
def get_view(call: Call) -> Answer:
    """One table for those who may only search."""
    return Answer(_shape(tables.find(call.org, call["datatableId"]), schema=_expands(call)))


def _list(call: Call) -> Answer:
    kept = order(call, [table for table in call.org.documents(tables.TABLES).values() if wanted(call, table)])
    return Answer(page(call, kept, lambda each: _shape(each, schema=_expands(call)), largest=LARGEST))


@routes.on("POST", "", known="spec", permissions=("architect:datatable:add",))
def create_table(call: Call) -> Answer:
    """A new table without a row."""
    body = call.json_object()
    table: JsonObject = {
        "id": call.org.guid(),
        "name": tables.check_name(call.org, body.get("name"), None),
        "division": _division(call, body, None),
        "description": body.get("description") or "",
        "schema": tables.check_schema(body.get("schema")),
    }
    call.org.documents(tables.TABLES).put(table["id"], table)
    return Answer(_shape(table, schema=True))


@routes.on("GET", "/{datatableId}", known="spec", permissions=VIEW)
def get_table(call: Call) -> Answer:
    """One table."""
    return Answer(_shape(tables.find(call.org, call["datatableId"]), schema=_expands(call)))


@routes.on("PUT", "/{datatableId}", known="spec", permissions=("architect:datatable:edit",))
def update_table(call: Call) -> Answer:
    """Rename a table, or add fields; none can be removed."""
    before, body = tables.find(call.org, call["datatableId"]), call.json_object()
    schema: Json = body.get("schema", before["schema"])
    table: JsonObject = {
        **before,
        "name": tables.check_name(call.org, body.get("name"), before["id"]),
        "division": _division(call, body, before.get("division")),
        "description": before.get("description", "") if (said := body.get("description")) is None else said,
        "schema": tables.check_schema(schema, before["schema"]),
    }
    call.org.documents(tables.TABLES).put(table["id"], table)
    return Answer(_shape(table, schema=_expands(call)))


@routes.on("DELETE", "/{datatableId}", known="spec", permissions=("architect:datatable:delete",))
def delete_table(call: Call) -> Answer:
    """Delete a table and its rows; one that flows use only with `force=true`."""
    table = tables.find(call.org, call["datatableId"])
    if not call.query.flag("force"):
        for record in flows.all_flows(call.org):
            data = flows.latest_configuration(call.org, record)
            if not record["deleted"] and data is not None and table["id"].encode() in data:
                raise conflict(
                    f"The object cannot be deleted because other objects depend on it: {record['name']}",
                    code="architect.dependency.object.in.use",
                    entity=(table["id"], table["name"]),
                )
    tables.delete(call.org, table)
    return no_content()


@routes.on("GET", "/{datatableId}/rows", known="spec", permissions=VIEW_ROW)
def list_rows(call: Call) -> Answer:
    """Rows by key; only their keys unless `showbrief=false`."""
    tables.find(call.org, call["datatableId"])
    rows = tables.rows_of(call.org, call["datatableId"])
    if (call.query.get("sortOrder") or "ascending").lower().startswith("desc"):
        rows.reverse()
    return Answer(page(call, rows, lambda row: _row(call, row), largest=LARGEST))


@routes.on(
    "POST",
    "/{datatableId}/rows",
    known="spec",
    permissions=("architect:datatableRow:add", "architect:datatable:add"),
)
def create_row(call: Call) -> Answer:
    """A new row; what it leaves out gets its default."""
    table = tables.find(call.org, call["datatableId"])
    return Answer(tables.put_row(call.org, table, call.json_object()))


@routes.on("GET", "/{datatableId}/rows/{rowId}", known="spec", permissions=VIEW_ROW)
def get_row(call: Call) -> Answer:
    """One row; only its key unless `showbrief=false`."""
    return Answer(_row(call, tables.find_row(call.org, call["datatableId"], call["rowId"])))


@routes.on(
    "PUT",
    "/{datatableId}/rows/{rowId}",
    known="spec",
    permissions=("architect:datatableRow:edit", "architect:datatable:edit"),
)
def update_row(call: Call) -> Answer:
    """Replace a row."""
    before = tables.find_row(call.org, call["datatableId"], call["rowId"])
    table = tables.find(call.org, call["datatableId"])
    row = {"key": before["key"], **call.json_object()}
    return Answer(tables.put_row(call.org, table, row, replaces=before["key"]))


@routes.on(
    "DELETE",
    "/{datatableId}/rows/{rowId}",
    known="spec",
    permissions=("architect:datatableRow:delete", "architect:datatable:delete"),
)
def delete_row(call: Call) -> Answer:
    """Delete a row."""
    row = tables.find_row(call.org, call["datatableId"], call["rowId"])
    call.org.documents(tables.ROWS).delete(f"{call['datatableId']}/{row['key']}")
    return no_content()


def _expands(call: Call) -> bool:
    return "schema" in call.query.many("expand")


def _shape(table: Document, *, schema: bool) -> JsonObject:
    shown = {name: value for name, value in table.items() if schema or name != "schema"}
    return {**shown, "selfUri": f"/api/v2/flows/datatables/{table['id']}"}


def _row(call: Call, row: Document) -> JsonObject:
    return {"key": row["key"]} if call.query.flag("showbrief", default=True) else dict(row)


def _division(call: Call, body: JsonObject, default: Json) -> JsonObject:
    sent: Json = body.get("division")
    wished: Json = sent.get("id") if isinstance(sent, dict) else None
    if wished is None:
        return default or division_reference(home_division(call.org))
    found = call.org.documents("divisions").get(str(wished))
    if found is None:
        raise bad_request("The division does not exist", field="division")
    return division_reference(found)
