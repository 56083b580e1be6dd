"""What tests put of a flow to the test: actions, branches, conditions, loops, error handling, prompts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from trunkline.domain.flow import FlowGraph
from trunkline.engine.flow import Program, Result
from trunkline.engine.flow.explore import Branch, branches, taken
from trunkline.engine.flow.question import LOOP
from trunkline.project.suite.coverage import Part


@dataclass(slots=True)
class _Seen:
    program: Program
    graph: FlowGraph
    cases: int = 0
    actions: set[str] = field(default_factory=set[str])
    branches: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    failing: set[str] = field(default_factory=set[str])
    rounds: dict[str, set[int]] = field(default_factory=dict[str, set[int]])
    paths: set[tuple[tuple[str, str | None], ...]] = field(
        default_factory=set[tuple[tuple[str, str | None], ...]]
    )
    errors: int = 0
    prompts: set[str] = field(default_factory=set[str])


@dataclass(frozen=True, slots=True)
class FlowCovered:
    """One flow. `conditions` counts true, false and error of every decision; `loops` none, one and more
    rounds of every loop; `errors` how many cases entered the error handling."""

    flow: str
    cases: int
    paths: int
    actions: Part
    branches: Part
    conditions: Part
    loops: Part
    prompts: Part
    errors: int

    @property
    def parts(self) -> dict[str, Part]:
        return {
            "actions": self.actions,
            "branches": self.branches,
            "conditions": self.conditions,
            "loops": self.loops,
            "prompts": self.prompts,
        }


@dataclass(slots=True)
class FlowCoverage:
    """Gathers what runs have come by, flow by flow."""

    seen: dict[str, _Seen] = field(default_factory=dict[str, _Seen])

    def of(self, program: Program, graph: FlowGraph) -> None:
        """Counts a flow in, covered or not."""
        self.seen.setdefault(program.name, _Seen(program, graph))

    def add(self, result: Result) -> None:
        seen = self.seen.get(result.program.name)
        if seen is None:
            return
        seen.cases += 1
        seen.errors += bool(result.errors)
        seen.branches |= taken(result)
        seen.paths.add(tuple((visit.step.id, visit.output) for visit in result.visits))
        rounds = Counter(visit.step.id for visit in result.visits if visit.output == LOOP)
        for visit in result.visits:
            step = visit.step
            seen.actions.add(step.id)
            if visit.error is not None:
                seen.failing.add(step.id)
            if visit.said:
                seen.prompts.add(step.id)
            if step.type == "LoopAction":
                seen.rounds.setdefault(step.id, set()).add(min(rounds[step.id], 2))

    def report(self) -> list[FlowCovered]:
        return [_covered(seen) for seen in self.seen.values()]


def _covered(seen: _Seen) -> FlowCovered:
    program, graph = seen.program, seen.graph
    steps = [step for step in program.steps.values() if step.id in graph.reachable]
    every = branches(program, graph)
    loops = [step for step in steps if step.type == "LoopAction"]
    speaking = [step for step in steps if step.type in _SPEAKING]
    return FlowCovered(
        flow=program.name,
        cases=seen.cases,
        paths=len(seen.paths),
        actions=Part(len(steps), tuple(step.title for step in steps if step.id not in seen.actions)),
        branches=Part(len(every), tuple(one.title for one in every if one.id not in seen.branches)),
        conditions=_conditions(seen, every),
        loops=Part(
            3 * len(loops),
            tuple(
                f"{step.title}: {word}"
                for step in loops
                for number, word in enumerate(("no round", "one round", "more rounds"))
                if number not in seen.rounds.get(step.id, set())
            ),
        ),
        prompts=Part(len(speaking), tuple(step.title for step in speaking if step.id not in seen.prompts)),
        errors=seen.errors,
    )


def _conditions(seen: _Seen, every: list[Branch]) -> Part:
    decisions = [one for one in every if one.step.type == "DecisionAction"]
    missing = [one.title for one in decisions if one.id not in seen.branches]
    steps = {one.step.id: one.step for one in decisions}
    missing += [f"{step.title}: an error" for step in steps.values() if step.id not in seen.failing]
    return Part(len(decisions) + len(steps), tuple(missing))


_SPEAKING = frozenset(
    ("PlayAudioAction", "CommunicateAction", "SendResponseAction", "Menu", "CollectInputAction",
     "AskForBooleanAction", "AskForSlotAction", "AskForNLUIntentAction", "DigitalMenuAction")
)  # fmt: skip
