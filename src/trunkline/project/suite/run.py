"""Runs the cases of test files with the engine: on recorded replies, or against the service itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath
from time import perf_counter

from trunkline.domain.action.fault import nearest
from trunkline.domain.finding import Finding, Severity
from trunkline.domain.json import JsonObject
from trunkline.domain.resource import Place, Resource
from trunkline.engine.action import Prepared, Reply, Request, Send, prepare, run
from trunkline.engine.action.secrets import secrets_of
from trunkline.errors import InvalidInput
from trunkline.project.suite.cassette import Recorder, recorded_replies, replaying, reply_of
from trunkline.project.suite.conditions import ConditionCase, catalogue_of, run_condition_cases
from trunkline.project.suite.coverage import Coverage
from trunkline.project.suite.credentials import real, stand_ins
from trunkline.project.suite.expect import differences
from trunkline.project.suite.read import Case, TestFile, read_tests
from trunkline.project.suite.result import CaseResult, Outcome, SuiteResult


@dataclass(frozen=True, slots=True)
class Live:
    """Asks the services themselves, for the cases that keep their replies in a cassette.

    `record` writes the cassettes anew.
    """

    send: Send
    record: bool = False


def run_tests(
    files: Sequence[TestFile],
    actions: Sequence[Resource],
    pattern: str = "",
    *,
    live: Live | None = None,
    coverage: Coverage | None = None,
    data_sets: Sequence[Resource] = (),
) -> SuiteResult:
    """Runs every case whose name or action holds `pattern`, in order.

    `data_sets` give the types of the fields that conditions read.
    """
    catalogue = catalogue_of(data_sets)
    subjects = _Subjects(actions)
    running = _Running(subjects, live, coverage)
    findings: list[Finding] = []
    results: list[CaseResult] = []
    for file in files:
        findings += file.findings
        subject = None if file.findings else subjects.find(file)
        if isinstance(subject, Finding):
            findings.append(subject)
        elif subject is not None:
            wanted = [case for case in file.cases if _matches(pattern, subject, case)]
            results += [running.case(subject, case) for case in wanted]
            chosen = [case for case in file.conditions if _matches(pattern, subject, case)]
            results += run_condition_cases(subject, chosen, catalogue)
    return SuiteResult(tuple(results), tuple(findings))


def _matches(pattern: str, subject: Resource, case: Case | ConditionCase) -> bool:
    return pattern.casefold() in f"{subject.address.name} {case.name}".casefold()


class _Subjects:
    """The actions that test files speak of, each prepared once."""

    def __init__(self, actions: Sequence[Resource]) -> None:
        self._by_name = {resource.address.name: resource for resource in actions}
        self._by_stem: dict[str, list[Resource]] = {}
        for resource in actions:
            if resource.source:
                self._by_stem.setdefault(_definition_stem(resource.source.file), []).append(resource)
        self._prepared: dict[str, Prepared] = {}

    def find(self, file: TestFile) -> Resource | Finding:
        """The action that a file names, else the one defined beside it."""
        if file.action:
            return self._by_name.get(file.action) or self._missing(file, file.action)
        beside = self._by_stem.get(_stem(file.file), [])
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
        beside = _stem(file.file) == _definition_stem(source)
        if file.action == resource.address.name or (file.action is None and beside):
            return next((reply for case in file.cases for reply in _recorded(case) if "body" in reply), None)
    return None


def _recorded(case: Case) -> Sequence[JsonObject]:
    if case.cassette is None:
        return case.replies
    return recorded_replies(case.cassette)[-1:] if case.cassette.exists() else ()


def _definition_stem(file: str) -> str:
    """`a/x` for `a/x.yaml` and `a/x.custom.json`, as `_stem` has it for `a/x.test.yaml`."""
    folder, _, name = file.rpartition("/")
    return f"{folder}/{name.partition('.')[0]}".lstrip("/")


def _stem(test: str) -> str:
    return re.sub(r"\.test\.ya?ml$", "", test)


@dataclass(frozen=True, slots=True)
class _Running:
    subjects: _Subjects
    live: Live | None
    coverage: Coverage | None

    def case(self, subject: Resource, case: Case) -> CaseResult:
        if self.live is not None and case.cassette is None:
            note = "its replies are written out: only a case with a cassette asks the service"
            return CaseResult(subject.address, case.name, case.place, Outcome.SKIPPED, note=note)
        start = perf_counter()
        note: str | None = None
        try:
            faults, note = self._run(subject, case)
        except InvalidInput as error:
            faults = (error.message,)
        outcome = Outcome.FAILED if faults else Outcome.PASSED
        spent = (perf_counter() - start) * 1000
        return CaseResult(subject.address, case.name, case.place, outcome, faults, spent, note)

    def _run(self, subject: Resource, case: Case) -> tuple[tuple[str, ...], str | None]:
        name = subject.address.name
        action = self._prepared(name)
        auth = self._prepared(case.auth) if case.auth else None
        credentials = stand_ins(case.credentials) if self.live is None else real(case.credentials)
        send = _replies(case, credentials) if self.live is None else self.live.send
        recorder = Recorder(send)
        branches = self.coverage.branches(name) if self.coverage else None
        trace = run(action, case.input, recorder, credentials=credentials, auth=auth, branches=branches)
        if self.coverage:
            self.coverage.ran(name, case.input, trace)
        note = self._record(recorder, case, credentials, subject)
        return tuple(differences(case.expect, trace, recorder.requests)), note

    def _prepared(self, name: str) -> Prepared:
        action = self.subjects.prepared(name)
        if action is None:
            raise InvalidInput(f"there is no data action {name} in this project")
        return action

    def _record(
        self, recorder: Recorder, case: Case, credentials: JsonObject, subject: Resource
    ) -> str | None:
        if self.live is None or not self.live.record or case.cassette is None:
            return None
        secrets = secrets_of(credentials)
        if subject.body.get("secure"):
            secrets += [text for text in secrets_of(case.input) if len(text) > 3]
        written = recorder.write(case.cassette, secrets)
        return f"recorded {case.cassette.name}" if written else "nothing came back to record"


def _replies(case: Case, credentials: JsonObject) -> Send:
    """The replies of a case, one a request."""
    if case.cassette is not None:
        return replaying(case.cassette, secrets_of(credentials))
    left = iter(case.replies)

    def send(request: Request) -> Reply:
        reply = next(left, None)
        if reply is None:
            raise ConnectionError(f"the case has no reply left for {request.method} {request.url}")
        if reply.get("timeout"):
            raise TimeoutError("the case lets this request time out")
        return reply_of(reply)

    return send
