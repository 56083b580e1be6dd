"""`trunkline import`."""

from __future__ import annotations

from pathlib import Path

import click

from trunkline.cli.common import emit, emit_json, open_project, output_option, project_option
from trunkline.project.adopting import Adopted, Adoption, adopt
from trunkline.render.style import bold, colour, count, dim


@click.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--dry-run", is_flag=True, help="Show what would be written, write nothing.")
@project_option
@output_option()
def import_(files: tuple[Path, ...], dry_run: bool, folder: Path | None, form: str) -> int:
    """Adopt data actions: Terraform files (*.tf), exported files (*.custom.json), API bodies.

    What Terraform leaves to a variable becomes a variable of the project, in trunkline.toml. A name that
    the project has already is left alone.
    """
    adoption = adopt(open_project(folder), files, write=not dry_run)
    if form == "json":
        emit_json(_json(adoption))
    else:
        _show(adoption, dry_run)
    return 0 if adoption.complete else 1


def _show(adoption: Adoption, dry_run: bool) -> None:
    for result in adoption.results:
        emit(_line(result))
        for note in result.notes:
            emit(f"    {note}")
    if adoption.variables:
        emit(bold("variables:"))
    for variable in adoption.variables:
        if variable.secret:
            emit(f"  {variable.name} comes from the environment: it looks like a secret ({variable.source})")
        else:
            value = variable.value or colour("no value yet", "yellow")
            emit(f"  {variable.name} = {value} {dim('' if variable.known else '(to be checked)')}".rstrip())
    new = sum(result.new for result in adoption.results)
    verb = "would be imported" if dry_run else "imported"
    emit(f"{count(new, 'data action')} {verb}; next: trunkline check")


def _line(result: Adopted) -> str:
    if result.fault is not None:
        return f"{colour('✗', 'red')} {result.origin}: {result.fault}"
    if result.file is None:
        return f"{dim('-')} {result.origin}"
    sign = colour("+", "green") if result.new else dim("=")
    return f"{sign} {bold(result.name)} {result.file} {dim(f'from {result.origin}')}"


def _json(adoption: Adoption) -> dict[str, object]:
    return {
        "actions": [
            {
                "origin": result.origin,
                "name": result.name,
                "file": result.file,
                "new": result.new,
                "notes": list(result.notes),
                "fault": result.fault,
            }
            for result in adoption.results
        ],
        "variables": [
            {
                "name": variable.name,
                "value": variable.value,
                "known": variable.known,
                "secret": variable.secret,
                "source": variable.source,
            }
            for variable in adoption.variables
        ],
    }
