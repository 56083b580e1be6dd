"""Findings as text, JSON, SARIF, JUnit and GitHub annotations."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from trunkline.domain.finding import Finding, Severity
from trunkline.domain.json import show_path
from trunkline.render.style import bold, count, dim, severity
from trunkline.version import __version__

FORMATS = ("text", "json", "sarif", "junit", "github")

_SARIF_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_GITHUB_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render_findings(
    findings: Sequence[Finding], form: str, *, checked: str, titles: Mapping[str, str]
) -> str:
    """Findings in one of FORMATS. `checked` says what was looked at; `titles` are rule titles by id."""
    if form == "json":
        return json.dumps({"checked": checked, "findings": [finding_json(f) for f in findings]}, indent=2)
    if form == "sarif":
        return json.dumps(_sarif(findings, titles), indent=2)
    if form == "junit":
        return _junit(findings)
    if form == "github":
        return "\n".join(_github(finding) for finding in findings)
    return _text(findings, checked)


def finding_json(finding: Finding) -> dict[str, Any]:
    place = finding.place
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "message": finding.message,
        "address": str(finding.address) if finding.address else None,
        "path": show_path(finding.path),
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "hint": finding.hint,
    }


def _text(findings: Sequence[Finding], checked: str) -> str:
    lines: list[str] = []
    for finding in findings:
        lines.append(
            f"{bold(finding.where)}: {severity(finding.severity)}: {finding.message} "
            f"{dim(f'[{finding.rule}]')}"
        )
        if finding.hint:
            lines.append(f"    {dim('fix:')} {finding.hint}")
    totals = ", ".join(
        count(number, str(level))
        for level in Severity
        if (number := sum(finding.severity is level for finding in findings))
    )
    lines.append(f"checked {checked}: {totals or 'no findings'}")
    return "\n".join(lines)


def _sarif(findings: Sequence[Finding], titles: Mapping[str, str]) -> dict[str, Any]:
    rules = sorted({finding.rule for finding in findings})
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "trunkline",
                        "version": __version__,
                        "rules": [
                            {"id": rule, "shortDescription": {"text": titles.get(rule, rule)}}
                            for rule in rules
                        ],
                    }
                },
                "results": [_sarif_result(finding) for finding in findings],
            }
        ],
    }


def _sarif_result(finding: Finding) -> dict[str, Any]:
    text = finding.message + (f" Fix: {finding.hint}" if finding.hint else "")
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": _SARIF_LEVEL[finding.severity],
        "message": {"text": text},
    }
    location: dict[str, Any] = {}
    if finding.place:
        physical: dict[str, Any] = {"artifactLocation": {"uri": finding.place.file}}
        if finding.place.line:
            physical["region"] = {"startLine": finding.place.line, "startColumn": finding.place.column or 1}
        location["physicalLocation"] = physical
    if finding.address:
        name = f"{finding.address} {show_path(finding.path)}" if finding.path else str(finding.address)
        location["logicalLocations"] = [{"fullyQualifiedName": name}]
    if location:
        result["locations"] = [location]
    return result


def _junit(findings: Sequence[Finding]) -> str:
    from xml.sax.saxutils import escape, quoteattr

    failures = sum(finding.severity is Severity.ERROR for finding in findings)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuite name="trunkline check" tests="{max(len(findings), 1)}" failures="{failures}">',
    ]
    for finding in findings:
        name = quoteattr(xml_text(f"{finding.rule}: {finding.where}"))
        lines.append(f'  <testcase classname="{finding.rule}" name={name}>')
        text = escape(xml_text(finding.message + (f"\n{finding.hint}" if finding.hint else "")))
        tag = "failure" if finding.severity is Severity.ERROR else "system-out"
        lines.append(f"    <{tag}>{text}</{tag}>")
        lines.append("  </testcase>")
    if not findings:
        lines.append('  <testcase classname="trunkline" name="no findings"/>')
    return "\n".join([*lines, "</testsuite>"])


def _github(finding: Finding) -> str:
    place = finding.place
    where = f"file={_property(place.file)}" if place else ""
    if place and place.line:
        where += f",line={place.line},col={place.column or 1}"
    title = f"title={_property(finding.rule)}"
    text = finding.message + (f" Fix: {finding.hint}" if finding.hint else "")
    return f"::{_GITHUB_LEVEL[finding.severity]} {','.join(filter(None, (where, title)))}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def xml_text(text: str) -> str:
    """Without the control characters that XML 1.0 cannot hold."""
    return "".join(char if char in "\t\n\r" or ord(char) >= 32 else "\ufffd" for char in text)
