"""Tests of a project's objects, written in `*.test.yaml` beside them and run offline."""

from trunkline.project.suite.coverage import ActionCoverage, Coverage, Part
from trunkline.project.suite.read import Case, Expectation, TestFile, read_tests
from trunkline.project.suite.result import CaseResult, Outcome, SuiteResult
from trunkline.project.suite.run import Live, first_reply, run_tests

__all__ = [
    "ActionCoverage",
    "Case",
    "CaseResult",
    "Coverage",
    "Expectation",
    "Live",
    "Outcome",
    "Part",
    "SuiteResult",
    "TestFile",
    "first_reply",
    "read_tests",
    "run_tests",
]
