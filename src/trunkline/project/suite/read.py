"""Reads `*.test.yaml`.

action: Get Current Weather Data      # else the action of the file beside it
credentials: {api_key: test}          # for all cases; ${{ env.NAME }} is read in a live run
auth: Get A Token                     # the customAuth action that logs in first; it takes the first reply
cases:
  - name: a mild day
    input: {latitude: 52.5, longitude: 13.4}
    reply: {status: 200, headers: {}, body: {…}}   # or a list; or {file: replies/x.json}; or {timeout: true};
                                                   # or {cassette: x.json}, which --record makes
    expect: {temperature: 18.4}                    # the whole output
    expect_part: {temperature: 18.4}               # or a part of it
    expect_error: {step: Execute request, message: gateway}   # or one text; substrings
    expect_request: {method: GET, url: https://…}  # what was sent
  - name: greets {who}                             # one case a row; {column} and ${{ case.column }}
    table:
      - {who: Ann, expected: Hello Ann}
      - {who: Bob, expected: Hello Bob}
    input: {name: "${{ case.who }}"}
    reply: {body: {}}
    expect: {text: "${{ case.expected }}"}
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path as FilePath

from trunkline.domain.action.fault import Reader
from trunkline.domain.finding import Finding, Severity
from trunkline.domain.json import Json, JsonObject, Path
from trunkline.domain.resource import Place, Source
from trunkline.errors import InvalidInput
from trunkline.project.files import read_text
from trunkline.project.jsonfile import JsonFault, parse_json
from trunkline.project.suite.conditions import ConditionCase, read_condition_cases
from trunkline.project.yamlfile import YamlFault, parse_yaml

TOP = ("action", "cases", "credentials", "auth", "conditions")
CASE = (
    "name", "input", "reply", "replies", "credentials", "auth", "table",
    "expect", "expect_part", "expect_error", "expect_request",
)  # fmt: skip
REPLY = ("status", "headers", "body", "file", "timeout", "cassette")
ERROR = ("step", "message")
REQUEST = ("method", "url", "headers", "body")
_CELL = re.compile(r"\$\{\{\s*case\.([A-Za-z_][\w-]*)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a case expects: the output, a part of it, or an error; and what was sent."""

    output: Json = None
    has_output: bool = False
    part: JsonObject | None = None
    error_step: str | None = None
    error_message: str | None = None
    request: JsonObject | None = None

    @property
    def fails(self) -> bool:
        return self.error_step is not None or self.error_message is not None


@dataclass(frozen=True, slots=True)
class Case:
    """One run of an action: input, recorded replies (or the cassette of them), what must come of it."""

    name: str
    place: Place
    input: Json
    replies: tuple[JsonObject, ...]
    expect: Expectation
    credentials: JsonObject = field(default_factory=dict[str, Json])
    auth: str | None = None
    cassette: FilePath | None = None


@dataclass(frozen=True, slots=True)
class TestFile:
    """The cases of one file, for the action named or lying beside it."""

    __test__ = False

    file: str
    action: str | None
    cases: tuple[Case, ...]
    findings: tuple[Finding, ...] = ()
    conditions: tuple[ConditionCase, ...] = ()


def read_tests(root: FilePath, paths: Sequence[FilePath] = ()) -> list[TestFile]:
    """All test files below `actions/`, or those given. Faults are in each file's findings."""
    chosen = paths or sorted((root / "actions").rglob("*.test.y*ml"))
    return [_read(root, path) for path in chosen]


def _read(root: FilePath, path: FilePath) -> TestFile:
    name = path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
    try:
        document = parse_yaml(read_text(path))
    except YamlFault as fault:
        findings = [
            _finding("test-yaml", Place(name, line, column), text) for line, column, text in fault.faults
        ]
        return TestFile(name, None, (), tuple(findings))
    except InvalidInput as error:
        return TestFile(name, None, (), (_finding("test-yaml", Place(name), error.message),))
    reader = Reader()
    source = Source(name, document.positions)
    top = reader.object(document.value, (), TOP)
    conditions = read_condition_cases(top.get("conditions"), reader, source)
    raw = top.get("cases", [] if conditions else None)
    if not isinstance(raw, list) or not (raw or conditions):
        reader.fault(("cases",), "a test file needs a list of cases")
        raw = []
    cases: list[Case] = []
    for index, case in enumerate(raw):
        cases += _Cases(reader, source, path.parent, top).read(case, ("cases", index))
    action = reader.text(top.get("action"), ("action",)) or None
    findings = [
        _finding("test-form", source.place(fault.path), fault.message, fault.hint) for fault in reader.faults
    ]
    if findings:
        return TestFile(name, action, (), tuple(findings))
    return TestFile(name, action, tuple(cases), (), tuple(conditions))


@dataclass(frozen=True, slots=True)
class _Cases:
    reader: Reader
    source: Source
    folder: FilePath
    top: JsonObject

    def read(self, raw: Json, path: Path) -> list[Case]:
        given = self.reader.object(raw, path, CASE)
        rows = given.get("table")
        if rows is None:
            return [self._case(given, path, {})]
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self.reader.expected((*path, "table"), "a list of rows", rows)
            return []
        return [self._case(given, path, row) for row in rows]

    def _case(self, given: JsonObject, path: Path, row: Mapping[str, Json]) -> Case:
        filled = {key: fill(value, row) for key, value in given.items() if key != "table"}
        name = self.reader.text(filled.get("name"), (*path, "name"), f"case {int(path[1]) + 1}")
        for key, value in row.items():
            name = name.replace(f"{{{key}}}", str(value))
        auth = filled.get("auth", self.top.get("auth"))
        credentials = filled.get("credentials", self.top.get("credentials"))
        return Case(
            name,
            self.source.place(path),
            filled.get("input", {}),
            tuple(self._replies(filled, path)),
            self._expectation(filled, path),
            self.reader.object(credentials, (*path, "credentials")),
            self.reader.text(auth, (*path, "auth")) or None,
            self._cassette(filled.get("reply"), (*path, "reply")),
        )

    def _cassette(self, reply: Json, path: Path) -> FilePath | None:
        if not isinstance(reply, dict) or "cassette" not in reply:
            return None
        if len(reply) > 1:
            self.reader.fault(path, "a cassette holds the whole reply; nothing can stand beside it")
        name = self.reader.text(reply["cassette"], (*path, "cassette"))
        file = self.folder / name
        if not name.endswith(".json") or not file.resolve().is_relative_to(self.folder.resolve()):
            self.reader.fault((*path, "cassette"), "a cassette is a .json file in the folder of the test")
        return file

    def _replies(self, given: JsonObject, path: Path) -> list[JsonObject]:
        key = "replies" if "replies" in given else "reply"
        raw = given.get(key)
        items = raw if isinstance(raw, list) else [] if raw is None else [raw]
        replies: list[JsonObject] = []
        for index, item in enumerate(items):
            where = (*path, key, index) if isinstance(raw, list) else (*path, key)
            reply = self.reader.object(item, where, REPLY)
            if "file" in reply:
                reply = {**reply, "body": self._file(reply["file"], (*where, "file"))}
            replies.append(reply)
        return replies

    def _file(self, name: Json, where: Path) -> Json:
        text = self.reader.text(name, where)
        try:
            content = read_text(self.folder / text)
        except InvalidInput as error:
            self.reader.fault(where, f"{text} {error.message}")
            return None
        try:
            return parse_json(content)
        except JsonFault:
            return content

    def _expectation(self, given: JsonObject, path: Path) -> Expectation:
        kinds = [key for key in ("expect", "expect_part", "expect_error") if key in given]
        if len(kinds) != 1 and not (not kinds and "expect_request" in given):
            self.reader.fault(path, "a case needs one of expect, expect_part and expect_error")
        error = given.get("expect_error")
        if isinstance(error, str):
            error = {"message": error}
        wanted = self.reader.object(error, (*path, "expect_error"), ERROR)
        request = given.get("expect_request")
        part = given.get("expect_part")
        return Expectation(
            output=given.get("expect"),
            has_output="expect" in given,
            part=None if part is None else self.reader.object(part, (*path, "expect_part")),
            error_step=wanted.get("step", "" if error is not None else None),
            error_message=wanted.get("message", "" if error is not None else None),
            request=None
            if request is None
            else self.reader.object(request, (*path, "expect_request"), REQUEST),
        )


def fill(value: Json, row: Mapping[str, Json]) -> Json:
    """`${{ case.column }}` replaced; a text that is nothing else takes the column's own type."""
    if isinstance(value, dict):
        return {key: fill(child, row) for key, child in value.items()}
    if isinstance(value, list):
        return [fill(child, row) for child in value]
    if not isinstance(value, str) or "${{" not in value:
        return value
    whole = _CELL.fullmatch(value)
    if whole and whole[1] in row:
        return row[whole[1]]
    return _CELL.sub(lambda use: str(row.get(use[1], use[0])), value)


def _finding(rule: str, place: Place, message: str, hint: str | None = None) -> Finding:
    return Finding(rule, Severity.ERROR, message, place=place, hint=hint)
