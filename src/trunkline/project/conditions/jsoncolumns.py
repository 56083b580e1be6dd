"""Blocks of JSON lines as Arrow tables (https://arrow.apache.org/docs/python/json.html).

Needs the extra `columns`. What type a column is read as is taken from the first rows; where a later one
differs, its block is read row by row.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.json

from trunkline.domain.condition import FieldType
from trunkline.domain.json import Json
from trunkline.engine.condition import Row
from trunkline.engine.condition.columnar import exact
from trunkline.project.conditions.blocks import BLOCK

_NUMBERS = frozenset({FieldType.NUMBER, FieldType.INTEGER})


class JsonColumns:
    """Reads those columns of a file that a condition asks for; `sample` are its first rows."""

    def __init__(self, sample: Sequence[Row], fields: Mapping[tuple[str, str], set[FieldType]]) -> None:
        self._columns: dict[str, Any] | None = {}
        inner: dict[str, dict[str, Any]] = {}
        for (dataset, name), kinds in fields.items():
            nested = [each for row in sample if isinstance(each := row.get(dataset), dict)]
            for rows, key, into in (
                (sample, f"{dataset}.{name}", self._columns),
                (sample, name, self._columns),
                (nested, name, inner.setdefault(dataset, {})),
            ):
                kind = _type_of([row.get(key) for row in rows], kinds)
                if kind is None or into.setdefault(key, kind) != kind:
                    self._columns = None
                    return
        if inner.keys() & self._columns.keys():
            self._columns = None
            return
        self._plain = {name: self._columns[name] for _, name in fields}
        keys = [json.dumps(dataset, ensure_ascii=False)[:-1] for dataset in inner]
        self._starts = [(key + end).encode() for key in keys for end in ('"', ".")]
        for dataset, columns in inner.items():
            self._columns[dataset] = pa.struct(list(columns.items()))

    def read(self, data: bytes) -> Any | None:
        """A table of whole lines; None where it is not certain that it says what the rows would."""
        lines = data.count(b"\n") + (not data.endswith(b"\n"))
        if self._columns is None or not _plain_lines(data, lines):
            return None
        columns = self._columns if self._may_hold_others(data) else self._plain
        read = pyarrow.json.ReadOptions(use_threads=False, block_size=len(data) + 1)
        parse = pyarrow.json.ParseOptions(
            explicit_schema=pa.schema(columns), unexpected_field_behavior="ignore"
        )
        try:
            table = pyarrow.json.read_json(pa.BufferReader(data), read, parse)
        except pa.ArrowInvalid:
            return None
        return table if table.num_rows == lines and exact(table) else None

    def _may_hold_others(self, data: bytes) -> bool:
        """Whether a row may hold a field under the name of its data set; then Arrow has more to look for."""
        return b"\\" in data or any(start in data for start in self._starts)


def document_blocks(data: bytes) -> Iterator[bytes] | None:
    """The rows of a JSON document as blocks of lines; None where it is none, or rows are not all objects."""
    try:
        rows = _raw_rows(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return None if rows is None else _joined(rows)


def _raw_rows(data: bytes) -> list[msgspec.Raw] | None:
    if data.lstrip()[:1] == b"[":
        return msgspec.json.decode(data, type=list[msgspec.Raw])
    top = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    found = top.get("entities", top.get("rows"))
    return None if found is None else msgspec.json.decode(found, type=list[msgspec.Raw])


def _joined(rows: list[msgspec.Raw]) -> Iterator[bytes]:
    """Lines of about a block each. A line end in JSON stands between its parts only, as blanks do."""
    lines: list[bytes] = []
    size = 0
    for row in rows:
        line = bytes(row)
        lines.append(line.replace(b"\n", b" ") if b"\n" in line else line)
        size += len(line)
        if size > BLOCK:
            yield b"\n".join(lines)
            lines, size = [], 0
    if lines:
        yield b"\n".join(lines)


def _type_of(values: Sequence[Json], kinds: set[FieldType]) -> Any | None:
    """The type to read a column as; None where values are of several types."""
    seen = {type(value) for value in values if value is not None}
    if not seen:
        kind = min(kinds) if len(kinds) == 1 else FieldType.STRING
        return pa.float64() if kind in _NUMBERS else pa.bool_() if kind is FieldType.BOOLEAN else pa.string()
    if seen == {str}:
        return pa.string()
    if seen == {bool}:
        return pa.bool_()
    return pa.float64() if seen <= {int, float} and kinds <= _NUMBERS else None


def _plain_lines(data: bytes, lines: int) -> bool:
    """Whether every line starts as an object, and all of it is Unicode."""
    if not data.isascii():
        try:
            data.decode()
        except UnicodeDecodeError:
            return False
    return data.startswith(b"{") and data.count(b"\n{") == lines - 1
