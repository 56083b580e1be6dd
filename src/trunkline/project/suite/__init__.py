"""Tests of a project's objects, written in `*.test.yaml` beside them and run offline."""

from trunkline.project.suite.read import Case, Expectation, TestFile, read_tests
from trunkline.project.suite.run import CaseResult, Outcome, SuiteResult, first_reply, run_tests

__all__ = [
    "Case",
    "CaseResult",
    "Expectation",
    "Outcome",
    "SuiteResult",
    "TestFile",
    "first_reply",
    "read_tests",
    "run_tests",
]
