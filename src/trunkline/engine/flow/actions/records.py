"""Actions that leave a mark on the interaction and go on: participant data, outcomes, screen pops."""

from __future__ import annotations

from typing import Final

from trunkline.engine.expression import ExpressionError, not_set
from trunkline.engine.flow.actions.registry import action
from trunkline.engine.flow.actions.services import attributes, set_attribute
from trunkline.engine.flow.body import Body, Made, compiled, objects
from trunkline.engine.flow.run import Run

_BOT_VALUE: Final = 256


@action("SetAttributesAction")
def set_attributes(body: Body) -> Made:
    """Participant data. In a bot a value of more than 256 characters is an error."""
    pairs = attributes(body)

    def perform(run: Run) -> None:
        for name, field in pairs:
            value = run.value(field)
            if (
                isinstance(value, str)
                and len(value) > _BOT_VALUE
                and run.program.type in ("bot", "digitalbot")
            ):
                raise ExpressionError("participant data of more than 256 characters in a bot")
            set_attribute(run, run.value(name), value)

    return Made(perform)


@action("GetAttributesAction")
def get_attributes(body: Body) -> Made:
    """Participant data into variables; a name that was never set gives NOT_SET."""
    pairs = [
        (compiled(one.get("variable"), body.names), body.target(one.get("expression")))
        for one in objects(body.raw.get("variables"))
    ]
    known = [(name, target) for name, target in pairs if target is not None]

    def perform(run: Run) -> None:
        for name, target in known:
            key = str(run.value(name))
            value = run.interaction.data.get(key)
            run.assign(target, not_set("str") if value is None else value, frozenset((f"data:{key}",)))

    return Made(perform)


_NAMES: Final = ("milestoneName", "outcomeName", "screenPopName", "wrapupCodeName", "outcomeValue")


@action(
    "AddFlowMilestoneAction",
    "ConfigureHoldMusicAction",
    "EnableParticipantRecordAction",
    "InitializeFlowOutcomeAction",
    "ScreenPopAction",
    "SetFlowOutcomeAction",
    "SetPostFlowAction",
    "SetUUIDataAction",
    "SetWhisperAudioAction",
    "SetWrapupCodeAction",
)
def record(body: Body) -> Made:
    """Recorded in the run; nothing in the flow changes."""
    kind, inputs = body.type.removesuffix("Action"), body.inputs()
    names = {key: body.text(key) for key in _NAMES if body.text(key)}

    def perform(run: Run) -> None:
        run.record(
            kind, body.id, {**names, **{name: run.value(field) for name, field in inputs if field.is_set}}
        )

    return Made(perform)
