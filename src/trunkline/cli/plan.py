"""`trunkline plan`."""

from __future__ import annotations

from pathlib import Path

import click

from trunkline.cli.common import (
    also_option,
    emit,
    guard_options,
    open_project,
    org_option,
    output_option,
    project_option,
    surface_option,
)
from trunkline.cli.orgs import open_org
from trunkline.domain.kinds import KINDS
from trunkline.library import Project
from trunkline.render.plan import FORMATS, render_plan


@click.command()
@project_option
@org_option
@also_option
@surface_option
@click.option("--target", "targets", multiple=True, metavar="ADDRESS", help="Only this object: kind/name.")
@click.option("--adopt", is_flag=True, help="Overwrite objects that were never applied or pulled from here.")
@guard_options
@click.option("--exit-code", is_flag=True, help="Exit 2 when there is anything to do.")
@output_option(*FORMATS)
def plan(
    folder: Path | None,
    org: str | None,
    also: tuple[str, ...],
    surface: str | None,
    targets: tuple[str, ...],
    adopt: bool,
    allow_replace: bool,
    allow_delete: bool,
    rewire: bool,
    delete_threshold: float,
    exit_code: bool,
    form: str,
) -> int:
    """Show what would change in the org; writes nothing. With --also, a plan an org, one after the other."""
    project = Project(open_project(folder))
    differs = False
    for name, spoken in ((org, surface), *((each, None) for each in also)):
        with open_org(name, spoken, project.config.root) as opened:
            made = project.plan(
                opened,
                adopt=adopt,
                allow_replace=allow_replace,
                allow_delete=allow_delete,
                rewire=rewire,
                delete_threshold=delete_threshold / 100,
                targets=targets,
            )
        emit(render_plan(made, form, KINDS, org=opened.name))
        differs |= made.differs
    return 2 if exit_code and differs else 0
