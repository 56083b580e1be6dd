"""The JSON Schema of the friendly form, for the completion and the hints of an editor.

It describes the shape; what only makes sense together (an input that a URL names) is the compiler's to tell.
"""

from __future__ import annotations

from trunkline.domain.action.friendly.response import TEXT
from trunkline.domain.action.schema import TYPES
from trunkline.domain.action.vendor import ACTION_TYPES, METHODS
from trunkline.domain.condition.editor import condition_definitions, when_shape
from trunkline.domain.json import Json, JsonObject

_TYPE_WORD = rf"^\s*({'|'.join(TYPES)})(\[\])*!?\s*$"
_METHOD = "|".join(METHODS)
_LETTER_CASE = "".join(f"[{letter}{letter.lower()}]" if letter.isalpha() else letter for letter in _METHOD)


def editor_schema() -> JsonObject:
    """Draft 2020-12; `title` and `description` are what an editor shows."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Trunkline data action",
        "type": "object",
        "required": ["name", "request"],
        "additionalProperties": False,
        "properties": {
            **_head(),
            "inputs": _fields("What a flow passes in. `number!` is required, `string[]` is a list."),
            "outputs": _fields("What a flow gets back."),
            "request": _request(),
            "response": _response(),
            "on_error": _outcome("When the request or its mapping fails: fail, or continue with nulls."),
            "on_timeout": _outcome("When the request takes too long."),
            "when": when_shape("When it runs: all:, any:, not:, or field: with an operator."),
            "contract": {
                "description": "Whole JSON Schemas, where inputs: and outputs: do not reach.",
                "type": ["object", "null"],
                "additionalProperties": False,
                "properties": {
                    "input": _described("The schema of the inputs.", type=["object", "null"]),
                    "output": _described("The schema of the outputs.", type=["object", "null"]),
                },
            },
        },
        "$defs": {"field": _field(), **condition_definitions()},
    }


def _described(description: str, **schema: Json) -> JsonObject:
    return {"description": description, **schema}


def _head() -> JsonObject:
    text = ["string", "null"]
    return {
        "name": _described("The name, by which flows find the action.", type="string", pattern=r"\S"),
        "description": _described("For people; not sent to the published API.", type=text),
        "integration": _described("The name of the integration it belongs to.", type=text),
        "integration_type": _described("Only where the URL does not tell it.", type=text),
        "action_type": _described(
            "customAuth is the login of an integration.", enum=[*ACTION_TYPES, None], default="custom"
        ),
        "category": _described("The category shown in the admin UI.", type=text),
        "secure": _described("Keep inputs and outputs out of logs.", type=["boolean", "null"], default=False),
    }


def _fields(description: str) -> JsonObject:
    return {
        "description": description,
        "type": ["object", "null"],
        "additionalProperties": {"$ref": "#/$defs/field"},
    }


def _field() -> JsonObject:
    return {
        "anyOf": [
            {"type": "string", "pattern": _TYPE_WORD},
            {
                "type": "object",
                "properties": {
                    "type": _described(
                        "One of the words above, or a list of JSON Schema's.",
                        anyOf=[{"type": "string", "pattern": _TYPE_WORD}, {"type": "array"}],
                    ),
                    "description": {"description": "What the admin UI and flows show beside the field."},
                    "required": _described(
                        "Whether it must be given, as `!` says too.", type=["boolean", "array"]
                    ),
                },
            },
        ]
    }


def _request() -> JsonObject:
    return {
        "description": "One line `GET https://…`, or its parts. {{name}} is an input, encoded for its place.",
        "anyOf": [
            {"type": "string", "pattern": rf"^\s*(({_LETTER_CASE})\s+)?\S"},
            {
                "type": "object",
                "required": ["url"],
                "additionalProperties": False,
                "properties": {
                    "url": _described("An address, a path of the platform's API, or an ARN.", type="string"),
                    "method": _described(
                        "GET where there is no body, else POST.", type=["string", "null"], examples=[*METHODS]
                    ),
                    "headers": {"description": "Name: value; {{name}} is an input.", **_texts()},
                    "body": _described("Text, or a structure that becomes JSON; else the whole input."),
                    "timeout": _described("Seconds, 1 to 60.", type=["integer", "null"]),
                },
            },
        ],
    }


def _texts() -> JsonObject:
    return {"type": ["object", "null"], "additionalProperties": {"type": ["string", "null"]}}


def _response() -> JsonObject:
    return {
        "description": "How the reply becomes the outputs.",
        "type": ["object", "null"],
        "additionalProperties": False,
        "properties": {
            "map": {
                "description": "Name: where it is in the reply, as a walk (a.b[0].c) or a JSONPath ($..id).",
                **_texts(),
            },
            "defaults": _described(
                f"Name: value where the reply lacks it; {{{TEXT}: …}} is taken literally.",
                type=["object", "null"],
            ),
            "template": _described(
                "Velocity that makes the output; made from map: if absent.", type=["string", "null"]
            ),
        },
    }


def _outcome(description: str) -> JsonObject:
    return _described(description, type=["string", "null"], examples=["fail", "continue"], default="fail")
