"""Rows to evaluate over: JSON (a list, an object a line, an export of a data table), or CSV."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from trunkline.domain.json import Json
from trunkline.engine.condition import Row
from trunkline.errors import InvalidInput
from trunkline.project.files import read_text
from trunkline.project.jsonfile import JsonFault, parse_json


def read_rows(path: Path) -> list[Row]:
    """Every row. In CSV an empty cell is absent. Raises InvalidInput with the line at fault."""
    text = read_text(path)
    if path.suffix.lower() == ".csv":
        return _csv_rows(path, text)
    if path.suffix.lower() in (".ndjson", ".jsonl"):
        lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
        return [_row(_parsed(path, line, number), path, number) for number, line in lines]
    value = _parsed(path, text, None)
    if isinstance(value, dict):
        value = value.get("entities", value.get("rows", [value]))
    if not isinstance(value, list):
        raise InvalidInput(f"{path} holds no list of rows")
    return [_row(each, path, number) for number, each in enumerate(value, 1)]


def _parsed(path: Path, text: str, line: int | None) -> Json:
    try:
        return parse_json(text)
    except JsonFault as fault:
        raise InvalidInput(str(fault), where=f"{path}:{line or fault.line}") from None


def _row(value: Json, path: Path, number: int) -> Row:
    if not isinstance(value, dict):
        raise InvalidInput(f"row {number} is no object", where=str(path))
    return value


def _csv_rows(path: Path, text: str) -> list[Row]:
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    try:
        return [
            {key: cell for key, cell in row.items() if key is not None and cell not in ("", None)}
            for row in reader
        ]
    except csv.Error as error:
        raise InvalidInput(f"not CSV: {error}", where=f"{path}:{reader.line_num}") from None
