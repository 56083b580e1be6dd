"""Every change leaves an audit record: who, what, from which value to which; queried at once or later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.sdk_driver import ACTION

QUEUES = "/api/v2/routing/queues"
REALTIME = "/api/v2/audits/query/realtime"


def interval(days: float = 1.0) -> str:
    now = datetime.now(UTC)
    return "/".join((now + timedelta(days=offset)).isoformat() for offset in (-days, 0.1))


@pytest.fixture
def audits(api):
    api.configure(auditDelaySeconds=0)

    def ask(**query):
        answer = api.post(REALTIME, {"interval": interval(), "pageSize": 500, **query})
        assert answer.status_code == 200, answer.text
        return answer.json()["entities"]

    return ask


def told(records):
    return [(record["serviceName"], record["entityType"], record["action"]) for record in reversed(records)]


def test_a_plain_object_is_audited_with_old_and_new_values(api, audits):
    queue = api.post(QUEUES, {"name": "Before"}).json()
    api.put(f"{QUEUES}/{queue['id']}", {**queue, "name": "After"})
    api.delete(f"{QUEUES}/{queue['id']}")
    records = audits(filters=[{"property": "EntityId", "value": queue["id"]}])
    assert told(records) == [("Routing", "Queue", action) for action in ("Create", "Update", "Delete")]
    changed = {each["property"]: each for each in records[1]["propertyChanges"]}
    assert changed["name"] == {"property": "name", "oldValues": ["Before"], "newValues": ["After"]}
    assert records[1]["client"]["id"] == records[1]["user"]["id"] == api.access.client_id


def test_a_data_action_is_audited_as_draft_and_as_what_is_live(api, audits):
    integration = api.post("/api/v2/integrations", {"integrationType": {"id": "custom-rest-actions"}}).json()
    draft = api.post(
        "/api/v2/integrations/actions/drafts", {**ACTION, "category": "C", "integrationId": integration["id"]}
    ).json()
    one = f"/api/v2/integrations/actions/{draft['id']}"
    api.post(f"{one}/draft/publish", {"version": draft["version"]})
    api.delete(one)
    records = audits(serviceName="Integrations", filters=[{"property": "EntityId", "value": draft["id"]}])
    assert told(records) == [
        ("Integrations", "ActionDraft", "Create"),
        ("Integrations", "Action", "Publish"),
        ("Integrations", "ActionDraft", "Delete"),
        ("Integrations", "Action", "Delete"),
    ]


def test_what_one_action_left_is_found_by_any_of_its_records(api, audits):
    integration = api.post("/api/v2/integrations", {"integrationType": {"id": "custom-rest-actions"}}).json()
    draft = api.post(
        "/api/v2/integrations/actions/drafts", {**ACTION, "category": "C", "integrationId": integration["id"]}
    ).json()
    api.post(f"/api/v2/integrations/actions/{draft['id']}/draft/publish", {"version": draft["version"]})
    deleted, published, created, _ = audits(serviceName="Integrations")
    sort = [{"name": "Timestamp", "sortOrder": "ascending"}]
    for one in (deleted, published):
        answer = api.post(f"{REALTIME}/related", {"auditId": one["id"], "sort": sort})
        assert answer.json() == {"entities": [published, deleted]}
    alone = api.post(f"{REALTIME}/related", {"auditId": created["id"]})
    assert alone.json() == {"entities": [created]}
    assert [each["transactionInitiator"] for each in (created, published, deleted)] == [True, True, False]
    assert deleted["initiatingAction"] == {"transactionId": published["id"], "actionContext": "Publish"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"auditId": 7}, 400),
        ({"auditId": "nobody"}, 404),
        ({"auditId": "nobody", "sort": [{"name": "Size"}]}, 400),
        ({"auditId": "nobody", "trustorOrgId": "somebody-else"}, 404),
    ],
)
def test_a_question_for_related_records_that_is_none_is_refused(api, body, status):
    assert api.post(f"{REALTIME}/related", body).status_code == status


def test_related_records_show_after_their_delay_and_need_the_right(api, audits, make_api):
    api.post(QUEUES, {"name": "Later"})
    body = {"auditId": audits()[0]["id"]}
    assert make_api(permissions=["routing:*"]).post(f"{REALTIME}/related", body).status_code == 403
    api.configure(auditDelaySeconds=60)
    assert api.post(f"{REALTIME}/related", body).status_code == 404


def test_the_steps_of_a_flow_are_audited_each_by_its_name(api, audits):
    flow = api.post("/api/v2/flows", {"name": "Greeting", "type": "INBOUNDCALL"}).json()
    api.put(f"/api/v2/flows/{flow['id']}", {"name": "Hello"})
    api.delete(f"/api/v2/flows/{flow['id']}")
    records = audits(serviceName="Architect")
    assert [record["action"] for record in reversed(records)] == ["Create", "Update", "Delete"]
    assert {record["entity"]["id"] for record in records} == {flow["id"]}


def test_somebody_elses_edit_is_somebody_elses(api, audits):
    queue = api.post(QUEUES, {"name": "Ours"}).json()
    rule = {"fault": "edit", "route": f"PUT {QUEUES}/*", "org": api.access.id}
    api.call("POST", "/_trunkline/faults", rule)
    api.put(f"{QUEUES}/{queue['id']}", {**queue, "name": "Ours still"})
    strangers = [record for record in audits() if record["user"].get("name") == "Somebody Else"]
    assert len(strangers) == 1
    assert "client" not in strangers[0]
    assert strangers[0]["propertyChanges"][0]["newValues"] == ["Edited by somebody else"]


def test_a_refused_request_leaves_no_record(api, audits):
    api.post(QUEUES, {"name": "Once"})
    assert api.post(QUEUES, {"name": "Once"}).status_code == 409
    assert len(audits()) == 1


def test_secrets_are_named_and_never_shown(api, audits):
    body = {"name": "Key", "type": {"name": "userDefined"}, "credentialFields": {"key": "s3cr3t"}}
    assert api.post("/api/v2/integrations/credentials", body).status_code == 200
    records = audits(serviceName="Integrations")
    assert records
    assert "s3cr3t" not in str(records)


def test_seeding_and_resetting_leave_no_records(emulator, api, audits):
    api.admin("POST", "/reset")
    assert audits() == []


def test_records_show_after_their_delay(api, audits):
    api.configure(auditDelaySeconds=60)
    api.post(QUEUES, {"name": "Later"})
    assert audits() == []
    api.configure(clockOffsetSeconds=61)
    assert len(api.post(REALTIME, {"interval": interval()}).json()["entities"]) == 1


def test_the_query_that_takes_its_time_gives_all_records_in_pages(api, audits):
    for number in range(5):
        api.post(QUEUES, {"name": f"Queue {number}"})
    sort = [{"name": "Timestamp", "sortOrder": "ascending"}]
    query = api.post("/api/v2/audits/query", {"interval": interval(), "sort": sort}).json()
    assert query["state"] == "Queued"
    one = f"/api/v2/audits/query/{query['id']}"
    assert api.get(one).json()["state"] == "Succeeded"
    names, cursor = [], None
    while True:
        page = api.get(
            f"{one}/results", params={"pageSize": 2, **({"cursor": cursor} if cursor else {})}
        ).json()
        names += [record["entity"]["name"] for record in page["entities"]]
        cursor = page.get("cursor")
        if cursor is None:
            break
    assert names == [f"Queue {number}" for number in range(5)]


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"interval": "yesterday"},
        {"interval": "2026-01-01T00:00:00Z/2026-03-01T00:00:00Z"},
        {"interval": "2026-01-02T00:00:00Z/2026-01-01T00:00:00Z"},
        {"interval": interval(), "filters": [{"property": "Colour", "value": "red"}]},
        {"interval": interval(), "filters": 7},
        {"interval": interval(), "sort": [{"name": "Size"}]},
        {"interval": interval(), "sort": [3]},
        {"interval": interval(), "pageSize": 501},
    ],
)
def test_a_query_that_is_none_is_400(api, wrong):
    assert api.post(REALTIME, wrong).status_code == 400


def test_the_mapping_names_the_services_that_leave_records(api):
    services = {each["name"] for each in api.get("/api/v2/audits/query/servicemapping").json()["services"]}
    assert services == {"Architect", "Integrations", "Datatables", "Routing"}


def test_a_query_needs_the_right_to_view_audits(make_api):
    assert make_api(permissions=["routing:*"]).post(REALTIME, {"interval": interval()}).status_code == 403
