"""Data tables and dependency tracking in the emulator."""

from __future__ import annotations

import pytest
import requests

from tests.api import Api, MakeApi
from tests.test_emulator_flows import FLOWS, act, create, get, published, refused, save

TABLES = f"{FLOWS}/datatables"
TRACKING = "/api/v2/architect/dependencytracking"


def a_schema(**columns):
    properties = {"key": {"type": "string", "title": "Number"}} | {
        name: {"type": kind, "title": name} for name, kind in columns.items()
    }
    return {"type": "object", "additionalProperties": False, "required": ["key"], "properties": properties}


def a_table(api, name="Hours", **columns):
    body = {"name": name, "schema": a_schema(**columns)}
    answer = api.post(TABLES, body)
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


def test_a_table_is_made_listed_and_shown_with_its_schema_on_request(api: Api) -> None:
    table_id = a_table(api, open="boolean")
    assert "schema" not in api.get(f"{TABLES}/{table_id}").json()
    whole = api.get(f"{TABLES}/{table_id}?expand=schema").json()
    assert whole["schema"]["properties"]["open"]["type"] == "boolean"
    assert whole["division"]["name"] == "Home"
    assert [t["name"] for t in api.get(f"{TABLES}?name=hou*").json()["entities"]] == ["Hours"]
    assert api.get(f"{TABLES}/divisionviews").json()["total"] == 1
    assert api.get(f"{TABLES}/divisionviews/{table_id}").json()["name"] == "Hours"
    refused(api.get(f"{TABLES}/gone"), 404, "flows.datatables.table.not.found")


def test_the_name_of_a_table_is_taken_once(api: Api) -> None:
    a_table(api)
    answer = api.post(TABLES, {"name": "HOURS", "schema": a_schema()})
    refused(answer, 409, "flows.datatables.not.unique")


@pytest.mark.parametrize(
    "schema",
    [
        None,
        {"properties": {}},
        {"properties": {"key": {"type": "integer"}}, "required": ["key"]},
        {"properties": {"key": {"type": "string"}}},
        {"properties": {"key": {"type": "string"}, "x": {"type": "object"}}, "required": ["key"]},
        {"properties": {"key": {"type": "string"}, "x": 1}, "required": ["key"]},
    ],
)
def test_a_schema_needs_a_key_and_plain_columns(api: Api, schema: object) -> None:
    refused(api.post(TABLES, {"name": "T", "schema": schema}), 400, "flows.datatables.schema.exception")


def test_columns_can_be_added_but_not_removed_or_changed(api: Api) -> None:
    table_id = a_table(api, open="boolean")
    more = {"name": "Hours", "schema": a_schema(open="boolean", note="string")}
    assert api.put(f"{TABLES}/{table_id}?expand=schema", more).json()["schema"] == more["schema"]
    less = {"name": "Hours", "schema": a_schema(open="boolean")}
    refused(api.put(f"{TABLES}/{table_id}", less), 400, "flows.datatables.cannot.remove.fields")
    other = {"name": "Hours", "schema": a_schema(open="string", note="string")}
    refused(api.put(f"{TABLES}/{table_id}", other), 400, "flows.datatables.schema.exception")


def test_rows_live_by_their_key(api: Api) -> None:
    rows = f"{TABLES}/{a_table(api, open='boolean', count='integer')}/rows"
    assert api.post(rows, {"key": "b", "open": True}).json() == {"key": "b", "open": True}
    api.post(rows, {"key": "a/1", "count": 2})
    assert api.get(rows).json()["entities"] == [{"key": "a/1"}, {"key": "b"}]
    full = api.get(f"{rows}?showbrief=false&sortOrder=descending").json()["entities"]
    assert full == [{"key": "b", "open": True}, {"key": "a/1", "count": 2}]
    assert api.get(f"{rows}/a%2F1?showbrief=false").json()["count"] == 2
    assert api.put(f"{rows}/b", {"key": "b", "open": False}).json()["open"] is False
    refused(api.post(rows, {"key": "b"}), 409, "flows.datatables.not.unique")
    assert api.delete(f"{rows}/b").status_code == 204
    refused(api.get(f"{rows}/b"), 404, "flows.datatables.row.not.found")


@pytest.mark.parametrize(
    "row",
    [{}, {"key": ""}, {"key": 1}, {"key": "a", "open": 1}, {"key": "a", "count": True}, {"key": "a", "x": 1}],
)
def test_a_row_must_keep_to_the_schema(api: Api, row: object) -> None:
    rows = f"{TABLES}/{a_table(api, open='boolean', count='integer')}/rows"
    refused(api.post(rows, row), 400, "flows.datatables.schema.exception")


def test_what_a_row_leaves_out_gets_its_default(api: Api) -> None:
    schema = a_schema(open="boolean")
    schema["properties"]["open"]["default"] = False
    table_id = api.post(TABLES, {"name": "T", "schema": schema}).json()["id"]
    assert api.post(f"{TABLES}/{table_id}/rows", {"key": "a"}).json() == {"key": "a", "open": False}


def test_a_table_that_a_flow_uses_is_deleted_only_by_force(api: Api) -> None:
    table_id = a_table(api)
    api.post(f"{TABLES}/{table_id}/rows", {"key": "a"})
    save(api, create(api), manifest={"dataTable": [{"id": table_id, "name": "Hours"}]})
    refused(api.delete(f"{TABLES}/{table_id}"), 409, "architect.dependency.object.in.use")
    assert api.delete(f"{TABLES}/{table_id}?force=true").status_code == 204
    refused(api.get(f"{TABLES}/{table_id}/rows/a"), 404, "flows.datatables.table.not.found")


def exported(api, table_id):
    job = api.post(f"{TABLES}/{table_id}/export/jobs").json()
    assert job["status"] == "Processing"
    done = api.get(f"{TABLES}/{table_id}/export/jobs/{job['id']}").json()
    assert done["status"] == "Succeeded"
    return requests.get(done["downloadURI"], timeout=10).text


def imported(api, table_id, text, mode="Append"):
    job = api.post(f"{TABLES}/{table_id}/import/csv/jobs", {"importMode": mode}).json()
    assert job["status"] == "WaitingForUpload"
    sent = requests.put(job["uploadURI"], data=text.encode(), headers=job["uploadHeaders"], timeout=10)
    assert sent.status_code == 200, sent.text
    return api.get(f"{TABLES}/{table_id}/import/jobs/{job['id']}").json()


def test_rows_go_out_and_come_back_as_csv(api: Api) -> None:
    table_id = a_table(api, open="boolean", count="integer")
    rows = f"{TABLES}/{table_id}/rows"
    api.post(rows, {"key": "a,b", "open": True, "count": 2})
    api.post(rows, {"key": "c"})
    text = exported(api, table_id)
    assert text.splitlines() == ["key,open,count", '"a,b",true,2', "c,,"]
    before = api.get(f"{rows}?showbrief=false").json()["entities"]
    other = a_table(api, "Copy", open="boolean", count="integer")
    assert imported(api, other, text)["countRecordsUpdated"] == 2
    assert api.get(f"{TABLES}/{other}/rows?showbrief=false").json()["entities"] == before


def test_an_import_appends_or_replaces_and_counts_what_failed(api: Api) -> None:
    table_id = a_table(api, count="integer")
    imported(api, table_id, "key,count\na,1\nb,2\n")
    appended = imported(api, table_id, "key,count\nb,3\nc,many\n")
    assert [appended[f"countRecords{what}"] for what in ("Updated", "Deleted", "Failed")] == [1, 0, 1]
    replaced = imported(api, table_id, "key,count\nb,4\n", "ReplaceAll")
    assert [replaced[f"countRecords{what}"] for what in ("Updated", "Deleted", "Failed")] == [1, 1, 0]
    listed = api.get(f"{TABLES}/{table_id}/rows?showbrief=false").json()["entities"]
    assert listed == [{"key": "b", "count": 4}]
    assert api.get(f"{TABLES}/{table_id}/import/jobs").json()["total"] == 3


@pytest.mark.parametrize("text", ["", "name\nx\n", "key,gone\na,1\n"])
def test_a_file_that_does_not_fit_the_table_fails_with_the_reason(api: Api, text: str) -> None:
    job = imported(api, a_table(api), text)
    assert job["status"] == "Failed"
    assert "columns of the table" in job["errorInformation"]["message"]


def test_an_upload_link_works_once(api: Api) -> None:
    table_id = a_table(api)
    refused(api.post(f"{TABLES}/{table_id}/import/csv/jobs", {}), 400, "flows.datatables.syntax.error")
    job = api.post(f"{TABLES}/{table_id}/import/csv/jobs", {"importMode": "Append"}).json()
    url, headers = job["uploadURI"], job["uploadHeaders"]
    assert requests.put(url, data="key\na\n", timeout=10).status_code == 403
    assert requests.put(url, data="key\na\n", headers=headers, timeout=10).status_code == 200
    assert requests.put(url, data="key\nb\n", headers=headers, timeout=10).status_code == 403
    assert requests.get(url, timeout=10).status_code == 404
    assert requests.get(url.replace("datatables", "flows"), timeout=10).status_code == 403


def a_flow_that_uses(api, queue_id, name="Main IVR"):
    flow_id = create(api, name)
    save(api, flow_id, manifest={"queue": [{"id": queue_id, "name": "Sales"}], "language": [{"id": "en-us"}]})
    act(api, "publish", flow_id)
    get(api, flow_id)
    return flow_id


def a_queue(api):
    return api.post("/api/v2/routing/queues", {"name": "Sales"}).json()["id"]


def tracked(api, path, **query):
    pairs = "&".join(f"{key}={value}" for key, value in query.items())
    answer = api.get(f"{TRACKING}{path}?{pairs}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_what_a_version_uses_comes_from_its_manifest(api: Api) -> None:
    queue_id = a_queue(api)
    flow_id = a_flow_that_uses(api, queue_id)
    query = {"id": flow_id, "version": "1.0", "objectType": "INBOUNDCALLFLOW"}
    used = tracked(api, "/consumedresources", **query)["entities"]
    assert {(each["type"], each["id"]) for each in used} == {("QUEUE", queue_id), ("LANGUAGE", "en-us")}
    only = tracked(api, "/consumedresources", **query, resourceType="QUEUE")["entities"]
    assert [(each["name"], each["deleted"]) for each in only] == [("Sales", False)]


def test_who_uses_an_object_is_said_version_by_version(api: Api) -> None:
    queue_id = a_queue(api)
    flow_id = a_flow_that_uses(api, queue_id)
    act(api, "checkout", flow_id)
    save(api, flow_id, manifest={"queue": [{"id": queue_id, "name": "Sales"}]})
    users = tracked(api, "/consumingresources", id=queue_id, objectType="QUEUE")["entities"]
    assert [(each["id"], each["version"]) for each in users] == [(flow_id, "1.0"), (flow_id, "2.0")]
    live = tracked(api, "/consumingresources", id=queue_id, objectType="QUEUE", flowFilter="published")
    assert [each["version"] for each in live["entities"]] == ["1.0"]


def test_objects_are_found_by_name_and_by_id(api: Api) -> None:
    queue_id = a_queue(api)
    flow_id = a_flow_that_uses(api, queue_id)
    (queue,) = tracked(api, "", name="sal*", consumingResources="true")["entities"]
    assert queue["consumingResources"][0]["id"] == flow_id
    found = tracked(api, "/object", id=flow_id, consumedResources="true")
    assert (found["type"], len(found["consumedResources"])) == ("INBOUNDCALLFLOW", 2)
    refused(api.get(f"{TRACKING}/object?id=gone"), 404, "architect.dependency.object.not.found")


def test_flows_that_use_what_is_gone_are_listed(api: Api) -> None:
    queue_id = a_queue(api)
    a_flow_that_uses(api, queue_id)
    assert tracked(api, "/deletedresourceconsumers")["total"] == 0
    assert api.delete(f"/api/v2/routing/queues/{queue_id}").status_code in (200, 202, 204)
    (flow,) = tracked(api, "/deletedresourceconsumers", consumedResources="true")["entities"]
    assert [(each["id"], each["deleted"]) for each in flow["consumedResources"]] == [(queue_id, True)]


def test_flows_that_use_an_older_version_of_a_flow_are_listed(api: Api) -> None:
    module = published(api, "Look up", "commonmodule")
    caller = create(api)
    used = [{"id": module, "name": "Look up", "version": "1.0"}]
    save(api, caller, manifest={"commonModuleFlow": used})
    assert tracked(api, "/updatedresourceconsumers")["total"] == 0
    act(api, "checkout", module)
    save(api, module)
    act(api, "publish", module)
    (flow,) = tracked(api, "/updatedresourceconsumers", consumedResources="true")["entities"]
    assert flow["id"] == caller
    assert [(each["version"], each["updated"]) for each in flow["consumedResources"]] == [("1.0", True)]
    assert tracked(api, "/updatedresourceconsumers", consumedResourceType="QUEUE")["total"] == 0


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/consumedresources?id=x&objectType=BOTFLOW", "architect.dependency.object.version.not.specified"),
        ("/consumedresources?version=1.0&objectType=BOTFLOW", "architect.query.parameter.missing"),
        ("/consumingresources?id=x&objectType=FLOW", "architect.dependency.object.invalid.type"),
        ("/consumingresources?id=x&objectType=QUEUE&flowFilter=all", "architect.dependency.invalid.filter"),
        ("", "architect.query.parameter.missing"),
    ],
)
def test_a_question_about_dependencies_must_be_whole(api: Api, path: str, code: str) -> None:
    refused(api.get(f"{TRACKING}{path}"), 400, code)


def test_latest_is_no_version(api: Api) -> None:
    flow_id = published(api)
    path = f"{TRACKING}/consumedresources?id={flow_id}&version=LATEST&objectType=INBOUNDCALLFLOW"
    refused(api.get(path), 404, "architect.flow.version.missing")


def test_answers_are_partial_while_the_index_is_rebuilt(api: Api) -> None:
    assert api.get(f"{TRACKING}/build").json()["status"] == "OPERATIONAL"
    api.configure(dependencyRebuildSeconds=60)
    assert api.post(f"{TRACKING}/build").status_code == 202
    assert api.get(f"{TRACKING}?name=x").status_code == 206
    assert api.get(f"{TRACKING}/build").json()["status"] == "BUILDINPROGRESS"
    refused(api.post(f"{TRACKING}/build"), 409, "architect.dependencies.build.in.progress")
    api.configure(clockOffsetSeconds=61)
    assert api.get(f"{TRACKING}?name=x").status_code == 200
    assert "dateCompleted" in api.get(f"{TRACKING}/build").json()


def test_types_are_listed_and_workflows_are_called_workflow(api: Api) -> None:
    assert api.get(f"{TRACKING}/types/WORKFLOW").json()["versioned"]
    assert not api.get(f"{TRACKING}/types/QUEUE").json()["versioned"]
    refused(api.get(f"{TRACKING}/types/FLOW"), 404, "architect.dependency.invalid.type")
    assert api.get(f"{TRACKING}/types?pageSize=100").json()["total"] > 40


def test_dependencies_want_their_own_right(make_api: MakeApi) -> None:
    answer = make_api(permissions=["architect:flow:view"]).get(f"{TRACKING}/types")
    refused(answer, 403, "missing.permissions")
