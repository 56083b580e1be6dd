"""The actions of flows that have no menu or bot behind them, as constructors of steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sample_org.contract import ERROR_FIELDS, TYPES, flattened, type_of
from sample_org.flow import Branch, Build, Step
from sample_org.ids import Json, guid
from sample_org.values import EXPRESSION, Value, quoted

Steps = Sequence[Step]


def assign(name: str, values: Mapping[str, Value]) -> Step:
    """Update Data: variables (by name) take values, in order."""

    def body(build: Build) -> Json:
        kinds = {variable: build.scope.variables[variable].type for variable in values}
        return {
            "variables": [
                {
                    "expression": build.value(kinds[variable], value),
                    "variable": build.scope.target(kinds[variable], variable),
                }
                for variable, value in values.items()
            ]
        }

    return Step("UpdateVariableAction", "Update Data", name, body)


def decide(name: str, condition: str, yes: Steps = (), no: Steps = ()) -> Step:
    """Decision on a boolean expression."""
    return Step(
        "DecisionAction",
        "Decision",
        name,
        lambda build: {"expression": build.scope.expression("bln", condition, EXPRESSION)},
        branches=[Branch("Yes", "__YES__", yes), Branch("No", "__NO__", no)],
    )


def switch(name: str, cases: Mapping[str, tuple[str, Steps]], default: Steps = ()) -> Step:
    """Switch: the first case (label → condition and steps) that holds."""
    keys = {label: guid("case", name, label) for label in cases}

    def body(build: Build) -> Json:
        return {
            "expression": {
                "text": "",
                "type": "any",
                "uiMetaData": {"mode": 0},
                "metaData": {},
                "version": 2,
            },
            "cases": [
                {"name": label, "referenceId": keys[label], "value": build.value("bln", f"={condition}")}
                for label, (condition, _) in cases.items()
            ],
        }

    branches = [
        Branch(label, keys[label], steps, {"localizedLabel": label}) for label, (_, steps) in cases.items()
    ]
    branches.append(Branch("Default", "__DEFAULT__", default, {"localizedLabel": "Default"}))
    lead: Json = {"switchStyle": 0, "version": "1.0"}
    return Step("SwitchAction", "Switch", name, body, lambda _: dict(lead), branches)


def call_action(
    name: str,
    action: str,
    inputs: Mapping[str, Value],
    outputs: Mapping[str, str],
    *,
    success: Steps = (),
    failure: Steps = (),
    timeout: Steps = (),
    errors: Mapping[str, str] | None = None,
) -> Step:
    """Call Data Action: inputs by field, outputs and errors (field → variable)."""

    def lead(build: Build) -> Json:
        found, definition = build.call(action)
        category = build.directory.categories[action]
        return {
            "actionName": definition["name"],
            "actionId": found,
            "category": {"id": category, "name": category},
            "useSuggestedTimeout": True,
        }

    def body(build: Build) -> Json:
        contract = build.directory.actions[action]["contract"]
        given = flattened(contract["input"]["inputSchema"])["properties"]
        made = flattened(contract["output"]["successSchema"])["properties"]
        check_fields(action, given, inputs)
        check_fields(action, made, outputs)
        return {
            "errorBindings": error_bindings(build, errors or {}),
            "processingPrompt": build.empty("pmt"),
            "inputs": [
                {"name": field, "value": build.value(type_of(leaf), inputs.get(field))}
                for field, leaf in given.items()
            ],
            "outputs": [
                {"name": field, "value": build.scope.target(type_of(leaf), outputs.get(field))}
                for field, leaf in made.items()
            ],
            "timeout": build.value("dur", timedelta(minutes=1)),
        }

    branches = [
        Branch("Success", "__SUCCESS__", success),
        Branch("Failure", "__FAILURE__", failure),
        Branch("Timeout", "__TIMEOUT__", timeout),
    ]
    return Step("DataAction", "Call Data Action", name, body, lead, branches)


def check_fields(action: str, known: Json, used: Mapping[str, object]) -> None:
    """Raises LookupError when a flow binds a field that the contract lacks."""
    if unknown := set(used) - set(known):
        raise LookupError(f"{action!r} has no {sorted(unknown)}")


def error_bindings(build: Build, errors: Mapping[str, str]) -> list[Json]:
    """The thirteen fields of the error body, bound to variables or to nothing."""
    kinds = {name: "str_coll" if kind == "array" else TYPES[kind] for name, (kind, _) in ERROR_FIELDS.items()}
    return [
        {"name": name, "value": build.scope.target(kind, errors.get(name))} for name, kind in kinds.items()
    ]


def short_errors(build: Build) -> list[Json]:
    """The two error outputs of actions of the platform."""
    return [{"name": name, "value": build.empty("str")} for name in ("errorType", "errorMessage")]


def disconnect(name: str = "Disconnect") -> Step:
    """The end of a conversation."""
    return Step("DisconnectAction", "Disconnect", name)


def set_data(name: str, values: Mapping[str, Value]) -> Step:
    """Set Participant Data: attributes of the conversation."""
    return Step(
        "SetAttributesAction",
        "Set Participant Data",
        name,
        lambda build: {
            "variables": [
                {"expression": build.value("str", value), "variable": build.value("str", attribute)}
                for attribute, value in values.items()
            ]
        },
    )


def get_data(name: str, into: Mapping[str, str]) -> Step:
    """Get Participant Data: attribute → variable."""
    return Step(
        "GetAttributesAction",
        "Get Participant Data",
        name,
        lambda build: {
            "variables": [
                {"expression": build.scope.target("str", variable), "variable": build.value("str", attribute)}
                for attribute, variable in into.items()
            ]
        },
    )


def look_up(
    name: str,
    table: str,
    key: str,
    outputs: Mapping[str, tuple[str, str]],
    *,
    found: Steps = (),
    missing: Steps = (),
    failure: Steps = (),
) -> Step:
    """Data Table Lookup: column → (type, variable)."""

    def lead(build: Build) -> Json:
        return {"datatableId": build.scope.refer("dataTable", table), "datatableName": table}

    def body(build: Build) -> Json:
        return {
            "lookupKeyValue": build.value("str", key) | {"name": "lookupKeyValue"},
            "outputs": [
                {"name": column, "value": build.scope.target(kind, variable)}
                for column, (kind, variable) in outputs.items()
            ],
            "errorBindings": short_errors(build),
        }

    branches = [
        Branch("Found", "__FOUND__", found),
        Branch("Not Found", "__NOT_FOUND__", missing),
        Branch("Failure", "__FAILURE__", failure),
    ]
    return Step("DataTableLookupAction", "Data Table Lookup", name, body, lead, branches)


def loop(name: str, index: str, count: Value, steps: Steps) -> Step:
    """Loop: the steps, `count` times, counted in a variable from 0."""
    return Step(
        "LoopAction",
        "Loop",
        name,
        lambda build: {
            "currentIndex": build.scope.target("int", index),
            "loopCount": build.value("int", count),
        },
        loop=Branch("Loop", "__LOOP__", steps),
    )


def next_loop(name: str = "Next Loop") -> Step:
    """Start the next turn of the loop."""
    return Step("NextLoopAction", "Next Loop", name)


def exit_loop(name: str = "Exit Loop") -> Step:
    """Leave the loop."""
    return Step("ExitLoopAction", "Exit Loop", name)


def wait(name: str, duration: timedelta) -> Step:
    """Wait."""
    return Step(
        "WaitAction",
        "Wait",
        name,
        lambda build: {
            "trimDurationNearMaxRunningTime": build.value("bln", False),
            "duration": build.value("dur", duration),
        },
    )


def respond(name: str, text: str) -> Step:
    """Send Response: a message to the customer; an expression with `=`."""
    return Step(
        "SendResponseAction",
        "Send Response",
        name,
        lambda build: {
            "messageBodyStyle": build.value("str", "notice"),
            "messageBody": build.value("str", text if text.startswith("=") else f"={quoted(text)}"),
        },
    )


def end_workflow(reason: str | None = None, name: str = "End Workflow") -> Step:
    """The end of a workflow, with the reason that reports show."""
    return Step(
        "EndWorkflowAction", "End Workflow", name, lambda build: {"exitReason": build.value("str", reason)}
    )


def jump_to_task(name: str, task: str) -> Step:
    """Jump to a reusable task."""
    return Step(
        "TransferTaskAction",
        "Jump to Reusable Task",
        name,
        lambda _: {"inputs": []},
        lambda build: {"taskReference": build.item_id(task), "taskName": task},
    )


def call_task(name: str, task: str) -> Step:
    """Call a task and come back."""
    return Step(
        "CallTaskAction",
        "Call Task",
        name,
        lambda _: {"inputs": [], "outputs": []},
        lambda build: {"taskReference": build.item_id(task), "taskName": task},
        [Branch("Default", "__DEFAULT__", (), {"disabled": False, "unreachable": False})],
    )


def end_task(name: str = "End Task") -> Step:
    """Return from a task by its default path."""
    lead: Json = {"pathReference": "__DEFAULT__", "pathName": "Default"}
    return Step("EndTaskAction", "End Task", name, lead=lambda _: dict(lead))


def exit_module(name: str = "Exit Common Module") -> Step:
    """Return from a common module."""
    return Step("EndTaskAction", "Exit Common Module", name)


def milestone(name: str, which: str) -> Step:
    """Add Flow Milestone."""
    return Step(
        "AddFlowMilestoneAction",
        "Add Flow Milestone",
        name,
        lead=lambda build: {"milestoneId": build.scope.refer("flowMilestone", which), "milestoneName": which},
    )


def end_flow(name: str = "End Flow") -> Step:
    """The end of a flow that returns to whoever started it."""
    return Step("EndFlowAction", "End Flow", name)
