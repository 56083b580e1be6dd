"""Conditions of a project: every fault in one run, with file and line, and nothing sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.api import Api
from tests.cli import trunkline
from tests.test_clouds_conditions import CUSTOMERS, ESCALATE, project
from trunkline.rules.conditions import CONDITION_RULES

__all__ = ["project"]

HEAD = ESCALATE.partition("when:")[0]
FAULTS = """when:
  all:
    - any:
        - {field: customers.status, equals: a}
        - {field: customers.status, equals: b}
        - {field: customers.status, equals: c}
        - {field: customers.status, equals: d}
        - {field: customers.status, equals: e}
        - {field: customers.status, equals: f}
    - xor:
        - {field: ghosts.name, equals: x}
    - field: customers.score
      greater_than: abc
    - field: loads.id
      is_set: true
"""


def deep(levels: int) -> str:
    text = "    - any:\n"
    for level in range(1, levels):
        text += "  " * (2 * level) + "    - any:\n"
    return text + "  " * (2 * levels) + "    - {field: customers.status, equals: deep}\n"


def write(folder: Path, name: str, text: str) -> None:
    file = folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)


def test_all_faults_are_told_in_one_run_and_nothing_is_sent(project: Path, api: Api) -> None:
    write(project, "actions/escalate.yaml", HEAD + FAULTS + deep(10))
    write(
        project,
        "actions/load.yaml",
        HEAD.replace("Escalate", "Load") + "when: {field: customers.status, equals: a}\n",
    )
    write(project, "datasets/customers.yaml", CUSTOMERS + "source: Load\n")
    write(project, "datasets/loads.yaml", "name: loads\nfields: {id: string}\nsource: Escalate\n")
    api.emulator.kernel.journal.clear()
    for args in (("check",), ("plan",), ("apply", "--yes")):
        done = trunkline(*args)
        assert done.code == 1, done.text
        told = done.text
        assert "escalate.yaml:8: error: 6 children of OR" in told
        assert "escalate.yaml:15" in told and "unknown operator xor" in told
        assert "there is no data set ghosts" in told
        assert 'escalate.yaml:17: error: "abc" is not a number' in told
        assert "depth 11" in told
        assert "data_action/Load → data_set/customers → data_action/Load" in told
        assert not api.emulator.kernel.journal.entries(api.access.id)


def test_a_circle_of_two_actions_through_two_data_sets_is_shown_node_by_node(project: Path) -> None:
    write(project, "actions/escalate.yaml", HEAD + "when: {field: loads.id, is_set: true}\n")
    write(
        project,
        "actions/load.yaml",
        HEAD.replace("Escalate", "Load") + "when: {field: customers.status, equals: a}\n",
    )
    write(project, "datasets/customers.yaml", CUSTOMERS + "source: Escalate\n")
    write(project, "datasets/loads.yaml", "name: loads\nfields: {id: string}\nsource: Load\n")
    done = trunkline("check")
    assert done.code == 1
    circle = (
        "data_action/Escalate → data_set/loads → data_action/Load → data_set/customers → data_action/Escalate"
    )
    assert circle in done.out


def test_limits_are_policy_of_the_project(project: Path) -> None:
    config = project / "trunkline.toml"
    config.write_text(config.read_text() + "\n[policy]\nmax_children = 1\n")
    assert "2 children of AND: the org takes 1" in trunkline("check").out


TRIES: dict[str, str] = {
    "condition-limit": "when: {all: [" + ", ".join(["{field: customers.status, is_set: true}"] * 6) + "]}",
    "condition-shape": "when: {all: []}",
    "condition-leaf": "when: {field: customers.score, equals: abc}",
    "condition-never-true": "when: {all: [{field: customers.score, equals: 1}, {field: customers.score, equals: 2}]}",
    "condition-contradiction": "when: {all: [{field: customers.score, equals: 1}, {field: customers.score, equals: 2}]}",
    "condition-never-false": "when: {any: [{field: customers.score, greater_than: 1}, {field: customers.score, less_than: 2}]}",
    "condition-subsumed": "when: {all: [{field: customers.score, greater_than: 1}, {field: customers.score, greater_than: 2}]}",
    "condition-duplicate": "when: {all: [{field: customers.score, equals: 1}, {field: customers.score, equals: 1}]}",
}


@pytest.mark.parametrize("rule", TRIES)
def test_a_rule_finds_what_breaks_it(project: Path, rule: str) -> None:
    write(project, "actions/escalate.yaml", HEAD + TRIES[rule] + "\n")
    done = trunkline("check")
    assert f"[{rule}]" in done.out, done.text


def test_every_rule_is_tried_here() -> None:
    assert {rule.id for rule in CONDITION_RULES.rules} == {*TRIES, "condition-cycle"}


def test_a_project_without_data_sets_takes_them_on_trust(project: Any) -> None:
    (project / "datasets" / "customers.yaml").unlink()
    assert trunkline("check").code == 0
    assert "customers" in trunkline("plan").text


@pytest.mark.parametrize(
    "text", ["fields: {a: string}", "name: x", "name: x\nfields: {a: text}", "- 1", "name: x\nfields: 5"]
)
def test_a_file_that_is_no_data_set_is_a_finding(project: Path, text: str) -> None:
    write(project, "datasets/bad.yaml", text)
    done = trunkline("check")
    assert done.code == 1
    assert "datasets/bad.yaml:1" in done.out or "datasets/bad.yaml:2" in done.out
