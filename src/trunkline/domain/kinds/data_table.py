"""Data tables: a schema of columns, and rows if a file has them; else the rows are the org's."""

from __future__ import annotations

from trunkline.domain.kind import Kind, Reference

DATA_TABLE = Kind(
    name="data_table",
    cloud="genesys",
    folder="tables",
    title="data table",
    documentation="https://developer.genesys.cloud/routing/architect/",
    server_owned=("id", "selfUri"),
    references=(Reference("division", "division"),),
    unordered=("rows", "schema.required"),
    inherited=("rows", "description", "division"),
)
