"""Cases of `when:` in a `*.test.yaml`, beside those of the action itself.

conditions:
  - name: a gold customer with a high score
    row: {customers: {status: active, score: 81}}     # or {status: active, score: 81}
    expect: true                                      # or false, or unknown
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

from trunkline.domain.action.fault import Reader
from trunkline.domain.condition import Branch, Catalogue, Join, read_conditions, read_dataset
from trunkline.domain.json import Json, JsonObject
from trunkline.domain.resource import Place, Resource, Source
from trunkline.engine.condition import Evaluation, Program
from trunkline.project.suite.result import CaseResult, Outcome

FIELDS = ("name", "row", "expect")
_WORDS: dict[bool | None, str] = {True: "true", False: "false", None: "unknown"}


@dataclass(frozen=True, slots=True)
class ConditionCase:
    """One row, and what the condition must say of it: None is unknown."""

    name: str
    place: Place
    row: JsonObject
    expect: bool | None


def read_condition_cases(value: Json, reader: Reader, source: Source) -> list[ConditionCase]:
    """The cases under `conditions:`; faults go to `reader`."""
    if value is None:
        return []
    if not isinstance(value, list):
        reader.expected(("conditions",), "a list of cases", value)
        return []
    cases: list[ConditionCase] = []
    for index, each in enumerate(value):
        path = ("conditions", index)
        given = reader.object(each, path, FIELDS)
        name = reader.text(given.get("name"), (*path, "name"), f"condition {index + 1}")
        row = reader.object(given.get("row"), (*path, "row"))
        expect = given.get("expect")
        if "expect" not in given or not (isinstance(expect, bool) or expect in (None, "unknown")):
            reader.fault(path, "expect must be true, false or unknown")
        cases.append(
            ConditionCase(name, source.place(path), row, expect if isinstance(expect, bool) else None)
        )
    return cases


def catalogue_of(data_sets: Sequence[Resource]) -> Catalogue | None:
    """The data sets of a project; None where there are none."""
    read = [read_dataset(each.body, Reader()) for each in data_sets]
    return Catalogue(each for each in read if each is not None) if read else None


def run_condition_cases(
    subject: Resource, cases: Sequence[ConditionCase], catalogue: Catalogue | None
) -> list[CaseResult]:
    """Evaluates the condition of an action for each case."""
    if not cases:
        return []
    trees = read_conditions(subject.body.get("conditions") or []).trees
    if not trees:
        fault = (f"{subject.address.name} has no when:",)
        return [_result(subject, case, fault, 0.0) for case in cases]
    try:
        program = Program(trees[0] if len(trees) == 1 else Branch(Join.AND, trees), catalogue)
    except ValueError as error:
        return [_result(subject, case, (str(error),), 0.0) for case in cases]
    results: list[CaseResult] = []
    for case in cases:
        start = perf_counter()
        found = program.one(case.row)
        spent = (perf_counter() - start) * 1000
        faults = () if found.result is case.expect else (_differs(case, found),)
        results.append(_result(subject, case, faults, spent))
    return results


def _differs(case: ConditionCase, found: Evaluation) -> str:
    why = "; ".join(
        f"{trace.leaf} (is {'absent' if trace.value is None else trace.value})" for trace in found.deciding
    )
    return f"expected {_WORDS[case.expect]}, is {_WORDS[found.result]}: {why}"


def _result(subject: Resource, case: ConditionCase, faults: tuple[str, ...], spent: float) -> CaseResult:
    outcome = Outcome.FAILED if faults else Outcome.PASSED
    return CaseResult(subject.address, case.name, case.place, outcome, faults, spent)
