"""`emulator record` and `emulator replay`: a session with a cloud as a file, and that file as a cloud."""

from __future__ import annotations

import base64
import json
import stat
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.api import Api
from tests.cli import trunkline
from trunkline.emulator.recording.har import Exchange, HarWriter, Message, read_har
from trunkline.emulator.recording.matching import asked, nearest
from trunkline.emulator.recording.recorder import checked_origin, login_origin
from trunkline.emulator.recording.running import record, replay
from trunkline.emulator.recording.scrub import Scrubber
from trunkline.emulator.server import start, write_ready_file
from trunkline.errors import InvalidInput, UsageError

SECRET = "s3cret-of-the-credential-0001"


class Upstream(BaseHTTPRequestHandler):
    """Counts its requests; answers with what it was asked, a link to itself and a cookie."""

    protocol_version = "HTTP/1.1"
    count = 0

    def answer(self) -> None:
        type(self).count += 1
        length = int(self.headers.get("Content-Length", 0))
        here = f"http://{self.headers['Host']}"
        if self.path.startswith("/gone"):
            self.close_connection = True
            return
        body = json.dumps(
            {
                "count": self.count,
                "asked": self.path,
                "posted": self.rfile.read(length).decode("latin-1"),
                "next": f"{here}/next",
                "encoding": self.headers.get("Accept-Encoding"),
            }
        ).encode()
        self.send_response(404 if self.path.startswith("/missing") else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Location", f"{here}/next")
        self.send_header("Set-Cookie", f"session={SECRET}")
        self.send_header("Retry-After", "7")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


for verb in ("GET", "POST", "PUT"):
    setattr(Upstream, f"do_{verb}", Upstream.answer)


@pytest.fixture
def upstream():
    Upstream.count = 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "session.har"


def ask(running, method, path, **options):
    return requests.request(method, running.url + path, timeout=60, allow_redirects=False, **options)


def pull(folder: Path, url: str, access, monkeypatch) -> dict[str, bytes]:
    """What a pull makes of an org: its files, by names without the port of the cloud."""
    for name, value in {"CLOUD": "genesys", "URL": url, "CLIENT_ID": access.client_id}.items():
        monkeypatch.setenv(f"TRUNKLINE_{name}", value)
    monkeypatch.setenv("TRUNKLINE_CLIENT_SECRET", access.client_secret)
    monkeypatch.setenv("TRUNKLINE_CONFIG_DIR", str(folder.parent / ".config"))
    assert trunkline("init", folder).code == 0
    done = trunkline("pull", cwd=folder)
    assert done.code == 0, done.err
    port = url.rpartition(":")[2]
    files = (each for each in folder.rglob("*") if each.is_file() and ".trunkline" not in each.parts)
    return {each.relative_to(folder).as_posix().replace(port, "PORT"): each.read_bytes() for each in files}


def test_a_recorded_pull_is_repeated_without_the_cloud_byte_for_byte(tmp_path, file, monkeypatch):
    with start(quota=0) as emulator:
        access = emulator.create_org("recorded", origin="sample")
        with record(emulator.url, file) as recorder:
            first = pull(tmp_path / "one" / "acme", recorder.url, access, monkeypatch)
            url, report = recorder.url, recorder.report()
    with replay(file) as cloud:
        assert cloud.url != url
        again = pull(tmp_path / "two" / "acme", cloud.url, access, monkeypatch)
        assert cloud.report().endswith("0 were not recorded, 0 recorded ones were not asked for")
    assert again == first
    assert sum(name.startswith(("flows/", "actions/")) for name in first) > 20
    assert report == f"recorded {len(read_har(file))} requests in {file}"


def test_no_secret_gets_into_the_file_and_the_file_is_for_its_owner_alone(file):
    with start(quota=0) as emulator:
        access = emulator.create_org("secrets")
        with record(emulator.url, file) as recorder:
            api = Api(SimpleNamespace(url=recorder.url), access)
            body = {"name": "Key", "type": {"name": "userDefined"}, "credentialFields": {"key": SECRET}}
            assert api.post("/api/v2/integrations/credentials", body).status_code == 200
            form = {"grant_type": "client_credentials", "client_id": access.client_id}
            ask(recorder, "POST", "/oauth/token", data={**form, "client_secret": access.client_secret})
            ask(recorder, "GET", f"/api/v2/flows?name={SECRET}&access_token={api.token}")
            api.close()
    text = file.read_text()
    basic = base64.b64encode(f"{access.client_id}:{access.client_secret}".encode()).decode()
    for secret in (SECRET, access.client_secret, api.token, basic):
        assert secret not in text
    assert access.client_id in text
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_answers_come_in_the_order_in_which_they_were_recorded_and_the_last_one_stays(upstream, file):
    with record(upstream, file) as recorder:
        given = [ask(recorder, "GET", "/a").json()["count"] for _ in range(3)]
    with replay(file) as cloud:
        assert [ask(cloud, "GET", "/a").json()["count"] for _ in range(5)] == [*given, given[-1], given[-1]]
        assert Upstream.count == 3


def test_an_answer_is_replayed_with_its_status_and_headers_but_no_cookie(upstream, file):
    with record(upstream, file) as recorder:
        first = ask(recorder, "PUT", "/missing", json={"a": 1})
    with replay(file) as cloud:
        again = ask(cloud, "PUT", "/missing", json={"a": 1})
    assert (again.status_code, again.headers["Retry-After"]) == (404, "7")
    assert first.headers["Set-Cookie"] == f"session={SECRET}"
    assert "Set-Cookie" not in again.headers
    assert first.json()["encoding"] == "identity"


def test_links_to_the_cloud_lead_to_the_recorder_and_then_to_the_replay(upstream, file):
    with record(upstream, file) as recorder:
        first = ask(recorder, "GET", "/a")
        assert first.headers["Location"] == first.json()["next"] == f"{recorder.url}/next"
    assert f"{upstream}/next" in file.read_text()
    with replay(file) as cloud:
        again = ask(cloud, "GET", "/a")
        assert again.headers["Location"] == again.json()["next"] == f"{cloud.url}/next"


def test_neither_the_order_of_parameters_and_fields_nor_headers_count(upstream, file):
    with record(upstream, file) as recorder:
        ask(recorder, "POST", "/a%20b?x=1&y=2", json={"m": {"p": 1, "q": [1]}, "n": 2})
        ask(recorder, "POST", "/form", data={"x": "1", "y": "2", "password": "hidden"})
        ask(recorder, "POST", "/upload", files={"file": ("a.txt", b"content \xff")})
    with replay(file) as cloud:
        same = {"data": '{"n":2, "m": {"q":[1], "p":1}}', "headers": {"Content-Type": "application/json"}}
        assert ask(cloud, "POST", "/a b?y=2&x=1", **same).status_code == 200
        assert ask(cloud, "POST", "/form", data="y=2&password=other&x=1", headers={
            "Content-Type": "application/x-www-form-urlencoded"}).status_code == 200  # fmt: skip
        assert ask(cloud, "POST", "/upload", files={"file": ("a.txt", b"content \xff")}).status_code == 200
        assert ask(cloud, "POST", "/upload", files={"file": ("a.txt", b"other")}).status_code == 501


def test_a_request_that_was_not_recorded_is_501_with_the_nearest_ones_and_what_differs(
    upstream, file, tmp_path
):
    with record(upstream, file) as recorder:
        ask(recorder, "GET", "/api/v2/flows?pageSize=100&pageNumber=1")
        ask(recorder, "POST", "/api/v2/routing/queues", json={"name": "Sales"})
    with replay(file) as cloud:
        page = ask(cloud, "GET", "/api/v2/flows?pageSize=50&pageNumber=1")
        queue = ask(cloud, "POST", "/api/v2/routing/queues", json={"name": "Support", "id": 1}).json()
        typo = ask(cloud, "GET", "/api/v2/flow").json()
        ready = tmp_path / "ready.json"
        write_ready_file(ready, cloud)
        listed = trunkline("emulator", "requests", "--unknown", "--ready-file", ready)
        assert cloud.report() == (
            "answered 0 requests; 3 were not recorded, 2 recorded ones were not asked for"
        )
    assert (page.status_code, page.json()["code"]) == (501, "not.recorded")
    near = [each["entityName"] for each in page.json()["details"]]
    assert near == ["GET /api/v2/flows (pageSize is 50, recorded 100)"]
    assert queue["details"][0]["entityName"] == (
        'POST /api/v2/routing/queues (body.id is 1, recorded absent; body.name is "Support", recorded "Sales")'
    )
    assert typo["details"][0]["entityName"] == "GET /api/v2/flows"
    assert len(listed.out.splitlines()) == 3
    assert "nearest: GET /api/v2/flows (pageSize is 50, recorded 100)" in listed.out


def test_parameters_and_fields_may_be_left_out_of_the_comparison(upstream, file):
    with record(upstream, file) as recorder:
        ask(recorder, "POST", "/a?at=1", json={"interval": "yesterday", "name": "x"})
    with replay(file, ignored=["at", "interval"]) as cloud:
        assert ask(cloud, "POST", "/a?at=2", json={"interval": "today", "name": "x"}).status_code == 200
        assert ask(cloud, "POST", "/a?at=2", json={"interval": "today", "name": "y"}).status_code == 501


def test_a_cloud_that_does_not_answer_is_502_and_not_in_the_file(upstream, file):
    with record(upstream, file) as recorder:
        refused = ask(recorder, "GET", "/gone")
        assert (refused.status_code, refused.json()["code"]) == (502, "upstream.no.answer")
        assert recorder.report() == f"recorded 0 requests in {file}; 1 got no answer and are not in it"
    assert read_har(file) == []


def test_the_emulators_own_api_is_not_reached_through_a_recorder(emulator, file):
    with record(emulator.url, file) as recorder:
        assert ask(recorder, "GET", "/_trunkline/orgs").status_code == 403
    assert read_har(file) == []


def test_the_file_is_whole_after_every_request(upstream, file):
    with record(upstream, file) as recorder:
        for number in range(4):
            assert len(json.loads(file.read_text())["log"]["entries"]) == number
            ask(recorder, "GET", "/ä/\x7f?q=💥")


def test_a_recording_is_never_overwritten(upstream, file):
    file.write_text("mine")
    with pytest.raises(UsageError, match="exists"):
        record(upstream, file)
    assert file.read_text() == "mine"
    with pytest.raises(UsageError, match="cannot be written"):
        record(upstream, file.parent / "no" / "such" / "folder.har")


@pytest.mark.parametrize(
    "url",
    [
        *("", "api.mypurecloud.ie", "ftp://127.0.0.1", "http://", "https://api.mypurecloud.ie/api/v2"),
        *("https://me:pw@api.mypurecloud.ie", "https://a.example:99999", "http://api.mypurecloud.ie", "http://[::1"),
    ],
)  # fmt: skip
def test_an_upstream_that_is_none_or_gets_tokens_in_the_clear_is_refused(url):
    with pytest.raises(UsageError, match="--upstream"):
        checked_origin(url, "--upstream")


def test_tokens_of_a_region_come_from_its_login_host():
    assert login_origin("https://api.mypurecloud.ie") == "https://login.mypurecloud.ie"
    assert login_origin("http://127.0.0.1:8642") == "http://127.0.0.1:8642"


def test_a_recording_of_a_browser_is_answered_too(file):
    entry = {
        "request": {
            "method": "POST",
            "url": "https://api.mypurecloud.ie/api/v2/x?b=2&a=1",
            "headers": [{"name": "content-type", "value": "application/x-www-form-urlencoded"}],
            "postData": {"mimeType": "", "params": [{"name": "k", "value": "v"}]},
        },
        "response": {
            "status": 200,
            "headers": [
                {"name": "content-type", "value": "image/png"},
                {"name": "content-length", "value": "9"},
            ],
            "content": {"text": base64.b64encode(b"\x89PNG").decode(), "encoding": "base64"},
        },
    }
    file.write_text("\ufeff" + json.dumps({"log": {"entries": [entry]}}))
    with replay(file) as cloud:
        answer = ask(cloud, "POST", "/api/v2/x?a=1&b=2", data={"k": "v"})
    assert (answer.content, answer.headers["Content-Type"]) == (b"\x89PNG", "image/png")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"log": 1}', '{"log": {"entries": {}}}', "[" * 100_000])
def test_a_file_that_is_no_recording_is_refused(file, text):
    file.write_text(text)
    with pytest.raises(InvalidInput, match="no HAR file"):
        read_har(file)


def test_every_fault_of_a_recording_is_named_at_once(file):
    good = {"request": {"method": "GET", "url": "https://a.example/"}, "response": {"status": 200}}
    entries = [
        good,
        3,
        {**good, "request": {"url": "https://a.example/"}},
        {**good, "request": {"method": "GET", "url": "/api"}},
        {**good, "response": {"status": 0}},
        {**good, "response": {"status": 200, "headers": [1]}},
        {**good, "response": {"status": 200, "content": {"text": "?", "encoding": "base64"}}},
        {**good, "response": {"status": 200, "content": {"text": 7}}},
        {**good, "request": {**good["request"], "postData": {"params": [{}]}}},
    ]
    file.write_text(json.dumps({"log": {"entries": entries}}))
    done = trunkline("emulator", "replay", file)
    assert done.code == 1
    for number in range(1, len(entries)):
        assert f"log.entries[{number}]." in done.err
    assert "log.entries[0]" not in done.err


words = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=8)
messages = st.builds(
    Message,
    st.lists(st.tuples(st.sampled_from(["accept", "X-One", "content-type"]), words), max_size=3).map(tuple),
    st.binary(max_size=40),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.builds(
            Exchange,
            st.sampled_from(["GET", "POST", "PATCH"]),
            words.map(lambda text: f"https://api.example/a?q={text}"),
            messages,
            st.integers(100, 599),
            messages,
        ),
        max_size=4,
    )
)
def test_what_was_written_is_read_again(tmp_path_factory, exchanges):
    file = tmp_path_factory.mktemp("har") / "any.har"
    with HarWriter(file) as out:
        for each in exchanges:
            out.add(each)
    assert read_har(file) == exchanges


def message(value: object, *headers: tuple[str, str]) -> Message:
    return Message((("content-type", "application/json"), *headers), json.dumps(value).encode())


def test_secrets_are_cleaned_by_name_and_then_wherever_their_value_shows():
    scrub = Scrubber()
    asked_for = message({"clientSecret": SECRET}, ("Authorization", "Bearer a-token-of-20-letters"))
    first = scrub(
        Exchange("POST", "https://a.example/x", asked_for, 200, message([{"secret": "other-secret-1"}]))
    )
    later = scrub(
        Exchange(
            "GET",
            f"https://a.example/{SECRET}?token=short&u=a-token-of-20-letters",
            message({"deep": {"er": [f"so {SECRET} it is"]}}),
            200,
            message("other-secret-1", ("Location", f"/{SECRET}")),
        )
    )
    text = f"{first} {later}"
    for secret in (SECRET, "a-token-of-20-letters", "other-secret-1", "short"):
        assert secret not in text
    assert later.url == "https://a.example/***?token=***&u=***"


def test_configuration_with_names_like_secrets_stays_as_it_is_but_for_literal_credentials():
    action = {
        "config": {
            "response": {"translationMap": {"token": "$.token"}},
            "request": {
                "headers": {"Authorization": "Bearer ${credentials.token}", "password": "${input.p}"}
            },
        },
        "contract": {"properties": {"secret": {"type": "string"}}},
        "name": "Basic plan, Bearer bonds",
    }
    kept = Scrubber()(Exchange("GET", "https://a.example/x", Message(), 200, message(action)))
    assert json.loads(kept.answer.body) == action
    literal = message({"config": {"request": {"headers": {"Authorization": "Basic dXNlcjpwYXNzd29yZA=="}}}})
    cleaned = Scrubber()(Exchange("GET", "https://a.example/x", Message(), 200, literal)).answer.body
    assert b"dXNlcjpwYXNzd29yZA" not in cleaned
    assert json.loads(cleaned)["config"]["request"]["headers"]["Authorization"] == "Basic ***"


def test_a_body_without_secrets_keeps_its_every_byte():
    body = b'{ "a" : 1.50, "b":"\\u00e9" }\n'
    odd = Message((("content-type", "application/json"),), body)
    assert Scrubber()(Exchange("GET", "https://a.example/x", odd, 200, odd)).answer.body == body


def test_the_nearest_of_many_recorded_requests_come_first():
    recorded = [asked("GET", f"/api/v2/flows?pageNumber={n}&pageSize=100", Message()) for n in range(50)]
    wanted = asked("GET", "/api/v2/flows?pageNumber=7&pageSize=25", Message())
    assert nearest(wanted, recorded)[0] == "GET /api/v2/flows (pageSize is 25, recorded 100)"
    assert len(nearest(wanted, recorded)) == 3
    assert nearest(asked("PUT", "/nothing/like/it", Message()), recorded) == []
