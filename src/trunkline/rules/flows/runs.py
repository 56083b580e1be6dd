"""Rules that run a flow: what some input, some answer, some key would do to it.

They take a fraction of a second a flow, and so belong to `trunkline check`, not to the validation of a
whole org's export.
"""

from __future__ import annotations

from collections.abc import Iterator

from trunkline.domain.finding import Severity
from trunkline.domain.json import get
from trunkline.engine.expression import NotSet
from trunkline.engine.flow import Step
from trunkline.engine.flow.explore import Attempt, Search, unreachable
from trunkline.rules.flows.view import FlowView
from trunkline.rules.registry import Problem, rule


def _at(search: Search, step: Step, message: str, hint: str | None = None) -> Problem:
    node = search.graph.nodes.get(step.id)
    return Problem(node.path if node is not None else (), f"{step.title}: {message}", hint)


def _failures(search: Search) -> dict[str, tuple[Step, str, set[str]]]:
    """Every action that failed in some run with NOT_SET, why, and what of the outside it was about."""
    found: dict[str, tuple[Step, str, set[str]]] = {}
    for path in search.failures:
        for visit in path.result.visits:
            if visit.error is None or "NOT_SET" not in visit.error or visit.module is not None:
                continue
            empty = {origin for origin in visit.depends if _is_empty(path, origin)}
            if empty and visit.step.id not in found:
                found[visit.step.id] = (visit.step, visit.error, {_named(search, path, one) for one in empty})
    return found


def _is_empty(path: Attempt, origin: str) -> bool:
    """Whether what an origin stands for was NOT_SET in a run."""
    if origin.startswith("in:"):
        symbol = path.choices.get(origin)
        return isinstance(symbol, NotSet)
    number, _, name = origin.removeprefix("q").partition(".")
    if not number.isdigit() or int(number) >= len(path.result.asked) or not name:
        return False
    return isinstance(path.result.asked[int(number)].answer.values.get(name), NotSet)


def _named(search: Search, path: Attempt, origin: str) -> str:
    if origin.startswith("in:"):
        key = origin.removeprefix("in:")
        return next((name for name in path.given if search.program.key_of(name) == key), key)
    number, _, name = origin.removeprefix("q").partition(".")
    return f"{name} of {path.result.asked[int(number)].question.subject}"


@rule(
    "flow-run-fails-on-input",
    Severity.WARNING,
    "An expression fails for some callers or inputs",
    explanation="It works with a value that is not allowed to be NOT_SET and may be: the caller lands in the"
    " flow's error handling. A run with that input showed it.",
    example="Replace(ToString(ToPhoneNumber(Call.Ani).e164), ...) for a caller without a number",
    fix="Ask with IsSet or If(IsSet(x), x, ...) first.",
)
def fails_on_input(flow: FlowView) -> Iterator[Problem]:
    search = flow.search
    for step, error, names in _failures(search).values() if search is not None else ():
        inputs = sorted(name for name in names if " of " not in name)
        if search is not None and inputs:
            yield _at(search, step, f"fails when {' and '.join(inputs)} is NOT_SET ({error})")


@rule(
    "flow-run-fails-on-reply",
    Severity.INFO,
    "An expression fails for some replies",
    explanation="An output of a data action or lookup that is not in the reply is NOT_SET, and the expression"
    " does not allow that. A run with such a reply showed it.",
    example='"Hello " + Flow.name, where the reply has no name',
    fix="Ask with IsSet first, or give the output a default in the translation map.",
)
def fails_on_reply(flow: FlowView) -> Iterator[Problem]:
    search = flow.search
    for step, error, names in _failures(search).values() if search is not None else ():
        replies = sorted(name for name in names if " of " in name)
        if search is not None and len(replies) == len(names):
            yield _at(search, step, f"fails when {' and '.join(replies)} is NOT_SET ({error})")


@rule(
    "flow-run-dead-branch",
    Severity.WARNING,
    "No input reaches a branch",
    explanation="Runs with every value worth trying came to the action and never took the branch, for a"
    " reason that the finding names.",
    example="A decision for anonymous callers behind an action that fails for just them",
    fix="Correct the condition, move it before what fails, or remove the branch.",
)
def dead_branch(flow: FlowView) -> Iterator[Problem]:
    search = flow.search
    for one in unreachable(search) if search is not None else ():
        if search is not None and one.proven and one.behind is None:
            yield _at(search, one.branch.step, f"{one.branch.label} is never taken: {one.reason}")


@rule(
    "flow-run-never-heard",
    Severity.INFO,
    "A prompt is never heard",
    explanation="It lies behind a branch that no input reaches.",
    example="An apology behind a decision that is always true",
    fix="See the branch it lies behind.",
)
def never_heard(flow: FlowView) -> Iterator[Problem]:
    search = flow.search
    if search is None:
        return
    seen = {visit.step.id for path in search.paths for visit in path.result.visits}
    closed = [one for one in unreachable(search) if one.proven and one.behind is None]
    for one in closed:
        way = one.branch.step.exits.get(one.branch.output)
        behind = search.graph.reach([way.target] if way is not None and way.target else [])
        for step in search.program.steps.values():
            if step.type in _SPEAKING and step.id in behind and step.id not in seen:
                yield _at(search, step, f"is never heard: it lies behind {one.branch.title}")


_SPEAKING = frozenset(("PlayAudioAction", "CommunicateAction", "SendResponseAction"))


@rule(
    "flow-run-required-input",
    Severity.WARNING,
    "A data action is called without a required input",
    explanation="In some run the input was NOT_SET, and the contract requires it: the call fails.",
    example="Get Customer with customerId = Flow.customerId, which a silent caller never gave",
    fix="Call it only when the value is set.",
)
def required_input(flow: FlowView) -> Iterator[Problem]:
    search = flow.search
    if search is None:
        return
    for (node, name), subject in search.empty_inputs.items():
        contract = flow.contracts.get(subject, {})
        required = get(contract, ("input", "inputSchema", "required"))
        if isinstance(required, list) and name in required and node in search.program.steps:
            yield _at(search, search.program.steps[node], f"{name}, which {subject} requires, may be NOT_SET")


@rule(
    "flow-run-endless",
    Severity.WARNING,
    "A way through the flow has no end",
    explanation="A run met the limit of 10,000 actions: with some answers the flow goes round for ever, and"
    " the platform ends it in the error handling.",
    example="A failed lookup that jumps back to the lookup, without a count",
    fix="Count the attempts and leave after some.",
)
def endless(flow: FlowView) -> Iterator[Problem]:
    search = flow.search
    told: set[str] = set()
    for path in search.failures if search is not None else ():
        for visit in path.result.visits:
            if search is not None and visit.error is not None and visit.error.startswith("more than "):
                if visit.step.item not in told:
                    told.add(visit.step.item)
                    yield _at(search, visit.step, "a run went round here until the limit of 10,000 actions")


RUN_RULES = (fails_on_input, fails_on_reply, dead_branch, never_heard, required_input, endless)
RUN_RULE_IDS: frozenset[str] = frozenset(each.id for each in RUN_RULES)
