"""Files of Studio scripts: the JSON of web Studio, the XML of Desktop Studio."""

from __future__ import annotations

import os
from pathlib import Path as FilePath

from trunkline.domain.json import JsonObject
from trunkline.domain.resource import Address, Place, Resource, Source
from trunkline.domain.studio import from_xml, is_script, read_document, script_name
from trunkline.errors import InvalidInput
from trunkline.project.reading import ReadFile, Reading
from trunkline.project.reading import read_document as read_json

KIND = "studio_script"


def read_studio_script(file: ReadFile) -> Reading:
    """A file of `studio/` as a script's document, its name that of the header, else of the file."""
    reading = Reading()
    try:
        document = _document(file, reading)
    except ValueError as error:
        reading.fault("project-studio", Place(file.name, 1), str(error), "save the script in Studio again")
        return reading
    if document is not None:
        name = script_name(document) or FilePath(file.name).stem
        reading.address = Address(KIND, name)
        reading.body = {"name": name, **document}
    return reading


def _document(file: ReadFile, reading: Reading) -> JsonObject | None:
    if file.name.lower().endswith(".xml"):
        return from_xml(file.text)
    read = read_json(file, reading)
    if read is None:
        return None
    value, positions = read
    if not is_script(value):
        raise ValueError("is no Studio script: it has no header and actions")
    if "scriptContent" not in value:
        reading.positions = positions
    return read_document(value)


def read_script_file(path: FilePath) -> Resource:
    """The script of one file, in a project or not. Raises InvalidInput."""
    reading = read_studio_script(ReadFile.of(path, str(path), None, {}, os.environ))
    if reading.body is None or reading.address is None:
        faults = tuple(str(finding) for finding in reading.findings)
        raise InvalidInput(f"{path} cannot be read as a Studio script", faults=faults)
    return Resource(reading.address, reading.body, Source(str(path), reading.positions))
