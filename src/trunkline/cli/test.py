"""`trunkline test`."""

from __future__ import annotations

from pathlib import Path

import click

from trunkline.cli.common import emit, open_project, org_option, output_option, project_option, talk
from trunkline.project.load import load_project
from trunkline.project.suite import read_tests, run_tests
from trunkline.render.suite import FORMATS, render_suite


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--filter", "-k", "pattern", default="", help="Only cases whose name or action holds this.")
@click.option("--verbose", "-v", is_flag=True, help="List the cases that passed, too.")
@project_option
@org_option
@output_option(*FORMATS)
def test(
    files: tuple[Path, ...], pattern: str, verbose: bool, folder: Path | None, org: str | None, form: str
) -> int:
    """Run the project's tests offline: all *.test.yaml files, or FILES."""
    config = open_project(folder)
    loaded = load_project(config, org, kinds=("data_action",))
    tests = read_tests(config.root, [file.resolve() for file in files])
    suite = run_tests(tests, loaded.of_kind("data_action"), pattern)
    emit(render_suite(suite, form, verbose=verbose))
    if not suite.results and not suite.findings:
        talk("no test ran: write actions/NAME.test.yaml, or look at --filter")
    return 0 if suite.passed else 1
