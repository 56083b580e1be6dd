"""Coverage of data actions by their tests, as a table and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from trunkline.domain.json import JsonObject
from trunkline.project.suite import ActionCoverage, Part
from trunkline.render.style import bold, colour, dim

_WORDS = {
    "inputs": "never given",
    "paths": "never found",
    "defaults": "never came in",
    "branches": "never taken",
}
_WIDEST = 44


def coverage_json(rows: Sequence[ActionCoverage]) -> JsonObject:
    """The share of all parts in percent, and each action with what no case reaches."""
    return {
        "percent": _percent(part for row in rows for part in row.parts.values()),
        "actions": [
            {
                "name": row.action,
                "file": row.place.file if row.place else None,
                "cases": row.cases,
                "percent": _percent(row.parts.values()),
                **{name: _part_json(part) for name, part in row.parts.items()},
            }
            for row in rows
        ],
    }


def coverage_text(rows: Sequence[ActionCoverage]) -> str:
    """A line for each action, and below it what no case reaches."""
    width = min(_WIDEST, max([len(row.action) for row in rows], default=0))
    head = f"{'data action':{width}}  cases  " + "  ".join(f"{name:>8}" for name in _WORDS)
    lines = [dim(head)]
    for row in rows:
        cells = "  ".join(f"{_cell(part):>8}" for part in row.parts.values())
        name = f"{row.action[:width]:{width}}"
        lines.append(f"{bold(name)}  {row.cases:>5}  {cells}")
        if row.cases:
            missing = [(name, part.missing) for name, part in row.parts.items() if part.missing]
            lines += [f"    {_WORDS[name]}: {', '.join(names)}" for name, names in missing]
        else:
            lines.append(f"    {colour('no case at all', 'yellow')}")
    total = _percent(part for row in rows for part in row.parts.values())
    return "\n".join([*lines, f"coverage: {total} %"])


def _cell(part: Part) -> str:
    return f"{part.covered}/{part.total}" if part.total else "-"


def _part_json(part: Part) -> JsonObject:
    return {"total": part.total, "covered": part.covered, "missing": list(part.missing)}


def _percent(parts: Iterable[Part]) -> float:
    pairs = [(part.covered, part.total) for part in parts]
    total = sum(total for _, total in pairs)
    return round(100 * sum(covered for covered, _ in pairs) / total, 1) if total else 100.0
