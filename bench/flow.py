"""How long running flows takes, and writing the tests of the sample's: `python -m bench.flow`.

The unit is the flow's 50 expressions, evaluated alone: the rest is what the state machine costs.
"""

from __future__ import annotations

import json
import time
from importlib.resources import files
from itertools import pairwise
from typing import Any

from trunkline.engine.expression import Declaration, Scope, compile_tree, parse
from trunkline.engine.flow import Answer, Interaction, Question, Run, build
from trunkline.engine.flow.explore import search
from trunkline.project.suite.flows.write import write_suite

RUNS = 2_000
DECLARED = {"Flow.n": Declaration("int", "id-n"), "Flow.s": Declaration("str", "id-s")}


def expression(text: str, kind: str) -> dict[str, Any]:
    return {"config": parse(text, DECLARED, kind), "text": text, "type": kind, "metaData": {}}


def target(name: str) -> dict[str, Any]:
    declared = DECLARED[f"Flow.{name}"]
    leaf = {"pos": 1, "text": f"Flow.{name}", "type": declared.type, "val": declared.id}
    return {"config": {"ref": leaf}, "text": f"Flow.{name}", "type": declared.type}


def document() -> dict[str, Any]:
    """Fifty actions one after the other: assignments and decisions in turn."""
    actions: list[dict[str, Any]] = []
    for number in range(25):
        pair = {"variable": target("n"), "expression": expression(f"{number} * 2 + 1", "int")}
        words = {"variable": target("s"), "expression": expression('"a" + ToString(Flow.n)', "str")}
        actions.append({"id": f"u{number}", "__type": "UpdateVariableAction", "variables": [pair, words]})
        paths = [{"outputId": "__YES__", "label": "Yes"}, {"outputId": "__NO__", "label": "No"}]
        condition = expression(f'Flow.n > {number} and Contains(Flow.s, "a")', "bln")
        actions.append(
            {"id": f"d{number}", "__type": "DecisionAction", "expression": condition, "paths": paths}
        )
    for one, after in pairwise(actions):
        one["nextAction"] = after["id"]
    item = {"id": "main", "__type": "State", "name": "Main", "startAction": "u0", "actionList": actions}
    variables = [
        {"id": one.id, "name": name, "initialValue": {"type": one.type, "config": {"emp": {}}}}
        for name, one in DECLARED.items()
    ]
    whole = {"name": "Bench", "type": "workflow", "initialSequence": "main", "variables": variables}
    return {**whole, "flowSequenceItemList": [item]}


def nobody(question: Question) -> Answer:
    raise AssertionError(question)


def main() -> None:
    program = build(document())
    begun = time.perf_counter()
    actions = 0
    for _ in range(RUNS):
        actions = Run(program, Interaction(nobody)).go().actions
    took = time.perf_counter() - begun
    scope = Scope({"id-n": 5, "id-s": "a5"})
    ready = [compile_tree(parse('Flow.n > 5 and Contains(Flow.s, "a")', DECLARED)) for _ in range(50)]
    begun = time.perf_counter()
    for _ in range(RUNS):
        for one in ready:
            one.run(scope)
    alone = time.perf_counter() - begun
    print(f"a run of {actions} actions takes {took / alone:.1f} times its expressions alone")
    print(f"10,000 runs take {10_000 * took / RUNS:.1f} s on this machine")
    begun, tests, branches = time.perf_counter(), 0, 0
    folder = files("trunkline.emulator") / "sample" / "flows"
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".json"))
    for name in names:
        found = search(json.loads((folder / name).read_text(encoding="utf-8")), max_paths=300)
        suite = write_suite(found, name)
        tests, branches = tests + suite.tests, branches + suite.covered
    took = time.perf_counter() - begun
    print(f"{tests} tests that take {branches} branches of {len(names)} sample flows: {took:.1f} s")


if __name__ == "__main__":
    main()
