"""A body with every part of the shape that a data action has, so that conversions need not ask."""

from __future__ import annotations

from typing import Any

from trunkline.domain.action.fault import Lost
from trunkline.domain.json import Json, JsonObject, Path, get

_MAPS: tuple[Path, ...] = (
    ("config", "request", "headers"),
    ("config", "response", "translationMap"),
    ("config", "response", "translationMapDefaults"),
)
_OBJECTS: tuple[Path, ...] = (
    ("config",),
    ("config", "request"),
    ("config", "response"),
    *_MAPS,
    ("contract",),
    ("contract", "input"),
    ("contract", "output"),
    ("errorHandling",),
)
_SCHEMAS: tuple[Path, ...] = (
    ("contract", "input", "inputSchema"),
    ("contract", "output", "successSchema"),
)
_TEXTS: tuple[Path, ...] = (
    ("name",),
    ("description",),
    ("config", "request", "requestUrlTemplate"),
    ("config", "request", "requestType"),
    ("config", "request", "requestTemplate"),
    ("config", "response", "successTemplate"),
    ("errorHandling", "onError"),
    ("errorHandling", "onTimeout"),
)


def shaped(body: JsonObject, *, schemas: bool) -> tuple[JsonObject, list[Lost]]:
    """The body without what has the wrong type, and what that was.

    `schemas` says to put the contracts in order too: an object of objects, required names a list of texts.
    """
    shaper = _Shaper(body)
    for path in _OBJECTS:
        shaper.keep(path, dict, "an object")
    for path in _TEXTS:
        shaper.keep(path, str, "text")
    for path in _MAPS:
        for name in list(get(shaper.body, path, {})):
            shaper.keep((*path, name), str, "text")
    for path in _SCHEMAS if schemas else ():
        shaper.schema(path)
    return shaper.body, shaper.lost


class _Shaper:
    def __init__(self, body: JsonObject) -> None:
        self.body = _copied(body)
        self.lost: list[Lost] = []

    def keep(self, path: Path, kind: type, title: str) -> None:
        """Remove the node at `path` unless it is of this kind; null counts as absent."""
        parent: Any = get(self.body, path[:-1])
        if not isinstance(parent, dict) or path[-1] not in parent:
            return
        value = parent[path[-1]]
        if not isinstance(value, kind):
            del parent[path[-1]]
            if value is not None:
                self.lost.append(Lost(path, f"it is not {title}"))

    def schema(self, path: Path) -> None:
        self.keep(path, dict, "an object")
        self.keep((*path, "properties"), dict, "an object")
        self.keep((*path, "required"), list, "a list")
        for name in list(get(self.body, (*path, "properties"), {})):
            self.keep((*path, "properties", name), dict, "an object")


def _copied(value: Json) -> Json:
    return {key: _copied(each) for key, each in value.items()} if isinstance(value, dict) else value
