"""JSON Schemas of plain objects (queues, prompts, skills, …), from the declaration of their kind."""

from __future__ import annotations

from trunkline.domain.json import JsonObject
from trunkline.domain.kind import Kind
from trunkline.domain.kinds import KINDS
from trunkline.domain.schemas import described, document


def object_schema(kind: Kind) -> JsonObject:
    """A file of the kind: a name, references by name, and whatever else the cloud's object has."""
    name: JsonObject = {
        "description": f"The name of the {kind.title}, by which others refer to it.",
        "type": "string",
        "pattern": r"\S",
    }
    references = {
        each.path: described(f"The {KINDS[each.kind].title}, by its name.")
        for each in kind.references
        if "." not in each.path and each.kind in KINDS
    }
    owned = {
        field: described("Set by the cloud: ignored here.") for field in kind.server_owned if "." not in field
    }
    said = f"A {kind.title}, as the cloud has it. What a file leaves out stays as the org has it."
    return document(
        f"Trunkline {kind.title}",
        f"{said} {kind.documentation}",
        {"type": "object", "required": ["name"], "properties": {"name": name, **references, **owned}},
    )
