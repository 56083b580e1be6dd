"""Actions that say or write something, or play music."""

from __future__ import annotations

from trunkline.engine.expression import Duration, ExpressionError
from trunkline.engine.flow.actions.registry import action
from trunkline.engine.flow.body import Body, Made
from trunkline.engine.flow.run import Run

_SAID = ("prompts", "communication", "messageBody", "prompt", "audio", "body")


@action(
    "PlayAudioAction",
    "CommunicateAction",
    "SendResponseAction",
    "PlayEstimatedWaitTimeAction",
    "PlayPositionInQueueAction",
)
def say(body: Body) -> Made:
    """Says its prompts, or sends its text."""
    words = body.speech(*_SAID)
    return Made(lambda run: run.say(words))


@action("SendAutoReplyAction")
def auto_reply(body: Body) -> Made:
    """Sends an e-mail back to who wrote."""
    subject, words = body.field("subject", "messageSubject"), body.speech("messageBody", "body", "response")

    def perform(run: Run) -> None:
        run.record("auto_reply", body.id, {"subject": run.value(subject)})
        run.say(words)

    return Made(perform)


@action("HoldMusicAction")
def hold_music(body: Body) -> Made:
    """Plays a prompt; for a duration, if it says so. The clock moves by the duration either way."""
    words, duration = body.speech("prompt", "prompts"), body.field("duration")

    def perform(run: Run) -> None:
        run.say(words)
        value = run.value(duration)
        if isinstance(value, Duration):
            run.pass_time(value.milliseconds)

    return Made(perform)


@action("FlushAudioAction", "ClearVoicemailSnippetAction")
def nothing(_body: Body) -> Made:
    """Has no effect that a test could see."""
    return Made(lambda _run: None)


@action("SetLocaleAction", "SetLanguageAction")
def set_language(body: Body) -> Made:
    """The language of everything said from here on."""
    language = body.field("language", "languageTag", "locale")
    plain = body.text("language") or body.text("languageTag") or body.text("locale")

    def perform(run: Run) -> None:
        value = plain or run.value(language)
        if not isinstance(value, str) or not value:
            raise ExpressionError("the language is NOT_SET")
        run.speak(value)

    return Made(perform)
