"""`trunkline drift`."""

from __future__ import annotations

from pathlib import Path

import click

from trunkline.cli.common import (
    emit,
    emit_json,
    open_project,
    org_option,
    output_option,
    project_option,
    surface_option,
)
from trunkline.cli.orgs import open_org
from trunkline.domain.kinds import KINDS
from trunkline.library import Project
from trunkline.render.runs import drift_json, drift_text


@click.command()
@project_option
@org_option
@surface_option
@output_option()
def drift(folder: Path | None, org: str | None, surface: str | None, form: str) -> int:
    """Show what changed in the org since it was last applied or pulled, and who did it; exit 2 if anything.

    Needs only the repository: what was last applied is committed under orgs/.
    """
    project = Project(open_project(folder))
    with open_org(org, surface, project.config.root) as opened:
        found, unknown = project.drift(opened)
        if form == "json":
            emit_json(drift_json(found, unknown, opened.name, KINDS))
        else:
            emit(drift_text(found, unknown, opened.name, KINDS))
    return 2 if found else 0
