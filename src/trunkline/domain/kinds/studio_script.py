"""Studio scripts of NICE CXone: the canonical document with the script's path as its name."""

from __future__ import annotations

from trunkline.domain.json import JsonObject
from trunkline.domain.kind import Kind
from trunkline.domain.studio import canonical_script


def normalise(body: JsonObject) -> JsonObject:
    """The document as scripts are compared: without drawing, order and locks."""
    return {"name": body.get("name"), **canonical_script({"branches": {}, "properties": {}, **body})}


STUDIO_SCRIPT = Kind(
    name="studio_script",
    cloud="cxone",
    folder="studio",
    title="Studio script",
    documentation="https://developer.niceincontact.com/",
    compared_only=True,
    normalise=normalise,
)
