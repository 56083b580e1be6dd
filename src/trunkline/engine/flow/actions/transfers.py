"""Actions that hand the interaction to somebody else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from trunkline.engine.flow.actions.registry import action
from trunkline.engine.flow.body import Body, Made, compiled, objects
from trunkline.engine.flow.program import Target, is_set
from trunkline.engine.flow.question import FAILURE, SUCCESS, Kind, Question
from trunkline.engine.flow.run import Run
from trunkline.engine.flow.typed import shown

_PLACES: Final = (
    "externalNumber", "number", "phoneNumber", "user", "group", "targetUser", "targetGroup",
)  # fmt: skip


Bindings = tuple[tuple[str, Target], ...]


class Transferring:
    """What all transfers share: words before and after, the outside's verdict, the errors."""

    def __init__(self, body: Body) -> None:
        self.body = body
        self.before = body.speech("preTransferAudio", "preTransferPrompts")
        self.after = body.speech("failureTransferAudio", "failureTransferPrompts")
        self.errors: Bindings = body.bindings("errorBindings")
        self.end = body.type.removesuffix("Action")

    def attempt(self, run: Run, subject: str, details: Mapping[str, str]) -> str:
        """Ends the run where it succeeds; else says so and leaves by the failure path."""
        run.say(self.before)
        body, errors = self.body, {name: target.type for name, target in self.errors}
        question = Question(Kind.TRANSFER, subject, body.id, body.title, (SUCCESS, FAILURE), errors=errors)
        answer, number = run.ask(question)
        if answer.output == SUCCESS:
            if run.visit is not None:
                run.visit.output = SUCCESS
            run.finish("TransferToAcd" if self.end == "TransferPureMatch" else self.end, details)
        run.say(self.after)
        brought = [(name, target) for name, target in self.errors if name in answer.values]
        run.take(answer, number, brought)
        return FAILURE

    def refuse(self, run: Run, error: str) -> str:
        """Fails without asking anybody."""
        run.say(self.before)
        run.say(self.after)
        for _, target in self.errors:
            run.assign(target, error)
        return FAILURE


@action("TransferPureMatchAction")
def to_queue(body: Body) -> Made:
    """To a queue. One that is NOT_SET fails the transfer."""
    transferring = Transferring(body)
    queues, direct, priority = body.fields("queues"), body.field("directAgent"), body.field("priority")
    skills = tuple(compiled(one.get("skill"), body.names) for one in objects(body.raw.get("skills")))

    def perform(run: Run) -> str:
        values = [run.value(field) for field in (*queues, *([direct] if direct.is_set else []))]
        names = [shown(value) for value in values if is_set(value)]
        if not names:
            return transferring.refuse(run, "InvalidQueue")
        details = {"queue": ", ".join(names)}
        level = run.value(priority)
        if isinstance(level, int) and level:
            details["priority"] = str(level)
        wanted = [shown(value) for value in map(run.value, skills) if is_set(value)]
        if wanted:
            details["skills"] = ", ".join(wanted)
        return transferring.attempt(run, details["queue"], details)

    return Made(perform)


@action("TransferFlowAction", "TransferFlowSecureAction")
def to_flow(body: Body) -> Made:
    """To another flow, by its name."""
    transferring, name = Transferring(body), body.text("flowName")
    return Made(lambda run: transferring.attempt(run, name, {"flow": name}))


@action(
    "TransferExternalAction",
    "TransferGroupAction",
    "TransferNumberAction",
    "TransferUserAction",
    "TransferVoicemailAction",
)
def to_somebody(body: Body) -> Made:
    """To a number, a user, a group or a voicemail box."""
    transferring, place = Transferring(body), body.field(*_PLACES)

    def perform(run: Run) -> str:
        value = run.value(place)
        if not is_set(value):
            return transferring.refuse(run, "InvalidTarget")
        return transferring.attempt(run, shown(value), {"to": shown(value)})

    return Made(perform)
