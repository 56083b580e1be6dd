"""Fields that differ between two canonical bodies: lists matched by key, expressions by text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from trunkline.domain.json import Json, JsonObject, Path, same

_KEYS = ("id", "outputId", "referenceId", "name", "language")


class Field(NamedTuple):
    """A field that differs; None where it is absent. An expression shows as its text."""

    path: Path
    before: Json
    after: Json


SameText = Callable[[str, str], bool]


def compare_fields(before: Json, after: Json, same_text: SameText, path: Path = ()) -> Iterator[Field]:
    """The smallest fields that differ, `before`'s first.

    In lists of objects that have a key (id, output, name, …) the key stands in the path in place
    of the index. `same_text` decides whether two expressions mean the same.
    """
    if _is_expression(before) and _is_expression(after):
        if not _same_expression(before, after, same_text):
            yield Field(path, _shown(before), _shown(after))
    elif isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(key for key in after if key not in before)]:
            yield from compare_fields(before.get(key), after.get(key), same_text, (*path, key))
    elif isinstance(before, list) and isinstance(after, list):
        yield from _lists(before, after, same_text, path)
    elif not same(before, after):
        yield Field(path, _shown(before), _shown(after))


def _lists(before: list[Json], after: list[Json], same_text: SameText, path: Path) -> Iterator[Field]:
    key = _key_of([*before, *after])
    if key is not None:
        named = {entry[key]: entry for entry in before}
        others = {entry[key]: entry for entry in after}
        if len(named) == len(before) and len(others) == len(after):
            for name in [*named, *(name for name in others if name not in named)]:
                yield from compare_fields(named.get(name), others.get(name), same_text, (*path, name))
            return
    for index in range(max(len(before), len(after))):
        old, new = (entries[index] if index < len(entries) else None for entries in (before, after))
        yield from compare_fields(old, new, same_text, (*path, index))


def _key_of(entries: list[Json]) -> str | None:
    """The first key that every entry has as a text."""
    if not all(isinstance(entry, dict) for entry in entries):
        return None
    return next((key for key in _KEYS if all(isinstance(entry.get(key), str) for entry in entries)), None)


def _is_expression(value: Json) -> bool:
    return isinstance(value, dict) and "type" in value and value.keys() <= {"type", "text", "values", "tree"}


def _same_expression(before: JsonObject, after: JsonObject, same_text: SameText) -> bool:
    rest = ("type", "values", "tree")
    return same_text(before.get("text", ""), after.get("text", "")) and all(
        same(before.get(key), after.get(key)) for key in rest
    )


def _shown(value: Json) -> Json:
    """An expression's text (with ids where only these differ), None where nothing is set."""
    if not _is_expression(value):
        return value
    if "tree" in value:
        return value["tree"]
    if "values" in value:
        return f"{value.get('text', '')} ({', '.join(map(str, value['values']))})"
    return value.get("text")
