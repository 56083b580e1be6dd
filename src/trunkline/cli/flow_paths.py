"""`trunkline flow paths`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from trunkline.cli.common import emit, emit_json, org_option, output_option, surface_option, talk
from trunkline.cli.flow_sides import SIDE, one, open_sides
from trunkline.domain.flow.document import Form
from trunkline.domain.json import JsonObject
from trunkline.engine.flow.explore import MAX_PATHS, Search, search, unreachable
from trunkline.errors import InvalidInput, UsageError
from trunkline.project.files import write_atomic
from trunkline.project.flowfile import FlowFile
from trunkline.project.suite.flows.write import write_suite
from trunkline.project.write import yaml_text
from trunkline.render.flow_paths import Found, paths_json, paths_text


@click.command(epilog=SIDE)
@click.argument("flow")
@click.option(
    "--to",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the tests: FILE.flowtest.yaml beside the flow.",
)
@click.option("--all", "every", is_flag=True, help="A test for every path, not only for every branch.")
@click.option("--fewest", is_flag=True, help="As few tests as may be, each longer.")
@click.option("--force", is_flag=True, help="Replace the file of --to.")
@click.option("--max-paths", type=click.IntRange(1, 20_000), default=MAX_PATHS, show_default=True)
@org_option
@surface_option
@output_option()
def paths(
    flow: str,
    to: Path | None,
    every: bool,
    fewest: bool,
    force: bool,
    max_paths: int,
    org: str | None,
    surface: str | None,
    form: str,
) -> int:
    """Find the ways through a flow offline, and write the tests that take every branch.

    The flow is run again and again with other inputs, answers and keys; loops are followed once. What no
    run reaches is told with the reason.
    """
    if to is not None and not to.name.endswith((".flowtest.yaml", ".flowtest.yml")):
        raise UsageError(f"{to} is no file of flow tests", hint="name it NAME.flowtest.yaml")
    if to is not None and to.exists() and not force:
        raise UsageError(f"{to} is already there", hint="--force replaces it")
    with open_sides(org, surface) as sides:
        file = one(sides.read(flow), flow)
    found = search_file(file, max_paths)
    suite = write_suite(found, _reference(file, to), every_path=every, fewest=fewest)
    report = Found(found, unreachable(found), suite)
    if form == "json":
        emit_json(paths_json(report))
    else:
        emit(paths_text(report, file.label))
    if to is not None:
        write_atomic(to, yaml_text(suite.document).encode())
        talk(f"wrote {to}; run it with: trunkline test {to}")
    return 1 if found.unsupported else 0


def _reference(file: FlowFile, to: Path | None) -> str:
    """How the tests name the flow: its file as seen from theirs, else its name."""
    if to is None or not Path(file.label).is_file():
        return file.name
    return Path(os.path.relpath(file.label, to.parent)).as_posix()


def search_file(file: FlowFile, max_paths: int = MAX_PATHS) -> Search:
    """The paths of a flow's file. Raises InvalidInput for one that cannot be run."""
    return search(runnable(file), max_paths=max_paths)


def runnable(file: FlowFile) -> JsonObject:
    """The configuration in a flow's file. Raises InvalidInput for other forms of flows."""
    if file.document.form is not Form.CONFIGURATION:
        raise InvalidInput(
            f"is {file.document.form}: only a configuration can be run", where=file.label,
            hint="export the flow as JSON or .i3*: trunkline flow export",
        )  # fmt: skip
    return file.document.body
