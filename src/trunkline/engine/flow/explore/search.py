"""The search for paths: run, see what decided, decide otherwise, run again.

Every run is concrete: nothing is guessed about what an expression gives. What is searched are the
values that come from outside. A run tells of each branch which of them decided it; each is replaced by
other values worth trying, and the runs that take a new path are kept and searched in turn. Loops are
followed once and once more; later rounds follow whatever they are answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import islice
from typing import Final

from trunkline.domain.flow import FlowGraph, from_configuration
from trunkline.domain.flow.expressions import expressions
from trunkline.domain.json import JsonObject
from trunkline.engine.expression import NotSet, Value, not_set, system
from trunkline.engine.flow.build import build
from trunkline.engine.flow.explore import solver
from trunkline.engine.flow.explore.answering import ROUNDS, Attempt, Choices, Subject, attempt
from trunkline.engine.flow.explore.branches import Branch, BranchId, branches, taken
from trunkline.engine.flow.explore.candidates import candidates
from trunkline.engine.flow.explore.hints import Chain, Hints, chains_of, hints_of
from trunkline.engine.flow.explore.symbols import TURNS, owner_of, signature, symbol_of
from trunkline.engine.flow.program import Field, Program
from trunkline.engine.flow.question import Kind, Question
from trunkline.engine.flow.trace import Verdict, Visit

MAX_PATHS: Final = 2_000
MAX_ACTIONS: Final = 400_000
"""How many actions all runs of a search may execute together."""
COMBINATIONS: Final = 300
_MOST_FIELDS: Final = 40
_MOST_ROUNDS: Final = 60
_PLACES: Final = 12
_SOLVED: Final = 3
_MOST_FAILURES: Final = 300
_NO_SYMBOLS: Final = ("call.language", "flow.startdatetimeutc")


@dataclass(slots=True)
class Search:
    """What was found: the paths, the branches there are, those that were taken."""

    program: Program
    graph: FlowGraph
    branches: list[Branch]
    paths: list[Attempt] = field(default_factory=list[Attempt])
    covered: dict[BranchId, int] = field(default_factory=dict[BranchId, int])
    """The first path that took each branch, by its place in `paths`."""
    failures: list[Attempt] = field(default_factory=list[Attempt])
    """Runs that met an error, more than one of a path; not all of them."""
    empty_inputs: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    """The data action called, by the action and the input that was NOT_SET in some run."""
    complete: bool = True
    """False where a limit ended the search before everything was tried."""
    runs: int = 0

    @property
    def written(self) -> set[str]:
        """The variables that some action of the flow may set, by id."""
        return {
            self.program.key_of(use.name) if use.variable == use.name else use.variable.lower()
            for use in self.graph.uses
            if use.writes
        }

    @property
    def initial(self) -> set[str]:
        """The variables that start with a value, or that callers and bots fill, by id."""
        variables = self.graph.variables
        return {
            one.id.lower()
            for one in variables
            if one.has_value or one.is_input or one.name.startswith("Slot.")
        }

    @property
    def titles(self) -> dict[str, str]:
        """The names of all variables by id."""
        return {variable.id.lower(): variable.name for variable in self.graph.variables}

    @property
    def uncovered(self) -> list[Branch]:
        return [branch for branch in self.branches if branch.id not in self.covered]

    @property
    def unsupported(self) -> tuple[str, ...]:
        """What stopped runs that this engine cannot execute."""
        stopped = (path.result for path in self.paths if path.result.verdict is not Verdict.ENDED)
        return tuple(dict.fromkeys(result.message for result in stopped))


def search(
    document: JsonObject,
    *,
    programs: Iterable[Program] = (),
    max_paths: int = MAX_PATHS,
    max_actions: int = MAX_ACTIONS,
) -> Search:
    """All paths of a configuration, as far as values are found and the limits reach.

    `programs` are other flows at hand, which run for real where this one calls them. Raises ValueError
    for what is no configuration.
    """
    return _Searching(document, programs, max_paths, max_actions).search()


def subject_of(document: JsonObject, programs: Iterable[Program] = ()) -> Subject:
    """What a search of this configuration can vary."""
    program = build(document)
    fields = [
        Field(lambda _: not_set("nts"), "", tree=expression.get("config"))
        for _, expression in expressions(document)
        if isinstance(expression.get("config"), dict)
    ]
    names = {variable.key: variable.name for variable in program.inputs}
    inputs = {variable.key: variable.type for variable in program.inputs}
    for name, type_ in program.system.items():
        if not name.endswith(_NO_SYMBOLS) and name not in inputs:
            known = system.variable(name)
            names[name], inputs[name] = known.name if known else name, type_
    at_hand = {one.name: one for one in programs}
    return Subject(program, at_hand, chains_of(fields), inputs, names)


class _Searching:
    def __init__(
        self, document: JsonObject, programs: Iterable[Program], max_paths: int, max_actions: int
    ) -> None:
        self.subject = subject_of(document, programs)
        graph = from_configuration(document)
        program = self.subject.program
        self.found = Search(program, graph, branches(program, graph))
        self.max_paths = max_paths
        self.budget = max_actions
        self.reserve = max_actions // 3
        self.signatures: set[tuple[tuple[str, str], ...]] = set()
        self.waiting: list[tuple[bool, int, int, Attempt, int]] = []
        self.tried: set[tuple[int, str, str]] = set()
        self.failed: set[tuple[str, str]] = set()
        self.solved: list[dict[str, Value]] = []
        self.hints: dict[tuple[str, bool], Hints] = {}
        numbers = hints_of(one for step in program.steps.values() for one in step.conditions).numbers
        self.rounds = sorted({2, *(n + more for n in numbers if 1 < n <= _MOST_ROUNDS for more in (0, 1))})[
            :8
        ]

    def search(self) -> Search:
        self._try({}, 0)
        self._enumerate()
        while self._combine() or self._solve():
            self._enumerate()
        return self.found

    def _enumerate(self) -> None:
        while self.waiting:
            if not self._may_go_on():
                return
            *_, path, start = heappop(self.waiting)
            self._vary(path, start)

    def _may_go_on(self) -> bool:
        """Whether the limits allow more; beyond the limit of paths only uncovered branches count."""
        if self.budget <= self.reserve or (len(self.found.paths) >= self.max_paths):
            self.found.complete = False
            return False
        return True

    def _try(self, choices: Choices, start: int) -> Attempt:
        one = attempt(self.subject, choices)
        self.found.runs += 1
        self.budget -= one.result.actions
        one.signature = signature(one)
        self._note_empty(one)
        if one.result.errors and len(self.found.failures) < _MOST_FAILURES:
            self.found.failures.append(one)
        if one.signature not in self.signatures:
            self.signatures.add(one.signature)
            number = len(self.found.paths)
            self.found.paths.append(one)
            new = taken(one.result) - self.found.covered.keys()
            for branch in new:
                self.found.covered[branch] = number
            heappush(self.waiting, (not new, one.result.actions, number, one, start))
        return one

    def _note_empty(self, one: Attempt) -> None:
        for asked in one.result.asked:
            question = asked.question
            if question.kind is Kind.DATA_ACTION:
                for name, value in question.inputs.items():
                    if isinstance(value, NotSet):
                        self.found.empty_inputs[question.node, name] = question.subject

    def _vary(self, path: Attempt, start: int) -> None:
        prefix = 0
        turns: dict[str, int] = {}
        for place, visit in enumerate(path.result.visits):
            turn = turns[visit.step.id] = turns.get(visit.step.id, 0) + 1
            if place >= start and turn <= TURNS:
                for symbol, value in self._alternatives(path, visit):
                    key = (prefix, symbol, repr(value))
                    if key not in self.tried:
                        self.tried.add(key)
                        self._try({**path.choices, symbol: value}, place)
                        if not self._may_go_on():
                            return
            prefix = hash((prefix, visit.step.id, visit.output))

    def _alternatives(self, path: Attempt, visit: Visit) -> Iterator[tuple[str, Value]]:
        """Other choices for what decided a visit; of other actions, whether NOT_SET makes them fail."""
        own = {path.symbols[number]: path.result.asked[number].question for number in visit.questions}
        for symbol, question in own.items():
            if question.kind is Kind.QUEUE:
                yield from ((f"{symbol}.{ROUNDS}", number) for number in self.rounds)
            else:
                yield from ((symbol, output) for output in question.outputs)
        branching = bool(visit.step.conditions) or visit.error is not None
        for symbol in self._symbols(path, visit):
            if branching:
                yield from ((symbol, value) for value in self._candidates(path, symbol, visit))
            elif (visit.step.id, symbol) not in self.failed:
                self.failed.add((visit.step.id, symbol))
                yield symbol, not_set("nts")

    def _symbols(self, path: Attempt, visit: Visit) -> list[str]:
        """The symbols of values (not of outputs) that a visit depends on."""
        found = dict.fromkeys(symbol_of(path, origin) for origin in sorted(visit.depends))
        return [symbol for symbol in found if symbol is not None]

    def _candidates(
        self, path: Attempt, symbol: str, visit: Visit, chosen: Mapping[str, Value] | None = None
    ) -> list[Value]:
        """Values to try for a symbol, given those chosen for others of the same condition."""
        type_ = self._type(path, symbol)
        if type_ is None:
            return []
        others = {other: self._value(path, other) for other in self._symbols(path, visit)}
        others.update(chosen or {})
        hints = self._hints(visit).beside(
            [value for other, value in others.items() if value is not None and other != symbol]
        )
        return candidates(type_, hints, self._chains(path, symbol), self._value(path, symbol))

    def _hints(self, visit: Visit) -> Hints:
        """What the visit's conditions, and the expressions behind their variables, say."""
        key = (visit.step.id, visit.error is not None)
        hints = self.hints.get(key)
        if hints is None:
            fields = list(visit.step.fields if visit.error is not None else visit.step.conditions)
            seen: set[str] = set()
            for one in fields:
                for read in one.reads:
                    if read not in seen and len(fields) < _MOST_FIELDS:
                        seen.add(read)
                        fields += self.subject.program.definitions.get(read, ())
            hints = self.hints[key] = hints_of(fields)
        return hints

    def _value(self, path: Attempt, symbol: str) -> Value | None:
        """What a symbol was in a run."""
        if symbol.startswith("in:"):
            return path.given.get(self.subject.names.get(symbol.removeprefix("in:"), ""))
        owner = owner_of(symbol)
        for known, one in zip(path.symbols, path.result.asked, strict=False):
            if known == owner:
                return one.answer.values.get(symbol[len(owner) + 1 :])
        return None

    def _type(self, path: Attempt, symbol: str) -> str | None:
        if symbol.startswith("data:"):
            return "str"
        if symbol.startswith("in:"):
            return self.subject.inputs.get(symbol.removeprefix("in:"))
        question = self._question(path, symbol)
        name = symbol[len(owner_of(symbol)) + 1 :]
        return None if question is None else question.fields.get(name) or question.errors.get(name)

    def _question(self, path: Attempt, symbol: str) -> Question | None:
        owner = owner_of(symbol)
        asked = zip(path.symbols, path.result.asked, strict=False)
        return next((one.question for known, one in asked if known == owner), None)

    def _chains(self, path: Attempt, symbol: str) -> list[Chain]:
        """The properties read of every variable that holds the symbol's value."""
        found: dict[Chain, None] = {}
        if symbol.startswith("in:"):
            found.update(self.subject.chains.get(symbol.removeprefix("in:"), {}))
        for key, origins in path.result.origins.items():
            if any(symbol_of(path, origin) == symbol for origin in origins):
                found.update(self.subject.chains.get(key, {}))
        return list(found)

    def _combine(self) -> bool:
        """Tries several symbols at once for branches that no path took, until that finds a new one."""
        before = len(self.found.covered)
        share = self.budget // (len(self.found.uncovered) + 2)
        for branch in self.found.uncovered:
            least = self.budget - share
            for path, place in self._through(branch):
                self._combine_at(branch, path, place, least)
                if branch.id in self.found.covered or self.budget <= least:
                    break
            if len(self.found.covered) > before:
                self.reserve = self.budget // 2
                return True
        return False

    def _solve(self) -> bool:
        """Asks the solver, where it is installed, for conditions that nothing tried has met."""
        if not self.found.uncovered or not solver.available():
            return False
        for branch in self.found.uncovered:
            for path, place in self._through(branch)[:_SOLVED]:
                visit = path.result.visits[place]
                wanted = solver.wanted(visit, branch)
                if not wanted or self.budget <= 0:
                    continue
                before = [one for earlier in path.result.visits[:place] for one in solver.met(earlier)]
                values = solver.solve(wanted, before, self._variables(path), self.subject.program)
                if values and values not in self.solved:
                    self.solved.append(values)
                    self._try({**path.choices, **values}, place)
                if branch.id in self.found.covered:
                    self.reserve = self.budget // 2
                    return True
        return False

    def _variables(self, path: Attempt) -> dict[str, tuple[str, str]]:
        """The variables that hold just one symbol, with its type."""
        found: dict[str, tuple[str, str]] = {}
        for key, origins in path.result.origins.items():
            symbols = [symbol_of(path, origin) for origin in origins]
            symbol = symbols[0] if len(symbols) == 1 else None
            type_ = self._type(path, symbol) if symbol is not None else None
            defined = self.subject.program.definitions.get(key)
            if symbol is not None and type_ is not None and not defined:
                found[key] = (symbol, type_)
        return found

    def _through(self, branch: Branch) -> list[tuple[Attempt, int]]:
        """Some paths that come by the branch's action, and where: the first time and the last."""
        found: list[tuple[Attempt, int]] = []
        for path in self.found.paths:
            places = [at for at, visit in enumerate(path.result.visits) if visit.step.id == branch.step.id]
            found += [(path, at) for at in dict.fromkeys([*places[:1], *places[-1:]])]
            if len(found) >= _PLACES:
                break
        return found

    def _combine_at(self, branch: Branch, path: Attempt, place: int, least: int) -> None:
        visit = path.result.visits[place]
        symbols = [symbol for symbol in self._symbols(path, visit) if self._type(path, symbol)][:4]
        for chosen in islice(self._chosen(path, visit, symbols, {}), COMBINATIONS):
            self._try({**path.choices, **chosen}, place)
            if branch.id in self.found.covered or self.budget <= 0:
                return

    def _chosen(
        self, path: Attempt, visit: Visit, symbols: list[str], chosen: dict[str, Value]
    ) -> Iterator[dict[str, Value]]:
        """Combinations of values for some symbols."""
        if not symbols:
            yield chosen
            return
        for value in self._candidates(path, symbols[0], visit, chosen):
            yield from self._chosen(path, visit, symbols[1:], {**chosen, symbols[0]: value})
