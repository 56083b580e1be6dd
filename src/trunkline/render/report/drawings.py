"""Drawings inside a report: bounded, so that a report of a thousand flows can still be opened."""

from __future__ import annotations

from dataclasses import dataclass, replace

from trunkline.domain.finding import Finding
from trunkline.domain.flow import FlowGraph
from trunkline.domain.flow.dependencies import Dependencies
from trunkline.domain.resource import Address
from trunkline.render.graph.dependencies import dependency_scene
from trunkline.render.graph.overlay import findings_by_node
from trunkline.render.graph.scene import Scene, make_scene
from trunkline.render.graph.svg import Marks, svg_content
from trunkline.render.report.markup import text
from trunkline.render.report.model import Pictures
from trunkline.render.style import count

MOST_NODES = 12_000
"""Nodes of all drawings of a page together: about 15 MB."""
MOST_OF_ONE = 2_000
MOST_THINGS = 400
"""Objects in the drawing of what depends on what."""


@dataclass(slots=True)
class Artist:
    """Draws the graphs of a report until there are too many nodes; counts what it drew and left out."""

    pictures: Pictures
    wanted: bool = True
    drawn: int = 0
    left_out: int = 0
    nodes: int = 0

    def flow(self, address: Address) -> str:
        """The drawing of one object with its findings, folded; a sentence where it is left out."""
        graph = self.pictures.graphs.get(address)
        if graph is None or not self.wanted:
            return ""
        if len(graph.nodes) > MOST_OF_ONE or self.nodes + len(graph.nodes) > MOST_NODES:
            self.left_out += 1
            return (
                '<p class="none">The drawing is left out: it would make this file too large. '
                "<code>trunkline flow graph FILE --to flow.html</code> draws it.</p>"
            )
        self.nodes += len(graph.nodes)
        self.drawn += 1
        scene = make_scene(graph)
        found = [self._masked(each) for each in self.pictures.findings.get(address, ())]
        return self._folded("Drawing", graph, scene, Marks(findings_by_node(graph, found)))

    def dependencies(self) -> str:
        """What the flows depend on, drawn; nothing where there are no flows."""
        found = self.pictures.dependencies
        if not found.links or not self.wanted:
            return ""
        if len(found.things) > MOST_THINGS:
            return f'<p class="none">{_too_many(found)}</p>'
        scene = dependency_scene(found, "Dependencies of the flows")
        return self._folded("Drawing of what the flows use", scene.graph, scene, Marks())

    def _folded(self, title: str, graph: FlowGraph, scene: Scene, marks: Marks) -> str:
        self.pictures.cleaner.scene(scene)
        width, height = round(scene.width), round(scene.height)
        content = svg_content(scene, marks, ground=False)
        size = f"{max(1, len(content) // 1000):,} KB"
        sums = f"{count(len(graph.nodes), 'node')}, {count(len(scene.lines), 'connection')}, {size}"
        shape = "picture tall" if height > 2 * width else "picture"
        return (
            f'<details class="{shape}"><summary>{text(title)} <span class="at">{sums}</span></summary>'
            f'<label class="fit"><input type="checkbox"> in full size</label>'
            f'<div class="drawing"><svg class="flow" xmlns="http://www.w3.org/2000/svg" role="img" '
            f'aria-label="{text(scene.graph.name)}" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}">{content}</svg></div></details>'
        )

    def _masked(self, finding: Finding) -> Finding:
        return replace(finding, message=self.pictures.cleaner.text(finding.message))


def _too_many(found: Dependencies) -> str:
    return text(
        f"{len(found.things):,} objects are too many for one drawing: the table below has them all, and "
        "trunkline flow graph --uses KIND/NAME draws what uses one of them."
    )


def said(artist: Artist) -> str:
    """How much was drawn, in a sentence."""
    if not artist.wanted:
        return "without drawings"
    left = f", {artist.left_out:,} left out as too large" if artist.left_out else ""
    return f"{count(artist.drawn, 'drawing')}{left}"
