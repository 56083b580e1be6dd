"""Data tables: a schema of columns, and rows if a file has them; else the rows are the org's."""

from __future__ import annotations

from trunkline.domain.json import Json, JsonObject, canonical_text, get
from trunkline.domain.kind import Kind, Reference


def normalise(body: JsonObject) -> JsonObject:
    """Rows with the defaults of the columns they leave out, in one order."""
    rows = body.get("rows")
    if not isinstance(rows, list):
        return body
    whole = _defaults(body)
    filled = [{**whole, **row} if isinstance(row, dict) else row for row in rows]
    return {**body, "rows": sorted(filled, key=canonical_text)}


def _defaults(body: JsonObject) -> JsonObject:
    columns: Json = get(body, ("schema", "properties"))
    found = columns.items() if isinstance(columns, dict) else ()
    return {
        name: column["default"] for name, column in found if isinstance(column, dict) and "default" in column
    }


DATA_TABLE = Kind(
    name="data_table",
    cloud="genesys",
    folder="tables",
    title="data table",
    documentation="https://developer.genesys.cloud/routing/architect/",
    server_owned=("id", "selfUri"),
    references=(Reference("division", "division"),),
    permanent=("schema.properties.*", "schema.properties.*.type"),
    unordered=("schema.required",),
    inherited=("rows", "description", "division"),
    normalise=normalise,
)
