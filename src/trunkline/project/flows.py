"""Files of flows: Architect's configuration as JSON, or its export files (`*.i3*`)."""

from __future__ import annotations

from trunkline.domain.flow import i3
from trunkline.domain.resource import Address, Place, Source
from trunkline.project.reading import ReadFile, Reading, read_document

KIND = "flow"


def read_flow(file: ReadFile) -> Reading:
    """A file of `flows/` as a flow's configuration."""
    reading = Reading()
    if i3.is_i3(file.name):
        try:
            reading.body = i3.decode(file.text.encode())
        except ValueError as error:
            reading.fault("project-i3", Place(file.name, 1), str(error), "export the flow again")
            return reading
    else:
        document = read_document(file, reading)
        if document is None:
            return reading
        value, reading.positions = document
        if not isinstance(value, dict):
            reading.fault("project-form", Place(file.name, 1, 1), "is no flow: the document is not an object")
            return reading
        reading.body = value
    name = reading.body.get("name")
    if not isinstance(name, str) or not name.strip():
        place = Source(file.name, reading.positions).place(("name",))
        reading.fault("project-form", place, "a flow needs a name")
        reading.body = None
        return reading
    reading.address = file.known if file.known and file.known.names(name) else Address(KIND, name)
    return reading
