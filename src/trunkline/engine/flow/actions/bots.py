"""Actions that talk with a caller in words: questions of bots, digital menus, surveys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from trunkline.engine.expression import Duration
from trunkline.engine.flow.actions.keypad import milliseconds, whole
from trunkline.engine.flow.actions.registry import action
from trunkline.engine.flow.body import Body, Made
from trunkline.engine.flow.program import Field, Speech, Target, is_set
from trunkline.engine.flow.question import (
    DEFAULT,
    ENTERED,
    KNOWLEDGE,
    MAX_NO_INPUTS,
    MAX_NO_MATCHES,
    NO,
    NO_INPUT,
    NO_INTENT,
    NO_MATCH,
    YES,
    Answer,
    Kind,
    Question,
)
from trunkline.engine.flow.run import Run
from trunkline.engine.flow.state import Finished
from trunkline.engine.flow.trace import End

_ATTEMPTS: Final = 3
_SILENCE: Final = 7_000
_SPECIAL: Final = frozenset((MAX_NO_INPUTS, MAX_NO_MATCHES, NO_INTENT, KNOWLEDGE, DEFAULT))


class Asking:
    """A question to the caller that is repeated until it is answered or given up."""

    def __init__(self, body: Body) -> None:
        self.title = body.title
        self.words = body.speech("question")
        self.silent = [Speech(field) for field in body.fields("noInputs")]
        self.unclear = [Speech(field) for field in body.fields("noMatches")]
        self.most_silent = body.setting("noInputsMax")
        self.most_unclear = body.setting("noMatchesMax")
        self.timeout = body.setting("noInputsTimeout")
        self.outputs = frozenset(body.outputs)
        self.knowledge = body.target(body.raw.get("knowledgeSearchResult"))

    def until_answered(self, run: Run, question: Question) -> tuple[Answer, int] | str:
        """The answer with its number, or the output by which the action gives up."""
        run.say(self.words)
        silent = unclear = 0
        while True:
            answer, number = run.ask(question)
            if answer.output == NO_INPUT:
                silent += 1
                run.pass_time(milliseconds(run, self.timeout, _SILENCE))
                if silent >= self._most(run, self.most_silent):
                    return self.give_up(run, MAX_NO_INPUTS)
                self._again(run, self.silent, silent)
            elif answer.output == NO_MATCH:
                unclear += 1
                if unclear >= self._most(run, self.most_unclear):
                    return self.give_up(run, MAX_NO_MATCHES)
                self._again(run, self.unclear, unclear)
            else:
                fill_slots(run, answer, number)
                return answer, number

    def _most(self, run: Run, field: Field) -> int:
        return min(max(whole(run, field, _ATTEMPTS), 1), 10)

    def _again(self, run: Run, prompts: list[Speech], attempt: int) -> None:
        run.say(prompts[min(attempt, len(prompts)) - 1] if prompts else self.words)

    def give_up(self, run: Run, output: str) -> str:
        """The output for it, if the action has one; else the flow's handling of failed recognition."""
        if output in self.outputs:
            return output
        ending = "ExitBotFlow" if run.program.handling.recognition == "Exit" else "Disconnect"
        raise Finished(End(ending, {"reason": f"{self.title}: not understood"}))


def fill_slots(run: Run, answer: Answer, number: int) -> None:
    """Slots that an answer fills beside what was asked for, by name with or without `Slot.`."""
    for name, value in answer.values.items():
        slot = run.program.slots.get(name.lower().removeprefix("slot."))
        if slot is not None:
            run.assign(slot, value, frozenset((f"q{number}.{name}",)))


def _slot_types(body: Body) -> Mapping[str, str]:
    return {target.name.partition(".")[2]: target.type for target in body.names.slots.values()}


@action("AskForBooleanAction")
def ask_boolean(body: Body) -> Made:
    asking = Asking(body)
    question = Question(Kind.YES_NO, body.name, body.id, body.title, (YES, NO, NO_INPUT, NO_MATCH))

    def perform(run: Run) -> str:
        outcome = asking.until_answered(run, question)
        return outcome if isinstance(outcome, str) else outcome[0].output

    return Made(perform)


@action("AskForSlotAction")
def ask_slot(body: Body) -> Made:
    """Fills a slot, with a confirmation where it is always wanted. A filled slot is not asked for."""
    asking, name = Asking(body), body.text("selectedSlot")
    target = body.target(body.raw.get("askResult"))
    slot = body.names.slots.get(name.lower()) or target
    kind = slot.type if slot is not None else "str"
    fields = {name: kind}
    question = Question(Kind.SLOT, name, body.id, body.title, (ENTERED, NO_INPUT, NO_MATCH), {}, fields)
    yes_no = Question(Kind.YES_NO, body.name, body.id, body.title, (YES, NO, NO_INPUT, NO_MATCH))
    mode, confirmation = body.field("confirmationMode"), Speech(body.field("confirmationQuestion"))
    most = body.setting("confirmationRejectionsMax")

    def perform(run: Run) -> str:
        if slot is not None and is_set(run.scope.variable(slot.key, slot.name, slot.type)):
            return DEFAULT
        for _ in range(min(max(whole(run, most, _ATTEMPTS), 1), 10)):
            outcome = asking.until_answered(run, question)
            if isinstance(outcome, str):
                return outcome
            run.take(*outcome, [(name, each) for each in _both(slot, target)])
            if run.value(mode) != "always":
                return DEFAULT
            run.say(confirmation)
            if run.ask(yes_no)[0].output == YES:
                return DEFAULT
        return asking.give_up(run, MAX_NO_MATCHES)

    return Made(perform)


def _both(slot: Target | None, target: Target | None) -> list[Target]:
    found = {each.key: each for each in (slot, target) if each is not None}
    return list(found.values())


@action("AskForNLUIntentAction")
def ask_intent(body: Body) -> Made:
    """The caller says what it is about; the test names the intent and slots that are understood."""
    asking = Asking(body)
    intents = tuple(output for output in body.outputs if output not in (MAX_NO_INPUTS, MAX_NO_MATCHES))
    outputs = (*intents, NO_INPUT) if NO_INTENT in intents else (*intents, NO_INPUT, NO_MATCH)
    question = Question(Kind.INTENT, body.name, body.id, body.title, outputs, body.labels, _slot_types(body))

    def perform(run: Run) -> str:
        outcome = asking.until_answered(run, question)
        return outcome if isinstance(outcome, str) else outcome[0].output

    return Made(perform)


@action("DigitalMenuAction")
def digital_menu(body: Body) -> Made:
    """The caller picks one of the choices offered."""
    asking, selection = Asking(body), body.target(body.raw.get("selection"))
    choices = tuple(output for output in body.outputs if output not in _SPECIAL)
    labels = body.labels
    question = Question(Kind.CHOICE, body.name, body.id, body.title, (*choices, NO_INPUT, NO_MATCH), labels)

    def perform(run: Run) -> str:
        outcome = asking.until_answered(run, question)
        if isinstance(outcome, str):
            return outcome
        answer, number = outcome
        if selection is not None:
            run.assign(selection, labels.get(answer.output, ""), frozenset((f"q{number}",)))
        return answer.output

    return Made(perform)


@action("WaitForInputAction")
def wait_for_input(body: Body) -> Made:
    """The caller says anything: kept in Session.LastCollectionUtterance."""
    asking, result = Asking(body), body.target(body.raw.get("resultData"))
    question = Question(
        Kind.UTTERANCE, body.name, body.id, body.title, (ENTERED, NO_INPUT), {}, {"text": "str"}
    )

    def perform(run: Run) -> str:
        outcome = asking.until_answered(run, question)
        if isinstance(outcome, str):
            return outcome
        answer, number = outcome
        origins = frozenset((f"q{number}.text",))
        heard = Target("session.lastcollectionutterance", "Session.LastCollectionUtterance", "str")
        for target in (heard, *([result] if result else [])):
            run.assign(target, answer.values.get("text", ""), origins)
        return DEFAULT

    return Made(perform)


@action("AskSurveyQuestionAction")
def survey_question(body: Body) -> Made:
    """One question of a survey: its outputs are the answers there are."""
    asking = Asking(body)
    answers = tuple(output for output in body.outputs if output not in (MAX_NO_INPUTS, MAX_NO_MATCHES))
    question = Question(
        Kind.CHOICE, body.name, body.id, body.title, (*answers, NO_INPUT, NO_MATCH), body.labels
    )

    def perform(run: Run) -> str:
        outcome = asking.until_answered(run, question)
        return outcome if isinstance(outcome, str) else outcome[0].output

    return Made(perform)


@action("TranscriptionAction")
def transcription(body: Body) -> Made:
    """Switches transcription on or off."""

    def perform(run: Run) -> None:
        run.record("transcription", body.id, {})

    return Made(perform)


@action("DetectSilenceAction")
def detect_silence(body: Body) -> Made:
    """Waits for silence or for its timeout."""
    timeout = body.field("timeout")
    question = Question(Kind.SERVICE, body.name, body.id, body.title, body.outputs or (DEFAULT,), body.labels)

    def perform(run: Run) -> str:
        value = run.value(timeout)
        if isinstance(value, Duration):
            run.pass_time(value.milliseconds)
        return run.ask(question)[0].output

    return Made(perform)
