"""A condition of 12 leaves over a million rows, beside libraries for JSON Logic; and circles in a big graph.

Libraries that are not installed are left out: `json-logic-qubit` (Python) and `datalogic-py` (Rust).
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from time import perf_counter
from typing import Any

from trunkline.domain.condition import Catalogue, DataField, DataSet, FieldType, read_conditions
from trunkline.domain.cycles import cycles
from trunkline.engine.condition import Program

ROWS = 1_000_000
SLOW_ROWS = 20_000
"""Rows that a slow library is given; its time is that of one row, times a million."""

TYPES = {
    "status": "string", "tier": "string", "region": "string", "language": "string", "score": "number",
    "balance": "number", "calls": "integer", "age": "integer", "vip": "boolean", "churned": "boolean",
    "plan": "string", "tickets": "integer",
}  # fmt: skip
WHEN = {
    "all": [
        {"any": [
            {"field": "c.status", "equals": "active"}, {"field": "c.tier", "equals": "gold"},
            {"field": "c.score", "greater_than": 80},
        ]},
        {"any": [
            {"field": "c.balance", "less_than": 500}, {"field": "c.calls", "greater_or_equal": 3},
            {"field": "c.region", "equals": "emea"},
        ]},
        {"not": {"all": [{"field": "c.churned", "equals": True}, {"field": "c.vip", "equals": False}]}},
        {"any": [
            {"field": "c.age", "greater_than": 30}, {"field": "c.language", "not_equals": "en"},
            {"field": "c.plan", "equals": "pro"}, {"field": "c.tickets", "less_or_equal": 2},
        ]},
    ]
}  # fmt: skip
_LOGIC = {
    "equals": "==", "not_equals": "!=", "greater_than": ">", "greater_or_equal": ">=",
    "less_than": "<", "less_or_equal": "<=",
}  # fmt: skip


def rows(count: int) -> list[dict[str, Any]]:
    made = random.Random(7)
    return [
        {
            "status": made.choice(["active", "closed", "new"]),
            "tier": made.choice(["gold", "silver", "none"]),
            "region": made.choice(["emea", "amer", "apac"]),
            "language": made.choice(["en", "de", "fr"]),
            "score": made.random() * 100,
            "balance": made.random() * 2_000,
            "calls": made.randrange(10),
            "age": made.randrange(18, 90),
            "vip": made.random() < 0.2,
            "churned": made.random() < 0.3,
            "plan": made.choice(["pro", "free"]),
            "tickets": made.randrange(8),
        }
        for _ in range(count)
    ]


def logic(node: dict[str, Any]) -> dict[str, Any]:
    """The same condition as JSON Logic."""
    for key, word in (("all", "and"), ("any", "or")):
        if key in node:
            return {word: [logic(child) for child in node[key]]}
    if "not" in node:
        return {"!": [logic(node["not"])]}
    name = node["field"].partition(".")[2]
    key = next(key for key in node if key != "field")
    return {_LOGIC[key]: [{"var": name}, node[key]]}


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = perf_counter()
    result = work()
    return perf_counter() - start, result


def main() -> None:
    fields = tuple(DataField(name, name, FieldType(kind)) for name, kind in TYPES.items())
    tree = read_conditions(WHEN).trees[0]
    program = Program(tree, Catalogue([DataSet("c", "c", fields)]))
    data = rows(ROWS)
    ours, results = min((timed(lambda: program.many(data)) for _ in range(3)), key=lambda each: each[0])
    print(f"trunkline: {ROWS:,} rows, 12 leaves: {ours:.2f} s, {ROWS / ours:,.0f} rows/s")
    rule = logic(WHEN)
    if find_spec("json_logic"):
        apply = import_module("json_logic").jsonLogic
        spent, theirs = timed(lambda: [apply(rule, row) for row in data[:SLOW_ROWS]])
        compare("json-logic-qubit", spent / SLOW_ROWS * ROWS, ours, theirs == results[:SLOW_ROWS])
    else:
        print("json-logic-qubit: not installed, left out")
    if find_spec("datalogic_py"):
        spent, theirs = timed(native(rule, data))
        compare("datalogic-py (Rust)", spent, ours, theirs == results)
    else:
        print("datalogic-py: not installed, left out")
    for name, last in (("no circle", 100_000), ("one circle", 0)):
        graph = {index: [index + 1] for index in range(99_999)} | {99_999: [last]}
        spent, found = timed(lambda: cycles(graph))  # noqa: B023
        print(f"cycle check, 100,000 edges, {name}: {spent:.2f} s, {len(found)} found")
    made = random.Random(1)
    tangle: dict[int, list[int]] = {}
    for _ in range(100_000):
        tangle.setdefault(made.randrange(30_000), []).append(made.randrange(30_000))
    spent, found = timed(lambda: cycles(tangle))
    print(f"cycle check, 100,000 random edges: {spent:.2f} s, shortest {len(found[0]) - 1 if found else 0}")


def native(rule: dict[str, Any], data: list[dict[str, Any]]) -> Callable[[], list[Any]]:
    """A rule compiled once, each row handed over."""
    library = import_module("datalogic_py")
    compiled = library.Engine().compile(json.dumps(rule))
    return lambda: [compiled.evaluate(row) for row in data]


def compare(name: str, theirs: float, ours: float, same: bool) -> None:
    agree = "same answers" if same else "OTHER answers"
    print(f"{name}: {theirs:.2f} s, trunkline is {theirs / ours:.1f} times as fast ({agree})")


if __name__ == "__main__":
    main()
