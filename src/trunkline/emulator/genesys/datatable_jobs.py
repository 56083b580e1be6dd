"""Rows of a data table in and out as CSV, as jobs: the first line names the columns."""

from __future__ import annotations

import csv
import io
from typing import Any, Literal, TypeAlias

from trunkline.domain.json import Json, JsonObject
from trunkline.emulator.errors import ApiError, not_found
from trunkline.emulator.genesys import datatables as tables
from trunkline.emulator.genesys.records import Actor
from trunkline.emulator.orgs import Org
from trunkline.emulator.store import Document

JOBS = "datatable_jobs"
FILES = "datatable_files"

Direction: TypeAlias = Literal["export", "import"]


def find(org: Org, table_id: str, job_id: str, direction: Direction) -> Document:
    """Raises 404."""
    job = org.documents(JOBS).get(job_id)
    if job is None or job["table"] != table_id or job["direction"] != direction:
        raise not_found("The job could not be found.", code="flows.datatables.job.not.found")
    return job


def imports_of(org: Org, table_id: str) -> list[Document]:
    """The import jobs of a table, the newest first."""
    jobs = [job for job in org.documents(JOBS).values() if job["table"] == table_id]
    return [job for job in reversed(jobs) if job["direction"] == "import"]


def register(org: Org, table: Document, by: Actor, direction: Direction, **fields: Any) -> JsonObject:
    job: JsonObject = {
        "id": org.guid(),
        "table": table["id"],
        "name": table["name"],
        "direction": direction,
        "by": by,
        "created": org.now(),
        "completed": None,
        "error": None,
        **fields,
    }
    org.documents(JOBS).put(job["id"], job)
    return job


def export(org: Org, table: Document, by: Actor) -> JsonObject:
    """Write all rows to a file."""
    columns = list(table["schema"]["properties"])
    rows = tables.rows_of(org, table["id"])
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([[_cell(row.get(name)) for name in columns] for row in rows])
    job = register(org, table, by, "export", status="Succeeded", completed=org.now(), count=len(rows))
    org.blobs(FILES).put(job["id"], text.getvalue().encode())
    return job


def _cell(value: Json) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def run_import(org: Org, job: Document, data: bytes) -> None:
    """Take in an uploaded file; with ReplaceAll the rows that it does not hold go."""
    table = tables.find(org, job["table"])
    counts = {"updated": 0, "deleted": 0, "failed": 0}
    error: str | None = None
    try:
        rows = _read(table, data.decode("utf-8-sig"))
        if job["mode"] == "ReplaceAll":
            counts["deleted"] = _drop_others(org, table, {str(row.get("key")) for row in rows})
        for row in rows:
            counts["updated" if _store(org, table, row) else "failed"] += 1
    except (ValueError, csv.Error) as fault:
        error = str(fault)
    done = {"status": "Failed" if error else "Succeeded", "completed": org.now(), "error": error}
    org.documents(JOBS).put(job["id"], {**job, **done, "counts": counts})


def _read(table: Document, text: str) -> list[JsonObject]:
    """The rows of a CSV text, typed by the schema. Raises ValueError for columns the table has not."""
    properties = table["schema"]["properties"]
    reader = csv.DictReader(io.StringIO(text, newline=""))
    unknown = [name for name in reader.fieldnames or [] if name not in properties]
    if unknown or "key" not in (reader.fieldnames or []):
        raise ValueError(f"the first line must name columns of the table, key among them; not {unknown}")
    return [
        {
            name: _typed(cell, properties[name]["type"])
            for name, cell in row.items()
            if name in properties and cell
        }
        for row in reader
    ]


def _typed(cell: str, kind: str) -> Json:
    """The value in a cell; a cell that does not fit stays text, which the schema then refuses."""
    if kind == "boolean":
        return {"true": True, "false": False}.get(cell.lower(), cell)
    if kind == "string":
        return cell
    try:
        return int(cell) if kind == "integer" else float(cell)
    except ValueError:
        return cell


def _drop_others(org: Org, table: Document, kept: set[str]) -> int:
    gone = [row["key"] for row in tables.rows_of(org, table["id"]) if row["key"] not in kept]
    for key in gone:
        org.documents(tables.ROWS).delete(f"{table['id']}/{key}")
    return len(gone)


def _store(org: Org, table: Document, row: JsonObject) -> bool:
    """True if the row kept to the schema."""
    key = row.get("key")
    known = f"{table['id']}/{key}" in org.documents(tables.ROWS)
    try:
        tables.put_row(org, table, row, replaces=str(key) if known else None)
    except ApiError:
        return False
    return True
