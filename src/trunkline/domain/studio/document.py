"""The JSON of a Studio script: `{header, actions, properties, branches}`, bare or as `{scriptContent: …}`.

`actions`, `properties` and `branches` are objects by action id, as text. Canonical: ids in the order of
their numbers, library ids in capitals, without what only the editor's drawing changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeGuard

from trunkline.domain.json import Json, JsonObject

PARTS = ("header", "actions", "properties", "branches")
_VOLATILE_HEADER = frozenset({"lockInfo", "masterId", "lastSavedIn", "status", "busNo", "modifyDate"})
_LAYOUT = frozenset({"x", "y", "xws", "yws"})
_BRANCH_LAYOUT = frozenset({"ports", "lineType", "elbows", "labelDistance"})


def is_script(value: Json) -> TypeGuard[JsonObject]:
    """Whether a document is a Studio script, bare or wrapped."""
    inner = value.get("scriptContent", value) if isinstance(value, dict) else None
    return isinstance(inner, dict) and isinstance(inner.get("header"), dict) and "actions" in inner


def read_document(value: JsonObject) -> JsonObject:
    """The bare document. Raises ValueError naming the part that is missing or of another shape."""
    inner = value.get("scriptContent", value)
    document: JsonObject = {}
    for part in PARTS:
        found = inner.get(part, {})
        _require(isinstance(found, dict), f"{part} is no object")
        document[part] = found
    for key, action in document["actions"].items():
        _require(isinstance(action, dict), f"actions.{key} is no object")
    for key, branches in document["branches"].items():
        listed = isinstance(branches, list) and all(isinstance(each, dict) for each in branches)
        _require(listed, f"branches.{key} is no list of objects")
    return document


def _require(holds: bool, fault: str) -> None:
    if not holds:
        raise ValueError(fault)


def script_name(document: JsonObject) -> str:
    """The path and name of a script, `Folder\\Script`; empty where its header has none."""
    name = document["header"].get("scriptName")
    return name if isinstance(name, str) else ""


def canonical_script(document: JsonObject) -> JsonObject:
    """One document for scripts that do the same: what drawing and saving change is left out."""
    header = {key: value for key, value in document["header"].items() if key not in _VOLATILE_HEADER}
    branches = {key: [_branch(each) for each in value] for key, value in _by_id(document["branches"])}
    return {
        "header": header,
        "actions": {key: _action(value) for key, value in _by_id(document["actions"])},
        "properties": dict(_by_id(document["properties"])),
        "branches": {key: value for key, value in branches.items() if value},
    }


def _action(action: JsonObject) -> JsonObject:
    kept = {key: value for key, value in action.items() if key not in _LAYOUT}
    if isinstance(kept.get("libraryId"), str):
        kept["libraryId"] = kept["libraryId"].upper()
    for key in ("dependencyOrder", "implType"):
        if key in kept:
            kept[key] = str(kept[key])
    return kept


def _branch(branch: JsonObject) -> JsonObject:
    kept = {key: value for key, value in branch.items() if key not in _BRANCH_LAYOUT}
    if kept.get("label") in (0, None):
        kept["label"] = ""
    return kept


def _by_id(part: Mapping[str, Json]) -> list[tuple[str, Json]]:
    return sorted(part.items(), key=lambda item: (not item[0].isdecimal(), len(item[0]), item[0]))
