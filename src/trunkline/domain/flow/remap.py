"""Moving a configuration to another org: the ids of foreign objects replaced by those of the target.

Ids of the flow itself (items, actions, variables) stay. Names, where the target has another one, stay too:
Architect shows the object's own name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from trunkline.domain.flow.configuration import from_configuration
from trunkline.domain.flow.graph import Reference
from trunkline.domain.json import Json, JsonObject

UNIVERSAL = frozenset({"language", "sttEngine", "systemPrompt", "ttsEngine", "ttsVoice"})
"""Kinds whose ids are the same in every org."""

Resolve = Callable[[str, str, str | None], str | None]
"""Manifest kind, id in the source org, name → id in the target org, None where it has no such object."""


class Remapped(NamedTuple):
    """`unresolved` are the objects that the target lacks; their ids were left as they are."""

    document: JsonObject
    unresolved: tuple[Reference, ...]


def foreign_objects(document: JsonObject) -> list[Reference]:
    """What a configuration names outside itself, each object once: the manifest first, then what it lacks.

    Raises ValueError for what is no configuration.
    """
    graph = from_configuration(document)
    found: dict[str, Reference] = {}
    for reference in (*(graph.manifest or ()), *graph.references):
        if reference.id is not None and reference.kind not in UNIVERSAL:
            found.setdefault(reference.id, reference)
    return list(found.values())


def remap(document: JsonObject, resolve: Resolve) -> Remapped:
    """A copy of the configuration for another org. Raises ValueError for what is no configuration."""
    ids: dict[str, str] = {}
    unresolved: list[Reference] = []
    for reference in foreign_objects(document):
        if reference.id is None:
            continue
        target = resolve(reference.kind, reference.id, reference.name)
        if target is None:
            unresolved.append(reference)
        elif target != reference.id:
            ids[reference.id] = target
    return Remapped(replace_ids(document, ids), tuple(unresolved))


def replace_ids(document: JsonObject, ids: Mapping[str, str]) -> JsonObject:
    """A copy with every text that is one of these ids replaced."""
    return dict(_entries(document, ids))


def _entries(value: JsonObject, ids: Mapping[str, str]) -> Iterator[tuple[str, Json]]:
    for key, child in value.items():
        yield ids.get(key, key), _replaced(child, ids)


def _replaced(value: Json, ids: Mapping[str, str]) -> Json:
    """An id is a text of its own wherever it stands: in fields, literals, editor caches."""
    if isinstance(value, str):
        return ids.get(value, value)
    if isinstance(value, dict):
        return dict(_entries(value, ids))
    if isinstance(value, list):
        return [_replaced(child, ids) for child in value]
    return value
