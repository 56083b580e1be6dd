"""Nothing is deleted or replaced that anything in the org still uses, whatever kind the user is of."""

from __future__ import annotations

import json
import shutil
import uuid

import pytest

from tests.api import Api
from tests.cli import trunkline
from tests.test_safe_writes import environment, flow, put
from tests.test_who import ACTION, WEB, id_of

ARCHITECT = "/api/v2/architect"


@pytest.fixture
def project(tmp_path, emulator, org, monkeypatch):
    for name, value in environment(emulator, org).items():
        monkeypatch.setenv(name, value)
    assert trunkline("init", tmp_path / "acme").code == 0
    shutil.rmtree(tmp_path / "acme" / "actions")
    return tmp_path / "acme"


def apply(folder, *args):
    return trunkline("apply", "--yes", "--delete-threshold", "100", *args, cwd=folder)


def made(api: Api, path: str, body: dict) -> dict:
    answer = api.post(path, body)
    assert answer.status_code < 300, answer.text
    return answer.json()


def blocked(folder, file, user):
    """The file is gone, its object is not, and the plan says who uses it."""
    (folder / file).unlink()
    done = apply(folder, "--allow-delete")
    assert done.code == 6, done.text
    assert f"it is used by {user}" in done.text
    return done


def ref(remote_id):
    return {"id": remote_id}


USES = {
    # kind of user: file and body of what it uses, path and list of that, path of the user, its fields
    "queue/Support uses a flow": (
        "flows/main.json", flow(), "/api/v2/flows", "Main", "/api/v2/routing/queues",
        lambda remote_id: {"name": "Support", "queueFlow": ref(remote_id)}, "queue/Support",
    ),
    "queue/Support uses a prompt": (
        "prompts/hold.json", {"name": "Hold", "description": ""}, f"{ARCHITECT}/prompts", "Hold",
        "/api/v2/routing/queues", lambda remote_id: {"name": "Support", "onHoldPrompt": ref(remote_id)},
        "queue/Support",
    ),
    "ivr/Hotline uses a flow": (
        "flows/main.json", flow(), "/api/v2/flows", "Main", f"{ARCHITECT}/ivrs",
        lambda remote_id: {"name": "Hotline", "openHoursFlow": ref(remote_id)}, "ivr/Hotline",
    ),
    "ivr/Hotline uses a schedule group": (
        "schedule_groups/hours.json", {"name": "Hours", "timeZone": "UTC"}, f"{ARCHITECT}/schedulegroups",
        "Hours", f"{ARCHITECT}/ivrs",
        lambda remote_id: {"name": "Hotline", "scheduleGroup": ref(remote_id)}, "ivr/Hotline",
    ),
    "schedule_group/Hours uses a schedule": (
        "schedules/day.json",
        {"name": "Day", "start": "2026-01-01T08:00:00.000000", "end": "2026-01-01T18:00:00.000000"},
        f"{ARCHITECT}/schedules", "Day", f"{ARCHITECT}/schedulegroups",
        lambda remote_id: {"name": "Hours", "timeZone": "UTC", "openSchedules": [ref(remote_id)]},
        "schedule_group/Hours",
    ),
    "emergency_group/Storm uses a flow": (
        "flows/main.json", flow(), "/api/v2/flows", "Main", f"{ARCHITECT}/emergencygroups",
        lambda remote_id: {
            "name": "Storm", "enabled": False,
            "emergencyCallFlows": [{"emergencyFlow": ref(remote_id), "ivrs": []}],
        },
        "emergency_group/Storm",
    ),
    "emergency_group/Storm uses an IVR": (
        "ivrs/hotline.json", {"name": "Hotline"}, f"{ARCHITECT}/ivrs", "Hotline",
        f"{ARCHITECT}/emergencygroups",
        lambda remote_id: {"name": "Storm", "emergencyCallFlows": [{"ivrs": [ref(remote_id)]}]},
        "emergency_group/Storm",
    ),
    "queue/Support is in a division": (
        "divisions/north.json", {"name": "North", "description": "up there"},
        "/api/v2/authorization/divisions", "North", "/api/v2/routing/queues",
        lambda remote_id: {"name": "Support", "division": ref(remote_id)}, "queue/Support",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", USES)
def test_what_something_unmanaged_uses_is_not_deleted(project, api, case):
    file, body, path, name, user_path, user, shown = USES[case]
    put(project, file, **body)
    assert apply(project).code == 0
    made(api, user_path, user(id_of(api, path, name)))
    blocked(project, file, shown)
    assert id_of(api, path, name)


def test_an_integration_with_actions_of_others_is_not_deleted_with_them(project, api):
    put(project, "integrations/web.json", **WEB)
    put(project, "actions/get.json", **ACTION)
    assert apply(project).code == 0
    shutil.rmtree(project / "orgs")
    (project / "actions" / "get.json").unlink()
    assert apply(project).code == 0  # only the integration is known from here now
    blocked(project, "integrations/web.json", "data_action/Get")


def test_what_goes_in_the_same_plan_is_no_obstacle(project, api):
    put(project, "integrations/web.json", **WEB)
    put(project, "actions/get.json", **ACTION)
    assert apply(project).code == 0
    shutil.rmtree(project / "integrations")
    shutil.rmtree(project / "actions")
    done = apply(project, "--allow-delete")
    assert done.code == 0, done.text
    names = [each["name"] for each in api.get("/api/v2/integrations").json()["entities"]]
    assert "Web" not in names


def script(emulator, org, action_id):
    """An agent script that runs an action, as the script editor has saved it."""
    found = {"id": str(uuid.uuid4()), "name": "Agent Desk", "actions": [{"dataAction": {"id": action_id}}]}
    emulator.kernel.orgs.get(org.id).documents("scripts").put(found["id"], found)


def test_an_action_that_an_agent_script_runs_is_neither_deleted_nor_replaced(project, api, emulator, org):
    put(project, "integrations/web.json", **WEB)
    put(project, "actions/get.json", **ACTION)
    assert apply(project).code == 0
    script(emulator, org, id_of(api, "/api/v2/integrations/actions", "Get"))
    schema = {"type": "object", "properties": {"other": {"type": "string"}}}
    contract = {**ACTION["contract"], "output": {"successSchema": schema}}
    put(project, "actions/get.json", **{**ACTION, "contract": contract})
    done = apply(project, "--rewire")
    assert done.code == 6
    assert "it is used by script/Agent Desk, which cannot be pointed to the new object" in done.text
    blocked(project, "actions/get.json", "script/Agent Desk")


@pytest.mark.parametrize(
    ("state", "code", "said"),
    [("rebuilt", 6, "not known: its dependency tracking is being rebuilt"), ("forbidden", 0, "not known")],
)
def test_where_the_org_does_not_tell_who_uses_it_the_plan_says_so(
    project, api, emulator, org, monkeypatch, state, code, said
):
    put(project, "integrations/web.json", **WEB)
    put(project, "actions/get.json", **ACTION)
    assert apply(project).code == 0
    (project / "actions" / "get.json").unlink()
    if state == "rebuilt":
        emulator.kernel.orgs.get(org.id).configure({"dependencyRebuildSeconds": 3600})
        assert api.post(f"{ARCHITECT}/dependencytracking/build").status_code == 202
    else:
        rights = ("integrations:*", "routing:*", "architect:flow:*", "authorization:*")
        client = emulator.kernel.orgs.add_client(org.id, name="few", permissions=rights)
        monkeypatch.setenv("TRUNKLINE_CLIENT_ID", client["id"])
        monkeypatch.setenv("TRUNKLINE_CLIENT_SECRET", client["secret"])
    planned = trunkline("plan", "--allow-delete", "--delete-threshold", "100", "-o", "json", cwd=project)
    assert said in planned.out
    assert apply(project, "--allow-delete").code == code


def test_an_ivr_and_an_emergency_group_are_managed_with_what_they_refer_to(project, api):
    put(project, "flows/main.json", **flow())
    put(project, "schedule_groups/hours.json", name="Hours", timeZone="UTC")
    put(project, "ivrs/hotline.json", name="Hotline", openHoursFlow="Main", scheduleGroup="Hours",
        dnis=["+4930123456"])  # fmt: skip
    calls = [{"emergencyFlow": "Main", "ivrs": ["Hotline"]}]
    put(project, "emergency_groups/storm.json", name="Storm", enabled=True, emergencyCallFlows=calls)
    done = apply(project)
    assert done.code == 0, done.text
    flow_id = id_of(api, "/api/v2/flows")
    (ivr,) = api.get(f"{ARCHITECT}/ivrs").json()["entities"]
    assert ivr["openHoursFlow"]["id"] == flow_id
    (group,) = api.get(f"{ARCHITECT}/emergencygroups").json()["entities"]
    (call,) = group["emergencyCallFlows"]
    assert (call["emergencyFlow"]["id"], call["ivrs"][0]["id"]) == (flow_id, ivr["id"])
    assert trunkline("plan", "--exit-code", cwd=project).code == 0
    put(project, "ivrs/hotline.json", name="Hotline", openHoursFlow="Main", closedHoursFlow="Main",
        scheduleGroup="Hours", dnis=["+4930123456"])  # fmt: skip
    assert apply(project).code == 0
    assert api.get(f"{ARCHITECT}/ivrs").json()["entities"][0]["closedHoursFlow"]["id"] == flow_id


def test_a_change_of_an_emergency_group_keeps_the_call_flows_that_its_file_leaves_out(project, api):
    put(project, "emergency_groups/storm.json", name="Storm", description="one")
    put(project, "ivrs/hotline.json", name="Hotline")
    assert apply(project).code == 0
    path = f"{ARCHITECT}/emergencygroups"
    (group,) = api.get(path).json()["entities"]
    calls = [{"ivrs": [ref(id_of(api, f"{ARCHITECT}/ivrs", "Hotline"))]}]
    assert api.put(f"{path}/{group['id']}", {**group, "emergencyCallFlows": calls}).status_code < 300
    put(project, "emergency_groups/storm.json", name="Storm", description="two")
    done = apply(project)
    assert done.code == 0, done.text
    (group,) = api.get(path).json()["entities"]
    assert (group["description"], len(group["emergencyCallFlows"])) == ("two", 1)


def test_a_call_flow_that_names_what_the_org_lacks_blocks_the_group(project, api):
    calls = [{"emergencyFlow": "No Such Flow", "ivrs": ["No Such IVR"]}]
    put(project, "emergency_groups/storm.json", name="Storm", emergencyCallFlows=calls)
    done = apply(project)
    assert done.code == 6
    planned = json.loads(trunkline("plan", "-o", "json", cwd=project).out)
    said = " ".join(finding["message"] for finding in planned["findings"])
    assert "flow/No Such Flow" in said
    assert "ivr/No Such IVR" in said
    assert api.get(f"{ARCHITECT}/emergencygroups").json()["entities"] == []


def test_an_object_used_by_a_flows_settings_is_not_deleted(project, api, emulator, org):
    put(project, "queues/support.json", name="Support")
    put(project, "flows/main.json", **flow())
    assert apply(project).code == 0
    queue = id_of(api, "/api/v2/routing/queues", "Support")
    documents = emulator.kernel.orgs.get(org.id).documents("flows")
    (record,) = documents.values()
    settings = {"routing": {"type": "skills", "scope": {"type": "queue", "id": queue}}}
    documents.put(record["id"], {**record, "guides": {"settings": settings}})
    blocked(project, "queues/support.json", "flow_settings/Main")


def circle(folder):
    """A flow that plays what an emergency group says, a group for an IVR, an IVR that leads to the flow."""
    manifest = {"emergencyGroup": [{"id": "elsewhere", "name": "Storm"}]}
    put(folder, "flows/main.json", **flow("elsewhere", manifest=manifest))
    put(folder, "ivrs/hotline.json", name="Hotline", openHoursFlow="Main")
    calls = [{"emergencyFlow": "Main", "ivrs": ["Hotline"]}]
    put(folder, "emergency_groups/storm.json", name="Storm", enabled=True, emergencyCallFlows=calls)


def test_objects_that_refer_to_one_another_in_a_circle_are_made_in_two_steps(project, api):
    circle(project)
    planned = trunkline("plan", cwd=project)
    assert "made first and completed last" in planned.out
    done = apply(project)
    assert done.code == 0, done.text
    (group,) = api.get(f"{ARCHITECT}/emergencygroups").json()["entities"]
    (call,) = group["emergencyCallFlows"]
    assert call["ivrs"][0]["id"] == id_of(api, f"{ARCHITECT}/ivrs", "Hotline")
    assert trunkline("plan", "--exit-code", cwd=project).code == 0
    run = json.loads(trunkline("history", "-o", "json", cwd=project).out)[0]["run"]
    undone = trunkline("rollback", run, "--yes", cwd=project)
    assert undone.code == 0, undone.text
    assert api.get(f"{ARCHITECT}/emergencygroups").json()["entities"] == []
    assert api.get("/api/v2/flows").json()["entities"] == []


def two_flows(folder, text):
    for name, other in (("A", "B"), ("B", "A")):
        manifest = {"inboundCallFlow": [{"id": f"{other}-elsewhere", "name": other}]}
        put(
            folder,
            f"flows/{name}.json",
            **{**flow(text, manifest=manifest), "name": name},
        )


def test_two_flows_that_lead_to_each_other_are_made_and_changed(project, api):
    two_flows(project, "one")
    done = apply(project)
    assert done.code == 0, done.text
    flows = {each["name"]: each for each in api.get("/api/v2/flows").json()["entities"]}
    assert all(each.get("publishedVersion") for each in flows.values())
    body = api.get(f"/api/v2/flows/{flows['A']['id']}/latestconfiguration").text
    assert flows["B"]["id"] in body
    assert "elsewhere" not in body
    assert trunkline("plan", "--exit-code", cwd=project).code == 0
    two_flows(project, "two")
    done = apply(project)
    assert done.code == 0, done.text
    assert trunkline("plan", "--exit-code", cwd=project).code == 0


def test_a_circle_that_cannot_be_completed_is_completed_by_the_next_apply(project, api, emulator, org):
    circle(project)
    emulator.kernel.faults.add(
        {"fault": "500", "route": "PUT /api/v2/architect/ivrs/*", "org": org.id, "times": 99}
    )
    try:
        assert apply(project).code == 4
    finally:
        emulator.kernel.faults.clear()
    done = apply(project)
    assert done.code == 0, done.text
    (group,) = api.get(f"{ARCHITECT}/emergencygroups").json()["entities"]
    assert len(group["emergencyCallFlows"]) == 1
    assert trunkline("plan", "--exit-code", cwd=project).code == 0
