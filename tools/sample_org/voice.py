"""Actions that speak, listen, wait in a queue or hand a conversation over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sample_org.flow import Branch, Build, Step
from sample_org.ids import Json
from sample_org.steps import Steps, short_errors
from sample_org.values import EXPRESSION, Named, Say, Value

ZERO = "MakeDuration(0, 0, 0, 0)"


def play(name: str, said: Say) -> Step:
    """Play Audio."""
    return Step("PlayAudioAction", "Play Audio", name, lambda build: {"prompts": build.scope.audio(said)})


def transfer(
    name: str,
    to: Named | str,
    *,
    before: Say | None = None,
    on_failure: Say | None = None,
    failure: Steps | None = None,
    skills: Sequence[str] = (),
    language: str | None = None,
    priority: Value = 0,
    voice: bool = True,
) -> Step:
    """Transfer to ACD: a queue by name, or an expression (with `=`). Without `failure` the path is absent."""

    def body(build: Build) -> Json:
        chosen = build.value("que", to)
        wanted = [{"skill": build.value("skl", Named("acdSkill", skill))} for skill in skills]
        spoken = Named("acdLanguage", language) if language else None
        return {
            "appendSkills": build.value("bln", False),
            "directAgent": build.empty("usr"),
            "languageSkill": build.value("lac", spoken),
            "preferredAgents": build.empty("cpx_agent_score_pair_coll"),
            "priority": build.value("int", priority),
            "queues": [chosen],
            "skills": wanted,
            "errorBindings": short_errors(build),
            "preTransferAudio": build.scope.audio(before),
            **({} if voice else {"preTransferCommunication": no_communication()}),
            "failureTransferAudio": build.scope.audio(on_failure),
            **({} if voice else {"failureTransferCommunication": no_communication()}),
        }

    branches = [] if failure is None else [Branch("Failure", "__FAILURE__", failure)]
    lead: Json = {"useDefaultHandling": True}
    return Step("TransferPureMatchAction", "Transfer to ACD", name, body, lambda _: dict(lead), branches)


def no_communication() -> Json:
    """The editor leaves this in fields of a channel it does not use: no tree, only text."""
    text = 'MakeCommunication(\n  "")'
    return {"text": text, "type": "com", "uiMetaData": {"mode": 4}, "metaData": {}, "version": 2}


def collect(
    name: str,
    into: str,
    question: Say,
    digits: tuple[int, int],
    *,
    success: Steps = (),
    failure: Steps = (),
    wait: timedelta | None = None,
) -> Step:
    """Collect Input: digits of the keypad, least and most, into a variable."""

    def body(build: Build) -> Json:
        no_entry = build.value("dur", wait)
        if wait is not None:
            no_entry["uiMetaData"]["isOverride"] = True
        silent = build.scope.audio(None)
        silent["defaultAudio"]["uiMetaData"]["customExpressionMode"] = True
        return {
            "interDigitTimeout": build.empty("dur"),
            "noEntryTimeout": no_entry,
            "numberOfDigitsMax": build.value("int", digits[1]),
            "numberOfDigitsMin": build.value("int", digits[0]),
            "prompts": build.scope.audio(question),
            "resultData": build.scope.target("str", into),
            "verificationPrompts": silent,
            "includeTerminatingDtmfInResultData": build.value("bln", False),
            "acceptJustStar": build.value("bln", False),
            "acceptJustPound": build.value("bln", False),
        }

    branches = [Branch("Success", "__SUCCESS__", success), Branch("Failure", "__FAILURE__", failure)]
    return Step(
        "CollectInputAction", "Collect Input", name, body, lambda _: {"verification": False}, branches
    )


def hold_music(name: str, duration: timedelta) -> Step:
    """Hold Music: the flow's own, for a while."""
    return Step(
        "HoldMusicAction",
        "Hold Music",
        name,
        lambda build: {
            "duration": build.value("dur", duration),
            "playForDuration": True,
            "prompt": build.value("pmt", "=Flow.HoldPrompt"),
            "bargeInExpression": build.value("bln", False),
        },
    )


def play_wait(name: str) -> Step:
    """Play Estimated Wait Time, rounded up, never negative."""
    clipped = (
        f"If(IsSet(Call.EstimatedWaitTime), If(Call.EstimatedWaitTime < {ZERO}, {ZERO}, "
        "Call.EstimatedWaitTime), Call.EstimatedWaitTime)"
    )
    steps = "MakeDuration(0, 0, 0, 30, 0), MakeDuration(0, 0, 1, 0, 0), MakeDuration(0, 0, 2, 0, 0)"
    spoken = (
        f"If(IsNotSetOrEmpty({clipped}), ToAudioBlank(0), "
        "Append(ToAudio(PromptSystem.estimated_wait_time_about), "
        f"ToAudioDuration(RoundUp({clipped}, MakeDuration(0, 0, 5, 0, 0), MakeList({steps})))))"
    )

    def body(build: Build) -> Json:
        audio = build.scope.audio(None)
        made = build.scope.expression("aud", spoken, EXPRESSION)
        made["uiMetaData"] = {"sequenceItems": [], "customExpressionMode": True}
        del made["version"]
        rounding = [timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=2)]
        return {
            "estimatedWaitTime": build.value("dur", "=Call.EstimatedWaitTime"),
            "prompts": audio | {"defaultAudio": made},
            "playbackMode": "About",
            "roundingInterval": build.value("dur", timedelta(minutes=5)),
            "specificRoundingIntervals": [build.value("dur", interval) for interval in rounding],
        }

    return Step("PlayEstimatedWaitTimeAction", "Play Estimated Wait Time", name, body)


def check_schedule(
    name: str,
    group: str,
    emergency: str | None = None,
    *,
    is_open: Steps,
    closed: Steps,
    holiday: Steps = (),
    on_emergency: Steps = (),
) -> Step:
    """Evaluate Schedule Group, now: open, closed, holiday or emergency."""

    def body(build: Build) -> Json:
        named = Named("emergencyGroup", emergency) if emergency else None
        return {
            "evaluateNow": build.value("bln", True),
            "scheduleGroup": build.value("scg", Named("scheduleGroup", group)),
            "emergencyGroup": build.value("emg", named),
            "inServiceSchedules": [],
        }

    branches = [
        Branch("Open", "__OPEN__", is_open),
        Branch("Closed", "__CLOSED__", closed),
        Branch("Holiday", "__HOLIDAY__", holiday),
        Branch("Emergency", "__EMERGENCY__", on_emergency),
    ]
    return Step("EvaluateScheduleGroupAction", "Evaluate Schedule Group", name, body, branches=branches)
