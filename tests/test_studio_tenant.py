"""Studio scripts of an emulated tenant: sign-in, locks, the save's verdict, pull, plan and apply."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.cli import trunkline
from tests.studio_samples import action, script
from trunkline.clouds.cxone.public.discovery import discover
from trunkline.clouds.redact import Secret
from trunkline.clouds.session import Session
from trunkline.clouds.target import Target
from trunkline.emulator.orgs import Access
from trunkline.emulator.server import Emulator
from trunkline.errors import CloudError

NAME = "Main\\Greeting"


class Studio:
    """A plain client of the tenant's API, signed in with an access key."""

    def __init__(self, emulator: Emulator, access: Access) -> None:
        self.access = access
        self.emulator = emulator
        self.session = requests.Session()
        self.session.trust_env = False
        key = {"accessKeyId": access.client_id, "accessKeySecret": access.client_secret}
        answer = self.session.post(f"{emulator.url}/authentication/v1/token/access-key", json=key, timeout=10)
        assert answer.status_code == 200, answer.text
        self.session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> requests.Response:
        url = f"{self.emulator.url}/inContactAPI/services/v30.0{path}"
        return self.session.request(method, url, json=body, params=query, timeout=10)

    def save(self, document: dict[str, Any]) -> requests.Response:
        posted = copy.deepcopy(document)
        for each in posted["actions"].values():
            each |= {"xws": 1, "yws": 1}
        return self.call("POST", "/scripts", {"scriptContent": posted})


@pytest.fixture
def tenant(emulator: Emulator) -> Iterator[Studio]:
    client = Studio(emulator, emulator.create_org("tenant", "cxone"))
    yield client
    client.session.close()


@pytest.fixture
def project(tmp_path: Path, tenant: Studio, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "studio").mkdir()
    url = tenant.emulator.url
    (tmp_path / "trunkline.toml").write_text(
        f'[orgs.cx]\ncloud = "cxone"\nurl = "{url}"\nsurface = "public"\n'
    )
    monkeypatch.setenv("TRUNKLINE_CX_CLIENT_ID", tenant.access.client_id)
    monkeypatch.setenv("TRUNKLINE_CX_CLIENT_SECRET", tenant.access.client_secret)
    return tmp_path


def other_user(tenant: Studio) -> Studio:
    url = f"{tenant.emulator.url}/_trunkline/orgs/{tenant.access.id}/clients"
    added = tenant.session.post(url, json={}, timeout=10).json()
    access = Access("tenant", "cxone", tenant.access.id, added["id"], added["secret"])
    return Studio(tenant.emulator, access)


def warned() -> dict[str, Any]:
    """A script whose PLAY has no default branch."""
    document = copy.deepcopy(script())
    del document["branches"]["10"]
    return document


def test_half_an_access_key_is_400_and_a_wrong_one_401(emulator: Emulator, tenant: Studio) -> None:
    url = f"{emulator.url}/authentication/v1/token/access-key"
    assert requests.post(url, json={"accessKeyId": "x"}, timeout=10).status_code == 400
    wrong = {"accessKeyId": tenant.access.client_id, "accessKeySecret": "wrong"}
    assert requests.post(url, json=wrong, timeout=10).status_code == 401
    form = {
        "grant_type": "password",
        "username": tenant.access.client_id,
        "password": tenant.access.client_secret,
    }
    assert requests.post(f"{emulator.url}/auth/token", data=form, timeout=10).status_code == 200


def test_discovery_tells_the_api_and_the_tenant(tenant: Studio) -> None:
    found = tenant.session.get(f"{tenant.emulator.url}/.well-known/cxone-configuration", timeout=10).json()
    assert (found["api_endpoint"], found["tenantId"]) == (tenant.emulator.url, tenant.access.id)


def test_a_save_makes_a_version_and_history_keeps_the_old_one(tenant: Studio) -> None:
    first = tenant.save(script()).json()["results"][0]["masterId"]
    second = tenant.save(script()).json()["results"][0]["masterId"]
    versions = tenant.call("GET", "/scripts/historyByName", scriptPath=NAME).json()["versions"]
    assert [each["scriptId"] for each in versions] == [second, first]
    assert (
        tenant.call("GET", f"/scripts/{first}").json()["scriptContent"]["actions"].keys()
        == script()["actions"].keys()
    )
    assert tenant.call("GET", "/scripts/search").json()["totalRecords"] == 1
    folders = tenant.call("GET", "/script-folders", folder="").json()["scriptList"]
    assert folders == [{"scriptName": "Main", "isFolder": True}]


def test_a_save_is_200_206_or_409_by_its_syntax_report(tenant: Studio) -> None:
    assert tenant.save(script()).status_code == 200
    answer = tenant.save(warned())
    details = answer.json()["results"][0]["error_code"]["details"]
    assert (answer.status_code, details["totalWarnings"], [*details["actions"]]) == (206, "1", ["10"])
    broken = script()
    broken["branches"]["2"][0]["to"] = 77
    assert tenant.save(broken).status_code == 409


def test_a_lock_keeps_others_out_until_it_is_given_back_or_broken(tenant: Studio) -> None:
    tenant.save(script())
    other = other_user(tenant)
    assert other.call("PUT", "/scripts", scriptPath=NAME, lockScript="true").status_code == 200
    assert tenant.call("PUT", "/scripts", scriptPath=NAME, lockScript="true").status_code == 405
    assert tenant.save(script()).status_code == 405
    assert other.call("POST", "/scripts/kick", scriptPath=NAME).status_code == 400
    assert tenant.call("POST", "/scripts/kick", scriptPath=NAME).status_code == 200
    assert tenant.call("PUT", "/scripts", scriptPath=NAME, lockScript="false").status_code == 405
    assert tenant.save(script()).status_code == 200


def test_a_script_on_a_point_of_contact_is_not_deleted(tenant: Studio) -> None:
    tenant.save(script())
    tenant.call("POST", "/points-of-contact", {"contactAddress": "+4930", "scriptName": NAME})
    assert tenant.call("DELETE", "/scripts", scriptPath=NAME).status_code == 206
    assert tenant.call("GET", "/scripts", scriptPath=NAME).status_code == 200


def test_a_batch_of_skills_answers_200_with_the_failures_in_it(tenant: Studio) -> None:
    assert tenant.call("GET", "/skills").status_code == 204
    body = {"skills": [{"skillName": "Sales"}, {"skillName": "Sales"}]}
    answer = tenant.call("POST", "/skills", body)
    assert (answer.status_code, answer.json()["errorCount"]) == (200, 1)
    assert [each["success"] for each in answer.json()["skillsResults"]] == [True, False]


def test_scripts_are_pulled_changed_planned_and_applied(project: Path, tenant: Studio) -> None:
    tenant.save(script())
    pulled = trunkline("pull", "--org", "cx", cwd=project)
    assert pulled.code == 0, pulled.text
    [file] = (project / "studio").glob("*.json")
    assert trunkline("plan", "--org", "cx", "--exit-code", cwd=project).code == 0
    document = json.loads(file.read_text())
    document["properties"]["10"]["0"]["value"] = "%Good day"
    file.write_text(json.dumps(document))
    applied = trunkline("apply", "--org", "cx", "--yes", cwd=project)
    assert applied.code == 0, applied.text
    live = tenant.call("GET", "/scripts", scriptPath=NAME).json()
    assert live["properties"]["10"]["0"]["value"] == "%Good day"
    assert live["header"]["lockInfo"]["isLocked"] is False
    assert trunkline("plan", "--org", "cx", "--exit-code", cwd=project).code == 0


def test_a_lock_of_another_says_who_has_it_and_since_when(project: Path, tenant: Studio) -> None:
    tenant.save(script())
    other = other_user(tenant)
    other.call("PUT", "/scripts", scriptPath=NAME, lockScript="true")
    changed = script() | {"properties": {}}
    (project / "studio" / "main.json").write_text(json.dumps(changed))
    done = trunkline("script", "push", "studio/main.json", "--org", "cx", cwd=project)
    assert done.code == 1
    assert f"is locked by {other.access.client_id} since 20" in done.err
    assert tenant.call("GET", "/scripts", scriptPath=NAME).json()["properties"]


def test_warnings_of_a_save_are_shown_on_their_action_and_errors_too(project: Path, tenant: Studio) -> None:
    file = project / "studio" / "main.json"
    file.write_text(json.dumps(warned(), indent=1))
    done = trunkline("script", "push", file, "--org", "cx", cwd=project)
    assert done.code == 0, done.text
    line = next(
        n for n, text in enumerate(file.read_text().splitlines(), 1) if text.strip().startswith('"10": {')
    )
    assert f"main.json:{line}: warning: Say hello [10]: default-branch-not-connected" in done.out
    broken = script()
    broken["actions"]["11"] = {**action(11, "PLAY", "New"), "libraryId": ""}
    file.write_text(json.dumps(broken))
    refused = trunkline("script", "push", file, "--org", "cx", cwd=project)
    assert refused.code == 1
    assert "New [11]: action-not-available" in refused.err


def test_history_and_references_are_listed_by_command(project: Path, tenant: Studio) -> None:
    tenant.save(script())
    tenant.call("POST", "/skills", {"skills": [{"skillName": f"Skill {n}"} for n in range(120)]})
    history = trunkline("script", "history", NAME, "--org", "cx", "-o", "json", cwd=project)
    assert len(json.loads(history.out)) == 1
    skills = trunkline("script", "references", "skills", "--org", "cx", "-o", "json", cwd=project)
    assert len(json.loads(skills.out)) == 120


def test_whoami_names_the_tenant_on_both_surfaces(project: Path, tenant: Studio) -> None:
    for surface in ("public", "guides"):
        done = trunkline("auth", "whoami", "--profile", "cx", "--surface", surface, "-o", "json", cwd=project)
        assert done.code == 0, done.text
        assert json.loads(done.out)["tenant"] == tenant.access.id


def test_no_token_is_sent_to_a_host_that_is_not_nices(
    tenant: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session(target(tenant))
    monkeypatch.setattr(session, "get_json", lambda path: {"api_endpoint": "https://api.example.com"})
    with pytest.raises(CloudError, match="no host of NICE"):
        discover(session)
    monkeypatch.setattr(
        session, "get_json", lambda path: {"api_endpoint": "https://api-na1.niceincontact.com"}
    )
    assert discover(session).api_url == "https://api-na1.niceincontact.com"


def target(tenant: Studio) -> Target:
    url, access = tenant.emulator.url, tenant.access
    return Target("cxone", url, url, "public", access.client_id, Secret(access.client_secret), "cx")
