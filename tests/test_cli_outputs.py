"""Results of `webhook` and `audit` in words and as JSON."""

from __future__ import annotations

import json

import pytest

from tests.api import Api
from tests.cli import trunkline


@pytest.fixture
def say(api: Api, tmp_path, monkeypatch):
    """Types a command for the org of this test."""
    values = {
        "CLOUD": "genesys",
        "URL": api.emulator.url,
        "CLIENT_ID": api.access.client_id,
        "CLIENT_SECRET": api.access.client_secret,
        "CONFIG_DIR": tmp_path / ".config",
    }
    for name, value in values.items():
        monkeypatch.setenv(f"TRUNKLINE_{name}", str(value))
    assert trunkline("init", tmp_path / "acme").code == 0

    def run(*args):
        done = trunkline(*args, cwd=tmp_path / "acme")
        assert done.code == 0, done.err
        return done.out

    return run


def test_webhooks_are_registered_rotated_and_deleted_with_json_for_scripts(say):
    made = json.loads(say("webhook", "register", "desk", "http://127.0.0.1:9/", "-o", "json"))
    rotated = json.loads(say("webhook", "rotate", "desk", "-o", "json"))
    assert rotated == {"id": made["id"], "secretFile": made["secretFile"]}
    assert json.loads(say("webhook", "delete", "desk", "-o", "json")) == {"id": made["id"], "deleted": True}
    assert say("webhook", "list") == "no webhook\n"


def test_the_audit_of_the_cloud_is_json_lines_unless_words_are_asked_for(say, api):
    api.configure(auditDelaySeconds=0)
    queue = api.post("/api/v2/routing/queues", {"name": "Claims"}).json()
    asked = ("audit", "query", "--service", "Routing")
    record = json.loads(say(*asked))
    assert record["entity"]["id"] == queue["id"]
    line = say(*asked, "-o", "text")
    assert line == f"{record['eventDate']}  Create Queue Claims  SUCCESS  {api.access.client_id}\n"


def test_the_audit_of_the_guides_is_json_lines_unless_words_are_asked_for(say, api):
    api.configure(auditDelaySeconds=0)
    made = api.post("/api/v2/data/actions", {"name": "Gold", "conditions": []})
    assert made.status_code in (200, 201), made.text
    asked = ("audit", "query", "--surface", "guides")
    record = json.loads(say(*asked).splitlines()[-1])
    line = say(*asked, "-o", "text").splitlines()[-1]
    assert line.split("  ")[:4] == [record["timestamp"], record["eventType"], "Gold", "SUCCESS"]


@pytest.mark.parametrize("option", ["--to", "--export"])
def test_our_own_log_goes_to_a_file_by_the_new_option_and_the_old(say, tmp_path, option):
    file = tmp_path / "audit.ndjson"
    assert "wrote 0 lines" in say("audit", "log", option, file)
    assert file.read_text() == ""
