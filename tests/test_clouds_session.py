"""Calls to an org: tokens, limits, retries, errors, timing."""

from __future__ import annotations

import base64
import io
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fake_cloud import TARGET, FakeCloud, answer, query, script
from trunkline.clouds.answer import parse_json
from trunkline.clouds.auth import ClientCredentials
from trunkline.clouds.redact import Redactor, Secret
from trunkline.clouds.retry import Policy, Retry
from trunkline.clouds.session import Call, Session, route
from trunkline.clouds.transport import Response
from trunkline.errors import (
    AuthenticationFailed,
    CloudError,
    Conflict,
    NoAnswer,
    NotFound,
    PermissionMissing,
)


def test_a_request_carries_token_path_query_and_body():
    cloud = FakeCloud(script(answer(value={"id": "1"})))
    call = Call(query={"flag": True, "page": 2, "none": None, "text": "a b&c"})
    got = cloud.session().send_json("POST", route("/api/v2/flows/{}/x", "a/b ?"), {"ä": 1}, call)

    sent = cloud.requests[0]
    assert sent.url == "https://api.mypurecloud.com/api/v2/flows/a%2Fb%20%3F/x?flag=true&page=2&text=a+b%26c"
    assert sent.headers["Authorization"] == "Bearer token-1-text"
    assert (sent.body, got) == ('{"ä": 1}'.encode(), {"id": "1"})


@pytest.mark.parametrize("part", ["", ".", ".."])
def test_no_part_of_a_path_can_lead_elsewhere(part):
    with pytest.raises(ValueError, match="cannot be part of a path"):
        route("/api/v2/flows/{}", part)


@pytest.mark.parametrize(
    ("status", "body", "kind", "says", "hint"),
    [
        (404, {"message": "no flow", "code": "architect.flow.not.found"}, NotFound, "no flow", None),
        (410, {"message": "deleted"}, NotFound, "deleted", None),
        (
            409,
            {"message": "locked", "code": "architect.flow.locked.by.user"},
            Conflict,
            "locked",
            "check it in",
        ),
        (412, {"message": "stale"}, Conflict, "stale", "trunkline pull"),
        (
            400,
            {"message": "Supplied version 2 does not match latest draft version 1", "code": "bad.request"},
            Conflict,
            "version 2",
            "read the object again",
        ),
        (
            403,
            {
                "message": "Unable to perform the requested action. You are missing the following"
                " permission(s): integrations:action:view",
                "code": "missing.permissions",
            },
            PermissionMissing,
            "integrations:action:view",
            "integrations:action:view; trunkline doctor",
        ),
        (
            400,
            {"error": "invalid_request", "error_description": "no such thing"},
            CloudError,
            "no such thing",
            "correct",
        ),
        (500, {"message": "boom", "code": "internal.server.error"}, CloudError, "boom", "repeat later"),
        (302, {}, CloudError, "not followed", None),
        (418, "short and stout", CloudError, "short and stout", None),
    ],
)
def test_an_error_says_what_the_cloud_said_and_how_to_mend_it(status, body, kind, says, hint):
    cloud = FakeCloud(script(answer(status, body, inin_correlation_id="corr-1")))

    with pytest.raises(CloudError) as caught:
        cloud.session(policy=Policy(attempts=1)).request("POST", "/api/v2/flows")

    error = caught.value
    assert type(error) is kind
    assert says in error.message
    assert "corr-1" in error.message
    assert (error.status, error.correlation_id, error.where) == (status, "corr-1", "POST /api/v2/flows")
    assert hint is None or hint in (error.hint or "")


def test_details_and_nested_errors_are_shown():
    body = {
        "message": "invalid",
        "details": [{"errorCode": "too.long", "fieldName": "name"}, 7],
        "errors": [{"message": "and this"}, None],
    }
    cloud = FakeCloud(script(answer(400, body)))

    with pytest.raises(CloudError, match="400 invalid; name: too.long; and this"):
        cloud.session().get_json("/x")


@given(st.binary(max_size=300), st.sampled_from([400, 401, 403, 404, 409, 500]))
def test_no_error_body_breaks_the_reading_of_it(body, status):
    cloud = FakeCloud(script(Response(status, {}, body, len(body))))

    with pytest.raises(CloudError):
        cloud.session(policy=Policy(attempts=1)).request("GET", "/x")


@pytest.mark.parametrize("body", [b"", b"<html>login</html>", b"[" * 100_000, b"NaN", b"\xff", b"[1]"])
def test_an_answer_that_is_no_object_is_an_error_not_a_crash(body):
    cloud = FakeCloud(script(Response(200, {}, body, len(body))))

    with pytest.raises(CloudError, match="not JSON|empty|no JSON object"):
        cloud.session().get_json("/x")


def test_no_secret_is_in_an_error():
    def handle(request):
        echo = f"you sent {request.headers['Authorization']} and client-secret-text"
        return answer(500, {"message": echo})

    with pytest.raises(CloudError) as caught:
        FakeCloud(handle).session(policy=Policy(attempts=1)).get_json("/x")

    assert "token-1-text" not in str(caught.value)
    assert "client-secret-text" not in str(caught.value)


def test_a_401_renews_the_token_once():
    cloud = FakeCloud(script(answer(401, {"code": "bad.credentials"}), answer(value={})))
    cloud.session().get_json("/x")

    assert [each.headers["Authorization"] for each in cloud.requests] == [
        "Bearer token-1-text",
        "Bearer token-2-text",
    ]


def test_a_second_401_is_an_error():
    cloud = FakeCloud(
        script(answer(401, {"message": "Invalid login credentials.", "code": "bad.credentials"}))
    )

    with pytest.raises(AuthenticationFailed, match="Invalid login") as caught:
        cloud.session().get_json("/x")

    assert (len(cloud.requests), caught.value.exit_code) == (2, 3)


def test_a_token_is_renewed_a_minute_before_it_expires():
    cloud = FakeCloud(script(answer(value={})))
    cloud.lifetime = 300
    session = cloud.session()
    for seconds, tokens in ((0, 1), (239, 1), (2, 2), (200, 2)):
        cloud.now += seconds
        session.get_json("/x")
        assert cloud.tokens == tokens


def test_threads_share_one_token_and_one_fetch_of_it():
    cloud = FakeCloud(script(answer(value={})))
    send = cloud.send

    def slow(request, sink=None):
        if "oauth" in request.url:
            time.sleep(0.05)
        return send(request, sink)

    cloud.send = slow
    session = cloud.session()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: session.get_json("/x"), range(40)))

    assert cloud.tokens == 1


def test_many_threads_with_a_refused_token_fetch_one_new_one():
    gate = threading.Barrier(6, timeout=5)

    def handle(request):
        if request.headers["Authorization"] == "Bearer token-1-text":
            gate.wait()
            return answer(401)
        return answer(value={})

    cloud = FakeCloud(handle)
    session = cloud.session()
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: session.get_json("/x"), range(6)))

    assert cloud.tokens == 2


def login(*outcomes, target=TARGET) -> tuple[ClientCredentials, list]:
    sent = []
    handle = script(*outcomes)

    class Transport:
        def send(self, request, sink=None):
            sent.append(request)
            return handle(request)

        def close(self):
            pass

    retry = Retry(Policy(attempts=3), sleep=lambda seconds: None)
    return ClientCredentials(target, Transport(), Redactor(), retry), sent


def test_a_token_is_asked_for_as_the_vendor_says():
    auth, sent = login(
        answer(value={"access_token": "t0ken-text", "token_type": "bearer", "expires_in": 86399})
    )

    assert auth.token() == Secret("t0ken-text")
    assert sent[0].url == "https://login.mypurecloud.com/oauth/token"
    assert (
        sent[0].headers["Authorization"]
        == "Basic " + base64.b64encode(b"client-id:client-secret-text").decode()
    )
    assert sent[0].body == b"grant_type=client_credentials"


def test_a_token_of_cxone_is_asked_for_where_the_guide_says():
    cxone = replace(TARGET, cloud="cxone", surface="guides", login_url="https://acme.api.nicecxone.com")
    auth, sent = login(answer(value={"access_token": "t0ken-text", "expires_in": 3600}), target=cxone)
    auth.token()

    assert sent[0].url == "https://acme.api.nicecxone.com/api/v2/oauth/token"


@pytest.mark.parametrize("status", [400, 401])
def test_a_refused_client_says_which_where_and_what_to_do(status):
    body = {
        "error": "invalid_client",
        "description": "authentication failed",
        "error_description": "auth failed",
    }
    auth, _ = login(answer(status, body))

    with pytest.raises(AuthenticationFailed, match="client-id: auth failed") as caught:
        auth.token()

    assert caught.value.code == "invalid_client"
    assert "TRUNKLINE_*" in (caught.value.hint or "")
    assert "region" in (caught.value.hint or "")
    assert "client-secret-text" not in f"{caught.value} {caught.value.hint}"


def test_the_throttle_of_the_login_is_waited_for_though_it_is_a_400():
    throttled = answer(400, {"error": "invalid_request", "description": "rate limit exceeded; wait"})
    auth, sent = login(throttled, answer(value={"access_token": "t0ken-text", "expires_in": 86399}))

    assert auth.token() == Secret("t0ken-text")
    assert len(sent) == 2


@pytest.mark.parametrize(
    "value", [{}, {"access_token": ""}, {"access_token": 7}, {"access_token": "x", "expires_in": "soon"}]
)
def test_a_login_that_hands_out_no_token_is_an_error(value):
    auth, _ = login(answer(value=value))

    with pytest.raises(CloudError, match="no token"):
        auth.token()


def test_a_post_left_without_an_answer_is_not_sent_again():
    cloud = FakeCloud(script(NoAnswer("no answer in time", sent=True), answer(value={})))

    with pytest.raises(NoAnswer) as caught:
        cloud.session().send_json("POST", "/api/v2/integrations/actions/drafts", {})

    assert len(cloud.requests) == 1
    assert caught.value.where == "POST /api/v2/integrations/actions/drafts"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_idempotent_request_is_sent_again(method):
    cloud = FakeCloud(script(NoAnswer("no answer in time", sent=True), answer(value={})))
    cloud.session().request(method, "/x")

    assert len(cloud.requests) == 2
    assert [each.reason for each in cloud.waits] == ["no answer in time"]


def test_a_second_attempt_at_a_file_starts_it_anew():
    half = [NoAnswer("broke off", sent=True)]

    def handle(request):
        return half.pop() if half else answer(value={"whole": True})

    cloud = FakeCloud(handle)
    send = cloud.send

    def breaking(request, sink=None):
        if half and sink is not None:
            sink.write(b'{"whole": half of a much longer thi')
        return send(request, sink)

    cloud.send = breaking
    sink = io.BytesIO(b"head")
    sink.seek(4)
    size = cloud.session().stream_to(sink, "/x")

    assert sink.getvalue() == b'head{"whole": true}'
    assert size == 15


def test_a_429_slows_down_the_session_by_what_it_says():
    cloud = FakeCloud(script(answer(429, retry_after="42"), answer(value={})))
    begun = cloud.now
    cloud.session().get_json("/x")

    assert cloud.now - begun >= 42
    assert [round(each.seconds) for each in cloud.waits] == [42]


def test_the_quota_of_the_vendor_is_assumed_but_not_of_an_emulator():
    def many(target):
        cloud = FakeCloud(script(answer(value={})))
        session = Session(target, transport=cloud, clock=cloud.clock, sleep=cloud.sleep)
        begun = cloud.now
        for _ in range(330):
            session.get_json("/x")
        return cloud.now - begun

    assert many(TARGET) > 60
    assert many(replace(TARGET, base_url="https://gateway.example.com")) > 60
    assert many(replace(TARGET, base_url="http://127.0.0.1:4010")) == 0


def test_calls_are_counted_and_timed_by_route():
    cloud = FakeCloud(script(answer(503), answer(value={"a": 1})))
    session = cloud.session()
    send = cloud.send

    def slow(request, sink=None):
        cloud.now += 0.25
        return send(request, sink)

    cloud.send = slow
    for flow in ("a", "b", "c"):
        session.get_json(route("/api/v2/flows/{}", flow))

    cost = session.metrics.by_route()["GET /api/v2/flows/{}"]
    assert (cost.count, cost.retries, cost.bytes) == (4, 1, 24)
    assert (cost.p50, cost.p95) == (250, 250)
    assert cost.waited >= 2
    assert session.metrics.total().count == 4 + 1  # the sign-in


def test_an_empty_answer_is_no_value():
    cloud = FakeCloud(script(Response(204, {}, b"", 0)))

    assert cloud.session().send_json("POST", "/x") is None
    assert cloud.requests[0].body == b""


def test_what_json_does_not_have_is_never_sent():
    with pytest.raises(ValueError, match="JSON"):
        FakeCloud(script(answer())).session().send_json("POST", "/x", {"a": float("nan")})


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.text(), x),
    )
)
def test_any_json_is_read_as_it_is(value):
    assert parse_json(json.dumps(value).encode(), "GET /x") == value


def test_a_page_can_be_asked_for():
    cloud = FakeCloud(script(answer(value={})))
    cloud.session().get_json("/x", {"pageNumber": 3})

    assert query(cloud.requests[0]) == {"pageNumber": "3"}
