"""The JSON Schema of a script action's YAML, for the completion and the hints of an editor."""

from __future__ import annotations

from trunkline.domain.json import JsonObject
from trunkline.domain.schemas import closed, described, document, listing, mapping, words
from trunkline.domain.script.friendly import FIELDS, TYPES


def script_schema() -> JsonObject:
    """A file of `scripts/` beside its `.js`."""
    shapes = {
        "name": {"description": "The name of the script action.", "type": "string", "minLength": 1},
        "description": described("For people.", "string"),
        "depends_on": listing("Script actions that run before it.", {"type": ["string", "null"]}),
        "inputs": mapping("Name: type of what it gets.", words("Its type.", TYPES)),
        "enabled": described("Whether it runs at all.", "boolean", default=True),
        "script": described("Its file in this folder; else the .js of the same name.", "string"),
    }
    said = "A script action of CXone; its JavaScript lies beside it."
    return document("Trunkline script action", said, closed(FIELDS, shapes, required=("name",)))
