"""Holds a run against what its test expects."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from trunkline.domain.diff import MISSING, diff
from trunkline.domain.json import Json, JsonObject
from trunkline.engine.flow import Result, Verdict
from trunkline.engine.flow.question import LOOP
from trunkline.engine.flow.typed import plain
from trunkline.project.suite.flows.shape import calls_of, clock_of, end_of, path_of


def faults_of(result: Result, expect: JsonObject) -> list[str]:
    """Everything that is not as expected, one line a fault."""
    faults: list[str] = []
    if result.verdict is Verdict.UNSUPPORTED:
        faults.append(f"unsupported: {result.message}")
    elif result.verdict is Verdict.UNANSWERED:
        faults.append(result.message)
    for key, wanted in expect.items():
        check = _CHECKS.get(key)
        if check is not None:
            faults += check(result, wanted)
    if result.errors and "errors" not in expect and not result.message:
        faults.append(f"the flow met an error: {result.errors[0]}")
    return faults


def _end(result: Result, wanted: Json) -> Iterator[str]:
    actual = end_of(result)
    whole = wanted if isinstance(wanted, dict) else {"type": wanted}
    for change in diff(whole, actual):
        if change.before is not MISSING:
            yield f"end {change.field}: expected {_shown(change.before)}, got {_shown(change.after)}"


def _path(result: Result, wanted: Json) -> Iterator[str]:
    actual, expected = path_of(result), _words(wanted)
    for number, (there, here) in enumerate(zip(expected, actual, strict=False), 1):
        if there != here:
            yield f"path, step {number}: expected {there}, got {here}"
            return
    if len(expected) > len(actual):
        yield f"path: ended after {len(actual)} steps, expected {expected[len(actual)]} next"
    elif len(actual) > len(expected):
        yield f"path: expected the end after {len(expected)} steps, went on with {actual[len(expected)]}"


def _came_by(result: Result, word: str) -> bool:
    """Whether a run came by an action: its number, name, or number and output."""
    return any(
        word in (str(visit.step.tracking_id), visit.step.name, text)
        for visit, text in zip(
            [one for one in result.visits if one.step.type != "Greeting"], path_of(result), strict=True
        )
    )


def _visited(result: Result, wanted: Json) -> Iterator[str]:
    for word in _words(wanted):
        if not _came_by(result, word):
            yield f"did not come by {word}"


def _never_visited(result: Result, wanted: Json) -> Iterator[str]:
    for word in _words(wanted):
        if _came_by(result, word):
            yield f"came by {word}, which it never should"


def _said(result: Result, wanted: Json) -> Iterator[str]:
    """Each pattern in a prompt after that of the one before."""
    place = 0
    for pattern in _words(wanted):
        found = next((at for at in range(place, len(result.said)) if _fits(pattern, result.said[at])), None)
        if found is None:
            heard = "; ".join(result.said[place:]) or "nothing more"
            yield f"expected to hear {pattern!r}, heard {heard!r}"
            return
        place = found + 1


def _said_any_order(result: Result, wanted: Json) -> Iterator[str]:
    for pattern in _words(wanted):
        if not any(_fits(pattern, text) for text in result.said):
            yield f"expected to hear {pattern!r}"


def _never_said(result: Result, wanted: Json) -> Iterator[str]:
    for pattern in _words(wanted):
        for text in result.said:
            if _fits(pattern, text):
                yield f"heard {text!r}, which never should be: {pattern!r}"


def _fits(pattern: str, text: str) -> bool:
    return re.search(pattern, text, re.IGNORECASE) is not None


def _variables(result: Result, wanted: Json) -> Iterator[str]:
    values = {name.lower(): plain(value) for name, value in result.variables.items()}
    for name, value in wanted.items() if isinstance(wanted, dict) else ():
        if name.lower() not in values:
            yield f"there is no variable {name}"
            continue
        if values[name.lower()] != value:
            yield f"{name}: expected {_shown(value)}, got {_shown(values[name.lower()])}"


def _data(result: Result, wanted: Json) -> Iterator[str]:
    for change in diff(wanted, dict(result.participant_data)):
        if change.before is not MISSING:
            before, after = _shown(change.before), _shown(change.after)
            yield f"participant data {change.field}: expected {before}, got {after}"


def _calls(wanted: Json) -> list[tuple[str, JsonObject]]:
    """`- Name` or `- Name: {input: value}`."""
    found: list[tuple[str, JsonObject]] = []
    for one in wanted if isinstance(wanted, list) else [wanted]:
        if isinstance(one, dict):
            found += [(name, inputs if isinstance(inputs, dict) else {}) for name, inputs in one.items()]
        else:
            found.append((str(one), {}))
    return found


def _called(result: Result, wanted: Json) -> Iterator[str]:
    actual, expected = calls_of(result), _calls(wanted)
    if [name for name, _ in actual] != [name for name, _ in expected]:
        names = ", ".join(name for name, _ in actual) or "nothing"
        yield f"called: expected {', '.join(name for name, _ in expected) or 'nothing'}, got {names}"
        return
    for (name, inputs), (_, given) in zip(expected, actual, strict=True):
        yield from _inputs(name, inputs, given)


def _inputs(name: str, wanted: JsonObject, given: JsonObject) -> Iterator[str]:
    for change in diff(wanted, given):
        if change.before is not MISSING:
            before, after = _shown(change.before), _shown(change.after)
            yield f"{name}: input {change.field}: expected {before}, got {after}"


def _called_any_order(result: Result, wanted: Json) -> Iterator[str]:
    left = calls_of(result)
    for name, inputs in _calls(wanted):
        found = next(
            (one for one in left if one[0] == name and not list(_inputs(name, inputs, one[1]))), None
        )
        if found is None:
            yield f"{name} was not called with {_shown(inputs)}"
        else:
            left.remove(found)


def _never_called(result: Result, wanted: Json) -> Iterator[str]:
    called = {name for name, _ in calls_of(result)}
    for name in _words(wanted):
        if name in called:
            yield f"{name} was called, which it never should"


def _records(result: Result, wanted: Json) -> Iterator[str]:
    kinds = Counter(one.kind for one in result.records)
    for kind, number in Counter(_words(wanted)).items():
        if kinds[kind] < number:
            yield f"records: expected {kind} {number} times, got {kinds[kind]}"


def _errors(result: Result, wanted: Json) -> Iterator[str]:
    patterns = [] if wanted in ("none", None) else _words(wanted)
    if not patterns and result.errors:
        yield f"expected no error, met: {'; '.join(result.errors)}"
    for pattern in patterns:
        if not any(_fits(pattern, error) for error in result.errors):
            yield f"expected the error {pattern!r}, met: {'; '.join(result.errors) or 'none'}"


def _loops(result: Result, wanted: Json) -> Iterator[str]:
    rounds = Counter(str(visit.step.tracking_id) for visit in result.visits if visit.output == LOOP)
    for number, count in wanted.items() if isinstance(wanted, dict) else ():
        if rounds[str(number)] != count:
            yield f"loop {number}: expected {count} rounds, got {rounds[str(number)]}"


def _clock(result: Result, wanted: Json) -> Iterator[str]:
    if clock_of(result) != wanted:
        yield f"clock: expected {wanted}, got {clock_of(result)}"


def _actions(result: Result, wanted: Json) -> Iterator[str]:
    if result.actions != wanted:
        yield f"actions: expected {wanted}, got {result.actions}"


def _language(result: Result, wanted: Json) -> Iterator[str]:
    if result.language.lower() != str(wanted).lower():
        yield f"language: expected {wanted}, got {result.language}"


_CHECKS: Final[Mapping[str, Callable[[Result, Json], Iterator[str]]]] = {
    "end": _end,
    "path": _path,
    "visited": _visited,
    "never_visited": _never_visited,
    "said": _said,
    "said_any_order": _said_any_order,
    "never_said": _never_said,
    "variables": _variables,
    "participant_data": _data,
    "called": _called,
    "called_any_order": _called_any_order,
    "never_called": _never_called,
    "records": _records,
    "errors": _errors,
    "loops": _loops,
    "clock": _clock,
    "actions": _actions,
    "language": _language,
}


def _words(value: Json) -> list[str]:
    return [str(one) for one in (value if isinstance(value, list) else [value])]


def _shown(value: object) -> str:
    return "nothing" if value is MISSING else json.dumps(value, ensure_ascii=False, default=str)
