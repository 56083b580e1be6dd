"""Coverage of flows by their tests, as a table and as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from trunkline.domain.json import Json, JsonObject
from trunkline.project.suite.flows import FlowCovered
from trunkline.render.style import bold, dim

_WIDEST = 44
_MOST = 12


def flow_coverage_json(rows: Sequence[FlowCovered]) -> list[Json]:
    """Each flow with the share of each part in percent, and what no case reaches."""
    return [_row_json(row) for row in rows]


def _row_json(row: FlowCovered) -> JsonObject:
    found: JsonObject = {"name": row.flow, "cases": row.cases, "paths": row.paths, "errors": row.errors}
    for name, part in row.parts.items():
        missing: list[Json] = list(part.missing)
        found[name] = {"total": part.total, "covered": part.covered, "missing": missing}
    return found


def flow_coverage_text(rows: Sequence[FlowCovered]) -> str:
    """A line for each flow, and below it what no case reaches."""
    width = min(_WIDEST, max([len(row.flow) for row in rows], default=0))
    names = ("actions", "branches", "conditions", "loops", "prompts")
    lines = [f"{'flow':{width}}  cases  paths  " + "  ".join(f"{name:>10}" for name in names) + "  errors"]
    for row in rows:
        cells = "  ".join(f"{f'{part.covered}/{part.total}':>10}" for part in row.parts.values())
        flow = f"{row.flow[:width]:{width}}"
        lines.append(f"{bold(flow)}  {row.cases:>5}  {row.paths:>5}  {cells}  {row.errors:>6}")
        missing = [*row.branches.missing, *row.loops.missing]
        lines += [dim(f"  never: {one}") for one in missing[:_MOST]]
        if len(missing) > _MOST:
            lines.append(dim(f"  and {len(missing) - _MOST} more"))
    return "\n".join(lines)
