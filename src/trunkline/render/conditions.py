"""Evaluations, dependencies and changes of conditions as text and JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from trunkline.domain.json import Json, JsonObject, show_path
from trunkline.engine.condition import Evaluation, LeafTrace
from trunkline.render.style import bold, colour, count, dim

_WORDS = {True: "true", False: "false", None: "unknown"}
_COLOURS = {True: "green", False: "red", None: "yellow"}


def evaluation_line(number: int, evaluation: Evaluation) -> str:
    """The number of a row, its result, the leaves that decided."""
    word = colour(f"{_WORDS[evaluation.result]:<7}", _COLOURS[evaluation.result])
    return f"{number:>6}  {word}  {'; '.join(map(_decided, evaluation.deciding))}"


def totals(true: int, false: int, unknown: int) -> str:
    """How many rows came out how."""
    whole = true + false + unknown
    return f"{count(whole, 'row')}: {true:,} true, {false:,} false, {unknown:,} unknown"


def evaluation_json(evaluation: Evaluation) -> JsonObject:
    """One row with its whole trace."""
    deciding = {id(trace) for trace in evaluation.deciding}
    return {
        "result": evaluation.result,
        "leaves": [_trace(trace, id(trace) in deciding) for trace in evaluation.leaves],
    }


def _trace(trace: LeafTrace, decided: bool) -> JsonObject:
    return {
        "path": show_path(trace.path),
        "leaf": str(trace.leaf),
        "value": trace.value,
        "result": trace.result,
        "decided": decided,
    }


def _decided(trace: LeafTrace) -> str:
    value: Json = "absent" if trace.value is None else trace.value
    return f"{trace.leaf} {dim(f'(is {value})')}"


def graph_text(edges: Mapping[str, Sequence[str]], circles: Sequence[Sequence[str]]) -> str:
    """Each node with what it needs, then the circles."""
    lines: list[str] = []
    for node in sorted(edges):
        lines.append(bold(node))
        lines += [f"  → {needed}" for needed in edges[node]]
    lines += [f"circle: {' → '.join(circle)}" for circle in circles]
    return "\n".join(lines) or "no data action here reads a data set"


def graph_mermaid(edges: Mapping[str, Sequence[str]], circles: Sequence[Sequence[str]]) -> str:
    """A diagram that code hosts draw; edges of a circle are thick."""
    nodes = sorted({*edges, *(needed for each in edges.values() for needed in each)})
    ids = {node: f"n{index}" for index, node in enumerate(nodes)}
    thick = {(before, after) for circle in circles for before, after in pairwise(circle)}
    lines = ["flowchart LR"]
    for node in nodes:
        text = node.replace('"', "#quot;")
        lines.append(
            f'  {ids[node]}[("{text}")]' if node.startswith("data_set/") else f'  {ids[node]}["{text}"]'
        )
    for node in sorted(edges):
        for needed in edges[node]:
            arrow = "==>" if (node, needed) in thick else "-->"
            lines.append(f"  {ids[node]} {arrow} {ids[needed]}")
    return "\n".join(lines)
