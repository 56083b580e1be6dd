"""Data actions on the guides' surface (G1), and the one record behind both surfaces."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest

from tests.api import Api, MakeApi
from tests.test_emulator_actions import created as created_public

GUIDES = "/api/v2/flows/dataactions"
PUBLIC = "/api/v2/integrations/actions"


def weather(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Get Current Weather Data",
        "description": "Weather at a place",
        "type": "rest",
        "status": "DRAFT",
        "inputs": [
            {"name": "latitude", "type": "number", "required": True},
            {"name": "longitude", "type": "number", "required": True},
        ],
        "outputs": [
            {"name": "temperature", "type": "number"},
            {"name": "weather_code", "type": "integer"},
        ],
        "integration": {
            "url": "https://api.open-meteo.com/v1/forecast?latitude={{latitude}}&longitude={{longitude}}",
            "method": "GET",
            "headers": {},
            "timeout": 10,
        },
        "responseMapping": {
            "temperature": "{{current_weather.temperature}}",
            "weather_code": "{{current_weather.weathercode}}",
        },
        "errorHandling": {"onError": "FAIL", "onTimeout": "CONTINUE"},
    } | changes


def created(api: Api, **changes: Any) -> dict[str, Any]:
    answer = api.post(GUIDES, weather(**changes))
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_new_action_is_a_draft_with_id_version_and_etag(api: Api) -> None:
    answer = api.post(GUIDES, weather())
    action = answer.json()
    assert (action["status"], action["version"]) == ("DRAFT", 1)
    assert answer.headers["ETag"] == action["etag"]
    shown = api.get(f"{GUIDES}/{action['id']}").json()
    assert {name: shown[name] for name in weather()} == weather()


def test_every_fault_of_a_definition_is_told_with_its_place(api: Api) -> None:
    mapping = {"temperature": "{{current_weather..temperature}}", "extra": "{{a}}"}
    answer = api.post(GUIDES, weather(responseMapping=mapping, inputs=[]))
    assert answer.status_code == 400
    places = [detail["fieldName"] for detail in answer.json()["details"]]
    assert "integration.url" in places
    assert "responseMapping.temperature" in places
    assert "responseMapping.extra" in places


def test_a_name_is_taken_once(api: Api) -> None:
    first = created(api)
    second = api.post(GUIDES, weather())
    assert second.status_code == 409
    assert second.json()["entityId"] == first["id"]
    other = created(api, name="Other")
    assert api.put(f"{GUIDES}/{other['id']}", weather()).status_code == 409


def test_publishing_makes_a_version_and_again_without_a_change_is_refused(api: Api) -> None:
    path = f"{GUIDES}/{created(api)['id']}"
    published = api.post(f"{path}/publish")
    assert published.status_code == 200
    assert published.json()["status"] == "PUBLISHED"
    shown = api.get(path).json()
    assert (shown["status"], shown["publishedVersionId"]) == ("PUBLISHED", published.json()["id"])
    again = api.post(f"{path}/publish")
    assert again.status_code == 409
    assert "has not changed" in again.json()["message"]
    assert api.get(f"{path}/versions").json()["total"] == 1


def test_a_change_is_a_draft_and_a_second_version_after_publishing(api: Api) -> None:
    path = f"{GUIDES}/{created(api)['id']}"
    api.post(f"{path}/publish")
    changed = api.put(path, weather(description="changed")).json()
    assert (changed["status"], changed["version"]) == ("DRAFT", 3)
    api.post(f"{path}/publish")
    assert [each["version"] for each in api.get(f"{path}/versions").json()["entities"]] == [2, 4]


def test_a_stale_version_or_etag_is_refused(api: Api) -> None:
    action = created(api)
    path = f"{GUIDES}/{action['id']}"
    api.put(path, weather(description="theirs"))
    assert api.put(path, weather(description="mine", version=action["version"])).status_code == 409
    stale = api.put(path, weather(description="mine"), headers={"If-Match": action["etag"]})
    assert stale.status_code == 409
    assert api.get(path).json()["description"] == "theirs"
    fresh = api.get(path).headers["ETag"]
    assert api.put(path, weather(description="mine"), headers={"If-Match": fresh}).status_code == 200


def test_publishing_may_take_its_time(api: Api) -> None:
    path = f"{GUIDES}/{created(api)['id']}"
    api.configure(guidesPublishSeconds=30)
    answer = api.post(f"{path}/publish")
    assert (answer.status_code, answer.content) == (202, b"")
    assert api.get(path).json()["status"] == "DRAFT"
    api.configure(clockOffsetSeconds=31)
    assert api.get(path).json()["status"] == "PUBLISHED"


def test_lists_find_by_whole_name_or_wildcard(api: Api) -> None:
    created(api)
    created(api, name="Other")
    names = [each["name"] for each in api.get(f"{GUIDES}?name=get current*").json()["entities"]]
    assert names == ["Get Current Weather Data"]
    assert api.get(f"{GUIDES}?name=get").json()["total"] == 0


@pytest.mark.parametrize(("method", "scope"), [("GET", "flow:action:read"), ("POST", "flow:action:write")])
def test_a_missing_scope_is_named(make_api: MakeApi, method: str, scope: str) -> None:
    answer = make_api(scopes=["flow:*"], scope="flow:action:delete").call(method, GUIDES, weather())
    assert answer.status_code == 403
    assert scope in answer.json()["message"]


def test_a_scope_that_was_asked_for_is_enough(make_api: MakeApi) -> None:
    client = make_api(scope="flow:action:read")
    assert client.get(GUIDES).status_code == 200
    assert client.post(GUIDES, weather()).status_code == 403


def test_an_action_of_the_guides_is_the_same_one_on_the_public_api(api: Api) -> None:
    action = created(api)
    assert api.get(f"{PUBLIC}/{action['id']}").status_code == 404
    api.post(f"{GUIDES}/{action['id']}/publish")
    public = api.get(f"{PUBLIC}/{action['id']}?includeConfig=true&expand=contract").json()
    assert public["name"] == action["name"]
    assert public["config"]["request"]["requestUrlTemplate"].startswith("https://api.open-meteo.com/")
    assert public["config"]["response"]["translationMap"]["temperature"] == "$.current_weather.temperature"
    assert public["version"] == api.get(f"{GUIDES}/{action['id']}").json()["version"]


def test_a_write_on_either_surface_renews_version_and_etag_of_both(api: Api) -> None:
    action = created(api)
    path = f"{GUIDES}/{action['id']}"
    api.post(f"{path}/publish")
    before = api.get(path).json()
    renamed = api.patch(f"{PUBLIC}/{action['id']}", {"name": "Renamed", "version": before["version"]})
    after = api.get(path).json()
    assert after["name"] == "Renamed"
    assert after["version"] == renamed.json()["version"] == before["version"] + 1
    assert after["etag"] != before["etag"]


def test_a_public_action_is_shown_as_far_as_a_definition_can_say_it(api: Api) -> None:
    action = created_public(api)
    shown = api.get(f"{GUIDES}/{action['id']}").json()
    assert shown["status"] == "PUBLISHED"
    assert shown["integration"]["url"] == "https://orders.example/{{id}}"
    assert shown["responseMapping"] == {"total": "{{order.total}}"}
    reasons = [each["path"] for each in shown["unexpressed"]]
    assert "config.response.translationMapDefaults.total" in reasons


def test_an_action_that_names_no_integration_gets_one_without_credentials(emulator) -> None:
    sample = emulator.create_org("with-credentials", origin="sample")
    with closing(Api(emulator, sample)) as api:
        made = api.post(GUIDES, weather(name="Get the Tide")).json()
        action = api.get(f"/api/v2/integrations/actions/{made['id']}/draft").json()
        integrations = api.get("/api/v2/integrations?expand=config.current&pageSize=100").json()["entities"]
    (chosen,) = [each for each in integrations if each["id"] == action["integrationId"]]
    assert chosen["config"]["current"]["credentials"] == {}
