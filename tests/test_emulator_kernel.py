"""What every answer of the emulator has: correlation, errors, paths and methods, tokens, quota, its own API."""

from __future__ import annotations

import base64

import pytest
import requests

from tests.api import Api, MakeApi
from trunkline.emulator.clock import CountedIds, ManualClock
from trunkline.emulator.orgs import Access
from trunkline.emulator.server import Emulator, start


def post_token(emulator: Emulator, **options: object) -> requests.Response:
    return requests.post(emulator.url + "/oauth/token", timeout=10, **options)


def test_an_unknown_path_is_501_and_names_the_nearest_known_ones(api: Api) -> None:
    answer = api.post("/api/v2/oauth/tokens", {})
    assert answer.status_code == 501
    body = answer.json()
    assert body["code"] == "not.implemented"
    assert body["status"] == 501
    assert {"errorCode": "nearest.known", "entityName": "POST /api/v2/oauth/token"} in body["details"]


def test_an_unknown_method_is_405_with_allow(emulator: Emulator) -> None:
    answer = requests.get(emulator.url + "/oauth/token", timeout=10)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"


def test_every_answer_carries_a_correlation_id_and_errors_repeat_it(emulator: Emulator) -> None:
    answers = [requests.get(emulator.url + "/nothing", timeout=10) for _ in range(2)]
    ids = [answer.headers["ININ-Correlation-Id"] for answer in answers]
    assert ids[0] != ids[1]
    assert [answer.json()["contextId"] for answer in answers] == ids


def test_an_error_body_has_every_field_clients_read(emulator: Emulator) -> None:
    body = requests.get(emulator.url + "/nothing", timeout=10).json()
    assert set(body) == {"message", "code", "status", "messageParams", "contextId", "details", "errors"}


def test_a_token_is_given_for_basic_and_for_form_fields(emulator: Emulator, org: Access) -> None:
    basic = post_token(
        emulator, data={"grant_type": "client_credentials"}, auth=(org.client_id, org.client_secret)
    )
    fields = {
        "grant_type": "client_credentials",
        "client_id": org.client_id,
        "client_secret": org.client_secret,
    }
    form = post_token(emulator, data=fields)
    as_json = requests.post(emulator.url + "/api/v2/oauth/token", json=fields, timeout=10)
    as_form = requests.post(emulator.url + "/api/v2/oauth/token", data=fields, timeout=10)
    for answer in (basic, form, as_json, as_form):
        assert answer.status_code == 200, answer.text
        assert answer.json()["token_type"] == "bearer"
        assert answer.json()["expires_in"] == 86_399


@pytest.mark.parametrize(
    "authorization",
    [
        "Basic " + base64.b64encode(b"nobody:secret").decode(),
        "Basic " + base64.b64encode("nöbody:sécret".encode("latin-1")).decode(),
        "Basic !!!",
        "Basic",
        "",
    ],
)
def test_a_bad_client_gets_the_vendors_three_fields(emulator: Emulator, authorization: str) -> None:
    answer = post_token(
        emulator, data={"grant_type": "client_credentials"}, headers={"Authorization": authorization}
    )
    assert answer.status_code == 401
    assert answer.json() == {
        "error": "invalid_client",
        "description": "authentication failed",
        "error_description": "authentication failed",
    }


def test_another_grant_is_refused(emulator: Emulator, org: Access) -> None:
    answer = post_token(emulator, data={"grant_type": "password"}, auth=(org.client_id, org.client_secret))
    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


def test_a_scope_the_client_lacks_is_refused_by_name(emulator: Emulator, make_api: MakeApi) -> None:
    client = make_api(scopes=["flow:read"])
    answer = post_token(
        emulator,
        data={"grant_type": "client_credentials", "scope": "flow:read flow:write"},
        auth=(client.access.client_id, client.access.client_secret),
    )
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_scope"
    assert "flow:write" in answer.json()["description"]


def test_no_token_and_an_unknown_token_are_told_apart(emulator: Emulator) -> None:
    url = emulator.url + "/api/v2/tokens/me"
    absent = requests.get(url, timeout=10)
    unknown = requests.get(url, headers={"Authorization": "Bearer nonsense"}, timeout=10)
    assert (absent.status_code, absent.json()["code"]) == (401, "authentication.required")
    assert (unknown.status_code, unknown.json()["code"]) == (401, "bad.credentials")
    assert unknown.json()["details"] == [{"errorCode": "token.unknown"}]


def test_a_token_expires_when_its_time_has_passed(api: Api, make_api: MakeApi) -> None:
    client = make_api(validity=600)
    assert client.get("/api/v2/tokens/me").status_code == 200
    api.configure(clockOffsetSeconds=601)
    answer = client.get("/api/v2/tokens/me")
    assert answer.status_code == 401
    assert answer.json()["details"] == [{"errorCode": "token.expired"}]


def test_a_deleted_token_is_no_longer_known(api: Api) -> None:
    assert api.delete("/api/v2/tokens/me").status_code == 200
    assert api.get("/api/v2/tokens/me").status_code == 401


def test_a_token_tells_its_org_and_its_client(api: Api) -> None:
    info = api.get("/api/v2/tokens/me").json()
    assert info["organization"]["id"] == api.access.id
    assert info["OAuthClient"]["id"] == api.access.client_id
    assert api.call("HEAD", "/api/v2/tokens/me").status_code == 200


def test_the_quota_is_counted_by_token_and_answered_with_429(api: Api) -> None:
    api.configure(quota=3)
    answers = [api.get("/api/v2/tokens/me") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["inin-ratelimit-count"] for answer in answers] == ["1", "2", "3", "4"]
    refused = answers[-1]
    wait = refused.headers["Retry-After"]
    assert refused.headers["inin-ratelimit-allowed"] == "3"
    assert refused.json()["code"] == "too.many.requests.retry.after"
    assert (
        refused.json()["message"] == f"Rate limit exceeded the maximum. Retry the request in [{wait}] seconds"
    )
    assert Api(api.emulator, api.access).get("/api/v2/tokens/me").status_code == 200


def test_a_new_window_opens_once_the_last_has_passed() -> None:
    clock = ManualClock()
    with start(quota=1, clock=clock) as emulator:
        api = Api(emulator, emulator.orgs[0])
        assert api.get("/api/v2/tokens/me").status_code == 200
        clock.advance(20)
        refused = api.get("/api/v2/tokens/me")
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "40")
        clock.advance(40)
        assert api.get("/api/v2/tokens/me").status_code == 200


def test_given_ids_and_a_given_clock_make_a_run_repeatable() -> None:
    def seen() -> list[object]:
        with start(clock=ManualClock(), ids=CountedIds("a"), quota=0) as emulator:
            api = Api(emulator, emulator.orgs[0])
            queue = api.post("/api/v2/routing/queues", {"name": "Support"}).json()
            return [emulator.ready()["orgs"], queue]

    first = seen()
    assert first == seen()
    assert first[1]["dateCreated"] == "2023-11-14T22:13:20.000Z"


def test_orgs_are_isolated(emulator: Emulator, api: Api) -> None:
    other = Api(emulator, emulator.create_org("other"))
    assert other.get("/api/v2/tokens/me").json()["organization"]["name"] == "other"
    assert other.get("/api/v2/tokens/me").json()["organization"]["id"] != api.access.id


def test_a_token_of_one_cloud_is_refused_by_the_api_of_the_other(emulator: Emulator) -> None:
    tenant = Api(emulator, emulator.create_org("tenant", cloud="cxone"))
    answer = tenant.get("/api/v2/routing/queues")
    assert (answer.status_code, answer.json()["code"]) == (403, "not.authorized")
    assert "cxone" in answer.json()["message"]
    tenant.close()


def test_a_body_that_is_no_json_is_400_and_another_media_type_415(api: Api) -> None:
    path = f"/_trunkline/orgs/{api.access.id}/settings"
    broken = api.call("PATCH", path, data=b"{", headers={"Content-Type": "application/json"})
    deep = api.call("PATCH", path, data=b"[" * 100_000, headers={"Content-Type": "application/json"})
    wrong = api.call("PATCH", path, data=b"{}", headers={"Content-Type": "text/xml"})
    assert [broken.status_code, deep.status_code, wrong.status_code] == [400, 400, 415]


def test_the_own_api_refuses_a_page_in_a_browser_and_a_foreign_host_name(emulator: Emulator) -> None:
    url = emulator.url + "/_trunkline/orgs"
    assert requests.get(url, timeout=10).status_code == 200
    assert requests.get(url, headers={"Origin": "https://evil.example"}, timeout=10).status_code == 403
    assert requests.get(url, headers={"Host": "evil.example"}, timeout=10).status_code == 403


def test_an_unknown_setting_is_refused_by_name(api: Api) -> None:
    answer = api.admin("PATCH", "/settings", {"quotaa": 3})
    assert answer.status_code == 400
    assert "quotaa" in answer.json()["message"]
    assert api.admin("PATCH", "/settings", {"quota": "many"}).status_code == 400


def test_the_journal_lists_requests_without_credentials(api: Api) -> None:
    api.get("/api/v2/tokens/me?secretless=1")
    entries = api.get(f"/_trunkline/journal?org={api.access.id}").json()
    assert entries[-1]["path"] == "/api/v2/tokens/me"
    assert entries[-1]["query"] == "secretless=1"
    assert entries[-1]["status"] == 200
    assert api.token not in str(entries)


def test_a_deleted_org_lets_nobody_in(api: Api) -> None:
    assert api.admin("DELETE", "").status_code == 204
    assert api.get("/api/v2/tokens/me").status_code == 401


def test_every_route_says_how_it_is_known(api: Api) -> None:
    routes = api.get("/_trunkline/routes").json()
    assert {route["known"] for route in routes} <= {"spec", "client", "assumed"}
    unsaid = [route for route in routes if not route["summary"]]
    assert unsaid == []
