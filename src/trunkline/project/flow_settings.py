"""Files of flow settings (`flows/*.settings.yaml`): which flow, and the settings it is to have.

    flow: Main Customer Line        # or a pattern: Main*
    settings:
      routing: {type: skills, maxWaitTime: 120, scope: {type: queue, queue: Support}}
      configurationMatrix: {parameter_01: {key: language, value: en-us}}
      scopeDirectives: {applyTo: [queue, user], enforceHierarchy: true}

A scope of type `org` is the org that is written to; one of type `queue`, `user` or `team` names its object,
or gives its `id` as the guides do.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath

from trunkline.domain.flow.names import fits
from trunkline.domain.json import Json, JsonObject, Path, get, show_path
from trunkline.domain.resource import Address, Source
from trunkline.errors import InvalidInput
from trunkline.project.reading import ReadFile, Reading, read_document

KIND = "flow_settings"
_TARGETS = ("queue", "user", "team")
_UUID: JsonObject = {
    "type": "string",
    "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
}
_SCOPE: JsonObject = {
    "type": "object",
    "additionalProperties": False,
    "required": ["type", "id"],
    "properties": {"type": {"enum": ["org", *_TARGETS]}, "id": _UUID},
}


def _settings_schema(scope: JsonObject) -> JsonObject:
    return {
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
                    "scope": scope,
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
                    "applyTo": {"type": "array", "uniqueItems": True, "items": {"enum": list(_TARGETS)}},
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
        "orgId": _UUID,
        "flowId": _UUID,
        "settings": _settings_schema(_SCOPE),
        "version": {"type": "integer", "minimum": 1},
    },
}
"""What the change sends: chapter G4 of the guides."""

_NAME: JsonObject = {"type": "string", "minLength": 1}
FILE: JsonObject = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "additionalProperties": False,
    "required": ["flow", "settings"],
    "properties": {
        "flow": _NAME,
        "settings": _settings_schema(
            {
                **_SCOPE,
                "required": ["type"],
                "properties": {**_SCOPE["properties"], **dict.fromkeys(_TARGETS, _NAME)},
            }
        ),
    },
}
"""What a file holds: objects by their names too."""


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """One file: the pattern of the flow's name, its settings, where they stand."""

    flow: str
    settings: JsonObject
    source: Source


def read_flow_settings(file: ReadFile) -> Reading:
    """A file of a project. Its address has the flow's name once it was applied, and the pattern before."""
    reading = Reading()
    document = read_document(file, reading)
    if document is None or reading.findings:
        return reading
    value, reading.positions = document
    source = Source(file.name, reading.positions)
    for path, message, hint in _faults(value):
        reading.fault("settings-form", source.place(path), f"{show_path(path)}: {message}", hint, path)
    if not reading.findings:
        flow: str = value["flow"]
        known = file.known if file.known and fits(flow, file.known.name.partition("#")[0]) else None
        reading.address = known or Address(KIND, flow)
        reading.body = {**value, "flow": reading.address.name}
    return reading


def read_settings(
    path: FilePath, variables: Mapping[str, str], environment: Mapping[str, str] = os.environ
) -> SettingsFile:
    """A file wherever it is. Raises InvalidInput with every fault and its line."""
    reading = read_flow_settings(ReadFile.of(path, str(path), None, variables, environment))
    if reading.body is None:
        faults = tuple(str(finding) for finding in reading.findings)
        raise InvalidInput("the settings cannot be read", where=str(path), faults=faults)
    return SettingsFile(reading.body["flow"], reading.body["settings"], Source(str(path), reading.positions))


def check_payload(payload: JsonObject, source: Source | None = None) -> None:
    """Holds a change against its schema. Raises InvalidInput with every fault, with its line if known."""
    faults: list[str] = []
    for path, message in _violations(PAYLOAD, payload):
        place = f"{source.place(path)}: " if source else ""
        faults.append(f"{place}{show_path(path)}: {message}")
    if faults:
        raise InvalidInput("the settings do not fit the schema", faults=tuple(sorted(faults)))


def _faults(value: Json) -> Iterator[tuple[Path, str, str | None]]:
    """Every fault of a file: where, what, how to mend it."""
    for path, message in _violations(FILE, value):
        yield path, message, None
    path: Path = ("settings", "routing", "scope")
    scope: Json = get(value, path)
    kind: Json = scope.get("type") if isinstance(scope, dict) else None
    if kind not in ("org", *_TARGETS):
        return
    for other in _TARGETS:
        if other in scope and other != kind:
            yield (*path, other), f"a scope of type {kind} names no {other}", "remove it, or correct the type"
    if kind != "org" and ("id" in scope) == (kind in scope):
        yield path, f"a scope of type {kind} names one {kind}", f"write {kind}: NAME, or id: its id"


def _violations(schema: JsonObject, value: Json) -> Iterator[tuple[Path, str]]:
    import jsonschema_rs

    for error in jsonschema_rs.Draft202012Validator(schema).iter_errors(value):
        path = tuple(error.instance_path)
        if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.AdditionalProperties):
            yield from (((*path, name), "there is no such field") for name in error.kind.unexpected)
        else:
            yield path, error.message
