"""A layered drawing of a directed graph, after Sugiyama: ranks, orders, coordinates, routes.

Links run from rank to rank along the *main* axis; vertices of a rank stand side by side on the
*cross* axis. Which of the two is horizontal is the caller's choice. Links to one target share a
lane on their way, as a join does on paper.
"""

from __future__ import annotations

from collections.abc import Sequence

from trunkline.render.graph.layered.model import Arrangement, Link, Point, Spacing, Vertex, simplify
from trunkline.render.graph.layered.ordering import order
from trunkline.render.graph.layered.placing import place
from trunkline.render.graph.layered.ranking import rank
from trunkline.render.graph.layered.routing import route
from trunkline.render.graph.layered.slots import make_slots

__all__ = ["Arrangement", "Link", "Point", "Spacing", "Vertex", "arrange", "simplify"]


def arrange(vertices: Sequence[Vertex], links: Sequence[Link], spacing: Spacing | None = None) -> Arrangement:
    """Where every vertex goes and how every link runs. The same input always gives the same drawing.

    A link whose ends are not among the vertices raises KeyError.
    """
    space = spacing or Spacing()
    grid = make_slots(vertices, links, rank(vertices, links), space)
    order(grid)
    grid.spread_ports()
    place(grid, space)
    return route(grid, space)
