"""Rows to evaluate over, one after another: CSV, JSON (a list, an object a line, a data table), Parquet."""

from __future__ import annotations

import csv
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from trunkline.domain.json import Json
from trunkline.engine.condition import Row
from trunkline.errors import InvalidInput
from trunkline.project.files import read_text
from trunkline.project.jsonfile import JsonFault, parse_json

CSV = (".csv", ".tsv")
JSON_LINES = (".ndjson", ".jsonl")
PARQUET = (".parquet",)
_ENDINGS = f"name it by what it is: .json, {', '.join(CSV + JSON_LINES + PARQUET)}"
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Head:
    """The first record of a CSV file; `line` is that of the record after it."""

    names: tuple[str, ...]
    delimiter: str
    line: int


def read_rows(path: Path) -> list[Row]:
    """Every row. Raises InvalidInput as `iter_rows` does."""
    return list(iter_rows(path))


def iter_rows(path: Path) -> Iterator[Row]:
    """Row after row. In CSV an empty cell is absent. Raises InvalidInput with the line at fault."""
    suffix = path.suffix.lower()
    if suffix in PARQUET:
        from trunkline.project.conditions.parquet import parquet_rows

        yield from parquet_rows(path)
    elif suffix in CSV:
        with opened(path) as stream:
            head = read_head(path, stream)
            yield from csv_rows(path, stream, head, head.line)
    elif suffix in JSON_LINES:
        with opened(path) as stream:
            yield from json_line_rows(path, stream, 1)
    else:
        yield from _document_rows(path)


@contextmanager
def opened(path: Path) -> Generator[BinaryIO]:
    """A file without its byte order mark. Raises InvalidInput."""
    try:
        with path.open("rb") as stream:
            if stream.read(len(BOM)) != BOM:
                stream.seek(0)
            yield stream
    except OSError as error:
        raise InvalidInput(f"cannot be read: {error.strerror or error}", where=str(path)) from error


def read_head(path: Path, stream: BinaryIO) -> Head:
    """The names of the columns. What divides them is a comma, else a semicolon, else a tab."""
    line, first = 1, stream.readline()
    while first and not first.strip(b"\r\n"):
        line, first = line + 1, stream.readline()
    delimiter = next((sign for sign in ",;\t" if sign.encode() in first), ",")
    reader = csv.reader(_texts(path, chain((first,), stream), line), delimiter=delimiter, strict=True)
    try:
        names = next(reader, [])
    except csv.Error as error:
        raise _not_csv(path, error, line - 1 + reader.line_num) from None
    return Head(tuple(names), delimiter, line + reader.line_num)


def csv_rows(path: Path, lines: Iterable[bytes], head: Head, line: int) -> Iterator[Row]:
    """Rows of lines from a line on. Short records lack cells, further cells of long ones are left out."""
    reader = csv.reader(_texts(path, lines, line), delimiter=head.delimiter, strict=True)
    try:
        for cells in reader:
            if cells:
                record = dict(zip(head.names, cells, strict=False))
                yield {name: cell for name, cell in record.items() if cell}
    except csv.Error as error:
        raise _not_csv(path, error, line - 1 + reader.line_num) from None


def _not_csv(path: Path, error: csv.Error, line: int) -> InvalidInput:
    return InvalidInput(f"not CSV: {error}", where=f"{path}:{line}")


def json_line_rows(path: Path, lines: Iterable[bytes], line: int) -> Iterator[Row]:
    """An object a line; empty lines are none."""
    for number, text in enumerate(_texts(path, lines, line), line):
        if text.strip():
            yield _row(_parsed(path, text, number), f"{path}:{number}", "this line")


def _document_rows(path: Path) -> Iterator[Row]:
    text = read_text(path)
    if path.suffix.lower() != ".json" and not text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        raise InvalidInput("holds no rows that can be read", where=str(path), hint=_ENDINGS)
    value = _parsed(path, text, None)
    if isinstance(value, dict):
        value = value.get("entities", value.get("rows", [value]))
    if not isinstance(value, list):
        raise InvalidInput(f"{path} holds no list of rows")
    for number, each in enumerate(value, 1):
        yield _row(each, str(path), f"row {number}")


def _texts(path: Path, lines: Iterable[bytes], line: int) -> Iterator[str]:
    for number, raw in enumerate(lines, line):
        try:
            yield raw.decode()
        except UnicodeDecodeError:
            raise InvalidInput(
                "is not UTF-8", where=f"{path}:{number}", hint="save the file as UTF-8"
            ) from None


def _parsed(path: Path, text: str, line: int | None) -> Json:
    try:
        return parse_json(text)
    except JsonFault as fault:
        raise InvalidInput(str(fault), where=f"{path}:{line or fault.line}") from None


def _row(value: Json, where: str, what: str) -> Row:
    if not isinstance(value, dict):
        raise InvalidInput(f"{what} is no object", where=where)
    return value
