"""Who did it, and since when: `drift` by the history of flows and the audits, locks by the history."""

from __future__ import annotations

import json
import shutil

import pytest

from tests.api import Api
from tests.cli import trunkline
from tests.test_safe_writes import environment, flow, put
from trunkline.emulator.orgs import Access

FLOWS = "/api/v2/flows"
ACTION = {
    "name": "Get", "integrationType": "custom-rest-actions", "actionType": "custom", "integration": "Web",
    "category": "Web", "secure": False,
    "contract": {
        "input": {"inputSchema": {"type": "object", "properties": {"id": {"type": "string"}}}},
        "output": {"successSchema": {"type": "object", "properties": {"t": {"type": "string"}}}},
    },
    "config": {
        "request": {"requestUrlTemplate": "https://example.com/${input.id}", "requestType": "GET", "headers": {},
                    "requestTemplate": "${input.rawRequest}"},
        "response": {"translationMap": {"t": "$.t"}, "translationMapDefaults": {"t": '"x"'},
                     "successTemplate": '{"t": ${t}}'},
    },
}  # fmt: skip
WEB = {"name": "Web", "integrationType": "custom-rest-actions", "intendedState": "ENABLED"}
TABLE = {
    "name": "Codes",
    "schema": {
        "$schema": "http://json-schema.org/draft-04/schema#", "type": "object", "additionalProperties": False,
        "required": ["key"],
        "properties": {"key": {"type": "string", "$id": "/properties/key", "title": "key", "displayOrder": 0,
                               "minLength": 1, "maxLength": 256}},
    },
}  # fmt: skip


@pytest.fixture
def project(tmp_path, emulator, org, monkeypatch):
    for name, value in environment(emulator, org).items():
        monkeypatch.setenv(name, value)
    assert trunkline("init", tmp_path / "acme").code == 0
    shutil.rmtree(tmp_path / "acme" / "actions")
    emulator.kernel.orgs.get(org.id).configure({"auditDelaySeconds": 0})
    return tmp_path / "acme"


@pytest.fixture
def bob(emulator, org):
    """Another client of the org."""
    made = emulator.kernel.orgs.add_client(org.id, name="Bob's tool")
    api = Api(emulator, Access(org.name, org.cloud, org.id, made["id"], made["secret"]))
    yield api
    api.close()


def drift(folder):
    done = trunkline("drift", "-o", "json", cwd=folder)
    assert done.code == 2, done.text
    (row,) = json.loads(done.out)["drift"]
    assert row["at"]
    return row["address"], row["by"], row["action"]


def id_of(api, path, name="Main"):
    (found,) = [each for each in api.get(path).json()["entities"] if each["name"] == name]
    return found["id"]


def publish(api, flow_id, body):
    api.post(f"{FLOWS}/actions/checkout?flow={flow_id}")
    version = api.post(f"{FLOWS}/{flow_id}/versions", body).json()["id"]
    assert api.post(f"{FLOWS}/actions/publish?flow={flow_id}&version={version}").status_code < 300
    api.get(f"{FLOWS}/{flow_id}")


def test_the_one_who_published_a_flow_is_named_by_its_history(project, bob, make_api):
    put(project, "flows/main.json", **flow())
    assert trunkline("apply", "--yes", cwd=project).code == 0
    flow_id = id_of(bob, FLOWS)
    publish(bob, flow_id, flow("changed by Bob"))
    # Somebody who only saves a draft afterwards has changed nothing that is live.
    saver = make_api(name="Saver")
    saver.post(f"{FLOWS}/actions/checkout?flow={flow_id}")
    assert saver.post(f"{FLOWS}/{flow_id}/versions", flow("a draft")).status_code < 300
    assert drift(project) == ("flow/Main", "client Bob's tool", "publish")


def test_the_one_who_deleted_a_flow_is_named_too(project, bob):
    put(project, "flows/main.json", **flow())
    assert trunkline("apply", "--yes", cwd=project).code == 0
    assert bob.delete(f"{FLOWS}/{id_of(bob, FLOWS)}").status_code < 300
    assert drift(project) == ("flow/Main", "client Bob's tool", "delete")


def test_where_no_history_is_given_the_audits_name_who_published_a_flow(project, bob, emulator, org):
    put(project, "flows/main.json", **flow())
    assert trunkline("apply", "--yes", cwd=project).code == 0
    publish(bob, id_of(bob, FLOWS), flow("changed by Bob"))
    emulator.kernel.faults.add(
        {"fault": "malformed-json", "route": "POST /api/v2/flows/*/history", "org": org.id, "times": 9}
    )
    try:
        assert drift(project) == ("flow/Main", "client Bob's tool", "publish")
    finally:
        emulator.kernel.faults.clear()


@pytest.mark.parametrize(
    ("kind", "file", "body", "path", "edit"),
    [
        ("data_table", "tables/t.json", TABLE, "/api/v2/flows/datatables",
         lambda found: {**found, "description": "by Bob"}),
        ("integration", "integrations/web.json", {**WEB, "notes": "ours"}, "/api/v2/integrations", None),
        ("wrapup_code", "wrapup_codes/w.json", {"name": "Sale", "description": "ours"},
         "/api/v2/routing/wrapupcodes", lambda found: {**found, "description": "by Bob"}),
        ("schedule_group", "schedule_groups/g.json", {"name": "Hours", "timeZone": "UTC"},
         "/api/v2/architect/schedulegroups", lambda found: {**found, "timeZone": "Europe/Berlin"}),
        ("queue", "queues/q.json", {"name": "Support", "description": "ours"}, "/api/v2/routing/queues",
         lambda found: {**found, "description": "by Bob"}),
        ("prompt", "prompts/p.json", {"name": "Hello", "description": "ours"}, "/api/v2/architect/prompts",
         lambda found: {**found, "description": "by Bob"}),
    ],
)  # fmt: skip
def test_the_audits_or_the_object_itself_name_who_changed_it(project, bob, kind, file, body, path, edit):
    put(project, file, **body)
    assert trunkline("apply", "--yes", cwd=project).code == 0
    remote_id = id_of(bob, path, body["name"])
    if edit is None:
        config = bob.get(f"{path}/{remote_id}/config/current").json()
        answer = bob.put(f"{path}/{remote_id}/config/current", {**config, "notes": "by Bob"})
    else:
        answer = bob.put(f"{path}/{remote_id}", edit(bob.get(f"{path}/{remote_id}").json()))
    assert answer.status_code < 300, answer.text
    address, by, _ = drift(project)
    assert (address.partition("/")[0], by) == (kind, "client Bob's tool")


def test_the_audits_name_who_published_a_data_action(project, bob):
    put(project, "integrations/web.json", **WEB)
    put(project, "actions/get.json", **ACTION)
    assert trunkline("apply", "--yes", cwd=project).code == 0
    path = f"/api/v2/integrations/actions/{id_of(bob, '/api/v2/integrations/actions', 'Get')}"
    live = bob.get(f"{path}?includeConfig=true&expand=contract").json()
    config = {**live["config"], "request": {**live["config"]["request"], "requestType": "POST"}}
    assert bob.patch(path, {"version": live["version"], "config": config}).status_code < 300
    assert drift(project)[:2] == ("data_action/Get", "client Bob's tool")


def test_who_changed_it_is_said_to_be_unknown_where_the_cloud_tells_nothing(project, emulator, org):
    put(project, "skills/s.json", name="French")
    assert trunkline("apply", "--yes", cwd=project).code == 0
    found = emulator.kernel.orgs.get(org.id).documents("skills")
    for remote_id in list(found.ids()):
        found.delete(remote_id)
    for record in list(emulator.kernel.orgs.get(org.id).documents("audits").ids()):
        emulator.kernel.orgs.get(org.id).documents("audits").delete(record)
    done = trunkline("drift", cwd=project)
    assert done.code == 2
    assert "somebody the cloud does not name" in done.out


def test_a_lock_is_told_with_who_holds_it_and_since_when(project, bob):
    put(project, "flows/main.json", **flow())
    assert trunkline("apply", "--yes", cwd=project).code == 0
    flow_id = id_of(bob, FLOWS)
    assert bob.post(f"{FLOWS}/actions/checkout?flow={flow_id}").status_code == 200
    asked = bob.post(f"{FLOWS}/{flow_id}/history").json()["id"]
    newest = bob.get(f"{FLOWS}/{flow_id}/history/{asked}").json()["entities"][0]
    assert newest["action"] == "CHECKOUT"
    put(project, "flows/main.json", **flow("good day"))
    done = trunkline("apply", "--yes", cwd=project)
    assert done.code == 6
    assert f"locked by Bob's tool since {newest['timestamp']}" in done.text
    saved = bob.post(f"{FLOWS}/{flow_id}/versions", flow("a draft"))
    assert saved.status_code < 300
    again = trunkline("apply", "--yes", cwd=project)
    assert f"since {newest['timestamp']} (last saved 20" in again.text


def test_a_lock_is_told_without_its_time_where_no_history_is_given(project, bob, emulator, org):
    put(project, "flows/main.json", **flow())
    assert trunkline("apply", "--yes", cwd=project).code == 0
    assert bob.post(f"{FLOWS}/actions/checkout?flow={id_of(bob, FLOWS)}").status_code == 200
    put(project, "flows/main.json", **flow("good day"))
    rule = {"fault": "malformed-json", "route": "POST /api/v2/flows/*/history", "org": org.id, "times": 9}
    emulator.kernel.faults.add(rule)
    try:
        done = trunkline("apply", "--yes", cwd=project)
    finally:
        emulator.kernel.faults.clear()
    assert done.code == 6
    assert "locked by Bob's tool; nothing was written" in done.text
