"""Two versions of a flow on the same tests: what a caller, and those behind the flow, would notice."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from trunkline.domain.json import Json, JsonObject
from trunkline.engine.flow import Program, Result, Verdict
from trunkline.errors import InvalidInput
from trunkline.project.suite.flows.read import case_of
from trunkline.project.suite.flows.run import run_case
from trunkline.project.suite.flows.shape import snapshot_of

_NOTICED = ("end", "said", "called", "records", "participantData", "errors", "clock", "language")


@dataclass(frozen=True, slots=True)
class Difference:
    """One test on which two versions behave differently, a line for each thing that differs."""

    test: str
    lines: tuple[str, ...]


def compare(old: Program, new: Program, tests: Sequence[JsonObject]) -> list[Difference]:
    """Runs the tests on both versions. Which actions ran does not matter; what came of them does."""
    found: list[Difference] = []
    for test in tests:
        lines = tuple(dict.fromkeys(_differences(old, new, test)))
        if lines:
            found.append(Difference(str(test.get("name", "")), lines))
    return found


def _differences(old: Program, new: Program, test: JsonObject) -> Iterator[str]:
    before, after = _result(old, test), _result(new, test)
    if isinstance(before, str) or isinstance(after, str):
        if before != after:
            yield f"was: {before if isinstance(before, str) else 'it ran'}"
            yield f"now: {after if isinstance(after, str) else 'it runs'}"
        return
    for result, word in ((before, "was"), (after, "now")):
        if result.verdict is not Verdict.ENDED:
            yield f"{word}: {result.message}"
    first, second = _noticed(before), _noticed(after)
    for key in _NOTICED:
        yield from _unlike(key, first[key], second[key])


def _noticed(result: Result) -> JsonObject:
    """The snapshot of a run; errors without the names of actions."""
    errors: list[Json] = [visit.error for visit in result.visits if visit.error is not None]
    return {**snapshot_of(result), "errors": errors}


def _result(program: Program, test: JsonObject) -> Result | str:
    try:
        return run_case(program, case_of(test))[0]
    except (InvalidInput, ValueError) as error:
        return str(error)


def _unlike(what: str, old: Json, new: Json) -> Iterator[str]:
    if old == new:
        return
    if isinstance(old, list) and isinstance(new, list):
        yield from _lists(what, old, new)
        return
    yield f"{what}: was {_shown(old)}, now {_shown(new)}"


def _lists(what: str, old: list[Json], new: list[Json]) -> Iterator[str]:
    for number in range(max(len(old), len(new))):
        before = old[number] if number < len(old) else None
        after = new[number] if number < len(new) else None
        if before != after:
            yield f"{what}, {number + 1}: was {_shown(before)}, now {_shown(after)}"
            return


def _shown(value: Json) -> str:
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False)


def distinct(documents: Iterable[JsonObject]) -> list[JsonObject]:
    """The tests of several suites, without those that give and answer the same."""
    found: dict[str, JsonObject] = {}
    for document in documents:
        tests = document.get("tests")
        for test in tests if isinstance(tests, list) else ():
            if isinstance(test, dict):
                given = {key: value for key, value in test.items() if key not in ("name", "expect")}
                found.setdefault(json.dumps(given, sort_keys=True), test)
    return list(found.values())
