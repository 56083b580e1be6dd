"""Actions that get something: data actions, data tables, schedules, objects of the org."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from trunkline.engine.expression import ExpressionError, NotSet, Reference, Value
from trunkline.engine.flow.actions.registry import action
from trunkline.engine.flow.body import Body, Made, compiled, objects, text
from trunkline.engine.flow.program import Field, Target, is_set
from trunkline.engine.flow.question import FAILURE, FOUND, NOT_FOUND, SUCCESS, TIMEOUT, Kind, Question
from trunkline.engine.flow.run import Run
from trunkline.engine.flow.typed import shown

_ORDER: Final = (SUCCESS, FAILURE, TIMEOUT)


def _types(*groups: tuple[tuple[str, Target], ...]) -> Mapping[str, str]:
    return {name: target.type for group in groups for name, target in group}


@action("DataAction", "SecureDataAction")
def data_action(body: Body) -> Made:
    """Calls a data action: its outputs on success, the details of the error on failure."""
    inputs, outputs, errors = body.inputs(), body.bindings("outputs"), body.bindings("errorBindings")
    name = body.text("actionName")
    known = tuple(output for output in _ORDER if output in body.outputs) or (SUCCESS,)
    fields, failing = _types(outputs), _types(errors)

    def perform(run: Run) -> str:
        given = {key: run.value(field) for key, field in inputs if field.is_set}
        question = Question(Kind.DATA_ACTION, name, body.id, body.title, known, {}, fields, given, failing)
        answer, number = run.ask(question)
        run.take(answer, number, outputs if answer.output == SUCCESS else _brought(answer.values, errors))
        return answer.output

    return Made(perform)


def _brought(values: Mapping[str, Value], errors: tuple[tuple[str, Target], ...]) -> list[tuple[str, Target]]:
    return [(name, target) for name, target in errors if name in values]


@action("DataTableLookupAction")
def table_lookup(body: Body) -> Made:
    """One row of a data table by its key; a key that is NOT_SET is an error, not a failure."""
    key, outputs, errors = (
        body.field("lookupKeyValue"),
        body.bindings("outputs"),
        body.bindings("errorBindings"),
    )
    name = body.text("datatableName")
    known = tuple(output for output in (FOUND, NOT_FOUND, FAILURE) if output in body.outputs)
    fields, failing = _types(outputs), _types(errors)
    known = known or (FOUND, NOT_FOUND)

    def perform(run: Run) -> str:
        value = run.value(key)
        if isinstance(value, NotSet):
            raise ExpressionError("the key to look up is NOT_SET")
        question = Question(Kind.TABLE, name, body.id, body.title, known, {}, fields, {"key": value}, failing)
        answer, number = run.ask(question)
        if answer.output == FOUND:
            run.take(answer, number, outputs)
        elif answer.output == FAILURE:
            run.take(answer, number, _brought(answer.values, errors))
        return answer.output

    return Made(perform)


@action("EvaluateScheduleAction", "EvaluateScheduleGroupAction")
def schedule(body: Body) -> Made:
    """Which part of a schedule or schedule group the time lies in. NOT_SET is an error."""
    subject = body.field("scheduleGroup", "schedule")
    labels = body.labels

    def perform(run: Run) -> str:
        value = run.value(subject)
        if not is_set(value):
            raise ExpressionError("the schedule is NOT_SET")
        question = Question(Kind.SCHEDULE, shown(value), body.id, body.title, body.outputs, labels)
        return run.ask(question)[0].output

    return Made(perform)


_SUBJECTS: Final = (
    "findId", "findName", "findText", "findEmail", "name", "id", "queueId", "userId", "email",
)  # fmt: skip


@action(
    "FindGroupAction",
    "FindLanguageSkillAction",
    "FindQueueAction",
    "FindQueueByIdAction",
    "FindScheduleAction",
    "FindScheduleGroupAction",
    "FindSkillAction",
    "FindSystemPromptAction",
    "FindUserAction",
    "FindUserByIdAction",
    "FindUserPromptAction",
    "FindUsersByIdAction",
)
def find(body: Body) -> Made:
    """An object of the org by its id or name: found, or not."""
    subject, target = body.field(*_SUBJECTS), body.target(body.raw.get("findResult"))
    known = tuple(output for output in (FOUND, NOT_FOUND, FAILURE) if output in body.outputs)
    known = known or (FOUND, NOT_FOUND)
    type_ = target.type if target is not None else "str"

    def perform(run: Run) -> str:
        value = run.value(subject)
        question = Question(
            Kind.LOOKUP, body.type, body.id, body.title, known, {}, {"result": type_}, {"text": value}
        )
        answer, number = run.ask(question)
        if answer.output == FOUND and target is not None:
            default = Reference(type_, shown(value), shown(value))
            found = answer.values.get("result", default)
            run.assign(target, found, frozenset((f"q{number}.result",)))
        return answer.output

    return Made(perform)


@action(
    "ClearUtilizationLabelAction",
    "ConferenceUserAction",
    "CreateCallbackAction",
    "DisconnectWorkitemAction",
    "GetConversationDataAction",
    "GetExternalContactAction",
    "GetExternalOrganizationAction",
    "GetResponseAction",
    "ParkWorkitemAction",
    "SendNotificationAction",
    "SetExternalTagAction",
    "SetUtilizationLabelAction",
    "UpdateExternalContactAction",
    "UpdateWorkitemAction",
)
def service(body: Body) -> Made:
    """A service of the platform that works or fails. What it brings back goes to its bound variables."""
    known = body.outputs or (SUCCESS,)
    outputs, errors = body.bindings("outputs"), body.bindings("errorBindings")
    results = tuple(
        (key, target)
        for key in ("findResult", "resultData", "result", "response", "message")
        if (target := body.target(body.raw.get(key))) is not None
    )
    inputs = tuple(
        (key, field)
        for key in ("subject", "body", "notificationType", "callbackNumber", "queue", "conversationId")
        if (field := compiled(body.raw.get(key), body.names)).is_set
    )
    subject = next((text(body.raw.get(key)) for key in ("responseName",) if key in body.raw), body.name)
    fields, failing = _types(outputs, results), _types(errors)

    def perform(run: Run) -> str:
        given = {key: run.value(field) for key, field in inputs}
        answer, number = run.ask(
            Question(Kind.SERVICE, subject, body.id, body.title, known, body.labels, fields, given, failing)
        )
        run.record(body.type.removesuffix("Action"), body.id, given)
        brought = (*outputs, *results) if answer.output != FAILURE else errors
        run.take(answer, number, _brought(answer.values, tuple(brought)))
        return answer.output

    return Made(perform)


@action("SetConversationDataAction")
def set_conversation_data(body: Body) -> Made:
    """Participant data of a conversation; the conversation has to be named."""
    pairs = attributes(body)
    conversation, known = body.field("conversationId"), body.outputs or (SUCCESS,)

    def perform(run: Run) -> str:
        values = [(run.value(name), run.value(field)) for name, field in pairs]
        given = {"conversationId": run.value(conversation)}
        question = Question(Kind.SERVICE, body.name, body.id, body.title, known, body.labels, {}, given)
        answer, _number = run.ask(question)
        if answer.output == SUCCESS:
            for name, value in values:
                set_attribute(run, name, value)
        return answer.output

    return Made(perform)


def attributes(body: Body) -> list[tuple[Field, Field]]:
    """Names and values of participant data."""
    return [
        (compiled(one.get("variable"), body.names), compiled(one.get("expression"), body.names))
        for one in objects(body.raw.get("variables"))
    ]


def set_attribute(run: Run, name: Value, value: Value) -> None:
    if not isinstance(name, str) or not name:
        raise ExpressionError("the name of participant data is NOT_SET")
    if isinstance(value, NotSet):
        run.interaction.data.pop(name, None)
    else:
        run.interaction.data[name] = shown(value)
