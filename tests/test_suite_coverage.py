"""`trunkline test --coverage`: what the cases of an action reach; and `--watch`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tests.cli import trunkline
from trunkline.engine.velocity import compile_template

ACTION = {
    "name": "Find",
    "config": {
        "request": {
            "requestUrlTemplate": "https://example.com/#if($input.kind)${input.kind}#{else}all#end",
            "requestType": "POST",
            "headers": {},
            "requestTemplate": '{"a": 1#if("$!{input.b}" != ""), "b": 2#end}',
        },
        "response": {
            "translationMap": {"hits": "$.hits", "first": "$.first"},
            "translationMapDefaults": {"first": '""'},
            "successTemplate": '{"hits": ${hits}, "first": ${first}}',
        },
    },
    "contract": {
        "input": {"inputSchema": {"type": "object", "properties": {"kind": {"type": "string"}, "b": {"type": "string"}}}},
        "output": {"successSchema": {"type": "object"}},
    },
}  # fmt: skip


@pytest.fixture
def project(tmp_path):
    (tmp_path / "actions").mkdir()
    (tmp_path / "trunkline.toml").write_text('name = "x"\n')
    (tmp_path / "actions" / "find.custom.json").write_text(json.dumps(ACTION))
    (tmp_path / "actions" / "idle.yaml").write_text(
        "name: Idle\ninputs: {x: string}\nrequest: GET https://example.com/\n"
    )
    write_cases(tmp_path, [{"input": {"kind": "dog"}, "reply": {"body": {"hits": 1, "first": "x"}}, "expect": {"hits": 1, "first": "x"}}])  # fmt: skip
    return tmp_path


def write_cases(project, cases):
    (project / "actions" / "find.test.yaml").write_text(json.dumps({"cases": cases}))


def coverage(project):
    done = trunkline("test", "--coverage", "--output", "json", cwd=project)
    document = json.loads(done.out)["coverage"]
    return document, {row["name"]: row for row in document["actions"]}


def test_it_names_what_no_case_reaches(project):
    document, rows = coverage(project)
    find = rows["Find"]
    assert find["inputs"] == {"total": 2, "covered": 1, "missing": ["b"]}
    assert find["paths"] == {"total": 2, "covered": 2, "missing": []}
    assert find["defaults"]["missing"] == ["first"]
    assert find["branches"]["missing"] == [
        "requestUrlTemplate 1:21 branch 2 of 2",
        "requestTemplate 1:8 branch 1 of 2",
    ]
    assert find["cases"] == 1
    assert rows["Idle"]["cases"] == 0
    assert document["percent"] == pytest.approx(100 * 5 / 10)


def test_cases_together_cover_everything(project):
    write_cases(
        project,
        [
            {"input": {"kind": "dog"}, "reply": {"body": {"hits": 1, "first": "x"}}, "expect": {"hits": 1, "first": "x"}},
            {"input": {"b": "x"}, "reply": {"body": {"hits": 0}}, "expect": {"hits": 0, "first": ""}},
        ],
    )  # fmt: skip
    _, rows = coverage(project)
    assert rows["Find"]["percent"] == 100


def test_a_run_that_fails_before_the_reply_covers_no_path(project):
    write_cases(project, [{"input": {"kind": "x"}, "reply": {"timeout": True}, "expect_error": "timed out"}])
    _, rows = coverage(project)
    assert rows["Find"]["paths"]["covered"] == 0


def test_the_table_says_it_in_words(project):
    done = trunkline("test", "--coverage", cwd=project)
    assert "never given: b" in done.out
    assert "no case at all" in done.out
    assert "coverage: 50.0 %" in done.out


def test_a_rendering_tells_each_way_an_if_went():
    template = compile_template("#if($a == 1)one#elseif($a == 2)two#end#if($b)b#{else}c#end")
    assert [use.branches for use in template.directives] == [3, 2]
    taken = set()
    template.render({"a": 2, "b": True}, taken=taken)
    template.render({"a": 3}, taken=taken)
    assert taken == {(1, 1, 1), (1, 1, 2), (1, 39, 0), (1, 39, 1)}


def test_watching_runs_again_after_a_save(project):
    watching = subprocess.Popen(
        [sys.executable, "-u", "-c", "from trunkline.cli.main import main; main()", "test", "--watch"],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        assert "1 passed, 0 failed" in watching.stdout.readline()
        assert "watching" in watching.stderr.readline()
        write_cases(project, [{"input": {}, "reply": {"body": {}}, "expect": {"hits": 7}}])
        assert "Find" in watching.stdout.readline()
        while "0 passed, 1 failed" not in watching.stdout.readline():
            assert watching.poll() is None
        assert "watching" in watching.stderr.readline()
        time.sleep(0.05)
        watching.send_signal(signal.SIGINT)
        assert watching.wait(timeout=10) == 1
    finally:
        watching.kill()
        watching.communicate()
