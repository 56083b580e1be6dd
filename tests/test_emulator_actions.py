"""Data actions on the public API: drafts, versions, what is fixed, filters, parts, quirks."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.api import Api, MakeApi

ACTIONS = "/api/v2/integrations/actions"


def integration(api: Api, kind: str = "custom-rest-actions") -> str:
    listed = api.get(f"/api/v2/integrations?integrationType={kind}").json()["entities"]
    if listed:
        return listed[0]["id"]
    made = api.post("/api/v2/integrations", {"name": kind, "integrationType": {"id": kind}})
    return made.json()["id"]


def post_body(api: Api, name: str = "Get Order", **changes: Any) -> dict[str, Any]:
    return {
        "name": name,
        "category": "Orders",
        "integrationId": integration(api),
        "secure": False,
        "config": {
            "request": {
                "requestUrlTemplate": "https://orders.example/${input.id}",
                "requestType": "GET",
                "headers": {},
                "requestTemplate": "${input.rawRequest}",
            },
            "response": {
                "translationMap": {"total": "$.order.total"},
                "translationMapDefaults": {"total": "0"},
                "successTemplate": '{"total": ${total}}',
            },
        },
        "contract": {
            "input": {
                "inputSchema": {
                    "type": "object",
                    "required": ["id"],
                    "properties": {"id": {"type": "string"}},
                    "additionalProperties": True,
                }
            },
            "output": {
                "successSchema": {
                    "type": "object",
                    "properties": {"total": {"type": "number"}},
                    "additionalProperties": True,
                }
            },
        },
    } | changes


def created(api: Api, name: str = "Get Order", path: str = ACTIONS, **changes: Any) -> dict[str, Any]:
    answer = api.post(path, post_body(api, name, **changes))
    assert answer.status_code == 200, answer.text
    return answer.json()


def fault(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["message"]


def test_a_posted_action_is_live_at_version_1_without_a_draft(api: Api) -> None:
    action = created(api)
    assert action["id"].startswith("custom_-_")
    assert action["version"] == 1
    assert api.get(f"{ACTIONS}/{action['id']}").status_code == 200
    assert api.get(f"{ACTIONS}/{action['id']}/draft").status_code == 404
    assert [each["id"] for each in api.get(ACTIONS).json()["entities"]] == [action["id"]]
    assert api.get(f"{ACTIONS}/drafts").json()["total"] == 0


def test_config_and_contract_are_shown_only_when_asked_for(api: Api) -> None:
    path = f"{ACTIONS}/{created(api)['id']}"
    plain = api.get(path).json()
    assert "config" not in plain
    assert "contract" not in plain
    full = api.get(f"{path}?expand=contract&includeConfig=true").json()
    assert full["config"] == post_body(api)["config"]
    assert full["contract"]["input"]["inputSchema"] == post_body(api)["contract"]["input"]["inputSchema"]
    assert full["contract"]["output"]["errorSchema"]["title"] == "ErrorBody"
    assert "inputSchemaFlattened" not in full["contract"]["input"]
    assert "config" not in api.get(ACTIONS).json()["entities"][0]
    assert "config" in api.get(f"{ACTIONS}?includeConfig=true").json()["entities"][0]


def test_flatten_gives_nested_fields_dotted_names(api: Api) -> None:
    contract = post_body(api)["contract"]
    contract["output"]["successSchema"]["properties"] = {
        "order": {"type": "object", "properties": {"lines": {"type": "array", "items": {"type": "string"}}}}
    }
    path = f"{ACTIONS}/{created(api, contract=contract)['id']}"
    output = api.get(f"{path}?expand=contract&flatten=true").json()["contract"]["output"]
    assert list(output["successSchemaFlattened"]["properties"]) == ["order.lines"]
    assert list(output["successSchema"]["properties"]) == ["order"]


def test_a_draft_is_not_live_until_it_is_published_with_its_version(api: Api) -> None:
    draft = created(api, path=f"{ACTIONS}/drafts")
    path = f"{ACTIONS}/{draft['id']}"
    assert api.get(path).status_code == 404
    assert [each["id"] for each in api.get(f"{ACTIONS}/drafts").json()["entities"]] == [draft["id"]]
    assert fault(api.post(f"{path}/draft/publish", {"version": 2})) == (
        400,
        "Supplied version 2 does not match latest draft version 1",
    )
    status, message = fault(api.post(f"{path}/draft/publish", {}))
    assert (status, "null" in message) == (400, True)
    assert fault(api.post(f"{path}/draft/publish", None))[0] == 400
    assert api.post(f"{path}/draft/publish", {"version": 1}).json()["version"] == 2
    assert api.get(path).json()["version"] == 2
    assert api.get(f"{path}/draft").status_code == 404


def test_a_live_action_changes_through_a_draft_while_the_live_one_stays(api: Api) -> None:
    path = f"{ACTIONS}/{created(api)['id']}"
    draft = api.post(f"{path}/draft", None).json()
    assert fault(api.post(f"{path}/draft"))[0] == 409
    changed = api.patch(f"{path}/draft", {"name": "Renamed", "version": draft["version"]}).json()
    assert changed["name"] == "Renamed"
    assert api.get(path).json()["name"] == "Get Order"
    published = api.post(f"{path}/draft/publish", {"version": changed["version"]}).json()
    assert published["name"] == "Renamed"
    assert published["version"] > changed["version"]


def test_a_discarded_draft_leaves_the_live_action_and_ends_one_that_never_was(api: Api) -> None:
    path = f"{ACTIONS}/{created(api)['id']}"
    api.post(f"{path}/draft")
    assert api.delete(f"{path}/draft").status_code == 204
    assert api.get(path).status_code == 200
    alone = f"{ACTIONS}/{created(api, 'Alone', f'{ACTIONS}/drafts')['id']}"
    assert api.delete(f"{alone}/draft").status_code == 204
    assert api.get(f"{alone}/draft").status_code == 404


def test_a_stale_version_is_409_or_400_by_setting(api: Api) -> None:
    path = f"{ACTIONS}/{created(api)['id']}"
    assert api.patch(path, {"name": "Second", "version": 1}).json()["version"] == 2
    stale = api.patch(path, {"name": "Lost", "version": 1})
    assert fault(stale) == (409, "Supplied version 1 does not match the current version 2")
    api.configure(actionStaleStatus=400)
    status, message = fault(api.patch(path, {"name": "Lost", "version": 1}))
    assert (status, "does not match the current version" in message) == (400, True)
    assert api.patch(path, {"name": "Lost"}).status_code == 400
    assert api.get(path).json()["name"] == "Second"


@pytest.mark.parametrize("field", ["contract", "secure", "integrationId"])
def test_what_is_fixed_cannot_be_changed_once_published(api: Api, field: str) -> None:
    contract = post_body(api)["contract"]
    contract["output"]["successSchema"] = {"type": "object", "properties": {}}
    other = api.post("/api/v2/integrations", {"integrationType": {"id": "custom-rest-actions"}})
    change = {"contract": contract, "secure": True, "integrationId": other.json()["id"]}[field]
    path = f"{ACTIONS}/{created(api)['id']}"
    assert api.patch(path, {field: change, "version": 1}).status_code == 400
    api.post(f"{path}/draft")
    drafted = api.patch(f"{path}/draft", {field: change, "version": 1})
    assert drafted.status_code == 200
    refused = api.post(f"{path}/draft/publish", {"version": drafted.json()["version"]})
    assert refused.status_code == 400
    assert field in refused.json()["message"]


def test_a_repeated_contract_is_no_change(api: Api) -> None:
    path = f"{ACTIONS}/{created(api)['id']}"
    same = {"contract": post_body(api)["contract"], "name": "Renamed", "version": 1}
    assert api.patch(path, same).json()["name"] == "Renamed"


def test_every_missing_field_is_told_at_once(api: Api) -> None:
    answer = api.post(ACTIONS, {"name": "x"})
    assert answer.status_code == 400
    fields = [detail["fieldName"] for detail in answer.json()["details"]]
    assert fields == ["category", "integrationId", "config", "contract"]
    assert len(answer.json()["errors"]) == 4


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "x" * 257}, "name"),
        ({"config": {"timeoutSeconds": 61}}, "config.timeoutSeconds"),
        ({"config": {"request": {"requestType": "TRACE"}}}, "config.request.requestType"),
        ({"config": {"request": {"headers": {"a": 1}}}}, "config.request.headers.a"),
        ({"config": {"response": {"translationMap": []}}}, "config.response.translationMap"),
        ({"config": []}, "config"),
        (
            {"contract": {"input": {"inputSchema": {"type": "object"}}, "output": {"outputSchema": {}}}},
            "contract.output.successSchema",
        ),
        (
            {"contract": {"input": {"inputSchema": {"type": 7}}, "output": {"successSchema": {}}}},
            "contract.input.inputSchema",
        ),
        ({"integrationId": "nowhere"}, "integrationId"),
    ],
)
def test_a_wrong_field_is_named(api: Api, change: dict[str, Any], field: str) -> None:
    answer = api.post(ACTIONS, post_body(api, **change))
    assert answer.status_code == 400
    assert field in [detail["fieldName"] for detail in answer.json()["details"]]


def test_the_platforms_defaults_are_filled_in(api: Api) -> None:
    action = created(api, config={"request": {"requestUrlTemplate": "https://x.example/"}})
    assert action["config"]["request"]["requestTemplate"] == "${input.rawRequest}"
    assert action["config"]["response"] == {
        "translationMap": {},
        "translationMapDefaults": {},
        "successTemplate": "${rawResult}",
    }


def test_lists_filter_by_name_category_ids_and_secure(api: Api) -> None:
    first = created(api, "Get Order")
    second = created(api, "Cancel order", category="Other", secure=True)

    def ids(query: str) -> list[str]:
        return [each["id"] for each in api.get(f"{ACTIONS}?{query}").json()["entities"]]

    assert ids("name=ORDER") == [first["id"], second["id"]]
    assert ids("name=get") == [first["id"]]
    assert ids("category=Other") == [second["id"]]
    assert ids("secure=true") == [second["id"]]
    assert ids(f"ids={second['id']},nobody") == [second["id"]]
    assert ids("sortBy=name&sortOrder=ASC") == [second["id"], first["id"]]
    assert ids("sortBy=name&sortOrder=desc") == [first["id"], second["id"]]
    assert api.get(f"{ACTIONS}?ids={','.join('x' * 51)}").status_code == 400
    categories = api.get(f"{ACTIONS}/categories").json()["entities"]
    assert categories == [{"name": "Orders"}, {"name": "Other"}]


def test_pages_tell_where_they_are_and_one_past_the_end_is_empty(api: Api) -> None:
    for number in range(5):
        created(api, f"Action {number}")
    page = api.get(f"{ACTIONS}?pageSize=2&pageNumber=2&name=action").json()
    assert [each["name"] for each in page["entities"]] == ["Action 2", "Action 3"]
    assert (page["total"], page["pageCount"], page["pageNumber"], page["pageSize"]) == (5, 3, 2, 2)
    assert page["nextUri"] == f"{ACTIONS}?name=action&pageSize=2&pageNumber=3"
    assert page["previousUri"].endswith("pageNumber=1")
    last = api.get(page["lastUri"]).json()
    assert len(last["entities"]) == 1
    assert "nextUri" not in last
    past = api.get(f"{ACTIONS}?pageNumber=9")
    assert (past.status_code, past.json()["entities"]) == (200, [])
    for wrong in ("pageSize=0", "pageSize=101", "pageNumber=0", "pageSize=ten"):
        assert api.get(f"{ACTIONS}?{wrong}").json()["code"] == "invalid.value"


def test_schemas_and_templates_are_served_by_file_name(api: Api) -> None:
    path = f"{ACTIONS}/{created(api)['id']}"
    api.post(f"{path}/draft")
    for part in ("", "/draft"):
        schema = api.get(f"{path}{part}/schemas/inputschema.json").json()
        assert schema["required"] == ["id"]
        template = api.get(f"{path}{part}/templates/successtemplate.vm")
        assert template.text == '{"total": ${total}}'
        assert template.headers["Content-Type"].startswith("text/plain")
        assert api.get(f"{path}{part}/templates/other.vm").status_code == 404


def test_templates_may_be_told_by_uri(api: Api) -> None:
    path = f"{ACTIONS}/{created(api)['id']}"
    api.configure(actionTemplateUris=True)
    config = api.get(f"{path}?includeConfig=true").json()["config"]
    assert "requestTemplate" not in config["request"]
    assert api.get(config["request"]["requestTemplateUri"]).text == "${input.rawRequest}"
    assert api.get(config["response"]["successTemplateUri"]).text == '{"total": ${total}}'


def test_a_draft_may_lose_its_request_template(api: Api) -> None:
    api.configure(draftLosesRequestTemplate=True)
    config = post_body(api)["config"]
    config["request"]["requestTemplate"] = '{"a": 1}'
    draft = created(api, path=f"{ACTIONS}/drafts", config=config)
    assert draft["config"]["request"]["requestTemplate"] == "${input.rawRequest}"
    sent = {"config": config, "version": draft["version"]}
    patched = api.patch(f"{ACTIONS}/{draft['id']}/draft", sent).json()
    assert patched["config"]["request"]["requestTemplate"] == '{"a": 1}'


def test_function_actions_begin_as_drafts_and_carry_a_function(api: Api) -> None:
    function = integration(api, "function-data-actions")
    status, message = fault(api.post(ACTIONS, post_body(api, integrationId=function)))
    assert status == 400
    assert "does not support creating published actions" in message
    path = f"{ACTIONS}/{created(api, path=f'{ACTIONS}/drafts', integrationId=function)['id']}"
    assert api.get(f"{path}/draft/function").status_code == 404
    described = {
        "description": "d",
        "handler": "index.handler",
        "runtime": "nodejs20.x",
        "timeoutSeconds": 9,
    }
    assert api.put(f"{path}/draft/function", described).json()["function"]["handler"] == "index.handler"
    assert api.put(f"{path}/draft/function", described | {"timeoutSeconds": 16}).status_code == 400
    assert api.get(f"{path}/draft/function").json()["function"]["timeoutSeconds"] == 9


def test_a_functions_zip_goes_to_the_address_that_was_told(api: Api) -> None:
    function = integration(api, "function-data-actions")
    path = f"{ACTIONS}/{created(api, path=f'{ACTIONS}/drafts', integrationId=function)['id']}/draft"
    api.put(f"{path}/function", {"description": "d", "handler": "h", "runtime": "nodejs20.x"})
    ticket = api.post(f"{path}/function/upload", {"fileName": "a.zip", "signedUrlTimeoutSeconds": 60}).json()
    assert requests.put(ticket["url"], data=b"PK..", timeout=10).status_code == 403
    sent = requests.put(ticket["url"], data=b"PK..", headers=ticket["headers"], timeout=10)
    assert sent.status_code == 200
    assert requests.put(ticket["url"], data=b"PK..", headers=ticket["headers"], timeout=10).status_code == 403
    assert api.get(f"{path}/function").json()["zip"]["status"] == "Available"
    late = api.post(f"{path}/function/upload", {"fileName": "a.zip", "signedUrlTimeoutSeconds": 60}).json()
    api.configure(clockOffsetSeconds=61)
    assert requests.put(late["url"], data=b"PK..", headers=late["headers"], timeout=10).status_code == 403
    assert api.post(f"{path}/function/upload", {"fileName": "a.txt"}).status_code == 400


def test_deleting_an_integration_deletes_its_actions(api: Api) -> None:
    action = created(api)
    assert api.delete(f"/api/v2/integrations/{action['integrationId']}").status_code == 200
    assert api.get(f"{ACTIONS}/{action['id']}").status_code == 404


def test_a_missing_permission_is_named(make_api: MakeApi) -> None:
    reader = make_api(permissions=["integrations:action:view", "integrations:integration:view"])
    assert reader.get(ACTIONS).status_code == 200
    refused = reader.post(ACTIONS, post_body(reader))
    assert refused.status_code == 403
    assert refused.json()["code"] == "missing.permissions"
    assert "integrations:action:add" in refused.json()["message"]
    nobody = make_api(permissions=[])
    assert nobody.get(ACTIONS).json()["code"] == "missing.any.permissions"
    wide = make_api(permissions=["integrations:*"])
    assert wide.get(ACTIONS).status_code == 200


def test_the_lists_of_one_org_do_not_show_anothers(api: Api) -> None:
    created(api)
    other = Api(api.emulator, api.emulator.create_org("other"))
    assert other.get(ACTIONS).json()["total"] == 0
    other.close()
