"""Quotas by token, by org and at the login, the size of a request, and a clock that can be driven."""

from __future__ import annotations

import pytest
import requests

from tests.api import Api
from trunkline.emulator.clock import DrivenClock, ManualClock
from trunkline.emulator.server import start

ME = "/api/v2/organizations/me"
RATES = ("inin-ratelimit-count", "inin-ratelimit-allowed", "inin-ratelimit-reset")


def add_client(api: Api) -> Api:
    added = api.admin("POST", "/clients", {}).json()
    access = type(api.access)(api.access.name, api.access.cloud, api.access.id, added["id"], added["secret"])
    return Api(api.emulator, access)


def test_an_orgs_tokens_share_a_quota_of_their_own(api):
    api.configure(orgQuota=5, quota=100)
    other = add_client(api)
    statuses = [each.get(ME).status_code for _ in range(3) for each in (api, other)]
    assert statuses == [200] * 5 + [429]
    refused = other.get(ME)
    assert int(refused.headers["inin-ratelimit-count"]) < int(refused.headers["inin-ratelimit-allowed"])
    assert int(refused.headers["Retry-After"]) >= 1
    assert refused.json()["code"] == "too.many.requests.retry.after"
    other.close()


def test_the_headers_can_be_left_out(api):
    api.configure(quota=2)
    assert set(RATES) <= set(api.get(ME).headers)
    api.configure(quotaHeaders=False)
    answers = [api.get(ME) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert not [name for answer in answers for name in RATES if name in answer.headers]
    assert "Retry-After" in answers[1].headers


def test_a_client_that_asks_for_too_many_tokens_is_told_so_in_the_vendors_words(api):
    api.configure(loginQuota=1)
    statuses = []
    for _ in range(2):
        answer = requests.post(
            api.emulator.url + "/oauth/token",
            data={"grant_type": "client_credentials"},
            auth=(api.access.client_id, api.access.client_secret),
            timeout=10,
        )
        statuses.append(answer.status_code)
    assert statuses == [200, 400]
    assert answer.json()["error"] == "invalid_request"
    assert answer.json()["description"].startswith("rate limit exceeded;")


def test_the_vendors_largest_request_is_the_limit_unless_an_org_says_otherwise(api):
    body = {"name": "Long", "description": "x" * 520_000}
    refused = api.post("/api/v2/routing/queues", body)
    assert (refused.status_code, refused.json()["code"]) == (413, "request.too.large")
    api.configure(requestBytes=0)
    assert api.post("/api/v2/routing/queues", body).status_code != 413


def test_an_hour_of_quota_takes_no_time_when_the_clock_is_driven():
    with start(quota=3, clock=ManualClock()) as running:
        api = Api(running, running.orgs[0])
        for _ in range(5):
            assert [api.get(ME).status_code for _ in range(4)] == [200, 200, 200, 429]
            assert api.call("POST", "/_trunkline/clock", {"advance": 60}).status_code == 200
        assert api.get(ME).status_code == 200
        api.close()


def test_tokens_expire_as_the_clock_is_sent_ahead():
    with start(quota=0, clock=ManualClock()) as running:
        api = Api(running, running.orgs[0])
        before = api.call("GET", "/_trunkline/clock").json()["now"]
        after = api.call("POST", "/_trunkline/clock", {"advance": 90_000}).json()["now"]
        assert before < after
        assert api.get(ME).status_code == 401
        api.close()


@pytest.mark.parametrize("wrong", [{"advance": -1}, {"speed": "fast"}, {"advance": 1e300}, {"speed": True}])
def test_the_clock_takes_no_nonsense(api, wrong):
    assert api.call("POST", "/_trunkline/clock", wrong).status_code == 400


def test_a_driven_clock_runs_at_its_own_pace_and_never_jumps():
    inner = ManualClock(100.0)
    clock = DrivenClock(inner)
    inner.advance(1)
    clock.run_at(60)
    assert clock.now() == 101
    inner.advance(2)
    assert clock.now() == 221
    clock.run_at(0)
    inner.advance(50)
    assert clock.now() == 221
    clock.advance(9)
    assert clock.now() == 230
