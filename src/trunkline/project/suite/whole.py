"""All tests of a project at once: of data actions, conditions, scripts and flows, with what they cover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from trunkline.project.load import Loaded
from trunkline.project.suite.coverage import ActionCoverage, Coverage
from trunkline.project.suite.flows import (
    FlowCoverage,
    FlowCovered,
    FlowSubjects,
    read_flow_tests,
    run_flow_tests,
)
from trunkline.project.suite.read import read_tests
from trunkline.project.suite.result import SuiteResult
from trunkline.project.suite.run import run_tests
from trunkline.project.suite.scripts import run_script_tests


@dataclass(frozen=True, slots=True)
class Whole:
    """The outcome of every case. `actions` has a row for every data action, `flows` for every tested flow."""

    suite: SuiteResult
    actions: Sequence[ActionCoverage]
    flows: Sequence[FlowCovered]


def run_everything(root: Path, loaded: Loaded) -> Whole:
    """Runs all tests of a project offline."""
    actions, coverage, seen = loaded.of_kind("data_action"), Coverage(), FlowCoverage()
    of_flows = read_flow_tests(root)
    subjects = FlowSubjects(loaded.of_kind("flow"), actions)
    suites = (
        run_tests(read_tests(root), actions, coverage=coverage, data_sets=loaded.of_kind("data_set")),
        run_script_tests(root, loaded.of_kind("script_action")),
        run_flow_tests(of_flows, subjects, coverage=seen),
    )
    results = tuple(result for suite in suites for result in suite.results)
    findings = tuple(finding for suite in suites for finding in suite.findings)
    return Whole(SuiteResult(results, findings), coverage.report(actions), seen.report())
