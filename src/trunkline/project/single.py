"""One definition from one file, in or out of a project."""

from __future__ import annotations

import os
from pathlib import Path

from trunkline.domain.json import JsonObject
from trunkline.errors import InvalidInput
from trunkline.project.actions import read_action
from trunkline.project.config import find_root, read_config
from trunkline.project.reading import ReadFile


def read_definition(file: Path) -> JsonObject:
    """The canonical body of the data action in a file. Raises InvalidInput with every fault and its line."""
    root = find_root(file.resolve().parent)
    variables = read_config(root).variables_of(None) if root else {}
    reading = read_action(ReadFile.of(file, str(file), None, variables, os.environ))
    if reading.body is None or reading.findings:
        faults = tuple(str(finding) for finding in reading.findings)
        raise InvalidInput(f"{file} has faults: nothing was sent", faults=faults)
    return reading.body
