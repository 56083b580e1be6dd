"""Files of flow settings (`flows/*.settings.yaml`): which flow, and the settings it is to have.

    flow: Main Customer Line        # or a pattern: Main*
    settings:
      routing: {type: skills, maxWaitTime: 120, scope: {type: org, id: …}}
      configurationMatrix: {parameter_01: {key: language, value: en-us}}
      scopeDirectives: {applyTo: [queue, user], enforceHierarchy: true}

`routing.scope.id` may be left out where the type is `org`: it is the org's own then.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath

from trunkline.domain.json import JsonObject, show_path
from trunkline.domain.resource import Source
from trunkline.errors import InvalidInput
from trunkline.project.reading import ReadFile, Reading, read_document

_UUID = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
_SETTINGS: JsonObject = {
    "type": "object",
    "minProperties": 1,
    "additionalProperties": False,
    "properties": {
        "routing": {
            "type": "object",
            "additionalProperties": False,
            "required": ["type"],
            "properties": {
                "type": {"type": "string", "minLength": 1},
                "maxWaitTime": {"type": "integer", "minimum": 0},
                "scope": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["type", "id"],
                    "properties": {
                        "type": {"enum": ["org", "queue", "user", "team"]},
                        "id": {"type": "string", "pattern": _UUID},
                    },
                },
            },
        },
        "configurationMatrix": {
            "type": "object",
            "additionalProperties": False,
            "patternProperties": {
                "^parameter_[0-9]{2}$": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["key", "value"],
                    "properties": {"key": {"type": "string", "minLength": 1}, "value": {}},
                }
            },
        },
        "scopeDirectives": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "applyTo": {
                    "type": "array",
                    "uniqueItems": True,
                    "items": {"enum": ["queue", "user", "team"]},
                },
                "enforceHierarchy": {"type": "boolean"},
            },
        },
    },
}
PAYLOAD: JsonObject = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "additionalProperties": False,
    "required": ["orgId", "flowId", "settings", "version"],
    "properties": {
        "orgId": {"type": "string", "pattern": _UUID},
        "flowId": {"type": "string", "pattern": _UUID},
        "settings": _SETTINGS,
        "version": {"type": "integer", "minimum": 1},
    },
}
"""What the change sends: chapter G4 of the guides."""


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """One file: the pattern of the flow's name, its settings, where they stand."""

    flow: str
    settings: JsonObject
    source: Source


def read_settings(
    path: FilePath, variables: Mapping[str, str], environment: Mapping[str, str] = os.environ
) -> SettingsFile:
    """Reads a file. Raises InvalidInput with every fault and its line."""
    file = ReadFile.of(path, str(path), None, variables, environment)
    reading = Reading()
    document = read_document(file, reading)
    if document is None or reading.findings:
        faults = tuple(str(finding) for finding in reading.findings)
        raise InvalidInput("the settings cannot be read", where=str(path), faults=faults)
    value, positions = document
    unknown = set(value) - {"flow", "settings"} if isinstance(value, dict) else set()
    if not isinstance(value, dict) or unknown or not isinstance(value.get("flow"), str):
        raise InvalidInput(
            "a file of settings has `flow`, the name of a flow, and `settings`",
            where=str(path),
            faults=tuple(f"unknown field {name}" for name in sorted(map(str, unknown))),
        )
    settings = value.get("settings")
    source = Source(str(path), positions)
    return SettingsFile(value["flow"], settings if isinstance(settings, dict) else {}, source)


def check_payload(payload: JsonObject, source: Source | None = None) -> None:
    """Holds a change against its schema. Raises InvalidInput with every fault, with its line if known."""
    import jsonschema_rs

    faults: list[str] = []
    for error in jsonschema_rs.Draft202012Validator(PAYLOAD).iter_errors(payload):
        path = tuple(error.instance_path)
        place = f"{source.place(path)}: " if source else ""
        faults.append(f"{place}{show_path(path)}: {error.message}")
    if faults:
        raise InvalidInput("the settings do not fit the schema", faults=tuple(sorted(faults)))
