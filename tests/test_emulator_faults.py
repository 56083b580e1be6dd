"""Faults to order: every kind as a client sees it, and which requests a rule meets."""

from __future__ import annotations

import email.utils
import json
import time
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from tests.api import Api
from tests.cli import trunkline
from trunkline.emulator.faults import KINDS, Faults, parse
from trunkline.emulator.server import start

ME = "/api/v2/organizations/me"
QUEUES = "/api/v2/routing/queues"


class Faulty:
    """Orders faults for the requests of one org alone."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.org = api.access.id

    def order(self, fault: str | list[str], route: str = "*", **rest: Any) -> None:
        rule = {"fault": fault, "route": route, "org": self.org, **rest}
        answer = self.api.call("POST", "/_trunkline/faults", rule)
        assert answer.status_code == 201, answer.text


@pytest.fixture
def faulty(api):
    yield Faulty(api)
    api.call("DELETE", "/_trunkline/faults")


@pytest.mark.parametrize("status", [500, 503])
def test_a_server_error_has_the_vendors_body_and_the_next_request_is_well(api, faulty, status):
    faulty.order(str(status))
    spoiled = api.get(ME)
    assert (spoiled.status_code, spoiled.json()["status"]) == (status, status)
    assert api.get(ME).status_code == 200


@pytest.mark.parametrize("status", [502, 504])
def test_a_gateways_error_is_a_page_and_no_json(api, faulty, status):
    faulty.order(str(status))
    spoiled = api.get(ME)
    assert (spoiled.status_code, spoiled.headers["Content-Type"]) == (status, "text/html")


@pytest.mark.parametrize(
    ("fault", "header", "rest"),
    [
        ("429", "1", {}),
        ("429-without-retry-after", None, {}),
        ("429-lying-retry-after", "0", {}),
        ("429", "17", {"retryAfter": 17}),
        ("503", "3", {"retryAfter": "3"}),
        ("429", None, {"retryAfter": None}),
    ],
)
def test_retry_after_is_true_absent_or_a_lie(api, faulty, fault, header, rest):
    faulty.order(fault, **rest)
    assert api.get(ME).headers.get("Retry-After") == header


def test_a_reset_before_leaves_no_trace_and_one_after_leaves_the_object(api, faulty):
    for fault, kept in (("reset-before", 0), ("reset-after", 1)):
        faulty.order(fault, f"POST {QUEUES}")
        with pytest.raises(requests.ConnectionError, match="reset|abort"):
            api.post(QUEUES, {"name": fault})
        assert api.get(QUEUES, params={"name": fault}).json()["total"] == kept


def test_a_truncated_body_ends_before_its_length(api, faulty):
    faulty.order("truncated")
    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.ConnectionError)):
        api.get(ME)


def test_a_stalled_body_stops_half_way(api, faulty):
    faulty.order("stalled", seconds=0.2)
    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.ConnectionError)):
        api.get(ME)


def test_a_slow_answer_is_whole(api, faulty):
    faulty.order("slow", seconds=0.3)
    begun = time.monotonic()
    assert api.get(ME).status_code == 200
    assert time.monotonic() - begun >= 0.3


def test_a_stale_read_shows_what_was_read_before_the_write(api, faulty):
    queue = api.post(QUEUES, {"name": "Before"}).json()
    faulty.order("stale", f"GET {QUEUES}/*", after=1)
    one = f"{QUEUES}/{queue['id']}"
    assert api.get(one).json()["name"] == "Before"
    api.put(one, {"name": "After"})
    assert api.get(one).json()["name"] == "Before"
    assert api.get(one).json()["name"] == "After"


def test_206_is_an_answer_that_is_not_whole_yet(api, faulty):
    faulty.order("206")
    assert api.get(ME).status_code == 206


def test_malformed_json_and_a_page_in_the_place_of_json(api, faulty):
    faulty.order("malformed-json")
    with pytest.raises(ValueError, match="."):
        json.loads(api.get(ME).content)
    faulty.order("wrong-content-type")
    spoiled = api.get(ME)
    assert (spoiled.status_code, spoiled.headers["Content-Type"]) == (200, "text/html")


def test_a_token_that_expires_in_mid_run_stays_expired(api, faulty):
    faulty.order("expired-token")
    spoiled = [api.get(ME), api.get(ME)]
    assert [answer.status_code for answer in spoiled] == [401, 401]
    assert spoiled[0].json()["details"] == [{"errorCode": "token.expired"}]


def test_a_page_comes_twice(api, faulty):
    for number in range(4):
        api.post(QUEUES, {"name": f"Queue {number}"})
    faulty.order("duplicate-page", f"GET {QUEUES}", after=1)
    pages = [api.get(QUEUES, params={"pageSize": 2, "pageNumber": number}).json() for number in (1, 2, 2)]
    assert pages[1]["pageNumber"] == 2
    assert pages[1]["entities"] == pages[0]["entities"] != pages[2]["entities"]


def test_pages_never_end(api, faulty):
    api.post(QUEUES, {"name": "One"})
    faulty.order("endless-pages", f"GET {QUEUES}", times=5)
    for number in range(1, 6):
        page = api.get(QUEUES, params={"pageNumber": number}).json()
        assert len(page["entities"]) == 1
        assert page["pageCount"] == number + 1
        assert f"pageNumber={number + 1}" in page["nextUri"]


def test_the_servers_clock_is_wrong_for_one_answer(api, faulty):
    faulty.order("clock-skew", seconds=-7200)
    dates = [email.utils.parsedate_to_datetime(api.get(ME).headers["Date"]) for _ in range(2)]
    assert 7100 < (dates[1] - dates[0]).total_seconds() < 7300


def test_a_lock_is_lost_between_checkout_and_save(api, faulty):
    flow = api.post("/api/v2/flows", {"name": "Greeting", "type": "INBOUNDCALL"}).json()
    faulty.order("lost-lock", "POST /api/v2/flows*")
    spoiled = api.post(f"/api/v2/flows/actions/checkin?flow={flow['id']}")
    assert (spoiled.status_code, spoiled.json()["code"]) == (409, "architect.flow.not.locked.by.user")


def test_somebody_elses_edit_comes_between_a_read_and_a_write(api, faulty):
    body = {"name": "S", "start": "2026-01-01T08:00:00.000", "end": "2026-01-01T17:00:00.000"}
    schedule = api.post("/api/v2/architect/schedules", body).json()
    faulty.order("edit", "PUT /api/v2/architect/schedules/*")
    spoiled = api.put(f"/api/v2/architect/schedules/{schedule['id']}", {**schedule, "name": "T"})
    assert spoiled.status_code == 409
    seen = api.get(f"/api/v2/architect/schedules/{schedule['id']}").json()
    assert (seen["description"], seen["version"]) == ("Edited by somebody else", schedule["version"] + 1)


def test_the_login_can_be_refused_too(emulator, api, faulty):
    answer = api.call("POST", "/_trunkline/faults", {"fault": "429", "route": "POST /oauth/token"})
    assert answer.status_code == 201
    spoiled = requests.post(emulator.url + "/oauth/token", timeout=10)
    assert (spoiled.status_code, spoiled.json()["error"]) == (400, "invalid_request")
    assert "rate limit exceeded" in spoiled.json()["description"]


def test_the_admin_api_is_never_spoiled_and_counts_what_was(api, faulty):
    faulty.order("500", rate=1.0)
    assert api.get(ME).status_code == 500
    told = api.call("GET", "/_trunkline/faults").json()
    assert told["injected"]["500"] >= 1
    assert told["rules"][0]["met"] == 1


def test_a_rate_is_kept_and_the_same_seed_gives_the_same_faults():
    def run(seed: str) -> list[str | None]:
        faults = Faults()
        faults.add({"fault": ["429", "500"], "rate": 0.2, "seed": seed})
        drawn = [faults.draw("GET", ME, None) for _ in range(2000)]
        return [fault and fault.kind for fault in drawn]

    first = run("a")
    assert first == run("a") != run("b")
    assert 320 < sum(kind is not None for kind in first) < 480
    assert {"429", "500"} <= set(first)


def test_faults_of_reads_never_meet_writes():
    faults = Faults()
    faults.add([{"fault": ["stale", "endless-pages"], "rate": 1}, {"fault": ["edit"], "rate": 1}])
    assert faults.draw("GET", ME, None).kind in ("stale", "endless-pages")
    assert faults.draw("POST", ME, None).kind == "edit"


def test_rules_are_used_up_in_order():
    faults = Faults()
    faults.add(
        [{"fault": "500", "route": "GET /a*", "times": 2}, {"fault": "503", "route": "/a/b", "after": 1}]
    )
    drawn = [faults.draw("GET", "/a/b", None) for _ in range(5)]
    assert [fault and fault.kind for fault in drawn] == ["500", "500", None, "503", None]


@pytest.mark.parametrize(
    "wrong",
    [
        7,
        {},
        {"fault": "earthquake"},
        {"fault": []},
        {"fault": "500", "rate": 2},
        {"fault": "500", "times": -1},
        {"fault": "500", "speed": 1},
        {"fault": "500", "route": 5},
        {"fault": "429", "retryAfter": "1\r\nX: y"},
        {"fault": "429", "retryAfter": ["1"]},
        {"fault": "500", "org": 3},
    ],
)
def test_a_rule_that_is_none_is_refused_and_says_why(api, wrong):
    answer = api.call("POST", "/_trunkline/faults", wrong)
    assert (answer.status_code, len(answer.json()["message"]) > 10) == (400, True)


FIELDS = st.sampled_from(["fault", "route", "times", "rate", "after", "seconds"])
SCALARS = st.none() | st.booleans() | st.floats() | st.text() | st.sampled_from(KINDS)


@given(SCALARS | st.dictionaries(FIELDS | st.text(), SCALARS | st.lists(SCALARS)))
def test_no_value_breaks_the_parser_of_rules(sent):
    try:
        rule = parse(sent)
    except ValueError:
        return
    assert set(rule.kinds) <= set(KINDS)
    rule.draw("GET", "/a", None)


def test_faults_are_set_at_the_start(tmp_path):
    with start(quota=0, faults={"fault": "503", "route": "GET " + ME}) as running:
        api = Api(running, running.orgs[0])
        assert [api.get(ME).status_code for _ in range(2)] == [503, 200]
        api.close()


def test_a_file_of_faults_is_checked_before_anything_listens(tmp_path):
    file = tmp_path / "faults.json"
    file.write_text('[{"fault": "5oo"}]')
    done = trunkline("emulator", "serve", "--faults", file)
    assert done.code == 1
    assert "no such fault: 5oo" in done.err
