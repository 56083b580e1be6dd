"""What a report says, as plain values: the JSON form is these, the page draws them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from trunkline.domain.finding import Finding
from trunkline.domain.flow import FlowGraph
from trunkline.domain.flow.dependencies import Dependencies
from trunkline.domain.resource import Address
from trunkline.render.report.masking import Cleaner


@dataclass(frozen=True, slots=True)
class Link:
    """An object that another one uses, or is used by; `at` says where."""

    kind: str
    name: str
    at: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts, as many in each as there are columns."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A text as it stands: a template, a script."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Tree:
    """Lines with how deep each lies: a condition."""

    title: str
    lines: tuple[tuple[int, str], ...]


Block: TypeAlias = Table | Text | Tree


@dataclass(frozen=True, slots=True)
class Object:
    """One object of the project. `facts` are names and values; `findings` counts by severity."""

    kind: str
    name: str
    title: str
    file: str
    line: int | None
    facts: tuple[tuple[str, str], ...] = ()
    blocks: tuple[Block, ...] = ()
    uses: tuple[Link, ...] = ()
    used_by: tuple[Link, ...] = ()
    findings: Mapping[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True, slots=True)
class Remark:
    """One finding. `kind` and `name` are empty where it belongs to a file alone."""

    rule: str
    severity: str
    kind: str
    name: str
    file: str
    line: int | None
    path: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class RuleText:
    """What a rule is about, why it matters, and what to write instead."""

    title: str
    explanation: str
    fix: str


@dataclass(frozen=True, slots=True)
class TestCase:
    """One case of the project's tests."""

    __test__ = False

    kind: str
    name: str
    case: str
    file: str
    line: int | None
    outcome: str
    faults: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Covered:
    """What the tests of one object reach: part, how much, of how much, and what is missing."""

    kind: str
    name: str
    cases: int
    percent: float
    parts: tuple[tuple[str, int, int, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Used:
    """An object that something here depends on. `here` says whether the project holds it."""

    kind: str
    name: str
    here: bool
    by: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Applied:
    """What an org was last known to hold. `since` names fields that the files have changed since."""

    org: str
    kind: str
    name: str
    id: str
    version: str
    digest: str
    file: str
    state: str
    since: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Write:
    """One step of a run."""

    kind: str
    name: str
    operation: str
    status: str
    version: str
    error: str


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run against an org."""

    id: str
    org: str
    verb: str
    outcome: str
    who: str
    started: str
    ended: str
    digest: str
    steps: tuple[Write, ...]


@dataclass(frozen=True, slots=True)
class History:
    """Our own records, the newest run first; `older` runs are not listed. `faults` break the audit chain."""

    runs: tuple[RunRow, ...]
    older: int
    lines: int
    head: str
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """An object of the files and of the org that differs, or may not be written."""

    kind: str
    name: str
    operation: str
    state: str
    fields: tuple[str, ...]
    blocked: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Live:
    """The files against the org, now. `note` says why there is no plan, where there is none."""

    org: str
    url: str
    note: str
    digest: str
    counts: Mapping[str, int]
    changes: tuple[Difference, ...]
    drift: tuple[Difference, ...]
    without_base: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """The whole of it. `digest` is over the project's files, `made` a time in UTC."""

    title: str
    project: str
    org: str
    made: str
    version: str
    files: int
    digest: str
    kinds: tuple[tuple[str, str, int], ...]
    """Kind, its title in the plural, how many."""
    severities: Mapping[str, int]
    outcomes: Mapping[str, int]
    coverage: Mapping[str, float]
    """Percent of all that tests can reach, of data actions and of tested flows."""
    findings: tuple[Remark, ...]
    rules: Mapping[str, RuleText]
    tests: tuple[TestCase, ...]
    covered: tuple[Covered, ...]
    objects: tuple[Object, ...]
    used: tuple[Used, ...]
    applied: tuple[Applied, ...]
    history: History | None
    live: Live | None
    notes: tuple[str, ...] = ()
    """What is not in here, and why."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """What drawings are made of: the graph of every flow and Studio script, and what was found in it."""

    graphs: Mapping[Address, FlowGraph]
    findings: Mapping[Address, Sequence[Finding]]
    dependencies: Dependencies
    cleaner: Cleaner


@dataclass(frozen=True, slots=True)
class Report:
    """`content` says everything; `pictures` let a page draw it."""

    content: Content
    pictures: Pictures
