"""Rules about the variables of a flow: set before they are read, used at all, kept secret."""

from __future__ import annotations

from collections.abc import Iterator

from trunkline.domain.finding import Severity
from trunkline.domain.flow import EdgeKind, FlowGraph, Use, Variable
from trunkline.domain.json import get
from trunkline.rules.flows.view import FlowView
from trunkline.rules.registry import Problem, rule

_OPEN = {
    "CommunicateAction": "is said in a message",
    "PlayAudioAction": "is read out",
    "ScreenPopAction": "is shown to an agent",
    "SendNotificationAction": "is sent in a notification",
    "SendResponseAction": "is sent in a message",
    "SetAttributesAction": "becomes participant data",
    "SetConversationDataAction": "becomes participant data",
    "DataAction": "goes to a data action that is not secure",
}


def _starts_empty(variable: Variable) -> bool:
    """Whether nothing gives it a value before the flow does; slots and inputs are filled from outside."""
    scope = variable.name.partition(".")[0].casefold()
    return not (variable.is_input or variable.has_value or variable.is_collection or scope == "slot")


def _title(graph: FlowGraph, node: str | None) -> str:
    return graph.nodes[node].title if node is not None and node in graph.nodes else "the flow's settings"


def _reached(graph: FlowGraph, uses: tuple[Use, ...]) -> list[Use]:
    return [use for use in uses if use.node is None or use.node in graph.reachable]


@rule(
    "flow-variable-never-set",
    Severity.WARNING,
    "A variable is read and never set",
    explanation="It has no value at the start, is no input, and no action sets it: it is always NOT_SET.",
    example="A decision on State.callbackId, which nothing writes",
    fix="Set it, give it an initial value, or make it an input.",
)
def never_set(flow: FlowView) -> Iterator[Problem]:
    graph = flow.architect
    if graph is None:
        return
    for variable in graph.variables:
        reads = _reached(graph, flow.reads.get(variable.id, ()))
        if reads and _starts_empty(variable) and not flow.writes.get(variable.id):
            where = _title(graph, reads[0].node)
            yield Problem(variable.path, f"{variable.name} is read (in {where}) and never set")


@rule(
    "flow-variable-before-set",
    Severity.WARNING,
    "A variable is read before anything can have set it",
    explanation="No way leads from an action that sets it to the one that reads it: there it is NOT_SET.",
    example="Flow.language is compared in the first decision and set by the last action",
    fix="Set it earlier, or give it an initial value.",
)
def before_set(flow: FlowView) -> Iterator[Problem]:
    graph = flow.architect
    if graph is None:
        return
    for variable in graph.variables:
        writes = flow.writes.get(variable.id, ())
        if not writes or not _starts_empty(variable) or any(use.node is None for use in writes):
            continue
        after = _after(graph, {use.node for use in writes if use.node is not None})
        for use in _reached(graph, flow.reads.get(variable.id, ())):
            if use.node is not None and use.node in graph.nodes and use.node not in after:
                where = _title(graph, use.node)
                yield Problem(use.path, f"{where}: {variable.name} is read before it is set")


def _after(graph: FlowGraph, sources: set[str]) -> frozenset[str]:
    """What can run after one of these actions; what a called task does is done when it returns."""
    calls = [edge for edge in graph.edges if edge.kind is EdgeKind.CALL]
    grows = True
    while grows:
        callers = {edge.source for edge in calls if graph.reach([edge.target]) & sources}
        grows = not callers <= sources
        sources |= callers
    return graph.reach(sources)


@rule(
    "flow-variable-undeclared",
    Severity.ERROR,
    "An expression uses a variable that the flow does not declare",
    explanation="The platform does not accept the flow, or the value is never there.",
    example="Flow.customr in an expression, Flow.customer among the variables",
    fix="Declare it, or correct the name.",
)
def undeclared(flow: FlowView) -> Iterator[Problem]:
    graph = flow.architect
    if graph is None or flow.form != "configuration":
        return
    known = {variable.id for variable in graph.variables}
    names = {variable.name.casefold() for variable in graph.variables}
    for use in graph.uses:
        if use.variable not in known and use.name.casefold() not in names and use.variable != use.name:
            yield Problem(use.path, f"{_title(graph, use.node)}: there is no variable {use.name}")


@rule(
    "flow-unused-variable",
    Severity.INFO,
    "A variable is never used",
    explanation="It is left over, or the action that should use it was never written.",
    example="A declared Flow.retries that no action reads or writes",
    fix="Remove it.",
)
def unused(flow: FlowView) -> Iterator[Problem]:
    graph = flow.architect
    for variable in graph.variables if graph is not None else ():
        used = flow.reads.get(variable.id) or flow.writes.get(variable.id)
        internal = get(flow.body, (*variable.path, "isInternal")) is True
        if not used and not variable.is_output and not internal and not variable.name.startswith("Slot."):
            what = "input is" if variable.is_input else "variable is"
            yield Problem(variable.path, f"{variable.name}: the {what} never used")


@rule(
    "flow-secure-leak",
    Severity.ERROR,
    "A secure variable is put where it can be read",
    explanation="A card number or a PIN must not reach a message, participant data or a plain variable.",
    example="Set Participant Data: card = Flow.cardNumber, where Flow.cardNumber is secure",
    fix="Use it only in secure data actions, or blank it first.",
)
def secure_leak(flow: FlowView) -> Iterator[Problem]:
    graph = flow.architect
    if graph is None:
        return
    secure = {variable.id for variable in graph.variables if variable.is_secure}
    for variable in graph.variables:
        for use in flow.reads.get(variable.id, ()) if variable.is_secure else ():
            why = _leak(flow, graph, use, secure)
            if why:
                yield Problem(use.path, f"{_title(graph, use.node)}: the secure {variable.name} {why}")


def _leak(flow: FlowView, graph: FlowGraph, use: Use, secure: set[str]) -> str | None:
    node = graph.nodes.get(use.node or "")
    if node is None:
        return None
    if node.type == "UpdateVariableAction":
        assignment = use.path[:-1]
        targets = [
            (known, each) for known, uses in flow.writes.items() for each in uses if each.node == node.id
        ]
        for known, each in targets:
            if each.path[: len(assignment)] == assignment and known not in secure:
                return f"is copied into {each.name}, which is not secure"
        return None
    if node.type == "DataAction" and graph.type == "securecall":
        return None
    return _OPEN.get(node.type)


VARIABLE_RULES = (never_set, before_set, undeclared, unused, secure_leak)
