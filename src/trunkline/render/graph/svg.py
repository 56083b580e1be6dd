"""A scene as SVG. Everything that comes from the flow is escaped; nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from trunkline.domain.finding import Finding, Severity
from trunkline.domain.flow import Edge
from trunkline.render.findings import xml_text
from trunkline.render.graph.cards import PILL_HEIGHT, Card, Port
from trunkline.render.graph.layered import Point
from trunkline.render.graph.palette import LOOKS
from trunkline.render.graph.scene import Line, Panel, Scene
from trunkline.render.graph.styling import drawing_style

_RADIUS = 9.0
_HEAD = 7.0


@dataclass(frozen=True, slots=True)
class Marks:
    """What is coloured in: findings by node, changes (`added`, `moved`, …) by node and by edge."""

    findings: Mapping[str, Sequence[Finding]] = field(default_factory=dict[str, Sequence[Finding]])
    changes: Mapping[str, str] = field(default_factory=dict[str, str])
    edges: Mapping[Edge, str] = field(default_factory=dict[Edge, str])


def svg_file(scene: Scene, marks: Marks | None = None, *, theme: str = "auto") -> str:
    """A complete SVG document."""
    size = f'width="{_n(scene.width)}" height="{_n(scene.height)}"'
    style = f"<style>{drawing_style(theme)}</style>"
    title = f"<title>{_text(scene.graph.name or 'flow')}</title>"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" class="flow" {size} '
        f'viewBox="0 0 {_n(scene.width)} {_n(scene.height)}">{title}{style}'
        f"{svg_content(scene, marks or Marks())}</svg>\n"
    )


def svg_content(scene: Scene, marks: Marks, *, ground: bool = True) -> str:
    """What stands inside the `svg` element; node elements carry `data-node`, their number in the graph.

    Without `ground` nothing is drawn below the panels, and nothing in it has an id.
    """
    numbers = {card: index for index, card in enumerate(scene.cards)}
    unreached = {node.id for node in scene.graph.unreachable}
    parts = [
        *(_ground(scene) if ground else ()),
        *(_panel(panel) for panel in scene.panels),
        *(_line(line, numbers, marks.edges.get(line.edge, "")) for line in scene.lines),
    ]
    parts += [
        _card(card, numbers[card.id], marks, lost=card.id in unreached) for card in scene.cards.values()
    ]
    return "".join(parts)


def _ground(scene: Scene) -> Iterator[str]:
    size = f'width="{_n(scene.width)}" height="{_n(scene.height)}"'
    yield '<defs><pattern id="dots" width="22" height="22" patternUnits="userSpaceOnUse">'
    yield '<circle class="dot" cx="1.2" cy="1.2" r="1.2"/></pattern></defs>'
    yield f'<rect class="canvas" {size}/><rect class="grid" fill="url(#dots)" {size}/>'


def _panel(panel: Panel) -> str:
    return (
        f'<rect class="panel" x="{_n(panel.x)}" y="{_n(panel.y)}" width="{_n(panel.width)}" '
        f'height="{_n(panel.height)}" rx="18"/>'
    )


def _line(line: Line, numbers: Mapping[str, int], change: str) -> str:
    ends = f'data-from="{numbers[line.edge.source]}" data-to="{numbers[line.edge.target]}"'
    classes = " ".join(filter(None, (f"t-{line.tone}", line.edge.kind, change)))
    x, y = line.points[-1]
    before = line.points[-2] if len(line.points) > 1 else (x, y - 1)
    along_x = abs(before[0] - x) > abs(before[1] - y)
    head = f"M{_n(x)} {_n(y)}l{_n(-_HEAD)} -4v8z" if along_x else f"M{_n(x)} {_n(y)}l-4 {_n(-_HEAD)}h8z"
    return (
        f'<g class="edge" {ends}><path class="line {classes}" d="{rounded(line.points)}"/>'
        f'<path class="head t-{line.tone}" d="{head}"/></g>'
    )


def rounded(points: Sequence[Point]) -> str:
    """The path of a polyline with round corners."""
    if len(points) < 2:
        return ""
    path = f"M{_n(points[0][0])} {_n(points[0][1])}"
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(_RADIUS, _far(before, corner) / 2, _far(corner, after) / 2)
        start, end = _towards(corner, before, radius), _towards(corner, after, radius)
        path += f"L{_n(start[0])} {_n(start[1])}Q{_n(corner[0])} {_n(corner[1])} {_n(end[0])} {_n(end[1])}"
    return f"{path}L{_n(points[-1][0])} {_n(points[-1][1])}"


def _far(one: Point, other: Point) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _towards(corner: Point, other: Point, radius: float) -> Point:
    far = _far(corner, other) or 1.0
    return (
        corner[0] + (other[0] - corner[0]) * radius / far,
        corner[1] + (other[1] - corner[1]) * radius / far,
    )


def _card(card: Card, number: int, marks: Marks, *, lost: bool) -> str:
    findings = marks.findings.get(card.id, ())
    change = marks.changes.get(card.id, "")
    classes = ["ghost" if card.ghost else "node", f"f-{card.family}", change, "lost" if lost else ""]
    return "".join(
        (
            f'<g class="{" ".join(filter(None, classes))}" data-node="{number}" '
            f'transform="translate({_n(card.x)} {_n(card.y)})">',
            f"<title>{_text(card.title)}</title>",
            *_body(card),
            *(_pill(card, port, marks) for port in card.ports if card.pills),
            _badge(card, findings),
            _mark(card, change),
            "</g>",
        )
    )


def _body(card: Card) -> Iterator[str]:
    size = f'width="{_n(card.width)}" height="{_n(card.height)}"'
    radius = 22 if card.family == "end" else 12
    yield f'<rect class="shade" y="2.5" {size} rx="{radius}"/>'
    around = f'width="{_n(card.width + 6)}" height="{_n(card.height + 6)}"'
    yield f'<rect class="halo" x="-3" y="-3" {around} rx="{radius + 3}"/>'
    yield f'<rect class="box" {size} rx="{radius}"/>'
    yield '<rect class="tile" x="11" y="11" width="26" height="26" rx="8"/>'
    yield f'<path class="icon" transform="translate(16 16)" d="{LOOKS[card.family].icon}"/>'
    yield f'<text class="label" x="46" y="18">{_text(card.label.upper())}</text>'
    if card.number:
        yield f'<text class="number" x="{_n(card.width - 12)}" y="18">{_text(card.number)}</text>'
    yield f'<text class="name" x="46" y="35">{_text(card.name)}</text>'
    if card.detail:
        yield f'<text class="detail" x="46" y="51">{_text(card.detail)}</text>'


def _pill(card: Card, port: Port, marks: Marks) -> str:
    x, y = card.width / 2 + port.at - port.breadth / 2, card.height - PILL_HEIGHT / 2
    title = f"<title>{_text(port.title)}</title>" if port.title != port.text else ""
    return (
        f'<g class="pill t-{port.tone} {marks.edges.get(port.edge, "") if port.edge else "open"}">{title}'
        f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(port.breadth)}" height="{_n(PILL_HEIGHT)}" rx="9"/>'
        f'<text x="{_n(x + port.breadth / 2)}" y="{_n(y + 12.6)}">{_text(port.text)}</text></g>'
    )


def _badge(card: Card, findings: Sequence[Finding]) -> str:
    if not findings:
        return ""
    worst = min((finding.severity for finding in findings), key=list(Severity).index)
    titles = "\n".join(f"{finding.severity}: {finding.message}" for finding in findings)
    return (
        f'<g class="badge {worst}" transform="translate({_n(card.width - 4)} 2)">'
        f'<title>{_text(titles)}</title><circle r="9"/>'
        f'<text y="3.6">{len(findings) if len(findings) < 100 else "…"}</text></g>'
    )


def _mark(card: Card, change: str) -> str:
    if not change:
        return ""
    breadth = 8 + 6.2 * len(change)
    return (
        f'<g class="mark"><rect x="14" y="-9" width="{_n(breadth)}" height="15" rx="7.5"/>'
        f'<text x="{_n(14 + breadth / 2)}" y="2">{change}</text></g>'
    )


def _text(text: str) -> str:
    return escape(xml_text(text))


def attribute(text: str) -> str:
    """A quoted attribute value."""
    return quoteattr(xml_text(text))


def _n(number: float) -> str:
    """A short number: `12`, `12.5`."""
    return f"{number:.1f}".removesuffix(".0")
