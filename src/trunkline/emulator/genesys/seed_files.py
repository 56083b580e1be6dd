"""What a folder holds that an org can hold: exported data actions and flows, as they are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from trunkline.domain.action.vendor import form
from trunkline.domain.flow.configuration import is_configuration
from trunkline.domain.flow.i3 import is_i3, unwrap
from trunkline.domain.json import Json, JsonObject, get

LARGEST_FILE = 32 * 1024 * 1024
"""Bytes."""


class Named(NamedTuple):
    """An object as a manifest names it. `contract` is what the flow remembers of a data action."""

    kind: str
    id: str
    name: str
    contract: JsonObject


@dataclass(frozen=True, slots=True)
class ActionFile:
    """A data action; `file` is the path below the folder, with slashes."""

    file: str
    document: JsonObject


@dataclass(frozen=True, slots=True)
class FlowFile:
    """A flow: what a record needs of it, what its manifest names, and the whole as bytes of JSON."""

    file: str
    name: str
    type: str
    description: str
    secure: bool
    named: tuple[Named, ...]
    data: bytes


@dataclass(frozen=True, slots=True)
class Folder:
    """The data actions and flows of a folder by name of file, and the names of files that are neither."""

    actions: tuple[ActionFile, ...]
    flows: tuple[FlowFile, ...]
    neither: tuple[str, ...]


def read(folder: Path) -> Folder:
    """Everything below a folder. Raises OSError if it cannot be read."""
    actions: list[ActionFile] = []
    flows: list[FlowFile] = []
    neither: list[str] = []
    for path, name in _files(folder):
        data = _json_bytes(path)
        document = None if data is None else _parsed(data)
        if data is None or not isinstance(document, dict):
            neither.append(name)
        elif is_configuration(document) and _named(document) and isinstance(document.get("type"), str):
            flows.append(_flow(name, document, data))
        elif form(document) is not None and _named(document):
            actions.append(ActionFile(name, document))
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


def _flow(file: str, document: JsonObject, data: bytes) -> FlowFile:
    description = document.get("description")
    return FlowFile(
        file,
        document["name"],
        document["type"].lower(),
        description if isinstance(description, str) else "",
        document.get("isSecure") is True,
        tuple(_manifest(document)),
        data,
    )


def _manifest(document: JsonObject) -> Iterator[Named]:
    manifest = document.get("manifest")
    contracts = _cached_contracts(document)
    for kind, entries in manifest.items() if isinstance(manifest, dict) else ():
        for entry in entries if isinstance(entries, list) else ():
            object_id = entry.get("id") if isinstance(entry, dict) else None
            if isinstance(object_id, str) and object_id:
                name = entry.get("name")
                shown = name if isinstance(name, str) and name else object_id
                yield Named(kind, object_id, shown, contracts.get(object_id, {}))


def _cached_contracts(document: JsonObject) -> dict[str, JsonObject]:
    """Contracts by id of action, as the flow remembers them: {input, output}."""
    cached = get(document, ("uiMetaData", "actionServiceActions"))
    return {
        entry["id"]: {
            "input": get(entry, ("contract", "input", "inputSchema")),
            "output": get(entry, ("contract", "output", "successSchema")),
        }
        for entry in (cached if isinstance(cached, list) else ())
        if isinstance(entry, dict) and isinstance(entry.get("id"), str)
    }
