"""A project's files read and held against the rules."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from trunkline.domain.finding import Finding, Severity
from trunkline.project.config import Config
from trunkline.project.ignoring import not_ignored, refuse_unknown
from trunkline.project.load import Loaded, load_project, placed
from trunkline.rules import check


@dataclass(frozen=True, slots=True)
class Checked:
    """What was loaded, and all findings: of the files first, then of what they define."""

    loaded: Loaded
    findings: tuple[Finding, ...]

    @property
    def unreadable(self) -> list[Finding]:
        """Faults of the files themselves: what they define is not known."""
        return [finding for finding in self.loaded.findings if finding.severity is Severity.ERROR]


def check_project(
    config: Config,
    org: str | None = None,
    *,
    environment: Mapping[str, str] = os.environ,
    runs: bool = True,
) -> Checked:
    """Loads and checks a project; faults become findings, sorted by file and line.

    Without `runs` the rules that run flows are left out: they take a fraction of a second a flow.
    """
    refuse_unknown(config)
    loaded = load_project(config, org, environment=environment)
    found = placed(check(loaded.resources, disabled=config.disabled_rules, runs=runs), loaded.resources)
    findings = [*loaded.findings, *not_ignored(config, loaded.resources, found)]
    return Checked(loaded, tuple(sorted(findings, key=_order)))


def _order(finding: Finding) -> tuple[str, int, str]:
    place = finding.place
    return (place.file if place else "~", (place.line or 0) if place else 0, finding.rule)
