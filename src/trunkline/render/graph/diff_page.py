"""The differences between two flows side by side, as one HTML file without a script."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from html import escape

from trunkline.domain.flow.diff import FlowChange, What
from trunkline.domain.json import show_path
from trunkline.render.findings import xml_text
from trunkline.render.flow_diff import Compared, grouped, shown
from trunkline.render.graph.page import asset, policy

_WORDS = re.compile(r"\w+|\s+|[^\w\s]")
_LONGEST = 3000
"""Characters of a value that are shown."""
_LEAD = 200
_MOST_WORDS = 2000
"""Longer texts are shown without marking words: comparing takes the square of their length."""


def diff_page(compared: Sequence[Compared]) -> str:
    """The page: a section for every subject, before on the left, after on the right."""
    style = asset("diff.css")
    title = compared[0].name if len(compared) == 1 else f"{len(compared)} flows"
    parts = [part for each in compared if each.differs or len(compared) == 1 for part in _flow(each)]
    if not parts:
        parts = [f'<ul class="counts"><li class="none">{len(compared)} flows, no differences</li></ul>']
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy(style)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(f'Differences: {title}')}</title>\n<style>{style}</style>\n</head>\n"
        f"<body>\n<main>\n{chr(10).join(parts)}\n</main>\n</body>\n</html>\n"
    )


def _flow(compared: Compared) -> Iterator[str]:
    yield f"<h1>{_text(compared.name)}</h1>"
    sides = (_text(side) if side else "nothing" for side in (compared.before, compared.after))
    yield "<p class='sides'><b>{}</b> → <b>{}</b></p>".format(*sides)
    counts = Counter(change.what for change in compared.changes)
    chips = [f'<li class="{what}">{counts[what]} {what}</li>' for what in What if counts[what]]
    if compared.difference is None:
        word = What.ADDED if compared.after else What.REMOVED
        chips = [f'<li class="{word}">the whole flow was {word}</li>']
    elif compared.difference.structure_only:
        chips.append('<li class="none">different forms: only the structure was compared</li>')
    yield f'<ul class="counts">{"".join(chips) or "<li class=none>no differences</li>"}</ul>'
    for heading, changes in grouped(compared.changes):
        rows = "".join(_row(change) for change in changes)
        yield f"<section><h2>{heading}</h2><table>{rows}</table></section>"


def _row(change: FlowChange) -> str:
    field = f'<span class="field">{_text(show_path(change.path))}</span>' if change.path else ""
    before, after = _sides(change)
    return (
        f'<tr><td class="what"><span class="tag {change.what}">{change.what}</span> '
        f'<span class="name">{_text(change.name)}</span>{field}</td>'
        f'<td class="value">{before}</td><td class="value">{after}</td></tr>'
    )


def _sides(change: FlowChange) -> tuple[str, str]:
    """Both values with the words that differ marked."""
    if change.what is What.ADDED:
        return "", f"<ins>{_text(change.name)}</ins>"
    if change.what is What.REMOVED:
        return f"<del>{_text(change.name)}</del>", ""
    before, after = (_WORDS.findall(text) for text in _window(shown(change.before), shown(change.after)))
    if len(before) + len(after) > _MOST_WORDS:
        return _text("".join(before)), _text("".join(after))
    left, right = "", ""
    for what, low, high, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        old, new = _text("".join(before[low:high])), _text("".join(after[start:end]))
        left += old if what == "equal" or not old else f"<del>{old}</del>"
        right += new if what == "equal" or not new else f"<ins>{new}</ins>"
    return left, right


def _window(before: str, after: str) -> tuple[str, str]:
    """Both texts, of long ones the part that begins a little before they differ."""
    pairs = enumerate(zip(before, after, strict=False))
    common = next((at for at, (one, other) in pairs if one != other), min(len(before), len(after)))
    start = max(0, common - _LEAD) if max(len(before), len(after)) > _LONGEST else 0
    return _cut(before, start), _cut(after, start)


def _cut(text: str, start: int) -> str:
    end = "…" if len(text) > start + _LONGEST else ""
    return ("…" if start else "") + text[start : start + _LONGEST] + end


def _text(text: str) -> str:
    return escape(xml_text(text))
