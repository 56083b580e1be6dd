"""`trunkline check`."""

from __future__ import annotations

from pathlib import Path

import click

from trunkline.cli.common import emit, open_project, org_name_option, output_option, project_option
from trunkline.domain.finding import Severity
from trunkline.project.checking import check_project
from trunkline.render.findings import FORMATS, render_findings
from trunkline.render.style import count
from trunkline.rules import all_rules


@click.command()
@project_option
@org_name_option
@click.option("--strict", is_flag=True, help="Warnings fail the check too.")
@click.option("--quick", is_flag=True, help="Leave out the rules that run flows.")
@output_option(*FORMATS)
def check(folder: Path | None, org: str | None, strict: bool, quick: bool, form: str) -> int:
    """Check the project's files offline; exit 1 if there are errors."""
    config = open_project(folder)
    checked = check_project(config, org, runs=not quick)
    looked_at = f"{count(len(checked.loaded.resources), 'object')} in {count(checked.loaded.files, 'file')}"
    titles = {rule.id: rule.title for rule in all_rules().values()} if form == "sarif" else {}
    emit(render_findings(checked.findings, form, checked=looked_at, titles=titles))
    worst = (Severity.ERROR, Severity.WARNING) if strict else (Severity.ERROR,)
    return int(any(finding.severity in worst for finding in checked.findings))
