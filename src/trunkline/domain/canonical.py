"""The form in which two bodies of a kind are compared: one normaliser for files and clouds alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TypeAlias

from trunkline.domain.json import Json, JsonObject, Path, canonical_text, get
from trunkline.domain.kind import Kind

MASK = "********"
_NESTED = (dict, list)


def copy_json(value: Json) -> Json:
    """A copy of a JSON value that shares no object or list with it; much quicker than `copy.deepcopy`."""
    if isinstance(value, dict):
        return {
            key: copy_json(child) if isinstance(child, _NESTED) else child for key, child in value.items()
        }
    if isinstance(value, list):
        return [copy_json(each) if isinstance(each, _NESTED) else each for each in value]
    return value


def canonical(kind: Kind, body: JsonObject) -> JsonObject:
    """The body without what the cloud owns, defaults filled in, unordered lists sorted.

    Idempotent; the body given is left alone.
    """
    result = without(body, kind.server_owned)
    for pattern, value in kind.defaults.items():
        _fill(result, _steps(pattern), value)
    for pattern in kind.unordered:
        for path in match_paths(result, pattern):
            _sort(result, path)
    return kind.normalise(result) if kind.normalise else result


_NOT_SAID = object()


def inherit(kind: Kind, mine: JsonObject, theirs: JsonObject) -> JsonObject:
    """`mine` with the fields that it leaves to the cloud taken from `theirs`; both are canonical.

    Where it says that such a field is an empty list and the cloud has none, the two say the same. A null
    says that there is none.
    """
    result = mine
    for pattern in kind.inherited:
        path = _steps(pattern)
        found = get(theirs, path, _NOT_SAID)
        own = get(mine, path, _NOT_SAID)
        if own is None and found is not None:
            result = without(result, (pattern,))
        elif found not in (None, _NOT_SAID) and own is _NOT_SAID:
            result = copy_json(mine) if result is mine else result
            _fill(result, path, found)
        elif found in (None, _NOT_SAID) and own == []:
            result = without(result, (pattern,))
    return result


def without(body: JsonObject, patterns: Iterable[str]) -> JsonObject:
    """A copy of the body without the fields that the patterns name."""
    return _pruned(body, _tree(tuple(patterns)))


_Tree: TypeAlias = dict[str, "_Tree"]
"""Patterns by their first step; what a pattern ends at has no steps."""


@lru_cache(maxsize=256)
def _tree(patterns: tuple[str, ...]) -> _Tree:
    tree: _Tree = {}
    for pattern in patterns:
        branch = tree
        for step in pattern.split("."):
            branch = branch.setdefault(step, {})
        branch.clear()
    return tree


def _pruned(value: Json, tree: _Tree) -> Json:
    """A copy without what the tree's ends name, in one pass."""
    if isinstance(value, dict):
        kept: JsonObject = {}
        for key, child in value.items():
            if key in tree or "*" in tree:
                branches = _branches(tree, key)
                if all(branches):
                    kept[key] = _pruned_by(child, branches)
            else:
                kept[key] = copy_json(child) if isinstance(child, _NESTED) else child
        return kept
    if isinstance(value, list):
        found = ((child, _branches(tree, str(index))) for index, child in enumerate(value))
        return [_pruned_by(child, branches) for child, branches in found if all(branches)]
    return value


def _branches(tree: _Tree, step: str) -> list[_Tree]:
    return [tree[name] for name in (step, "*") if name in tree]


def _pruned_by(value: Json, branches: list[_Tree]) -> Json:
    for branch in branches:
        value = _pruned(value, branch)
    return value if branches else copy_json(value)


@lru_cache(maxsize=1024)
def _steps(pattern: str) -> tuple[str, ...]:
    return tuple(pattern.split("."))


def masked(kind: Kind, body: JsonObject) -> JsonObject:
    """A copy of the body with every secret field replaced by a mask."""
    result = copy_json(body)
    for pattern in kind.secret:
        for path in match_paths(result, pattern):
            _parent(result, path)[path[-1]] = MASK
    return result


def is_below(pattern: str, path: Path) -> bool:
    """Whether a path lies at or below a pattern (`contract`, `config.*.uri`)."""
    steps = _steps(pattern)
    return len(path) >= len(steps) and all(
        step in ("*", str(actual)) for step, actual in zip(steps, path, strict=False)
    )


def match_paths(body: Json, pattern: str) -> list[Path]:
    """The paths of a body that a pattern names, deepest last step first in lists."""
    return list(_match(body, _steps(pattern), ()))


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


def _fill(body: JsonObject, steps: tuple[str, ...], value: Json) -> None:
    for step in steps[:-1]:
        child = body.get(step)
        if not isinstance(child, dict):
            return
        body = child
    body.setdefault(steps[-1], copy_json(value))


def _sort(body: JsonObject, path: Path) -> None:
    parent = _parent(body, path)
    items = parent[path[-1]]
    if isinstance(items, list):
        parent[path[-1]] = sorted(items, key=canonical_text)
