"""The JSON Schema of `*.flowtest.yaml`."""

from __future__ import annotations

from trunkline.domain.json import JsonObject
from trunkline.domain.schemas import closed, described, document, listing, mapping
from trunkline.project.schemas.tests import TABLE, or_cell
from trunkline.project.suite.flows import read

_MOCKED = {
    "data_actions": "By name: success: {…}, failure: {errorCode: …}, timeout; or reply: {status: 200, "
    "body: {…}}, and the project's own data action runs on that answer.",
    "tables": "Data tables by name: rows by key; or found: {…}, not_found, failure.",
    "schedules": "By name: open, closed, holiday, emergency, active, inactive.",
    "bots": "By name: the outputs of a flow that is called, with exitReason and intent.",
    "transfers": "They succeed by themselves; failure where they should not.",
    "services": "They succeed by themselves; failure where they should not.",
    "lookups": "They find by themselves; not_found where they should not.",
    "stubs": "What stands in for an action that cannot be run: {path: success, set: {Flow.x: 1}}.",
}
_EXPECTED = {
    "end": "How it ends: {type: TransferToAcd, queue: Claims}.",
    "path": "Every step: the number the editor shows, and the output.",
    "visited": "Numbers or names of actions, in any order.",
    "never_visited": "Numbers or names of actions that are not come by.",
    "said": "What is said, in order: regular expressions.",
    "said_any_order": "What is said, in any order.",
    "never_said": "What is never said.",
    "variables": "Variables at the end, by name.",
    "participant_data": "Participant data at the end.",
    "called": "Data actions that are called, in order, with inputs.",
    "called_any_order": "The same, in any order.",
    "never_called": "Data actions that are never called.",
    "records": "Milestones, outcomes and the like.",
    "errors": "none, or regular expressions: an error that no test expects fails it.",
    "loops": "Rounds of each loop.",
    "clock": "How long it took on the virtual clock, as in PT10M.",
    "actions": "How many actions were run.",
    "language": "The language at the end.",
    "snapshot": "A file with the whole run, compared line by line; --update-snapshots writes it.",
}
_STEPS = {
    "hear": "A regular expression on all that was said since the last answer.",
    "press": "Keys the caller presses.",
    "say": "Words of the caller; intent: and slots: say what the bot understood.",
    "choose": "What the caller picks.",
    "wait": "Silence until the timeout.",
    "hang_up": "The caller hangs up.",
    "unclear": "Something that fits nothing.",
    "intent": "The intent a bot finds.",
    "slots": "The slots a bot finds.",
}


_BESIDE = {
    "reply": "What the service answers, instead of a word.",
    "replies": "What the service answers, one by one, instead of a word.",
    "path": "Of stubs: the output that is taken.",
    "set": "Of stubs: variables that it leaves.",
}
_PLAIN = ("string", "number", "boolean")


def flow_test_schema() -> JsonObject:
    """A file `flows/NAME.flowtest.yaml`."""
    case = closed(
        read.CASE,
        {
            **_shared(),
            "name": described("What it is about.", "string"),
            "table": TABLE,
            "steps": or_cell(listing("What the caller does, in order.", or_cell(_step()))),
            "expect": or_cell(
                {
                    **closed(read.EXPECT, _expected()),
                    "description": "What must come of it.",
                    "minProperties": 1,
                }
            ),
        },
        required=("expect",),
    )
    shapes = {
        **_shared(),
        "flow": described("The flow, by name or file; else that of the file beside this one.", "string"),
        "tests": {
            "description": "Each is one run of the flow.",
            "type": "array",
            "minItems": 1,
            "items": case,
        },
    }
    said = "Tests of a flow: who calls, what is answered, what must come of it. See docs/simulation.md."
    return document("Trunkline tests of a flow", said, closed(read.TOP, shapes, required=("tests",)))


def _shared() -> dict[str, JsonObject]:
    plain = described("", "object")
    queue = {
        "rounds": described("How often the in-queue flow goes round."),
        "answered_after": described("When an agent answers, as in PT2M."),
        "hang_up_after": described("When the caller hangs up, as in PT5M."),
    }
    shapes: dict[str, JsonObject] = {
        "inputs": {**plain, "description": "Variables at the start, as in {Flow.customerId: '17'}."},
        "set": {**plain, "description": "The same as inputs."},
        "now": described("The time of the call, as in 2026-05-06T09:00:00Z.", "string"),
        "language": described("The language of the call.", "string"),
        "participant_data": {**plain, "description": "Participant data at the start."},
        "queue": {**closed(read.QUEUE, queue, nullable=True), "description": "What happens in a queue."},
        "org": described(
            "queues: [Support], users, skills, … where some should be missing; else all are found."
        ),
        "run": described("Flows that run for real where this one calls them."),
        **{scope: {**plain, "description": f"Variables {scope.title()}.*."} for scope in read.SCOPES},
        **{kind: mapping(_MOCKED[kind], _mock(kind)) for kind in read.MOCKS},
    }
    return {name: or_cell(shape) for name, shape in shapes.items()}


def _mock(kind: str) -> JsonObject:
    """One answer for every call, or a list: call by call."""
    answer = _answer(kind)
    rows = [_without_words()] if kind == "tables" else []
    return {"anyOf": [*answer["anyOf"], *rows, {"type": "array", "items": answer}]}


def _answer(kind: str) -> JsonObject:
    """A word alone, or one with its values; for some mocks also plain values."""
    handed = described("What has to be handed over: a part of it.", "object")
    if kind == "stubs":
        set_ = described("Variables that it leaves.", "object")
        stub = {"path": described("The output that is taken."), "set": set_, "expect_input": handed}
        return {"anyOf": [{"type": "string"}, {"type": "object", "properties": stub}]}
    words = {word: described(f"It ends with {word}, and these values.") for word in read.WORDS}
    beside = {
        "expect_input": handed,
        **{key: described(_BESIDE[key]) for key in read.BESIDE if key != "expect_input"},
    }
    one = closed((*read.WORDS, *read.BESIDE), {**words, **beside})
    reply: JsonObject = {"type": ["object", "null"]}
    service = {
        "reply": {"description": "What the service answers: the project's own action runs on it.", **reply},
        "replies": {"description": "Answers of the service, one by one.", "type": "array", "items": reply},
        "expect_input": handed,
    }
    either: JsonObject = {"anyOf": [{"required": ["reply"]}, {"required": ["replies"]}]}
    shapes = [
        {"type": "string"},
        {**one, "oneOf": [{"required": [word]} for word in read.WORDS]},
        {"type": "object", "properties": service, **either},
    ]
    plain = {**_without_words(), "properties": {"expect_input": handed}}
    return {"anyOf": [*shapes, *([plain] if kind == "bots" else [])]}


def _without_words() -> JsonObject:
    """Names of the user's own: rows of a table, outputs of a bot."""
    return {"type": "object", "propertyNames": {"not": {"enum": [*read.WORDS]}}}


def _step() -> JsonObject:
    alone: JsonObject = {"enum": [*read.ALONE]}
    shapes = {name: described(_STEPS[name]) for name in read.STEPS}
    shapes["hear"] = described(_STEPS["hear"], *_PLAIN)
    return {"anyOf": [alone, closed(read.STEPS, shapes, nullable=True)]}


def _expected() -> dict[str, JsonObject]:
    found = {name: described(_EXPECTED[name]) for name in read.EXPECT}
    return found | {name: {**found[name], "items": {"type": [*_PLAIN, "null"]}} for name in read.PATTERNS}
