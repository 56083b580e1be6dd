"""Writes the tests that a search of paths comes to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from trunkline.domain.json import Json, JsonObject
from trunkline.engine.expression import NotSet, Value
from trunkline.engine.flow import Asked, Kind, Question, Verdict, Visit
from trunkline.engine.flow.explore import Attempt, Search, taken
from trunkline.engine.flow.question import (
    ANSWERED,
    CALLER,
    FAILURE,
    FOUND,
    NO_INPUT,
    NO_MATCH,
    SUCCESS,
    YES,
)
from trunkline.engine.flow.typed import plain, shown
from trunkline.project.suite.flows.outside import SECTIONS
from trunkline.project.suite.flows.read import case_of
from trunkline.project.suite.flows.run import run_case
from trunkline.project.suite.flows.shape import calls_of, end_of, path_of

_SPECIAL: Final = re.compile(r"[.^$*+?{}\[\]\\|()]")
_NAME: Final = 110
_LENGTH: Final = 12
"""How many actions a new branch may cost before a shorter path is preferred."""


@dataclass(frozen=True, slots=True)
class Suite:
    """The tests of a flow as plain values. `unsure` are paths whose test did not repeat the path."""

    document: JsonObject
    tests: int
    covered: int
    unsure: tuple[str, ...] = ()


def write_suite(search: Search, flow: str, *, every_path: bool = False, fewest: bool = False) -> Suite:
    """A suite of one test a path: some paths that take every branch found, or all of them.

    Every test is run once as it will stand in the file; one that does not come to the same path is left
    out and named.
    """
    ended = [path for path in search.paths if path.result.verdict is Verdict.ENDED]
    chosen = ended if every_path else choice_of(ended, fewest=fewest)
    names: dict[str, int] = {}
    tests: list[Json] = []
    unsure: list[str] = []
    covered: set[tuple[str, str]] = set()
    for path in chosen:
        news = taken(path.result) - covered
        name = _unique(_name(path, news), names)
        test = _test(name, path, search)
        if _repeats(search, test, path):
            covered |= taken(path.result)
            tests.append(test)
        else:
            unsure.append(name)
    reached = {branch.id for branch in search.branches} & covered
    return Suite({"flow": flow, "tests": tests}, len(tests), len(reached), tuple(unsure))


def choice_of(paths: Iterable[Attempt], *, fewest: bool = False) -> list[Attempt]:
    """A choice of paths that take every branch, and meet every error, that any of them does.

    Short paths come first, so that each test says one thing; with `fewest` as few paths as may be.
    """
    left = {id(path): (path, _takes(path)) for path in paths}
    chosen: list[Attempt] = []
    missing = set[tuple[str, str]]().union(*(parts for _, parts in left.values()))

    def worth(one: tuple[Attempt, set[tuple[str, str]]]) -> tuple[float, int]:
        path, news = one[0], len(one[1] & missing)
        return (news if fewest else news / (_LENGTH + path.result.actions), -path.result.actions)

    while missing:
        path, parts = max(left.values(), key=worth)
        chosen.append(path)
        missing -= parts
        del left[id(path)]
    return chosen


def _takes(path: Attempt) -> set[tuple[str, str]]:
    failing = {(visit.step.id, "error") for visit in path.result.visits if visit.error is not None}
    end = path.result.end
    return taken(path.result) | failing | {("end", end.type if end else "")}


def _repeats(search: Search, test: JsonObject, path: Attempt) -> bool:
    result, faults = run_case(search.program, case_of(test))
    return not faults and path_of(result) == path_of(path.result) and result.errors == path.result.errors


def _unique(name: str, names: dict[str, int]) -> str:
    number = names[name] = names.get(name, 0) + 1
    return name if number == 1 else f"{name} ({number})"


def _name(path: Attempt, news: set[tuple[str, str]]) -> str:
    """What is particular about a path, and how it ends."""
    parts: dict[str, None] = {}
    for visit in path.result.visits:
        if visit.error is not None:
            parts[f"{visit.step.title} fails"] = None
        elif (
            visit.output is not None
            and (visit.step.id, visit.output) in news
            and visit.step.type != "LoopTask"
        ):
            parts[f"{visit.step.title}: {_label(visit)}"] = None
    what = ", ".join(list(parts)[-2:]) or "the usual way"
    end = end_of(path.result)
    where = next((str(end[key]) for key in ("queue", "reason", "to", "flow") if end.get(key)), "")
    text = f"{what} → {end['type']}{f' {where}' if where else ''}"
    return text if len(text) <= _NAME else f"{text[: _NAME - 1]}…"


def _label(visit: Visit) -> str:
    way = visit.step.exits.get(visit.output or "")
    return way.label if way is not None else str(visit.output).strip("_").replace("_", " ").capitalize()


def _test(name: str, path: Attempt, search: Search) -> JsonObject:
    test: JsonObject = {"name": name}
    starting = {one.name for one in search.graph.variables if one.has_value}
    read = {key for visit in path.result.visits for key in visit.step.reads}
    read |= {key for one in search.program.variables for key in one.initial.reads}
    given = {
        key: plain(value)
        for key, value in path.given.items()
        if search.program.key_of(key) in read and (not isinstance(value, NotSet) or key in starting)
    }
    if given:
        test["inputs"] = given
    if path.data:
        test["participant_data"] = dict(path.data)
    test |= _mocks(path.result.asked)
    steps: list[Json] = [_step(one) for one in path.result.asked if one.question.kind in CALLER]
    if steps:
        test["steps"] = steps
    rounds = [one for one in path.result.asked if one.question.kind is Kind.QUEUE]
    waited = len(rounds) + (bool(rounds) and rounds[-1].answer.output != ANSWERED)
    if waited > 1:
        test["queue"] = {"rounds": waited}
    test["expect"] = _expected(path)
    return test


def _expected(path: Attempt) -> JsonObject:
    result = path.result
    calls: list[Json] = [{name: inputs} if inputs else name for name, inputs in calls_of(result)]
    expect: JsonObject = {"end": end_of(result), "path": list(path_of(result))}
    if result.said:
        expect["said"] = [pattern(text) for text in result.said]
    if calls:
        expect["called"] = calls
    if result.participant_data:
        expect["participant_data"] = dict(result.participant_data)
    if result.errors:
        expect["errors"] = [pattern(error) for error in result.errors]
    return expect


def pattern(text: str) -> str:
    """A regular expression for exactly this text somewhere."""
    return _SPECIAL.sub(lambda found: f"\\{found[0]}", text)


def _mocks(asked: list[Asked]) -> JsonObject:
    """All answers but the caller's, by section and name, in order; those given by themselves left out."""
    found: dict[str, dict[str, list[Json]]] = {}
    usual: dict[tuple[str, str], bool] = {}
    for one in asked:
        section = SECTIONS.get(one.question.kind)
        if section is None:
            continue
        name = one.question.subject or one.question.action
        found.setdefault(section, {}).setdefault(name, []).append(_reply(one))
        usual[section, name] = usual.get((section, name), True) and _is_usual(one)
    mocks: JsonObject = {}
    for section, names in found.items():
        needed: JsonObject = {
            name: replies[0] if all(reply == replies[0] for reply in replies) else list(replies)
            for name, replies in names.items()
            if not usual[section, name]
        }
        if needed:
            mocks[section] = needed
    return mocks


def _is_usual(one: Asked) -> bool:
    kind, output = one.question.kind, one.answer.output
    by_itself = {Kind.TRANSFER: SUCCESS, Kind.SERVICE: SUCCESS}
    first = SUCCESS if SUCCESS in one.question.outputs else one.question.outputs[0]
    return kind in by_itself and output == first and not one.answer.values


def _reply(one: Asked) -> Json:
    values: JsonObject = {name: plain(value) for name, value in one.answer.values.items()}
    word = _word(one.question, one.answer.output)
    if one.question.kind is Kind.BOT:
        return values
    if one.question.kind in (Kind.DATA_ACTION, Kind.TABLE) and one.answer.output in (SUCCESS, FAILURE, FOUND):
        return {word: values}
    return {word: values} if values else word


def _word(question: Question, output: str) -> str:
    """What a test calls an output: `success`; of choices their label, unless two have the same."""
    if output.startswith("__"):
        return output.strip("_").lower()
    label = question.labels.get(output, "")
    same = [one for one in question.outputs if question.labels.get(one, "").lower() == label.lower()]
    return label if label and len(same) == 1 else output


def _step(one: Asked) -> Json:
    question, answer = one.question, one.answer
    if answer.output == NO_INPUT:
        return "wait"
    if answer.output == NO_MATCH:
        return "unclear"
    match question.kind:
        case Kind.MENU:
            key, colon, name = _word(question, answer.output).partition(": ")
            return {"press": int(key) if key.isdigit() else key} if colon else {"say": key or name}
        case Kind.YES_NO:
            return {"say": "yes" if answer.output == YES else "no"}
        case Kind.INTENT:
            return {"say": "…", "intent": _word(question, answer.output)}
        case Kind.CHOICE:
            return {"choose": _word(question, answer.output)}
        case _:
            return _words(answer.values)


def _words(values: Mapping[str, Value]) -> Json:
    """What the caller types or says: digits, words, the value of a slot."""
    name, value = next(iter(values.items()))
    if name == "digits":
        return {"press": str(value)}
    if name == "text":
        return {"say": str(value)}
    return {"say": shown(value), "slots": {name: plain(value)}}
