"""`trunkline script push|history|references`: Studio scripts in a tenant of CXone."""

from __future__ import annotations

from pathlib import Path

import click

from trunkline.cli.common import emit, emit_json, org_option, output_option, project_option
from trunkline.cli.orgs import open_org
from trunkline.project.studio import read_script_file
from trunkline.render.style import bold, colour, count, dim

LISTS = ("points-of-contact", "skills", "hours-of-operation")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@org_option
@project_option
@output_option()
def push(file: Path, org: str | None, folder: Path | None, form: str) -> None:
    """Save one file of a Studio script in the tenant, under its lock; what is wired to it runs it at once."""
    from trunkline.clouds.cxone.connecting import cxone

    desired = read_script_file(file)
    with open_org(org, "public", folder, cloud="cxone") as opened:
        studio = cxone(opened.cloud).studio
        saved = studio.push(desired)
        remarks = studio.remarks.get(desired.address.name, [])
    if form == "json":
        warnings = [{"action": each.action, "title": each.title, "key": each.key} for each in remarks]
        emit_json({"name": desired.address.name, "version": saved.version, "warnings": warnings})
        return
    emit(f"{colour('✓', 'green')} saved {bold(desired.address.name)} {dim(f'version {saved.version}')}")
    for remark in remarks:
        place = desired.source.place(("actions", remark.action)) if desired.source else ""
        emit(f"    {place}: {colour('warning', 'yellow')}: {remark.title} [{remark.action}]: {remark.key}")


@click.command()
@click.argument("name")
@org_option
@project_option
@output_option()
def history(name: str, org: str | None, folder: Path | None, form: str) -> None:
    """List the versions of a Studio script in the tenant, the newest first."""
    from trunkline.clouds.cxone.connecting import cxone

    with open_org(org, "public", folder, cloud="cxone") as opened:
        versions = cxone(opened.cloud).studio.history(name)
    if form == "json":
        emit_json([*versions])
        return
    for version in versions:
        emit(f"{version.get('scriptId')}  {version.get('modifyDate')}  {version.get('modifyUser')}")
    emit(count(len(versions), "version"))


@click.command()
@click.argument("kind", type=click.Choice(LISTS))
@org_option
@project_option
@output_option()
def references(kind: str, org: str | None, folder: Path | None, form: str) -> None:
    """List what scripts run on or refer to: points of contact, skills, hours of operation."""
    from trunkline.clouds.cxone.connecting import cxone

    with open_org(org, "public", folder, cloud="cxone") as opened:
        found = cxone(opened.cloud).studio.references(kind)
    if form == "json":
        emit_json([*found])
        return
    for each in found:
        name = each.get("skillName") or each.get("contactDescription") or each.get("profileName") or ""
        emit(f"{each.get('contactAddress') or each.get('skillId') or each.get('profileId')}  {name}")
    emit(count(len(found), "object"))
