"""pull, plan, apply, auth and action against an org on a socket."""

from __future__ import annotations

import errno
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.api import Api
from tests.cli import trunkline

ECHO = (
    "name: Echo\nintegration: {integration}\ninputs: {{who: string!}}\noutputs: {{text: string}}\n"
    "request: GET https://echo.example.com/?who={{{{who}}}}\nresponse: {{map: {{text: text}}, defaults: {{text: none}}}}\n"
)


@pytest.fixture
def sample(emulator):
    return emulator.create_org("sample", origin="sample")


def target(monkeypatch, emulator, org, **more):
    values = {
        "CLOUD": "genesys",
        "URL": emulator.url,
        "CLIENT_ID": org.client_id,
        "CLIENT_SECRET": org.client_secret,
    }
    for name, value in {**values, **more}.items():
        monkeypatch.setenv(f"TRUNKLINE_{name}", value)


@pytest.fixture
def project(tmp_path, monkeypatch, emulator, sample):
    """A project whose target is a fresh sample org."""
    monkeypatch.setenv("TRUNKLINE_CONFIG_DIR", str(tmp_path / "config"))
    target(monkeypatch, emulator, sample)
    folder = tmp_path / "acme"
    assert trunkline("init", folder).code == 0
    (folder / "actions" / "echo.yaml").write_text(ECHO.format(integration="Public Web Services"))
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def test_a_second_pull_changes_no_byte_and_a_plan_after_it_is_empty(project):
    first = trunkline("pull", cwd=project)
    assert first.code == 0, first.text
    before = contents(project)
    again = trunkline("pull", "--output", "json", cwd=project)
    assert contents(project) == before
    assert {row["result"] for row in json.loads(again.out)["objects"]} == {"unchanged"}
    pulled = {row["address"] for row in json.loads(again.out)["objects"]}
    plan = json.loads(trunkline("plan", "-o", "json", cwd=project).out)
    assert len(pulled) > 25
    assert not [change for change in plan["changes"] if change["address"] in pulled]


def test_what_is_created_is_then_in_sync_and_an_edit_shows_as_one_field(project):
    done = trunkline("apply", "--yes", cwd=project)
    assert done.code == 0, done.text
    assert trunkline("plan", "--exit-code", cwd=project).code == 0
    file = project / "actions" / "get-local-weather.yaml"
    file.write_text(file.read_text().replace("timeout: 10", "timeout: 20"))
    plan = json.loads(trunkline("plan", "-o", "json", cwd=project).out)
    assert [(row["path"], row["before"], row["after"]) for row in plan["changes"][0]["fields"]] == [
        ("config.timeoutSeconds", 10, 20)
    ]
    assert trunkline("plan", "--exit-code", cwd=project).code == 2
    assert trunkline("apply", "--yes", cwd=project).code == 0
    shown = json.loads(
        trunkline("action", "show", "Get Local Weather", "--org", "prod", "-o", "json", cwd=project).out
        or "{}"
    )
    assert shown == {}  # an org that was never configured is not guessed
    assert trunkline("plan", "--exit-code", cwd=project).code == 0


def test_only_the_reviewed_plan_is_applied(project):
    reviewed = json.loads(trunkline("plan", "-o", "json", cwd=project).out)["digest"]
    file = project / "actions" / "echo.yaml"
    file.write_text(file.read_text().replace("who=", "name="))
    refused = trunkline("apply", "--yes", "--digest", reviewed, cwd=project)
    assert refused.code == 6
    assert "digest" in refused.err


def test_an_edit_in_the_org_is_not_overwritten(project, emulator, sample):
    from tests.api import Api

    assert trunkline("apply", "--yes", cwd=project).code == 0
    api = Api(emulator, sample)
    listed = api.get("/api/v2/integrations/actions?name=Echo&includeConfig=true").json()["entities"]
    action = next(each for each in listed if each["name"] == "Echo")
    config = action["config"]
    config["request"]["requestUrlTemplate"] = "https://echo.example.com/theirs"
    body = {"name": "Echo", "category": action["category"], "config": config, "version": action["version"]}
    assert api.patch(f"/api/v2/integrations/actions/{action['id']}", body).status_code == 200
    api.close()
    drifted = trunkline("plan", cwd=project)
    assert "drift" in drifted.out
    file = project / "actions" / "echo.yaml"
    file.write_text(file.read_text().replace("?who=", "?mine="))
    conflict = trunkline("plan", cwd=project)
    assert "conflict" in conflict.out
    assert "theirs" in conflict.out
    assert trunkline("apply", "--yes", cwd=project).code == 6
    pulled = trunkline("pull", cwd=project)
    assert pulled.code == 6
    assert "?mine=" in file.read_text()
    assert trunkline("pull", "--mine", cwd=project).code == 0
    assert trunkline("apply", "--yes", cwd=project).code == 0
    assert trunkline("plan", "--exit-code", cwd=project).code == 0


def test_a_name_that_is_no_integration_is_told_and_the_others_go_on(project):
    (project / "actions" / "echo.yaml").write_text(ECHO.format(integration="Nowhere"))
    done = trunkline("apply", "--yes", cwd=project)
    assert done.code == 6
    assert "Nowhere" in done.text
    assert "created data_action/Get Local Weather" in done.out
    assert "left alone: data_action/Echo" in done.err


def test_without_a_target_nothing_is_guessed(tmp_path, monkeypatch):
    monkeypatch.setenv("TRUNKLINE_CONFIG_DIR", str(tmp_path / "config"))
    for name in list(os.environ):
        if name.startswith(("TRUNKLINE_U", "TRUNKLINE_CLOUD", "TRUNKLINE_CLIENT", "GENESYS_", "CXONE_")):
            monkeypatch.delenv(name)
    (tmp_path / "trunkline.toml").write_text('name = "x"\n')
    done = trunkline("plan", cwd=tmp_path)
    assert done.code == 3
    assert "no org chosen" in done.err


def test_half_a_target_names_what_is_missing(tmp_path, monkeypatch):
    monkeypatch.setenv("TRUNKLINE_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("GENESYS_CLOUD_REGION", "us-east-1")
    monkeypatch.setenv("GENESYS_CLOUD_CLIENT_ID", "id")
    (tmp_path / "trunkline.toml").write_text('name = "x"\n')
    done = trunkline("pull", cwd=tmp_path)
    assert done.code == 3
    assert "GENESYS_CLOUD_CLIENT_SECRET" in done.err


def test_a_wrong_secret_is_exit_3_and_is_not_shown(project, monkeypatch):
    monkeypatch.setenv("TRUNKLINE_CLIENT_SECRET", "not-the-secret-7f3a")
    done = trunkline("pull", cwd=project)
    assert done.code == 3
    assert "not-the-secret" not in done.text
    assert "fix:" in done.err


def test_no_network_says_so(project):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    done = run_alone(project, "pull", TRUNKLINE_URL=f"http://127.0.0.1:{port}")
    assert done.returncode == 1, done.stderr
    assert "no connection" in done.stderr
    assert "Traceback" not in done.stderr


def run_alone(folder, *args, **environment):
    return subprocess.run(
        [sys.executable, "-m", "trunkline", *args],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_full_disk_leaves_no_half_written_file(project, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("trunkline.project.files._write_new", full)
    before = contents(project)
    done = trunkline("pull", cwd=project)
    assert done.code == 1
    assert "disk is full" in done.err
    assert contents(project) == before


def test_ctrl_c_ends_with_5_and_keeps_what_was_finished(project):
    process = subprocess.Popen(
        [sys.executable, "-m", "trunkline", "pull"],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 20
    while (
        not list(project.glob("actions/*.custom.json"))
        and time.monotonic() < deadline
        and process.poll() is None
    ):
        time.sleep(0.002)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode in (0, 5), err
    assert "Traceback" not in err
    assert not list(project.rglob("*.part"))
    for file in project.rglob("*.custom.json"):
        json.loads(file.read_text())
    assert trunkline("pull", cwd=project).code == 0


def test_profiles_are_kept_without_showing_the_secret(tmp_path, monkeypatch, emulator, sample):
    monkeypatch.setenv("TRUNKLINE_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setenv("TRUNKLINE_CLIENT_SECRET", sample.client_secret)
    done = trunkline(
        "auth", "login", "--profile", "dev", "--cloud", "genesys", "--url", emulator.url, "--client-id", sample.client_id,
        "-o", "json", cwd=tmp_path,
    )  # fmt: skip
    assert done.code == 0, done.text
    kept = json.loads(done.out)
    assert (kept["profile"], kept["url"], kept["client_id"]) == ("dev", emulator.url, sample.client_id)
    monkeypatch.delenv("TRUNKLINE_CLIENT_SECRET")
    who = json.loads(trunkline("auth", "whoami", "--profile", "dev", "-o", "json", cwd=tmp_path).out)
    assert who["organization"]
    assert who["client_id"] == sample.client_id
    listed = trunkline("auth:list", cwd=tmp_path)
    assert "dev" in listed.out
    assert sample.client_secret not in done.text + listed.text
    gone = trunkline("auth", "logout", "--profile", "dev", "--yes", "-o", "json", cwd=tmp_path)
    assert (gone.code, json.loads(gone.out)) == (0, {"profile": "dev"})
    assert trunkline("auth", "whoami", "--profile", "dev", cwd=tmp_path).code == 3


def test_a_login_that_does_not_work_is_not_kept(tmp_path, monkeypatch, emulator):
    monkeypatch.setenv("TRUNKLINE_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("TRUNKLINE_CLIENT_SECRET", "wrong")
    done = trunkline(
        "auth",
        "login",
        "--profile",
        "dev",
        "--cloud",
        "genesys",
        "--url",
        emulator.url,
        "--client-id",
        "nobody",
        cwd=tmp_path,
    )
    assert done.code == 3
    assert "check id and secret of dev (as given)" in done.err
    assert "TRUNKLINE_" not in done.err
    assert "dev" not in trunkline("auth", "list", cwd=tmp_path).out


@pytest.mark.parametrize("surface", ["public", "guides"])
def test_a_draft_that_was_never_published_is_tested_by_its_name(project, emulator, sample, surface):
    stub = {"method": "GET", "url": "https://echo.example.com/*", "body": {"text": "hello"}}
    api = Api(emulator, sample)
    assert api.admin("PUT", "/stubs", [stub]).status_code == 200
    api.close()
    definition = ECHO.format(integration="Public Web Services").replace("Echo", "New")
    if surface == "guides":
        definition = definition.replace("integration: Public Web Services\n", "").replace(
            "text: none", "text: null"
        )
    (project / "new.yaml").write_text(definition)
    created = trunkline("action", "create", "new.yaml", "--surface", surface, cwd=project)
    assert created.code == 0, created.err
    assert f"trunkline action publish New --surface {surface}\n" in created.err
    tested = trunkline(
        "action", "test", "New", "--draft", "--surface", surface, "-s", "who=42", "-o", "json", cwd=project
    )
    assert tested.code == 0, tested.text
    result = json.loads(tested.out)
    assert (result["finalResult"], len(result["operations"])) == ({"text": "hello"}, 11)
    assert result["operations"][0]["result"] == {"who": "42"}
    missing = trunkline("action", "test", "Old", "--draft", "--surface", surface, cwd=project)
    assert (missing.code, "Old" in missing.err) == (1, True)
