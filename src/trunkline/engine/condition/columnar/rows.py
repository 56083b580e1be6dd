"""The rows of an Arrow table, as JSON would have them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from trunkline.domain.json import Json
from trunkline.engine.condition.columnar.arrow import pc
from trunkline.engine.condition.rows import Row

FIRST_MOMENT, LAST_MOMENT = -62_135_596_800_000_000, 253_402_300_799_999_999
"""Years 1 and 9999 in microseconds from 1970: what a date can be."""


def rows_of(table: Any) -> list[Row]:
    """Each row as an object. Moments are ISO 8601 in UTC, decimals the nearest float, bytes their text."""
    names: list[str] = table.schema.names
    columns = [values_of(table.column(index)) for index in range(len(names))]
    return [dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=True)]


def values_of(array: Any) -> list[Json]:
    """The values of a column, as a row has them."""
    if pa.types.is_timestamp(array.type):
        array = moments(array).cast(pa.timestamp("us", "UTC" if array.type.tz else None))
    return [_json(value) for value in array.to_pylist()]


def moments(array: Any) -> Any:
    """Microseconds from 1970 of a column of timestamps or days; null beyond the years 1 to 9999."""
    unit = pa.timestamp("us", getattr(array.type, "tz", None))
    count = pc.cast(pc.cast(array, unit, safe=False), pa.int64())
    sound = pc.and_(pc.greater_equal(count, FIRST_MOMENT), pc.less_equal(count, LAST_MOMENT))
    return pc.if_else(sound, count, pa.scalar(None, pa.int64()))


def _json(value: Any) -> Json:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, dict):
        return {str(key): _json(each) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [_json(each) for each in value]
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return value.isoformat() if isinstance(value, date) else str(value)
