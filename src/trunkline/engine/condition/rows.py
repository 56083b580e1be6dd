"""Where a row holds a field.

A row is a JSON object: `{"customers": {"status": …}}`, `{"customers.status": …}`, or, where the name is
found in neither, `{"status": …}`. What is null is absent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
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


class Columns:
    """The values of fields in all rows, read by the layout of the rows where they are all plain."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows
        self._keys: set[str] = set().union(*rows)

    def of(self, dataset: str, name: str) -> list[Json]:
        """One value a row, None where it is absent."""
        if dataset in self._keys or f"{dataset}.{name}" in self._keys:
            return [value_of(row, dataset, name) for row in self._rows]
        try:
            return list(map(itemgetter(name), self._rows))
        except KeyError:
            return [row.get(name) for row in self._rows]
