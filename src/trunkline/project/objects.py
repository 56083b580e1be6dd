"""Files of plain objects (queues, prompts, data tables, integrations): the body, as YAML or JSON."""

from __future__ import annotations

from collections.abc import Callable

from trunkline.domain.resource import Address, Place, Source
from trunkline.project.reading import ReadFile, Reading, read_document


def reader(kind: str) -> Callable[[ReadFile], Reading]:
    """A reader of files of this kind: each holds one object with a `name`."""

    def read(file: ReadFile) -> Reading:
        reading = Reading()
        document = read_document(file, reading)
        if document is None:
            return reading
        value, reading.positions = document
        name = value.get("name") if isinstance(value, dict) else None
        if not isinstance(name, str) or not name.strip():
            place = Source(file.name, reading.positions).place(("name",))
            where = place if place.line else Place(file.name, 1, 1)
            reading.fault("project-form", where, f"a {kind.replace('_', ' ')} needs a name")
            return reading
        reading.address = file.known if file.known and file.known.names(name) else Address(kind, name)
        reading.body = value
        return reading

    return read
