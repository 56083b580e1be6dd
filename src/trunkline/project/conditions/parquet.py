"""Rows of Parquet files (https://arrow.apache.org/docs/python/parquet.html). Needs the extra `columns`."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from trunkline.domain.condition import FieldType
from trunkline.engine.condition import Row
from trunkline.errors import InvalidInput, UsageError

BATCH = 65_536
"""Rows read at a time."""


def parquet_rows(path: Path) -> Iterator[Row]:
    """Row after row. Raises InvalidInput, and UsageError where the extra is missing."""
    from trunkline.engine.condition.columnar import rows_of

    with _opened(path) as file:
        for batch in file.iter_batches(batch_size=BATCH):
            yield from rows_of(batch)


def parquet_batches(path: Path, fields: Mapping[tuple[str, str], set[FieldType]]) -> Iterator[Any]:
    """Batches of the columns that a condition asks for. Raises as `parquet_rows` does."""
    wanted = {column for dataset, name in fields for column in (f"{dataset}.{name}", dataset, name)}
    with _opened(path) as file:
        names: list[str] = file.schema_arrow.names
        columns = [name for name in names if name in wanted]
        yield from file.iter_batches(batch_size=BATCH, columns=columns or names[:1])


@contextmanager
def _opened(path: Path) -> Generator[Any]:
    if find_spec("pyarrow") is None:
        raise UsageError("reading Parquet needs pyarrow", hint="pip install 'trunkline[columns]'")
    import pyarrow as pa
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            yield file
    except pa.ArrowException as error:
        raise InvalidInput(f"cannot be read as Parquet: {error}", where=str(path)) from None
    except OSError as error:
        raise InvalidInput(f"cannot be read: {error}", where=str(path)) from None
