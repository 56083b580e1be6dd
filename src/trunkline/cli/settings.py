"""`trunkline settings`: the settings of a flow in one transaction."""

from __future__ import annotations

import json
from pathlib import Path

import click

from trunkline.cli.common import (
    confirm,
    emit,
    emit_json,
    open_project,
    org_option,
    output_option,
    project_option,
    talk,
    yes_option,
)
from trunkline.cli.orgs import open_org
from trunkline.errors import TrunklineError
from trunkline.library import Project
from trunkline.render.style import bold, colour


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--wait", is_flag=True, help="Wait until the flow may be changed again.")
@click.option("--strict-reload", is_flag=True, help="Take the change back if the reload fails.")
@click.option("--audit-file", type=click.Path(path_type=Path), help="Append the audit line to this file too.")
@click.option("--webhook", metavar="URL", envvar="WEBHOOK_URL", help="Tell this URL of the outcome.")
@project_option
@org_option
@yes_option
@output_option()
def settings(
    file: Path,
    wait: bool,
    strict_reload: bool,
    audit_file: Path | None,
    webhook: str | None,
    folder: Path | None,
    org: str | None,
    yes: bool,
    form: str,
) -> int:
    """Change the settings of a flow: checked, snapshot kept, written, reloaded; back again if that fails."""
    project = Project(open_project(folder))
    with open_org(org, "guides", project.config.root) as opened:
        if not confirm(f"Change settings in {opened.name} as {file} says?", yes):
            raise click.Abort
        result, recovered = project.change_settings(
            opened, file, wait=wait, strict_reload=strict_reload, webhook=webhook
        )
    for line in recovered:
        talk(f"note: {line}")
    if audit_file is not None:
        with audit_file.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(result.line(), ensure_ascii=False) + "\n")
    for warning in result.warnings:
        talk(f"note: {warning}")
    if form == "json":
        emit_json({**result.line(), "warnings": list(result.warnings)})
    else:
        tint = "green" if result.status in ("SUCCESS", "UNCHANGED") else "red"
        emit(f"{colour(result.status, tint)} {bold(str(result.details['flow']))} {result.latency_ms:.0f} ms")
    if result.error is not None:
        raise result.error
    return 0 if result.status in ("SUCCESS", "UNCHANGED") else TrunklineError.exit_code
