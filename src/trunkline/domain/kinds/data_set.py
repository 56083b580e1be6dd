"""Data sets: what conditions of data actions read (chapter G2 of the guides; no API of the vendor's)."""

from __future__ import annotations

from trunkline.domain.action.fault import Reader
from trunkline.domain.condition import read_dataset
from trunkline.domain.json import JsonObject
from trunkline.domain.kind import Kind, Reference


def normalise(body: JsonObject) -> JsonObject:
    """Fields by name and type alone: ids are the org's. A source is an action's name."""
    reader = Reader()
    read = read_dataset(body, reader)
    if read is None or reader.faults:
        return body
    normal: JsonObject = {
        "name": read.name,
        "fields": {field.name: field.type.value for field in read.fields},
    }
    return normal if read.source is None else {**normal, "source": read.source}


DATA_SET = Kind(
    name="data_set",
    cloud="genesys",
    folder="datasets",
    title="data set",
    documentation="docs/conditions.md",
    server_owned=("id",),
    references=(Reference("source", "data_action"),),
    acyclic=True,
    normalise=normalise,
)
