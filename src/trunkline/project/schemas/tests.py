"""JSON Schemas of the tests of data actions, conditions and scripts."""

from __future__ import annotations

from trunkline.domain.json import JsonObject
from trunkline.domain.schemas import closed, described, document, listing
from trunkline.project.suite import conditions, read, scripts

CELL: JsonObject = {"type": "string", "pattern": r"^\$\{\{\s*case\.[A-Za-z_][\w-]*\s*\}\}$"}
"""A value that a row of the table gives: it may stand for anything."""
TABLE = listing("One case a row: {column} in the name, ${{ case.column }} elsewhere.", {"type": "object"})


def or_cell(shape: JsonObject) -> JsonObject:
    """Such a value, or one that the table gives."""
    said = {"description": shape["description"]} if "description" in shape else {}
    plain = {key: value for key, value in shape.items() if key != "description"}
    return {**said, "anyOf": [plain, CELL]}


def action_test_schema() -> JsonObject:
    """A file `actions/NAME.test.yaml`."""
    shapes = {
        "action": described("The data action; else that of the file beside this one.", "string"),
        "cases": {"description": "Each runs the action once.", "type": "array", "items": _case()},
        "credentials": described("For all cases; ${{ env.NAME }} is read in a live run.", "object"),
        "auth": described("The customAuth action that logs in first.", "string"),
        "conditions": listing("Rows, and what when: says of each.", _condition()),
    }
    whole = closed(read.TOP, shapes)
    either: JsonObject = {"anyOf": [{"required": ["cases"]}, {"required": ["conditions"]}]}
    said = "Tests of a data action: inputs, replies of the service, what must come of them."
    return document("Trunkline tests of a data action", said, {**whole, **either})


def _case() -> JsonObject:
    reply = or_cell(_reply())
    error = {
        "description": "The step that fails and a piece of its message; or a piece of the message alone.",
        "anyOf": [
            {"type": ["string", "null"]},
            closed(
                read.ERROR,
                {
                    "step": described("The step, as action run names it."),
                    "message": described("A piece of the message."),
                },
            ),
        ],
    }
    sent = {name: described(f"The {name} that was sent.") for name in read.REQUEST}
    return closed(
        read.CASE,
        {
            "name": described("What it is about.", "string"),
            "input": described("What a flow passes in."),
            "reply": {
                **_or_list(reply),
                "description": "What the service answers; or a list, reply by reply.",
            },
            "replies": {**_or_list(reply), "description": "The same as reply."},
            "credentials": or_cell(described("For this case alone.", "object")),
            "auth": described("The customAuth action that logs in first.", "string"),
            "table": TABLE,
            "expect": described("The whole output."),
            "expect_part": or_cell(described("A part of the output.", "object")),
            "expect_error": error,
            "expect_request": or_cell(
                {**closed(read.REQUEST, sent, nullable=True), "description": "What is sent."}
            ),
        },
    )


def _or_list(shape: JsonObject) -> JsonObject:
    return {"anyOf": [*shape["anyOf"], {"type": "array", "items": shape}]}


def _reply() -> JsonObject:
    shapes = {
        "status": described("The HTTP status; 200 if absent.", examples=[200, 404, 500]),
        "headers": described("Response headers."),
        "body": described("JSON, or text as it comes."),
        "file": described("A file beside this one that holds the body.", "string"),
        "timeout": described("true: no answer comes in time."),
        "cassette": {
            "description": "A .json file beside this one, recorded by test --record.",
            "type": "string",
            "pattern": r"\.json$",
        },
    }
    return closed(read.REPLY, shapes, nullable=True)


def _condition() -> JsonObject:
    shapes: dict[str, JsonObject] = {
        "name": described("What it is about.", "string"),
        "row": described("Fields by data set, as in {customers: {status: active}}.", "object"),
        "expect": {
            "description": "What the condition says of the row.",
            "enum": [True, False, None, "unknown"],
        },
    }
    return closed(conditions.FIELDS, shapes, required=("expect",))


def script_test_schema() -> JsonObject:
    """A file `scripts/NAME.test.yaml`."""
    case = {
        "name": described("What it is about.", "string"),
        "input": described("What the script finds in context.input."),
        "now": described("What Date tells, as in 2026-01-01T00:00:00Z.", "string"),
        "seed": described("Of Math.random.", "integer"),
        "timeout": {
            "description": "Seconds the script may take.",
            "type": "number",
            "exclusiveMinimum": 0,
            "maximum": scripts.LONGEST,
        },
        "expect": described("The whole output."),
        "expect_part": described("A part of the output."),
        "expect_error": described("A piece of the error."),
        "expect_logs": listing("Pieces of what is logged, in order.", {"type": "string"}),
    }
    shapes = {
        "action": described("The script action; else that of the file beside this one.", "string"),
        "cases": {
            "description": "Each runs the script once.",
            "type": "array",
            "minItems": 1,
            "items": closed(scripts.CASE, case, nullable=True),
        },
    }
    said = "Tests of a script action: inputs, and what must come of them."
    return document(
        "Trunkline tests of a script action", said, closed(scripts.TOP, shapes, required=("cases",))
    )
