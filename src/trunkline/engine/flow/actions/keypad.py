"""Menus and the other actions that a caller answers on the keypad."""

from __future__ import annotations

from typing import Final

from trunkline.domain.json import JsonObject
from trunkline.engine.expression import Duration, Value
from trunkline.engine.flow.actions.registry import action
from trunkline.engine.flow.body import Body, Made, objects, text
from trunkline.engine.flow.program import Field
from trunkline.engine.flow.question import (
    ENTERED,
    FAILURE,
    NO,
    NO_INPUT,
    NO_MATCH,
    SUCCESS,
    YES,
    Kind,
    Question,
)
from trunkline.engine.flow.run import Run
from trunkline.engine.flow.state import Finished
from trunkline.engine.flow.trace import End

_REPEATS: Final = 3
_REPEAT_DELAY: Final = 10_000
_NO_ENTRY: Final = 5_000
_MAX_DIGITS: Final = 64


def milliseconds(run: Run, field: Field, default: int) -> int:
    value = run.value(field) if field.is_set else None
    return value.milliseconds if isinstance(value, Duration) else default


def whole(run: Run, field: Field, default: int) -> int:
    value = run.value(field) if field.is_set else None
    return value if isinstance(value, int) else default


def choice_label(choice: JsonObject) -> str:
    """What a caller does to choose: the key, else what to say."""
    digit = choice.get("digit")
    name = text(choice.get("name"))
    return name if digit is None else f"{digit}: {name}"


def make_menu(body: Body) -> Made:
    """A menu: says its prompts until a key or a word fits; then its default choice, or the end."""
    own = list(objects(body.raw.get("menuChoiceList")))
    keys = {choice.get("digit") for choice in own}
    everywhere = [
        choice for choice in body.names.choices if choice not in own and choice.get("digit") not in keys
    ]
    choices = {text(choice.get("id")): choice_label(choice) for choice in (*own, *everywhere)}
    outputs = (*choices, NO_INPUT, NO_MATCH)
    question = Question(Kind.MENU, body.name, body.id, body.title, outputs, choices)
    words, again = body.speech("prompts"), body.speech("invalidSpeechRecPrompts")
    repeats, delay = body.field("promptRepeatCount"), body.field("promptRepeatDelay")
    default = text(body.raw.get("defaultMenuChoice"))

    def perform(run: Run) -> str:
        for _ in range(1 + min(max(whole(run, repeats, _REPEATS), 0), 20)):
            run.say(words)
            answer, _number = run.ask(question)
            if answer.output in choices:
                return answer.output
            if answer.output == NO_INPUT:
                run.pass_time(milliseconds(run, delay, _REPEAT_DELAY))
            else:
                run.say(again)
        if default in choices:
            return default
        raise Finished(End("Disconnect", {"reason": f"{body.name}: no choice was made"}))

    return Made(perform)


@action("CollectInputAction")
def collect(body: Body) -> Made:
    """Asks once for digits; too few, too many, or none before the timeout is a failure."""
    words, verification = body.speech("prompts"), body.speech("verificationPrompts")
    least, most = body.field("numberOfDigitsMin"), body.field("numberOfDigitsMax")
    star, pound = body.field("acceptJustStar"), body.field("acceptJustPound")
    timeout = body.field("noEntryTimeout")
    target, verifies = body.target(body.raw.get("resultData")), body.raw.get("verification") is True
    yes_no = Question(Kind.YES_NO, body.name, body.id, body.title, (YES, NO, NO_INPUT, NO_MATCH))

    def perform(run: Run) -> str:
        low, high = whole(run, least, 1), whole(run, most, _MAX_DIGITS)
        run.say(words)
        limits: dict[str, Value] = {"min": low, "max": high}
        question = Question(
            Kind.DIGITS, body.name, body.id, body.title, (ENTERED, NO_INPUT), {}, {"digits": "str"}, limits
        )
        answer, number = run.ask(question)
        if answer.output == NO_INPUT:
            run.pass_time(milliseconds(run, timeout, _NO_ENTRY))
            return FAILURE
        given = answer.values.get("digits")
        digits = given.removesuffix("#") if isinstance(given, str) and given != "#" else given
        alone = (digits == "*" and run.truth(star)) or (digits == "#" and run.truth(pound))
        if not isinstance(digits, str) or not (alone or (digits.isdigit() and low <= len(digits) <= high)):
            return FAILURE
        if verifies:
            run.say(verification)
            if run.ask(yes_no)[0].output != YES:
                return FAILURE
        if target is not None:
            run.assign(target, digits, frozenset((f"q{number}.digits",)))
        return SUCCESS

    return Made(perform)
