"""A run of a flow with a person at the keyboard: keys, words, answers of services; step by step, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from trunkline.domain.json import Json, JsonObject
from trunkline.engine.expression import Value
from trunkline.engine.flow import Answer, Interaction, Kind, Program, Question, Result, Run, Unanswered
from trunkline.engine.flow.question import CALLER
from trunkline.engine.flow.typed import shown, typed
from trunkline.project.jsonfile import JsonFault, parse_json
from trunkline.project.suite.flows import FlowCase
from trunkline.project.suite.flows.outside import Org, Outside, caller_answer
from trunkline.project.suite.flows.run import given_values
from trunkline.render.flow_run import end_line, visit_lines
from trunkline.render.style import bold, dim

HELP = """a key or words answer the flow; an empty line is silence
:vars [PART]  the variables     :step  stop after every action, or no longer
:back         undo the last answer     :hang-up  :quit"""


class _Back(Exception):
    """The last answer is taken back."""


class _Quit(Exception):
    """The person has seen enough."""


@dataclass(slots=True)
class Player:
    """Plays one run. `read` asks for a line, `write` shows one; mocks of the case answer first."""

    program: Program
    case: FlowCase
    read: Callable[[str], str]
    write: Callable[[str], None]
    stepping: bool = False
    answers: list[Answer] = field(default_factory=list[Answer])
    replay: list[Answer] = field(default_factory=list[Answer])
    given: dict[str, Value] = field(default_factory=dict[str, Value])
    run: Run | None = None
    told: int = 0

    def play(self) -> Result | None:
        """Plays to the end; None if the person quits. Taking back starts anew with the answers before."""
        self.given = given_values(self.program, self.case.given)
        self.write(dim(HELP))
        while True:
            try:
                return self._through()
            except _Back:
                self.replay = self.answers[:-1]
                self.write(dim("— back —"))
            except _Quit:
                return None

    def _through(self) -> Result:
        self.answers, self.told = [], 0
        outside = Outside(self.case)
        interaction = Interaction(lambda question: self._ask(question, outside), Org.of(self.case.org))
        outside.visits = interaction.visits
        self.run = run = Run(self.program, interaction, self.given)
        while run.step():
            self._tell(run)
            if self.stepping and not self.replay:
                self._command(self.read(dim("step> ")))
        self._tell(run)
        result = run.result()
        self.write(end_line(result))
        return result

    def _tell(self, run: Run) -> None:
        visits = run.interaction.visits
        for visit in visits[self.told :]:
            if not self.replay:
                for line in visit_lines(visit):
                    self.write(line)
        self.told = len(visits)

    def _ask(self, question: Question, outside: Outside) -> Answer:
        answer = self._answer(question, outside)
        self.answers.append(answer)
        return answer

    def _answer(self, question: Question, outside: Outside) -> Answer:
        if self.replay:
            return self.replay.pop(0)
        if question.kind not in CALLER and question.kind is not Kind.QUEUE:
            try:
                return outside(question)
            except Unanswered:
                pass  # nothing at hand answers it: whoever sits at the terminal does
        self._show(question)
        while True:
            line = self.read(bold("> ") if question.kind in CALLER else bold(f"{question.kind}> "))
            if self._command(line):
                continue
            answer = self._understood(question, line.strip())
            if answer is not None:
                return answer

    def _show(self, question: Question) -> None:
        visits = self.run.interaction.visits if self.run is not None else []
        for text in visits[-1].said if visits else ():
            self.write(f"  {text}")
        inputs = ", ".join(f"{name} = {shown(value)}" for name, value in question.inputs.items())
        self.write(f"{question.action} {dim(f'({question.subject})')} {inputs}".rstrip())
        names = [question.labels.get(one) or one.strip("_").lower() for one in question.outputs]
        self.write(dim(f"  {' | '.join(names)}"))

    def _command(self, line: str) -> bool:
        """Whether the line was a command to the player."""
        word, _, rest = line.strip().partition(" ")
        if word == ":back" and self.answers:
            raise _Back
        if word == ":quit":
            raise _Quit
        if word == ":step":
            self.stepping = not self.stepping
        elif word == ":vars" and self.run is not None:
            for name, value in self.run.variables().items():
                if rest.lower() in name.lower():
                    self.write(f"  {name} = {shown(value)}")
        elif word.startswith(":") and word != ":hang-up":
            self.write(dim(HELP))
        return word.startswith(":") and word != ":hang-up"

    def _understood(self, question: Question, line: str) -> Answer | None:
        if question.kind in CALLER:
            step: JsonObject = {"hang_up": True} if line == ":hang-up" else {"say": line}
            try:
                return caller_answer(question, step if line else {"wait": True})
            except Unanswered as error:
                self.write(str(error))
                return None
        output = _output(question, line or question.outputs[0])
        if output is None:
            self.write(f"{line!r} is none of the answers")
            return None
        return Answer(output, self._values(question.values_of(output)))

    def _values(self, wanted: Mapping[str, str]) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for name, type_ in wanted.items():
            while name not in found:
                line = self.read(f"  {name} ({type_}, empty is NOT_SET): ").strip()
                if self._command(line):
                    continue
                try:
                    found[name] = typed(_plain(line), type_)
                except ValueError as error:
                    self.write(f"  {error}")
        return found


def _output(question: Question, word: str) -> str | None:
    for one in question.outputs:
        if word.lower() in (one.lower(), one.strip("_").lower(), question.labels.get(one, "").lower()):
            return one
    return None


def _plain(line: str) -> Json:
    """JSON where it is JSON, else text."""
    try:
        return parse_json(line) if line else None
    except JsonFault:
        return line


def scripted(
    program: Program, case: FlowCase, *, fill: Callable[[Question], Answer] | None = None
) -> tuple[Result, list[str]]:
    """Plays a case with nobody at the keyboard, and says what of the case itself was wrong.

    `fill` answers what the case says nothing of, except for the caller.
    """
    outside = Outside(case)

    def ask(question: Question) -> Answer:
        try:
            return outside(question)
        except Unanswered:
            if fill is None or question.kind in CALLER:
                raise
            return fill(question)

    interaction = Interaction(ask, Org.of(case.org), case.now, data=dict(case.participant_data))
    outside.visits = interaction.visits
    result = Run(program, interaction, given_values(program, case.given)).go()
    return result, outside.finish()
