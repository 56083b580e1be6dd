"""Requests that are sent before anybody asks for their answers."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import BinaryIO

import pytest

from tests.fake_cloud import Answer, FakeCloud, answer, script
from tests.raw_server import Connection, raw_server
from trunkline.clouds.deadline import Deadline
from trunkline.clouds.redact import Secret
from trunkline.clouds.session import AS_IT_COMES, Session, route
from trunkline.clouds.target import Target
from trunkline.clouds.transport import Request, Response
from trunkline.errors import NoAnswer

FLOW = route("/api/v2/flows/{}", "f-1")


class EagerCloud(FakeCloud):
    """Sends ahead; `dropped` holds what nobody came for."""

    def __init__(self, handle: Callable[[Request], Answer]) -> None:
        super().__init__(handle)
        self.dropped: list[str] = []
        self.refused: list[NoAnswer] = []
        self.eager = True

    def begins(self, url: str) -> bool:
        return self.eager

    def begin(self, request: Request) -> Sent:
        if self.refused:
            raise self.refused.pop()
        return Sent(self, request)


class Sent:
    def __init__(self, cloud: EagerCloud, request: Request) -> None:
        self._cloud = cloud
        self._request = request
        try:
            self._answer: Response | NoAnswer = cloud.send(request)
        except NoAnswer as error:
            self._answer = error

    def answer(self, sink: BinaryIO | None = None) -> Response:
        if isinstance(self._answer, NoAnswer):
            raise self._answer
        if sink is not None and self._answer.status == 200:
            sink.write(self._answer.body)
        return self._answer

    def drop(self) -> None:
        self._cloud.dropped.append(self._request.url)


def test_what_was_begun_is_not_sent_again():
    cloud = EagerCloud(script(answer(value={"n": 1})))
    session = cloud.session()
    session.begin(FLOW, AS_IT_COMES)
    session.begin(FLOW, AS_IT_COMES)
    assert len(cloud.requests) == 1

    sink = io.BytesIO()
    assert session.stream_to(sink, FLOW) == 8
    assert sink.getvalue() == b'{"n": 1}'
    assert cloud.requests[0].headers["Authorization"] == "Bearer token-1-text"
    assert cloud.requests[0].headers["Accept"] == "*/*"
    assert len(cloud.requests) == 1
    assert session.metrics.total().count == 2  # the token, and this

    session.get_json(FLOW)
    assert len(cloud.requests) == 2


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(NoAnswer("reset", sent=True), id="a connection that breaks"),
        pytest.param(answer(503), id="a cloud that is busy"),
        pytest.param(answer(401), id="a token that has expired"),
        pytest.param(answer(429, retry_after="7"), id="a quota that is used up"),
    ],
)
def test_what_goes_wrong_with_it_is_mended_as_ever(first):
    cloud = EagerCloud(script(first, answer(value={"n": 1})))
    session = cloud.session()
    session.begin(FLOW)

    assert session.get_json(FLOW) == {"n": 1}
    assert len(cloud.requests) == 2


def test_nothing_is_begun_that_would_have_to_wait():
    cloud = EagerCloud(script(answer(value={})))
    session = cloud.session(quota=10)
    for _ in range(20):
        session.begin(route("/api/v2/flows/{}", str(len(cloud.requests))))

    assert 1 <= len(cloud.requests) <= 10
    assert cloud.slept == []


def test_nothing_is_begun_after_the_deadline():
    cloud = EagerCloud(script(answer(value={})))
    session = cloud.session()
    session.deadline = Deadline(10, cloud.clock)
    cloud.now += 11
    session.begin(FLOW)

    assert cloud.requests == []


def test_a_transport_that_sends_nothing_ahead_is_left_alone():
    cloud = EagerCloud(script(answer(value={"n": 1})))
    cloud.eager = False
    session = cloud.session()
    session.begin(FLOW)
    assert cloud.requests == []
    assert session.get_json(FLOW) == {"n": 1}


@pytest.mark.parametrize("sent", [False, True])
def test_what_cannot_be_begun_is_tried_again_by_who_asks(sent):
    cloud = EagerCloud(script(answer(value={"n": 1})))
    cloud.refused = [NoAnswer("refused", sent=sent)]
    session = cloud.session(quota=10)
    session.begin(FLOW)

    assert session.get_json(FLOW) == {"n": 1}
    assert len(cloud.requests) == 1


def test_what_nobody_came_for_is_dropped_at_the_end():
    cloud = EagerCloud(script(answer(value={})))
    session = cloud.session()
    session.begin(FLOW)
    session.close()

    assert cloud.dropped == ["https://api.mypurecloud.com/api/v2/flows/f-1"]


def test_a_server_has_the_next_request_before_the_last_answer_is_read():
    """On real sockets: three requests arrive although no answer was asked for."""

    def handle(connection: Connection) -> None:
        while request := connection.request():
            is_token = b"/oauth/token" in request
            connection.ok(
                b'{"access_token": "t", "expires_in": 99}' if is_token else request.split(b" ", 2)[1]
            )

    with raw_server(handle) as server:
        session = Session(Target("genesys", server.url, server.url, "public", "c", Secret("s"), "x"))
        flows = [route("/flows/{}", str(n)) for n in range(3)]
        for each in flows:
            session.begin(each, AS_IT_COMES)
        assert [session.get_bytes(each) for each in flows] == [b"/flows/0", b"/flows/1", b"/flows/2"]
        session.close()

    assert len(server.requests) == 4
    assert server.connections == 3
