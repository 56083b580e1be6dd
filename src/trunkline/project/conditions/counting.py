"""How many rows of a file a condition holds for: by columns, several blocks at a time, where it can."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from trunkline.engine.condition import Program, Row
from trunkline.project.conditions.blocks import Block, Rest, csv_blocks, line_blocks
from trunkline.project.conditions.rowfiles import (
    CSV,
    JSON_LINES,
    PARQUET,
    csv_rows,
    iter_rows,
    json_line_rows,
    opened,
    read_head,
)

if TYPE_CHECKING:
    from trunkline.project.conditions.csvcolumns import CsvColumns
    from trunkline.project.conditions.jsoncolumns import JsonColumns

LARGE = 1 << 20
"""Bytes of a file from which on columns are worth loading what reads them."""
SAMPLE = 50
"""Rows that say of which types the columns are."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows for which a condition is true, false, unknown."""

    true: int = 0
    false: int = 0
    unknown: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.true + other.true, self.false + other.false, self.unknown + other.unknown)

    @property
    def total(self) -> int:
        return self.true + self.false + self.unknown

    @classmethod
    def of(cls, results: list[bool | None]) -> Counts:
        return cls(results.count(True), results.count(False), results.count(None))


Work = Callable[[], Counts]


def count_rows(program: Program, path: Path, *, columns: bool | None = None) -> Counts:
    """Counts all rows of a file; memory does not grow with it, but for a JSON document.

    `columns` None takes columns where the extra `columns` is installed and the file is large. The answer
    is the same. Raises InvalidInput with the line at fault.
    """
    suffix = path.suffix.lower()
    if suffix in PARQUET and columns is not False:
        return _sum(_parquet_work(program, path))
    if columns is None:
        columns = find_spec("pyarrow") is not None and path.stat().st_size >= LARGE
    if not columns:
        return _by_rows(program, iter_rows(path))
    if suffix in CSV + JSON_LINES:
        cut = _csv_work if suffix in CSV else _line_work
        with opened(path) as stream:
            return _sum(cut(program, path, stream))
    return _document(program, path)


def _by_rows(program: Program, rows: Iterable[Row]) -> Counts:
    counts = Counts()
    waiting = iter(rows)
    while chunk := list(islice(waiting, 65_536)):
        counts += Counts.of(program.many(chunk))
    return counts


def _by_table(program: Program, table: Any) -> Counts:
    results = program.table(table)
    true = results.true_count
    return Counts(true, len(results) - results.null_count - true, results.null_count)


def _sum(work: Iterable[Work]) -> Counts:
    """Works on as many pieces at a time as there are processors; the first fault in the file is raised."""
    workers = os.cpu_count() or 1
    counts = Counts()
    waiting: deque[Future[Counts]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        for each in work:
            waiting.append(pool.submit(each))
            if len(waiting) > workers:
                counts += waiting.popleft().result()
        for future in waiting:
            counts += future.result()
    return counts


def _csv_work(program: Program, path: Path, stream: BinaryIO) -> Iterator[Work]:
    from trunkline.project.conditions.csvcolumns import CsvColumns

    head = read_head(path, stream)
    as_rows = partial(csv_rows, path, head=head)
    if not head.names:
        yield partial(_by_rows, program, as_rows(lines=stream, line=head.line))
        return
    columns = CsvColumns(head, program.fields)
    for block in csv_blocks(stream, head.line, head.delimiter):
        yield _piece(program, columns, as_rows, block)


def _line_work(program: Program, path: Path, stream: BinaryIO) -> Iterator[Work]:
    from trunkline.project.conditions.jsoncolumns import JsonColumns

    columns = JsonColumns(list(islice(iter_rows(path), SAMPLE)), program.fields)
    as_rows = partial(json_line_rows, path)
    for block in line_blocks(stream):
        yield _piece(program, columns, as_rows, block)


def _piece(
    program: Program,
    columns: CsvColumns | JsonColumns,
    as_rows: Callable[..., Iterable[Row]],
    block: Block | Rest,
) -> Work:
    """The work on a piece of a file: by columns if they are certain, else by rows."""
    if isinstance(block, Rest):
        return partial(_by_rows, program, as_rows(lines=block.lines, line=block.line))

    def work() -> Counts:
        table = columns.read(block.data)
        if table is None:
            return _by_rows(program, as_rows(lines=BytesIO(block.data), line=block.line))
        return _by_table(program, table)

    return work


def _parquet_work(program: Program, path: Path) -> Iterator[Work]:
    from trunkline.project.conditions.parquet import parquet_batches

    for batch in parquet_batches(path, program.fields):
        yield partial(_by_table, program, batch)


def _document(program: Program, path: Path) -> Counts:
    """A JSON document, read whole: its rows are cut out and then read as lines are."""
    from trunkline.project.conditions.jsoncolumns import JsonColumns, document_blocks

    with opened(path) as stream:
        blocks = document_blocks(stream.read())
    counts = Counts()
    columns = None
    for data in blocks or ():
        if columns is None:
            sample = islice(BytesIO(data), SAMPLE)
            columns = JsonColumns(list(json_line_rows(path, sample, 1)), program.fields)
        table = columns.read(data)
        if table is None:
            return _by_rows(program, iter_rows(path))
        counts += _by_table(program, table)
    return counts if columns is not None else _by_rows(program, iter_rows(path))
