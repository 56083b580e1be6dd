"""JSON values and the paths into them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any, TypeAlias

Json: TypeAlias = Any
"""A JSON value as Python has it: None, bool, int, float, str, list, dict with str keys."""

JsonObject: TypeAlias = dict[str, Any]

Path: TypeAlias = tuple[str | int, ...]
"""Steps from the root of a document: keys and list indexes."""


def show_path(path: Path) -> str:
    """`("a", "b c", 0)` as `a["b c"][0]`; the root is `$`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif step.replace("_", "a").replace("-", "a").isalnum():
            text += f".{step}" if text else step
        else:
            text += f"[{json.dumps(step, ensure_ascii=False)}]"
    return text or "$"


def canonical_text(value: Json) -> str:
    """One text for equal values: keys sorted, no blanks; for digests, never for files."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(value: Json) -> str:
    """SHA-256 of the canonical text, as hex."""
    return hashlib.sha256(canonical_text(value).encode("utf-8", "surrogatepass")).hexdigest()


def file_text(value: Json) -> str:
    """The text written to files: two blanks of indent, key order kept, a final newline.

    Half a character, which clouds may hold and UTF-8 may not, is written as JSON's escape.
    """
    text = json.dumps(value, indent=2, ensure_ascii=False) + "\n"
    return text if text.isascii() else _HALF.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


_HALF = re.compile("[\ud800-\udfff]")


def same(left: Json, right: Json) -> bool:
    """Equality as JSON has it: `1` and `True` differ, `1` and `1.0` are the same number."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left == right
    return type(left) is type(right) and left == right


def walk(value: Json, path: Path = ()) -> Iterator[tuple[Path, Json]]:
    """Every node of a document with its path, the root first, in document order."""
    yield path, value
    if isinstance(value, dict):
        for key, child in value.items():
            yield from walk(child, (*path, key))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from walk(child, (*path, index))


def get(value: Json, path: Path, default: Json = None) -> Json:
    """The node at `path`, or `default` where a step is missing."""
    for step in path:
        if isinstance(value, dict):
            if step not in value:
                return default
            value = value[step]
        elif isinstance(value, list) and isinstance(step, int):
            if not -len(value) <= step < len(value):
                return default
            value = value[step]
        else:
            return default
    return value
