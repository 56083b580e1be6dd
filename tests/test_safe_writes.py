"""Safe writes against the emulator: two writers, many processes, flows with locks, every kind."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli import trunkline
from tests.postgres import cluster, fresh_database
from trunkline.clouds.redact import Secret
from trunkline.clouds.target import Target
from trunkline.connection import open_target
from trunkline.domain.plan import Policy, State
from trunkline.domain.resource import Address, Resource
from trunkline.library import Project


def environment(emulator, org):
    return {
        "TRUNKLINE_CLOUD": "genesys", "TRUNKLINE_URL": emulator.url,
        "TRUNKLINE_CLIENT_ID": org.client_id, "TRUNKLINE_CLIENT_SECRET": org.client_secret,
    }  # fmt: skip


@pytest.fixture
def project(tmp_path, emulator, org, monkeypatch):
    for name, value in environment(emulator, org).items():
        monkeypatch.setenv(name, value)
    assert trunkline("init", tmp_path / "acme").code == 0
    folder = tmp_path / "acme"
    shutil.rmtree(folder / "actions")
    return folder


def put(folder, path, **body):
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(body))


def queue(emulator, org, name):
    documents = emulator.kernel.orgs.get(org.id).documents("queues")
    return next(each for each in documents.values() if each["name"] == name), documents


def edit(emulator, org, name, **changes):
    """What somebody does in the admin UI."""
    found, documents = queue(emulator, org, name)
    documents.put(found["id"], {**found, **changes, "dateModified": "2126-11-21T10:00:00.000Z"})


def test_an_edit_in_the_ui_is_never_overwritten(project, emulator, org):
    put(project, "queues/a.json", name="A", description="one", callingPartyName="x")
    assert trunkline("apply", "--yes", cwd=project).code == 0
    put(project, "queues/a.json", name="A", description="mine", callingPartyName="x")
    edit(emulator, org, "A", description="theirs")
    done = trunkline("apply", "--yes", cwd=project)
    assert done.code == 6
    assert '"theirs"' in done.text
    assert '"mine"' in done.text
    assert queue(emulator, org, "A")[0]["description"] == "theirs"


def test_an_edit_of_another_field_is_kept(project, emulator, org):
    put(project, "queues/a.json", name="A", description="one")
    assert trunkline("apply", "--yes", cwd=project).code == 0
    put(project, "queues/a.json", name="A", description="mine")
    edit(emulator, org, "A", callingPartyName="theirs")
    assert trunkline("apply", "--yes", cwd=project).code == 0
    found, _ = queue(emulator, org, "A")
    assert (found["description"], found["callingPartyName"]) == ("mine", "theirs")


def test_drift_tells_who_and_when_and_rollback_brings_back(project, emulator, org):
    put(project, "queues/a.json", name="A", description="one")
    assert trunkline("apply", "--yes", cwd=project).code == 0
    assert trunkline("drift", cwd=project).code == 0
    edit(emulator, org, "A", description="theirs", modifiedBy="user-7")
    shutil.rmtree(project / ".trunkline")
    done = trunkline("drift", "-o", "json", cwd=project)
    assert done.code == 2
    (row,) = json.loads(done.out)["drift"]
    assert (row["address"], row["by"], row["at"]) == ("queue/A", "user-7", "2126-11-21T10:00:00.000Z")
    assert row["fields"][0]["after"] == "theirs"


def run_all(folders, emulator, org, **extra):
    env = {**os.environ, **environment(emulator, org), **extra}
    command = [sys.executable, "-m", "trunkline", "apply", "--yes", "--wait", "120"]
    processes = [
        subprocess.Popen(
            command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for folder in folders
    ]
    for process in processes:
        out, err = process.communicate(timeout=200)
        assert process.returncode == 0, out + err


def test_eight_processes_write_one_at_a_time_and_lose_nothing(project, emulator, org, tmp_path):
    folders = []
    for number in range(8):
        folder = tmp_path / f"copy{number}"
        shutil.copytree(project, folder)
        put(folder, f"queues/q{number}.json", name=f"Queue {number}")
        put(folder, "queues/shared.json", name="Shared", description="same")
        folders.append(folder)
    run_all(folders, emulator, org, TRUNKLINE_STATE=str(tmp_path / "shared.sqlite3"))
    names = sorted(each["name"] for each in emulator.kernel.orgs.get(org.id).documents("queues").values())
    assert names == [*(f"Queue {number}" for number in range(8)), "Shared"]
    assert trunkline("audit", "verify", cwd=folders[0]).code == 0


def test_two_machines_share_a_state_on_postgresql(project, emulator, org, tmp_path, monkeypatch):
    with cluster() as url:
        state = fresh_database(url, f"t{uuid.uuid4().hex}")
        other = tmp_path / "other"
        shutil.copytree(project, other)
        for folder in (project, other):
            put(folder, "queues/shared.json", name="Shared")
        put(project, "queues/one.json", name="One")
        put(other, "queues/two.json", name="Two")
        run_all([project, other], emulator, org, TRUNKLINE_STATE=state)
        names = sorted(each["name"] for each in emulator.kernel.orgs.get(org.id).documents("queues").values())
        assert names == ["One", "Shared", "Two"]
        monkeypatch.setenv("TRUNKLINE_STATE", state)
        listed = json.loads(trunkline("history", "-o", "json", cwd=other).out)
        assert sum(step["operation"] == "create" for run in listed for step in run["steps"]) == 3
        assert trunkline("audit", "verify", cwd=project).code == 0


def flow(text="hello", **more):
    say = {
        "id": "a1", "name": "say", "__type": "DisconnectAction", "trackingId": 1, "note": text,
    }  # fmt: skip
    task = {
        "id": "t1",
        "name": "T",
        "__type": "Task",
        "startAction": "a1",
        "actionList": [say],
        "variables": [],
    }
    return {
        "name": "Main", "type": "inboundcall", "initialSequence": "t1", "defaultLanguage": "en-us",
        "supportedLanguages": ["en-us"], "manifest": {}, "variables": [], "flowSequenceItemList": [task], **more,
    }  # fmt: skip


def versions(emulator, org):
    (record,) = emulator.kernel.orgs.get(org.id).documents("flows").values()
    return record["publishedVersion"], record


def test_a_flow_is_published_only_when_it_means_something_else(project, emulator, org):
    put(project, "flows/main.json", **flow())
    assert trunkline("apply", "--yes", cwd=project).code == 0
    assert versions(emulator, org)[0] == "1.0"
    put(project, "flows/main.json", **flow(uiMetaData={"moved": 7}, nextTrackingNumber=99))
    assert trunkline("plan", "--exit-code", cwd=project).code == 0
    put(project, "flows/main.json", **flow("good day"))
    assert trunkline("apply", "--yes", cwd=project).code == 0
    assert versions(emulator, org)[0] == "2.0"
    assert versions(emulator, org)[1]["lock"] is None
    assert trunkline("plan", "--exit-code", cwd=project).code == 0


def test_a_flow_that_somebody_edits_is_left_alone_and_they_are_named(project, emulator, org):
    put(project, "flows/main.json", **flow())
    assert trunkline("apply", "--yes", cwd=project).code == 0
    documents = emulator.kernel.orgs.get(org.id).documents("flows")
    (record,) = documents.values()
    ann = {"kind": "user", "id": str(uuid.uuid4()), "name": "Ann Author"}
    documents.put(record["id"], {**record, "lock": ann})
    put(project, "flows/main.json", **flow("good day"))
    done = trunkline("apply", "--yes", cwd=project)
    assert done.code == 6
    assert "locked by Ann Author" in done.text
    assert versions(emulator, org)[0] == "1.0"
    assert trunkline("apply", "--yes", "--force-unlock", cwd=project).code == 0
    assert versions(emulator, org)[0] == "2.0"


def test_a_replaced_action_takes_its_flows_along(project, emulator, org):
    schema = {"type": "object", "properties": {"id": {"type": "string"}}}

    def action(output):
        put(
            project, "actions/get.json", name="Get", integrationType="custom-rest-actions", actionType="custom",
            integration="Web", category="Web", secure=False,
            contract={"input": {"inputSchema": schema},
                      "output": {"successSchema": {"type": "object", "properties": {output: {"type": "string"}}}}},
            config={"request": {"requestUrlTemplate": "https://example.com/${input.id}", "requestType": "GET",
                                "headers": {}, "requestTemplate": "${input.rawRequest}"},
                    "response": {"translationMap": {"t": "$.t"}, "translationMapDefaults": {"t": '"x"'},
                                 "successTemplate": '{"' + output + '": ${t}}'}},
        )  # fmt: skip

    action("text")
    put(
        project,
        "integrations/web.json",
        name="Web",
        integrationType="custom-rest-actions",
        intendedState="ENABLED",
    )
    manifest = {"dataAction": [{"id": "custom_-_elsewhere", "name": "Get"}]}
    put(project, "flows/main.json", **flow("custom_-_elsewhere", manifest=manifest))
    assert trunkline("apply", "--yes", cwd=project).code == 0
    action("more")
    refused = trunkline("apply", "--yes", "--allow-replace", cwd=project)
    assert refused.code == 6
    assert "flow/Main, which would lose the reference" in refused.text
    done = trunkline("apply", "--yes", "--rewire", cwd=project)
    assert done.code == 0, done.text
    live = emulator.kernel.orgs.get(org.id)
    (new,) = live.documents("actions").ids()
    data = live.blobs("flow_configurations")
    newest = max(data.ids())
    assert new in data.get(newest).decode()
    assert "custom_-_elsewhere" not in data.get(newest).decode()
    assert trunkline("plan", "--exit-code", cwd=project).code == 0


names = st.text("abcdefgh ÄÖ#/'", min_size=1, max_size=12).filter(lambda text: text.strip() == text)
texts = st.text(max_size=30)
queues = st.fixed_dictionaries({"description": texts}, optional={"autoAnswerOnly": st.booleans()})
prompts = st.fixed_dictionaries(
    {
        "description": texts,
        "resources": st.lists(st.sampled_from(["en-us", "es-us", "fr-ca"]), unique=True).map(
            lambda found: [{"language": one, "ttsString": f"in {one}"} for one in found]
        ),
    }
)
simple = st.fixed_dictionaries({})
orgs = st.fixed_dictionaries(
    {
        kind: st.dictionaries(names, bodies, max_size=3)
        for kind, bodies in (
            ("queue", queues), ("prompt", prompts), ("skill", simple), ("wrapup_code", simple),
            ("division", simple), ("flow_milestone", simple), ("schedule_group", st.just({"timeZone": "UTC"})),
        )
    }
)  # fmt: skip


def distinct(bodies):
    """Names are unique in any case."""
    kept = {}
    for name, body in bodies.items():
        kept.setdefault(name.casefold(), (name, body))
    return dict(kept.values())


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(wanted=orgs)
def test_what_is_exported_plans_empty_and_what_is_applied_too(emulator, tmp_path_factory, wanted):
    org = emulator.create_org()
    folder = tmp_path_factory.mktemp("project")
    (folder / "trunkline.toml").write_text('name = "generated"\n')
    files = [
        Resource(Address(kind, name), {"name": name, **body})
        for kind, bodies in wanted.items()
        for name, body in distinct(bodies).items()
        if not (kind == "division" and name.casefold() == "home")
    ]
    target = Target(
        "genesys",
        emulator.url,
        emulator.url,
        "public",
        org.client_id,
        Secret(org.client_secret),
        "dev",
        "test",
    )
    with open_target(target) as opened, Project.open(folder).writing(opened) as right:
        outcomes = right.apply(right.planner.plan(files, Policy()))
        assert [str(each.error) for each in outcomes if each.error] == []
        assert not right.planner.plan(files, Policy()).differs
        exported = [each for kind in wanted for each in opened.cloud.providers[kind].list().items]
        plan = right.planner.plan(exported, Policy())
        assert [each.address for each in plan.changes if each.state is not State.IN_SYNC] == []
