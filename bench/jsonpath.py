"""How long a cached path takes, beside python-jsonpath and jsonpath-ng, as ratios of one run.

Each library evaluates its own compiled form of the same query on the same document and turns the result
into a list of values; the results are checked to be equal first. Figures are the best of several rounds
of processor time.

    python bench/jsonpath.py [--rounds N] [--items N]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
# This file has the name of python-jsonpath's module: it must not be found first.
sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != HERE]

import jsonpath as python_jsonpath  # noqa: E402
import jsonpath_ng.ext as jsonpath_ng  # noqa: E402

from trunkline.engine.jsonpath import compile_path, evaluate  # noqa: E402

QUERIES = (
    "$.routing.queue.id",
    "$.entities[3].name",
    "$.entities[*].id",
    "$..id",
    "$.entities[?(@.state == 'active')].name",
    "$.entities[?(@.state == 'active' && @.waiting > 40)].name",
    "$.entities[?(@.address.city == 'Delft')].id",
    "$.entities[-3:].name",
)


def document(items: int) -> dict[str, Any]:
    """A page of a listing, as a data action gets it."""
    return {
        "routing": {"queue": {"id": "q1"}},
        "entities": [
            {
                "id": f"e{index}",
                "name": f"Entity {index}",
                "state": ("active", "inactive")[index % 2],
                "waiting": index % 97,
                "address": {"city": ("Delft", "Leeds", "Porto")[index % 3]},
            }
            for index in range(items)
        ],
    }


def best(run: Callable[[], object], rounds: int) -> float:
    """Seconds of processor time for one call."""
    run()
    calls = 1
    while (spent := _spent(run, calls)) < 0.02:
        calls *= 4
    return min(spent, *(_spent(run, calls) for _ in range(rounds))) / calls


def _spent(run: Callable[[], object], calls: int) -> float:
    start = time.process_time()
    for _ in range(calls):
        run()
    return time.process_time() - start


def contestants(query: str, doc: dict[str, Any]) -> dict[str, Callable[[], Any]]:
    """One call per library; ours also without a compiled path at hand."""
    ours, theirs, other = (
        compile_path(query),
        python_jsonpath.compile(query),
        jsonpath_ng.parse(query),
    )
    return {
        "trunkline": lambda: ours.evaluate(doc),
        "evaluate()": lambda: evaluate(query, doc),
        "python-jsonpath": lambda: theirs.findall(doc),
        "jsonpath-ng": lambda: [match.value for match in other.find(doc)],
    }


def agree(runs: dict[str, Callable[[], Any]], definite: bool) -> None:
    found = {name: run() for name, run in runs.items()}
    wanted = [found["trunkline"]] if definite else found["trunkline"]
    for name in ("python-jsonpath", "jsonpath-ng"):
        if found[name] != wanted and sorted(map(str, found[name])) != sorted(map(str, wanted)):
            raise SystemExit(f"{name} finds something else")


def main() -> int:
    """Print a table; 1 if any library is ahead anywhere."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--items", type=int, default=200)
    options = parser.parse_args()
    doc = document(options.items)
    behind = 0
    print(f"{'query':58} {'µs':>9} {'evaluate()':>11} {'python-jsonpath':>16} {'jsonpath-ng':>12}")
    for query in QUERIES:
        runs = contestants(query, doc)
        agree(runs, compile_path(query).definite)
        times = {name: best(run, options.rounds) for name, run in runs.items()}
        own = times["trunkline"]
        ratios = [times[name] / own for name in ("evaluate()", "python-jsonpath", "jsonpath-ng")]
        behind += min(ratios[1:]) < 1
        print(f"{query:58} {own * 1e6:9.2f} {ratios[0]:10.2f}x {ratios[1]:15.1f}x {ratios[2]:11.1f}x")
    print("ahead of both on every query" if not behind else f"behind on {behind} queries")
    return int(behind > 0)


if __name__ == "__main__":
    raise SystemExit(main())
