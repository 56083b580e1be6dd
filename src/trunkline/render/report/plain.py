"""A report as JSON, and its sums in a few lines of text."""

from __future__ import annotations

import json

import msgspec

from trunkline.render.report.model import Content
from trunkline.render.style import bold, colour, count


def report_json(content: Content) -> str:
    """All that the page says, but for the drawings."""
    return json.dumps(msgspec.to_builtins(content), indent=2, ensure_ascii=False)


def report_text(content: Content) -> str:
    """The sums: what there is, what was found, what the tests say, how the org stands."""
    held = ", ".join(f"{number:,} {title}" for _, title, number in content.kinds) or "no objects"
    lines = [bold(content.title), f"{held} in {count(content.files, 'file')}"]
    lines.append(", ".join(count(number, level) for level, number in content.severities.items()))
    passed, failed = content.outcomes["passed"], content.outcomes["failed"]
    covered = "".join(f", {percent} % of {what} covered" for what, percent in content.coverage.items())
    lines.append(
        f"tests: {passed} passed, {colour(f'{failed} failed', 'red') if failed else '0 failed'}{covered}"
    )
    if content.live is not None:
        lines.append(_live(content))
    if content.history is not None:
        chain = count(len(content.history.faults), "fault")
        runs = len(content.history.runs) + content.history.older
        lines.append(
            f"{count(runs, 'run')}, {chain} in {count(content.history.lines, 'line')} of the audit log"
        )
    return "\n".join([*lines, *(f"note: {note}" for note in content.notes)])


def _live(content: Content) -> str:
    live = content.live
    if live is None:
        return ""
    states = ", ".join(f"{number} {state}" for state, number in live.counts.items())
    drifted = f"{count(len(live.drift), 'object')} drifted"
    return f"{live.org}: {live.note or states or 'nothing to compare'}, {drifted}"
