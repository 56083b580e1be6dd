"""The emulator beside `moto_server` and Prism: one object read by its id, with credentials, over HTTP.

Run: `python -m bench.emulator_rivals [ROUNDS]`. `make rivals` installs the two; without
them the bench prints the emulator's own figure alone. The like routes:

    trunkline  GET /api/v2/routing/queues/{id}   a queue of the sample org: state, rights, quota headers
    moto       GET /restapis/{id}                a REST API of API Gateway, created before
    Prism      GET /api/v2/routing/queues/{id}   mocked from an OpenAPI document whose example is that queue

Each is a process of its own with one load generator beside it; rounds take turns, medians count.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import requests

from bench.load import CONNECTIONS, measure

ROUNDS = 3
STARTS_WITHIN = 60.0
"""Seconds."""
FOLDER = Path(__file__).resolve().parents[1] / ".venv-rivals"
MOTO = FOLDER / "bin" / "moto_server"
PRISM = FOLDER / "node" / "node_modules" / ".bin" / "prism"
QUEUES = "/api/v2/routing/queues"
AWS = "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/apigateway/aws4_request, Signature=a"


@dataclass(frozen=True)
class Target:
    """What the load goes to."""

    url: str
    headers: Mapping[str, str]


@contextmanager
def _process(command: list[str]) -> Generator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def _until(process: subprocess.Popen[bytes], answers: Callable[[], bool]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while not answers():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{process.args} did not start")
        time.sleep(0.05)


def _listens(url: str) -> bool:
    try:
        requests.get(url, timeout=5)
    except requests.ConnectionError:
        return False
    return True


def _free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return str(listener.getsockname()[1])


@contextmanager
def trunkline(folder: Path) -> Generator[tuple[Target, dict[str, Any]]]:
    """The emulator, and the queue that is asked for."""
    ready = folder / "ready.json"
    command = [sys.executable, "-m", "trunkline", "emulator", "serve", "--port", "0", "--quota", "0"]
    with _process([*command, "--ready-file", str(ready)]) as process:
        _until(process, ready.exists)
        told = json.loads(ready.read_text())
        org = told["orgs"][0]
        grant = requests.post(
            told["url"] + "/oauth/token",
            data={"grant_type": "client_credentials"},
            auth=(org["client_id"], org["client_secret"]),
            timeout=10,
        )
        headers = {"Authorization": f"Bearer {grant.json()['access_token']}"}
        queue = requests.get(told["url"] + QUEUES, headers=headers, timeout=10).json()["entities"][0]
        yield Target(f"{told['url']}{QUEUES}/{queue['id']}", headers), queue


@contextmanager
def moto(queue: dict[str, Any]) -> Generator[Target]:
    """A REST API of about the queue's size."""
    base, headers = f"http://127.0.0.1:{(port := _free_port())}", {"Authorization": AWS}
    with _process([str(MOTO), "-H", "127.0.0.1", "-p", port]) as process:
        _until(process, lambda: _listens(base))
        body = {"name": queue["name"], "description": "x" * (len(json.dumps(queue)) - 400)}
        made = requests.post(f"{base}/restapis", json=body, headers=headers, timeout=30).json()
        yield Target(f"{base}/restapis/{made['id']}", headers)


@contextmanager
def prism(queue: dict[str, Any], headers: Mapping[str, str], folder: Path) -> Generator[Target]:
    """The same queue as the example of an OpenAPI document."""
    document = folder / "queues.openapi.json"
    document.write_text(json.dumps(described(queue)))
    base = f"http://127.0.0.1:{(port := _free_port())}"
    with _process(
        [str(PRISM), "mock", "-h", "127.0.0.1", "-p", port, "-v", "silent", str(document)]
    ) as process:
        _until(process, lambda: _listens(base))
        yield Target(f"{base}{QUEUES}/{queue['id']}", headers)


def described(queue: dict[str, Any]) -> dict[str, Any]:
    """An OpenAPI document of one route."""
    answer = {"application/json": {"schema": {"type": "object"}, "example": queue}}
    identity = {"name": "queueId", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Queues", "version": "1"},
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        "security": [{"token": []}],
        "paths": {
            QUEUES + "/{queueId}": {
                "get": {
                    "parameters": [identity],
                    "responses": {"200": {"description": "", "content": answer}},
                }
            }
        },
    }


def main(rounds: int = ROUNDS) -> None:
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as running:
        folder = Path(temporary)
        ours, queue = running.enter_context(trunkline(folder))
        targets = {"trunkline": ours}
        if MOTO.exists():
            targets["moto_server"] = running.enter_context(moto(queue))
        if PRISM.exists():
            targets["Prism"] = running.enter_context(prism(queue, ours.headers, folder))
        _race(targets, rounds)
    for name in ("moto_server", "Prism"):
        if name not in targets:
            print(f"{name} is not here: `make rivals` installs it")


def _race(targets: Mapping[str, Target], rounds: int) -> None:
    rates: dict[str, list[float]] = {name: [] for name in targets}
    sizes: dict[str, int] = {}
    for _ in range(rounds):
        for name, target in targets.items():
            load = measure(target.url, target.headers)
            rates[name].append(load.rate)
            sizes[name] = load.size
    ours = median(rates["trunkline"])
    print(f"one object by its id, {CONNECTIONS} connections kept alive, medians of {rounds} rounds:")
    for name, found in rates.items():
        ahead = "" if name == "trunkline" else f"   trunkline is {ours / median(found):.1f} times as fast"
        print(f"{name:12} {median(found):7,.0f} requests/s   {sizes[name]:5,} bytes{ahead}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
