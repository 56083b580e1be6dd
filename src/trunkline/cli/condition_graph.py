"""`trunkline condition graph`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from trunkline.cli.common import emit, open_project, org_option, project_option, talk

_FORMATS = ("text", "mermaid", "svg", "html", "json")
_SUFFIXES = {".txt": "text", ".mmd": "mermaid", ".svg": "svg", ".html": "html", ".htm": "html",
             ".json": "json"}  # fmt: skip


@click.command(short_help="Draw data actions and the data sets they read.")
@project_option
@click.option(
    "--output",
    "-o",
    "form",
    type=click.Choice(_FORMATS),
    help="Format; else by the ending of --to, else text.",
)
@click.option(
    "--to", type=click.Path(path_type=Path, dir_okay=False), help="Write a file instead of to stdout."
)
@org_option
def graph(folder: Path | None, form: str | None, to: Path | None, org: str | None) -> int:
    """Draw which data actions read which data sets, and who feeds those; exit 1 if there is a circle.

    With --org the objects of the org are drawn in, where the project does not define them.
    """
    from trunkline.domain.cycles import cycles
    from trunkline.project.files import write_atomic

    edges = _edges(folder, org)
    circles = cycles(edges)
    form = form or (_SUFFIXES.get(to.suffix.lower()) if to else None) or "text"
    text = _drawn(form, edges, circles)
    if to is None:
        emit(text.rstrip("\n"))
    else:
        write_atomic(to, click.unstyle(text).rstrip("\n") + "\n")
        talk(f"wrote {to}")
    for circle in circles if to is not None or form in ("svg", "html") else ():
        talk(f"circle: {' → '.join(circle)}")
    return int(bool(circles))


def _edges(folder: Path | None, org: str | None) -> Mapping[str, Sequence[str]]:
    """What each data action and data set needs, by address."""
    from trunkline.project.load import load_project
    from trunkline.rules.conditions import Surroundings

    config = open_project(folder)
    resources = list(load_project(config, org, kinds=("data_action", "data_set")).resources)
    if org is not None:
        from trunkline.cli.orgs import open_org

        with open_org(org, "guides", folder) as opened:
            known = {each.address for each in resources}
            for kind in ("data_set", "data_action"):
                listed = opened.cloud.providers[kind].list().items
                resources += [each for each in listed if each.address not in known]
    edges = Surroundings.of(resources).edges
    return {node: needed for node, needed in edges.items() if needed or node.startswith("data_set/")}


def _drawn(form: str, edges: Mapping[str, Sequence[str]], circles: Sequence[Sequence[str]]) -> str:
    from trunkline.render.conditions import graph_mermaid, graph_text

    if form == "json":
        return json.dumps({"edges": edges, "circles": circles}, indent=2, ensure_ascii=False)
    if form in ("text", "mermaid"):
        return (graph_mermaid if form == "mermaid" else graph_text)(edges, circles)
    from trunkline.render.graph.conditions import condition_scene
    from trunkline.render.graph.page import html_page
    from trunkline.render.graph.svg import svg_file

    scene = condition_scene(edges, circles)
    return html_page(scene) if form == "html" else svg_file(scene)
