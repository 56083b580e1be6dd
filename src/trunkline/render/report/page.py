"""A report as one HTML file: no request ever leaves it, and it can be read without its script.

A content security policy names the style sheet and the script by their hashes and forbids all else, so
that nothing a project holds can run or call out even if an escape were missed.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from trunkline.render.graph.page import policy
from trunkline.render.graph.palette import DARK, LIGHT, Surface
from trunkline.render.graph.styling import drawing_style, page_style
from trunkline.render.report.drawings import Artist, said
from trunkline.render.report.markup import Anchors, code, text
from trunkline.render.report.model import Content, Report
from trunkline.render.report.records_page import applied, history, live, used
from trunkline.render.report.sections import findings, objects, tests, tiles
from trunkline.render.style import count

MARK = '<meta name="generator" content="Trunkline report">'
"""Stands near the beginning of every page: what holds it may be replaced by another report."""


def report_page(report: Report, *, drawings: bool = True) -> str:
    """The page. Without `drawings` no flow is drawn."""
    content = report.content
    anchors = Anchors(content.objects)
    artist = Artist(report.pictures, drawings)
    style = _style()
    script = _asset("report.js")
    parts = [
        tiles(content),
        live(content, anchors),
        findings(content, anchors),
        tests(content, anchors),
        *objects(content, anchors, artist),
        used(content, anchors, artist),
        applied(content, anchors),
        history(content, anchors),
    ]
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n{MARK}\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy(style, script)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{text(content.title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f'{_header(content)}\n<div id="frame">\n{_contents(content)}\n<main>\n'
        f'<p id="nothing" hidden>Nothing matches.</p>\n'
        f"{chr(10).join(filter(None, parts))}\n{_footer(content, said(artist))}\n</main>\n</div>\n"
        f"<script>{script}</script>\n</body>\n</html>\n"
    )


def _header(content: Content) -> str:
    org = f" against {content.org}" if content.org else ", offline"
    levels = "".join(
        f'<button type="button" class="chip {level}" data-level="{level}" aria-pressed="false">'
        f"{number:,} {level}{'s' * (number != 1)}</button>"
        for level, number in content.severities.items()
    )
    kinds = "".join(
        f'<option value="{text(kind)}">{text(title)}</option>' for kind, title, _ in content.kinds
    )
    facts = f"{content.made}{org} · {count(content.files, 'file')} · Trunkline {content.version}"
    return (
        f'<header id="top"><div class="titles"><h1>{text(content.title)}</h1><p>{text(facts)}</p></div>'
        '<div id="tools" hidden><input id="search" type="search" placeholder="Search  /" '
        'aria-label="Search" spellcheck="false"><select id="kind" aria-label="Kind">'
        f'<option value="">all kinds</option>{kinds}</select>{levels}'
        '<span id="hits" role="status"></span><span class="space"></span>'
        '<button type="button" data-do="open">Open all</button>'
        '<button type="button" data-do="theme" title="Light or dark (t)">◐</button>'
        '<button type="button" data-do="print">Print</button></div></header>'
    )


def _contents(content: Content) -> str:
    return f'<nav aria-label="Contents"><ul>{"".join(_entries(content))}</ul></nav>'


def _entries(content: Content) -> Iterator[str]:
    yield _entry("summary", "Summary", "")
    if content.live is not None:
        yield _entry("live", f"Against {content.live.org}", str(len(content.live.changes)))
    yield _entry("findings", "Findings", f"{len(content.findings):,}")
    yield _entry("tests", "Tests", f"{len(content.tests):,}")
    for kind, title, number in content.kinds:
        yield _entry(f"objects-{kind}", title[:1].upper() + title[1:], f"{number:,}")
    if content.used:
        yield _entry("used", "Who uses what", f"{len(content.used):,}")
    if content.applied:
        yield _entry("applied", "Applied last", f"{len(content.applied):,}")
    if content.history is not None:
        yield _entry("history", "What was done", f"{len(content.history.runs):,}")


def _entry(name: str, title: str, number: str) -> str:
    return f'<li><a href="#{text(name)}">{text(title)}</a> <span>{text(number)}</span></li>'


def _footer(content: Content, drawn: str) -> str:
    notes = "".join(f"<li>{text(note)}</li>" for note in content.notes)
    of = f"files and {content.org}" if content.org else "files alone"
    return (
        f"<footer><ul>{notes}<li>Made from the project's {text(of)}, {text(drawn)}. Secrets are masked.</li>"
        f"<li>SHA-256 over names and contents of the files {code(content.digest)}</li></ul></footer>"
    )


def _style() -> str:
    """Follows the system's light or dark without a script; the button chooses."""
    dark = f"@media (prefers-color-scheme: dark) {{ :root {{ {_values(DARK)} }} }}\n"
    auto = f":root {{ {_values(LIGHT)} }}\n{dark}"
    chosen = f"[data-theme=light] {{ {_values(LIGHT)} }}\n[data-theme=dark] {{ {_values(DARK)} }}\n"
    return auto + chosen + drawing_style("auto") + page_style() + _asset("report.css")


def _values(surface: Surface) -> str:
    return " ".join(f"--{name}: {value};" for name, value in surface._asdict().items())


def _asset(name: str) -> str:
    return files("trunkline.render.report").joinpath("assets", name).read_text(encoding="utf-8")
