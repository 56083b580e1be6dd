"""Sections of a report's page on what depends on what, and on what was done."""

from __future__ import annotations

from collections.abc import Sequence

from trunkline.render.report.drawings import Artist
from trunkline.render.report.markup import Anchors, code, item, row, table, text
from trunkline.render.report.model import Applied, Content, Difference, History, Live, RunRow
from trunkline.render.report.sections import section
from trunkline.render.style import count

_STATES = {"as the files say": "ok", "the files have changed since": "warning"}
_OUTCOMES = {"done": "ok", "failed": "error"}


def used(content: Content, anchors: Anchors, artist: Artist) -> str:
    """Who uses what, drawn and in a table."""
    if not content.used:
        return ""
    rows = (
        row(
            (
                anchors.link(each.kind, each.name),
                "" if each.here else '<span class="at">not in these files</span>',
                f'<ul class="links">{anchors.links(each.by)}</ul>',
            ),
            item(each.kind),
        )
        for each in content.used
    )
    body = artist.dependencies() + table(("object", "", "used by"), rows, "used")
    return section("used", "Who uses what", f"{count(len(content.used), 'object')} in use", body)


def live(content: Content, anchors: Anchors) -> str:
    """The files against the org, and what others changed there."""
    found = content.live
    if found is None:
        return ""
    body = f'<p class="lead">{text(_verdict(found))}</p>'
    if found.changes:
        body += "<h3>Plan</h3>" + _differences(found.changes, anchors)
    if found.drift:
        body += "<h3>Drift since it was last applied or pulled</h3>" + _differences(found.drift, anchors)
    if found.without_base:
        names = ", ".join(found.without_base)
        body += f'<p class="none">Nothing to compare with, as nothing was kept of them: {text(names)}.</p>'
    if found.digest:
        body += (
            f'<p class="none">Digest of the plan {code(found.digest)}; '
            "<code>trunkline apply --digest</code> carries out this one and no other.</p>"
        )
    return section("live", f"Against {found.org}", found.url, body)


def _verdict(found: Live) -> str:
    if found.note:
        return f"There is no plan: {found.note}"
    if found.changes:
        return ", ".join(f"{number:,} {state}" for state, number in found.counts.items())
    return "The org is as the files say: nothing to do."


def _differences(changes: Sequence[Difference], anchors: Anchors) -> str:
    rows = (
        row(
            (
                anchors.link(each.kind, each.name),
                text(each.operation),
                f'<span class="pill {"error" if each.blocked else "warning"}">{text(each.state)}</span>',
                ", ".join(map(code, each.fields)),
                text(each.blocked or each.by),
            ),
            item(each.kind, ("error" if each.blocked else "warning",)),
        )
        for each in changes
    )
    return table(("object", "would be", "state", "fields", "note"), rows, "differences")


def applied(content: Content, anchors: Anchors) -> str:
    """What was applied or pulled last, org by org."""
    if not content.applied:
        return ""
    body = ""
    for org in dict.fromkeys(each.org for each in content.applied):
        rows = [_applied(each, anchors) for each in content.applied if each.org == org]
        body += f"<h3>{text(org)}</h3>" + table(
            ("object", "id", "version", "digest", "the files today"), rows, "applied"
        )
    return section("applied", "Applied or pulled last", count(len(content.applied), "object"), body)


def _applied(each: Applied, anchors: Anchors) -> str:
    level = _STATES.get(each.state, "info")
    since = f'<div class="at">{", ".join(map(code, each.since))}</div>' if each.since else ""
    digest = f'<code title="{text(each.digest)}">{text(each.digest[:16])}</code>' if each.digest else ""
    state = f'<span class="pill {level}">{text(each.state)}</span>{since}'
    cells = (anchors.link(each.kind, each.name), code(each.id), text(each.version), digest, state)
    return row(cells, item(each.kind, () if level == "ok" else (level,)))


def history(content: Content, anchors: Anchors) -> str:
    """Our own runs, the newest first, and whether the audit chain holds."""
    found = content.history
    if found is None:
        return ""
    older = f'<p class="none">{found.older:,} older runs are not listed.</p>' if found.older else ""
    body = _chain(found) + "".join(_run(each, anchors) for each in found.runs) + older
    return section("history", "What was done from here", count(len(found.runs) + found.older, "run"), body)


def _chain(found: History) -> str:
    if found.faults:
        faults = "".join(f'<li class="error">{text(fault)}</li>' for fault in found.faults)
        said = '<p class="lead">The audit log was tampered with, or lost lines:</p>'
        return f'{said}<ul class="marks">{faults}</ul>'
    lines = count(found.lines, "line")
    return (
        f'<p class="lead">The audit log holds {lines}, each chained to the one before it by SHA-256; '
        f"the chain is whole. Head {code(found.head)}</p>"
    )


def _run(each: RunRow, anchors: Anchors) -> str:
    level = _OUTCOMES.get(each.outcome, "warning")
    rows = (
        row(
            (
                text(step.operation),
                anchors.link(step.kind, step.name),
                text(step.status),
                text(step.version),
                text(step.error),
            ),
            item(step.kind),
        )
        for step in each.steps
    )
    inner = table(("", "object", "status", "version", "error"), rows, "steps") if each.steps else ""
    told = f"{each.verb} to {each.org} by {each.who}, begun {each.started}, {count(len(each.steps), 'step')}"
    facts = {"Begun": text(each.started), "Ended": text(each.ended or "never"), "Plan": code(each.digest)}
    listed = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts.items())
    outcome = f'<span class="pill {level}">{text(each.outcome)}</span>'
    return (
        f'<details class="card"{item("", (level,))}><summary><span class="name">{text(each.id)}</span> '
        f'<span class="told">{text(told)}</span>{outcome}</summary>'
        f'<div class="body"><dl class="facts">{listed}</dl>{inner}</div></details>'
    )
