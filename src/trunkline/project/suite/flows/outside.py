"""The outside of a run, as a test describes it: mocks, the caller's steps, the org."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from trunkline.domain.diff import MISSING, diff
from trunkline.domain.json import Json, JsonObject
from trunkline.engine.expression import Reference, Value
from trunkline.engine.flow import Answer, Kind, Question, Unanswered, Visit
from trunkline.engine.flow.question import (
    ANSWERED,
    CALLER,
    ENTERED,
    FAILURE,
    FOUND,
    HANG_UP,
    NO,
    NO_INPUT,
    NO_MATCH,
    NOT_FOUND,
    SUCCESS,
    WAITING,
    YES,
)
from trunkline.engine.flow.typed import plain, shown, typed
from trunkline.project.suite.flows.case import FlowCase, Mock, Reply

Service = Callable[[Question, JsonObject, tuple[JsonObject, ...]], tuple[str, JsonObject]]
"""Runs a data action on recorded answers: its output id and its values."""

SECTIONS: Final[Mapping[Kind, str]] = {
    Kind.DATA_ACTION: "data_actions",
    Kind.TABLE: "tables",
    Kind.SCHEDULE: "schedules",
    Kind.BOT: "bots",
    Kind.TRANSFER: "transfers",
    Kind.SERVICE: "services",
    Kind.LOOKUP: "lookups",
    Kind.STUB: "stubs",
}
_WORKS_BY_ITSELF: Final = frozenset((Kind.TRANSFER, Kind.SERVICE))
_YES: Final = frozenset(("yes", "y", "true", "1", "ja", "oui", "si"))
_NO: Final = frozenset(("no", "n", "false", "2", "nein", "non"))


@dataclass(slots=True)
class Org:
    """The objects that there are. Without a list every object that is looked for is found."""

    known: Mapping[str, frozenset[str]] | None = None

    @classmethod
    def of(cls, plain_org: Json) -> Org:
        """From `{queues: [Support], users: [ann@example.com]}`."""
        if not isinstance(plain_org, dict):
            return cls()
        lists = {kind: plain_org.get(name) for kind, name in _ORG_LISTS.items()}
        return cls(
            {
                kind: frozenset(str(one).lower() for one in names)
                for kind, names in lists.items()
                if isinstance(names, list)
            }
        )

    def find(self, kind: str, text: str) -> Reference | None:
        if self.known is not None and text.lower() not in self.known.get(kind, frozenset[str]()):
            return None
        return Reference(kind, text, text, text if kind == "usr" else None)


_ORG_LISTS: Final[Mapping[str, str]] = {
    "que": "queues",
    "usr": "users",
    "skl": "skills",
    "lac": "languages",
    "grp": "groups",
    "wrc": "wrapup_codes",
    "pmt": "prompts",
}


@dataclass(slots=True)
class Outside:
    """Answers the questions of one run. `faults` are what the test itself finds wrong on the way."""

    case: FlowCase
    service: Service | None = None
    visits: list[Visit] = field(default_factory=list[Visit])
    faults: list[str] = field(default_factory=list[str])
    used: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    step: int = 0
    heard: int = 0
    rounds: int = 0

    def __call__(self, question: Question) -> Answer:
        if question.kind in CALLER:
            return self._caller(question)
        if question.kind is Kind.QUEUE:
            return self._queue()
        found = self._mock(question)
        if found is None:
            return self._by_default(question)
        mock, key = found
        if mock.rows is not None:
            return self._row(question, mock.rows)
        return self._replied(question, self._next(mock, key, question))

    def _mock(self, question: Question) -> tuple[Mock, tuple[str, str]] | None:
        section = SECTIONS[question.kind]
        mocks = self.case.mocks.get(section, {})
        tracking = question.action.rpartition("[")[2].rstrip("]")
        for name in (question.subject, question.action, question.action.rpartition(" [")[0], tracking):
            mock = mocks.get(name.lower())
            if mock is not None:
                return mock, (section, name.lower())
        return None

    def _next(self, mock: Mock, key: tuple[str, str], question: Question) -> Reply:
        number = self.used.get(key, 0)
        self.used[key] = number + 1
        if mock.repeats:
            return mock.replies[0]
        if number >= len(mock.replies):
            raise Unanswered(
                f"{question.action}: the test has {len(mock.replies)} answers of {question.subject}, this is"
                f" call {number + 1}"
            )
        return mock.replies[number]

    def _replied(self, question: Question, reply: Reply) -> Answer:
        inputs = {name: plain(value) for name, value in question.inputs.items()}
        for change in diff(reply.input, inputs) if reply.input is not None else ():
            if change.before is not MISSING:
                self.faults.append(
                    f"{question.action}: the input {change.field} of {question.subject}:"
                    f" expected {_json(change.before)}, got {_json(change.after)}"
                )
        if reply.service:
            if self.service is None:
                raise Unanswered(
                    f"{question.action}: there is no data action {question.subject} in this project"
                )
            output, values = self.service(question, inputs, reply.service)
            return Answer(output, self._values(question, output, values))
        output = self._output(question, reply.output)
        return Answer(output, self._values(question, output, reply.values))

    def _output(self, question: Question, word: str) -> str:
        """The id of an output that a test calls `success`, or by its label."""
        if word in question.outputs:
            return word
        constant = f"__{word.upper()}__"
        if constant in question.outputs:
            return constant
        for output in question.outputs:
            if question.labels.get(output, "").lower() == word.lower():
                return output
        if not word and question.outputs:
            return question.outputs[0]
        raise Unanswered(
            f"{question.action}: {word!r} is no answer of {question.subject};"
            f" there are {', '.join(question.labels.get(one, one) for one in question.outputs)}"
        )

    def _values(self, question: Question, output: str, values: Mapping[str, Json]) -> dict[str, Value]:
        found: dict[str, Value] = {}
        known = question.values_of(output)
        for name, value in values.items():
            if question.kind is not Kind.STUB and name not in known:
                continue
            try:
                found[name] = typed(value, known.get(name, "any"))
            except ValueError as error:
                raise Unanswered(f"{question.action}: {name} of {question.subject}: {error}") from None
        return found

    def _row(self, question: Question, rows: Mapping[str, JsonObject]) -> Answer:
        row = rows.get(shown(question.inputs["key"]))
        if row is None:
            return Answer(NOT_FOUND if NOT_FOUND in question.outputs else FAILURE)
        return Answer(FOUND, self._values(question, FOUND, row))

    def _by_default(self, question: Question) -> Answer:
        if question.kind in _WORKS_BY_ITSELF:
            return Answer(SUCCESS if SUCCESS in question.outputs else question.outputs[0])
        if question.kind is Kind.LOOKUP:
            return Answer(FOUND)
        section = SECTIONS[question.kind]
        raise Unanswered(f"{question.action}: the test says nothing of {question.subject} (under {section})")

    def _queue(self) -> Answer:
        self.rounds += 1
        rounds = self.case.queue.get("rounds", 1)
        wait_on = isinstance(rounds, int) and self.rounds < rounds
        timed = {"answered_after", "hang_up_after"} & self.case.queue.keys()
        return Answer(WAITING if timed or wait_on else ANSWERED)

    # -- the caller -------------------------------------------------------------------------------

    def _caller(self, question: Question) -> Answer:
        self._listen()
        if self.step >= len(self.case.steps):
            raise Unanswered(
                f"{question.action}: the caller is asked something and the test has no step left"
            )
        step = self.case.steps[self.step]
        self.step += 1
        return caller_answer(question, step)

    def _listen(self) -> None:
        """Holds the `hear` steps against what was said since the last answer."""
        said = [text for visit in self.visits for text in visit.said]
        new = "\n".join(said[self.heard :])
        self.heard = len(said)
        while self.step < len(self.case.steps) and "hear" in self.case.steps[self.step]:
            pattern = str(self.case.steps[self.step]["hear"])
            self.step += 1
            if not re.search(pattern, new, re.IGNORECASE):
                self.faults.append(f"step {self.step}: expected to hear {pattern!r}, heard {new!r}")

    def finish(self) -> list[str]:
        """All faults, those of steps that were never come to included."""
        self._listen()
        left = len(self.case.steps) - self.step
        if left:
            self.faults.append(
                f"{left} of the caller's steps were never come to: {self.case.steps[self.step]}"
            )
        return self.faults


def caller_answer(question: Question, step: JsonObject) -> Answer:
    """What a step of the caller comes to for a question. Raises Unanswered where it is no answer."""
    if step.get("hang_up"):
        return Answer(HANG_UP, heard="(hangs up)")
    if step.get("wait"):
        return Answer(NO_INPUT, heard="(silence)")
    if step.get("unclear"):
        return _or_no_match(question, "(unclear)")
    heard = next((str(step[key]) for key in ("press", "say", "choose", "intent") if key in step), "")
    slots = step.get("slots")
    named = dict(slots) if isinstance(slots, dict) else {}
    if question.kind in (Kind.MENU, Kind.INTENT, Kind.CHOICE):
        return _chosen(question, str(step.get("intent", heard)), heard, named)
    if question.kind is Kind.YES_NO:
        word = heard.strip().lower()
        if word in _YES or word in _NO:
            return Answer(YES if word in _YES else NO, heard=heard)
        return _or_no_match(question, heard)
    name = next(iter(question.fields))
    value = named.pop(name, named.pop(f"Slot.{name}", heard))
    return Answer(ENTERED, _filled(question, {name: value, **named}), heard=heard)


def _chosen(question: Question, word: str, heard: str, slots: JsonObject) -> Answer:
    for output in question.outputs:
        label = question.labels.get(output, "")
        key, _, name = label.partition(": ")
        names = (output, label, key, name) if question.kind is Kind.MENU else (output, label)
        if word.lower() in (one.lower() for one in names if one):
            return Answer(output, _filled(question, slots), heard=heard)
    if f"__{word.upper()}__" in question.outputs:
        return Answer(f"__{word.upper()}__", heard=heard)
    return _or_no_match(question, heard)


def _or_no_match(question: Question, heard: str) -> Answer:
    for output in (NO_MATCH, "__NO_INTENT__"):
        if output in question.outputs:
            return Answer(output, heard=heard)
    if question.kind is Kind.DIGITS:
        return Answer(ENTERED, {"digits": heard}, heard=heard)
    return Answer(NO_INPUT, heard=heard)


def _filled(question: Question, values: JsonObject) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for name, value in values.items():
        try:
            found[name] = typed(value, question.fields.get(name, "str"))
        except ValueError as error:
            raise Unanswered(f"{question.action}: {error}") from None
    return found


def _json(value: object) -> str:
    return "nothing" if value is MISSING else json.dumps(value, ensure_ascii=False, default=str)
