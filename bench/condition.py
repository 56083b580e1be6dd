"""A condition of 12 leaves over a million rows, beside libraries for JSON Logic.

Every tool does the whole job from the same start, and gives the same number of rows that are true:

* memory: rows as each tool likes them best, made before the clock starts. Ours: an Arrow table, plain and
  with its texts as dictionaries, as Parquet often has them; or dicts.
  Theirs: dicts; for datalogic-py also the handles that it parses beforehand, evaluated in one batch.
* CSV: the file read, each cell brought to its type (by csv.reader and int, float for the libraries,
  which have no reader), the rows evaluated and counted.
* JSON lines: the file read and parsed, the rows evaluated and counted. datalogic-py parses each line itself.

Times are of the clock, the best of three runs; in brackets seconds of processor, as ours uses all there are.
Slow libraries get fewer rows; their time is that of one, times a million. Libraries that are not installed
are left out.
"""

from __future__ import annotations

import csv
import json
import os
import random
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any, NamedTuple

from trunkline.domain.condition import Catalogue, DataField, DataSet, FieldType, read_conditions
from trunkline.engine.condition import Program
from trunkline.project.conditions import count_rows

ROWS = 1_000_000
SLOW_ROWS = 20_000
"""Rows that a slow library is given."""

TYPES = {
    "status": "string", "tier": "string", "region": "string", "language": "string", "score": "number",
    "balance": "number", "calls": "integer", "age": "integer", "vip": "boolean", "churned": "boolean",
    "plan": "string", "tickets": "integer",
}  # fmt: skip
WHEN = {
    "all": [
        {"any": [
            {"field": "crm.status", "equals": "active"}, {"field": "crm.tier", "equals": "gold"},
            {"field": "crm.score", "greater_than": 80},
        ]},
        {"any": [
            {"field": "crm.balance", "less_than": 500}, {"field": "crm.calls", "greater_or_equal": 3},
            {"field": "crm.region", "equals": "emea"},
        ]},
        {"not": {"all": [{"field": "crm.churned", "equals": True}, {"field": "crm.vip", "equals": False}]}},
        {"any": [
            {"field": "crm.age", "greater_than": 30}, {"field": "crm.language", "not_equals": "en"},
            {"field": "crm.plan", "equals": "pro"}, {"field": "crm.tickets", "less_or_equal": 2},
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


class Spent(NamedTuple):
    """Seconds of the clock, and of processors."""

    clock: float
    processor: float

    def __str__(self) -> str:
        return f"{self.clock:7.3f} s ({self.processor:.3f} s)"


Job = Callable[[int], int]
"""Does the work for so many rows, and says how many are true."""


class Tool(NamedTuple):
    name: str
    job: Job
    rows: int = ROWS


def timed(tool: Tool) -> tuple[Spent, int]:
    runs: list[Spent] = []
    found = 0
    for _ in range(3 if tool.rows == ROWS else 1):
        clock, processor = perf_counter(), process_time()
        found = tool.job(tool.rows)
        runs.append(Spent(perf_counter() - clock, process_time() - processor))
    scale = ROWS / tool.rows
    best = min(runs)
    return Spent(best.clock * scale, best.processor * scale), found


def race(title: str, ours: Tool, others: list[Tool], expected: Callable[[int], int]) -> None:
    """Prints the times of all, and how many times as fast the first is."""
    first, found = timed(ours)
    assert found == expected(ours.rows), ours.name
    print(f"{title}\n  {ours.name:<46} {first}")
    for tool in others:
        spent, found = timed(tool)
        agree = "" if found == expected(tool.rows) else "; OTHER answers"
        clock, processor = spent.clock / first.clock, spent.processor / first.processor
        print(f"  {tool.name:<46} {spent}: {clock:.1f} times as long, {processor:.1f} of processor{agree}")


class Rivals:
    """The libraries that are installed, each as a function from a row to what the rule says of it."""

    def __init__(self) -> None:
        rule = logic(WHEN)
        self.datalogic = import_module("datalogic_py") if find_spec("datalogic_py") else None
        self.engine = self.datalogic.Engine() if self.datalogic else None
        self.native = self.engine.compile(json.dumps(rule)) if self.engine else None
        self.slow: dict[str, Callable[[dict[str, Any]], Any]] = {}
        if find_spec("json_logic"):
            apply = import_module("json_logic").jsonLogic
            self.slow["json-logic-qubit"] = lambda row: apply(rule, row)
        if find_spec("jsonlogic_rs"):
            apply_rust = import_module("jsonlogic_rs").apply
            self.slow["jsonlogic-rs (Rust)"] = lambda row: apply_rust(rule, row)

    def over(self, rows: Callable[[], Iterable[dict[str, Any]]]) -> list[Tool]:
        """Each library over rows that are dicts."""

        def tool(name: str, says: Callable[[dict[str, Any]], Any], count: int) -> Tool:
            return Tool(name, lambda wanted: sum(says(row) is True for row in islice(rows(), wanted)), count)

        fast = [tool("datalogic-py (Rust), dicts", self.native.evaluate, ROWS)] if self.native else []
        return fast + [tool(f"{name}, dicts", says, SLOW_ROWS) for name, says in self.slow.items()]

    def handles(self, data: list[dict[str, Any]]) -> list[Tool]:
        """datalogic-py over rows that it parsed before, in one call."""
        if self.datalogic is None or self.engine is None:
            return []
        made = [self.datalogic.DataHandle(row) for row in data]
        session = self.engine.session()
        job: Job = lambda wanted: session.evaluate_batch(self.native, made[:wanted]).count("true")  # noqa: E731
        return [Tool("datalogic-py (Rust), handles in a batch", job)]


def typed_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Rows of a CSV file as libraries need them."""
    convert = {"string": str, "number": float, "integer": int, "boolean": "true".__eq__}
    with path.open(newline="") as stream:
        reader = csv.reader(stream)
        names = next(reader)
        to = [convert[TYPES[name]] for name in names]
        for cells in reader:
            yield {name: make(cell) for name, make, cell in zip(names, to, cells, strict=True)}


def cells(row: dict[str, Any]) -> list[Any]:
    """A row as CSV has it."""
    return [json.dumps(each) if isinstance(each, bool) else each for each in row.values()]


def json_rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open() as stream:
        yield from map(json.loads, stream)


def in_memory(program: Program, data: list[dict[str, Any]], rivals: Rivals, expected: Job) -> None:
    rows = Tool("trunkline, dicts", lambda wanted: program.many(data[:wanted]).count(True))
    others = [rows, *rivals.handles(data), *rivals.over(lambda: data)]
    if find_spec("pyarrow"):
        table = import_module("pyarrow").Table.from_pylist(data).combine_chunks()
        ours = Tool("trunkline, Arrow table", lambda wanted: program.table(table[:wanted]).true_count)
        coded = table
        for index, field in enumerate(table.schema):
            if field.type == "string":
                coded = coded.set_column(index, field.name, table.column(index).dictionary_encode())
        name = "trunkline, Arrow table, texts as dictionaries"
        others.insert(0, Tool(name, lambda wanted: program.table(coded[:wanted]).true_count))
        race("rows in memory", ours, others, expected)
    else:
        race("rows in memory, pyarrow not installed", rows, others[1:], expected)


def from_files(program: Program, data: list[dict[str, Any]], rivals: Rivals, expected: Job) -> None:
    with TemporaryDirectory() as folder:
        table, lines = Path(folder) / "rows.csv", Path(folder) / "rows.jsonl"
        with table.open("w", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(data[0])
            cells = [
                [json.dumps(each) if isinstance(each, bool) else each for each in row.values()]
                for row in data
            ]
            writer.writerows(cells)
        lines.write_text("".join(json.dumps(row) + "\n" for row in data))
        ours = Tool("trunkline", lambda _: count_rows(program, table).true)
        race(f"CSV of {table.stat().st_size:,} bytes", ours, rivals.over(lambda: typed_rows(table)), expected)
        ours = Tool("trunkline", lambda _: count_rows(program, lines).true)
        others = rivals.over(lambda: json_rows(lines))
        if rivals.native:
            evaluate = rivals.native.evaluate
            others[0] = Tool("datalogic-py (Rust), lines", lambda _: sum(map(evaluate, lines.open())))
        race(f"JSON lines of {lines.stat().st_size:,} bytes", ours, others, expected)


def main() -> None:
    fields = tuple(DataField(name, name, FieldType(kind)) for name, kind in TYPES.items())
    program = Program(read_conditions(WHEN).trees[0], Catalogue([DataSet("crm", "crm", fields)]))
    data = rows(ROWS)
    truths = program.many(data)
    rivals = Rivals()

    def expected(count: int) -> int:
        return truths[:count].count(True)

    print(f"{ROWS:,} rows, 12 leaves, {os.cpu_count()} processors")
    in_memory(program, data, rivals, expected)
    from_files(program, data, rivals, expected)


if __name__ == "__main__":
    main()
