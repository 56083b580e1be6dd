"""trunkline.toml: every fault with its line; variables; a new project."""

from __future__ import annotations

import pytest

from tests.cli import trunkline
from trunkline.errors import InvalidInput, Refused
from trunkline.project.config import find_root, read_config
from trunkline.project.starter import start_project
from trunkline.project.variables import substitute


def config(tmp_path, text):
    (tmp_path / "trunkline.toml").write_text(text)
    return read_config(tmp_path)


def test_all_faults_are_told_with_their_lines(tmp_path):
    with pytest.raises(InvalidInput) as caught:
        config(tmp_path, 'name = 3\ncolour = "red"\n[orgs.dev]\nregoin = "x"\nclient_secret = "s3cret"\n')
    text = "\n".join(caught.value.faults)
    assert "trunkline.toml:1: name must be text" in text
    assert "trunkline.toml:2: unknown field colour" in text
    assert "trunkline.toml:4: unknown field orgs.dev.regoin" in text
    assert "trunkline.toml:5: orgs.dev holds a secret" in text
    assert "s3cret" not in text


def test_broken_toml_says_where(tmp_path):
    with pytest.raises(InvalidInput) as caught:
        config(tmp_path, 'name = "x"\n[orgs\n')
    assert caught.value.where == "trunkline.toml:2"


def test_an_orgs_variables_overlay_the_projects(tmp_path):
    found = config(tmp_path, '[variables]\na = "1"\nb = "2"\n[orgs.dev.variables]\nb = "3"\n')
    assert found.variables_of("dev") == {"a": "1", "b": "3"}
    assert found.variables_of(None) == {"a": "1", "b": "2"}


def test_the_root_is_the_nearest_folder_upwards(tmp_path):
    config(tmp_path, "")
    inner = tmp_path / "actions" / "deep"
    inner.mkdir(parents=True)
    assert find_root(inner) == tmp_path


def test_variables_are_replaced_and_every_missing_one_is_told():
    document = {
        "url": "https://${{ var.host }}/${{env.PATH_PART}}",
        "list": ["${{ var.no }}", "${{ env.NO }}"],
    }
    value, faults = substitute(document, {"host": "h"}, {"PATH_PART": "p"})
    assert value["url"] == "https://h/p"
    assert [(path, message) for path, message, _ in faults] == [
        (("list", 0), "the variable no is not defined"),
        (("list", 1), "the environment variable NO is not set"),
    ]


def test_velocity_and_the_guides_placeholders_are_left_alone():
    text = "${input.x} {{y}} $!{z}"
    assert substitute(text, {}, {}) == (text, [])


def test_a_new_project_is_not_started_over_an_old_one(tmp_path):
    assert "trunkline.toml" in start_project(tmp_path, 'a "name"')
    assert read_config(tmp_path).name == 'a "name"'
    with pytest.raises(Refused):
        start_project(tmp_path)


def test_a_variable_without_a_value_is_one_fault_and_not_taken_for_an_input(tmp_path):
    assert trunkline("init", tmp_path / "acme").code == 0
    (tmp_path / "acme" / "actions" / "echo.yaml").write_text(
        "name: Echo\nintegration: Web\ninputs: {who: string!}\noutputs: {text: string}\n"
        "request: GET https://${{ var.host }}/?who={{who}}\nresponse: {map: {text: text}, defaults: {text: none}}\n"
    )
    done = trunkline("check", cwd=tmp_path / "acme")
    assert done.code == 1
    assert [line for line in done.out.splitlines() if ": error:" in line] == [
        "actions/echo.yaml:5: error: the variable host is not defined [project-variable]"
    ]
