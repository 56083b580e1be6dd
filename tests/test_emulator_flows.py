"""Flows in the emulator: lists, locks, versions, operations, configurations, and the guides' view of them."""

from __future__ import annotations

import json

import pytest

from tests.api import Api, MakeApi
from tests.flow_samples import action, decision, flow, item
from tests.shared import needs_shared, shared
from trunkline.domain.flow import from_guides, i3

FLOWS = "/api/v2/flows"
GUIDES = "/api/v2/architect/flows"


def a_configuration(name="Main IVR", kind="inboundcall", **fields):
    body = item(
        "task",
        "Task",
        "ask",
        decision("ask", "end", None, next="end"),
        action("end", "DisconnectAction"),
    )
    return flow(body, kind=kind, name=name, **fields)


def create(api, name="Main IVR", kind="inboundcall", **fields):
    answer = api.post(FLOWS, {"name": name, "type": kind, **fields})
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


def save(api, flow_id, **fields):
    answer = api.post(f"{FLOWS}/{flow_id}/versions", a_configuration(**fields))
    assert answer.status_code == 200, answer.text
    return answer.json()


def act(api, action_name, flow_id, **query):
    pairs = "".join(f"&{key}={value}" for key, value in query.items())
    return api.post(f"{FLOWS}/actions/{action_name}?flow={flow_id}{pairs}")


def published(api, name="Main IVR", kind="inboundcall"):
    flow_id = create(api, name, kind)
    save(api, flow_id, name=name, kind=kind)
    assert act(api, "publish", flow_id).status_code == 200
    return flow_id


def get(api, flow_id):
    return api.get(f"{FLOWS}/{flow_id}").json()


def refused(answer, status, code):
    assert answer.status_code == status, answer.text
    assert answer.json()["code"] == code


@pytest.fixture
def other(make_api: MakeApi) -> Api:
    """Another client of the same org."""
    return make_api(name="somebody else")


def test_a_new_flow_is_locked_by_its_author_and_has_no_version(api: Api) -> None:
    body = get(api, create(api, description="first"))
    assert body["type"] == "INBOUNDCALL"
    assert body["description"] == "first"
    assert body["lockedClient"]["id"] == api.access.client_id
    assert body["division"]["name"] == "Home"
    assert body["active"]
    assert not {"publishedVersion", "savedVersion", "checkedInVersion"} & body.keys()


def test_the_way_from_saved_to_published(api: Api) -> None:
    flow_id = create(api)
    saved = save(api, flow_id)
    assert (saved["id"], saved["type"]) == ("1.0", "SAVE")
    assert saved["createdByClient"]["id"] == api.access.client_id
    assert get(api, flow_id)["savedVersion"]["id"] == "1.0"
    started = act(api, "checkin", flow_id).json()
    assert (started["actionName"], started["actionStatus"], started["complete"]) == (
        "CHECKIN",
        "STARTED",
        False,
    )
    body = get(api, flow_id)
    assert body["currentOperation"]["id"] == started["id"]
    assert (body["currentOperation"]["actionStatus"], body["currentOperation"]["complete"]) == (
        "SUCCESS",
        True,
    )
    assert body["checkedInVersion"]["type"] == "CHECKIN"
    assert "savedVersion" not in body
    assert "lockedClient" not in body
    assert act(api, "publish", flow_id).json()["actionName"] == "PUBLISH"
    body = get(api, flow_id)
    assert body["publishedVersion"]["type"] == "PUBLISH"
    assert body["publishedVersion"]["datePublished"].endswith("Z")
    assert isinstance(body["publishedVersion"]["dateCreated"], int)


def test_an_operation_takes_its_time_and_excludes_others(api: Api) -> None:
    api.configure(flowOperationSeconds=60)
    flow_id = create(api)
    save(api, flow_id)
    assert act(api, "publish", flow_id).status_code == 200
    assert get(api, flow_id)["currentOperation"]["actionStatus"] == "STARTED"
    refused(act(api, "publish", flow_id), 409, "architect.operation.already.in.progress")
    assert "publishedVersion" not in get(api, flow_id)
    api.configure(clockOffsetSeconds=61)
    assert get(api, flow_id)["publishedVersion"]["id"] == "1.0"


def test_publishing_may_answer_202(api: Api) -> None:
    api.configure(flowPublishAnswers202=True)
    flow_id = create(api)
    save(api, flow_id)
    assert act(api, "publish", flow_id).status_code == 202


def test_only_the_holder_of_the_lock_may_save_check_in_or_revert(api: Api, other: Api) -> None:
    flow_id = create(api)
    save(api, flow_id)
    code = "architect.flow.not.locked.by.user"
    refused(other.post(f"{FLOWS}/{flow_id}/versions", a_configuration()), 409, code)
    refused(act(other, "checkin", flow_id), 409, code)
    refused(act(other, "revert", flow_id), 409, code)
    refused(act(other, "checkout", flow_id), 409, "architect.flow.locked.by.user")
    refused(act(other, "publish", flow_id), 409, "architect.flow.locked.by.user")
    refused(other.put(f"{FLOWS}/{flow_id}", {"name": "Mine", "type": "INBOUNDCALL"}), 409, code)
    answer = other.delete(f"{FLOWS}/{flow_id}")
    refused(answer, 405, "architect.flow.cannot.delete.user.does.not.have.lock")


def test_unlocking_lets_somebody_else_check_out(api: Api, other: Api) -> None:
    flow_id = create(api)
    assert "lockedClient" not in act(other, "unlock", flow_id).json()
    assert act(other, "checkout", flow_id).json()["lockedClient"]["id"] == other.access.client_id


def test_reverting_forgets_what_was_saved(api: Api) -> None:
    flow_id = published(api)
    act(api, "checkout", flow_id)
    save(api, flow_id)
    body = act(api, "revert", flow_id).json()
    assert "savedVersion" not in body
    assert "lockedClient" not in body
    listed = api.get(f"{FLOWS}/{flow_id}/versions").json()
    assert [version["id"] for version in listed["entities"]] == ["1.0"]


def test_an_older_version_can_be_published_again(api: Api) -> None:
    flow_id = published(api)
    act(api, "checkout", flow_id)
    save(api, flow_id)
    act(api, "publish", flow_id)
    assert get(api, flow_id)["publishedVersion"]["id"] == "2.0"
    assert act(api, "publish", flow_id, version="1.0").status_code == 200
    assert get(api, flow_id)["publishedVersion"]["id"] == "1.0"
    refused(act(api, "publish", flow_id, version="9.0"), 404, "architect.flow.version.missing")


def test_nothing_saved_cannot_be_checked_in_or_published(api: Api) -> None:
    flow_id = create(api)
    for name in ("checkin", "publish"):
        refused(act(api, name, flow_id), 409, "architect.flow.cannot.checkin.missing.config")
    refused(api.get(f"{FLOWS}/{flow_id}/latestconfiguration"), 404, "flow.no.config.available")


def test_configurations_come_back_byte_for_byte(api: Api) -> None:
    flow_id = create(api)
    text = json.dumps(a_configuration(), indent=3, ensure_ascii=False).replace("10,", "1e1 ,")
    url = f"{api.emulator.url}{FLOWS}/{flow_id}/versions"
    headers = {"Content-Type": "application/json"}
    assert api.session.post(url, data=text.encode(), headers=headers, timeout=10).status_code == 200
    assert api.get(f"{FLOWS}/{flow_id}/latestconfiguration").content == text.encode()
    assert api.get(f"{FLOWS}/{flow_id}/versions/1.0/configuration").content == text.encode()


def test_the_latest_configuration_is_that_of_the_newest_version(api: Api) -> None:
    flow_id = published(api)
    act(api, "checkout", flow_id)
    save(api, flow_id, description="newer")
    assert api.get(f"{FLOWS}/{flow_id}/latestconfiguration").json()["description"] == "newer"
    assert "description" not in api.get(f"{FLOWS}/{flow_id}/versions/1.0/configuration").json()


@pytest.mark.parametrize(
    ("body", "code"),
    [(None, "architect.flow.data.missing"), ({"a": 1}, "architect.object.validate.failed")],
)
def test_a_version_must_be_a_configuration(api: Api, body: object, code: str) -> None:
    refused(api.post(f"{FLOWS}/{create(api)}/versions", body), 400, code)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"type": "bot"}, "missing.name"),
        ({"name": "x"}, "missing.type"),
        ({"name": "a/b", "type": "bot"}, "invalid.name.contains.slash"),
        ({"name": "a-debug", "type": "bot"}, "invalid.name.contains.debug"),
        ({"name": "…", "type": "bot"}, "invalid.name.no.alpha"),
    ],
)
def test_a_flow_without_a_proper_name_or_type_is_refused(api: Api, body: object, code: str) -> None:
    refused(api.post(FLOWS, body), 400, f"architect.flow.validate.failed.{code}")


def test_a_name_is_taken_once_in_a_type(api: Api) -> None:
    create(api, "Main")
    refused(api.post(FLOWS, {"name": "main", "type": "INBOUNDCALL"}), 409, "architect.flow.already.exists")
    create(api, "Main", "workflow")


def test_a_deleted_flow_is_gone_but_can_still_be_read(api: Api) -> None:
    flow_id = published(api)
    assert api.delete(f"{FLOWS}/{flow_id}").status_code == 200
    refused(api.get(f"{FLOWS}/{flow_id}"), 410, "architect.flow.deleted")
    assert api.get(f"{FLOWS}/{flow_id}?deleted=true").json()["deleted"]
    assert api.get(FLOWS).json()["total"] == 0
    assert api.get(f"{FLOWS}?deleted=true").json()["total"] == 1
    create(api)


def test_a_flow_that_another_one_uses_is_not_deleted(api: Api) -> None:
    used = published(api, "Hold", "inqueuecall")
    user = create(api)
    save(api, user, manifest={"inqueueCallFlow": [{"id": used, "name": "Hold"}]})
    refused(api.delete(f"{FLOWS}/{used}"), 409, "architect.flow.cannot.delete.used.in.flows")


@pytest.mark.parametrize(
    ("path", "body", "what"),
    [
        ("/api/v2/routing/queues", {"name": "Q", "queueFlow": {}}, "queues"),
        ("/api/v2/architect/ivrs", {"name": "I", "openHoursFlow": {}}, "ivr.configs"),
    ],
)
def test_a_flow_that_interactions_are_sent_to_stays(api: Api, path: str, body: object, what: str) -> None:
    flow_id = published(api)
    sent = json.loads(json.dumps(body).replace("{}", json.dumps({"id": flow_id})))
    assert api.post(path, sent).status_code == 200
    refused(api.delete(f"{FLOWS}/{flow_id}"), 409, f"architect.flow.cannot.delete.used.in.{what}")
    refused(act(api, "deactivate", flow_id), 409, f"architect.flow.cannot.deactivate.used.in.{what}")


def test_publishing_can_insist_on_what_the_flow_names(api: Api) -> None:
    flow_id = create(api)
    save(api, flow_id, manifest={"queue": [{"id": "gone", "name": "Sales"}], "language": [{"id": "en-us"}]})
    api.configure(flowPublishChecksDependencies=True)
    answer = act(api, "publish", flow_id)
    refused(answer, 409, "architect.flow.cannot.publish.missing.dependencies")
    assert [detail["entityName"] for detail in answer.json()["details"]] == ["Sales"]
    assert "publishedVersion" not in get(api, flow_id)
    assert get(api, flow_id)["lockedClient"]


def test_several_flows_are_deleted_at_once_or_none(api: Api) -> None:
    first, second = published(api, "A"), published(api, "B")
    refused(api.delete(f"{FLOWS}?id={first},gone"), 400, "architect.batch.delete.failed")
    assert api.get(FLOWS).json()["total"] == 2
    answer = api.delete(f"{FLOWS}?id={first}&id={second}")
    assert answer.json()["actionName"] == "DELETE"
    assert api.get(FLOWS).json()["total"] == 0


def test_an_unknown_flow_or_version_is_404(api: Api) -> None:
    refused(api.get(f"{FLOWS}/gone"), 404, "architect.flow.not.found")
    refused(api.get(f"{FLOWS}/{published(api)}/versions/7.0"), 404, "architect.flow.version.missing")
    refused(api.post(f"{FLOWS}/actions/checkout"), 400, "architect.query.parameter.missing")


def names(api, query):
    answer = api.get(f"{FLOWS}?{query}")
    assert answer.status_code == 200, answer.text
    return [entity["name"] for entity in answer.json()["entities"]]


def test_lists_are_filtered(api: Api, other: Api) -> None:
    first = published(api, "Sales IVR")
    create(api, "Sales bot", "bot", description="talks")
    create(other, "Claims", "workflow")
    assert names(api, "type=inboundcall&type=bot&sortBy=name") == ["Sales bot", "Sales IVR"]
    assert names(api, "type=INBOUNDCALL,WORKFLOW&sortBy=name&sortOrder=descending") == ["Sales IVR", "Claims"]
    assert names(api, "name=sales*&sortBy=name") == ["Sales bot", "Sales IVR"]
    assert names(api, "name=sales") == []
    assert names(api, "description=talks") == ["Sales bot"]
    assert names(api, "nameOrDescription=*a*s&sortBy=name") == ["Claims", "Sales bot"]
    assert names(api, f"id={first}&type=bot") == ["Sales IVR"]
    assert names(api, f"lockedByClientId={other.access.client_id}") == ["Claims"]
    assert names(api, "lockedBy=nobody") == []
    assert names(api, f"editableBy={other.access.client_id}&sortBy=name") == ["Claims", "Sales IVR"]
    assert names(api, "publishVersionId=1.0") == ["Sales IVR"]
    assert names(api, "publishedAfter=2020-01-01T00:00:00Z") == ["Sales IVR"]
    assert names(api, "publishedBefore=2020-01-01") == []
    assert names(api, "secure=any") == []
    assert names(api, "divisionId=nowhere") == []


@pytest.mark.parametrize(
    "query",
    ["type=nonsense", "sortBy=colour", "publishedAfter=soon", "secure=very", "pageSize=501", "deleted=1"],
)
def test_a_query_that_means_nothing_is_400(api: Api, query: str) -> None:
    refused(api.get(f"{FLOWS}?{query}"), 400, "invalid.value")


def test_lists_come_in_pages_up_to_500(api: Api) -> None:
    for number in range(5):
        create(api, f"Flow {number}")
    body = api.get(f"{FLOWS}?pageSize=2&pageNumber=3&sortBy=name").json()
    assert [entity["name"] for entity in body["entities"]] == ["Flow 4"]
    assert (body["total"], body["pageCount"]) == (5, 3)
    assert api.get(f"{FLOWS}?pageSize=500").status_code == 200


def test_look_up_and_division_views(api: Api) -> None:
    flow_id = published(api)
    assert api.get(f"{FLOWS}/lookup?id={flow_id},gone").json()["total"] == 1
    refused(api.get(f"{FLOWS}/lookup"), 400, "architect.query.parameter.missing")
    (view,) = api.get(f"{FLOWS}/divisionviews").json()["entities"]
    assert view["publishedVersion"]["id"] == "1.0"
    assert "active" not in view


def test_schemas_and_languages_come_from_the_configuration(api: Api) -> None:
    flow_id = create(api)
    inputs = [{"name": "Flow.n", "__type": "IntegerVariable", "isInput": True, "isCollection": True}]
    save(api, flow_id, variables=inputs)
    body = get(api, flow_id)
    assert body["supportedLanguages"] == [{"language": "en-us", "isDefault": True}]
    assert body["inputSchema"]["properties"] == {"Flow.n": {"type": "array", "items": {"type": "integer"}}}
    assert "inputSchema" not in api.get(FLOWS).json()["entities"][0]
    assert "inputSchema" in api.get(f"{FLOWS}?includeSchemas=true").json()["entities"][0]


def test_the_history_tells_who_did_what(api: Api, other: Api) -> None:
    flow_id = published(api)
    act(other, "checkout", flow_id)
    save(other, flow_id)
    started = api.post(f"{FLOWS}/{flow_id}/history").json()
    assert (started["actionName"], started["complete"]) == ("HISTORY", False)
    body = api.get(f"{FLOWS}/{flow_id}/history/{started['id']}").json()
    assert body["complete"]
    assert [entry["action"] for entry in body["entities"]] == [
        "SAVE",
        "CHECKOUT",
        "PUBLISH",
        "SAVE",
        "CREATE",
    ]
    assert body["entities"][0]["client"]["id"] == other.access.client_id
    assert body["entities"][0]["version"] == "2.0"
    only = api.get(f"{FLOWS}/{flow_id}/history/{started['id']}?action=publish&sortOrder=asc").json()
    assert [entry["version"] for entry in only["entities"]] == ["1.0"]
    assert api.get(f"{FLOWS}/{flow_id}/history/gone").status_code == 404


def test_deactivating_takes_a_flow_out_of_service(api: Api) -> None:
    body = act(api, "deactivate", published(api)).json()
    assert not body["active"]
    assert "publishedVersion" not in body


def test_rights_are_checked_by_name(make_api: MakeApi) -> None:
    reader = make_api(permissions=["architect:flow:view"])
    assert reader.get(FLOWS).status_code == 200
    answer = reader.post(FLOWS, {"name": "x", "type": "bot"})
    refused(answer, 403, "missing.permissions")
    assert "architect:flow:add" in answer.json()["message"]


def test_the_guides_see_nodes_and_edges(api: Api) -> None:
    flow_id = published(api)
    body = api.get(f"{GUIDES}/{flow_id}").json()
    assert {"id", "name", "type", "status", "version", "nodes", "edges"} <= body.keys()
    assert (body["status"], body["version"]) == ("PUBLISHED", 1)
    graph = from_guides(body)
    assert not graph.unreachable
    assert not graph.dead_ends
    assert {"task", "ask", "end"} < graph.nodes.keys()


def test_the_guides_see_drafts_and_pending_publishes(api: Api) -> None:
    draft = create(api)
    body = api.get(f"{GUIDES}/{draft}").json()
    assert (body["status"], body["version"], body["nodes"], body["edges"]) == ("DRAFT", 0, [], [])
    save(api, draft)
    api.configure(flowOperationSeconds=60)
    act(api, "publish", draft)
    assert api.get(f"{GUIDES}/{draft}").json()["status"] == "PENDING_PUBLISH"


def test_the_guides_list_in_numbered_pages(api: Api) -> None:
    for number in range(3):
        create(api, f"Flow {number}")
    body = api.get(f"{GUIDES}?pageSize=2&pageNumber=2").json()
    assert (len(body["entities"]), body["pageCount"], body["pageNumber"], body["total"]) == (1, 2, 2, 3)
    assert "continuationToken" not in body


def test_the_guides_list_by_continuation_token(api: Api) -> None:
    made = {create(api, f"Flow {number}") for number in range(5)}
    seen: list[str] = []
    token = ""
    while True:
        body = api.get(f"{GUIDES}?pageSize=2&continuationToken={token}").json()
        seen += [entity["id"] for entity in body["entities"]]
        token = body.get("continuationToken")
        if not token:
            break
    assert len(seen) == 5
    assert set(seen) == made
    for token in ("%21", "%F0%9F%98%80", "_w=="):
        assert api.get(f"{GUIDES}?continuationToken={token}").status_code == 400


def test_the_guides_find_by_pattern_and_expand_settings(api: Api) -> None:
    create(api, "Main IVR")
    create(api, "Night IVR")
    body = api.get(f"{GUIDES}?name=main*&expand=routing,settings").json()
    (entity,) = body["entities"]
    assert entity["name"] == "Main IVR"
    assert entity["settings"] == {}
    assert "settings" not in api.get(GUIDES).json()["entities"][0]


def test_the_guides_want_the_scope_flow_read(make_api: MakeApi) -> None:
    blind = make_api(scopes=["flow:write"])
    refused(blind.get(GUIDES), 403, "missing.scope")


@pytest.mark.corpus
@needs_shared
def test_real_flows_go_in_and_come_out_on_both_surfaces(api: Api) -> None:
    for number, file in enumerate(sorted(shared("corpus", "flows_i3").iterdir())):
        document = i3.decode(file.read_bytes())
        flow_id = create(api, f"{number} {document['name'].replace('/', ' ')}", document["type"])
        assert api.post(f"{FLOWS}/{flow_id}/versions", document).status_code == 200, file.name
        assert act(api, "publish", flow_id).status_code == 200
        assert api.get(f"{FLOWS}/{flow_id}/latestconfiguration").json() == document
        assert not from_guides(api.get(f"{GUIDES}/{flow_id}").json()).dead_ends, file.name
