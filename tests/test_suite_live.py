"""`trunkline test --live` and `--record` against a service on loopback; cassettes replayed offline."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.cli import trunkline

KEY = "k3y-of-the-shop-9f2c"
TOKEN = "tok-77aa-very-secret"

ACTION = """\
name: Get Order
inputs: {id: string!}
outputs: {state: string, total: number}
request:
  method: GET
  url: ${{ var.shop }}/orders/{{id}}?api_key=${credentials.key}
  headers: {Authorization: "Bearer ${authResponse.access_token}"}
response:
  map: {state: state, total: total}
"""
LOGIN = """\
name: Log In
action_type: customAuth
outputs: {access_token: string}
request:
  method: POST
  url: ${{ var.shop }}/token
  headers: {Content-Type: application/x-www-form-urlencoded}
  body: grant_type=client_credentials&client_secret=${credentials.key}
"""
TESTS = """\
auth: Log In
credentials: {key: "${{ env.SHOP_KEY }}"}
cases:
  - name: an open order
    input: {id: A-1}
    reply: {cassette: open-order.json}
    expect: {state: open, total: 12.5}
  - name: the shop is down
    input: {id: A-1}
    reply: {status: 503}
    expect_error: {message: "503"}
"""


class Shop(BaseHTTPRequestHandler):
    """Wants its key and its token, and echoes both, as careless services do."""

    def do_POST(self):
        sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
        assert sent.endswith(f"client_secret={KEY}")
        self.answer({"access_token": TOKEN, "token_type": "bearer"})

    def do_GET(self):
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            return self.answer({"error": "who are you?"}, 401)
        return self.answer(
            {"state": "open", "total": 12.5, "debug": f"key={KEY} {TOKEN}", "password": "hunter22"}
        )

    def answer(self, body, status=200):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Set-Cookie", "sid=abcdef")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        pass


@pytest.fixture
def shop():
    with ThreadingHTTPServer(("127.0.0.1", 0), Shop) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def project(tmp_path, shop, monkeypatch):
    (tmp_path / "actions").mkdir()
    (tmp_path / "trunkline.toml").write_text(f'[variables]\nshop = "{shop}"\n')
    (tmp_path / "actions" / "get-order.yaml").write_text(ACTION)
    (tmp_path / "actions" / "log-in.yaml").write_text(LOGIN)
    (tmp_path / "actions" / "get-order.test.yaml").write_text(TESTS)
    monkeypatch.setenv("SHOP_KEY", KEY)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return tmp_path


def test_a_recorded_cassette_replays_offline_and_holds_no_secret(project, monkeypatch):
    done = trunkline("test", "--record", cwd=project)
    assert "1 passed, 0 failed, 1 skipped" in done.out, done.text
    text = (project / "actions" / "open-order.json").read_text()
    for secret in (KEY, TOKEN, "hunter22", "abcdef"):
        assert secret not in text
    login, order = json.loads(text)["exchanges"]
    assert order["reply"]["body"]["state"] == "open"
    assert order["request"]["url"].endswith("/orders/A-1?api_key=***")
    assert login["request"]["body"] == "grant_type=client_credentials&client_secret=***"
    monkeypatch.delenv("SHOP_KEY")
    assert "2 passed, 0 failed" in trunkline("test", cwd=project).out


def test_a_run_of_one_action_takes_the_reply_of_its_cassette(project):
    trunkline("test", "--record", cwd=project)
    (project / "actions" / "get-order.yaml").write_text(
        ACTION.replace("authResponse.access_token", "credentials.key")
    )
    done = trunkline(
        "action", "run", "Get Order", "-s", "id=A-1", "--credential", "key=x", "-o", "json", cwd=project
    )
    assert json.loads(done.out)["output"] == {"state": "open", "total": 12.5}


def test_recording_again_changes_nothing_when_the_service_says_the_same(project):
    cassette = project / "actions" / "open-order.json"
    trunkline("test", "--record", cwd=project)
    first = cassette.read_bytes()
    trunkline("test", "--record", cwd=project)
    assert cassette.read_bytes() == first


def test_a_live_run_writes_nothing(project):
    done = trunkline("test", "--live", cwd=project)
    assert "1 passed, 0 failed, 1 skipped" in done.out, done.text
    assert not (project / "actions" / "open-order.json").exists()


def test_without_its_cassette_a_case_says_how_to_record_it(project):
    done = trunkline("test", cwd=project)
    assert done.code == 1
    assert "trunkline test --record" in done.out


def test_a_cassette_of_another_request_is_not_replayed(project):
    trunkline("test", "--record", cwd=project)
    file = project / "actions" / "get-order.test.yaml"
    file.write_text(file.read_text().replace("id: A-1", "id: A-2", 1))
    done = trunkline("test", cwd=project)
    assert done.code == 1
    assert "record it anew" in done.out


def test_a_live_run_names_the_variables_that_are_not_set(project, monkeypatch):
    monkeypatch.delenv("SHOP_KEY")
    done = trunkline("test", "--live", cwd=project)
    assert done.code == 1
    assert "SHOP_KEY" in done.out


def test_a_live_failure_shows_the_reply_without_the_secrets(project, monkeypatch):
    file = project / "actions" / "get-order.yaml"
    file.write_text(file.read_text().replace("Bearer $", "Bearer x$"))
    done = trunkline("test", "--live", cwd=project)
    assert done.code == 1
    assert "401" in done.out
    assert KEY not in done.text
    assert TOKEN not in done.text


def test_a_service_that_is_not_there_fails_the_case(project):
    (project / "trunkline.toml").write_text('[variables]\nshop = "http://127.0.0.1:9"\n')
    done = trunkline("test", "--live", cwd=project)
    assert done.code == 1
    assert "no connection" in done.out


@pytest.mark.parametrize("name", ["../x.json", "/elsewhere/x.json", "x.txt"])
def test_a_cassette_lies_beside_its_test(project, name):
    file = project / "actions" / "get-order.test.yaml"
    file.write_text(file.read_text().replace("open-order.json", name))
    done = trunkline("test", "--record", cwd=project)
    assert done.code == 1
    assert "get-order.test.yaml:6" in done.out
    assert "in the folder of the test" in done.out


def test_an_action_of_the_platform_is_asked_of_the_org(project):
    (project / "actions" / "who.yaml").write_text(
        "name: Who\noutputs: {name: string}\nrequest: GET /api/v2/organizations/me\nresponse: {map: {name: name}}\n"
    )
    (project / "actions" / "who.test.yaml").write_text(
        "cases:\n  - input: {}\n    reply: {cassette: who.json}\n    expect: {name: Calder Ridge Mutual}\n"
    )
    done = trunkline("test", "--record", "-k", "who", "--org", "emulator", cwd=project)
    assert "1 passed, 0 failed" in done.out, done.text
    assert "1 passed, 0 failed" in trunkline("test", "-k", "who", cwd=project).out


def test_without_an_org_an_action_of_the_platform_cannot_be_asked(project, monkeypatch):
    for name in ("TRUNKLINE_URL", "TRUNKLINE_REGION", "TRUNKLINE_CLOUD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TRUNKLINE_CONFIG_DIR", str(project / "none"))
    (project / "actions" / "who.yaml").write_text("name: Who\nrequest: GET /api/v2/organizations/me\n")
    (project / "actions" / "who.test.yaml").write_text(
        "cases:\n  - input: {}\n    reply: {cassette: who.json}\n    expect: {}\n"
    )
    assert trunkline("test", "--live", "-k", "who", cwd=project).code == 3
