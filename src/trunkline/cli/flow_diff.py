"""`trunkline flow diff`."""

from __future__ import annotations

from pathlib import Path

import click

from trunkline.cli.common import emit, org_option, output_option, surface_option, talk
from trunkline.cli.flow_sides import SIDE, Sides, open_sides
from trunkline.domain.flow.compare_documents import compare_documents
from trunkline.errors import UsageError
from trunkline.project.files import write_atomic
from trunkline.project.flowfile import FlowFile
from trunkline.render.flow_diff import FORMATS, Compared, render_diff, summary
from trunkline.render.graph.diff_page import diff_page


@click.command(epilog=SIDE)
@click.argument("before")
@click.argument("after", required=False)
@org_option
@surface_option
@output_option(*FORMATS)
@click.option(
    "--to",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the result to a file instead of stdout.",
)
@click.option("--exit-code", is_flag=True, help="Exit 2 if there are differences.")
def diff(
    before: str,
    after: str | None,
    org: str | None,
    surface: str | None,
    form: str,
    to: Path | None,
    exit_code: bool,
) -> int:
    """Compare two flows by what they mean: objects by id, expressions by text, moves as moves.

    A file alone is compared with the flow of the same name in the org of --org.
    """
    with open_sides(org, surface) as sides:
        compared = _compare(sides, before, after)
    text = diff_page(compared) if form == "html" else render_diff(compared, form)
    if to is not None:
        write_atomic(to, f"{click.unstyle(text).rstrip()}\n")
        talk(summary(compared))
    else:
        emit(text)
    return 2 if exit_code and any(each.differs for each in compared) else 0


def _compare(sides: Sides, before: str, after: str | None) -> list[Compared]:
    if after is None:
        flows = sides.read(before)
        if not Path(before).exists():
            raise UsageError(
                "one flow of an org alone has nothing to be compared with", hint="name a second one"
            )
        return [_pair(sides.same_name(flow), flow) for flow in flows]
    old, new = sides.read(before), sides.read(after)
    if len(old) == len(new) == 1:
        return [_pair(old[0], new[0])]
    return _by_name(old, new)


def _pair(before: FlowFile, after: FlowFile) -> Compared:
    difference = compare_documents(before.document, after.document)
    return Compared(after.name, before.label, after.label, difference)


def _by_name(before: list[FlowFile], after: list[FlowFile]) -> list[Compared]:
    """Flows of the same name and type; one that only a side has is added or removed."""
    old = {(flow.document.graph.type, flow.name): flow for flow in before}
    new = {(flow.document.graph.type, flow.name): flow for flow in after}
    found: list[Compared] = []
    for key in sorted({*old, *new}):
        if key in old and key in new:
            found.append(_pair(old[key], new[key]))
        else:
            sides = (old.get(key), new.get(key))
            labels = [side.label if side else None for side in sides]
            found.append(Compared(key[1], labels[0], labels[1], None))
    return found
