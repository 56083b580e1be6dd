"""init, check and test: a project without any cloud."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from tests.cli import trunkline


@pytest.fixture
def project(tmp_path):
    assert trunkline("init", tmp_path / "acme").code == 0
    return tmp_path / "acme"


def test_a_new_project_checks_and_tests_green(project):
    assert trunkline("check", cwd=project).code == 0
    done = trunkline("test", "-v", cwd=project)
    assert done.code == 0
    assert "1 passed, 0 failed" in done.out


def test_every_broken_file_is_told_in_one_run(project):
    actions = project / "actions"
    (actions / "broken.yaml").write_text("name: x\n  request: [\n")
    (actions / "typo.yaml").write_text("name: Typo\nrequst: GET https://example.com\n")
    (actions / "wrong.yaml").write_text("name: [1]\nrequest: {url: 7, method: FETCH}\n")
    (actions / "not.json").write_text('{"name": "x",}')
    (actions / "latin.yaml").write_bytes(b"name: caf\xe9\n")
    (actions / "missing.yaml").write_text("name: M\nrequest: GET https://${{ env.NO_SUCH_HOST }}/\n")
    (actions / "twin.yaml").write_text("name: Get Local Weather\nrequest: GET https://example.com/\n")
    done = trunkline("check", "--output", "json", cwd=project)
    assert done.code == 1
    findings = [row for row in json.loads(done.out)["findings"] if row["severity"] == "error"]
    assert {row["file"].removeprefix("actions/") for row in findings} == {
        "broken.yaml", "typo.yaml", "wrong.yaml", "not.json", "latin.yaml", "missing.yaml", "twin.yaml",
    }  # fmt: skip
    by_rule = {row["rule"]: row for row in findings}
    assert by_rule["project-json"]["line"] == 1
    assert "NO_SUCH_HOST" in by_rule["project-variable"]["message"]
    assert by_rule["project-variable"]["line"] == 2
    assert "get-local-weather.yaml" in by_rule["project-duplicate-name"]["message"]


def test_a_typo_names_the_field_that_was_meant(project):
    (project / "actions" / "typo.yaml").write_text("name: Typo\nrequst: GET https://example.com\n")
    done = trunkline("check", cwd=project)
    assert "actions/typo.yaml:2" in done.out
    assert "did you mean request?" in done.out


@pytest.mark.parametrize("form", ["json", "sarif", "junit", "github", "text"])
def test_findings_come_in_every_format(project, form):
    (project / "actions" / "typo.yaml").write_text("name: Typo & <co>\nrequst: GET https://example.com\n")
    done = trunkline("check", "--output", form, cwd=project)
    assert done.code == 1
    if form in ("json", "sarif"):
        assert json.loads(done.out)
    elif form == "junit":
        assert ElementTree.fromstring(done.out).get("failures") != "0"
    elif form == "github":
        assert "::error file=actions/typo.yaml,line=2" in done.out


def test_warnings_fail_only_a_strict_check(project):
    (project / "actions" / "plain.yaml").write_text(
        "name: Plain\ninputs: {unused: string}\nrequest: GET http://example.com/\nresponse: {template: '${rawResult}'}\n"
    )
    assert trunkline("check", cwd=project).code == 0
    assert trunkline("check", "--strict", cwd=project).code == 1


def test_a_rule_can_be_switched_off_and_an_unknown_one_is_refused(project):
    config = project / "trunkline.toml"
    config.write_text(config.read_text().replace("disabled = []", 'disabled = ["action-missing-default"]'))
    assert "action-missing-default" not in trunkline("check", cwd=project).out
    config.write_text(config.read_text().replace("action-missing-default", "action-mising-default"))
    done = trunkline("check", cwd=project)
    assert done.code == 1
    assert "did you mean action-missing-default" in done.err


def test_a_failing_case_says_what_differs_and_exits_1(project):
    file = project / "actions" / "get-local-weather.test.yaml"
    file.write_text(file.read_text().replace("expect: {temperature: 18.4", "expect: {temperature: 19"))
    done = trunkline("test", cwd=project)
    assert done.code == 1
    assert "temperature: expected 19, got 18.4" in done.out
    assert "get-local-weather.test.yaml:5" in done.out
    suite = ElementTree.fromstring(trunkline("test", "-o", "junit", cwd=project).out)
    assert suite.get("failures") == "1"


def test_a_table_makes_a_case_of_each_row(project):
    (project / "actions" / "echo.yaml").write_text(
        "name: Echo\ninputs: {who: string!}\noutputs: {text: string}\n"
        "request: GET https://example.com/?who={{who}}\nresponse: {map: {text: text}}\n"
    )
    (project / "actions" / "echo.test.yaml").write_text(
        "cases:\n"
        "  - name: greets {who}\n"
        "    table: [{who: Ann, text: Hi Ann}, {who: Bö b, text: Hi}]\n"
        "    input: {who: '${{ case.who }}'}\n"
        "    reply: {body: {text: '${{ case.text }}'}}\n"
        "    expect: {text: '${{ case.text }}'}\n"
        "  - name: fails when the service is down\n"
        "    input: {who: x}\n"
        "    reply: {status: 503}\n"
        "    expect_error: {step: Execute request}\n"
        "  - name: encodes the name\n"
        "    input: {who: a b}\n"
        "    reply: {body: {text: ok}}\n"
        "    expect_request: {method: GET, url: 'https://example.com/?who=a%20b'}\n"
    )
    done = trunkline("test", "-v", "-k", "echo", cwd=project)
    assert "greets Ann" in done.out
    assert "4 passed, 0 failed" in done.out, done.text


def test_faults_in_test_files_are_told_with_their_lines(project):
    (project / "actions" / "odd.test.yaml").write_text("action: No Such\ncases: [{input: {}, expect: 1}]\n")
    (project / "actions" / "odder.test.yaml").write_text("cases:\n  - {inputs: {}}\n")
    done = trunkline("test", cwd=project)
    assert done.code == 1
    assert "odd.test.yaml:1" in done.out
    assert "odder.test.yaml:2" in done.out
    assert "did you mean input?" in done.out


def test_outside_a_project_the_way_in_is_named(tmp_path):
    done = trunkline("check", cwd=tmp_path)
    assert done.code == 64
    assert "trunkline init" in done.err


def test_unknown_flags_and_commands_are_fatal(project):
    assert trunkline("check", "--dry-run", cwd=project).code == 64
    assert trunkline("chekc", cwd=project).code == 64


@pytest.mark.parametrize("arguments", [("--help",), ("auth", "list", "-o", "json")])
def test_a_full_disk_behind_stdout_is_told_in_words(arguments):
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "trunkline", *arguments], stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert (done.returncode, done.stderr.count("error")) == (1, 1)
    assert "No space left" in done.stderr
    assert "fault of trunkline" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_a_closed_stdout_is_no_fault():
    command = f"exec {sys.executable} -m trunkline auth list >&-"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_command_that_is_misspelled_is_named_as_it_is_spelled():
    done = trunkline("chekc")
    assert done.code == 64
    assert "Did you mean 'check'?" in done.err


def test_a_port_that_there_is_not_is_a_usage_error():
    assert trunkline("emulator", "serve", "--port", "99999").code == 64


def test_a_profile_that_there_is_not_is_told_before_anything_is_asked(tmp_path, monkeypatch):
    monkeypatch.setenv("TRUNKLINE_CONFIG_DIR", str(tmp_path))
    done = trunkline("auth", "logout", "--profile", "nope")
    assert done.code == 3
    assert "no profile nope" in done.err


def test_ctrl_c_while_modules_are_read_ends_in_words():
    interrupted = (
        "import builtins, signal; builtins.__import__ = lambda *_, **__: signal.raise_signal(signal.SIGINT)"
    )
    script = f"from trunkline.__main__ import main\n{interrupted}\nmain()"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (5, "", "interrupted\n")
