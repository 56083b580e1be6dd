"""`trunkline flow compare`."""

from __future__ import annotations

from pathlib import Path

import click

from trunkline.cli.common import emit, emit_json, org_option, output_option, surface_option
from trunkline.cli.flow_paths import runnable
from trunkline.cli.flow_sides import SIDE, one, open_sides
from trunkline.engine.flow import build
from trunkline.engine.flow.explore import search
from trunkline.project.suite.flows.comparing import compare as compare_programs
from trunkline.project.suite.flows.comparing import distinct
from trunkline.project.suite.flows.write import write_suite
from trunkline.render.flow_paths import comparison_json, comparison_text


@click.command(epilog=SIDE)
@click.argument("old")
@click.argument("new")
@click.option("--exit-code", "signal", is_flag=True, help="Exit with 2 when they behave differently.")
@click.option("--all", "every", is_flag=True, help="Compare on every path, not only on every branch.")
@org_option
@surface_option
@output_option()
def compare(
    old: str, new: str, signal: bool, every: bool, org: str | None, surface: str | None, form: str
) -> int:
    """Run two versions of a flow offline on the same tests, and tell what a caller would notice.

    The tests are those that take every branch of either version; see `trunkline flow paths`.
    """
    with open_sides(org, surface) as sides:
        bodies = [runnable(one(sides.read(side), side)) for side in (old, new)]
    suites = [write_suite(search(body), Path(old).stem, every_path=every).document for body in bodies]
    tests = distinct(suites)
    before, after = (build(body) for body in bodies)
    differences = compare_programs(before, after, tests)
    if form == "json":
        emit_json(comparison_json(differences, len(tests)))
    else:
        emit(comparison_text(differences, len(tests)))
    return 2 if differences and signal else 0
