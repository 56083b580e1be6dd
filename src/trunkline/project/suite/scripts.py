"""Unit tests of script actions, in `scripts/NAME.test.yaml`; the scripts run in the sandbox.

action: customer_score_calc          # else the script action of the file beside it
cases:
  - name: weighs the score
    input: {score: 10}
    now: 2026-01-01T00:00:00Z        # what Date tells; else the machine's clock
    seed: 7                          # of Math.random
    timeout: 2                       # seconds
    expect: 12                       # the whole output
    expect_part: {weight: 1.2}       # or a part of it
    expect_error: is not a function  # or a piece of the error
    expect_logs: [weighed]           # pieces of what is logged, in order
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path as FilePath

from trunkline.domain.action.fault import Reader
from trunkline.domain.diff import MISSING, FieldChange, diff
from trunkline.domain.finding import Finding, Severity
from trunkline.domain.json import Json, JsonObject, Path
from trunkline.domain.resource import Place, Resource, Source
from trunkline.engine.script import Fixed, Limits, ScriptEngine, ScriptRun, default_engine
from trunkline.errors import InvalidInput
from trunkline.project.files import read_text
from trunkline.project.suite.result import CaseResult, Outcome, SuiteResult
from trunkline.project.yamlfile import YamlFault, parse_yaml

TOP = ("action", "cases")
CASE = (
    "name", "input", "now", "seed", "timeout", "expect", "expect_part", "expect_error", "expect_logs",
)  # fmt: skip
LONGEST = 60.0


@dataclass(frozen=True, slots=True)
class _Case:
    name: str
    place: Place
    given: JsonObject
    fixed: Fixed
    limits: Limits


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    action: str | None = None
    cases: tuple[_Case, ...] = ()
    findings: list[Finding] = field(default_factory=list[Finding])


def run_script_tests(
    root: FilePath,
    scripts: Sequence[Resource],
    paths: Sequence[FilePath] = (),
    pattern: str = "",
    engine: ScriptEngine | None = None,
) -> SuiteResult:
    """Runs every case whose name or script holds `pattern`, of all files below `scripts/` or those given."""
    by_name = {resource.address.name: resource for resource in scripts}
    by_stem = {_stem(resource.source.file): resource for resource in scripts if resource.source}
    findings: list[Finding] = []
    results: list[CaseResult] = []
    for path in paths or sorted((root / "scripts").rglob("*.test.y*ml")):
        file = _read(root, path)
        findings += file.findings
        if file.findings:
            continue
        subject = by_name.get(file.action) if file.action else by_stem.get(_stem(file.name))
        if subject is None:
            message = f"there is no script action {file.action or _stem(file.name)} (or it has faults)"
            findings.append(Finding("test-no-action", Severity.ERROR, message, place=Place(file.name, 1)))
            continue
        name = subject.address.name
        wanted = [case for case in file.cases if pattern.casefold() in f"{name} {case.name}".casefold()]
        results += [_run(subject, case, engine or default_engine()) for case in wanted]
    return SuiteResult(tuple(results), tuple(findings))


def _stem(file: str) -> str:
    """`scripts/score` for `scripts/score.yaml` and `scripts/score.test.yaml`."""
    folder, slash, name = file.rpartition("/")
    return f"{folder}{slash}{name.partition('.')[0]}"


def _read(root: FilePath, path: FilePath) -> _File:
    name = path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
    try:
        document = parse_yaml(read_text(path))
    except YamlFault as fault:
        places = [(Place(name, line, column), text) for line, column, text in fault.faults]
        return _File(name, findings=[_finding("test-yaml", place, text) for place, text in places])
    except InvalidInput as error:
        return _File(name, findings=[_finding("test-yaml", Place(name), error.message)])
    reader, source = Reader(), Source(name, document.positions)
    top = reader.object(document.value, (), TOP)
    raw = top.get("cases")
    if not isinstance(raw, list) or not raw:
        reader.fault(("cases",), "a test file needs a list of cases")
        raw = []
    cases = tuple(_case(each, ("cases", index), reader, source) for index, each in enumerate(raw))
    action = reader.text(top.get("action"), ("action",)) or None
    faults = [_finding("test-form", source.place(each.path), each.message) for each in reader.faults]
    return _File(name, action, cases, faults)


def _finding(rule: str, place: Place, message: str) -> Finding:
    return Finding(rule, Severity.ERROR, message, place=place)


def _case(raw: Json, path: Path, reader: Reader, source: Source) -> _Case:
    given = reader.object(raw, path, CASE)
    name = reader.text(given.get("name"), (*path, "name"), f"case {int(path[-1]) + 1}")
    seconds = given.get("timeout", Limits().seconds)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds <= LONGEST:
        reader.fault((*path, "timeout"), f"must be seconds, up to {LONGEST:g}")
        seconds = 1.0
    seed = given.get("seed")
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int)):
        reader.expected((*path, "seed"), "a whole number", seed)
        seed = None
    logs = given.get("expect_logs")
    if logs is not None and not (isinstance(logs, list) and all(isinstance(each, str) for each in logs)):
        reader.expected((*path, "expect_logs"), "a list of texts", logs)
    fixed = Fixed(_moment(given.get("now"), (*path, "now"), reader), seed)
    return _Case(name, source.place(path), given, fixed, Limits(seconds=float(seconds)))


def _moment(value: Json, path: Path, reader: Reader) -> int | None:
    """Epoch milliseconds of an ISO 8601 time, UTC where it names no zone."""
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        reader.fault(path, "must be a time, as in 2026-01-01T00:00:00Z")
        return None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def _run(subject: Resource, case: _Case, engine: ScriptEngine) -> CaseResult:
    content = subject.body["script"]["content"]
    context = {"input": case.given.get("input", {})}
    run = engine.run(content, context, limits=case.limits, fixed=case.fixed)
    faults = tuple(_differences(case.given, run, subject))
    outcome = Outcome.FAILED if faults else Outcome.PASSED
    note = "; ".join(run.warnings) or None
    return CaseResult(subject.address, case.name, case.place, outcome, faults, run.duration_ms, note)


def _differences(expect: Mapping[str, Json], run: ScriptRun, subject: Resource) -> Iterator[str]:
    if "expect_error" in expect:
        wanted = str(expect["expect_error"])
        if run.fault is None:
            yield f"expected an error, got the output {_shown(run.output)}"
        elif wanted.casefold() not in str(run.fault).casefold():
            yield f"expected an error with {wanted!r}, got {run.fault}"
    elif run.fault is not None:
        at = (run.fault.line, run.fault.column or 1) if run.fault.line else None
        place = subject.source.place(("script", "content"), at) if subject.source else ""
        yield f"{run.status}: {run.fault.name}: {run.fault.message} ({place})"
    elif "expect" in expect:
        yield from map(_difference, diff(expect["expect"], run.output))
    elif "expect_part" in expect:
        changes = diff(expect["expect_part"], run.output)
        yield from (_difference(change) for change in changes if change.before is not MISSING)
    yield from _log_differences(expect.get("expect_logs") or [], run)


def _log_differences(wanted: Sequence[str], run: ScriptRun) -> Iterator[str]:
    lines = iter(log.message for log in run.logs)
    for piece in wanted:
        if not any(piece in line for line in lines):
            yield f"expected a logged line with {piece!r}, in this order"


def _difference(change: FieldChange) -> str:
    before, after = _shown(change.before), _shown(change.after)
    return f"{change.field}: expected {before}, got {after}"


def _shown(value: object) -> str:
    return "nothing" if value is MISSING else json.dumps(value, ensure_ascii=False)
