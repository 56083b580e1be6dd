"""What a folder holds that an org can hold: exported data actions and flows, as they are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from trunkline.domain.action.vendor import form
from trunkline.domain.flow.configuration import is_configuration
from trunkline.domain.flow.i3 import is_i3, unwrap
from trunkline.domain.json import Json, JsonObject

LARGEST_FILE = 32 * 1024 * 1024
"""Bytes."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of a seed; `name` is its path below the folder, with slashes. `data` is the JSON as bytes."""

    name: str
    document: JsonObject
    data: bytes


@dataclass(frozen=True, slots=True)
class Folder:
    """The data actions and flows of a folder by name of file, and the names of files that are neither."""

    actions: tuple[File, ...]
    flows: tuple[File, ...]
    neither: tuple[str, ...]


def read(folder: Path) -> Folder:
    """Everything below a folder. Raises OSError if it cannot be read."""
    actions: list[File] = []
    flows: list[File] = []
    neither: list[str] = []
    for path, name in _files(folder):
        data = _json_bytes(path)
        document = None if data is None else _parsed(data)
        if data is None or not isinstance(document, dict):
            neither.append(name)
        elif is_configuration(document) and _named(document) and isinstance(document.get("type"), str):
            flows.append(File(name, document, data))
        elif form(document) is not None and _named(document):
            actions.append(File(name, document, data))
        else:
            neither.append(name)
    return Folder(tuple(actions), tuple(flows), tuple(neither))


def _files(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every file with its name, in the order of the names; hidden ones are left out."""
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is no folder")
    named = ((path.relative_to(folder), path) for path in folder.rglob("*") if path.is_file())
    kept = [(str(name.as_posix()), path) for name, path in named if not _hidden(name)]
    for name, path in sorted(kept):
        yield path, name


def _hidden(name: Path) -> bool:
    return any(part.startswith(".") for part in name.parts)


def _json_bytes(path: Path) -> bytes | None:
    """The JSON in a file; None where it holds none by its name, its size or its layers."""
    if path.stat().st_size > LARGEST_FILE:
        return None
    if is_i3(path.name):
        try:
            return unwrap(path.read_bytes()).encode()
        except ValueError:
            return None
    return path.read_bytes() if path.suffix.lower() == ".json" else None


def _parsed(data: bytes) -> Json:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _named(document: JsonObject) -> bool:
    name = document.get("name")
    return isinstance(name, str) and bool(name.strip())
