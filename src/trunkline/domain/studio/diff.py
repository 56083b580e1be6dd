"""What changed between two Studio scripts, action by action."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trunkline.domain.diff import MISSING, FieldChange, diff
from trunkline.domain.json import Json, JsonObject
from trunkline.domain.studio.document import canonical_script


@dataclass(frozen=True, slots=True)
class StudioChange:
    """One change. `what` is added, removed, renamed, changed or rewired; `action` is None for the script.

    `field` is the property that changed (`Data`) or the branch (`default`, `case 1`).
    """

    what: str
    action: str | None
    name: str
    field: str = ""
    before: Json = None
    after: Json = None

    def to_json(self) -> JsonObject:
        return {
            "what": self.what,
            "action": self.action,
            "name": self.name,
            "field": self.field,
            "before": self.before,
            "after": self.after,
        }


def diff_scripts(before: JsonObject, after: JsonObject) -> list[StudioChange]:
    """The changes from one document to another, actions matched by id; drawing is none."""
    old, new = canonical_script(before), canonical_script(after)
    changes = [
        StudioChange("changed", None, "the script", change.field, _value(change.before), _value(change.after))
        for change in diff(old["header"], new["header"])
    ]
    for key in dict.fromkeys((*old["actions"], *new["actions"])):
        changes += _action(key, old, new)
    return changes


def _action(key: str, old: JsonObject, new: JsonObject) -> Iterator[StudioChange]:
    mine, theirs = old["actions"].get(key), new["actions"].get(key)
    if mine is None or theirs is None:
        yield StudioChange("added" if mine is None else "removed", key, _title(mine or theirs or {}))
        return
    name = _title(theirs)
    if mine.get("label") != theirs.get("label"):
        yield StudioChange("renamed", key, name, "", mine.get("label"), theirs.get("label"))
    for change in diff({**mine, "label": 0}, {**theirs, "label": 0}):
        yield _changed(key, name, change.field, change)
    for change in diff(_properties(old, key), _properties(new, key)):
        yield _changed(key, name, str(change.path[0]) if change.path else "", change)
    for change in diff(_branches(old, key), _branches(new, key)):
        yield StudioChange("rewired", key, name, change.field, _value(change.before), _value(change.after))


def _changed(key: str, name: str, field: str, change: FieldChange) -> StudioChange:
    return StudioChange("changed", key, name, field, _value(change.before), _value(change.after))


def _title(action: JsonObject) -> str:
    return f"{action.get('name') or '?'} {action.get('label') or ''}".strip()


def _properties(document: JsonObject, key: str) -> JsonObject:
    """The properties of an action by name; by position where they have none."""
    entries = document["properties"].get(key)
    found: JsonObject = {}
    for position, entry in entries.items() if isinstance(entries, dict) else ():
        if isinstance(entry, dict):
            found[str(entry.get("name") or position)] = entry.get("value")
    return found


def _branches(document: JsonObject, key: str) -> JsonObject:
    """Where each way out leads, by its label; `default` for the plain one."""
    found: JsonObject = {}
    for link in document["branches"].get(key, []):
        kind, label = link.get("type", "default"), link.get("label") or ""
        found["default" if kind == "default" else f"{kind} {label}"] = link.get("to")
    return found


def _value(value: Json) -> Json:
    return None if value is MISSING else value
