"""JSON Schemas of conditions and data sets, for the completion and the hints of an editor."""

from __future__ import annotations

from trunkline.domain.condition.datasets import FieldType
from trunkline.domain.condition.read import JOINS, OPERATORS
from trunkline.domain.condition.tree import Join, Operator
from trunkline.domain.json import Json, JsonObject
from trunkline.domain.schemas import closed, described, document, words

REF: JsonObject = {"$ref": "#/$defs/condition"}

_JOINED = {
    "all": "True where every one of these is.",
    "any": "True where at least one of these is.",
    "not": "The opposite of this.",
}
_ASKED = {
    Operator.EQUALS: "The field is this.",
    Operator.NOT_EQUALS: "The field is something else.",
    Operator.GREATER_THAN: "The field is more than this.",
    Operator.GREATER_OR_EQUAL: "The field is this or more.",
    Operator.LESS_THAN: "The field is less than this.",
    Operator.LESS_OR_EQUAL: "The field is this or less.",
    Operator.IN: "The field is one of these.",
    Operator.CONTAINS: "The field holds this text.",
    Operator.STARTS_WITH: "The field begins with this text.",
    Operator.IS_SET: "Whether the field has a value at all.",
}
_PLAIN = ["string", "boolean", "number"]
_LITERALS: dict[Operator, list[str]] = {
    Operator.IN: [*_PLAIN, "array"],
    Operator.IS_SET: [*_PLAIN, "null"],
}


def condition_definitions() -> JsonObject:
    """`$defs` of a schema that uses `REF`."""
    return {"condition": {"anyOf": [*_branches(), _leaf(), _wire_branch(), _wire_leaf()]}}


def when_shape(said: str) -> JsonObject:
    """`when:`: one condition, or a list of which all must hold."""
    return {"description": said, "anyOf": [REF, {"type": "array", "items": REF}, {"type": "null"}]}


def condition_schema() -> JsonObject:
    """A file that holds nothing but a condition, or has it under `when:` or `conditions:`."""
    under: JsonObject = {
        "type": "object",
        "properties": {key: when_shape("The condition.") for key in ("when", "conditions")},
        "anyOf": [{"required": ["when"]}, {"required": ["conditions"]}],
    }
    whole: JsonObject = {"anyOf": [REF, {"type": "array", "items": REF}, under]}
    said = "When a data action runs: all:, any:, not:, or field: with an operator."
    return document("Trunkline condition", said, whole, condition_definitions())


def _branches() -> list[Json]:
    several = {"type": ["array", "null"], "items": REF}
    shapes: JsonObject = {key: {"description": _JOINED[key], **several} for key in JOINS if key != "not"}
    shapes["not"] = {"description": _JOINED["not"], "anyOf": [REF, several]}
    return [closed((key,), {key: shapes[key]}, required=(key,)) for key in JOINS]


def _leaf() -> JsonObject:
    field: JsonObject = {
        "description": "The field of a data set: dataset.field.",
        "anyOf": [
            {"type": "string", "pattern": r"^[^.]+\.[\s\S]+$"},
            closed(
                ("dataset", "field"),
                {
                    "dataset": described("The data set, where its name holds a dot.", "string"),
                    "field": described("Its field.", "string"),
                },
            ),
        ],
    }
    asked = {
        word: {"description": _ASKED[operator], "type": _LITERALS.get(operator, _PLAIN)}
        for word, operator in OPERATORS.items()
    }
    shape = closed(("field", *OPERATORS), {"field": field, **asked}, required=("field",))
    return {**shape, "minProperties": 2, "maxProperties": 2}


def _wire_branch() -> JsonObject:
    shapes: dict[str, JsonObject] = {
        "type": {"description": "How the children are joined, as on the wire.", "enum": [*Join]},
        "children": {"description": "What is joined.", "type": ["array", "null"], "items": REF},
    }
    return closed(("type", "children"), shapes, required=("type",))


def _wire_leaf() -> JsonObject:
    some: JsonObject = {"type": "string", "minLength": 1}
    value = closed(
        ("type", "datasetId", "fieldId"),
        {
            "type": {"description": "Always DATASET.", "const": "DATASET"},
            "datasetId": {"description": "The data set, by id or name.", **some},
            "fieldId": {"description": "Its field, by id or name.", **some},
        },
        required=("type", "datasetId", "fieldId"),
    )
    shapes = {
        "type": {"description": "What is asked, as on the wire.", "enum": [*Operator]},
        "value": {"description": "The field that is looked at.", **value},
        "expression": described("What it is compared with, as text.", "string"),
    }
    return closed(("type", "value", "expression"), shapes, required=("type", "value"))


def data_set_schema() -> JsonObject:
    """A file of `datasets/`."""
    kind = words("The type of the field.", FieldType)
    field = closed(
        ("id", "name", "type", "description"),
        {
            "id": described("Its id in the org; else its name.", "string"),
            "name": {"description": "Its name in conditions.", "type": "string", "minLength": 1},
            "type": {**kind, "type": "string"},
            "description": {"description": "For people."},
        },
        required=("name", "type"),
    )
    short: JsonObject = {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"minLength": 1},
        "additionalProperties": {**kind, "type": "string"},
    }
    source = closed(("actionId",), {"actionId": described("The action's id.", "string")})
    said = "What conditions read: fields with their types, and the data action that feeds them."
    return document(
        "Trunkline data set",
        said,
        {
            "type": "object",
            "required": ["name", "fields"],
            "properties": {
                "name": {"description": "Its name in conditions.", "type": "string", "pattern": r"\S"},
                "id": described("Its id in the org.", "string"),
                "fields": {
                    "description": "Name: type, as in {status: string}; or a list.",
                    "anyOf": [short, {"type": "array", "minItems": 1, "items": field}],
                },
                "source": {
                    "description": "The data action that feeds it, by name.",
                    "anyOf": [{"type": ["string", "null"]}, source],
                },
            },
        },
    )
