"""The form in which two bodies of a kind are compared: one normaliser for files and clouds alike."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator

from trunkline.domain.json import Json, JsonObject, Path, canonical_text, get
from trunkline.domain.kind import Kind

MASK = "********"


def canonical(kind: Kind, body: JsonObject) -> JsonObject:
    """The body without what the cloud owns, defaults filled in, unordered lists sorted.

    Idempotent; the body given is left alone.
    """
    result = copy.deepcopy(body)
    for pattern in kind.server_owned:
        for path in match_paths(result, pattern):
            _drop(result, path)
    for pattern, value in kind.defaults.items():
        _fill(result, tuple(pattern.split(".")), value)
    for pattern in kind.unordered:
        for path in match_paths(result, pattern):
            _sort(result, path)
    return kind.normalise(result) if kind.normalise else result


def inherit(kind: Kind, mine: JsonObject, theirs: JsonObject) -> JsonObject:
    """`mine` with the fields that it leaves to the cloud taken from `theirs`; both are canonical."""
    result = mine
    for pattern in kind.inherited:
        path = tuple(pattern.split("."))
        found = get(theirs, path, None)
        if found is not None and get(mine, path, None) is None:
            result = copy.deepcopy(mine) if result is mine else result
            _fill(result, path, found)
    return result


def without(body: JsonObject, patterns: Iterable[str]) -> JsonObject:
    """A copy of the body without the fields that the patterns name."""
    result = copy.deepcopy(body)
    for pattern in patterns:
        for path in match_paths(result, pattern):
            _drop(result, path)
    return result


def masked(kind: Kind, body: JsonObject) -> JsonObject:
    """A copy of the body with every secret field replaced by a mask."""
    result = copy.deepcopy(body)
    for pattern in kind.secret:
        for path in match_paths(result, pattern):
            _parent(result, path)[path[-1]] = MASK
    return result


def is_below(pattern: str, path: Path) -> bool:
    """Whether a path lies at or below a pattern (`contract`, `config.*.uri`)."""
    steps = pattern.split(".")
    return len(path) >= len(steps) and all(
        step in ("*", str(actual)) for step, actual in zip(steps, path, strict=False)
    )


def match_paths(body: Json, pattern: str) -> list[Path]:
    """The paths of a body that a pattern names, deepest last step first in lists."""
    return list(_match(body, tuple(pattern.split(".")), ()))


def _match(value: Json, steps: tuple[str, ...], path: Path) -> Iterator[Path]:
    if not steps:
        yield path
        return
    step, rest = steps[0], steps[1:]
    if isinstance(value, dict):
        for key in list(value) if step == "*" else [step]:
            if key in value:
                yield from _match(value[key], rest, (*path, key))
    elif isinstance(value, list):
        for index in range(len(value) - 1, -1, -1):
            if step in ("*", str(index)):
                yield from _match(value[index], rest, (*path, index))


def _parent(body: Json, path: Path) -> Json:
    for step in path[:-1]:
        body = body[step]
    return body


def _drop(body: Json, path: Path) -> None:
    del _parent(body, path)[path[-1]]


def _fill(body: JsonObject, steps: tuple[str, ...], value: Json) -> None:
    for step in steps[:-1]:
        child = body.get(step)
        if not isinstance(child, dict):
            return
        body = child
    body.setdefault(steps[-1], copy.deepcopy(value))


def _sort(body: JsonObject, path: Path) -> None:
    parent = _parent(body, path)
    items = parent[path[-1]]
    if isinstance(items, list):
        parent[path[-1]] = sorted(items, key=canonical_text)
