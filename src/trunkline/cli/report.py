"""`trunkline report`."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import click

from trunkline.cli.common import emit, open_project, org_option, project_option, surface_option
from trunkline.cli.orgs import open_org
from trunkline.errors import Refused, UsageError
from trunkline.library import Project
from trunkline.project.files import write_atomic
from trunkline.render.report import MARK, report_json, report_page, report_text

FORMATS = ("html", "text", "json")
_SUFFIXES = {".html": "html", ".htm": "html", ".txt": "text", ".json": "json"}
_USUAL = Path("report.html")
_HEAD = 2000
"""Bytes at the beginning of a file in which a report says that it is one."""


@click.command()
@click.argument("path", required=False, type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option(
    "--to", type=click.Path(path_type=Path, dir_okay=False),
    help=f"The file to write; else {_USUAL} in this folder, where it is none or an earlier report.",
)  # fmt: skip
@click.option(
    "--output",
    "-o",
    "form",
    type=click.Choice(FORMATS),
    help="Format; else by the ending of --to, else html.",
)
@click.option("--title", default="", help="The heading; else the name of the project.")
@click.option("--drawings/--no-drawings", default=True, help="Draw every flow. On by default.")
@click.option("--quick", is_flag=True, help="Leave out the rules that run flows.")
@project_option
@org_option
@surface_option
def report(
    path: Path | None,
    to: Path | None,
    form: str | None,
    title: str,
    drawings: bool,
    quick: bool,
    folder: Path | None,
    org: str | None,
    surface: str | None,
) -> int:
    """Write all there is to say of a project into one HTML file that needs no network.

    PATH is the folder of the project. Objects, findings, tests, drawings, what was applied and done, from
    the files alone; with --org also how that org differs from them. Exit 0 whatever was found.
    """
    if path and folder:
        raise UsageError("the project is named twice", hint=f"leave out --project {folder}")
    project = Project(open_project(path or folder))
    chosen = form or (_SUFFIXES.get(to.suffix.lower(), "html") if to else "html")
    target = to or (_USUAL if form is None else None)
    if to is None and target is not None:
        _refuse_others(target)
    with ExitStack() as stack:
        opened = stack.enter_context(open_org(org, surface, project.config.root)) if org else None
        made = project.report(opened, title=title, quick=quick)
    texts = {"text": report_text, "json": report_json}
    whole = texts[chosen](made.content) if chosen in texts else report_page(made, drawings=drawings)
    if target is None:
        emit(whole.rstrip("\n"))
        return 0
    data = click.unstyle(whole).encode("utf-8", "replace") if chosen == "text" else whole.encode()
    write_atomic(target, data)
    emit(report_text(made.content))
    emit(f"wrote {target}: {len(data) / 1e6:,.1f} MB")
    return 0


def _refuse_others(file: Path) -> None:
    """A file that nobody named is replaced only by its own kind."""
    if not file.exists():
        return
    with file.open("rb") as stream:
        if MARK.encode() not in stream.read(_HEAD):
            raise Refused(f"{file} is there and is no report", hint="name a file with --to")
