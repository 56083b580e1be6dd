"""Rules about what can go wrong while a flow runs, and whether somebody thought of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from trunkline.domain.finding import Severity
from trunkline.domain.flow import EdgeKind, FlowGraph, Node
from trunkline.domain.flow.expressions import is_set
from trunkline.domain.flow.vocabulary import LOOPS, PAUSES, TRANSFERS
from trunkline.domain.json import Json
from trunkline.rules.flows.view import FlowView, on
from trunkline.rules.registry import Problem, rule

MOST_NESTED = 10

_CALLS = {"DataAction": "data action", "SecureDataAction": "data action", "DataTableLookupAction": "look-up"}
_SUCCESSES = ("__SUCCESS__", "__FOUND__")
_FAILURES = ("__FAILURE__", "__TIMEOUT__")
_WITHOUT_HANDLING = frozenset({"commonmodule", "surveyinvite"})
_NO_SPEECH = ({}, [], None)


def _is_empty(node: Node, output_id: str) -> bool:
    """Whether an output is there, can be taken, and has nothing on it."""
    output = node.output(output_id)
    return output is not None and output.target is None and not output.disabled


@rule(
    "flow-unhandled-failure",
    Severity.WARNING,
    "A data action that fails goes on as if it had succeeded",
    explanation="Success, failure and timeout lead to the same next step, and no error is kept: what follows "
    "works with empty or stale results.",
    example="Call Data Action with nothing on Success, Failure and Timeout",
    fix="Put a step on Failure and on Timeout, or bind an error output and test it.",
)
def unhandled_failure(flow: FlowView) -> Iterator[Problem]:
    for node in flow.actions(*_CALLS):
        if any(not _is_empty(node, success) for success in _SUCCESSES if node.output(success)):
            continue
        empty = [
            output.label for output in node.outputs if output.id in _FAILURES and _is_empty(node, output.id)
        ]
        if empty and not _keeps_errors(flow, node):
            ways = " and ".join(empty)
            yield on(node, f"{ways} of the {_CALLS[node.type]} lead on as Success does", "handle them")


def _keeps_errors(flow: FlowView, node: Node) -> bool:
    """Whether the error of an action, or any result of it, lands in a variable that somebody reads."""
    return any(
        use.node == node.id and flow.reads.get(variable)
        for variable, uses in flow.writes.items()
        for use in uses
        if "errorBindings" in use.path or "failureOutputs" in use.path
    )


@rule(
    "flow-collect-input-no-match",
    Severity.WARNING,
    "Input that is missing or wrong is not handled",
    explanation="Whoever enters nothing, or something else, goes the same way as everybody.",
    example="Collect Input with nothing on Success and Failure",
    fix="Ask again on Failure, a few times, then transfer.",
)
def collect_input(flow: FlowView) -> Iterator[Problem]:
    for node in flow.actions("CollectInputAction"):
        if _is_empty(node, "__SUCCESS__") and _is_empty(node, "__FAILURE__"):
            yield on(node, "no input and wrong input lead on as a right one does", "handle Failure")


@rule(
    "flow-endless-loop",
    Severity.ERROR,
    "A loop never waits and never ends",
    explanation="The platform stops a flow after 10,000 actions and runs its error handling.",
    example="A task whose last action jumps to the task itself",
    fix="Leave the loop on a condition, or wait in it.",
)
def endless_loop(flow: FlowView) -> Iterator[Problem]:
    graph = flow.architect
    if graph is None:
        return
    for cycle in graph.cycles:
        if cycle <= graph.reachable and not _ends_or_waits(graph, cycle):
            first = next(node for node in graph.nodes.values() if node.id in cycle)
            names = ", ".join(node.title for node in graph.nodes.values() if node.id in cycle)
            yield on(first, f"these actions repeat without a pause and for ever: {names}")


def _ends_or_waits(graph: FlowGraph, cycle: frozenset[str]) -> bool:
    nodes = [graph.nodes[member] for member in cycle]
    if any(node.type in PAUSES | LOOPS for node in nodes):
        return True
    return any(set(graph.successors[node.id]) - cycle for node in nodes) or any(node.ends for node in nodes)


@rule(
    "flow-transfer-no-failure",
    Severity.WARNING,
    "Nothing follows a transfer that fails",
    explanation="A closed queue, a busy number: the interaction stays in the flow and is cut off.",
    example="Transfer to ACD as the last action, with nothing on Failure",
    fix="Put a message and another transfer or a disconnect on Failure.",
)
def transfer_no_failure(flow: FlowView) -> Iterator[Problem]:
    graph = flow.architect
    for node in flow.actions(*TRANSFERS):
        if graph is not None and not graph.successors[node.id]:
            yield on(node, "nothing follows if the transfer fails", "add a step on Failure")


@rule(
    "flow-dead-menu-choice",
    Severity.WARNING,
    "A menu choice that nobody can make, or that does nothing",
    explanation="Two choices share a key, or a choice has neither key nor words, or no action.",
    example="Choices 'Sales' and 'Claims' both on key 2",
    fix="Give every choice its own key or words, and an action.",
)
def dead_menu_choice(flow: FlowView) -> Iterator[Problem]:
    graph = flow.architect
    for menu in graph.items() if graph is not None else ():
        choices: Json = menu.body.get("menuChoiceList")
        if not isinstance(choices, list):
            continue
        entries = [(index, choice) for index, choice in enumerate(choices) if isinstance(choice, dict)]
        keys = Counter(str(choice["digit"]) for _, choice in entries if choice.get("digit") is not None)
        for index, choice in entries:
            fault = _choice_fault(choice, keys, menu.body.get("defaultMenuChoice"))
            if fault:
                path = (*menu.path, "menuChoiceList", index)
                yield Problem(path, f"{menu.title}: choice {choice.get('name')!r} {fault}")


def _choice_fault(choice: dict[str, Json], keys: Counter[str], default: Json) -> str | None:
    digit = choice.get("digit")
    if not isinstance(choice.get("action"), dict):
        return "does nothing"
    if digit is not None:
        return f"shares the key {digit} with another one" if keys[str(digit)] > 1 else None
    words = choice.get("speechRecTerms")
    spoken = any(words.values()) if isinstance(words, dict) else bool(words)
    chosen = default in (choice.get("id"), choice)
    return None if spoken or chosen else "has neither a key nor words"


@rule(
    "flow-deep-nesting",
    Severity.INFO,
    "Branches are nested very deep",
    explanation="Nobody can follow it on a screen, and every change risks another branch.",
    example="A decision in a decision in a decision, eleven times",
    fix="Move inner branches into tasks of their own.",
)
def deep_nesting(flow: FlowView) -> Iterator[Problem]:
    graph = flow.architect
    if graph is None:
        return
    for item in graph.items():
        inside = [node for node in graph.actions() if node.item == item.id]
        deepest = max(inside, key=lambda node: node.depth, default=None)
        if deepest is not None and deepest.depth > MOST_NESTED:
            yield on(deepest, f"lies {deepest.depth} branches deep in {item.title} (more than {MOST_NESTED})")


@rule(
    "flow-no-error-handling",
    Severity.WARNING,
    "A flow does not say what happens on an error",
    explanation="A wrong conversion or an unset value ends the flow at once, without a word.",
    example="A configuration without errorHandling",
    fix="Choose an error handling: a queue, a task, or a message and a disconnect.",
)
def no_error_handling(flow: FlowView) -> Iterator[Problem]:
    graph = flow.architect
    if graph is None or graph.type in _WITHOUT_HANDLING:
        return
    handling: Json = flow.body.get("errorHandling")
    if flow.form == "archy":
        (body,) = flow.body.values()
        handling = body.get("settingsErrorHandling") if isinstance(body, dict) else None
    if not isinstance(handling, dict) or not handling:
        yield Problem((), "the flow has no error handling")
    elif handling.get("handlingType") == "Queue" and not is_set(handling.get("queue")):
        yield Problem(("errorHandling", "queue"), "errors go to a queue, and none is chosen")


@rule(
    "flow-pointless-decision",
    Severity.INFO,
    "A decision leads nowhere different",
    explanation="Nothing lies on any of its outputs: what it decides has no effect.",
    example="A decision with nothing on Yes and No",
    fix="Remove it, or put the missing steps on an output.",
)
def pointless_decision(flow: FlowView) -> Iterator[Problem]:
    graph = flow.architect
    for node in flow.actions("DecisionAction", "SwitchAction"):
        if graph is None or not node.outputs or any(output.target for output in node.outputs):
            continue
        if any(edge.kind is EdgeKind.BRANCH for edge in graph.outgoing[node.id]):
            yield on(node, "every output leads to the same step")


HANDLING_RULES = (
    unhandled_failure,
    collect_input,
    transfer_no_failure,
    endless_loop,
    dead_menu_choice,
    no_error_handling,
    deep_nesting,
    pointless_decision,
)
