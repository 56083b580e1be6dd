"""`trunkline emulator reset|seed|snapshot|restore|faults|requests|coverage|clock` on a running emulator."""

from __future__ import annotations

import json
import stat

import pytest

from tests.api import Api
from tests.cli import trunkline
from tests.flow_org import document
from trunkline.emulator.server import start, write_ready_file

QUEUES = "/api/v2/routing/queues"


@pytest.fixture(scope="module")
def running():
    with start(quota=0) as emulator:
        yield emulator


@pytest.fixture
def say(running, tmp_path):
    """Types a command of `trunkline emulator` for the org of this test."""
    file = tmp_path / "ready.json"
    write_ready_file(file, running)
    return lambda *args: trunkline("emulator", *args, "--ready-file", file)


@pytest.fixture
def here(running):
    api = Api(running, running.create_org("here"))
    yield api
    api.close()
    api.call("DELETE", "/_trunkline/faults")
    running.kernel.orgs.delete(running.kernel.orgs.get(api.access.id))


def names(api):
    return [queue["name"] for queue in api.get(QUEUES).json()["entities"]]


def test_a_snapshot_is_plain_json_for_its_owner_alone_and_is_restored(say, here, tmp_path):
    here.post(QUEUES, {"name": "Kept"})
    file = tmp_path / "state.json"
    assert say("snapshot", "--org", "here", "--to", file).code == 0
    assert "Kept" in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    here.post(QUEUES, {"name": "Later"})
    assert say("restore", file, "--org", "here").code == 0
    assert names(here) == ["Kept"]
    assert say("reset", "--org", "here").code == 0
    assert names(here) == []
    assert json.loads(say("snapshot", "--org", "here").out)["documents"]


def test_a_folder_is_seeded_into_a_running_org(say, here, tmp_path):
    folder = tmp_path / "seed" / "deep"
    folder.mkdir(parents=True)
    (folder / "greeting.json").write_text(json.dumps(document("Greeting")))
    (folder / "notes.txt").write_text("no flow")
    done = say("seed", tmp_path / "seed", "--org", "here")
    assert done.code == 0, done.err
    assert [each["name"] for each in here.get("/api/v2/flows").json()["entities"]] == ["Greeting"]


@pytest.mark.parametrize("name", ["../out.json", "/tmp/out.json", "a/../../out.json", "", "a\0b.json"])
def test_no_seed_leaves_its_folder(here, name):
    assert here.admin("POST", "/seed", {"files": {name: "{}"}}).status_code == 400


def test_faults_are_added_shown_and_cleared(say, here, tmp_path):
    rules = tmp_path / "rules.json"
    rules.write_text(json.dumps([{"fault": "503", "org": here.access.id}]))
    assert json.loads(say("faults", "--add", rules, "-o", "json").out)["rules"][0]["left"] == 1
    assert say("faults").out == "503  *  0 requests met, 1 left\nhappened: none\n"
    assert here.get(QUEUES).status_code == 503
    assert say("faults").out == "503  *  1 requests met, 0 left\nhappened: 503 × 1\n"
    assert json.loads(say("faults", "-o", "json").out)["injected"] == {"503": 1}
    assert json.loads(say("faults", "--clear", "-o", "json").out) == {"rules": [], "injected": {}}
    assert say("faults").out == "happened: none\n"
    rules.write_text('[{"fault": "none"}]')
    assert say("faults", "--add", rules).code == 1
    rules.write_text("{")
    assert say("faults", "--add", rules).code == 1


def test_requests_are_listed_and_near_misses_say_what_was_meant(say, here):
    here.get(QUEUES)
    here.get("/api/v2/routing/queue")
    assert f"200  GET {QUEUES}" in say("requests").out
    unknown = json.loads(say("requests", "--unknown", "--output", "json").out)
    assert unknown[-1]["path"] == "/api/v2/routing/queue"
    assert f"GET {QUEUES}" in unknown[-1]["nearest"]
    assert "nearest: " in say("requests", "--unknown", "--clear").out
    assert say("requests").out == ""


def test_coverage_counts_the_requests_of_every_route(say, here):
    here.get(QUEUES)
    rows = json.loads(say("coverage", "--output", "json").out)
    counts = {(row["method"], row["path"]): row["requests"] for row in rows}
    assert counts["GET", QUEUES] >= 1
    assert {row["known"] for row in rows} == {"spec", "client", "assumed"}
    assert f"GET    {QUEUES}\n" not in say("coverage", "--missing").out


def test_the_clock_is_sent_ahead(say, here):
    before = say("clock").out
    assert before.endswith("1 seconds a second\n")
    assert say("clock", "--advance", "90000").code == 0
    assert here.get(QUEUES).status_code == 401


def test_what_commands_did_is_told_as_json_too(say, here, tmp_path):
    file = tmp_path / "state.json"
    told = {"org": here.access.id, "file": str(file)}
    assert json.loads(say("snapshot", "--org", "here", "--to", file, "-o", "json").out) == told
    assert json.loads(say("restore", file, "--org", "here", "-o", "json").out) == told
    assert json.loads(say("reset", "--org", "here", "-o", "json").out) == {"org": here.access.id}
    (tmp_path / "seed").mkdir()
    seeded = json.loads(say("seed", tmp_path / "seed", "--org", "here", "-o", "json").out)
    assert (seeded["org"], "seeded 0" in seeded["report"]) == (here.access.id, True)
    assert set(json.loads(say("clock", "-o", "json").out)) == {"now", "speed"}


def test_a_snapshot_closes_a_file_that_others_could_read(say, here, tmp_path):
    file = tmp_path / "state.json"
    for _ in range(2):
        assert say("snapshot", "--org", "here", "--to", file).code == 0
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        file.chmod(0o644)


def test_the_old_spelling_of_an_option_works_and_is_not_shown(say, here, tmp_path):
    assert say("snapshot", "--org", "here", "--file", tmp_path / "old.json").code == 0
    assert (tmp_path / "old.json").exists()
    shown = trunkline("emulator", "snapshot", "--help").out
    assert "--to FILE" in shown
    assert "--file" not in shown
    assert "--export" not in trunkline("audit", "log", "--help").out


def test_an_org_that_is_not_there_is_told_with_those_that_are(say, here):
    done = say("reset", "--org", "nowhere")
    assert (done.code, "here" in done.err) == (3, True)
