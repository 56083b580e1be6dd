"""`trunkline condition`: evaluate, lint, format with comments kept, draw."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings

from tests.cli import trunkline
from tests.condition_trees import trees
from tests.test_clouds_conditions import CUSTOMERS, ESCALATE, project
from trunkline.domain.condition import Node, read_conditions, to_friendly, to_wire, within
from trunkline.domain.condition.check import Limits
from trunkline.engine.condition import fixed, prove
from trunkline.project.conditions import read_condition_file, read_rows, rewritten
from trunkline.project.conditions.layout import flow
from trunkline.project.yamlfile import parse_yaml

__all__ = ["project"]


def test_rows_of_csv_are_evaluated_and_the_deciding_leaves_shown(project: Path) -> None:
    (project / "rows.csv").write_text("status,score\nactive,81\nactive,\nclosed,99\n")
    done = trunkline("condition", "eval", "actions/escalate.yaml", "--rows", "rows.csv")
    assert done.code == 0, done.text
    lines = done.out.splitlines()
    assert [line.split()[1] for line in lines[:3]] == ["true", "unknown", "false"]
    assert "customers.status equals active (is closed)" in lines[2]
    assert lines[3] == "3 rows: 1 true, 1 false, 1 unknown"


def test_rows_of_one_result_are_shown_with_their_numbers(project: Path) -> None:
    rows = ["status,score", *["active,81", "active,", "closed,9"] * 40]
    (project / "rows.csv").write_text("\n".join(rows))
    done = trunkline("condition", "eval", "actions/escalate.yaml", "--rows", "rows.csv", "--only", "unknown")
    assert [line.split()[:2] for line in done.out.splitlines()[:2]] == [["2", "unknown"], ["5", "unknown"]]
    assert done.out.endswith("120 rows: 40 true, 40 false, 40 unknown\n")
    first = trunkline("condition", "eval", "actions/escalate.yaml", "--rows", "rows.csv")
    assert (len(first.out.splitlines()), "70 more rows; --all shows them" in first.err) == (51, True)
    whole = trunkline(
        "condition", "eval", "actions/escalate.yaml", "--rows", "rows.csv", "--only", "true", "-o", "json"
    )
    found = json.loads(whole.out)
    assert [row["row"] for row in found["rows"]] == list(range(1, 121, 3))
    assert found["counts"] == {"true": 40, "false": 40, "unknown": 40}


def test_a_field_that_no_row_has_is_named_beside_those_there_are(project: Path) -> None:
    (project / "rows.csv").write_text("status,scores\nactive,81\n")
    done = trunkline("condition", "eval", "actions/escalate.yaml", "--rows", "rows.csv")
    assert done.code == 0
    assert "rows.csv: no customers.score in the first 1 row; there is scores, status" in done.err


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("rows.json", '[{"status": "active", "score": 81}]'),
        ("rows.ndjson", '{"customers": {"status": "active", "score": 81}}\n'),
        ("table.json", '{"entities": [{"customers.status": "active", "customers.score": "81"}]}'),
    ],
)
def test_rows_come_in_json_too(project: Path, name: str, text: str) -> None:
    (project / name).write_text(text)
    done = trunkline("condition", "eval", "actions/escalate.yaml", "--rows", name, "-o", "json")
    found = json.loads(done.out)
    assert found["counts"] == {"true": 1, "false": 0, "unknown": 0}
    assert [leaf["decided"] for leaf in found["rows"][0]["leaves"]] == [True, True]


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.json", "{"), ("a.json", "5"), ("a.json", "[5]"), ("a.csv", 'a\n"b'), ("a.ndjson", "{}\n[")],
)
def test_rows_that_are_none_are_refused_by_file(project: Path, name: str, text: str) -> None:
    (project / name).write_text(text)
    done = trunkline("condition", "eval", "actions/escalate.yaml", "--rows", name)
    assert done.code == 1
    assert name in done.err


def test_lint_tells_faults_then_remarks_with_their_lines(project: Path) -> None:
    assert trunkline("condition", "lint", "actions/escalate.yaml").out.endswith(
        "sound; depth 1, data sets: customers\n"
    )
    file = project / "actions" / "escalate.yaml"
    file.write_text(ESCALATE + "    - {field: customers.score, less_than: 3}\n")
    done = trunkline("condition", "lint", "actions/escalate.yaml")
    assert done.code == 1
    assert (
        "escalate.yaml:12: customers.score greater than 80 and customers.score less than 3 exclude one another"
        in done.out
    )
    file.write_text(ESCALATE.replace("customers.score", "customers.scores"))
    wrong = trunkline("condition", "lint", "actions/escalate.yaml")
    assert "escalate.yaml:10: the data set customers has no field scores (did you mean score?)" in wrong.out


def test_lint_tells_each_fault_once_in_the_order_of_the_file(project: Path) -> None:
    (project / "bad.yaml").write_text(
        "when:\n  all:\n    - {field: customers.stauts, equals: a}\n    - {field: customers.score, gt: 5}\n"
        "    - {any: {field: customers.score, equals: 5}}\n    - {not: {feild: customers.score}}\n"
        "    - {all: []}\n    - {type: AND, children: [5]}\n"
    )
    done = trunkline("condition", "lint", "bad.yaml", "-o", "json")
    assert done.code == 1
    found = json.loads(done.out)
    assert [(each["file"], each["line"]) for each in found] == [("bad.yaml", line) for line in range(3, 9)]
    assert "has no children" in found[4]["message"]


def test_rows_of_an_unknown_ending_are_asked_to_be_named_by_what_they_are(project: Path) -> None:
    (project / "rows.txt").write_text("status,score\n")
    done = trunkline("condition", "eval", "actions/escalate.yaml", "--rows", "rows.txt")
    assert done.code == 1
    assert "holds no rows that can be read" in done.err and ".jsonl" in done.err
    (project / "rows.txt").write_text('{"status": "active", "score": 81}')
    assert trunkline("condition", "eval", "actions/escalate.yaml", "--rows", "rows.txt").code == 0


def test_data_sets_that_the_org_lacks_are_told_with_the_way_to_bring_them(project: Path) -> None:
    done = trunkline("condition", "apply", "actions/escalate.yaml", "--org", "emulator")
    assert done.code == 1
    assert "escalate.yaml:8:" in done.err and "trunkline apply --surface guides" in done.err


COMMENTED = """name: Escalate  # the name
# above when
when:  # beside when
  any:
    # the first group
    - {field: customers.status, equals: a}  # one
    - field: customers.status  # two
      equals: "b # no comment"
    - {field: customers.status, equals: c}
    # before d
    - {field: customers.status, equals: d}
    - {field: customers.status, equals: e}
    - any:
        # nested
        - {field: customers.status, equals: f}
    # at the end

# after
request: GET https://x.example
"""


def test_fmt_keeps_comments_with_their_leaves_and_the_rest_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(COMMENTED)
    shown = trunkline("condition", "fmt", file)
    assert (shown.code, file.read_text()) == (2, COMMENTED)
    done = trunkline("condition", "fmt", "--fix", file)
    assert done.code == 0, done.text
    assert "the same, by truth table: all 729 cases" in done.err
    text = file.read_text()
    for comment in (
        "# the name",
        "# above when",
        "# beside when",
        "# the first group",
        "# one",
        "# two",
        "# before d",
        "# nested",
        "# at the end",
        "# after",
    ):
        assert text.count(comment) == 1, text
    lines = text.splitlines()
    assert next(line for line in lines if "# two" in line).strip().startswith("- field: customers.status")
    assert '"b # no comment"' in text
    assert lines[lines.index("        # before d") + 2].strip() == "equals: d", text
    assert text.endswith("\n# after\nrequest: GET https://x.example\n")
    assert trunkline("condition", "fmt", file).code == 0


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(trees(most=25, width=8))
def test_what_fmt_writes_is_read_as_the_tree_it_made(tmp_path: Path, node: Node) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("name: x\nwhen: " + flow(to_friendly(node)) + "  # note\nlast: 1\n")
    limits = Limits(4, 3)
    read = read_condition_file(file)
    better = fixed(read.conditions.trees[0], limits)
    if better is None:
        return
    text = rewritten(read, [better])
    value: Any = parse_yaml(text).value
    [again] = read_conditions(value["when"]).trees
    assert to_wire(again) == to_wire(better)
    assert within(again, limits) and prove(node, again, solver=False).equal
    assert text.count("# note") == 1 and value["last"] == 1


def test_what_cannot_be_brought_inside_the_limits_is_said(tmp_path: Path) -> None:
    (tmp_path / "trunkline.toml").write_text("[policy]\nmax_depth = 1\nmax_children = 2\n")
    file = tmp_path / "a.yaml"
    leaves = ", ".join(f"{{field: c.s, contains: x{index}}}" for index in range(9))
    file.write_text("when: {all: [" + leaves + "]}\n")
    done = trunkline("condition", "fmt", "--fix", file)
    assert done.code == 1
    assert "no equivalent condition" in done.err


def test_the_graph_is_drawn_and_a_circle_fails(project: Path) -> None:
    drawn = trunkline("condition", "graph")
    assert (drawn.code, "data_action/Escalate\n  → data_set/customers" in drawn.out) == (0, True)
    (project / "datasets" / "customers.yaml").write_text(CUSTOMERS + "source: Escalate\n")
    circle = trunkline("condition", "graph", "-o", "mermaid")
    assert circle.code == 1
    assert circle.out.startswith("flowchart LR\n") and "==>" in circle.out
    found = json.loads(trunkline("condition", "graph", "-o", "json").out)
    assert found["circles"] == [["data_action/Escalate", "data_set/customers", "data_action/Escalate"]]


def test_the_graph_is_drawn_as_a_picture_and_as_a_page(project: Path) -> None:
    drawn = trunkline("condition", "graph", "-o", "svg")
    assert drawn.code == 0, drawn.text
    picture = ElementTree.fromstring(drawn.out)
    said = "".join(picture.itertext())
    assert "Escalate" in said and "customers" in said and "DATA SET" in said
    (project / "datasets" / "customers.yaml").write_text(CUSTOMERS + "source: Escalate\n")
    page = trunkline("condition", "graph", "--to", "graph.html")
    assert page.code == 1
    assert "circle: data_action/Escalate → data_set/customers → data_action/Escalate" in page.err
    assert (project / "graph.html").read_text().startswith("<!doctype html>")
    assert "circle" in trunkline("condition", "graph", "--to", "graph.svg").err
    red = trunkline("condition", "graph", "-o", "svg").out
    assert red.count('class="line t-bad next"') == 2 and 'class="line t-bad' not in drawn.out
    for file in ("actions/escalate.yaml", "datasets/customers.yaml"):
        (project / file).unlink()
    empty = trunkline("condition", "graph", "-o", "svg")
    assert empty.code == 0 and ElementTree.fromstring(empty.out) is not None


def test_the_graph_draws_in_what_the_org_has(project: Path) -> None:
    assert trunkline("apply", "--yes", "--org", "emulator", "--surface", "guides").code == 0
    (project / "actions" / "escalate.yaml").unlink()
    assert "data_action/Escalate" not in trunkline("condition", "graph").out
    drawn = trunkline("condition", "graph", "--org", "emulator")
    assert "data_action/Escalate\n  → data_set/customers" in drawn.out, drawn.text


def test_rows_and_conditions_of_every_form_are_read(tmp_path: Path) -> None:
    wire = tmp_path / "wire.json"
    leaf = {
        "type": "EQUALS",
        "value": {"type": "DATASET", "datasetId": "a", "fieldId": "b"},
        "expression": "1",
    }
    wire.write_text(json.dumps(leaf))
    assert len(read_condition_file(wire).conditions.trees) == 1
    wire.write_text(json.dumps({"name": "x", "conditions": [leaf, leaf]}))
    assert len(read_condition_file(wire).conditions.trees) == 2
    (tmp_path / "rows.csv").write_text("\ufeffa.b\n1\n\n")
    assert read_rows(tmp_path / "rows.csv")[0] == {"a.b": "1"}
    done = trunkline("condition", "eval", wire, "--rows", tmp_path / "rows.csv", "--count")
    assert done.out == "1 row: 1 true, 0 false, 0 unknown\n", done.text


def test_cases_of_conditions_stand_in_the_tests_of_the_action(project: Path) -> None:
    tests = project / "actions" / "escalate.test.yaml"
    tests.write_text(
        "conditions:\n"
        "  - {name: high, row: {status: active, score: 81}, expect: true}\n"
        "  - {name: low, row: {customers: {status: active, score: '9'}}, expect: false}\n"
        "  - {name: nothing known, row: {}, expect: unknown}\n"
    )
    done = trunkline("test")
    assert done.code == 0, done.text
    assert "3 passed" in done.out
    tests.write_text("conditions:\n  - {name: high, row: {status: active, score: 79}, expect: true}\n")
    failed = trunkline("test")
    assert failed.code == 1
    assert "expected true, is false: customers.score greater than 80 (is 79)" in failed.out
    tests.write_text("conditions: [{name: x, row: {}, expect: maybe}]\n")
    assert "expect must be true, false or unknown" in trunkline("test").out
