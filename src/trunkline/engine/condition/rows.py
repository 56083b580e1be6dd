"""Where a row holds a field.

A row is a JSON object: `{"customers": {"status": …}}`, `{"customers.status": …}`, or, where the name is
found in neither, `{"status": …}`. What is null is absent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from trunkline.domain.json import Json

Row: TypeAlias = Mapping[str, Json]


def value_of(row: Row, dataset: str, name: str) -> Json:
    """The value of a field in a row, None where it is absent."""
    whole = row.get(f"{dataset}.{name}")
    if whole is not None:
        return whole
    nested = row.get(dataset)
    return nested.get(name) if isinstance(nested, Mapping) else row.get(name)


def column_of(rows: Sequence[Row], dataset: str, name: str) -> list[Json]:
    """The values of a field in all rows."""
    whole = f"{dataset}.{name}"
    values = [row.get(whole) for row in rows]
    if None not in values:
        return values
    return [
        value_of(row, dataset, name) if value is None else value
        for value, row in zip(values, rows, strict=True)
    ]
