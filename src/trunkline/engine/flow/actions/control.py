"""Actions that steer: decisions, switches, loops, tasks, states, variables, waiting."""

from __future__ import annotations

from typing import Final

from trunkline.engine.expression import Duration, ExpressionError, JsonValue, NotSet, Value
from trunkline.engine.expression.equality import same
from trunkline.engine.flow.actions.registry import action
from trunkline.engine.flow.body import Body, Made, compiled, objects, text
from trunkline.engine.flow.program import MOVED, Field, Flowing, Target
from trunkline.engine.flow.question import DEFAULT, NO, YES, Unsupported
from trunkline.engine.flow.run import Run
from trunkline.engine.flow.typed import empty

_HOUR: Final = 3_600_000
_WAIT_LIMITS: Final = {"surveyinvite": _HOUR}
_WAIT_LIMIT: Final = 72 * _HOUR


@action("DecisionAction")
def decision(body: Body) -> Made:
    """Yes if the expression is true; false and NOT_SET are no."""
    condition = body.field("expression")
    return Made(lambda run: YES if run.truth(condition) else NO, (condition,))


@action("SwitchAction")
def switch(body: Body) -> Made:
    """The first case that is met: its condition (style 0), or its value equal to the expression (style 1)."""
    in_use = frozenset(body.outputs)
    cases = tuple(
        (text(case.get("referenceId")), compiled(case.get("value"), body.names))
        for case in objects(body.raw.get("cases"))
        if text(case.get("referenceId")) in in_use
    )
    if body.raw.get("switchStyle") != 1:

        def by_condition(run: Run) -> str:
            return next((output for output, field in cases if run.truth(field)), DEFAULT)

        return Made(by_condition, tuple(field for _, field in cases))
    subject = body.field("expression")

    def by_value(run: Run) -> str:
        value = run.value(subject)
        return next((output for output, field in cases if _equal(value, run.value(field))), DEFAULT)

    return Made(by_value, (subject, *(field for _, field in cases)))


def _equal(value: Value, case: Value) -> bool:
    """As == has it: a JSON text equals a text."""
    if isinstance(value, JsonValue) and isinstance(case, str):
        return value.value == case
    return same(value, case)


@action("UpdateVariableAction")
def update(body: Body) -> Made:
    """Assignments in their order; each sees those before it."""
    pairs = [
        (body.target(one.get("variable")), compiled(one.get("expression"), body.names))
        for one in objects(body.raw.get("variables"))
    ]
    known = [(target, field) for target, field in pairs if target is not None]
    for target, field in known:
        body.names.definitions.setdefault(target.key, []).append(field)

    def perform(run: Run) -> None:
        for target, field in known:
            value = run.value(field) if field.is_set else empty(target.type)
            run.assign(target, value, run.sources(field))

    return Made(perform)


@action("ClearSlotAction")
def clear_slots(body: Body) -> Made:
    """The named slots become NOT_SET."""
    names = [text(one.get("name")).lower() for one in objects(body.raw.get("slots"))]
    targets = [body.names.slots[name] for name in names if name in body.names.slots]

    def perform(run: Run) -> None:
        for target in targets:
            run.assign(target, empty(target.type))

    return Made(perform)


@action("LoopAction")
def loop(body: Body) -> Made:
    count, index, own = body.field("loopCount"), body.target(body.raw.get("currentIndex")), body.id

    def perform(run: Run) -> Flowing:
        value = run.value(count)
        rounds = value if isinstance(value, int) else 0
        run.loop(run.program.steps[own], rounds, index)
        return MOVED

    return Made(perform, (count,))


@action("NextLoopAction")
def next_loop(_body: Body) -> Made:
    def perform(run: Run) -> Flowing:
        run.next_round()
        return MOVED

    return Made(perform)


@action("ExitLoopAction")
def exit_loop(_body: Body) -> Made:
    def perform(run: Run) -> Flowing:
        run.exit_loop()
        return MOVED

    return Made(perform)


@action("TransferTaskAction", "TaskAction", "TransferMenuAction", "MenuAction", "ChangeStateAction")
def jump(body: Body) -> Made:
    """Another item takes over. Inputs are bound to its variables by name."""
    item = body.text("taskReference") or body.text("menuReference") or body.text("stateReference")
    inputs = _handed(body)

    def perform(run: Run) -> Flowing:
        values = [(target, run.value(field), run.sources(field)) for target, field in inputs]
        run.jump(item)
        _hand(run, values)
        return MOVED

    return Made(perform)


@action("CallTaskAction")
def call_task(body: Body) -> Made:
    """A task runs and comes back by the path it names."""
    item, own, inputs = body.text("taskReference"), body.id, _handed(body)
    outputs = [
        (body.names.names.get(text(one.get("name")).lower()), body.target(one.get("value")))
        for one in objects(body.raw.get("outputs"))
    ]
    if any(source is not None and target is not None for source, target in outputs):

        def refuse(_run: Run) -> None:
            raise Unsupported(f"{body.title}: outputs of called tasks")

        body.names.unsupported["outputs of called tasks"] = None
        return Made(refuse)

    def perform(run: Run) -> Flowing:
        values = [(target, run.value(field), run.sources(field)) for target, field in inputs]
        run.call(run.program.steps[own], item)
        _hand(run, values)
        return MOVED

    return Made(perform)


def _handed(body: Body) -> list[tuple[Target, Field]]:
    names, types = body.names.names, body.names.types
    found: list[tuple[Target, Field]] = []
    for name, field in body.inputs():
        key = names.get(name.lower())
        if key is not None:
            found.append((Target(key, name, types.get(key, "any")), field))
    return found


def _hand(run: Run, values: list[tuple[Target, Value, frozenset[str]]]) -> None:
    for target, value, origins in values:
        run.assign(target, value, origins)


@action("EndTaskAction")
def end_task(body: Body) -> Made:
    output = body.text("pathReference") or DEFAULT

    def perform(run: Run) -> Flowing:
        run.return_by(output)
        return MOVED

    return Made(perform)


@action("WaitAction")
def wait(body: Body) -> Made:
    """Moves the clock. All waits of a run have a limit: beyond it an error, or a shorter wait."""
    duration, trim = body.field("duration"), body.field("trimDurationNearMaxRunningTime")

    def perform(run: Run) -> None:
        value = run.value(duration)
        if isinstance(value, NotSet) or not isinstance(value, Duration):
            raise ExpressionError("the duration to wait is NOT_SET")
        left = _WAIT_LIMITS.get(run.program.type, _WAIT_LIMIT) - run.interaction.waited
        length = max(value.milliseconds, 0)
        if length > left:
            if not run.truth(trim):
                raise ExpressionError("the flow waits longer than its type allows")
            length = left
        run.interaction.waited += length
        run.pass_time(length)

    return Made(perform)
