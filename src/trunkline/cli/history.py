"""`trunkline history`."""

from __future__ import annotations

from pathlib import Path

import click

from trunkline.cli.common import emit, emit_json, open_project, output_option, project_option
from trunkline.library import Project
from trunkline.render.runs import run_json, runs_text, steps_text


@click.command()
@click.argument("run", required=False)
@click.option("--org", "--profile", "org", metavar="NAME", help="Only runs against this org.")
@click.option("--last", type=click.IntRange(1), default=20, show_default=True, help="How many runs.")
@project_option
@output_option()
def history(run: str | None, org: str | None, last: int, folder: Path | None, form: str) -> int:
    """List the runs that wrote to an org; with RUN its steps and how long each took."""
    project = Project(open_project(folder))
    with project.store() as store:
        journal = store.journal
        if run is not None:
            chosen = journal.run(run)
            steps = journal.steps(chosen.id)
            if form == "json":
                emit_json(run_json(chosen, steps))
            else:
                emit(steps_text(chosen, steps))
            return 0
        listed = [each for each in journal.runs() if org is None or each.profile == org][:last]
        runs = [(each, journal.steps(each.id)) for each in listed]
    if form == "json":
        emit_json([run_json(each, steps) for each, steps in runs])
    else:
        emit(runs_text(runs))
    return 0
