"""The receiver of webhooks under attack, and the commands around it."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import shlex
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.api import Api
from tests.cli import trunkline as command
from tests.test_clouds_conditions import project
from tests.test_emulator_conditions import until
from trunkline.clouds.receiver import LARGEST, Receiver, Verifier
from trunkline.clouds.redact import Secret

__all__ = ["project"]
SECRET = "a secret of the tests"


class Running:
    def __init__(self, slowest: float = 5.0) -> None:
        self.events: list[dict[str, Any]] = []
        self.told: list[str] = []
        self.receiver = Receiver(
            Verifier([Secret(SECRET)]), self.events.append, self.told.append, slowest=slowest
        )
        self.thread = threading.Thread(target=self.receiver.serve)
        self.thread.start()

    def post(
        self, event: Any, *, secret: str = SECRET, age: float = 0, at: float | None = None, **headers: str
    ) -> requests.Response:
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        stamp = str(int((time.time() if at is None else at) - age))
        sign = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        sent = {"X-Webhook-Timestamp": stamp, "X-Webhook-Signature": f"sha256={sign}"} | headers
        with requests.Session() as session:
            session.trust_env = False
            return session.post(self.receiver.url, data=body, headers=sent, timeout=30)

    def close(self) -> None:
        self.receiver.stop()
        self.thread.join()


@pytest.fixture
def running() -> Iterator[Running]:
    made = Running()
    yield made
    made.close()


def test_a_genuine_delivery_is_handed_on(running: Running) -> None:
    assert running.post({"id": "1"}).status_code == 200
    assert running.events == [{"id": "1"}]


@pytest.mark.parametrize(
    ("options", "status", "reason"),
    [
        ({"secret": "another"}, 401, "signature"),
        ({"age": 301}, 400, "old"),
        ({"age": -301}, 400, "clock"),
        ({"X-Webhook-Signature": ""}, 401, "signature"),
        ({"X-Webhook-Signature": "sha256=" + "0" * 64}, 401, "signature"),
        ({"X-Webhook-Timestamp": "yesterday"}, 401, "timestamp"),
        ({"X-Webhook-Timestamp": "9" * 40}, 401, "timestamp"),
        ({"X-Webhook-Signature": "x," * 10_000}, 401, "signature"),
    ],
)
def test_what_is_not_genuine_is_refused_and_told(
    running: Running, options: Any, status: int, reason: str
) -> None:
    answer = running.post({"id": "1"}, **options)
    assert (answer.status_code, reason in answer.text) == (status, True)
    assert running.events == []
    assert len(running.told) == 1


def test_a_replay_is_refused_and_an_event_sent_anew_is_handled_once(running: Running) -> None:
    now = time.time()
    assert running.post({"id": "1"}, at=now).status_code == 200
    assert running.post({"id": "1"}, at=now).status_code == 409
    assert running.post({"id": "1"}, at=now, age=2).status_code == 200
    assert running.events == [{"id": "1"}]


@pytest.mark.parametrize("body", [b"", b"not json", b"[1]", b"\xff", b"[" * 100_000])
def test_a_signed_body_that_is_no_event_is_refused(running: Running, body: bytes) -> None:
    assert running.post(body).status_code == 400
    assert running.events == []


def test_a_body_of_ten_megabytes_is_refused_before_it_is_read(running: Running) -> None:
    host, port = running.receiver.url[7:-1].split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nContent-Length: 10485760\r\n\r\n" + b"x" * 1000)
        assert b" 413 " in connection.recv(100)
    assert LARGEST < 10_485_760


def test_two_hundred_at_once_are_all_received(running: Running) -> None:
    with ThreadPoolExecutor(50) as pool:
        statuses = list(pool.map(lambda index: running.post({"id": str(index)}).status_code, range(200)))
    assert statuses == [200] * 200
    assert len({event["id"] for event in running.events}) == 200


def test_a_slow_sender_is_cut_off_and_others_are_served_meanwhile() -> None:
    running = Running(slowest=0.5)
    host, port = running.receiver.url[7:-1].split(":")
    with socket.create_connection((host, int(port)), timeout=10) as slow:
        slow.sendall(b"POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\n")
        assert running.post({"id": "1"}).status_code == 200
        assert b" 408 " in slow.recv(100)
    running.close()


@pytest.mark.parametrize("raw", [b"\x00\xff\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"POST / HTTP/1.1\r\n\r\n",
                                 b"POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n", b"A" * 70_000 + b"\r\n\r\n"])  # fmt: skip
def test_garbage_is_refused_and_the_receiver_lives_on(running: Running, raw: bytes) -> None:
    host, port = running.receiver.url[7:-1].split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        try:
            connection.sendall(raw)
            connection.recv(100)
        except ConnectionError:
            pass
    assert running.post({"id": "after"}).status_code == 200


def test_both_secrets_hold_while_they_rotate() -> None:
    verifier = Verifier([Secret("old secret")], clock=lambda: 1000)
    verifier.trust(Secret("new secret"))
    for index, secret in enumerate(("old secret", "new secret")):
        body = json.dumps({"id": str(index)}).encode()
        sign = hmac.new(secret.encode(), b"1000." + body, hashlib.sha256).hexdigest()
        headers = {"x-webhook-timestamp": "1000", "x-webhook-signature": f"sha256=00,sha256={sign}"}
        assert verifier.check(headers, body).status == 200
    verifier.trust(Secret("third secret"))
    assert (
        verifier.check({"x-webhook-timestamp": "1000", "x-webhook-signature": f"sha256={sign}"}, body).status
        == 409
    )


# --- the guide's scenario


def test_the_scenario_of_the_guide_by_command(project: Path, api: Api) -> None:
    """Data set, AND of EQUALS and GREATER_THAN; webhook verified by a real listener; audit record found."""
    api.configure(auditDelaySeconds=1)
    assert command("apply", "--yes", "--target", "data_set/customers").code == 0
    (project / "vip.yaml").write_text(
        "name: Escalate VIP\nwhen:\n  all:\n    - field: customers.status\n      equals: active\n"
        "    - field: customers.score\n      greater_than: 80\n"
    )
    listener = subprocess.Popen(
        [sys.executable, "-m", "trunkline", "webhook", "listen", "mine", "--count", "1", "--seconds", "30",
         "--ready-file", "ready", "--run", "cat > event.json"],
        cwd=project, env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    url = until(lambda: (project / "ready").exists() and (project / "ready").read_text().strip())
    registered = command("webhook", "register", "mine", url)
    assert registered.code == 0, registered.text
    assert "there already" in command("webhook", "register", "mine", url).out
    secret = project / ".trunkline" / "webhooks" / "mine.secret"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert secret.read_text().strip() not in registered.text
    created = command("condition", "apply", "vip.yaml", "--publish", "-o", "json")
    assert created.code == 0, created.text
    (project / "vip.yaml").write_text((project / "vip.yaml").read_text().replace("80", "90"))
    updated = json.loads(command("condition", "apply", "vip.yaml", "-o", "json").out)
    assert updated["status"] == "updated" and updated["latencyMs"] > 0
    out, err = listener.communicate(timeout=40)
    assert listener.returncode == 0, err
    event = json.loads(out)
    assert (event["entityId"], event["etag"]) == (updated["id"], updated["etag"])
    assert json.loads((project / "event.json").read_text()) == event
    assert api.get(f"/api/v2/data/actions/{updated['id']}").json()["status"] == "PUBLISHED"
    assert "1 delivered" in command("webhook", "list").out
    rotated = secret.read_text()
    assert command("webhook", "rotate", "mine").code == 0
    assert secret.read_text() != rotated
    assert command("webhook", "delete", "mine").code == 0
    audit = command(
        "audit",
        "query",
        "--entity",
        updated["id"],
        "--follow",
        "--seconds",
        "4",
        "--until",
        updated["correlationId"],
    )
    assert audit.code == 0, audit.text
    last = json.loads(audit.out.splitlines()[-1])
    assert (last["operation"], last["correlationId"]) == ("UPDATED", updated["correlationId"])


def test_a_webhook_feeds_drift_through_a_real_listener(project: Path, api: Api) -> None:
    """A colleague changes a condition in the org: the delivery makes the listener say what drifted, and by what."""
    assert command("apply", "--yes").code == 0
    drift = f"{shlex.quote(sys.executable)} -m trunkline drift -o json > drift.json; test $? = 2"
    listener = subprocess.Popen(
        [sys.executable, "-m", "trunkline", "webhook", "listen", "mine", "--count", "1", "--seconds", "300",
         "--ready-file", "ready", "--run", drift, "--run-timeout", "240", "-o", "json"],
        cwd=project, env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        url = until(lambda: (project / "ready").exists() and (project / "ready").read_text().strip(), 120)
        assert command("webhook", "register", "mine", url).code == 0
        [action] = api.get("/api/v2/data/actions").json()["entities"]
        body = json.loads(json.dumps(action).replace('"80"', '"85"'))
        headers = {"If-Match": action["etag"]}
        assert api.put(f"/api/v2/data/actions/{action['id']}", body, headers=headers).status_code == 200
        out, err = listener.communicate(timeout=300)
    finally:
        listener.kill()
    assert listener.returncode == 0, err
    assert json.loads(out)["entityName"] == "Escalate"
    assert "the command ended with" not in err
    found = (project / "drift.json").read_text()
    assert "data_action/Escalate" in found and '"85"' in found, found


def test_a_name_that_names_no_file_is_refused_before_anything_listens(project: Path) -> None:
    done = command("webhook", "listen", "a/b", "--seconds", "1")
    assert done.code == 64
    assert "--secret-file" in done.err and "listening" not in done.err
