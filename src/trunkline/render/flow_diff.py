"""The differences between two flows as text, markdown and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from trunkline.domain.flow.compare_documents import Difference
from trunkline.domain.flow.diff import FlowChange, Subject, What
from trunkline.domain.json import Json, show_path
from trunkline.render.style import bold, colour, count, dim

FORMATS = ("text", "json", "markdown", "html")

_SIGNS = {
    What.ADDED: ("+", "green"),
    What.REMOVED: ("-", "red"),
    What.RENAMED: ("»", "cyan"),
    What.MOVED: ("↷", "magenta"),
    What.CHANGED: ("~", "yellow"),
}
_HEADINGS = {
    Subject.FLOW: "Flow",
    Subject.VARIABLE: "Variables",
    Subject.ITEM: "Tasks, menus, states",
    Subject.ACTION: "Actions",
    Subject.REFERENCE: "Objects it uses",
}
_WIDTH = 200
_CELL = 300


@dataclass(frozen=True, slots=True)
class Compared:
    """Two flows and what differs. A side that is not there has no `difference`."""

    name: str
    before: str | None
    after: str | None
    difference: Difference | None

    @property
    def differs(self) -> bool:
        return self.difference is None or bool(self.difference.changes)

    @property
    def changes(self) -> tuple[FlowChange, ...]:
        return self.difference.changes if self.difference else ()


def render_diff(compared: Sequence[Compared], form: str) -> str:
    """One or more comparisons in one of FORMATS but html."""
    if form == "json":
        return json.dumps([diff_json(each) for each in compared], indent=2, ensure_ascii=False)
    if form == "markdown":
        return "\n\n".join(_markdown(each) for each in compared if each.differs or len(compared) == 1)
    lines = [line for each in compared if each.differs for line in _text(each)]
    return "\n".join([*lines, summary(compared)])


def diff_json(compared: Compared) -> dict[str, Any]:
    difference = compared.difference
    return {
        "flow": compared.name,
        "before": compared.before,
        "after": compared.after,
        "differs": compared.differs,
        "structureOnly": bool(difference and difference.structure_only),
        "changes": [
            {
                "what": str(change.what),
                "subject": str(change.subject),
                "id": change.id,
                "name": change.name,
                "path": show_path(change.path) if change.path else None,
                "before": change.before,
                "after": change.after,
            }
            for change in compared.changes
        ],
    }


def summary(compared: Sequence[Compared]) -> str:
    """One line: how many of which changes, or that there are none."""
    changes = [change for each in compared for change in each.changes]
    parts = [
        f"{number} {what}" for what in What if (number := sum(change.what is what for change in changes))
    ]
    absent = [each for each in compared if each.difference is None]
    if absent:
        parts.append(f"{count(len(absent), 'flow')} on one side only")
    name = compared[0].name if len(compared) == 1 else count(len(compared), "flow")
    note = "; only the structure was compared: the two are written in different forms"
    partial = any(each.difference and each.difference.structure_only for each in compared)
    return f"{bold(name)}: {', '.join(parts) or 'no differences'}{note if partial else ''}"


def grouped(changes: Iterable[FlowChange]) -> list[tuple[str, list[FlowChange]]]:
    """Changes under the heading of their subject, subjects in the order of a flow."""
    found: dict[Subject, list[FlowChange]] = {subject: [] for subject in Subject}
    for change in changes:
        found[change.subject].append(change)
    return [(_HEADINGS[subject], each) for subject, each in found.items() if each]


def shown(value: Json) -> str:
    """A value of a change: text as it is, nothing as ∅, the rest as JSON."""
    if value is None:
        return "∅"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _text(compared: Compared) -> list[str]:
    if compared.difference is None:
        sign, tint = _SIGNS[What.ADDED if compared.after else What.REMOVED]
        where = compared.after or compared.before or ""
        return [f"{colour(sign, tint)} {bold(compared.name)} {dim(f'only in {where}')}", ""]
    lines = [f"{dim('---')} {compared.before}", f"{dim('+++')} {compared.after}"]
    for heading, changes in grouped(compared.changes):
        lines.append(bold(heading))
        lines += [line for change in changes for line in _change(change)]
    return [*lines, ""]


def _change(change: FlowChange) -> list[str]:
    sign, tint = _SIGNS[change.what]
    if change.what is What.RENAMED:
        return [f"  {colour(sign, tint)} {shown(change.before)} → {shown(change.after)}"]
    where = f" {dim(show_path(change.path))}" if change.path else ""
    head = f"  {colour(sign, tint)} {change.name}{where}"
    if change.before is None and change.after is None:
        return [head]
    before, after = shown(change.before), shown(change.after)
    if len(before) + len(after) < _WIDTH / 2 and "\n" not in before + after:
        return [f"{head}: {before} → {after}"]
    return [head, *_indented("-", "red", before), *_indented("+", "green", after)]


def _indented(sign: str, tint: str, text: str) -> list[str]:
    return [f"      {colour(f'{sign} {_cut(line, _WIDTH)}', tint)}" for line in text.splitlines() or [""]]


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _markdown(compared: Compared) -> str:
    title = f"### Flow {_cell(compared.name)}"
    if compared.difference is None:
        where = compared.after or compared.before or ""
        return f"{title}\n\n{'Added' if compared.after else 'Removed'}: only in `{_code(where)}`"
    sides = [f"`{_code(str(side))}`" for side in (compared.before, compared.after)]
    if not compared.changes:
        return f"{title}\n\nNo differences between {sides[0]} and {sides[1]}."
    lines = [title, "", f"{sides[0]} → {sides[1]}", ""]
    if compared.difference.structure_only:
        lines += ["Only the structure was compared: the two are written in different forms.", ""]
    for heading, changes in grouped(compared.changes):
        lines += [f"**{heading}**", "", "| | name | field | before | after |", "|---|---|---|---|---|"]
        for change in changes:
            field = f"`{_code(show_path(change.path))}`" if change.path else ""
            before, after = (_value(value) for value in (change.before, change.after))
            lines.append(f"| {change.what} | {_cell(change.name)} | {field} | {before} | {after} |")
        lines.append("")
    return "\n".join(lines).rstrip()


def _value(value: Json) -> str:
    return "" if value is None else f"`{_code(shown(value))}`"


def _code(text: str) -> str:
    """Text for a code span in a table cell: no backtick, pipe or line end can end it."""
    return _cut(" ".join(text.split()), _CELL).replace("`", "ˋ").replace("|", "\\|")


def _cell(text: str) -> str:
    """Text for a table cell: what markdown or HTML would read is escaped."""
    line = _cut(" ".join(text.split()), _CELL)
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]()#+!|<>~@" else letter for letter in line)
