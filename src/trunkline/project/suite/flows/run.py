"""Runs tests of flows with the engine."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter

from trunkline.domain.action.fault import nearest
from trunkline.domain.finding import Finding, Severity
from trunkline.domain.flow import from_configuration, is_configuration
from trunkline.domain.json import Json, JsonObject
from trunkline.domain.resource import Address, Place, Resource
from trunkline.engine.action import Prepared, prepare, recorded
from trunkline.engine.action import run as run_action
from trunkline.engine.action.wire import Reply as Recorded
from trunkline.engine.expression import Value
from trunkline.engine.expression.timing import read_duration
from trunkline.engine.flow import End, Interaction, Program, Question, Result, Run, build
from trunkline.engine.flow.question import FAILURE, SUCCESS, TIMEOUT
from trunkline.engine.flow.typed import typed
from trunkline.errors import InvalidInput
from trunkline.project.flowfile import read_flow_file
from trunkline.project.suite.flows.case import FlowCase, FlowTestFile
from trunkline.project.suite.flows.coverage import FlowCoverage
from trunkline.project.suite.flows.expect import faults_of
from trunkline.project.suite.flows.outside import Org, Outside
from trunkline.project.suite.flows.shape import snapshot_of
from trunkline.project.suite.result import CaseResult, Outcome, SuiteResult

_BUILT_IN = frozenset(("call", "chat", "email", "message", "session", "survey", "workitem", "bot", "menu"))
"""Scopes of built-in variables: a value for one that the flow does not read is of no effect."""


@dataclass(slots=True)
class FlowSubjects:
    """The flows and data actions that tests speak of, each prepared once."""

    flows: Sequence[Resource]
    actions: Sequence[Resource] = ()
    programs: dict[str, Program] = field(default_factory=dict[str, Program])
    prepared: dict[str, Prepared] = field(default_factory=dict[str, Prepared])

    def find(self, file: FlowTestFile) -> Resource | Finding:
        """The flow that a file names, by name or by file as seen from there; else the one beside it."""
        folder, _, base = file.file.rpartition("/")
        wanted = file.flow or base.partition(".flowtest.")[0]
        place = posixpath.normpath(posixpath.join(folder, wanted))
        for flow in self.flows:
            source = flow.source.file if flow.source else ""
            beside = not file.flow and posixpath.splitext(source)[0] == place
            if beside or wanted == flow.address.name or source in (wanted, place):
                return flow
        path = file.path.parent / wanted
        if path.is_file():
            try:
                return read_flow_file(path).resource
            except InvalidInput as error:
                return Finding("test-no-flow", Severity.ERROR, str(error), place=Place(file.file, 1))
        meant = nearest(wanted, [flow.address.name for flow in self.flows])
        hint = f"did you mean {meant}?" if meant else "name it with flow: in the first line of the file"
        message = f"there is no flow {wanted} in this project (or it has faults)"
        return Finding("test-no-flow", Severity.ERROR, message, place=Place(file.file, 1), hint=hint)

    def program(self, flow: Resource) -> Program:
        """Raises ValueError for a flow that is no configuration."""
        name = flow.address.name
        if name not in self.programs:
            self.programs[name] = build(flow.body)
        return self.programs[name]

    def named(self, names: Sequence[str]) -> dict[str, Program]:
        wanted = [flow for flow in self.flows if flow.address.name in names]
        return {flow.address.name: self.program(flow) for flow in wanted if is_configuration(flow.body)}

    def service(
        self, question: Question, inputs: JsonObject, replies: tuple[JsonObject, ...]
    ) -> tuple[str, JsonObject]:
        """Runs a data action of the project on recorded answers of its service."""
        action = next((one for one in self.actions if one.address.name == question.subject), None)
        if action is None:
            return FAILURE, {"errorMessage": f"there is no data action {question.subject} in this project"}
        if question.subject not in self.prepared:
            self.prepared[question.subject] = prepare(action.body)
        if any(reply.get("timeout") for reply in replies):
            return TIMEOUT, {}
        answers = [_recorded(reply) for reply in replies]
        done = run_action(self.prepared[question.subject], _nested(inputs), recorded(answers))
        if done.error is not None:
            return FAILURE, {"errorCode": str(done.error.code), "errorMessage": done.error.message}
        return SUCCESS, {name: _part(done.output, name.split(".")) for name in question.fields}


def _recorded(reply: JsonObject) -> Recorded:
    body: Json = reply.get("body", "")
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    status, headers = reply.get("status", 200), reply.get("headers")
    return Recorded(
        status if isinstance(status, int) else 200, headers if isinstance(headers, dict) else {}, text
    )


def _nested(inputs: JsonObject) -> JsonObject:
    """Flattened names (`address.city`) as the objects that the action's contract has."""
    found: JsonObject = {}
    for name, value in inputs.items():
        place, *rest = name.split(".")
        inner = found
        for part in rest:
            below = inner.setdefault(place, {})
            inner, place = (below if isinstance(below, dict) else {}), part
        inner[place] = value
    return found


def _part(value: Json, names: list[str]) -> Json:
    """A flattened output; of a list, that part of each of its elements."""
    if not names:
        return value
    if isinstance(value, list):
        return [_part(one, names) for one in value]
    return _part(value.get(names[0]), names[1:]) if isinstance(value, dict) else None


def run_flow_tests(
    files: Sequence[FlowTestFile],
    subjects: FlowSubjects,
    pattern: str = "",
    *,
    coverage: FlowCoverage | None = None,
    update: bool = False,
) -> SuiteResult:
    """Runs every case whose name or flow holds `pattern`, in order. `update` writes snapshots anew."""
    findings: list[Finding] = []
    results: list[CaseResult] = []
    for file in files:
        findings += file.findings
        subject = None if file.findings else subjects.find(file)
        if isinstance(subject, Finding):
            findings.append(subject)
        elif subject is not None:
            try:
                program = subjects.program(subject)
            except ValueError as error:
                message = f"{subject.address.name} cannot be run: {error}"
                findings.append(Finding("test-no-flow", Severity.ERROR, message, place=Place(file.file, 1)))
                continue
            if coverage is not None:
                coverage.of(program, from_configuration(subject.body))
            name = subject.address.name
            wanted = [one for one in file.cases if pattern.casefold() in f"{name} {one.name}".casefold()]
            results += [
                _run(file, subject.address, program, case, subjects, coverage, update) for case in wanted
            ]
    return SuiteResult(tuple(results), tuple(findings))


def _run(
    file: FlowTestFile,
    address: Address,
    program: Program,
    case: FlowCase,
    subjects: FlowSubjects,
    coverage: FlowCoverage | None,
    update: bool,
) -> CaseResult:
    start = perf_counter()
    try:
        result, faults = run_case(program, case, subjects)
    except InvalidInput as error:
        result, faults = None, [error.message]
    if result is not None:
        if coverage is not None:
            coverage.add(result)
        faults += [*faults_of(result, case.expect), *_snapshot(file, case, result, update)]
    outcome = Outcome.FAILED if faults else Outcome.PASSED
    took = (perf_counter() - start) * 1000
    return CaseResult(address, case.name, case.place, outcome, tuple(faults), took)


def run_case(
    program: Program, case: FlowCase, subjects: FlowSubjects | None = None
) -> tuple[Result, list[str]]:
    """One run as a test describes it, and what is wrong with the test itself.

    Raises InvalidInput for values that do not fit the variables they are given to.
    """
    outside = Outside(case, subjects.service if subjects is not None else None)
    interaction = Interaction(
        outside,
        Org.of(case.org),
        case.now,
        _until(case.queue),
        subjects.named(case.run) if subjects is not None else {},
        data=dict(case.participant_data),
    )
    outside.visits = interaction.visits
    run = Run(program, interaction, given_values(program, case.given))
    if case.language:
        run.speak(case.language)
    result = run.go()
    return result, outside.finish()


def given_values(program: Program, given: Mapping[str, Json]) -> dict[str, Value]:
    """Values for variables by name. Raises InvalidInput with all that do not fit."""
    values: dict[str, Value] = {}
    faults: list[str] = []
    for name, value in given.items():
        type_ = program.type_of(name)
        try:
            if type_ is None:
                meant = nearest(name, [*program.keys, *program.system])
                if "." not in name or name.partition(".")[0].lower() in ("flow", "task", "state", "slot"):
                    faults.append(
                        f"there is no variable {name}{f' (did you mean {meant}?)' if meant else ''}"
                    )
                continue
            values[name] = typed(value, type_)
        except ValueError as error:
            faults.append(f"{name}: {error}")
    if faults:
        raise InvalidInput("; ".join(faults))
    return values


def _until(queue: JsonObject) -> tuple[int, End] | None:
    for key, end in (("answered_after", "AgentAnswered"), ("hang_up_after", "CallerHangUp")):
        after = queue.get(key)
        if isinstance(after, str):
            return read_duration(after).milliseconds, End(end)
    return None


def _snapshot(file: FlowTestFile, case: FlowCase, result: Result, update: bool) -> list[str]:
    """Compares with the snapshot beside the test file; writes it where it is missing and may be."""
    name = case.expect.get("snapshot")
    if not isinstance(name, str):
        return []
    path = file.path.parent / name
    if not name.endswith(".json") or not path.resolve().is_relative_to(file.path.parent.resolve()):
        return [f"the snapshot {name} has to be a .json file in the folder of the test"]
    text = json.dumps(snapshot_of(result), indent=2, ensure_ascii=False) + "\n"
    if update:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return []
    if not path.is_file():
        return [f"there is no snapshot {name}; write it with --update-snapshots"]
    return _compared(name, path.read_text(encoding="utf-8"), text)


def _compared(name: str, before: str, after: str) -> list[str]:
    if before == after:
        return []
    for number, (old, new) in enumerate(zip(before.splitlines(), after.splitlines(), strict=False), 1):
        if old != new:
            return [f"{name}:{number}: expected {old.strip()}, got {new.strip()}"]
    return [f"{name}: {len(before.splitlines())} lines expected, got {len(after.splitlines())}"]
