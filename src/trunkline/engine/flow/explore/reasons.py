"""Why no path takes a branch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from trunkline.domain.json import Path
from trunkline.engine.expression import ExpressionError
from trunkline.engine.flow.explore.answering import Attempt
from trunkline.engine.flow.explore.branches import Branch
from trunkline.engine.flow.explore.search import Search
from trunkline.engine.flow.program import Field
from trunkline.engine.flow.question import NO, YES, Unsupported

_OUTCOMES: Final = {YES: True, NO: False}


@dataclass(frozen=True, slots=True)
class Unreachable:
    """A branch that no path took. `proven` tells what cannot be reached from what was not found."""

    branch: Branch
    reason: str
    proven: bool
    behind: Branch | None = None

    @property
    def path(self) -> Path:
        return (self.branch.step.id,)


def unreachable(search: Search) -> list[Unreachable]:
    """Every branch that no path took, with the reason; those that lie behind another name it."""
    seen = {visit.step.id for path in search.paths for visit in path.result.visits}
    found: dict[tuple[str, str], Unreachable] = {}
    later: list[Branch] = []
    for branch in search.uncovered:
        if branch.step.id in seen:
            found[branch.id] = _closed(search, branch)
        else:
            later.append(branch)
    for branch in later:
        found[branch.id] = _behind(search, branch, list(found.values()))
    return [found[branch.id] for branch in search.uncovered]


def _closed(search: Search, branch: Branch) -> Unreachable:
    """The reason for a branch of an action that paths do come by."""
    step, program = branch.step, search.program
    given = {variable.key for variable in program.inputs} | set(program.system)
    unset = [key for field in step.conditions for key in field.reads if key not in given]
    names = {key: name for name, key in program.keys.items()}
    never = [key for key in unset if key not in search.written and key not in search.initial]
    if never:
        shown = ", ".join(dict.fromkeys(search.titles.get(key, names.get(key, key)) for key in never))
        return Unreachable(branch, f"nothing ever sets {shown}, so it is NOT_SET here", True)
    visits = [visit for path in search.paths for visit in path.result.visits if visit.step.id == step.id]
    failing = _fails_before(search, branch)
    if failing is not None:
        return Unreachable(
            branch, f"every value tried that leads here makes the flow fail before, in {failing}", True
        )
    if step.conditions and search.complete and not any(visit.depends for visit in visits):
        outcomes = sorted({_label(branch, visit.output) for visit in visits if visit.output is not None})
        always = ", ".join(outcomes) or "an error"
        return Unreachable(branch, f"its condition depends on nothing from outside: always {always}", True)
    return Unreachable(branch, "no value that was tried leads here", False)


def _label(branch: Branch, output: str | None) -> str:
    way = branch.step.exits.get(output or "")
    return way.label if way is not None else str(output)


def _fails_before(search: Search, branch: Branch) -> str | None:
    """The action in which runs fail whose values would have met the condition of the branch."""
    wanted = _OUTCOMES.get(branch.output)
    if wanted is None or len(branch.step.conditions) != 1:
        return None
    for path in search.failures:
        failed = next((visit for visit in path.result.visits if visit.error is not None), None)
        came_by = any(visit.step.id == branch.step.id for visit in path.result.visits)
        if failed is not None and not came_by and _outcome(path, branch.step.conditions[0]) is wanted:
            return failed.step.title
    return None


def _outcome(path: Attempt, condition: Field) -> bool | None:
    """What a condition gives with the variables that a run left behind; None for an error."""
    try:
        return condition.run(path.scope) is True
    except (ExpressionError, Unsupported):
        return None


def _behind(search: Search, branch: Branch, closed: list[Unreachable]) -> Unreachable:
    """The closed branch that leads to this one."""
    graph = search.graph
    for one in closed:
        if one.behind is not None:
            continue
        way = one.branch.step.exits.get(one.branch.output)
        sources = [way.target] if way is not None and way.target else [one.branch.step.next or ""]
        if branch.step.id in graph.reach(sources):
            reason = f"it lies behind {one.branch.title}: {one.reason}"
            return Unreachable(branch, reason, one.proven, one.branch)
    return Unreachable(branch, "no path that was found comes by its action", False)
