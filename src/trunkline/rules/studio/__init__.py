"""The rules of Studio scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from trunkline.domain.finding import Severity
from trunkline.domain.flow import FlowGraph, Node
from trunkline.domain.json import JsonObject, Path
from trunkline.domain.resource import Resource
from trunkline.domain.studio import from_studio, snippets
from trunkline.rules.registry import Problem, RuleSet, rule


class StudioView:
    """A Studio script as its rules see it."""

    def __init__(self, resource: Resource) -> None:
        self.body: JsonObject = resource.body

    @cached_property
    def graph(self) -> FlowGraph:
        return from_studio(self.body)

    @cached_property
    def snippets(self) -> dict[str, str]:
        return snippets(self.body)


@rule(
    "studio-begin",
    Severity.ERROR,
    "A script begins with one Begin action",
    explanation="Without it nothing runs when a contact arrives.",
    example="a script whose first action is PLAY",
    fix="Add a Begin action and wire it to the first step.",
)
def begin(script: StudioView) -> Iterator[Problem]:
    found = [node for node in script.graph.nodes.values() if node.type == "BEGIN"]
    if not found:
        yield Problem(("actions",), "the script has no Begin action")
    for node in found[1:]:
        yield Problem(node.path, f"{node.title} is a second Begin action")


@rule(
    "studio-dangling",
    Severity.ERROR,
    "A branch leads to an action that is not there",
    explanation="The server refuses such a script (409).",
    example='branches: {"4": [{"to": 9, "type": "default"}]} without an action 9',
    fix="Wire the branch to an action of the script.",
)
def dangling(script: StudioView) -> Iterator[Problem]:
    nodes = script.graph.nodes
    for edge in script.graph.dangling:
        name = nodes[edge.source].title if edge.source in nodes else f"action {edge.source}"
        way = f" ({edge.label})" if edge.label else ""
        missing = edge.target if edge.source in nodes else edge.source
        yield Problem(("branches", edge.source), f"{name}{way}: there is no action {missing}")


@rule(
    "studio-unreachable",
    Severity.WARNING,
    "No way leads to an action",
    explanation="It never runs: neither Begin nor an event leads to it.",
    example="a PLAY action without an incoming line",
    fix="Wire it in, or delete it.",
)
def unreachable(script: StudioView) -> Iterator[Problem]:
    for node in script.graph.unreachable:
        if node.type not in ("", "ANNOTATION", "COMMENT"):
            yield _on(node, f"nothing leads to {node.title}")


@rule(
    "studio-dead-end",
    Severity.WARNING,
    "The default branch of an action is not wired up",
    explanation="The script stops there without an ending; the server warns of it too (206).",
    example="PLAY with no line after it",
    fix="Wire it to the next action, or to End.",
)
def dead_end(script: StudioView) -> Iterator[Problem]:
    for node in script.graph.dead_ends:
        if node.id in script.graph.reachable and node.type not in ("ANNOTATION", "COMMENT"):
            yield _on(node, f"nothing follows {node.title}, and it is no ending")


_SECRET = re.compile(
    r"(?im)^\s*ASSIGN\s+((?:global:)?\w*(?:api_?key|secret|passw(?:or)?d|token)\w*)\s*=\s*\"([^\"{}]{6,})\""
)


@rule(
    "studio-secret-literal",
    Severity.ERROR,
    "A secret is written into a snippet",
    explanation="Studio scripts are stored as plain text; secrets belong in Integration Hub.",
    example='ASSIGN apiKey = "a8f5f167f44f4964"',
    fix="Keep it in Integration Hub and use CONNECTAUTH.",
)
def secret(script: StudioView) -> Iterator[Problem]:
    for key, code in script.snippets.items():
        for found in _SECRET.finditer(code):
            line = code.count("\n", 0, found.start(1)) + 1
            path: Path = ("properties", key)
            yield Problem(path, f"line {line} of the snippet assigns a secret to {found[1]}")


def _on(node: Node, message: str) -> Problem:
    return Problem(node.path, message)


STUDIO_RULES: RuleSet[StudioView] = RuleSet(
    kind="studio_script", view=StudioView, rules=(begin, dangling, unreachable, dead_end, secret)
)

__all__ = ["STUDIO_RULES", "StudioView"]
