"""Script actions of NICE CXone on the guides' surface: JavaScript with a name, inputs and dependencies."""

from __future__ import annotations

from types import MappingProxyType

from trunkline.domain.json import JsonObject
from trunkline.domain.kind import Kind, Reference


def normalise(body: JsonObject) -> JsonObject:
    """One spelling for bodies that mean the same: what is null is left out."""
    return {key: value for key, value in body.items() if value is not None}


SCRIPT_ACTION = Kind(
    name="script_action",
    cloud="cxone",
    folder="scripts",
    title="script action",
    documentation="docs/scripts.md",
    server_owned=("id", "createdTimestamp", "modifiedTimestamp", "selfUri"),
    references=(Reference("dependencies.*", "script_action"),),
    unordered=("dependencies",),
    defaults=MappingProxyType(
        {
            "description": "",
            "type": "SCRIPT",
            "trigger": {"type": "MANUAL"},
            "enabled": True,
            "dependencies": [],
        }
    ),
    acyclic=True,
    normalise=normalise,
)
