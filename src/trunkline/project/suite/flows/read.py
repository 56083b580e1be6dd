"""Reads `*.flowtest.yaml`: see `docs/simulation.md` for the form.

flow: Main Customer Line          # a name, a file beside this one; else the flow of the file beside it
data_actions: {…}                 # what is said here holds for all tests
tests:
  - name: a known caller is greeted by name
    now: 2026-05-06T09:00:00Z
    inputs: {Flow.customerId: "17"}          # any variable; call: {ani: …} is short for Call.Ani
    data_actions: {Find Customer: {success: {name: Ann}}}
    tables: {Regions: {"317": {name: Indy}}}
    schedules: {Service Hours: open}
    steps: [hear: Press 1, press: 1, say: yes, wait, hang_up]
    expect: {end: {type: TransferToAcd, queue: Claims}, said: [Hello Ann]}
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path as FilePath
from typing import Final

from trunkline.domain.action.fault import Reader
from trunkline.domain.finding import Finding, Severity
from trunkline.domain.json import Json, JsonObject, Path
from trunkline.domain.resource import Place, Source
from trunkline.engine.expression import ExpressionError
from trunkline.engine.expression.timing import read_date_time
from trunkline.engine.flow import START
from trunkline.errors import InvalidInput
from trunkline.project.files import read_text
from trunkline.project.suite.flows.case import FlowCase, FlowTestFile, Mock, Reply
from trunkline.project.suite.read import fill
from trunkline.project.yamlfile import YamlFault, parse_yaml

MOCKS: Final = (
    "data_actions", "tables", "schedules", "bots", "transfers", "services", "lookups", "stubs",
)  # fmt: skip
SCOPES: Final = ("call", "chat", "email", "message", "workitem", "session")
SHARED: Final = (
    "inputs", "set", "now", "language", "participant_data", "queue", "org", "run", *SCOPES, *MOCKS,
)  # fmt: skip
TOP: Final = ("flow", "tests", *SHARED)
CASE: Final = ("name", "table", "steps", "expect", *SHARED)
EXPECT: Final = (
    "end", "path", "visited", "never_visited", "said", "said_any_order", "never_said", "variables",
    "participant_data", "called", "called_any_order", "never_called", "records", "errors", "loops", "clock",
    "actions", "language", "snapshot",
)  # fmt: skip
STEPS: Final = ("hear", "press", "say", "choose", "wait", "hang_up", "unclear", "intent", "slots")
ALONE: Final = ("wait", "hang_up", "unclear")
WORDS: Final = (
    "success", "failure", "timeout", "found", "not_found", "open", "closed", "holiday", "emergency", "active",
    "inactive", "default", "yes", "no",
)  # fmt: skip
BESIDE: Final = ("expect_input", "reply", "replies", "path", "set")
QUEUE: Final = ("rounds", "answered_after", "hang_up_after")
PATTERNS: Final = ("said", "said_any_order", "never_said")


def read_flow_tests(root: FilePath, paths: Sequence[FilePath] = ()) -> list[FlowTestFile]:
    """All test files below `flows/`, or those given. Faults are in each file's findings."""
    return [_read(root, path) for path in paths or sorted((root / "flows").rglob("*.flowtest.y*ml"))]


def _read(root: FilePath, path: FilePath) -> FlowTestFile:
    name = path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
    try:
        document = parse_yaml(read_text(path))
    except YamlFault as fault:
        faults = [
            _finding("test-yaml", Place(name, line, column), text) for line, column, text in fault.faults
        ]
        return FlowTestFile(name, path, None, (), tuple(faults))
    except InvalidInput as error:
        return FlowTestFile(name, path, None, (), (_finding("test-yaml", Place(name), error.message),))
    reader = Reader()
    source = Source(name, document.positions)
    top = reader.object(document.value, (), TOP)
    tests = top.get("tests")
    if not isinstance(tests, list) or not tests:
        reader.fault(("tests",), "a test file needs a list of tests")
        tests = []
    reading = _Cases(reader, source, {key: value for key, value in top.items() if key in SHARED})
    cases = [case for index, test in enumerate(tests) for case in reading.read(test, ("tests", index))]
    flow = reader.text(top.get("flow"), ("flow",)) or None
    findings = tuple(
        _finding("test-form", source.place(fault.path), fault.message, fault.hint) for fault in reader.faults
    )
    return FlowTestFile(name, path, flow, tuple(cases), findings)


def case_of(test: JsonObject) -> FlowCase:
    """One test from plain values, as it stands in a file. Raises ValueError with all its faults."""
    reader = Reader()
    (case,) = _Cases(reader, Source("test", {}), {}).read(test, ())
    if reader.faults:
        raise ValueError("; ".join(str(fault) for fault in reader.faults))
    return case


class _Cases:
    def __init__(self, reader: Reader, source: Source, shared: JsonObject) -> None:
        self.reader = reader
        self.source = source
        self.shared = shared

    def read(self, value: Json, path: Path) -> list[FlowCase]:
        """The cases of one test: one for each row of its table."""
        given = self.reader.object(value, path, CASE)
        rows = given.get("table")
        if rows is None:
            return [self._case(given, path)]
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self.reader.fault((*path, "table"), "must be a list of rows, each with its columns")
            return []
        return [self._row(given, row, path) for row in rows if isinstance(row, dict)]

    def _row(self, given: JsonObject, row: JsonObject, path: Path) -> FlowCase:
        filled = {key: fill(child, row) for key, child in given.items() if key != "table"}
        case = self._case(filled, path)
        name = re.sub(r"\{(\w+)\}", lambda use: str(row.get(use[1], use[0])), case.name)
        return replace(case, name=name)

    def _case(self, given: JsonObject, path: Path) -> FlowCase:
        reader = self.reader
        name = reader.text(given.get("name"), (*path, "name")) or "without a name"
        whole = self._with_shared(given)
        data = reader.object(whole.get("participant_data"), (*path, "participant_data"))
        others = whole.get("run")
        return FlowCase(
            name=name,
            place=self.source.place((*path, "name") if "name" in given else path),
            given=self._given(whole, path),
            now=self._moment(whole.get("now"), (*path, "now")),
            language=reader.text(whole.get("language"), (*path, "language")),
            participant_data={key: str(value) for key, value in data.items()},
            mocks={kind: self._mocks(whole.get(kind), (*path, kind), kind) for kind in MOCKS},
            steps=self._steps(given.get("steps"), (*path, "steps")),
            queue=reader.object(whole.get("queue"), (*path, "queue"), QUEUE),
            org=whole.get("org"),
            run=tuple(str(one) for one in others) if isinstance(others, list) else (),
            expect=self._expect(given.get("expect"), (*path, "expect")),
        )

    def _with_shared(self, given: JsonObject) -> JsonObject:
        """The test's own parts over those of the whole file, name by name."""
        whole = dict(self.shared)
        for key, value in given.items():
            common = whole.get(key)
            if isinstance(common, dict) and isinstance(value, dict):
                value = {**common, **value}
            whole[key] = value
        return whole

    def _given(self, whole: JsonObject, path: Path) -> JsonObject:
        found: JsonObject = {}
        for key in ("inputs", "set"):
            found |= self.reader.object(whole.get(key), (*path, key))
        for scope in SCOPES:
            values = self.reader.object(whole.get(scope), (*path, scope))
            found |= {f"{scope.capitalize()}.{name}": value for name, value in values.items()}
        return found

    def _moment(self, value: Json, path: Path) -> datetime:
        text = self.reader.text(value, path)
        if not text:
            return START
        try:
            return read_date_time(text)
        except ExpressionError as error:
            self.reader.fault(path, str(error), "write for example 2026-05-06T09:00:00Z")
            return START

    def _mocks(self, value: Json, path: Path, kind: str) -> Mapping[str, Mock]:
        mocks = self.reader.object(value, path)
        return {name.lower(): self._mock(mock, (*path, name), kind) for name, mock in mocks.items()}

    def _mock(self, value: Json, path: Path, kind: str) -> Mock:
        if isinstance(value, list):
            replies = [self._reply(one, (*path, index), kind) for index, one in enumerate(value)]
            return Mock(tuple(replies))
        is_rows = kind == "tables" and isinstance(value, dict) and not value.keys() & {*WORDS, *BESIDE}
        if is_rows and isinstance(value, dict):
            rows = {
                str(key): self.reader.object(row, (*path, key)) if isinstance(row, dict) else {}
                for key, row in value.items()
            }
            return Mock(rows=rows)
        return Mock((self._reply(value, path, kind),), repeats=True)

    def _reply(self, value: Json, path: Path, kind: str) -> Reply:
        if isinstance(value, str):
            return Reply(value)
        given = self.reader.object(value, path)
        wanted = given.get("expect_input")
        expected = None if wanted is None else self.reader.object(wanted, (*path, "expect_input"))
        if kind == "stubs":
            return Reply(str(given.get("path", "")), self.reader.object(given.get("set"), (*path, "set")))
        service = given.get("replies", [given["reply"]] if "reply" in given else None)
        if isinstance(service, list):
            return Reply("", {}, expected, tuple(self.reader.object(one, path) for one in service))
        words = [key for key in given if key in WORDS]
        if kind == "bots" and not words:
            return Reply("", {key: one for key, one in given.items() if key != "expect_input"}, expected)
        if len(words) != 1 or given.keys() - {*WORDS, *BESIDE}:
            self.reader.fault(path, f"needs one of {', '.join(WORDS[:4])} and the like", "success: {…}")
            return Reply("")
        values = given[words[0]]
        return Reply(words[0], dict(values) if isinstance(values, dict) else {"result": values}, expected)

    def _steps(self, value: Json, path: Path) -> tuple[JsonObject, ...]:
        if value is None:
            return ()
        if not isinstance(value, list):
            self.reader.expected(path, "a list of steps", value)
            return ()
        return tuple(self._step(step, (*path, index)) for index, step in enumerate(value))

    def _step(self, value: Json, path: Path) -> JsonObject:
        if isinstance(value, str):
            if value not in ALONE:
                self.reader.fault(path, f"unknown step {value}", f"known here: {', '.join(STEPS)}")
            return {value: True}
        step = self.reader.object(value, path, STEPS)
        if "hear" in step:
            self._pattern(step["hear"], (*path, "hear"))
        return step

    def _expect(self, value: Json, path: Path) -> JsonObject:
        expect = self.reader.object(value, path, EXPECT)
        if not expect:
            self.reader.fault(path, "a test needs something to expect", "expect: {end: Disconnect}")
        for key in PATTERNS:
            patterns = expect.get(key)
            for index, pattern in enumerate(patterns if isinstance(patterns, list) else []):
                self._pattern(pattern, (*path, key, index))
        return expect

    def _pattern(self, value: Json, path: Path) -> None:
        if isinstance(value, dict | list):
            self.reader.expected(path, "a regular expression", value)
            return
        try:
            re.compile(str(value))
        except re.error as error:
            self.reader.fault(path, f"is no regular expression: {error}")


def _finding(rule: str, place: Place, message: str, hint: str | None = None) -> Finding:
    return Finding(rule, Severity.ERROR, message, place=place, hint=hint)
