"""How long expressions take, as multiples of one addition: run it with `python bench/expression.py`."""

from __future__ import annotations

import timeit
from collections.abc import Callable
from functools import partial

from trunkline.engine.expression import Declaration, Scope, compile_tree, from_json, parse, type_of

CASES = {
    "addition": "Flow.n + 1",
    "two comparisons": 'Flow.s == "insert" or Flow.s == "update"',
    "concatenation": '"a" + Flow.s + ":" + ToString(Flow.n)',
    "search in a list": 'If(FindFirst(Flow.l, "IDLE") >= 0, GetAt(Flow.c, FindFirst(Flow.l, "IDLE")), 0)',
    "phone number": 'Replace(ToString(ToPhoneNumber(Flow.p).e164), "+", "")',
}
VARIABLES = {
    "Flow.n": 5,
    "Flow.s": "update",
    "Flow.l": ["BUSY", "IDLE"],
    "Flow.c": [1, 2],
    "Flow.p": "+1 (201) 555-0100",
}


def seconds(call: Callable[[], object], times: int) -> float:
    """The best of three: one call's time."""
    return min(timeit.repeat(call, number=times, repeat=3)) / times


def main() -> None:
    values = {name: from_json(value) for name, value in VARIABLES.items()}
    declared = {name: Declaration(type_of(value), f"id-{name}") for name, value in values.items()}
    scope = Scope({f"id-{name}": value for name, value in values.items()})
    unit = seconds(partial(compile_tree(parse(CASES["addition"], declared)).run, scope), 5000)
    for title, text in CASES.items():
        tree = parse(text, declared)
        run = seconds(partial(compile_tree(tree).run, scope), 5000) / unit
        compiling = seconds(partial(compile_tree, tree), 200) / unit
        parsing = seconds(partial(parse, text, declared), 200) / unit
        print(f"{title:18} run {run:5.1f}  compile {compiling:6.1f}  parse {parsing:6.1f}")


if __name__ == "__main__":
    main()
