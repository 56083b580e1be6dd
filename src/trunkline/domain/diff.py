"""Differences between two JSON values, field by field, and the three-way merge of a body."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from typing import Final

from trunkline.domain.json import Json, JsonObject, Path, same, show_path


class Missing:
    """Stands for a field that is not there: not the same as null."""

    def __repr__(self) -> str:
        return "missing"


MISSING: Final = Missing()


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs; `before` or `after` is MISSING where the field came or went."""

    path: Path
    before: Json | Missing
    after: Json | Missing

    @property
    def field(self) -> str:
        return show_path(self.path)


def diff(before: Json | Missing, after: Json | Missing, path: Path = ()) -> list[FieldChange]:
    """The smallest fields that differ, in document order: `before`'s fields first, then new ones."""
    return [] if not path and identical(before, after) else _diff(before, after, path)


def identical(before: Json | Missing, after: Json | Missing) -> bool:
    """Objects equal for certain, found out quickly; False may still be equal. Texts tell `1` from `True`."""
    if not isinstance(before, dict) or not isinstance(after, dict) or before != after:
        return False
    return json.dumps(before) == json.dumps(after)


def _diff(before: Json | Missing, after: Json | Missing, path: Path) -> list[FieldChange]:
    if isinstance(before, dict) and isinstance(after, dict):
        changes: list[FieldChange] = []
        for key in [*before, *(key for key in after if key not in before)]:
            changes += _diff(before.get(key, MISSING), after.get(key, MISSING), (*path, key))
        return changes
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        changes = []
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            changes += _diff(old, new, (*path, index))
        return changes
    if before is after or (before is not MISSING and after is not MISSING and same(before, after)):
        return []
    return [FieldChange(path, before, after)]


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that both sides changed, differently."""

    path: Path
    base: Json | Missing
    theirs: Json | Missing
    mine: Json | Missing


@dataclass(frozen=True, slots=True)
class Merge:
    """`value` has the changes of both sides; a clashing field keeps theirs."""

    value: Json
    clashes: tuple[Clash, ...]


def merge(base: JsonObject, theirs: JsonObject, mine: JsonObject) -> Merge:
    """Merges two descendants of one body. Lists are merged whole: one side must have left them alone."""
    clashes: list[Clash] = []
    value = _merge(base, theirs, mine, (), clashes)
    return Merge(value, tuple(clashes))


def _merge(
    base: Json | Missing, theirs: Json | Missing, mine: Json | Missing, path: Path, clashes: list[Clash]
) -> Json | Missing:
    if not diff(base, mine) or not diff(theirs, mine):
        return copy.deepcopy(theirs)
    if not diff(base, theirs):
        return copy.deepcopy(mine)
    if isinstance(theirs, dict) and isinstance(mine, dict):
        origin = base if isinstance(base, dict) else {}
        merged: JsonObject = {}
        for key in [*theirs, *(key for key in mine if key not in theirs)]:
            value = _merge(
                origin.get(key, MISSING),
                theirs.get(key, MISSING),
                mine.get(key, MISSING),
                (*path, key),
                clashes,
            )
            if not isinstance(value, Missing):
                merged[key] = value
        return merged
    clashes.append(Clash(path, base, theirs, mine))
    return copy.deepcopy(theirs)


def lies_between(before: Json | Missing, value: Json | Missing, after: Json | Missing) -> bool:
    """Whether every part of a value is as it was before or as it is after; entries of lists in any order."""
    if not diff(before, value) or not diff(value, after):
        return True
    if isinstance(before, dict) and isinstance(value, dict) and isinstance(after, dict):
        keys = {**before, **value, **after}
        return all(
            lies_between(before.get(key, MISSING), value.get(key, MISSING), after.get(key, MISSING))
            for key in keys
        )
    if isinstance(before, list) and isinstance(value, list) and isinstance(after, list):
        known = [*before, *after]
        return all(any(same(each, other) for other in known) for each in value)
    return False
