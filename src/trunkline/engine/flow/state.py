"""What actions use of a run: variables, questions, prompts, the clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NoReturn

from trunkline.engine.expression import Audio, ExpressionError, NotSet, Scope, Value, text_of
from trunkline.engine.expression.values import conforms
from trunkline.engine.flow.interaction import Interaction
from trunkline.engine.flow.program import Field, Program, Speech, Target
from trunkline.engine.flow.question import ANSWERED, HANG_UP, Answer, Question, Unanswered
from trunkline.engine.flow.trace import Asked, End, Record, Visit
from trunkline.engine.flow.typed import empty

NOTHING: frozenset[str] = frozenset()
MAX_SAID = 10_000
"""How many characters of one prompt are kept, so that no flow fills the memory with its trace."""
_MAX_TRACED = 2_000


class Finished(Exception):
    """The interaction leaves the flow."""

    def __init__(self, end: End) -> None:
        super().__init__(end.type)
        self.end = end


class State:
    """The variables of one flow within an interaction.

    With `interaction.track`, `origins` says of each variable what of the outside it depends on: `in:key`
    for a given value, `data:name` for participant data, `q3` for question 3 (from 0), `q3.name` for a
    value of its answer.
    """

    def __init__(
        self, program: Program, interaction: Interaction, given: Mapping[str, Value] | None = None
    ) -> None:
        self.program = program
        self.interaction = interaction
        self.given = {program.key_of(name): value for name, value in (given or {}).items()}
        self.scope = Scope(
            org=interaction.org,
            clock=interaction.now,
            language=program.language,
            languages=program.languages,
        )
        self.origins: dict[str, frozenset[str]] = {}
        self.visit: Visit | None = None

    def value(self, field: Field) -> Value:
        return field.run(self.scope)

    def truth(self, field: Field) -> bool:
        """Whether a condition is met; NOT_SET is not."""
        return field.run(self.scope) is True

    def assign(self, target: Target, value: Value, origins: frozenset[str] = NOTHING) -> None:
        """Sets a variable. Raises ExpressionError where the value does not fit its type."""
        try:
            value = fitting(target.name, value, target.type)
        except ValueError as error:
            raise ExpressionError(str(error)) from None
        self.scope.assign(target.key, value)
        self.origins[target.key] = origins
        if self.visit is not None:
            self.visit.writes.append((target.name, _for_trace(value)))

    def sources(self, field: Field) -> frozenset[str]:
        """What of the outside an expression depends on."""
        if not self.interaction.track:
            return NOTHING
        return NOTHING.union(*(self.origins.get(key, NOTHING) for key in field.reads))

    def ask(self, question: Question) -> tuple[Answer, int]:
        """The answer of the outside, and its number. Hanging up and agents who answer end the run here."""
        shared = self.interaction
        answer = shared.ask(question)
        if answer.output not in (*question.outputs, HANG_UP):
            raise Unanswered(
                f"{question.action}: {answer.output!r} is none of its answers: {', '.join(question.outputs)}"
            )
        number = len(shared.asked)
        shared.asked.append(Asked(question, answer))
        self.pass_time(answer.milliseconds)
        if self.visit is not None:
            self.visit.questions.append(number)
            if answer.heard:
                self.visit.heard.append(answer.heard)
        if answer.output in (HANG_UP, ANSWERED):
            if self.visit is not None:
                self.visit.output = answer.output
            raise Finished(End("CallerHangUp" if answer.output == HANG_UP else "AgentAnswered"))
        return answer, number

    def take(self, answer: Answer, number: int, bindings: Sequence[tuple[str, Target]]) -> None:
        """Puts an answer's values into the variables bound to them."""
        for name, target in bindings:
            value = answer.values.get(name, empty(target.type))
            self.assign(target, value, frozenset((f"q{number}.{name}",)))

    def say(self, speech: Speech) -> None:
        """Says a prompt in the language of the interaction; blank audio takes time."""
        field = speech.of(self.scope.language)
        if not field.is_set:
            return
        value = self.value(field)
        if isinstance(value, Audio):
            self.pass_time(sum(segment.blank_ms for segment in value.segments))
        self.sayspoken(value)

    def speak(self, language: str) -> None:
        """Changes the language of everything said from here on."""
        self.scope.language = language.lower()
        for name in self.program.system:
            if name.endswith(".language"):
                self.scope.assign(name, language)

    def force(self, values: Mapping[str, Value], origins: frozenset[str]) -> None:
        """Sets variables by name, as a stub says."""
        for name, value in values.items():
            key = self.program.key_of(name)
            self.assign(Target(key, name, self.program.types.get(key, "any")), value, origins)

    def sayspoken(self, value: Value) -> None:
        words = spoken(value)[:MAX_SAID]
        if words and self.visit is not None:
            self.visit.said.append(words)

    def pass_time(self, milliseconds: int) -> None:
        """Moves the virtual clock. Raises ExpressionError beyond the platform's last date."""
        if milliseconds > 0:
            before = self.interaction.elapsed
            self.interaction.elapsed += milliseconds
            try:
                self.scope.now()
            except (ExpressionError, OverflowError):
                self.interaction.elapsed = before
                raise ExpressionError("the time passed is beyond the platform's last date") from None

    def record(self, kind: str, step_id: str, values: Mapping[str, Value]) -> None:
        self.interaction.records.append(Record(kind, step_id, values))

    def finish(self, type_: str, details: Mapping[str, str] | None = None) -> NoReturn:
        """The interaction leaves the flow."""
        raise Finished(End(type_, details or {}))


def spoken(value: Value) -> str:
    return "" if isinstance(value, NotSet) else text_of(value)


def _for_trace(value: Value) -> Value:
    """The value as the trace keeps it: long texts are cut."""
    return f"{value[:_MAX_TRACED]}…" if isinstance(value, str) and len(value) > _MAX_TRACED else value


def fitting(name: str, value: Value, type_: str | None) -> Value:
    """The value as a variable of this type holds it. Raises ValueError where it cannot."""
    if type_ is None or type_ == "any":
        return value
    if isinstance(value, NotSet):
        return empty(type_)
    if type_ == "dec" and type(value) is int:
        return Decimal(value)
    if not conforms(value, type_):
        raise ValueError(f"{name} cannot hold this value: its type is {type_}")
    return value
