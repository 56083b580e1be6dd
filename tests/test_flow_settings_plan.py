"""Settings of flows as a kind of `plan`, `apply`, `drift` and `rollback` (guides, chapter G4)."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys

import pytest

from tests.cli import trunkline
from trunkline.clouds.connecting import connect
from trunkline.clouds.genesys.guides.flow_settings import FlowSettings
from trunkline.clouds.genesys.guides.settings_objects import FlowSettingsObjects
from trunkline.clouds.redact import Secret
from trunkline.clouds.target import Target
from trunkline.domain.resource import Address, Resource
from trunkline.errors import InvalidInput, NotFound

FILE = """\
flow: {flow}
settings:
  routing: {{type: skills, maxWaitTime: {wait}, scope: {scope}}}
  configurationMatrix: {{parameter_01: {{key: language, value: en-us}}}}
  scopeDirectives: {{applyTo: [queue, user, team], enforceHierarchy: true}}
"""
ADDRESS = "flow_settings/Main Customer Line"
GUIDES = "/api/v2/architect/flows"
ENVIRONMENT = ("CLOUD", "URL", "CLIENT_ID", "CLIENT_SECRET")


class Desk:
    """A project over a sample org of its own, and what somebody does in the admin UI."""

    def __init__(self, emulator, folder):
        self.emulator, self.folder = emulator, folder
        self.access = emulator.create_org("settings", origin="sample")
        self.org = emulator.kernel.orgs.get(self.access.id)

    def write(self, flow="Main Customer Line", wait=120, scope="{type: org}", name="main"):
        file = self.folder / "flows" / f"{name}.settings.yaml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(FILE.format(flow=flow, wait=wait, scope=scope))
        return file

    def policy(self, **policy):
        lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in policy.items())
        (self.folder / "trunkline.toml").write_text(f'name = "desk"\n[policy]\n{lines}')

    def run(self, *args):
        return trunkline(*args, cwd=self.folder)

    def apply(self, *args):
        return self.run("apply", "--yes", *args)

    def record(self, name="Main Customer Line"):
        return next(each for each in self.org.documents("flows").values() if each["name"] == name)

    def settings(self, name="Main Customer Line"):
        return self.record(name)["guides"].get("settings", {})

    def version(self, name="Main Customer Line"):
        return int(self.record(name)["versions"][-1]["id"].partition(".")[0])

    def edit(self, **changes):
        record = self.record()
        settings = {**self.settings(), **changes}
        self.org.documents("flows").put(record["id"], {**record, "guides": {"settings": settings}})

    def edit_as(self, name, **changes):
        """Somebody else changes settings, by a client of their own and the API."""
        made = self.emulator.kernel.orgs.add_client(self.access.id, name=name)
        secret = Secret(made["secret"])
        there = Target(
            "genesys", self.emulator.url, self.emulator.url, "guides", made["id"], secret, name, ""
        )
        cloud = connect(there)
        api = FlowSettings(cloud.session)
        now = api.find("Main Customer Line")
        api.change(now.payload(api.org_id(), {**now.settings, **changes}))
        cloud.close()

    def order(self, fault, route, **more):
        self.emulator.kernel.faults.add({"fault": fault, "route": route, "org": self.access.id, **more})

    def events(self):
        log = self.run("audit", "log", "--to", self.folder / "audit.ndjson")
        assert log.code == 0, log.text
        lines = [json.loads(line) for line in (self.folder / "audit.ndjson").read_text().splitlines()]
        records = [line.get("record", line) for line in lines]
        return [each["status"] for each in records if each.get("event") == "ARCHITECTURE_UPDATE"]


@pytest.fixture
def desk(emulator, tmp_path, monkeypatch):
    monkeypatch.delenv("WEBHOOK_URL", raising=False)
    assert trunkline("init", tmp_path / "desk").code == 0
    shutil.rmtree(tmp_path / "desk" / "actions")
    found = Desk(emulator, tmp_path / "desk")
    found.policy(min_update_interval=0)
    access = found.access
    for name, value in zip(
        ENVIRONMENT, ("genesys", emulator.url, access.client_id, access.client_secret), strict=True
    ):
        monkeypatch.setenv(f"TRUNKLINE_{name}", value)
    yield found
    emulator.kernel.faults.clear()


@pytest.mark.parametrize("surface", ["public", "guides"])
def test_a_file_of_settings_is_planned_applied_and_then_in_sync(desk, surface):
    desk.write(flow="main customer*")
    before = desk.version()
    planned = desk.run("plan", "--surface", surface, "--exit-code")
    assert planned.code == 2, planned.text
    assert f"create {ADDRESS}" in planned.out
    assert desk.version() == before
    done = desk.apply("--surface", surface)
    assert done.code == 0, done.text
    assert desk.version() == before + 1
    assert desk.settings()["routing"] == {
        "type": "skills", "maxWaitTime": 120, "scope": {"type": "org", "id": desk.access.id}
    }  # fmt: skip
    again = desk.run("plan", "--surface", surface, "--exit-code")
    assert again.code == 0, again.text
    assert desk.events() == ["SUCCESS"]


def test_only_what_differs_is_shown_and_only_a_difference_is_written(desk):
    desk.write()
    assert desk.apply().code == 0
    version = desk.version()
    assert desk.apply().code == 0
    assert desk.version() == version
    desk.write(wait=300)
    planned = json.loads(desk.run("plan", "-o", "json").out)
    (change,) = planned["changes"]
    assert [field["path"] for field in change["fields"]] == ["settings.routing.maxWaitTime"]
    assert desk.apply().code == 0
    assert (desk.version(), desk.settings()["routing"]["maxWaitTime"]) == (version + 1, 300)


def test_every_fault_of_a_file_is_told_with_its_line_offline(desk):
    file = desk.write(wait=-1, scope="{type: queue, user: Ann}")
    file.write_text(file.read_text().replace("[queue,", "[robot,") + "surplus: 1\n")
    done = desk.run("check")
    assert done.code == 1
    for place in ("main.settings.yaml:3", "main.settings.yaml:5", "main.settings.yaml:6"):
        assert place in done.text
    for said in ("names no user", "names one queue", "surplus: there is no such field", "robot", "maxWait"):
        assert said in done.text
    assert desk.run("plan").code == 1


@pytest.mark.parametrize(
    ("pattern", "said"), [("'*claims*'", "fits 2 flows"), ("Nobody", "no flow is named")]
)
def test_a_pattern_of_several_flows_or_of_none_blocks_its_file(desk, pattern, said):
    desk.write(flow=pattern)
    done = desk.apply()
    assert done.code == 6
    assert said in done.text
    assert desk.events() == []


def test_two_files_that_mean_one_flow_are_refused(desk):
    desk.write()
    desk.write(flow="main*", name="other", wait=7)
    done = desk.apply()
    assert done.code == 6
    assert "flows/other.settings.yaml means flow_settings/Main Customer Line too" in done.text
    assert desk.settings() == {}


def simple_flow(name):
    end = {"id": "a1", "name": "end", "__type": "DisconnectAction", "trackingId": 1}
    task = {"id": "t1", "name": "T", "__type": "Task", "startAction": "a1", "actionList": [end]}
    return {
        "name": name, "type": "inboundcall", "initialSequence": "t1", "defaultLanguage": "en-us",
        "supportedLanguages": ["en-us"], "manifest": {}, "variables": [],
        "flowSequenceItemList": [{**task, "variables": []}],
    }  # fmt: skip


def test_settings_come_after_the_flow_and_the_queue_that_they_name(desk):
    (desk.folder / "queues").mkdir()
    (desk.folder / "queues" / "new.json").write_text(json.dumps({"name": "Night Desk"}))
    desk.write(flow="night*", scope="{type: queue, queue: Night Desk}", name="night")
    (desk.folder / "flows" / "night.json").write_text(json.dumps(simple_flow("Night Line")))
    done = desk.apply("-o", "json")
    assert done.code == 0, done.text
    order = [step["address"] for step in json.loads(done.out)["steps"]]
    assert order[-1] == "flow_settings/Night Line"
    queue = next(each for each in desk.org.documents("queues").values() if each["name"] == "Night Desk")
    assert desk.settings("Night Line")["routing"]["scope"] == {"type": "queue", "id": queue["id"]}
    assert desk.run("plan", "--exit-code").code == 0


def test_a_flow_that_fails_holds_up_its_settings_by_name(desk):
    desk.write(flow="night*", name="night")
    (desk.folder / "flows" / "night.json").write_text(json.dumps(simple_flow("Night Line")))
    desk.order("500", "POST /api/v2/flows*", times=50)
    done = desk.apply()
    assert done.code != 0
    assert "needs flow/Night Line, which failed" in done.text


def test_a_name_that_the_org_does_not_have_is_told_in_the_plan(desk):
    desk.write(scope="{type: queue, queue: No Such Queue}")
    done = desk.apply()
    assert done.code == 6
    assert "queue/No Such Queue" in done.text
    assert desk.settings() == {}


def test_an_edit_of_another_field_is_kept_and_one_of_the_same_is_a_conflict(desk):
    desk.write()
    assert desk.apply().code == 0
    desk.edit(scopeDirectives={"applyTo": ["queue"], "enforceHierarchy": False})
    desk.write(wait=300)
    done = desk.apply()
    assert done.code == 0, done.text
    assert desk.settings()["scopeDirectives"]["enforceHierarchy"] is False
    assert desk.settings()["routing"]["maxWaitTime"] == 300
    desk.edit(routing={**desk.settings()["routing"], "maxWaitTime": 900})
    desk.write(wait=400)
    done = desk.apply()
    assert done.code == 6
    assert "900" in done.text
    assert "400" in done.text
    assert desk.settings()["routing"]["maxWaitTime"] == 900


def test_drift_shows_the_field_and_who_changed_it(desk):
    desk.write()
    assert desk.apply().code == 0
    assert desk.run("drift").code == 0
    desk.org.configure({"auditDelaySeconds": 0})
    desk.edit_as("Bob's script", configurationMatrix={})
    shutil.rmtree(desk.folder / ".trunkline")
    done = desk.run("drift", "-o", "json")
    assert done.code == 2, done.text
    (row,) = json.loads(done.out)["drift"]
    assert row["address"] == ADDRESS
    assert row["fields"][0]["path"] == "settings.configurationMatrix.parameter_01"
    assert row["by"] == "client Bob's script"
    assert row["at"]
    assert desk.apply().code == 0
    assert desk.settings()["configurationMatrix"] == {}


def test_a_second_process_within_a_minute_is_refused_and_can_wait(desk, monkeypatch):
    desk.policy(min_update_interval=3600)
    desk.write()
    assert desk.apply().code == 0
    desk.write(wait=300)
    command = [sys.executable, "-m", "trunkline", "apply", "--yes"]
    done = subprocess.run(command, cwd=desk.folder, capture_output=True, text=True)
    assert done.returncode == 6, done.stderr
    assert "wait" in done.stderr
    assert desk.settings()["routing"]["maxWaitTime"] == 120
    other = trunkline("settings", desk.folder / "flows" / "main.settings.yaml", "--yes", cwd=desk.folder)
    assert other.code == 6
    desk.policy(min_update_interval=2)
    waited = desk.apply("--wait", "60")
    assert waited.code == 0, waited.text
    assert desk.settings()["routing"]["maxWaitTime"] == 300


def last_run(desk):
    return json.loads(desk.run("history", "-o", "json").out)[0]["run"]


def test_a_rollback_brings_the_settings_back_and_takes_the_first_ones_away(desk):
    desk.write()
    assert desk.apply().code == 0
    first = last_run(desk)
    desk.write(wait=300)
    assert desk.apply().code == 0
    done = desk.run("rollback", last_run(desk), "--yes")
    assert done.code == 0, done.text
    assert desk.settings()["routing"]["maxWaitTime"] == 120
    done = desk.run("rollback", first, "--yes")
    assert done.code == 0, done.text
    assert desk.settings() == {}
    assert desk.run("audit", "verify").code == 0


def test_a_rollback_leaves_what_somebody_changed_since(desk):
    desk.write()
    assert desk.apply().code == 0
    desk.write(wait=300)
    assert desk.apply().code == 0
    run = last_run(desk)
    desk.edit(routing={**desk.settings()["routing"], "maxWaitTime": 900})
    done = desk.run("rollback", run, "--yes")
    assert done.code == 6
    assert desk.settings()["routing"]["maxWaitTime"] == 900


def test_settings_without_a_file_are_taken_away_only_if_that_is_allowed(desk):
    file = desk.write()
    assert desk.apply().code == 0
    file.unlink()
    assert desk.apply().code == 6
    assert desk.settings() != {}
    done = desk.apply("--allow-delete")
    assert done.code == 0, done.text
    assert desk.settings() == {}
    assert desk.record()["publishedVersion"] is not None


def test_settings_that_the_org_has_can_be_pulled_and_are_then_in_sync(desk):
    desk.write()
    assert desk.apply().code == 0
    shutil.rmtree(desk.folder / "flows")
    shutil.rmtree(desk.folder / "orgs")
    assert desk.run("pull", "--kind", "flow_settings").code == 0
    (file,) = (desk.folder / "flows").iterdir()
    assert file.name == "main-customer-line.settings.yaml"
    assert desk.access.id not in file.read_text()
    assert desk.run("plan", "--exit-code").code == 0


def test_a_reload_that_fails_is_a_note_or_takes_the_change_back(desk):
    desk.org.configure({"flowReloadStatus": 500})
    desk.write()
    done = desk.apply()
    assert done.code == 0
    assert "the reload failed" in done.text
    desk.policy(min_update_interval=0, strict_reload=True)
    desk.write(wait=300)
    version = desk.version()
    done = desk.apply()
    assert done.code == 1
    assert "are back" in done.text
    assert desk.settings()["routing"]["maxWaitTime"] == 120
    assert desk.version() == version + 2
    assert desk.events() == ["SUCCESS", "ROLLED_BACK"]
    desk.org.configure({"flowReloadStatus": 204})
    assert desk.apply().code == 0
    assert desk.settings()["routing"]["maxWaitTime"] == 300


@pytest.mark.parametrize(
    ("fault", "route", "more"),
    [
        ("429", f"PATCH {GUIDES}/*", {"retryAfter": 1}),
        ("429", f"POST {GUIDES}/reload", {"retryAfter": 1}),
        ("reset-before", f"PATCH {GUIDES}/*", {}),
        ("reset-after", f"PATCH {GUIDES}/*", {}),
        ("503", f"GET {GUIDES}/*", {"times": 2}),
        ("503", f"POST {GUIDES}/reload", {"times": 1}),
    ],
)
def test_a_fault_on_the_way_leaves_one_version_and_the_wanted_settings(desk, fault, route, more):
    desk.write()
    version = desk.version()
    desk.order(fault, route, **more)
    done = desk.apply()
    assert desk.emulator.kernel.faults.injected[fault] == more.get("times", 1)
    if done.code:
        assert fault == "reset-before"
        done = desk.apply()
    assert done.code == 0, done.text
    assert desk.version() == version + 1
    assert desk.settings()["routing"]["maxWaitTime"] == 120
    assert desk.run("plan", "--exit-code").code == 0


def test_an_answer_of_the_reload_that_is_lost_takes_the_change_back(desk):
    desk.write()
    desk.order("reset-after", f"POST {GUIDES}/reload", times=20)
    done = desk.apply()
    assert done.code == 1
    assert "are back" in done.text
    assert desk.settings() == {}
    desk.emulator.kernel.faults.clear()
    assert desk.apply().code == 0
    assert desk.settings()["routing"]["maxWaitTime"] == 120


def test_an_editor_who_comes_in_between_is_merged_with(desk):
    desk.write()
    desk.order("edit", f"PATCH {GUIDES}/*")
    version = desk.version()
    done = desk.apply()
    assert done.code == 0, done.text
    assert desk.version() == version + 2
    assert set(desk.settings()["configurationMatrix"]) == {"parameter_01", "parameter_99"}
    assert desk.settings()["routing"]["maxWaitTime"] == 120


def test_a_lock_on_the_flow_is_told_and_nothing_is_written(desk):
    desk.write()
    desk.order("lost-lock", f"PATCH {GUIDES}/*")
    done = desk.apply()
    assert done.code == 1
    assert "locked" in done.text
    assert desk.settings() == {}


DIE = """
import os, signal, sys
from trunkline.cli.main import run
from trunkline.clouds.genesys.guides.flow_settings import FlowSettings

def die(self, *args):
    os.kill(os.getpid(), signal.SIGKILL)

setattr(FlowSettings, sys.argv[1], die)
sys.exit(run(["apply", "--yes"]))
"""


@pytest.mark.parametrize("step", ["change", "reload"])
@pytest.mark.parametrize("meddled", [False, True])
def test_a_process_that_died_is_made_up_for_by_the_next_apply(desk, step, meddled):
    desk.write()
    assert desk.apply().code == 0
    desk.write(wait=300)
    done = subprocess.run([sys.executable, "-c", DIE, step], cwd=desk.folder, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert desk.settings()["routing"]["maxWaitTime"] == (120 if step == "change" else 300)
    if meddled:
        desk.edit(routing={**desk.settings()["routing"], "maxWaitTime": 900})
    done = desk.apply()
    if meddled:
        assert done.code == 6, done.text
        assert "somebody else changed it since" in done.text
        assert desk.settings()["routing"]["maxWaitTime"] == 900
        return
    assert done.code == 0, done.text
    said = "never took effect" if step == "change" else "are back"
    assert said in done.text
    assert desk.settings()["routing"]["maxWaitTime"] == 300
    assert desk.run("plan", "--exit-code").code == 0
    assert desk.run("audit", "verify").code == 0


def test_the_outcome_is_appended_to_the_file_of_the_policy(desk):
    desk.policy(min_update_interval=0, audit_file="architecture_audit.log", webhook="http://127.0.0.1:9/")
    desk.write()
    done = desk.apply()
    assert done.code == 0, done.text
    assert "was not told" in done.text
    (line,) = (desk.folder / "architecture_audit.log").read_text().splitlines()
    record = json.loads(line)
    assert (record["event"], record["status"]) == ("ARCHITECTURE_UPDATE", "SUCCESS")
    assert record["details"]["flow"] == "Main Customer Line"


def test_the_snapshot_names_the_version_that_was_changed(desk):
    desk.write()
    version = desk.version()
    assert desk.apply().code == 0
    desk.write(wait=300)
    assert desk.apply().code == 0
    (step,) = json.loads(desk.run("history", last_run(desk), "-o", "json").out)["steps"]
    assert (step["versionBefore"], step["version"]) == (str(version + 1), str(version + 2))


def test_a_flow_is_rewired_before_its_settings_are_touched(desk):
    """The replace of an action makes a new version of the flow on its way."""
    web = {"name": "Web", "integrationType": "custom-rest-actions", "intendedState": "ENABLED"}

    def write(output, wait):
        for path, body in (
            ("integrations/web.json", web),
            ("actions/get.json", action(output)),
            ("flows/night.json", calling("Night Line", "Get")),
        ):
            (desk.folder / path).parent.mkdir(exist_ok=True)
            (desk.folder / path).write_text(json.dumps(body))
        desk.write(flow="Night Line", wait=wait, name="night")

    write("text", 120)
    assert desk.apply().code == 0
    write("more", 300)
    done = desk.apply("--rewire")
    assert done.code == 0, done.text
    assert desk.settings("Night Line")["routing"]["maxWaitTime"] == 300
    assert desk.run("plan", "--exit-code").code == 0


def action(output):
    given = {"type": "object", "properties": {"id": {"type": "string"}}}
    gives = {"type": "object", "properties": {output: {"type": "string"}}}
    return {
        "name": "Get", "integrationType": "custom-rest-actions", "actionType": "custom", "integration": "Web",
        "category": "Web", "secure": False,
        "contract": {"input": {"inputSchema": given}, "output": {"successSchema": gives}},
        "config": {
            "request": {"requestUrlTemplate": "https://example.com/${input.id}", "requestType": "GET",
                        "headers": {}, "requestTemplate": "${input.rawRequest}"},
            "response": {"translationMap": {"t": "$.t"}, "translationMapDefaults": {"t": '"x"'},
                         "successTemplate": '{"' + output + '": ${t}}'},
        },
    }  # fmt: skip


def calling(name, called):
    body = simple_flow(name)
    body["manifest"] = {"dataAction": [{"id": "custom_-_elsewhere", "name": called}]}
    return body


def test_settings_of_several_flows_do_not_wait_for_one_another(desk):
    desk.write()
    desk.write(flow="After Hours", name="after")
    flow_id = desk.record("After Hours")["id"]
    desk.order("500", f"PATCH {GUIDES}/{flow_id}", times=50)
    done = desk.apply()
    assert done.code == 4
    assert desk.settings()["routing"]["maxWaitTime"] == 120


def test_an_audit_file_that_cannot_be_written_is_a_note_and_fails_nothing(desk):
    desk.policy(min_update_interval=0, audit_file="no/such/folder/audit.log")
    desk.write()
    done = desk.apply()
    assert done.code == 0, done.text
    assert "could not be written" in done.text
    assert desk.settings()["routing"]["maxWaitTime"] == 120


class Bare:
    """An org of the vendor's own: it knows nothing of the guides' endpoints."""

    def get_json(self, to, query=None):
        raise NotFound("not found", where=f"GET {to}", status=404)


def test_an_org_without_these_endpoints_has_no_settings_and_a_file_of_them_is_told_why():
    provider = FlowSettingsObjects(Bare(), None)
    listing = provider.list()
    assert (listing.items, listing.complete) == ((), True)
    with pytest.raises(InvalidInput, match="cannot be read: the org has no /api/v2/architect/flows"):
        provider.find(Resource(Address("flow_settings", "Main"), {"flow": "Main"}), [Address("flow", "Main")])


def test_settings_are_promoted_to_the_flow_and_the_queue_of_the_same_names(desk, emulator, monkeypatch):
    other = emulator.create_org("prod", origin="sample")
    for name in ENVIRONMENT:
        monkeypatch.delenv(f"TRUNKLINE_{name}")
    monkeypatch.setenv("TRUNKLINE_CONFIG_DIR", str(desk.folder.parent / "profiles"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(desk.folder.parent / "config"))
    for name, access in (("dev", desk.access), ("prod", other)):
        done = desk.run(
            "auth", "login", "--org", name, "--cloud", "genesys", "--url", emulator.url,
            "--client-id", access.client_id, "--client-secret", access.client_secret,
        )  # fmt: skip
        assert done.code == 0, done.text
    desk.write(scope="{type: queue, queue: Service Billing}")
    assert desk.apply("--org", "dev").code == 0
    done = desk.run("promote", "--from", "dev", "--to", "prod", "--kind", "flow_settings", "--yes")
    assert done.code == 0, done.text
    target = emulator.kernel.orgs.get(other.id)
    (settings,) = [
        each["guides"]["settings"] for each in target.documents("flows").values() if each["guides"]
    ]
    found = target.documents("queues").get(settings["routing"]["scope"]["id"])
    assert found is not None
    assert found["name"] == "Service Billing"
