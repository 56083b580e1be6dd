"""A scene as one HTML file: pan, zoom, search, details of every node. No request ever leaves it.

The page holds the drawing, its data as JSON, one script and one style sheet of ours; a content
security policy names these two by their hashes and forbids everything else, so that nothing a flow
holds can run or call out even if an escape were missed.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import Any

from trunkline.domain.finding import Finding
from trunkline.domain.flow import FlowGraph
from trunkline.render.findings import xml_text
from trunkline.render.graph.cards import Card
from trunkline.render.graph.describe import settings
from trunkline.render.graph.palette import LOOKS
from trunkline.render.graph.scene import Scene
from trunkline.render.graph.styling import drawing_style, page_style, page_variables
from trunkline.render.graph.svg import Marks, svg_content
from trunkline.render.style import count

_TOOLS = (
    ("fit", "Fit", "The whole flow (f)"),
    ("out", "−", "Smaller (-)"),
    ("in", "+", "Larger (+)"),
    ("list", "Remarks", "Findings and changes"),
    ("legend", "Legend", "What the colours mean (l)"),
    ("flip", "◐", "Light or dark (t)"),
    ("save", "SVG", "Save the drawing as an SVG file"),
    ("print", "Print", "Print the whole drawing"),
)


def html_page(
    scene: Scene,
    marks: Marks | None = None,
    *,
    details: Mapping[str, Sequence[str]] | None = None,
    remarks: Sequence[str] = (),
    theme: str = "auto",
) -> str:
    """The page. `details` are lines on changes by node, `remarks` those that belong to no node."""
    marks = marks or Marks()
    graph = scene.graph
    style = page_variables() + page_style() + asset("page.css")
    script = asset("page.js")
    facts = [graph.type, count(len(graph.nodes), "node"), count(len(scene.lines), "connection")]
    found = sum(map(len, marks.findings.values()))
    facts += [count(found, "finding")] if found else []
    facts += [count(len(marks.changes), "changed node")] if marks.changes else []
    data = _data(scene, marks, details or {}, remarks)
    chosen = "" if theme == "auto" else f' data-theme="{theme}"'
    return (
        f'<!doctype html>\n<html lang="en"{chosen}>\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy(style, script)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(graph.name or 'Flow')}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        '<svg id="stage" class="flow" xmlns="http://www.w3.org/2000/svg" tabindex="-1">'
        f'<g id="view">{svg_content(scene, marks)}</g></svg>\n'
        f'<header id="bar" class="card"><h1>{_text(graph.name or "Flow")}</h1>'
        f'<span class="facts">{_text(" · ".join(filter(None, facts)))}</span><span class="space"></span>'
        '<span class="search"><input id="search" type="search" aria-label="Search" spellcheck="false" '
        'placeholder="Search names, settings…  /"><span id="hits" role="status"></span></span>'
        f'<span class="tools">{_tools(bool(found or marks.changes or remarks))}</span></header>\n'
        f'<aside id="details" class="card" hidden></aside>\n<aside id="list" class="card" hidden></aside>\n'
        f'<aside id="legend" class="card">{_legend(scene)}</aside>\n'
        '<aside id="map" class="card"><canvas></canvas></aside>\n'
        f'<script type="application/json" id="data">{json_block(data)}</script>\n'
        f"<script>{script}</script>\n</body>\n</html>\n"
    )


def policy(style: str, script: str | None = None) -> str:
    """A content security policy that allows one inline style sheet and at most one inline script."""
    scripts = f"script-src '{_hash(script)}'; " if script is not None else ""
    return f"default-src 'none'; style-src '{_hash(style)}'; {scripts}base-uri 'none'; form-action 'none'"


def asset(name: str) -> str:
    """A file that the page is made of."""
    return files("trunkline.render.graph").joinpath("assets", name).read_text(encoding="utf-8")


def json_block(data: Any) -> str:
    """JSON that can stand inside a `script` element whatever it holds."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return xml_text(text).encode("utf-8", "replace").decode()


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _tools(remarks: bool) -> str:
    return "".join(
        f'<button type="button" data-do="{verb}" title="{_text(title)}">{_text(text)}</button>'
        for verb, text, title in _TOOLS
        if remarks or verb != "list"
    )


def _legend(scene: Scene) -> str:
    used = {card.family for card in scene.cards.values()}
    return "".join(
        f'<span><svg class="flow" viewBox="0 0 10 10"><g class="f-{kind}">'
        '<circle class="swatch" cx="5" cy="5" r="4"/></g></svg>'
        f"{_text(scene.legend.get(kind, look.name))}</span>"
        for kind, look in LOOKS.items()
        if kind in used
    )


def _data(
    scene: Scene, marks: Marks, details: Mapping[str, Sequence[str]], remarks: Sequence[str]
) -> dict[str, Any]:
    numbers = {card: index for index, card in enumerate(scene.cards)}
    uses = _uses(scene.graph)
    leaving: dict[str, list[tuple[int, str]]] = defaultdict(list)
    arriving: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for card in scene.cards.values():
        for port in card.ports:
            if port.edge is not None:
                leaving[card.id].append((numbers[port.edge.target], port.title or port.text))
                arriving[port.edge.target].append((numbers[card.id], port.title or port.text))
    nodes: list[dict[str, Any]] = []
    for card in scene.cards.values():
        node = scene.graph.nodes.get(card.id)
        rows = settings(node) if node else []
        words = [card.title, card.label, card.id, card.number]
        words += [f"{key} {value}" for key, value in (*uses[card.id], *rows)]
        nodes.append(
            {
                **_place(card),
                "settings": rows,
                "uses": uses[card.id],
                "out": leaving[card.id],
                "in": arriving[card.id],
                "findings": [_finding(finding) for finding in marks.findings.get(card.id, ())],
                "change": marks.changes.get(card.id, ""),
                "changes": list(details.get(card.id, ())),
                "text": " ".join(words).lower(),
            }
        )
    return {
        "name": scene.graph.name,
        "width": round(scene.width),
        "height": round(scene.height),
        "start": numbers.get(scene.graph.start or "", 0),
        "nodes": nodes,
        "panels": [[round(p.x), round(p.y), round(p.width), round(p.height)] for p in scene.panels],
        "remarks": list(remarks),
        "styles": {name: drawing_style(name) for name in ("light", "dark")},
    }


def _place(card: Card) -> dict[str, Any]:
    return {
        "id": card.id,
        "name": card.title,
        "label": card.label,
        "number": card.number,
        "family": str(card.family),
        "x": round(card.x),
        "y": round(card.y),
        "w": round(card.width),
        "h": round(card.height),
    }


def _uses(graph: FlowGraph) -> dict[str, list[tuple[str, str]]]:
    """The foreign objects and variables each node names."""
    uses: dict[str, dict[tuple[str, str], None]] = defaultdict(dict)
    for reference in graph.references:
        if reference.node is not None:
            uses[reference.node][reference.kind, reference.name or reference.id or ""] = None
    for use in graph.uses:
        if use.node is not None:
            uses[use.node]["writes" if use.writes else "reads", use.name] = None
    return defaultdict(list, {node: list(pairs) for node, pairs in uses.items()})


def _finding(finding: Finding) -> dict[str, str | None]:
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "message": finding.message,
        "hint": finding.hint,
    }


def _text(text: str) -> str:
    return escape(xml_text(text))
