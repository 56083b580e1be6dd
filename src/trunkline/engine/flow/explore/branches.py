"""The branches of a flow, and which of them runs have taken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from trunkline.domain.flow import FlowGraph
from trunkline.engine.flow.program import Program, Step
from trunkline.engine.flow.question import SUCCESS
from trunkline.engine.flow.trace import Result

BranchId = tuple[str, str]

_TRANSFERS: Final = frozenset(("TransferPureMatchAction", "TransferFlowAction", "TransferFlowSecureAction"))


@dataclass(frozen=True, slots=True)
class Branch:
    """An output of an action, a choice of a menu."""

    step: Step
    output: str
    label: str

    @property
    def id(self) -> BranchId:
        return self.step.id, self.output

    @property
    def title(self) -> str:
        return f"{self.step.title}: {self.label}"


def branches(program: Program, graph: FlowGraph) -> list[Branch]:
    """Every branch of the reachable actions; a transfer has its success, too."""
    found: list[Branch] = []
    for step in program.steps.values():
        if step.id not in graph.reachable:
            continue
        ways = [way for way in step.exits.values() if not way.disabled]
        own = [way for way in ways if step.type != "Menu" or _own(program, step, way.target)]
        found += [Branch(step, way.id, way.label) for way in own]
        if step.type in _TRANSFERS and SUCCESS not in step.exits:
            found.append(Branch(step, SUCCESS, "Success"))
    return found


def _own(program: Program, menu: Step, target: str | None) -> bool:
    """Whether a choice is the menu's own, not one that is valid in every menu."""
    step = program.steps.get(target or "")
    return step is not None and step.item == menu.id


def taken(result: Result) -> set[BranchId]:
    """The branches of a run, those inside common modules included."""
    return {(visit.step.id, visit.output) for visit in result.visits if visit.output is not None}


def visited(results: Iterable[Result]) -> set[str]:
    """The ids of all actions that any of the runs executed."""
    return {visit.step.id for result in results for visit in result.visits}
