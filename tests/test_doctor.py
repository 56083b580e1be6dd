"""`trunkline doctor`: what is missing is named exactly; what is well says so."""

from __future__ import annotations

import json

import pytest

from tests.cli import trunkline
from tests.flow_org import variables
from trunkline.clouds.genesys.public.rights import Rights
from trunkline.emulator.orgs import Access


@pytest.fixture
def examine(emulator, org, tmp_path, monkeypatch):
    """Runs `doctor` as a client with some rights: exit code, and the checks by what they check."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRUNKLINE_CONFIG_DIR", str(tmp_path / "config"))

    def run(surface="public", **client):
        added = emulator.kernel.orgs.add_client(org.id, name="examined", **client)
        access = Access(org.name, org.cloud, org.id, added["id"], added["secret"])
        for name, value in variables(emulator, access, surface).items():
            monkeypatch.setenv(name, value)
        done = trunkline("doctor", "--output", "json")
        return done.code, {check["what"]: check for check in json.loads(done.out)}

    return run


def test_a_client_with_all_rights_is_well(examine):
    code, checks = examine()
    assert code == 0, checks
    assert checks["apply, promote"]["state"] == "ok"
    assert checks["clock"]["state"] == "ok"
    assert checks["TLS"]["state"] == "note"
    assert "trunkline" in checks["versions"]["told"]


def test_a_missing_permission_is_named_with_the_command_that_needs_it(examine):
    code, checks = examine(permissions=("integrations:*", "architect:flow:view", "authorization:grant:view"))
    assert code == 1
    assert checks["drift"] == {
        "state": "wrong",
        "what": "drift",
        "told": "the client lacks the permission audits:audit:view",
    }
    assert checks["apply, promote"]["state"] == "ok"


def test_on_the_guides_surface_scopes_are_what_counts(examine):
    code, checks = examine("guides", scopes=("flow:action:read",))
    assert code == 1
    assert checks["pull, plan"]["state"] == "ok"
    assert checks["apply, promote"]["told"] == "the client lacks the scope flow:action:write"


def test_a_clock_that_is_wrong_is_told(examine, api):
    api.configure(clockOffsetSeconds=3600)
    code, checks = examine()
    assert (code, checks["clock"]["state"]) == (1, "wrong")
    assert "behind" in checks["clock"]["told"]


def test_the_quota_that_is_left_is_told(examine, api):
    api.configure(quota=300)
    assert "of 300 requests used" in examine()[1]["quota"]["told"]


def test_without_an_org_the_machine_is_still_examined(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRUNKLINE_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("HTTPS_PROXY", "http://user:hunter2@proxy.example:3128")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "nowhere.pem"))
    done = trunkline("doctor")
    assert done.code == 3
    assert "HTTPS_PROXY=http://proxy.example:3128" in done.out
    assert "hunter2" not in done.text
    assert "nowhere.pem is not there" in done.out


@pytest.mark.parametrize(
    ("granted", "wanted", "allowed"),
    [
        ("*", "a:b:c", True),
        ("*:*:*", "a:b:c", True),
        ("a:*", "a:b:c", True),
        ("a:b:*", "a:b:c", True),
        ("a:b:c", "a:b:c", True),
        ("a:b", "a:b:c", False),
        ("a:b:d", "a:b:c", False),
        ("b:*", "a:b:c", False),
    ],
)
def test_wide_rights_cover_those_below_them(granted, wanted, allowed):
    assert Rights(frozenset([granted]), frozenset()).allows(wanted) is allowed
