"""Answers for a run of the search: chosen where the search chose, else the most ordinary ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from trunkline.engine.expression import Reference, Scope, Value
from trunkline.engine.flow.explore.candidates import candidates, ordinary
from trunkline.engine.flow.explore.hints import Chain, Hints
from trunkline.engine.flow.interaction import Interaction
from trunkline.engine.flow.program import Program, Step
from trunkline.engine.flow.question import (
    ANSWERED,
    NO_INPUT,
    NO_MATCH,
    WAITING,
    Answer,
    Kind,
    Question,
    Unanswered,
)
from trunkline.engine.flow.run import Run
from trunkline.engine.flow.trace import Result, Visit
from trunkline.engine.flow.typed import empty

Choice: TypeAlias = "str | Value"
Choices: TypeAlias = Mapping[str, "str | Value"]
"""What was chosen, by symbol: `in:key` for inputs, `node#2:menu` for outputs, `….name` for values."""

ROUNDS: Final = "rounds"
_STICKY: Final = 4
_LAST: Final = (NO_INPUT, NO_MATCH)
_NOWHERE: Final = Step("", "", "", "", None, lambda _run: None)


class Everything:
    """An org in which every object is found: its id is what was searched for."""

    def find(self, kind: str, text: str) -> Reference | None:
        return Reference(kind, text, text, text if kind == "usr" else None)


EVERYTHING: Final = Everything()


@dataclass(slots=True)
class Attempt:
    """One run of the search: its choices, and the symbol of every question it asked."""

    choices: Choices
    result: Result
    symbols: list[str]
    given: Mapping[str, Value]
    scope: Scope
    """The variables as the run left them."""
    data: Mapping[str, str]
    """The participant data there was at the start."""
    signature: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Subject:
    """What the search knows of the flow at hand."""

    program: Program
    programs: Mapping[str, Program]
    chains: Mapping[str, Mapping[Chain, None]]
    inputs: Mapping[str, str] = field(default_factory=dict[str, str])
    """The types of everything that can be given: inputs and built-in variables, by key."""
    names: Mapping[str, str] = field(default_factory=dict[str, str])


def attempt(subject: Subject, choices: Choices) -> Attempt:
    """Runs the flow with these choices."""
    given: dict[str, Value] = {}
    for key, type_ in subject.inputs.items():
        chosen = choices.get(f"in:{key}")
        name = subject.names[key]
        if chosen is not None:
            given[name] = chosen
        elif name.lower().startswith("slot."):
            given[name] = empty(type_)
        else:
            given[name] = ordinary(name, type_, subject.chains.get(key, ()))
    answering = _Answering(subject, choices)
    interaction = Interaction(answering, EVERYTHING, programs=subject.programs, track=True)
    answering.visits = interaction.visits
    for symbol, value in choices.items():
        if symbol.startswith("data:") and isinstance(value, str):
            interaction.data[symbol.removeprefix("data:")] = value
    data = dict(interaction.data)
    run = Run(subject.program, interaction, given)
    result = run.go()
    result.origins = run.origins
    return Attempt(choices, result, answering.symbols, given, run.scope, data)


class _Answering:
    """Answers questions; a question that is asked again and again gets its answers in turn."""

    def __init__(self, subject: Subject, choices: Choices) -> None:
        self.subject = subject
        self.choices = choices
        self.visits: list[Visit] = []
        self.symbols: list[str] = []
        self.seen: dict[str, tuple[Visit, int]] = {}

    def __call__(self, question: Question) -> Answer:
        if question.kind is Kind.STUB:
            raise Unanswered(question.action)
        visit = self.visits[-1]
        before = self.seen.get(question.node)
        turn = 1 if before is None else before[1] + (before[0] is not visit)
        self.seen[question.node] = (visit, turn)
        symbol = f"{question.node}#{turn}:{question.kind}"
        self.symbols.append(symbol)
        output = self._rounds(question, turn) if question.kind is Kind.QUEUE else self._output(question, turn)
        return Answer(output, self._values(question, symbol, output))

    def _rounds(self, question: Question, turn: int) -> str:
        """How many rounds an interaction waits in a queue is one choice."""
        rounds = self.choices.get(f"{question.node}#1:{question.kind}.{ROUNDS}")
        return WAITING if turn <= (rounds if isinstance(rounds, int) else 1) else ANSWERED

    def _output(self, question: Question, turn: int) -> str:
        """What was chosen for this turn; the choice of the second turn holds for some more."""
        chosen = self.choices.get(f"{question.node}#{turn}:{question.kind}")
        if chosen is None and 2 < turn <= _STICKY:
            chosen = self.choices.get(f"{question.node}#2:{question.kind}")
        if isinstance(chosen, str) and chosen in question.outputs:
            return chosen
        good = [output for output in question.outputs if output not in _LAST]
        return good[(turn - 1) % len(good)] if turn > 2 else good[0]

    def _values(self, question: Question, symbol: str, output: str) -> dict[str, Value]:
        values: dict[str, Value] = {}
        if question.kind is Kind.INTENT:
            return values
        for name, type_ in question.values_of(output).items():
            chosen = self.choices.get(f"{symbol}.{name}")
            values[name] = self._ordinary(question, name, type_) if chosen is None else chosen
        return values

    def _ordinary(self, question: Question, name: str, type_: str) -> Value:
        if question.kind is Kind.DIGITS:
            least = question.inputs.get("min")
            return "1" * (least if isinstance(least, int) and 0 < least <= 64 else 1)
        if question.kind is Kind.UTTERANCE:
            return "hello"
        return candidates(type_, Hints())[0]


def usual_answers(program: Program) -> Callable[[Question], Answer]:
    """Answers every question in the most ordinary way, for runs that only show how a flow goes."""
    answering = _Answering(Subject(program, {}, {}), {})

    def answer(question: Question) -> Answer:
        answering.visits = [Visit(_NOWHERE, 0)]
        return answering(question)

    return answer
