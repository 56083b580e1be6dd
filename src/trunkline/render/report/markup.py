"""Pieces of HTML: every text is escaped here, and no element has a style or a handler of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from trunkline.project.files import slug
from trunkline.render.findings import xml_text
from trunkline.render.report.model import Block, Link, Object, Table, Text, Tree

_LEVELS = ("error", "warning", "info")


def text(value: object) -> str:
    """A text as HTML, fit for an attribute too."""
    return escape(xml_text(str(value))).encode("utf-8", "replace").decode()


def table(columns: Sequence[str], rows: Iterable[str], kind: str = "") -> str:
    """A table of rows that are HTML already."""
    head = "".join(f"<th>{text(each)}</th>" for each in columns)
    return (
        f'<div class="scroll"><table class="{kind}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def row(cells: Iterable[str], attributes: str = "") -> str:
    """A row of cells that are HTML already."""
    return f"<tr{attributes}>{''.join(f'<td>{each}</td>' for each in cells)}</tr>"


def item(kind: str, levels: Iterable[str] = ()) -> str:
    """Attributes of what search and filters show or hide."""
    return f' data-item data-kind="{text(kind)}" data-levels="{text(" ".join(levels))}"'


def pill(level: str, number: int | str = "") -> str:
    """A coloured word, or a number in its colour."""
    shown = number if number != "" else level
    return f'<span class="pill {text(level)}" title="{text(level)}">{text(shown)}</span>'


def pills(findings: Mapping[str, int]) -> str:
    """How many findings of each severity, the gravest first."""
    return "".join(
        f'<span class="pill {level}">{text(findings[level])} {level}{"s" * (findings[level] != 1)}</span>'
        for level in _LEVELS
        if findings.get(level)
    )


def code(value: str) -> str:
    return f"<code>{text(value)}</code>" if value else ""


def place(file: str, line: int | None) -> str:
    """`file:line`, breakable at its slashes."""
    shown = file if line is None else f"{file}:{line}"
    return f'<code class="place">{text(shown).replace("/", "/<wbr>")}</code>' if file else ""


def bar(percent: float, kind: str = "") -> str:
    """A bar without a style attribute: the width is the drawing's own."""
    return (
        '<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="track" width="100" height="6"/>'
        f'<rect class="fill {text(kind)}" width="{percent:g}" height="6"/></svg>'
    )


class Anchors:
    """Where in the page each object stands."""

    def __init__(self, objects: Iterable[Object]) -> None:
        self._ids: dict[tuple[str, str], str] = {}
        taken: set[str] = set()
        for each in objects:
            plain = f"{each.kind}-{slug(each.name)}".replace("_", "-")
            name, number = plain, 1
            while name in taken:
                number += 1
                name = f"{plain}-{number}"
            taken.add(name)
            self._ids.setdefault((each.kind, each.name), name)

    def of(self, kind: str, name: str) -> str:
        return self._ids.get((kind, name), "")

    def link(self, kind: str, name: str, *, named: bool = True) -> str:
        """The object's name, as a link where it is in the page."""
        before = f'<span class="kind">{text(kind.replace("_", " "))}</span> ' if named and kind else ""
        target = self.of(kind, name)
        shown = f'<a href="#{target}">{text(name)}</a>' if target else text(name)
        return before + shown

    def links(self, links: Sequence[Link]) -> str:
        return "".join(
            f"<li>{self.link(each.kind, each.name)}"
            + (f' <span class="at">in {text(each.at)}</span>' if each.at else "")
            + "</li>"
            for each in links
        )


def block(each: Block) -> str:
    """A table, a text or a tree under its title."""
    title = f"<h4>{text(each.title)}</h4>" if each.title else ""
    if isinstance(each, Table):
        return title + _plain(each)
    if isinstance(each, Text):
        return f"{title}<pre>{text(each.text)}</pre>"
    return title + _tree(each)


def _plain(each: Table) -> str:
    """The columns that say anything."""
    if not each.rows:
        return '<p class="none">none</p>'
    kept = [index for index in range(len(each.columns)) if any(cells[index] for cells in each.rows)]
    rows = (row(text(cells[index]) for index in kept) for cells in each.rows)
    return table([each.columns[index] for index in kept], rows, "plain")


def _tree(tree: Tree) -> str:
    """Nested lists; a line lies in the nearest line above it that is less deep."""
    parts, level = ['<ul class="tree">'], 0
    for number, (depth, line) in enumerate(tree.lines):
        if depth > level:
            parts.append("<ul>" * (depth - level))
        elif number:
            parts.append("</li>" + "</ul></li>" * (level - depth))
        parts.append(f"<li>{text(line)}")
        level = depth
    return "".join([*parts, "</li></ul>" * (level + 1)])
