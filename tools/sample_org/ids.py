"""Stable ids: the same kind and name give the same GUID on every machine, for ever."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "calderridge.example")


def guid(*parts: str) -> str:
    """A lower-case GUID made from the parts (a kind, then names)."""
    return str(uuid.uuid5(NAMESPACE, "/".join(parts)))


def action_id(name: str) -> str:
    """Data actions have the id of a custom action: `custom_-_<guid>`."""
    return f"custom_-_{guid('dataAction', name)}"


def reference(kind: str, name: str) -> Json:
    """The short form in which one object names another: `{id, name}`."""
    return {"id": guid(kind, name), "name": name}


@dataclass
class Directory:
    """What flows may refer to: the ids of all objects by kind and name, data actions with their integrations.

    `modules` are the documents and versions of common modules, which their callers hold as copies.
    """

    ids: Mapping[str, Mapping[str, str]]
    actions: Mapping[str, Json] = field(default_factory=dict[str, Json])
    categories: Mapping[str, str] = field(default_factory=dict[str, str])
    modules: dict[str, tuple[Json, str]] = field(default_factory=dict[str, tuple[Json, str]])

    def id(self, kind: str, name: str) -> str:
        """The id of an object. Raises LookupError when the org has none of that name."""
        try:
            return self.ids[kind][name]
        except KeyError:
            raise LookupError(f"the sample org has no {kind} named {name!r}") from None


def by_name(objects: Sequence[Json]) -> dict[str, str]:
    """Names to ids."""
    return {entry["name"]: entry["id"] for entry in objects}
