"""Running data actions in the emulator: step by step, with recorded replies, and against the org's own API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api import Api, MakeApi
from tests.test_emulator_actions import ACTIONS, created, integration, post_body
from tests.test_emulator_guides_actions import GUIDES, weather
from trunkline.emulator.wildcard import fits

ORDER = {"method": "GET", "url": "https://orders.example/*", "body": {"order": {"total": 12.5}}}
REPLY = {"current_weather": {"temperature": 18.3, "weathercode": 3}}


def stub(api: Api, *stubs: dict[str, Any]) -> None:
    answer = api.admin("PUT", "/stubs", list(stubs))
    assert answer.status_code == 200, answer.text


def test_a_test_shows_every_step_and_the_result(api: Api) -> None:
    stub(api, ORDER)
    result = api.post(f"{ACTIONS}/{created(api)['id']}/test", {"id": "7"}).json()
    assert result["success"] is True
    assert result["finalResult"] == {"total": 12.5}
    operations = result["operations"]
    assert [each["step"] for each in operations] == list(range(1, 12))
    assert operations[9]["name"] == "Apply output transformation"
    assert all(each["success"] for each in operations)


def test_a_failing_test_is_200_and_says_which_step_failed(api: Api) -> None:
    stub(api, ORDER)
    config = post_body(api)["config"]
    config["response"]["successTemplate"] = '{"total": $Presences}'
    answer = api.post(f"{ACTIONS}/{created(api, config=config)['id']}/test", {"id": "7"})
    assert answer.status_code == 200
    result = answer.json()
    assert result["success"] is False
    assert "finalResult" not in result
    assert result["operations"][-1]["step"] == 10
    error = result["error"]
    assert "Variable $Presences has not been set at successTemplate[line 1, column 11]" in error["message"]
    assert error["details"] == [{"errorCode": "ACTION.PROCESSING"}]
    assert error["contextId"] == answer.headers["ININ-Correlation-Id"]


def test_execute_answers_the_output_or_the_error(api: Api) -> None:
    stub(api, ORDER)
    path = f"{ACTIONS}/{created(api)['id']}/execute"
    assert api.post(path, {"id": "7"}).json() == {"total": 12.5}
    refused = api.post(path, {})
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid.schema")


def test_a_draft_is_tested_apart_from_what_is_live(api: Api) -> None:
    stub(api, ORDER)
    path = f"{ACTIONS}/{created(api)['id']}"
    assert api.post(f"{path}/draft/test", {"id": "7"}).status_code == 404
    api.post(f"{path}/draft")
    config = post_body(api)["config"]
    config["response"]["successTemplate"] = '{"total": 1}'
    api.patch(f"{path}/draft", {"config": config, "version": 1})
    assert api.post(f"{path}/draft/test", {"id": "7"}).json()["finalResult"] == {"total": 1}
    assert api.post(f"{path}/test", {"id": "7"}).json()["finalResult"] == {"total": 12.5}


def test_a_call_that_no_stub_fits_fails_and_goes_nowhere(api: Api) -> None:
    result = api.post(f"{ACTIONS}/{created(api)['id']}/test", {"id": "7"}).json()
    assert result["success"] is False
    assert result["operations"][-1]["step"] == 7
    assert "no stub of the org" in result["error"]["message"]
    assert "GET https://orders.example/7" in result["error"]["message"]


def test_the_first_stub_that_fits_answers(api: Api) -> None:
    down = {"method": "GET", "url": "https://orders.example/9", "status": 503, "body": "down"}
    stub(api, down, ORDER)
    path = f"{ACTIONS}/{created(api)['id']}/test"
    assert api.post(path, {"id": "7"}).json()["success"] is True
    assert api.post(path, {"id": "9"}).json()["success"] is False


@pytest.mark.parametrize(
    ("pattern", "url", "does"),
    [
        ("https://a/", "https://a/", True),
        ("https://a/", "https://a/b", False),
        ("https://a/*", "https://a/", True),
        ("*", "", True),
        ("*/x?y=*&z=1", "https://a/x?y=2&z=1", True),
        ("a*b*a", "aba", True),
        ("a*a", "a", False),
        ("a.c", "abc", False),
        ("*a" * 30, "b" * 2000, False),
    ],
)
def test_a_star_stands_for_any_run_of_characters(pattern: str, url: str, does: bool) -> None:
    assert fits(pattern, url) is does


@pytest.mark.parametrize(
    "wrong", [{}, {"url": 1}, {"url": "x", "method": "BREW"}, {"url": "x", "status": "200"}, 7]
)
def test_a_wrong_stub_is_refused(api: Api, wrong: Any) -> None:
    assert api.admin("PUT", "/stubs", [wrong]).status_code == 400


def test_an_action_of_the_cloud_itself_meets_the_orgs_own_api(api: Api) -> None:
    queue = api.post("/api/v2/routing/queues", {"name": "Support"}).json()
    body = post_body(api, integrationId=integration(api, "purecloud-data-actions"))
    body["config"] = {
        "request": {"requestUrlTemplate": "/api/v2/routing/queues/${input.id}", "requestType": "GET"},
        "response": {"translationMap": {"name": "$.name"}, "successTemplate": '{"name": ${name}}'},
    }
    action = api.post(ACTIONS, body).json()
    assert api.post(f"{ACTIONS}/{action['id']}/execute", {"id": queue["id"]}).json() == {"name": "Support"}
    missing = api.post(f"{ACTIONS}/{action['id']}/test", {"id": "nobody"}).json()
    assert missing["operations"][-1]["step"] == 7
    assert "404" in missing["error"]["message"]


def test_an_action_has_no_more_rights_than_who_runs_it(api: Api, make_api: MakeApi) -> None:
    body = post_body(api, integrationId=integration(api, "purecloud-data-actions"))
    body["config"] = {"request": {"requestUrlTemplate": "/api/v2/routing/queues", "requestType": "GET"}}
    action = api.post(ACTIONS, body).json()
    runner = make_api(permissions=["integrations:action:execute"])
    result = runner.post(f"{ACTIONS}/{action['id']}/test", {"id": "1"}).json()
    assert "403" in result["error"]["message"]


def test_credentials_are_rendered_and_never_shown(api: Api) -> None:
    path = "/api/v2/integrations/credentials"
    fields = {"name": "key", "type": {"name": "userDefined"}, "credentialFields": {"key": "top-secret-7"}}
    credential = api.post(path, fields).json()
    own = api.post("/api/v2/integrations", {"integrationType": {"id": "custom-rest-actions"}}).json()
    config_path = f"/api/v2/integrations/{own['id']}/config/current"
    config = api.get(config_path).json()
    api.put(config_path, config | {"credentials": {"userDefined": {"id": credential["id"]}}})
    body = post_body(api, integrationId=own["id"])
    body["config"]["request"]["requestUrlTemplate"] = "https://orders.example/?k=${credentials.key}"
    stub(api, ORDER | {"url": "https://orders.example/?k=top-secret-7"})
    action = api.post(ACTIONS, body).json()
    answer = api.post(f"{ACTIONS}/{action['id']}/test", {"id": "1"})
    assert answer.json()["success"] is True
    assert "top-secret-7" not in answer.text


def test_validation_lists_what_does_not_parse(api: Api) -> None:
    path = f"{ACTIONS}/{created(api, path=f'{ACTIONS}/drafts')['id']}/draft"
    assert api.get(f"{path}/validation").json() == {"valid": True, "errors": []}
    config = post_body(api)["config"]
    config["request"]["requestUrlTemplate"] = "https://x.example/#if($a)"
    config["response"]["translationMap"] = {"total": "$.a["}
    config["response"]["translationMap"]["other"] = "$.a[?(@.b ==]"
    api.patch(path, {"config": config, "version": 1})
    result = api.get(f"{path}/validation").json()
    assert result["valid"] is False
    fields = [error["details"][0]["fieldName"] for error in result["errors"]]
    assert "config.request.requestUrlTemplate" in fields
    assert "config.response.translationMap.other" in fields


def test_the_guides_weather_example_runs_against_its_stub(api: Api) -> None:
    stub(api, {"method": "GET", "url": "https://api.open-meteo.com/v1/forecast?*", "body": REPLY})
    action = api.post(GUIDES, weather()).json()
    result = api.post(f"{GUIDES}/{action['id']}/test", {"latitude": 52.5, "longitude": 13.4}).json()
    assert result["status"] == "SUCCESS", result
    assert result["output"] == {"temperature": 18.3, "weather_code": 3}


def test_a_guides_action_whose_reply_lacks_a_field_gives_null(api: Api) -> None:
    stub(api, {"method": "GET", "url": "https://api.open-meteo.com/*", "body": {"current_weather": {}}})
    action = api.post(GUIDES, weather()).json()
    result = api.post(f"{GUIDES}/{action['id']}/test", {"latitude": 1, "longitude": 2}).json()
    assert result["output"] == {"temperature": None, "weather_code": None}
