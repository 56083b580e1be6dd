"""The state machine: one run of a flow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from trunkline.engine.expression import ExpressionError, Value
from trunkline.engine.flow.interaction import EXTRA_ACTIONS, Interaction
from trunkline.engine.flow.program import MOVED, Declared, Program, Speech, Step, Target
from trunkline.engine.flow.question import DEFAULT, LOOP, Unanswered, Unsupported
from trunkline.engine.flow.state import Finished, State, fitting, spoken
from trunkline.engine.flow.trace import End, Result, Verdict, Visit

_IMPLICIT_ENDS: Final[Mapping[str, str]] = {
    "bot": "ExitBotFlow",
    "commonmodule": "EndTask",
    "digitalbot": "ExitBotFlow",
    "surveyinvite": "CompleteSurveyInvite",
    "workflow": "EndWorkflow",
    "workitem": "ExitWorkitemFlow",
}
"""How a flow of a type ends when nothing in it says so; all others disconnect."""

_HANDLINGS: Final[Mapping[str, str]] = {
    "EndWorkflow": "EndWorkflow",
    "EndFlow": "EndFlow",
    "Exit": "ExitBotFlow",
    "Queue": "TransferToAcd",
}


@dataclass(slots=True)
class _Looping:
    step: Step
    target: str
    count: int
    index: Target | None
    round: int = 0


@dataclass(frozen=True, slots=True)
class _Called:
    step: Step


class Run(State):
    """One run, step by step. `given` are values by name for inputs, built-in and other variables.

    A value given for a variable of a task or state stands in for its initial value. Raises ValueError for
    a value that its variable cannot hold.
    """

    def __init__(
        self, program: Program, interaction: Interaction, given: Mapping[str, Value] | None = None
    ) -> None:
        super().__init__(program, interaction, given)
        self.frames: list[str | _Looping | _Called] = []
        self.current: str | None = None
        self.item: str | None = None
        self.verdict: Verdict | None = None
        self.end: End | None = None
        self.message = ""
        self.handling = False
        self._begin()

    def go(self) -> Result:
        """Runs to the end."""
        while self.step():
            pass
        return self.result()

    def step(self) -> bool:
        """Executes one action. False once the run is over."""
        if self.verdict is not None:
            return False
        try:
            try:
                self._advance()
            except ExpressionError as error:
                self._fail(str(error))
        except ExpressionError as error:
            self._note(f"in the error handling: {error}")
            self._over(Verdict.ENDED, End("Disconnect"))
        except Finished as finished:
            self._over(Verdict.ENDED, finished.end)
        except Unsupported as error:
            self._over(Verdict.UNSUPPORTED, None, str(error))
        except Unanswered as error:
            self._over(Verdict.UNANSWERED, None, str(error))
        return self.verdict is None

    def result(self) -> Result:
        """What the run has left behind so far."""
        shared = self.interaction
        return Result(
            program=self.program,
            verdict=self.verdict or Verdict.ENDED,
            end=self.end,
            message=self.message,
            visits=shared.visits,
            asked=shared.asked,
            records=shared.records,
            variables=self.variables(),
            participant_data=shared.data,
            errors=shared.errors,
            elapsed_ms=shared.elapsed,
            actions=shared.actions,
            language=self.scope.language,
        )

    def variables(self) -> dict[str, Value]:
        """All declared variables of the flow and of the items entered so far, by name."""
        found: dict[str, Value] = {}
        items = self.program.items.values()
        for variable in (*self.program.variables, *(one for item in items for one in item.variables)):
            found[variable.name] = self.scope.variable(variable.key, variable.name, variable.type)
        return found

    def _over(self, verdict: Verdict, end: End | None, message: str = "") -> None:
        self.verdict, self.end, self.message = verdict, end, message

    def _begin(self) -> None:
        program = self.program
        for name in program.system:
            if name.endswith(".language"):
                self.scope.assign(name, program.language)
        self.scope.assign("flow.startdatetimeutc", self.interaction.now())
        for key, value in self.given.items():
            self.scope.assign(key, fitting(key, value, program.types.get(key, program.system.get(key))))
            self.origins[key] = frozenset((f"in:{key}",))
        try:
            self.initialise(program.variables)
            if program.start is None:
                raise Unsupported("the flow has no initial task, menu or state")
            self.enter(program.start)
        except ExpressionError as error:
            self._note(str(error))
            self._over(Verdict.ENDED, End(_IMPLICIT_ENDS.get(program.type, "Disconnect")))
        except Unsupported as error:
            self._over(Verdict.UNSUPPORTED, None, str(error))

    def initialise(self, variables: Iterable[Declared]) -> None:
        """Gives variables their initial values, or those that were given for the run."""
        for variable in variables:
            if variable.key not in self.given:
                self.assign(Target(variable.key, variable.name, variable.type), self.value(variable.initial))

    def enter(self, item_id: str) -> None:
        """Begins a task, menu or state."""
        item = self.program.items.get(item_id)
        if item is None:
            raise Unsupported(f"there is no task, menu or state {item_id}")
        self.initialise(item.variables)
        self.item = item_id
        self.current = item.start
        if item.type == "LoopTask":
            self.frames.append(item_id)

    def _advance(self) -> None:
        if self.program.greeting is not None and not self.interaction.visits:
            self._greet(self.program.greeting)
        step = self._due()
        shared = self.interaction
        shared.actions += 1
        visit = Visit(step, shared.elapsed, module=self.program.name if shared.depth else None)
        shared.visits.append(visit)
        self.visit = visit
        if shared.actions > shared.limit:
            raise ExpressionError(f"more than {shared.limit} actions in one run")
        try:
            output = step.perform(self)
        finally:
            if shared.track:
                visit.depends = visit.depends.union(*self._sources(step.reads, visit))
        if output is not MOVED:
            self.leave(step, output)
        if shared.until is not None and shared.elapsed >= shared.until[0]:
            raise Finished(shared.until[1])

    def _sources(self, reads: Sequence[str], visit: Visit) -> list[frozenset[str]]:
        known = [self.origins[key] for key in reads if key in self.origins]
        return [*known, frozenset(f"q{index}" for index in visit.questions)]

    def _greet(self, greeting: Speech) -> None:
        self.visit = None
        self.interaction.visits.append(
            visit := Visit(Step("initialPrompts", "Initial greeting", "Greeting", "", None, _nothing), 0)
        )
        self.visit = visit
        self.say(greeting)

    def _due(self) -> Step:
        while self.current is None:
            if not self.frames:
                raise Finished(End(_IMPLICIT_ENDS.get(self.program.type, "Disconnect")))
            frame = self.frames.pop()
            if isinstance(frame, str):
                self.current = frame
            elif isinstance(frame, _Looping):
                self._round(frame)
            else:
                self._returned(frame.step, DEFAULT)
        step = self.program.steps.get(self.current)
        if step is None:
            raise Unsupported(f"there is no action {self.current}")
        return step

    def leave(self, step: Step, output: str | None) -> None:
        """Goes on from a step by an output; by None, or an output with nothing on it, to what follows."""
        if self.visit is not None and self.visit.step is step:
            self.visit.output = output
        found = step.exit(output) if output is not None else None
        if found is None or found.target is None:
            self.current = step.next
            return
        if step.next is not None:
            self.frames.append(step.next)
        self.current = found.target

    def jump(self, item_id: str) -> None:
        """Another item takes over for good."""
        self.frames.clear()
        self.enter(item_id)

    def call(self, step: Step, item_id: str) -> None:
        """A task runs and returns to one of the outputs of `step`."""
        self.frames.append(_Called(step))
        self.enter(item_id)

    def return_by(self, output: str) -> None:
        """Ends the task that runs; the flow itself, if nothing called it."""
        while self.frames:
            frame = self.frames.pop()
            if isinstance(frame, _Called):
                if self.visit is not None:
                    self.visit.output = output
                self._returned(frame.step, output)
                return
        raise Finished(End(_IMPLICIT_ENDS.get(self.program.type, "Disconnect")))

    def _returned(self, step: Step, output: str) -> None:
        for visit in reversed(self.interaction.visits):
            if visit.step is step and visit.output is None:
                visit.output = output
                break
        self.leave(step, output)

    def loop(self, step: Step, count: int, index: Target | None) -> None:
        """Begins a loop of `count` rounds."""
        body = step.exits.get(LOOP)
        if count < 1 or body is None or body.target is None:
            if index is not None and count > 0:
                self.assign(index, count - 1)
            self.current = step.next
            return
        looping = _Looping(step, body.target, count, index, -1)
        self._round(looping)

    def _round(self, looping: _Looping) -> None:
        looping.round += 1
        if looping.round >= looping.count:
            self.current = looping.step.next
            return
        if looping.round:
            again = Visit(looping.step, self.interaction.elapsed, LOOP)
            self.interaction.visits.append(again)
            self.visit = again
            if self.interaction.track:
                again.depends = again.depends.union(*self._sources(looping.step.reads, again))
        elif self.visit is not None:
            self.visit.output = LOOP
        if looping.index is not None:
            self.assign(looping.index, looping.round)
        self.frames.append(looping)
        self.current = looping.target

    def next_round(self) -> None:
        """Ends this round of the innermost loop."""
        self._round(self._innermost())

    def exit_loop(self) -> None:
        self.current = self._innermost().step.next

    def _innermost(self) -> _Looping:
        while self.frames and not isinstance(self.frames[-1], _Called):
            frame = self.frames.pop()
            if isinstance(frame, _Looping):
                return frame
        raise Unsupported("an action of a loop stands outside of every loop")

    def _fail(self, message: str) -> None:
        """Enters the error handling of the flow."""
        shared, handling = self.interaction, self.program.handling
        if shared.depth and self.visit is not None:
            self.visit.error = message
            raise Finished(End("Error", {"message": message}))
        self._note(message)
        if self.handling or (shared.actions > shared.limit and handling.item is None):
            raise Finished(End("Disconnect"))
        self.handling = True
        if handling.item is not None:
            shared.limit += EXTRA_ACTIONS
            self.jump(handling.item)
            return
        if handling.audio is not None:
            self.say(handling.audio)
        self.sayspoken(self.value(handling.message))
        details = {} if handling.type != "Queue" else {"queue": spoken(self.value(handling.queue))}
        raise Finished(End(_HANDLINGS.get(handling.type, "Disconnect"), details))

    def _note(self, message: str) -> None:
        where = ""
        if self.visit is not None:
            self.visit.error = message
            where = f"{self.visit.step.title}: "
        self.interaction.errors.append(f"{where}{message}")


def _nothing(_run: Run) -> None:
    return None
