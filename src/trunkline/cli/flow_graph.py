"""`trunkline flow graph`."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from trunkline.cli.common import emit, org_option, surface_option, talk
from trunkline.cli.flow_sides import SIDE, Sides, one, open_sides
from trunkline.domain.action.fault import nearest
from trunkline.domain.flow import FlowGraph, guides_form
from trunkline.domain.flow.compare_documents import compare_documents
from trunkline.domain.flow.dependencies import Dependencies, Thing, dependencies
from trunkline.errors import InvalidInput, UsageError
from trunkline.project.files import write_atomic
from trunkline.project.flowfile import FlowFile
from trunkline.render.graph.dependencies import (
    dependency_graph,
    dependency_scene,
    tell_all,
    tell_users,
    users_json,
)
from trunkline.render.graph.overlay import findings_by_node, overlay
from trunkline.render.graph.page import html_page
from trunkline.render.graph.plain import dot, mermaid, outline
from trunkline.render.graph.scene import Scene, make_scene
from trunkline.render.graph.svg import Marks, svg_file
from trunkline.rules import check

FORMATS = ("svg", "html", "mermaid", "dot", "text", "json")
_SUFFIXES = {".svg": "svg", ".html": "html", ".htm": "html", ".mmd": "mermaid", ".dot": "dot", ".gv": "dot",
             ".txt": "text", ".json": "json"}  # fmt: skip


@click.command(epilog=SIDE)
@click.argument("flow", required=False)
@click.option(
    "--output", "-o", "form", type=click.Choice(FORMATS), help="Format; else by the ending of --to, else svg."
)
@click.option(
    "--to", type=click.Path(path_type=Path, dir_okay=False), help="Write a file instead of to stdout."
)
@click.option("--against", metavar="FLOW", help="Colour in what changed since this flow.")
@click.option("--findings/--no-findings", default=True, help="Mark what the rules find. On by default.")
@click.option("--theme", type=click.Choice(("auto", "light", "dark")), default="auto", show_default=True)
@click.option(
    "--dependencies", "whole", is_flag=True, help="Draw what the flows of a folder or an org depend on."
)
@click.option("--uses", metavar="KIND/NAME", help="Who uses this queue, data_action, prompt, table or flow.")
@org_option
@surface_option
def graph(
    flow: str | None,
    form: str | None,
    to: Path | None,
    against: str | None,
    findings: bool,
    theme: str,
    whole: bool,
    uses: str | None,
    org: str | None,
    surface: str | None,
) -> int:
    """Draw a flow, or what depends on what.

    The HTML is one file that works offline: pan, zoom, search, click an action for its settings.
    """
    form = form or (_SUFFIXES.get(to.suffix.lower()) if to else None)
    with open_sides(org, surface) as sides:
        if whole or uses:
            found = dependencies([each.document.graph for each in _flows(sides, flow, org)])
            title = f"Dependencies of {flow or org or 'the folder'}"
            text = _tell(found, uses, form or ("text" if uses else "svg"), title, theme)
        elif flow is None:
            raise UsageError("which flow?", hint="name a file, or a flow of an org; --dependencies draws all")
        else:
            drawn = one(sides.read(flow), flow)
            earlier = one(sides.read(against), against) if against else None
            text = _draw(drawn, earlier, form or "svg", theme, findings=findings)
    if to is None:
        emit(text.rstrip("\n"))
    else:
        write_atomic(to, click.unstyle(text).rstrip("\n") + "\n")
        talk(f"wrote {to}")
    return 0


def _flows(sides: Sides, flow: str | None, org: str | None) -> Sequence[FlowFile]:
    """The flows of a side, of the org, or of the folder one is in."""
    if flow is not None:
        return sides.read(flow)
    return sides.all_flows() if org else sides.read(".")


def _draw(drawn: FlowFile, earlier: FlowFile | None, form: str, theme: str, *, findings: bool) -> str:
    shown = drawn.document.graph
    changes, edges, details, remarks = {}, {}, {}, []
    if earlier is not None:
        difference = compare_documents(earlier.document, drawn.document)
        both = overlay(earlier.document.graph, shown, difference)
        shown, changes, edges, details, remarks = (
            both.graph,
            both.changes,
            both.edges,
            both.details,
            both.remarks,
        )
    found = check([drawn.resource]) if findings and form in ("svg", "html") else []
    marks = Marks(findings_by_node(shown, found), changes, edges)
    return _write(
        form,
        shown,
        scene=lambda: make_scene(shown),
        page=lambda scene: html_page(scene, marks, details=details, remarks=remarks, theme=theme),
        picture=lambda scene: svg_file(scene, marks, theme=theme),
        text=lambda: outline(shown),
        data=lambda: json.dumps(guides_form(shown, {}), indent=2, ensure_ascii=False),
    )


def _tell(found: Dependencies, uses: str | None, form: str, title: str, theme: str) -> str:
    thing = _find(found, uses) if uses else None
    part = found.around(thing) if thing else found
    if thing:
        title = f"What uses {thing}"
    return _write(
        form,
        dependency_graph(part, title),
        scene=lambda: dependency_scene(part, title),
        page=lambda scene: html_page(scene, theme=theme),
        picture=lambda scene: svg_file(scene, theme=theme),
        text=lambda: tell_users(found, thing) if thing else tell_all(found),
        data=lambda: json.dumps(
            users_json(found, (thing,) if thing else found.things), indent=2, ensure_ascii=False
        ),
    )


def _write(
    form: str,
    shown: FlowGraph,
    *,
    scene: Callable[[], Scene],
    page: Callable[[Scene], str],
    picture: Callable[[Scene], str],
    text: Callable[[], str],
    data: Callable[[], str],
) -> str:
    if form == "html":
        return page(scene())
    if form == "svg":
        return picture(scene())
    if form == "text":
        return text()
    if form == "json":
        return data()
    return mermaid(shown) if form == "mermaid" else dot(shown)


def _find(found: Dependencies, address: str) -> Thing:
    thing = found.find(address)
    if thing is None:
        meant = nearest(address, [str(each) for each in found.things])
        raise InvalidInput(
            f"no flow names {address}",
            hint=f"did you mean {meant}?"
            if meant
            else "trunkline flow graph --dependencies -o text lists what is used",
        )
    return thing
