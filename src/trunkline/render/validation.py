"""What `flow validate` says: a line a file as text, and the formats of findings."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from trunkline.domain.finding import Finding, Severity
from trunkline.project.validating import Validated
from trunkline.render.findings import finding_json, render_findings
from trunkline.render.style import colour, count, dim

_WORDS = {Severity.ERROR: ("Error", "red"), Severity.WARNING: ("Warning", "yellow")}


def file_lines(looked_at: Validated, *, strict: bool) -> list[str]:
    """`Validated: FILE`, or the errors (`Error: Missing field 'nodes' in FILE`); warnings before either.

    What is only information is left out.
    """
    lines = [_line(finding) for finding in looked_at.findings if finding.severity in _WORDS]
    if looked_at.is_valid(strict=strict):
        lines.append(f"{colour('Validated', 'green')}: {looked_at.file}")
    return lines


def totals(valid: int, invalid: int) -> str:
    """The last line: `999 valid, 1 invalid of 1,000 files`."""
    return f"{valid:,} valid, {invalid:,} invalid of {count(valid + invalid, 'file')}"


def validation_text(
    looked_at: Sequence[Validated], form: str, *, strict: bool, titles: Mapping[str, str]
) -> str:
    """All files in one of the formats of findings but text."""
    findings = [finding for each in looked_at for finding in each.findings]
    invalid = sum(not each.is_valid(strict=strict) for each in looked_at)
    if form != "json":
        return render_findings(findings, form, checked=count(len(looked_at), "file"), titles=titles)
    files = [{"file": each.file, "valid": each.is_valid(strict=strict)} for each in looked_at]
    return json.dumps(
        {
            "valid": len(looked_at) - invalid,
            "invalid": invalid,
            "files": files,
            "findings": [finding_json(finding) for finding in findings],
        },
        indent=2,
        ensure_ascii=False,
    )


def _line(finding: Finding) -> str:
    word, shade = _WORDS[finding.severity]
    file = finding.place.file if finding.place else ""
    start = f"{colour(word, shade)}: "
    if not finding.path:
        line = finding.place.line if finding.place and finding.rule == "flow-unreadable" else None
        where = f"{file}:{line}" if line else file
        return (
            f"{start}{where} {finding.message}"
            if finding.message.startswith("is ")
            else (f"{start}{finding.message} in {where}")
        )
    return f"{start}{finding.message} in {finding.where} {dim(f'[{finding.rule}]')}"
