"""The verdict of an export as text and JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from trunkline.export.verdict import Verdict
from trunkline.render.style import bold, colour, count

_MOST_SHOWN = 20


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    """`{folder, listed, exported, fetched, unchanged, missing: [{id, name, why}], notes, gone, seconds}`."""
    return {
        "folder": verdict.folder,
        "whole": verdict.whole,
        "listed": verdict.listed,
        "exported": verdict.exported,
        "fetched": verdict.fetched,
        "unchanged": verdict.unchanged,
        "missing": [asdict(each) for each in verdict.missing],
        "notes": list(verdict.notes),
        "gone": list(verdict.gone),
        "seconds": round(verdict.seconds, 3),
    }


def show_verdict(verdict: Verdict) -> str:
    """A line for each flow that is missing, and one that counts."""
    lines = [f"{colour('missing', 'red')}: {each}" for each in verdict.missing]
    lines += [f"{colour('incomplete listing', 'red')}: {note}" for note in verdict.notes]
    shown = verdict.gone[:_MOST_SHOWN]
    if verdict.gone:
        more = len(verdict.gone) - len(shown)
        rest = f" and {more} more" if more else ""
        lines.append(f"no longer in the org: {', '.join(shown)}{rest} (--prune removes such files)")
    rate = verdict.exported / verdict.seconds if verdict.seconds else 0.0
    result = f"exported {verdict.exported:,} of {count(verdict.listed, 'listed flow')}"
    lines.append(
        f"{bold(result)} into {verdict.folder}: {verdict.fetched:,} fetched, {verdict.unchanged:,} unchanged,"
        f" {verdict.seconds:.1f} s ({rate:,.0f} a second)"
    )
    return "\n".join(lines)
