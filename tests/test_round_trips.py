"""What generated orgs have shown: each fault once more, by itself."""

from __future__ import annotations

import json

import pytest

from tests import studio_samples
from tests.flow_samples import action, flow, item, literal
from tests.generated import studio
from tests.generated.flows import do, live
from tests.generated.world import world
from trunkline.domain.json import file_text
from trunkline.project.variables import substitute
from trunkline.project.write import yaml_text
from trunkline.project.yamlfile import parse_yaml

TABLE = "/api/v2/flows/datatables"
SCHEMA = {"type": "object", "properties": {"key": {"type": "string"}, "open": {"type": "boolean", "default": True}},
          "required": ["key"]}  # fmt: skip


@pytest.fixture
def tables(emulator):
    with world(emulator, ("data_table",)) as here:
        made = here.post(TABLE, {"name": "Hours", "schema": SCHEMA})
        here.ids["Hours"] = made["id"]
        yield here


@pytest.mark.parametrize(
    "text", ["${{ env.HOME }}", "${{ var.x }}", "a${{b", "$${{ '${{' }}", "${{ '${{' }} ${{", "${{}}"]
)
def test_what_somebody_wrote_into_an_org_is_never_read_as_a_variable(tables, text):
    tables.put(f"{TABLE}/{tables.ids['Hours']}", {"name": "Hours", "description": text, "schema": SCHEMA})
    tables.pull()
    assert tables.plan() == []
    assert tables.bodies()["tables/hours.json"]["description"] == text


def test_a_variable_and_the_text_of_one_stand_side_by_side():
    assert substitute("${{ '${{' }} var.x }} is ${{ var.x }}", {"x": "1"}, {}) == ("${{ var.x }} is 1", [])


def test_half_a_character_is_written_as_json_escapes_it():
    text = file_text({"a": "\ud800", "b": "😀é"})
    assert json.loads(text.encode()) == {"a": "\ud800", "b": "😀é"}
    assert "😀é" in text


def test_a_row_that_leaves_out_a_column_has_its_default(tables):
    tables.pull()
    body = tables.bodies()["tables/hours.json"]
    tables.write("tables/hours.json", {**body, "rows": [{"key": "b"}, {"key": "a", "open": False}]})
    tables.apply()
    assert tables.plan() == []


def test_a_row_whose_key_no_path_can_hold_is_named_before_anything_is_written(tables):
    tables.post(f"{TABLE}/{tables.ids['Hours']}/rows", {"key": ".", "open": True})
    tables.pull()
    body = tables.bodies()["tables/hours.json"]
    tables.write("tables/hours.json", {**body, "description": "new", "rows": [{"key": ".", "open": False}]})
    done = tables.run("apply", "--yes")
    assert done.code == 1
    assert "the row '.' cannot be changed" in done.err
    assert tables.api.get(f"{TABLE}/{tables.ids['Hours']}").json()["description"] == ""


def test_every_fault_of_the_rows_of_a_file_is_told_at_once(tables):
    rows = [{"key": "a"}, {"key": "a"}, {"open": True}, {"key": 7}]
    tables.write("tables/new.json", {"name": "New", "schema": SCHEMA, "rows": rows})
    done = tables.run("apply", "--yes")
    assert done.code == 1
    for said in ("rows[2] has no text as its key", "rows[3] has no text", "2 rows have the key 'a'"):
        assert said in done.text
    assert "New" not in tables.api.get(TABLE).text


def test_a_rename_that_was_taken_back_is_a_rename_again_and_not_a_delete(tables):
    tables.pull()
    body = tables.bodies()["tables/hours.json"]
    tables.write("tables/hours.json", {**body, "name": "Times"})
    run = tables.apply()
    tables.must("rollback", run, "--yes")
    (change,) = tables.plan("--allow-delete")
    assert (change["operation"], change["renamedFrom"]) == ("update", "data_table/Hours")


INTEGRATION = "/api/v2/integrations"


def named(world, name):
    """The integrations of a name: their notes by id."""
    listed = world.api.get(INTEGRATION, params={"expand": "config.current"}).json()["entities"]
    return {each["id"]: each["config"]["current"]["notes"] for each in listed if each["name"] == name}


@pytest.fixture
def twins(emulator):
    """Two integrations of one name, pulled."""
    with world(emulator, ("integration",)) as here:
        for _ in range(2):
            here.post(INTEGRATION, {"name": "Web", "integrationType": {"id": "custom-rest-actions"}})
        here.pull()
        yield here


def test_two_objects_of_one_name_that_were_deleted_both_come_back(twins):
    for file in twins.bodies():
        (twins.folder / file).unlink()
    run = twins.apply("--allow-delete")
    assert named(twins, "Web") == {}
    twins.must("rollback", run, "--yes")
    assert len(named(twins, "Web")) == 2


def test_a_rename_of_one_of_two_objects_of_one_name_is_taken_back_and_the_other_left_alone(twins):
    before = named(twins, "Web")
    for file, body in twins.bodies().items():
        if body["name"] != "Web":
            continue
        twins.write(file, {**body, "name": "Other"})
        run = twins.apply()
        assert len(named(twins, "Other")) == 1
        twins.must("rollback", run, "--yes")
        assert named(twins, "Web") == before
        twins.write(file, body)
        assert twins.plan() == []


def test_an_object_whose_answer_was_lost_is_not_taken_for_another_of_its_name(twins):
    kept, gone = (file for file, body in twins.bodies().items() if body["name"] == "Web")
    twins.write(kept, {**twins.bodies()[kept], "notes": "kept"})
    twins.write(gone, {**twins.bodies()[gone], "notes": "gone"})
    twins.apply()
    (twins.folder / gone).unlink()
    run = twins.apply("--allow-delete")
    (other,) = named(twins, "Web")
    fault = {"fault": "reset-after", "route": f"POST {INTEGRATION}", "times": 1, "org": twins.api.access.id}
    assert twins.api.call("POST", "/_trunkline/faults", fault).status_code == 201
    twins.must("rollback", run, "--yes")
    found = named(twins, "Web")
    assert found.pop(other) == "kept"
    assert list(found.values()) == ["gone"]


ACTIONS = "/api/v2/integrations/actions"


@pytest.fixture
def odd_action(emulator):
    """A published data action with a default for a name that nothing maps, which the short form refuses."""
    with world(emulator, ("data_action",)) as here:
        web = here.post(INTEGRATION, {"name": "Web", "integrationType": {"id": "custom-rest-actions"}})
        schema = {"type": "object", "properties": {}}
        response = {"translationMapDefaults": {"unmapped": "1"}}
        config = {
            "request": {"requestUrlTemplate": "/api/v2/users", "requestType": "GET"},
            "response": response,
        }
        contract = {"input": {"inputSchema": schema}, "output": {"successSchema": schema}}
        body = {
            "name": "Get",
            "category": "c",
            "integrationId": web["id"],
            "config": config,
            "contract": contract,
        }
        here.ids["Get"] = here.post(ACTIONS, body)["id"]
        here.ids["version"] = "1"
        yield here


def test_an_action_that_the_friendly_form_cannot_say_is_pulled_in_the_vendors(odd_action):
    odd_action.pull("friendly")
    assert list(odd_action.bodies()) == ["actions/get.custom.json"]
    assert odd_action.plan() == []


def test_a_friendly_file_that_could_not_say_what_the_org_has_by_now_is_left_alone(odd_action):
    plain = {"config": {"request": {"requestUrlTemplate": "/api/v2/users"}, "response": {}}}
    patch = odd_action.api.patch(f"{ACTIONS}/{odd_action.ids['Get']}", {"version": 1, **plain})
    assert patch.status_code == 200
    odd_action.pull("friendly")
    (before,) = (text for file, text in odd_action.files().items() if file.endswith(".yaml"))
    odd = {"config": {**plain["config"], "response": {"translationMapDefaults": {"unmapped": "1"}}}}
    assert (
        odd_action.api.patch(f"{ACTIONS}/{odd_action.ids['Get']}", {"version": 2, **odd}).status_code == 200
    )
    done = odd_action.run("pull", "--kind", "data_action")
    assert done.code == 6
    assert "the friendly form cannot say all that the org has" in done.out
    assert odd_action.files()["actions/get.yaml"] == before


def test_the_type_of_an_integration_that_is_named_is_its_own_whatever_the_url_implies(odd_action):
    odd_action.pull()
    body = odd_action.bodies()["actions/get.custom.json"]
    del body["integrationType"]
    odd_action.write("actions/get.custom.json", body)
    assert odd_action.plan() == []


def test_how_failures_are_handled_survives_a_pull_into_the_vendors_form(emulator):
    with world(emulator, ("data_action",), "guides") as here:
        definition = {
            "name": "Get", "type": "rest", "inputs": [], "outputs": [], "responseMapping": {},
            "integration": {"url": "https://x.example.com", "method": "GET"}, "errorHandling": {"onError": "CONTINUE"},
        }  # fmt: skip
        made = here.post("/api/v2/flows/dataactions", definition)
        here.post(f"/api/v2/flows/dataactions/{made['id']}/publish", ...)
        here.pull()
        assert here.plan() == []
        assert here.bodies()["actions/get.custom.json"]["errorHandling"]["onError"] == "CONTINUE"


def test_a_flow_that_was_deleted_comes_back_as_it_was_to_the_last_field(emulator):
    with world(emulator, ("flow",)) as here:
        document = flow(
            item("t0", "Task", "a0", action("a0", "DisconnectAction", exp=literal("1", "int"))), name="Main"
        )
        made = here.post("/api/v2/flows", {"name": "Main", "type": "WORKFLOW"})
        do(here, made["id"], document, "published")
        here.pull()
        for file in here.bodies():
            (here.folder / file).unlink()
        run = here.apply("--allow-delete")
        here.must("rollback", run, "--yes")
        assert live(here) == {"WORKFLOW Main": document}


@pytest.mark.parametrize("text", ["a\x85b", "a\u2028b", "a\u2029b", "a\rb\nc", "\ufeffa", "a\n\x85"])
def test_yaml_gives_back_what_it_might_take_for_the_end_of_a_line(text):
    assert parse_yaml(yaml_text({"description": text})).value == {"description": text}


def test_a_script_that_begins_with_a_byte_order_mark_keeps_it(emulator):
    with world(emulator, ("script_action",), "guides", "cxone") as here:
        script = {"language": "JavaScript", "content": "\ufefffunction main(c) {\r\n}\r\n"}
        here.post("/api/v2/dataactions/actions", {"name": "marked", "script": script})
        here.pull()
        assert here.plan() == []


def test_studio_scripts_whose_names_differ_in_case_are_compared_each_with_its_own_past(emulator):
    with world(emulator, ("studio_script",), cloud="cxone") as here:
        for name in ("Main\\Größe", "main\\größe"):
            studio.save(here, {**studio_samples.script(name), "properties": {}})
        here.pull()
        for file in here.bodies():
            (here.folder / file).unlink()
        here.apply("--allow-delete")
        assert studio.live(here) == {}


def test_a_column_can_be_added_and_neither_taken_away_nor_given_another_type(tables):
    tables.pull()
    body = tables.bodies()["tables/hours.json"]
    added = {**SCHEMA["properties"], "until": {"type": "string"}}
    tables.write(
        "tables/hours.json", {**body, "description": "new", "schema": {**SCHEMA, "properties": added}}
    )
    run = tables.apply()
    assert tables.plan() == []
    done = tables.run("rollback", run, "--yes")
    assert done.code == 6
    assert "schema.properties.until cannot be changed or taken away" in done.text
    typed = {**added, "open": {"type": "string"}}
    tables.write("tables/hours.json", {**body, "schema": {**SCHEMA, "properties": typed}})
    (change,) = tables.plan()
    assert change["blocked"].startswith("schema.properties.open.type cannot be changed")


def test_a_text_that_was_not_there_before_is_empty_again_after_a_rollback(emulator):
    with world(emulator, ("schedule",)) as here:
        path, times = (
            "/api/v2/architect/schedules",
            {"start": "2026-01-01T09:00:00", "end": "2026-01-01T17:00:00"},
        )
        made = here.post(path, {"name": "Day", **times})
        here.pull()
        here.write("schedules/day.json", {**here.bodies()["schedules/day.json"], "description": "new"})
        run = here.apply()
        here.must("rollback", run, "--yes")
        assert here.api.get(f"{path}/{made['id']}").json().get("description") == ""


def test_a_prompt_that_is_described_anew_keeps_its_languages_and_loses_those_taken_away(emulator):
    with world(emulator, ("prompt",)) as here:
        path = "/api/v2/architect/prompts"
        made = here.post(path, {"name": "Hello"})
        for language in ("en-us", "de-de"):
            here.post(f"{path}/{made['id']}/resources", {"language": language, "ttsString": "x"})
        here.pull()
        (file, body) = next(iter(here.bodies().items()))
        here.write(file, {**body, "description": "new", "resources": body["resources"][:1]})
        here.apply()
        assert [each["language"] for each in here.api.get(f"{path}/{made['id']}").json()["resources"]] == [
            "de-de"
        ]


def test_a_field_that_a_file_leaves_out_by_now_is_taken_away(emulator):
    with world(emulator, ("schedule", "schedule_group")) as here:
        times = {"start": "2026-01-01T09:00:00", "end": "2026-01-01T17:00:00"}
        day = here.post("/api/v2/architect/schedules", {"name": "Day", **times})
        group = {"name": "Group", "timeZone": "UTC", "closedSchedules": [{"id": day["id"]}]}
        here.post("/api/v2/architect/schedulegroups", group)
        here.pull()
        body = here.bodies()["schedule_groups/group.json"]
        here.write("schedule_groups/group.json", {key: body[key] for key in body if key != "closedSchedules"})
        here.apply()
        assert here.plan() == []
