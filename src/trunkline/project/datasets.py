"""Files of data sets: name, fields with their types, and the action that feeds them."""

from __future__ import annotations

from trunkline.domain.action.fault import Reader
from trunkline.domain.condition import read_dataset
from trunkline.domain.resource import Address, Source
from trunkline.project.reading import ReadFile, Reading, read_document

KIND = "data_set"


def read_data_set(file: ReadFile) -> Reading:
    """A file of `datasets/`: `{name, fields: {status: string}, source?: NAME OF AN ACTION}`."""
    reading = Reading()
    document = read_document(file, reading)
    if document is None:
        return reading
    value, reading.positions = document
    source = Source(file.name, reading.positions)
    reader = Reader()
    found = read_dataset(value, reader)
    for fault in reader.faults:
        reading.fault("dataset-form", source.place(fault.path), fault.message, fault.hint, fault.path)
    if found is not None and not reader.faults:
        known = file.known if file.known and file.known.names(found.name) else None
        reading.address = known or Address(KIND, found.name)
        reading.body = value
    return reading
