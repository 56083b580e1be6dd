"""Runs the cases of test files with the engine, on recorded replies."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path as FilePath
from time import perf_counter

from trunkline.domain.action.fault import nearest
from trunkline.domain.diff import MISSING, FieldChange, diff
from trunkline.domain.finding import Finding, Severity
from trunkline.domain.json import Json, JsonObject
from trunkline.domain.resource import Place, Resource
from trunkline.engine.action import Prepared, Reply, Request, Run, Send, prepare, run
from trunkline.project.suite.read import Case, TestFile, read_tests


class Outcome(StrEnum):
    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case that ran. `faults` say what differs; `trace` is the run, step by step."""

    file: str
    action: str
    case: Case
    outcome: Outcome
    faults: tuple[str, ...]
    duration_ms: float
    trace: Run | None = None


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """All cases, and what is wrong with the test files themselves."""

    results: tuple[CaseResult, ...]
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        return not self.findings and all(result.outcome is Outcome.PASSED for result in self.results)


def run_tests(files: Sequence[TestFile], actions: Sequence[Resource], pattern: str = "") -> SuiteResult:
    """Runs every case whose name or action holds `pattern`, in order."""
    subjects = _Subjects(actions)
    findings: list[Finding] = []
    results: list[CaseResult] = []
    for file in files:
        findings += file.findings
        subject = None if file.findings else subjects.find(file)
        if isinstance(subject, Finding):
            findings.append(subject)
        elif subject is not None:
            wanted = [case for case in file.cases if _matches(pattern, subject, case)]
            results += [_run_case(file.file, subject, case, subjects) for case in wanted]
    return SuiteResult(tuple(results), tuple(findings))


def _matches(pattern: str, subject: Resource, case: Case) -> bool:
    return pattern.casefold() in f"{subject.address.name} {case.name}".casefold()


class _Subjects:
    """The actions that test files speak of, each prepared once."""

    def __init__(self, actions: Sequence[Resource]) -> None:
        self._by_name = {resource.address.name: resource for resource in actions}
        self._by_file = {resource.source.file: resource for resource in actions if resource.source}
        self._prepared: dict[str, Prepared] = {}

    def find(self, file: TestFile) -> Resource | Finding:
        """The action that a file names, else the one defined beside it."""
        if file.action:
            return self._by_name.get(file.action) or self._missing(file, file.action)
        beside = [resource for name, resource in self._by_file.items() if _is_beside(file.file, name)]
        return beside[0] if len(beside) == 1 else self._missing(file, _stem(file.file))

    def prepared(self, name: str) -> Prepared | None:
        if name not in self._prepared and name in self._by_name:
            self._prepared[name] = prepare(self._by_name[name].body)
        return self._prepared.get(name)

    def _missing(self, file: TestFile, name: str) -> Finding:
        meant = nearest(name, self._by_name)
        hint = f"did you mean {meant}?" if meant else "name it with action: in the first line of the file"
        message = f"there is no data action {name} in this project (or it has faults)"
        return Finding("test-no-action", Severity.ERROR, message, place=Place(file.file, 1), hint=hint)


def first_reply(root: FilePath, resource: Resource) -> JsonObject | None:
    """The first recorded reply with a body in the tests of an action, where there is one."""
    source = resource.source.file if resource.source else ""
    for file in read_tests(root):
        if file.action == resource.address.name or (file.action is None and _is_beside(file.file, source)):
            return next((reply for case in file.cases for reply in case.replies if "body" in reply), None)
    return None


def _is_beside(test: str, definition: str) -> bool:
    """Whether `a/x.test.yaml` tests what `a/x.yaml` or `a/x.custom.json` defines."""
    folder, _, name = definition.rpartition("/")
    return _stem(test) == f"{folder}/{name.partition('.')[0]}".lstrip("/")


def _stem(test: str) -> str:
    return re.sub(r"\.test\.ya?ml$", "", test)


def _run_case(file: str, subject: Resource, case: Case, subjects: _Subjects) -> CaseResult:
    name = subject.address.name
    action = subjects.prepared(name)
    auth = subjects.prepared(case.auth) if case.auth else None
    start = perf_counter()
    faults: list[str] = []
    trace = None
    if action is None or (case.auth and auth is None):
        faults.append(f"there is no data action {case.auth or name} in this project")
    else:
        sent: list[Request] = []
        trace = run(action, case.input, _replaying(case, sent), credentials=case.credentials, auth=auth)
        faults += [*_outcome_faults(case, trace), *_request_faults(case, sent)]
    outcome = Outcome.FAILED if faults else Outcome.PASSED
    return CaseResult(file, name, case, outcome, tuple(faults), (perf_counter() - start) * 1000, trace)


def _replaying(case: Case, sent: list[Request]) -> Send:
    left = iter(case.replies)

    def send(request: Request) -> Reply:
        sent.append(request)
        reply = next(left, None)
        if reply is None:
            raise ConnectionError(f"the case has no reply left for {request.method} {request.url}")
        if reply.get("timeout"):
            raise TimeoutError("the case lets this request time out")
        body = reply.get("body", "")
        text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
        return Reply(reply.get("status", 200), reply.get("headers") or {}, text)

    return send


def _outcome_faults(case: Case, trace: Run) -> Iterator[str]:
    expect = case.expect
    if expect.fails:
        yield from _error_faults(case, trace)
    elif trace.error is not None and (expect.has_output or expect.part is not None):
        step = next((step for step in trace.steps if not step.ok), None)
        yield f"failed at {step.number}. {step.name}: {trace.error.message}" if step else trace.error.message
    elif expect.has_output:
        yield from (_difference(change) for change in diff(expect.output, trace.output))
    elif expect.part is not None:
        changes = diff(expect.part, trace.output)
        yield from (_difference(change) for change in changes if change.before is not MISSING)


def _error_faults(case: Case, trace: Run) -> Iterator[str]:
    if trace.error is None:
        yield f"expected an error, got the output {json.dumps(trace.output, ensure_ascii=False)}"
        return
    failed = next((step.name for step in trace.steps if not step.ok), "")
    if (case.expect.error_step or "").casefold() not in failed.casefold():
        yield f"expected the step {case.expect.error_step} to fail, {failed} did: {trace.error.message}"
    if (case.expect.error_message or "").casefold() not in trace.error.message.casefold():
        yield f"expected an error with {case.expect.error_message!r}, got {trace.error.message!r}"


def _request_faults(case: Case, sent: Sequence[Request]) -> Iterator[str]:
    if case.expect.request is None:
        return
    if not sent:
        yield "expected a request, none was sent"
        return
    actual = _sent_json(sent[-1], case.expect.request)
    for change in diff(case.expect.request, actual):
        if change.before is not MISSING:
            yield f"request {_difference(change)}"


def _sent_json(request: Request, wanted: Mapping[str, Json]) -> JsonObject:
    """The request in the shape the expectation has: a body expected as JSON is compared as JSON."""
    body: Json = request.body
    if body is not None and not isinstance(wanted.get("body"), str):
        try:
            body = json.loads(body)
        except ValueError:
            body = request.body
    return {"method": request.method, "url": request.url, "headers": dict(request.headers), "body": body}


def _difference(change: FieldChange) -> str:
    def shown(value: object) -> str:
        return "nothing" if value is MISSING else json.dumps(value, ensure_ascii=False)

    return f"{change.field}: expected {shown(change.before)}, got {shown(change.after)}"
