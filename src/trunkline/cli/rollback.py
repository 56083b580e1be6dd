"""`trunkline rollback`."""

from __future__ import annotations

from pathlib import Path

import click

from trunkline.cli.common import (
    confirm,
    open_project,
    org_option,
    output_option,
    project_option,
    surface_option,
    talk,
    wait_option,
    yes_option,
)
from trunkline.cli.orgs import open_org
from trunkline.cli.outcomes import report, tell, tell_settled, verdict
from trunkline.domain.kinds import KINDS
from trunkline.errors import UsageError
from trunkline.library import Project
from trunkline.render.plan import render_plan
from trunkline.render.style import count


@click.command()
@click.argument("runs", metavar="RUN...", nargs=-1)
@click.option("--to", "since", metavar="TIME", help="Take back every run begun after this (ISO 8601, UTC).")
@project_option
@org_option
@surface_option
@wait_option
@yes_option
@output_option()
def rollback(
    runs: tuple[str, ...],
    since: str | None,
    folder: Path | None,
    org: str | None,
    surface: str | None,
    wait: float,
    yes: bool,
    form: str,
) -> int:
    """Take runs back: a plan like any other, shown first; later edits of others are never overwritten."""
    if bool(runs) == bool(since):
        raise UsageError("name the runs to take back, or a time with --to", hint="trunkline history")
    project = Project(open_project(folder))
    with open_org(org, surface, project.config.root) as opened, project.writing(opened, wait) as right:
        tell_settled(right)
        made = project.plan_rollback(right, runs, since=since)
        talk(render_plan(made, "text", KINDS, org=opened.name))
        if made.writes and not confirm(f"Take back {count(len(made.writes), 'change')}?", yes):
            raise click.Abort
        options = {"runs": list(runs), "since": since}
        outcomes = right.apply(
            made, tell if form == "text" else lambda outcome: None, verb="rollback", options=options
        )
        report(right, made, outcomes, form)
    return verdict(made, outcomes)
