"""Actions that call another flow and come back: common modules and bots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from trunkline.engine.expression import ExpressionError, Value
from trunkline.engine.flow.actions.registry import action
from trunkline.engine.flow.body import Body, Made
from trunkline.engine.flow.interaction import MAX_MODULE_DEPTH, Interaction
from trunkline.engine.flow.program import Field, Program, Target
from trunkline.engine.flow.question import Kind, Question, Unanswered, Unsupported
from trunkline.engine.flow.run import Run
from trunkline.engine.flow.state import Finished
from trunkline.engine.flow.trace import End, Verdict
from trunkline.engine.flow.typed import empty, shown

_RETURNS: Final = frozenset(("EndTask", "ExitBotFlow", "EndFlow"))
_DONE: Final = "done"

Inputs = Sequence[tuple[str, Field]]
Outputs = Sequence[tuple[str, Target]]


@action("CallCommonModuleAction")
def common_module(body: Body) -> Made:
    """Runs the module that is embedded in the flow, or one at hand; else the outside stands in for it."""
    inputs, outputs = body.inputs(), body.bindings("outputs")
    name, id_ = body.text("flowName"), body.text("flowId")

    def perform(run: Run) -> str | None:
        module = _at_hand(run, id_, name)
        if module is not None:
            run_inside(run, module, inputs, outputs)
        else:
            _ask(run, body, name, inputs, outputs, {})
        return None

    return Made(perform)


@action("CallBotFlowAction", "CallDigitalBotFlowAction")
def bot(body: Body) -> Made:
    """Runs a bot that is at hand; else the outside says how it exits and what it brings back."""
    inputs, outputs = body.inputs(), body.bindings("outputs")
    name, id_ = body.text("flowName"), body.text("flowId")
    text, reason = body.field("inputText"), body.target(body.raw.get("exitReason"))
    intent = body.target(body.raw.get("intent"))

    def perform(run: Run) -> str | None:
        extra = {"exitReason": reason, "intent": intent}
        bound = [(key, target) for key, target in extra.items() if target is not None]
        module = _at_hand(run, id_, name)
        if module is None:
            return _ask(run, body, name, inputs, (*outputs, *bound), {"inputText": run.value(text)})
        run_inside(run, module, inputs, outputs)
        if reason is not None:
            run.assign(reason, "TriggeredByFlow")
        return None

    return Made(perform)


def _at_hand(run: Run, id_: str, name: str) -> Program | None:
    programs = run.interaction.programs
    return run.program.modules.get(id_) or programs.get(id_) or programs.get(name)


def _ask(
    run: Run, body: Body, name: str, inputs: Inputs, outputs: Outputs, more: dict[str, Value]
) -> str | None:
    given = {**{key: run.value(field) for key, field in inputs if field.is_set}, **more}
    fields = {key: target.type for key, target in outputs}
    known = body.outputs or (_DONE,)
    question = Question(Kind.BOT, name, body.id, body.title, known, body.labels, fields, given)
    answer, number = run.ask(question)
    run.take(answer, number, outputs)
    return None if answer.output == _DONE else answer.output


def run_inside(run: Run, module: Program, inputs: Inputs, outputs: Outputs) -> None:
    """Runs another flow in the same interaction, its inputs and outputs bound by name."""
    shared = run.interaction
    if shared.depth >= MAX_MODULE_DEPTH:
        raise Unsupported(f"flows call one another more than {MAX_MODULE_DEPTH} deep")
    given = {name: run.value(field) for name, field in inputs if field.is_set}
    sources = {module.key_of(name): run.sources(field) for name, field in inputs}
    caller = run.visit
    shared.depth += 1
    try:
        inner = _started(module, shared, given)
        inner.origins.update(sources)
        while inner.step():
            pass
    finally:
        shared.depth -= 1
    run.visit = caller
    if inner.verdict is not Verdict.ENDED:
        raise (
            Unsupported(inner.message) if inner.verdict is Verdict.UNSUPPORTED else Unanswered(inner.message)
        )
    _settle(inner.end)
    values = inner.variables()
    by_name = {name.lower(): value for name, value in values.items()}
    for name, target in outputs:
        origins = inner.origins.get(module.key_of(name), frozenset[str]())
        run.assign(target, by_name.get(name.lower(), empty(target.type)), origins)


def _started(module: Program, shared: Interaction, given: Mapping[str, Value]) -> Run:
    try:
        return Run(module, shared, given)
    except ValueError as error:
        raise Unsupported(f"{module.name} is not the version that this flow calls: {error}") from None


def _settle(end: End | None) -> None:
    """Errors of a module are the caller's; an interaction that is over inside is over outside, too."""
    if end is None or end.type in _RETURNS:
        return
    if end.type == "Error":
        raise ExpressionError(shown(end.details.get("message", "")))
    raise Finished(end)
