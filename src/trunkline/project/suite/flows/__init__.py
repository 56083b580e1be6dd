"""Tests of flows, written in `*.flowtest.yaml` beside them and run offline."""

from trunkline.project.suite.flows.case import FlowCase, FlowTestFile, Mock, Reply
from trunkline.project.suite.flows.coverage import FlowCoverage, FlowCovered
from trunkline.project.suite.flows.read import read_flow_tests
from trunkline.project.suite.flows.run import FlowSubjects, run_case, run_flow_tests

__all__ = [
    "FlowCase",
    "FlowCoverage",
    "FlowCovered",
    "FlowSubjects",
    "FlowTestFile",
    "Mock",
    "Reply",
    "read_flow_tests",
    "run_case",
    "run_flow_tests",
]
