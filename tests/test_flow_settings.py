"""Settings of a flow in one transaction (guides, chapter G4), from a file, against the emulator."""

from __future__ import annotations

import http.server
import json
import multiprocessing
import os
import signal
import threading
from typing import ClassVar

import pytest

from tests.cli import trunkline
from trunkline.apply.flow_settings import Transactor
from trunkline.clouds.connecting import connect
from trunkline.clouds.genesys.guides.flow_settings import FlowSettings
from trunkline.clouds.redact import Secret
from trunkline.clouds.target import Target
from trunkline.emulator.server import start
from trunkline.errors import InvalidInput, NoAnswer, NotFound, PermissionMissing, Refused
from trunkline.store import open_store

SETTINGS = {
    "routing": {"type": "skills", "maxWaitTime": 120, "scope": {"type": "org"}},
    "configurationMatrix": {"parameter_01": {"key": "language", "value": "en-us"}},
    "scopeDirectives": {"applyTo": ["queue", "user", "team"], "enforceHierarchy": True},
}
FILE = """\
flow: main customer*
settings:
  routing: {type: skills, maxWaitTime: 120, scope: {type: org}}
  configurationMatrix: {parameter_01: {key: language, value: en-us}}
  scopeDirectives: {applyTo: [queue, user, team], enforceHierarchy: true}
"""


@pytest.fixture(scope="module")
def emulator():
    with start(quota=0) as emulator:
        yield emulator


@pytest.fixture
def org(emulator):
    return emulator.create_org("settings", origin="sample")


def target(emulator, org):
    return Target(
        "genesys",
        emulator.url,
        emulator.url,
        "guides",
        org.client_id,
        Secret(org.client_secret),
        "dev",
        "test",
    )


class World:
    def __init__(self, emulator, org, folder):
        self.emulator, self.org, self.folder = emulator, org, folder
        self.cloud = connect(target(emulator, org))
        self.api = FlowSettings(self.cloud.session)
        self.store = open_store(folder, None, {})
        self.slept = []

    def transactor(self, interval=0.0, api=None):
        return Transactor(
            api or self.api, self.store, "key", "dev", {"user": "ann"}, interval, self.slept.append
        )

    def configure(self, **settings):
        self.emulator.kernel.orgs.get(self.org.id).configure(settings)

    def flow(self):
        return self.api.find("Main Customer Line")

    def events(self):
        return [(each.record["event"], each.record.get("status")) for each in self.store.audit.records()]

    def close(self):
        self.cloud.close()
        self.store.close()


@pytest.fixture
def world(emulator, org, tmp_path):
    world = World(emulator, org, tmp_path)
    yield world
    world.close()


def test_settings_are_changed_by_one_version_and_audited(world):
    before = world.flow()
    result = world.transactor().apply("main customer*", SETTINGS)
    now = world.flow()
    assert result.status == "SUCCESS"
    assert now.version == before.version + 1
    assert now.settings["routing"]["scope"]["id"] == world.api.org_id()
    assert ("ARCHITECTURE_UPDATE", "SUCCESS") in world.events()
    assert set(result.line()) == {"timestamp", "event", "flowId", "status", "latencyMs", "details"}
    assert world.transactor().apply("Main Customer Line", SETTINGS).status == "UNCHANGED"
    assert world.flow().version == now.version


def test_a_pattern_of_several_flows_or_of_none_is_refused(world):
    with pytest.raises(InvalidInput) as caught:
        world.transactor().apply("*claims*", SETTINGS)
    assert len(caught.value.faults) > 1
    with pytest.raises(NotFound):
        world.transactor().apply("no such flow", SETTINGS)


def test_every_fault_of_the_settings_is_told_before_anything_is_sent(world):
    broken = {
        "routing": {"maxWaitTime": -1, "scope": {"type": "org", "id": "NOT-A-UUID"}},
        "configurationMatrix": {"first": {"key": "a", "value": 1}},
        "scopeDirectives": {"applyTo": ["robots"]},
    }
    before = world.flow()
    with pytest.raises(InvalidInput) as caught:
        world.transactor().apply("Main Customer Line", broken)
    text = "\n".join(caught.value.faults)
    for part in ("routing", "maxWaitTime", "scope.id", "configurationMatrix", "applyTo[0]"):
        assert part in text
    assert world.flow() == before


def test_an_object_that_is_not_there_is_told_before_anything_is_sent(world):
    absent = "00000000-0000-4000-8000-000000000000"
    with pytest.raises(InvalidInput, match=f"no queue {absent}"):
        scoped = {"routing": {"type": "skills", "scope": {"type": "queue", "id": absent}}}
        world.transactor().apply("Main Customer Line", scoped)
    with pytest.raises(InvalidInput, match="is not this org"):
        scoped = {"routing": {"type": "skills", "scope": {"type": "org", "id": absent}}}
        world.transactor().apply("Main Customer Line", scoped)


def test_a_missing_permission_is_named(world):
    from dataclasses import replace

    kernel = world.emulator.kernel
    rights = ("architect:flow:view", "routing:queue:view", "directory:user:view")
    client = kernel.orgs.add_client(world.org.id, name="few", permissions=rights)
    limited = replace(
        target(world.emulator, world.org), client_id=client["id"], client_secret=Secret(client["secret"])
    )
    cloud = connect(limited)
    with pytest.raises(PermissionMissing, match="team"):
        world.transactor(api=FlowSettings(cloud.session)).apply("Main Customer Line", SETTINGS)
    cloud.close()


def test_a_second_change_within_the_interval_is_refused_and_can_wait(world):
    world.transactor(interval=60).apply("Main Customer Line", SETTINGS)
    other = {**SETTINGS, "configurationMatrix": {}}
    with pytest.raises(Refused, match=r"wait \d+ s more"):
        world.transactor(interval=60).apply("Main Customer Line", other)
    assert world.flow().settings["configurationMatrix"] != {}


class Meddling:
    """The API, with somebody else who comes in between."""

    def __init__(self, api, **steps):
        self.api, self.steps = api, steps

    def __getattr__(self, name):
        real, step = getattr(self.api, name), self.steps.get(name)
        return real if step is None else (lambda *args: step(real, *args))


def edit(world, **changes):
    now = world.api.read(world.flow().flow_id)
    payload = {"orgId": world.api.org_id(), "flowId": now.flow_id, "version": now.version + 1}
    world.api.change({**payload, "settings": {**now.settings, **changes}})


def once(act):
    left = [True]

    def step(real, *args):
        if left[0]:
            left[0] = False
            act()
        return real(*args)

    return step


def test_a_change_of_somebody_else_to_another_field_is_merged(world):
    world.transactor().apply("Main Customer Line", SETTINGS)
    other = {"parameter_02": {"key": "k", "value": "theirs"}}
    matrix = {**SETTINGS["configurationMatrix"], **other}
    api = Meddling(world.api, change=once(lambda: edit(world, configurationMatrix=matrix)))
    mine = {**SETTINGS, "routing": {**SETTINGS["routing"], "maxWaitTime": 300}}
    assert world.transactor(api=api).apply("Main Customer Line", mine).status == "SUCCESS"
    now = world.flow().settings
    assert now["routing"]["maxWaitTime"] == 300
    assert now["configurationMatrix"]["parameter_02"]["value"] == "theirs"


def test_a_change_of_somebody_else_to_the_same_field_stops_with_both_sides(world):
    world.transactor().apply("Main Customer Line", SETTINGS)
    theirs = {**world.flow().settings["routing"], "maxWaitTime": 900}
    api = Meddling(world.api, change=once(lambda: edit(world, routing=theirs)))
    mine = {**SETTINGS, "routing": {**SETTINGS["routing"], "maxWaitTime": 300}}
    result = world.transactor(api=api).apply("Main Customer Line", mine)
    assert result.status == "FAILED"
    assert "theirs 900, mine 300" in str(result.error)
    assert world.flow().settings["routing"]["maxWaitTime"] == 900


def test_a_reload_that_fails_is_a_warning_unless_it_must_not(world):
    world.configure(flowReloadStatus=500)
    result = world.transactor().apply("Main Customer Line", SETTINGS)
    assert result.status == "SUCCESS"
    assert "reload failed" in result.warnings[0]
    before = world.flow()
    other = {**SETTINGS, "configurationMatrix": {}}
    result = world.transactor().apply("Main Customer Line", other, strict_reload=True)
    assert result.status == "ROLLED_BACK"
    now = world.flow()
    assert now.settings == before.settings
    assert now.version == before.version + 2
    assert ("ARCHITECTURE_UPDATE", "ROLLED_BACK") in world.events()


@pytest.mark.parametrize("status", [200, 202, 204])
def test_every_good_answer_to_a_reload_is_taken(world, status):
    world.configure(flowReloadStatus=status)
    assert world.transactor().apply("Main Customer Line", SETTINGS).warnings == ()


def test_a_step_that_fails_after_the_change_puts_the_snapshot_back(world):
    before = world.flow()

    def silent(real, org_id):
        raise NoAnswer("no answer", sent=True)

    result = world.transactor(api=Meddling(world.api, reload=silent)).apply("Main Customer Line", SETTINGS)
    assert result.status == "ROLLED_BACK"
    assert world.flow().settings == before.settings


def test_what_somebody_changed_after_us_is_not_rolled_back(world):
    def meddle(real, org_id):
        edit(world, configurationMatrix={})
        raise NoAnswer("no answer", sent=True)

    result = world.transactor(api=Meddling(world.api, reload=meddle)).apply("Main Customer Line", SETTINGS)
    assert result.status == "FAILED"
    assert "somebody else" in result.warnings[0]
    assert world.flow().settings["configurationMatrix"] == {}
    assert world.flow().settings["routing"]["maxWaitTime"] == 120


def _die_at(step, url, org_id, client, secret, folder):
    """A process of its own that is killed in the middle of a change."""
    there = Target("genesys", url, url, "guides", client, Secret(secret), "dev", "test")
    api = FlowSettings(connect(there).session)

    def die(real, *args):
        if step == "after the change":
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args)

    def lose(real, *args):
        if step == "before the change":
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args)

    with open_store(folder, None, {}) as store:
        meddling = Meddling(api, reload=die, change=lose)
        Transactor(meddling, store, "key", "dev", {"user": "ann"}, 60).apply("Main Customer Line", SETTINGS)


@pytest.mark.parametrize("step", ["before the change", "after the change"])
@pytest.mark.parametrize("meddled", [False, True])
def test_a_process_that_died_is_made_up_for_at_the_next_start(world, step, meddled):
    before = world.flow()
    spawn = multiprocessing.get_context("spawn")
    org = world.org
    args = (step, world.emulator.url, org.id, org.client_id, org.client_secret, world.folder)
    child = spawn.Process(target=_die_at, args=args)
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    if meddled:
        edit(world, scopeDirectives={"enforceHierarchy": False})
    (said,) = world.transactor().recover()
    now = world.flow().settings
    if meddled:
        assert "somebody else" in said
        assert now["scopeDirectives"] == {"enforceHierarchy": False}
    else:
        assert now == before.settings
    assert world.transactor().recover() == []
    with pytest.raises(Refused, match="wait"):
        world.transactor(interval=60).apply("Main Customer Line", SETTINGS)


class Hook(http.server.BaseHTTPRequestHandler):
    got: ClassVar[list] = []

    def do_POST(self):
        Hook.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def hook():
    server = http.server.HTTPServer(("127.0.0.1", 0), Hook)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_file_is_applied_by_command_and_the_outcome_is_told(emulator, org, tmp_path, monkeypatch, hook):
    assert trunkline("init", tmp_path / "acme").code == 0
    folder = tmp_path / "acme"
    file = folder / "main.settings.yaml"
    file.write_text(FILE)
    for name, value in (("CLOUD", "genesys"), ("URL", emulator.url), ("CLIENT_ID", org.client_id),
                        ("CLIENT_SECRET", org.client_secret)):  # fmt: skip
        monkeypatch.setenv(f"TRUNKLINE_{name}", value)
    audit = tmp_path / "architecture_audit.log"
    done = trunkline(
        "settings", file, "--yes", "--audit-file", audit, "--webhook", hook, "-o", "json", cwd=folder
    )
    assert done.code == 0, done.text
    assert json.loads(done.out)["status"] == "SUCCESS"
    (line,) = audit.read_text().splitlines()
    assert json.loads(line)["event"] == "ARCHITECTURE_UPDATE"
    assert Hook.got[-1]["status"] == "SUCCESS"
    assert set(Hook.got[-1]) == {"flowId", "status", "latencyMs", "timestamp"}
    file.write_text(FILE.replace("120", "240"))
    refused = trunkline("settings", file, "--yes", cwd=folder)
    assert refused.code == 6
    assert "wait" in refused.err
    file.write_text(FILE.replace("applyTo: [queue", "applyTo: [robot"))
    faulty = trunkline("settings", file, "--yes", cwd=folder)
    assert faulty.code == 1
    assert "main.settings.yaml:5" in faulty.err


def test_a_webhook_that_does_not_answer_fails_nothing(world):
    from trunkline.apply.telling import tell

    result = world.transactor().apply("Main Customer Line", SETTINGS)
    told = tell("http://127.0.0.1:9/", result)
    assert told.status == "SUCCESS"
    assert "not told" in told.warnings[0]
