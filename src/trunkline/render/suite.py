"""Results of offline tests as text, JSON and JUnit."""

from __future__ import annotations

import json
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from trunkline.project.suite import CaseResult, Outcome, SuiteResult
from trunkline.render.findings import finding_json, xml_text
from trunkline.render.style import bold, colour, count, dim

FORMATS = ("text", "json", "junit")


def render_suite(suite: SuiteResult, form: str, *, verbose: bool = False) -> str:
    """A suite in one of FORMATS. `verbose` lists the cases that passed, too."""
    if form == "json":
        return json.dumps(_json(suite), indent=2, ensure_ascii=False)
    if form == "junit":
        return _junit(suite)
    return _text(suite, verbose)


def _text(suite: SuiteResult, verbose: bool) -> str:
    lines = [f"{finding}" for finding in suite.findings]
    for result in suite.results:
        failed = result.outcome is Outcome.FAILED
        if failed or verbose:
            sign = colour("✗", "red") if failed else colour("✓", "green")
            lines.append(f"{sign} {bold(result.action)}: {result.case.name} {dim(str(result.case.place))}")
            lines += [f"    {fault}" for fault in result.faults]
    failures = sum(result.outcome is Outcome.FAILED for result in suite.results)
    passed = len(suite.results) - failures
    total = f"{passed} passed, {failures} failed"
    if suite.findings:
        total += f", {count(len(suite.findings), 'fault')} in test files"
    seconds = sum(result.duration_ms for result in suite.results) / 1000
    actions = len({result.action for result in suite.results})
    lines.append(f"{total}: {count(actions, 'action')} in {seconds:.2f} s")
    return "\n".join(lines)


def _json(suite: SuiteResult) -> dict[str, Any]:
    return {
        "passed": suite.passed,
        "cases": [
            {
                "action": result.action,
                "case": result.case.name,
                "file": result.file,
                "line": result.case.place.line,
                "outcome": str(result.outcome),
                "faults": list(result.faults),
                "durationMs": round(result.duration_ms, 3),
            }
            for result in suite.results
        ],
        "findings": [finding_json(finding) for finding in suite.findings],
    }


def _junit(suite: SuiteResult) -> str:
    failures = sum(result.outcome is Outcome.FAILED for result in suite.results)
    seconds = sum(result.duration_ms for result in suite.results) / 1000
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuite name="trunkline test" tests="{len(suite.results) + len(suite.findings)}" '
        f'failures="{failures}" errors="{len(suite.findings)}" time="{seconds:.3f}">',
    ]
    lines += [_junit_case(result) for result in suite.results]
    for finding in suite.findings:
        name, text = quoteattr(xml_text(finding.where)), escape(xml_text(finding.message))
        lines.append(f'  <testcase classname="{finding.rule}" name={name}><error>{text}</error></testcase>')
    return "\n".join([*lines, "</testsuite>"])


def _junit_case(result: CaseResult) -> str:
    name, classname = quoteattr(xml_text(result.case.name)), quoteattr(xml_text(result.action))
    head = (
        f"  <testcase classname={classname} name={name} file={quoteattr(result.file)} "
        f'time="{result.duration_ms / 1000:.3f}"'
    )
    if not result.faults:
        return f"{head}/>"
    return f"{head}><failure>{escape(xml_text(chr(10).join(result.faults)))}</failure></testcase>"
