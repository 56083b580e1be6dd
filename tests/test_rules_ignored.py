"""Rules switched off for a line by a comment, and for files by a table of trunkline.toml."""

from __future__ import annotations

import pytest

from trunkline.errors import InvalidInput
from trunkline.project.checking import check_project
from trunkline.project.config import read_config
from trunkline.project.ignoring import ignored
from trunkline.project.starter import start_project

HTTP = "url: https://"


@pytest.fixture
def folder(tmp_path):
    start_project(tmp_path, "acme")
    return tmp_path


def edit(folder, old, new):
    file = folder / "actions" / "get-local-weather.yaml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def rules(folder):
    return [finding.rule for finding in check_project(read_config(folder), environment={}).findings]


def configure(folder, text):
    file = folder / "trunkline.toml"
    kept = [line for line in file.read_text().splitlines() if not line.startswith(("[rules]", "disabled"))]
    file.write_text("\n".join(kept) + "\n" + text)


@pytest.mark.parametrize(
    "line",
    [
        "# trunkline: ignore action-plain-http\n  url: http://",
        "# trunkline: ignore action-timeout-range, action-plain-http\n  # and why\n\n  url: http://",
    ],
)
def test_a_comment_above_a_line_switches_its_rules_off_for_that_line(folder, line):
    edit(folder, HTTP, "url: http://")
    assert "action-plain-http" in rules(folder)
    edit(folder, "url: http://", line.replace("\n\n", "\n"))
    assert "action-plain-http" not in rules(folder)
    assert "action-missing-default" in rules(folder)


def test_a_comment_at_the_end_of_a_line_is_about_that_line_alone(folder):
    before = rules(folder).count("action-missing-default")
    edit(
        folder,
        "current_weather.temperature",
        "current_weather.temperature # trunkline: ignore action-missing-default",
    )
    assert rules(folder).count("action-missing-default") == before - 1


def test_a_hash_without_a_blank_before_it_is_no_comment():
    assert [*ignored("url: x#trunkline: ignore action-plain-http\n")] == []
    assert [
        each.line for each in ignored("a: 1  # trunkline: ignore x\n// trunkline: ignore y\n// z\nb\n")
    ] == [1, 4]


def test_a_comment_with_a_rule_that_there_is_not_is_an_error_with_the_nearest(folder):
    edit(folder, HTTP, "# trunkline: ignore action-plain-htp\n  url: http://")
    found = check_project(read_config(folder), environment={}).findings
    (fault,) = [each for each in found if each.rule == "project-unknown-rule"]
    assert "action-plain-htp" in fault.message
    assert "action-plain-http" in (fault.hint or "")
    assert str(fault.place).startswith("actions/get-local-weather.yaml:")
    assert "action-plain-http" in [each.rule for each in found]


def test_a_comment_that_names_no_rule_is_an_error(folder):
    edit(folder, HTTP, "# trunkline: ignore\n  url: https://")
    assert "project-unknown-rule" in rules(folder)


def test_a_table_of_the_project_switches_rules_off_for_the_files_of_a_glob(folder):
    configure(folder, '[rules.ignore]\n"actions/*weather.yaml" = ["action-missing-default"]\n')
    assert "action-missing-default" not in rules(folder)


def test_a_glob_that_fits_no_file_switches_nothing_off(folder):
    configure(folder, '[rules.ignore]\n"actions/other-*.yaml" = ["action-missing-default"]\n')
    assert "action-missing-default" in rules(folder)


@pytest.mark.parametrize(
    "text", ['[rules]\ndisabled = ["action-plain-htp"]\n', '[rules.ignore]\n"*" = ["action-plain-htp"]\n']
)
def test_a_rule_that_there_is_not_is_refused_with_the_nearest(folder, text):
    configure(folder, text)
    with pytest.raises(InvalidInput) as caught:
        rules(folder)
    assert caught.value.faults == ("there is no rule action-plain-htp: did you mean action-plain-http?",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[rules]\ndisabled = "action-plain-http"\n', "rules.disabled must be a list"),
        ("[rules]\ndisabled = [1]\n", "rules.disabled must be a list"),
        ("[rules]\nignore = 1\n", "rules.ignore must be a table"),
        ('[rules.ignore]\n"a.json" = "action-plain-http"\n', 'rules.ignore."a.json" must be a list'),
    ],
)
def test_switches_of_the_wrong_type_are_faults_of_the_project(folder, text, said):
    configure(folder, text)
    with pytest.raises(InvalidInput) as caught:
        rules(folder)
    assert said in caught.value.faults[0]
