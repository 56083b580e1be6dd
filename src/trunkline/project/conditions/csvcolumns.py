"""Blocks of CSV as Arrow tables. Needs the extra `columns` (https://arrow.apache.org/docs/python/csv.html)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.csv

from trunkline.domain.condition import FieldType
from trunkline.engine.condition.columnar import FALSE, TRUE, exact
from trunkline.project.conditions.rowfiles import BOM, Head

_TYPES = {FieldType.NUMBER: pa.float64(), FieldType.INTEGER: pa.float64(), FieldType.BOOLEAN: pa.bool_()}
"""What Arrow reads just as our own conversions do; all else is read as text."""


class CsvColumns:
    """Reads those columns of a file that a condition asks for."""

    def __init__(self, head: Head, fields: Mapping[tuple[str, str], set[FieldType]]) -> None:
        self._delimiter = head.delimiter
        self._all = [str(index) for index in range(len(head.names))]
        places = {name: str(index) for index, name in enumerate(head.names)}
        self._types: dict[str, Any] = {}
        self._names: dict[str, str] = {}
        for (dataset, name), kinds in fields.items():
            for column in {f"{dataset}.{name}", name} & places.keys():
                place = places[column]
                self._names[place] = column
                kind = _TYPES.get(min(kinds), pa.string()) if len(kinds) == 1 else pa.string()
                agreed = self._types.setdefault(place, kind) == kind
                self._types[place] = kind if agreed else pa.string()
        if not self._types:  # how many rows there are is asked even so
            self._types[self._all[0]] = pa.string()
            self._names[self._all[0]] = ""

    def read(self, data: bytes) -> Any | None:
        """A table of whole records; None where it is not certain that it says what the rows would."""
        if not data.isascii() and (not _is_unicode(data) or data.startswith(BOM)):
            return None  # Arrow would leave a mark out that is part of a cell here
        if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
            return None
        try:
            table = self._table(data, self._types)
        except pa.ArrowInvalid:
            table = None
        if table is not None and exact(table):
            return table
        try:
            return self._table(data, dict.fromkeys(self._types, pa.string()))
        except pa.ArrowInvalid:
            return None

    def _table(self, data: bytes, types: Mapping[str, Any]) -> Any:
        read = pyarrow.csv.ReadOptions(use_threads=False, column_names=self._all, block_size=len(data) + 1)
        parse = pyarrow.csv.ParseOptions(delimiter=self._delimiter, newlines_in_values=b'"' in data)
        convert = pyarrow.csv.ConvertOptions(
            include_columns=list(types), column_types=types, check_utf8=False, null_values=[""],
            strings_can_be_null=True, true_values=TRUE, false_values=FALSE,
        )  # fmt: skip
        table = pyarrow.csv.read_csv(pa.BufferReader(data), read, parse, convert)
        return table.rename_columns([self._names[place] for place in types])


def _is_unicode(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
