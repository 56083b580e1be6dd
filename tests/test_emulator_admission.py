"""The emulator's own API: for this machine alone, or for whoever shows the admin token."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest
import requests

from tests.cli import trunkline
from trunkline.emulator import admission
from trunkline.emulator.errors import ApiError
from trunkline.emulator.hosts import is_loopback
from trunkline.emulator.server import start, write_ready_file
from trunkline.emulator.serving import listen, shown
from trunkline.errors import UsageError

TOKEN = "a-token-of-the-tests-only"
ADMIN = "/_trunkline/orgs"


@pytest.fixture(scope="module")
def guarded():
    with start(quota=0, admin_token=TOKEN) as running:
        yield running


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_on_loopback_no_token_is_asked_unless_one_is_given(host):
    assert admission.admin_token(host, None) is None
    assert admission.admin_token(host, TOKEN) == TOKEN


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.0.2.7", "2001:db8::1", "emulator.example"])
def test_where_other_machines_get_in_there_always_is_a_token(host):
    made = {admission.admin_token(host, None) for _ in range(5)}
    assert len(made) == 5
    assert all(len(token) >= 32 for token in made)
    assert admission.admin_token(host, TOKEN) == TOKEN


@pytest.mark.parametrize("token", ["", "short", "fifteen-letters", "sixteen\nletters!", "sechzehn-Zeichen-ä"])
def test_a_token_that_could_be_guessed_or_not_be_sent_is_refused(token):
    with pytest.raises(UsageError, match="16 characters"):
        start(admin_token=token)


@pytest.mark.parametrize(
    ("client", "host"),
    [("192.0.2.7", "127.0.0.1:80"), ("127.0.0.1", "emulator.example"), (None, "localhost")],
)
def test_without_a_token_no_other_machine_and_no_other_name_gets_in(client, host):
    scope = {"client": client and (client, 5000)}
    with pytest.raises(ApiError) as refused:
        admission.check(None, scope, {"host": host})
    assert refused.value.status == 403


@pytest.mark.parametrize("client", ["192.0.2.7", "127.0.0.1"])
def test_with_a_token_it_counts_and_not_the_machine(client):
    scope = {"client": (client, 5000)}
    admission.check(TOKEN, scope, {"host": "emulator.example", "authorization": f"Bearer {TOKEN}"})
    for shown_token in ({}, {"authorization": "Bearer wrong"}, {"authorization": "Bearer ö"}):
        with pytest.raises(ApiError) as refused:
            admission.check(TOKEN, scope, {"host": "127.0.0.1", **shown_token})
        assert refused.value.status == 401


def test_no_page_in_a_browser_gets_in_even_with_the_token():
    with pytest.raises(ApiError) as refused:
        admission.check(
            TOKEN, {"client": ("127.0.0.1", 1)}, {"origin": "null", "authorization": f"Bearer {TOKEN}"}
        )
    assert refused.value.status == 403


def test_a_running_emulator_asks_for_it_on_every_route_of_its_own_api_and_no_other(guarded):
    refused = requests.get(guarded.url + ADMIN, timeout=30)
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert TOKEN not in refused.text
    for path in ("/health", "/routes", "/journal", "/faults", "/clock", "/coverage"):
        assert requests.get(f"{guarded.url}/_trunkline{path}", timeout=30).status_code == 401
    headers = {"Authorization": f"Bearer {TOKEN}"}
    assert len(requests.get(guarded.url + ADMIN, headers=headers, timeout=30).json()) == 2
    assert requests.get(guarded.url + "/api/v2/flows", headers=headers, timeout=30).status_code == 401


def test_the_command_line_shows_the_token_of_the_ready_file_or_of_the_environment(
    guarded, tmp_path, monkeypatch
):
    file = tmp_path / "ready.json"
    write_ready_file(file, guarded)
    assert json.loads(file.read_text())["admin_token"] == TOKEN
    assert trunkline("emulator", "requests", "--ready-file", file).code == 0
    monkeypatch.setenv("TRUNKLINE_ADMIN_TOKEN", "another-token-than-that")
    refused = trunkline("emulator", "requests", "--ready-file", file)
    assert (refused.code, "admin token" in refused.err) == (1, True)
    monkeypatch.setenv("TRUNKLINE_ADMIN_TOKEN", TOKEN)
    ready = json.loads(file.read_text())
    file.write_text(json.dumps({"url": ready["url"]}))
    assert trunkline("emulator", "requests", "--ready-file", file).code == 0


def test_a_server_on_every_address_is_shown_by_one_that_this_machine_reaches():
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        assert shown("http", "0.0.0.0", listener) == f"http://127.0.0.1:{port}"
        assert shown("http", "::", listener) == f"http://[::1]:{port}"
        assert shown("http", "127.0.0.2", listener) == f"http://127.0.0.2:{port}"


@pytest.mark.parametrize(
    "host", ["127.0.0.1.example.com", "localhost.example", "10.0.0.1", "[::1]", "::ffff:1.2.3.4"]
)
def test_a_name_that_looks_like_loopback_is_none(host):
    assert not is_loopback(host)


def test_the_first_line_says_what_it_is_bound_to_and_faults_are_in_force(tmp_path):
    ready, faults, talk = tmp_path / "ready.json", tmp_path / "faults.json", tmp_path / "talk"
    faults.write_text('[{"fault": "503", "times": 1000}]')
    command = [sys.executable, "-m", "trunkline", "emulator", "serve", "--port", "0", "--ready-file", ready]
    with talk.open("wb") as stderr:
        process = subprocess.Popen([*command, "--faults", faults, "--admin-token", TOKEN], stderr=stderr)
    try:
        deadline = time.monotonic() + 120
        while not ready.exists():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        url = json.loads(ready.read_text())["url"]
        assert requests.get(url + "/api/v2/flows", timeout=60).status_code == 503
    finally:
        process.terminate()
        assert process.wait(60) == 0
    said = talk.read_text()
    assert said.splitlines()[0] == f"listening on {url}, bound to 127.0.0.1: open to this machine alone"
    assert TOKEN not in said
