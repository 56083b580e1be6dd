"""Results of offline tests as text, JSON and JUnit."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from trunkline.project.suite import ActionCoverage, CaseResult, Outcome, SuiteResult
from trunkline.project.suite.flows import FlowCovered
from trunkline.render.coverage import coverage_json, coverage_text
from trunkline.render.findings import finding_json, xml_text
from trunkline.render.flow_coverage import flow_coverage_json, flow_coverage_text
from trunkline.render.style import bold, colour, count, dim

FORMATS = ("text", "json", "junit")
_SIGNS = {
    Outcome.PASSED: colour("✓", "green"),
    Outcome.FAILED: colour("✗", "red"),
    Outcome.SKIPPED: colour("-", "yellow"),
}


def render_suite(
    suite: SuiteResult,
    form: str,
    *,
    verbose: bool = False,
    coverage: Sequence[ActionCoverage] | None = None,
    flows: Sequence[FlowCovered] = (),
) -> str:
    """A suite in one of FORMATS, with the coverage of actions and flows if it was taken.

    `verbose` lists the cases that passed, too. JUnit has no place for coverage.
    """
    if form == "json":
        document = _json(suite)
        if coverage is not None:
            document["coverage"] = coverage_json(coverage)
        if flows:
            document["flowCoverage"] = flow_coverage_json(flows)
        return json.dumps(document, indent=2, ensure_ascii=False)
    if form == "junit":
        return _junit(suite)
    tables = [coverage_text(coverage)] if coverage else []
    tables += [flow_coverage_text(flows)] if flows else []
    return "\n\n".join([*tables, _text(suite, verbose)])


def _text(suite: SuiteResult, verbose: bool) -> str:
    lines = [f"{finding}" for finding in suite.findings]
    for result in suite.results:
        told = result.outcome is Outcome.FAILED or (result.note and result.outcome is not Outcome.SKIPPED)
        if told or verbose:
            sign = _SIGNS[result.outcome]
            note = f" {dim(result.note)}" if result.note else ""
            lines.append(f"{sign} {bold(result.subject.name)}: {result.case} {dim(str(result.place))}{note}")
            lines += [f"    {fault}" for fault in result.faults]
    total = f"{suite.count(Outcome.PASSED)} passed, {suite.count(Outcome.FAILED)} failed"
    if skipped := suite.count(Outcome.SKIPPED):
        total += f", {skipped} skipped"
    if suite.findings:
        total += f", {count(len(suite.findings), 'fault')} in test files"
    seconds = sum(result.duration_ms for result in suite.results) / 1000
    subjects = {result.subject for result in suite.results}
    noun = "action" if all(subject.kind == "data_action" for subject in subjects) else "object"
    lines.append(f"{total}: {count(len(subjects), noun)} in {seconds:.2f} s")
    return "\n".join(lines)


def _json(suite: SuiteResult) -> dict[str, Any]:
    return {
        "passed": suite.passed,
        "cases": [
            {
                "kind": result.subject.kind,
                "name": result.subject.name,
                "case": result.case,
                "file": result.place.file,
                "line": result.place.line,
                "outcome": str(result.outcome),
                "faults": list(result.faults),
                **({"note": result.note} if result.note else {}),
                "durationMs": round(result.duration_ms, 3),
            }
            for result in suite.results
        ],
        "findings": [finding_json(finding) for finding in suite.findings],
    }


def _junit(suite: SuiteResult) -> str:
    from xml.sax.saxutils import escape, quoteattr

    failures, skipped = suite.count(Outcome.FAILED), suite.count(Outcome.SKIPPED)
    seconds = sum(result.duration_ms for result in suite.results) / 1000
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuite name="trunkline test" tests="{len(suite.results) + len(suite.findings)}" '
        f'failures="{failures}" errors="{len(suite.findings)}" skipped="{skipped}" time="{seconds:.3f}">',
    ]
    lines += [_junit_case(result) for result in suite.results]
    for finding in suite.findings:
        name, text = quoteattr(xml_text(finding.where)), escape(xml_text(finding.message))
        lines.append(f'  <testcase classname="{finding.rule}" name={name}><error>{text}</error></testcase>')
    return "\n".join([*lines, "</testsuite>"])


def _junit_case(result: CaseResult) -> str:
    from xml.sax.saxutils import escape, quoteattr

    name, classname = quoteattr(xml_text(result.case)), quoteattr(xml_text(result.subject.name))
    head = (
        f"  <testcase classname={classname} name={name} file={quoteattr(result.place.file)} "
        f'time="{result.duration_ms / 1000:.3f}"'
    )
    if result.outcome is Outcome.SKIPPED:
        return f"{head}><skipped message={quoteattr(xml_text(result.note or ''))}/></testcase>"
    if not result.faults:
        return f"{head}/>"
    return f"{head}><failure>{escape(xml_text(chr(10).join(result.faults)))}</failure></testcase>"
