"""From everything that is known of a project to what a report says of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from trunkline.domain.finding import Finding, Severity
from trunkline.domain.flow import FlowGraph
from trunkline.domain.flow.document import flow_document
from trunkline.domain.json import show_path
from trunkline.domain.resource import Address, Resource
from trunkline.domain.studio import from_studio
from trunkline.project.overview import Overview
from trunkline.project.suite import ActionCoverage, CaseResult, Outcome, Part
from trunkline.project.suite.flows import FlowCovered
from trunkline.render.report.masking import Cleaner
from trunkline.render.report.model import (
    Content,
    Covered,
    History,
    Live,
    Object,
    Pictures,
    Remark,
    Report,
    RuleText,
    TestCase,
)
from trunkline.render.report.objects import make_object
from trunkline.render.report.records import applied_rows
from trunkline.render.report.usage import Usage, find_usage
from trunkline.rules import all_rules
from trunkline.version import __version__


def make_report(
    overview: Overview,
    *,
    title: str = "",
    history: History | None = None,
    live: Live | None = None,
    notes: Sequence[str] = (),
) -> Report:
    """The report of a project. Every text in it is masked where it holds a secret."""
    cleaner = Cleaner(overview.secrets)
    graphs = {each.address: graph for each in overview.shown if (graph := _graph(each)) is not None}
    usage = find_usage(overview.shown, graphs)
    tests = overview.tests
    findings = sorted((*overview.checked.findings, *tests.suite.findings), key=_weight)
    by_address = _by_address(findings)
    objects = [*_objects(overview, graphs, usage, by_address, cleaner)]
    severities = Counter(str(each.severity) for each in findings)
    outcomes = Counter(str(each.outcome) for each in tests.suite.results)
    content = Content(
        title=title or f"{overview.config.name}: contact centre configuration",
        project=overview.config.name,
        org=live.org if live else "",
        made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        version=__version__,
        files=overview.files,
        digest=overview.digest,
        kinds=_kinds(objects),
        severities={str(each): severities[str(each)] for each in Severity},
        outcomes={str(each): outcomes[str(each)] for each in Outcome},
        coverage=_coverage(tests.actions, tests.flows),
        findings=tuple(map(_remark, findings)),
        rules={},
        tests=tuple(map(_case, tests.suite.results)),
        covered=(*map(_action_covered, tests.actions), *map(_flow_covered, tests.flows)),
        objects=tuple(objects),
        used=usage.used(frozenset(each.address for each in overview.shown)),
        applied=tuple(applied_rows(overview.locks, overview.checked.loaded.resources)),
        history=history,
        live=live,
        notes=tuple(notes),
    )
    return Report(
        replace(cleaner.all(content), rules=_rules(findings)),
        Pictures(
            {_shown(each, cleaner): graph for each, graph in graphs.items()},
            {_shown(each, cleaner): found for each, found in by_address.items()},
            usage.flows,
            cleaner,
        ),
    )


def _by_address(findings: Sequence[Finding]) -> dict[Address, list[Finding]]:
    found: dict[Address, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.address is not None:
            found[finding.address].append(finding)
    return found


def _shown(address: Address, cleaner: Cleaner) -> Address:
    return Address(address.kind, cleaner.text(address.name))


def _graph(resource: Resource) -> FlowGraph | None:
    """The graph of a flow or a Studio script; None of others, and where a document is too broken."""
    try:
        if resource.address.kind == "flow":
            return flow_document(resource.body).graph
        return from_studio(resource.body) if resource.address.kind == "studio_script" else None
    except ValueError:
        return None


def _objects(
    overview: Overview,
    graphs: Mapping[Address, FlowGraph],
    usage: Usage,
    findings: Mapping[Address, Sequence[Finding]],
    cleaner: Cleaner,
) -> Iterable[Object]:
    for resource in sorted(overview.shown, key=lambda each: each.address):
        address = resource.address
        counts = Counter(str(each.severity) for each in findings.get(address, ()))
        yield replace(
            make_object(resource, graphs.get(address), cleaner),
            uses=usage.uses.get(address, ()),
            used_by=usage.users.get(address, ()),
            findings=dict(counts),
        )


def _kinds(objects: Iterable[Object]) -> tuple[tuple[str, str, int], ...]:
    counts = Counter((each.kind, each.title) for each in objects)
    return tuple((kind, _several(title, number), number) for (kind, title), number in sorted(counts.items()))


def _several(title: str, number: int) -> str:
    """`data action`, `data actions`; settings are many anyway."""
    return title if number == 1 or title.startswith("settings") else f"{title}s"


def _weight(finding: Finding) -> int:
    return list(Severity).index(finding.severity)


def _remark(finding: Finding) -> Remark:
    place, address = finding.place, finding.address
    return Remark(
        finding.rule,
        str(finding.severity),
        address.kind if address else "",
        address.name if address else "",
        place.file if place else "",
        place.line if place else None,
        show_path(finding.path) if finding.path else "",
        finding.message,
        finding.hint or "",
    )


def _rules(findings: Iterable[Finding]) -> dict[str, RuleText]:
    known = all_rules()
    named = sorted({each.rule for each in findings} & known.keys())
    return {name: RuleText(known[name].title, known[name].explanation, known[name].fix) for name in named}


def _case(result: CaseResult) -> TestCase:
    return TestCase(
        result.subject.kind,
        result.subject.name,
        result.case,
        result.place.file,
        result.place.line,
        str(result.outcome),
        result.faults,
        result.note or "",
    )


def _action_covered(row: ActionCoverage) -> Covered:
    return _covered("data_action", row.action, row.cases, row.parts)


def _flow_covered(row: FlowCovered) -> Covered:
    return _covered("flow", row.flow, row.cases, row.parts)


def _covered(kind: str, name: str, cases: int, parts: Mapping[str, Part]) -> Covered:
    rows = tuple((title, part.covered, part.total, part.missing) for title, part in parts.items())
    return Covered(kind, name, cases, _percent(parts.values()), rows)


def _coverage(actions: Sequence[ActionCoverage], flows: Sequence[FlowCovered]) -> dict[str, float]:
    found: dict[str, float] = {}
    if actions:
        found["data actions"] = _percent(part for row in actions for part in row.parts.values())
    if flows:
        found["tested flows"] = _percent(part for row in flows for part in row.parts.values())
    return found


def _percent(parts: Iterable[Part]) -> float:
    pairs = [(part.covered, part.total) for part in parts]
    total = sum(total for _, total in pairs)
    return round(100 * sum(covered for covered, _ in pairs) / total, 1) if total else 100.0
