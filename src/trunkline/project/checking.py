"""A project's files read and held against the rules."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from trunkline.domain.condition import Limits
from trunkline.domain.finding import Finding, Severity
from trunkline.project.config import Config
from trunkline.project.ignoring import not_ignored, refuse_unknown
from trunkline.project.load import Loaded, load_project, placed
from trunkline.rules import check
from trunkline.rules.conditions import CONDITION_RULES
from trunkline.rules.registry import Policy


@dataclass(frozen=True, slots=True)
class Checked:
    """What was loaded, and all findings: of the files first, then of what they define."""

    loaded: Loaded
    findings: tuple[Finding, ...]

    @property
    def unreadable(self) -> list[Finding]:
        """Faults of the files themselves: what they define is not known."""
        return [finding for finding in self.loaded.findings if finding.severity is Severity.ERROR]

    @property
    def errors(self) -> list[Finding]:
        """Every error, of the files and of what they define."""
        return [finding for finding in self.findings if finding.severity is Severity.ERROR]


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
    limits = limits_of(config)
    found = check(loaded.resources, disabled=config.disabled_rules, runs=runs, limits=limits)
    found = [*placed(found, loaded.resources), *_of_drafts(config, loaded)]
    findings = [*loaded.findings, *not_ignored(config, loaded.resources, found)]
    return Checked(loaded, tuple(sorted(findings, key=_order)))


def limits_of(config: Config) -> Limits:
    """What `[policy]` says the org takes of conditions: `max_depth` and `max_children`."""
    usual = Limits()
    depth, children = (config.policy.get(key) for key in ("max_depth", "max_children"))
    return Limits(
        depth if type(depth) is int and depth >= 0 else usual.depth,
        children if type(children) is int and children > 0 else usual.children,
    )


def _of_drafts(config: Config, loaded: Loaded) -> list[Finding]:
    """What is wrong with conditions of actions whose files have other faults: all is told in one run."""
    if not loaded.drafts:
        return []
    drafts = {id(each.address) for each in loaded.drafts}
    policy = Policy(config.disabled_rules, {}, limits_of(config))
    found = CONDITION_RULES.check([*loaded.resources, *loaded.drafts], policy)
    return [each for each in found if id(each.address) in drafts]


def _order(finding: Finding) -> tuple[str, int, str]:
    place = finding.place
    return (place.file if place else "~", (place.line or 0) if place else 0, finding.rule)
