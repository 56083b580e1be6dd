"""The sections of a report's page: sums, findings, tests, objects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from trunkline.domain.resource import Address
from trunkline.render.report.drawings import Artist
from trunkline.render.report.markup import (
    Anchors,
    bar,
    block,
    code,
    item,
    pill,
    pills,
    place,
    row,
    table,
    text,
)
from trunkline.render.report.model import Content, Covered, Object, Remark, TestCase
from trunkline.render.style import count

_LEVEL_OF = {"failed": "error", "skipped": "info", "passed": "ok"}
_MISSING = 12


def section(name: str, title: str, sums: str, body: str) -> str:
    """A section with its heading; `body` is HTML."""
    return (
        f'<section id="{text(name)}"><h2>{text(title)} <span class="sums">{text(sums)}</span></h2>'
        f"{body}</section>"
    )


def tiles(content: Content) -> str:
    """The sums, a tile each."""
    said = (_held(content), _found(content), _tested(content), _compared(content), _done(content))
    return f'<section id="summary" class="tiles">{"".join(said)}</section>'


def _held(content: Content) -> str:
    kinds = "".join(
        f'<li><a href="#objects-{text(kind)}">{number:,} {text(title)}</a></li>'
        for kind, title, number in content.kinds
    )
    return _tile("Objects", f"{sum(number for _, _, number in content.kinds):,}", kinds)


def _found(content: Content) -> str:
    total = f"{sum(content.severities.values()):,}"
    return _tile("Findings", total, f"<li>{pills(content.severities)}</li>", content.severities["error"] > 0)


def _tested(content: Content) -> str:
    passed, cases = content.outcomes["passed"], sum(content.outcomes.values())
    lines = bar(100 * passed / cases, "ok") if cases else ""
    lines += "".join(
        f"<li>{percent:g} % of {text(what)} covered{bar(percent)}</li>"
        for what, percent in content.coverage.items()
    )
    return _tile("Tests", f"{passed:,} of {cases:,} passed", lines, content.outcomes["failed"] > 0)


def _compared(content: Content) -> str:
    live = content.live
    if live is None:
        return ""
    head = "no plan" if live.note else f"{len(live.changes):,} differ" if live.changes else "in sync"
    lines = "".join(f"<li>{number:,} {text(state)}</li>" for state, number in live.counts.items())
    lines += f"<li>{count(len(live.drift), 'object')} drifted</li>"
    return _tile(f"Against {live.org}", head, lines, bool(live.changes or live.note or live.drift))


def _done(content: Content) -> str:
    history = content.history
    if history is None:
        return ""
    runs, lines = count(len(history.runs) + history.older, "run"), count(history.lines, "audit line")
    head = "chain broken" if history.faults else "chain intact"
    return _tile("Our records", head, f"<li>{runs}</li><li>{lines}</li>", bool(history.faults))


def _tile(title: str, head: str, lines: str, bad: bool = False) -> str:
    kind = "tile bad" if bad else "tile"
    return f'<div class="{kind}"><h3>{text(title)}</h3><p class="head">{text(head)}</p><ul>{lines}</ul></div>'


def findings(content: Content, anchors: Anchors) -> str:
    """Every finding in a row, then what the rules mean."""
    if not content.findings:
        return section("findings", "Findings", "none", '<p class="none">Nothing was found.</p>')
    rows = (_finding(each, content, anchors) for each in content.findings)
    body = table(("", "where", "what, and how to mend it", "rule"), rows, "findings")
    rules = "".join(
        f'<dt id="rule-{text(name)}">{code(name)} {text(rule.title)}</dt>'
        f"<dd>{text(rule.explanation)} <b>Fix:</b> {text(rule.fix)}</dd>"
        for name, rule in content.rules.items()
    )
    if rules:
        told = f'What these rules mean <span class="at">{count(len(content.rules), "rule")}</span>'
        body += f'<details class="card" id="rules"><summary>{told}</summary>'
        body += f'<dl class="rules">{rules}</dl></details>'
    return section("findings", "Findings", count(len(content.findings), "finding"), body)


def _finding(each: Remark, content: Content, anchors: Anchors) -> str:
    hint = f'<div class="hint">{text(each.hint)}</div>' if each.hint else ""
    where = place(each.file, each.line)
    subject = f"<div>{anchors.link(each.kind, each.name)}</div>" if each.name else ""
    path = f'<div class="at">{code(each.path)}</div>' if each.path and each.line is None else ""
    shown = code(each.rule)
    rule = f'<a href="#rule-{text(each.rule)}">{shown}</a>' if each.rule in content.rules else shown
    cells = (pill(each.severity), where + subject + path, text(each.message) + hint, rule)
    return row(cells, item(each.kind, (each.severity,)))


def tests(content: Content, anchors: Anchors) -> str:
    """Every case, failures first, then what the tests cover."""
    if not content.tests and not any(each.cases for each in content.covered):
        return section("tests", "Tests", "none", '<p class="none">The project has no tests.</p>')
    ordered = sorted(content.tests, key=lambda each: ("failed", "skipped", "passed").index(each.outcome))
    body = table(("", "object", "case", "where"), (_case(each, anchors) for each in ordered), "tests")
    covered = sorted(content.covered, key=lambda each: (each.cases == 0, each.kind, each.name))
    body += "<h3>Coverage</h3>" + table(
        ("object", "cases", "covered", "what no case reaches"),
        (_covered(each, anchors) for each in covered),
        "coverage",
    )
    sums = ", ".join(f"{number:,} {word}" for word, number in content.outcomes.items() if number)
    return section("tests", "Tests", sums, body)


def _case(each: TestCase, anchors: Anchors) -> str:
    level = _LEVEL_OF[each.outcome]
    faults = "".join(f"<pre>{text(fault)}</pre>" for fault in each.faults)
    note = f'<div class="hint">{text(each.note)}</div>' if each.note else ""
    sign = f'<span class="pill {level}">{text(each.outcome)}</span>'
    cells = (
        sign,
        anchors.link(each.kind, each.name),
        text(each.case) + note + faults,
        place(each.file, each.line),
    )
    return row(cells, item(each.kind, (level,)))


def _covered(each: Covered, anchors: Anchors) -> str:
    parts = "".join(
        f"<li>{text(title)} {reached} of {total}"
        + (f": {text(_some(missing))}" if missing and each.cases else "")
        + "</li>"
        for title, reached, total, missing in each.parts
        if total and (missing or not each.cases)
    )
    shown = f"{each.percent:g} %{bar(each.percent, 'ok')}"
    cells = (
        anchors.link(each.kind, each.name),
        str(each.cases),
        shown,
        f'<ul class="gaps{"" if each.cases else " short"}">{parts}</ul>',
    )
    return row(cells, item(each.kind))


def _some(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _MISSING} more" if len(names) > _MISSING else ""
    return ", ".join(names[:_MISSING]) + more


def objects(content: Content, anchors: Anchors, artist: Artist) -> Iterator[str]:
    """A section for every kind, a card for every object."""
    by_kind: dict[str, list[Object]] = defaultdict(list)
    remarks: dict[tuple[str, str], list[Remark]] = defaultdict(list)
    for each in content.objects:
        by_kind[each.kind].append(each)
    for remark in content.findings:
        remarks[remark.kind, remark.name].append(remark)
    for kind, title, number in content.kinds:
        cards = (_card(each, remarks[kind, each.name], anchors, artist) for each in by_kind[kind])
        yield section(f"objects-{kind}", title[:1].upper() + title[1:], f"{number:,}", "".join(cards))


def _card(each: Object, remarks: list[Remark], anchors: Anchors, artist: Artist) -> str:
    facts = "".join(f"<dt>{text(name)}</dt><dd>{text(value)}</dd>" for name, value in each.facts)
    told = next((value for name, value in each.facts if name in ("Request", "Type")), "")
    found = "".join(
        f'<li class="{text(remark.severity)}">{text(remark.message)} <code>{text(remark.rule)}</code></li>'
        for remark in remarks
    )
    parts = [
        f'<dl class="facts"><dt>File</dt><dd>{place(each.file, each.line)}</dd>{facts}</dl>',
        f'<h4>Findings</h4><ul class="marks">{found}</ul>' if found else "",
        artist.flow(Address(each.kind, each.name)),
        _list("Uses", anchors.links(each.uses)),
        _list("Used by", anchors.links(each.used_by)),
        *map(block, each.blocks),
    ]
    return (
        f'<details class="card" id="{anchors.of(each.kind, each.name)}"{item(each.kind, each.findings)}>'
        f'<summary><span class="name">{text(each.name)}</span> <span class="told">{text(told)}</span>'
        f'{pills(each.findings)}</summary><div class="body">{"".join(parts)}</div></details>'
    )


def _list(title: str, links: str) -> str:
    return f'<h4>{text(title)}</h4><ul class="links">{links}</ul>' if links else ""
