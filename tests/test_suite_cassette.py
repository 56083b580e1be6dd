"""Cassettes: what is masked, what is kept, what is refused; and the real calls behind them."""

from __future__ import annotations

import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.raw_server import raw_server
from trunkline.clouds.service import Service
from trunkline.clouds.transport_any import AnyTransport
from trunkline.engine.action import Reply, Request
from trunkline.errors import InvalidInput
from trunkline.project.suite.cassette import Recorder, Scrubber, replaying

secrets = st.text(string.ascii_letters + string.digits + '+/=&%" ', min_size=8, max_size=20).filter(
    lambda text: not text.isspace() and text.strip() == text
)


@given(secrets)
def test_a_known_secret_is_found_however_it_is_written(secret):
    scrubber = Scrubber([secret])
    shown = [
        scrubber.url(f"https://x.example/?q={secret}"),
        json.dumps(scrubber.headers({"X-Echo": f"a {secret} b"})),
        json.dumps(scrubber.body(json.dumps({"debug": [secret], secret: 1}))),
        json.dumps(scrubber.body(f"<xml>{secret}</xml>")),
    ]
    assert not [text for text in shown if secret in text or json.dumps(secret)[1:-1] in text]


@pytest.mark.parametrize(
    "name",
    ["Authorization", "X-API-Key", "ocp-apim-subscription-key", "Cookie", "client_secret", "access_token"],
)
def test_a_secret_is_known_by_its_name_and_masked_wherever_else_it_stands(name):
    scrubber = Scrubber()
    assert scrubber.headers({name: "s3cret-value"}) == {name: "***"}
    assert scrubber.body('{"echo": "it was s3cret-value"}') == {"echo": "it was ***"}
    assert Scrubber().body(json.dumps({name: "s3cret-value"})) == {name: "***"}


@pytest.mark.parametrize("name", ["nextPageToken", "token_type", "expires_in", "keyboard", "state"])
def test_what_only_sounds_like_a_secret_stays(name):
    assert Scrubber().body(json.dumps({name: "plain-value"})) == {name: "plain-value"}


@pytest.mark.parametrize("body", ["", "plain", '{"a": 1.0, "b": [1e3, null, true]}', "[]", "1e999", "NaN"])
def test_a_reply_without_secrets_replays_as_it_was(tmp_path, body):
    request = Request("GET", "https://x.example/a?b=c")
    recorder = Recorder(lambda _: Reply(200, {"Content-Type": "application/json", "Date": "today"}, body))
    recorder(request)
    recorder.write(tmp_path / "x.json", [])
    again = replaying(tmp_path / "x.json", [])(request)
    assert again.status == 200
    assert again.headers == {"content-type": "application/json"}
    if body[:1] in "{[" and body:
        assert json.loads(again.text) == json.loads(body)
    else:
        assert again.text == body


@pytest.mark.parametrize(
    "text", ["{}", "[]", '{"exchanges": 1}', '{"exchanges": [{"request": {}}]}', "{", '{"exchanges": [{"request": {"method": "GET", "url": 1}, "reply": {}}]}']
)  # fmt: skip
def test_what_is_no_cassette_is_refused(tmp_path, text):
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(InvalidInput, match="cassette"):
        replaying(tmp_path / "x.json", [])


@pytest.fixture
def service():
    def no_org():
        raise AssertionError("no org was to be asked")

    transport = AnyTransport()
    yield Service(transport, no_org)
    transport.close()


def test_an_arn_cannot_be_called_from_here(service):
    with pytest.raises(ConnectionError, match="by the platform alone"):
        service(Request("POST", "arn:aws:lambda:eu-central-1:1:function:x"))


def test_an_answer_that_takes_too_long_is_a_timeout(service):
    with (
        raw_server(lambda connection: (connection.request(), connection.wait())) as server,
        pytest.raises(TimeoutError),
    ):
        service(Request("GET", f"{server.url}/", timeout=0.3))


def test_a_broken_connection_is_no_timeout(service):
    with (
        raw_server(lambda connection: (connection.request(), connection.reset())) as server,
        pytest.raises(ConnectionError),
    ):
        service(Request("GET", f"{server.url}/", timeout=5))


def test_a_refusal_and_a_redirect_are_replies(service):
    with raw_server(
        lambda connection: (connection.request(), connection.ok(b"no", b"302 Found", b"Location: /x\r\n"))
    ) as server:
        reply = service(Request("POST", f"{server.url}/", {"Host": "other", "X-A": "b"}, "body"))
        assert (reply.status, reply.text) == (302, "no")
        (request,) = server.requests
        assert b"host: other" not in request.lower()
        assert b"x-a: b" in request.lower()
