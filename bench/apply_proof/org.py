"""An emulated org in a process of its own, whose state can be put back."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests


@dataclass
class Emulator:
    """An emulated org behind a socket of its own process, and its state to go back to."""

    url: str
    org: dict[str, str]
    admin: str = field(init=False)

    def __post_init__(self) -> None:
        self.admin = f"{self.url}/_trunkline/orgs/{self.org['id']}/snapshot"

    def snapshot(self) -> dict[str, Any]:
        return requests.get(self.admin, timeout=30).json()

    def restore(self, state: dict[str, Any]) -> None:
        requests.put(self.admin, json=state, timeout=30).raise_for_status()

    def environment(self) -> dict[str, str]:
        return {
            "TRUNKLINE_CLOUD": "genesys", "TRUNKLINE_URL": self.url, "PATH": os.environ["PATH"],
            "TRUNKLINE_CLIENT_ID": self.org["client_id"],
            "TRUNKLINE_CLIENT_SECRET": self.org["client_secret"],
        }  # fmt: skip


@contextmanager
def emulator() -> Generator[Emulator]:
    """A server in a process of its own: this one forks, and may have no threads."""
    folder = Path(tempfile.mkdtemp(prefix="prove-"))
    ready = folder / "ready.json"
    pid = os.fork()
    if pid == 0:
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        os.execv(
            sys.executable,
            [sys.executable, "-m", "trunkline", "emulator", "serve", "--quota", "0", "--port", "0",
             "--ready-file", str(ready)],
        )  # fmt: skip
    try:
        until = time.monotonic() + 30
        while not ready.exists():
            if time.monotonic() > until:
                raise TimeoutError("the emulator did not start")
            time.sleep(0.05)
        url = json.loads(ready.read_text())["url"]
        org = requests.post(f"{url}/_trunkline/orgs", json={"name": "proof", "origin": "empty"}, timeout=30)
        yield Emulator(url, org.json())
    finally:
        os.kill(pid, signal.SIGTERM)
        os.waitpid(pid, 0)
        shutil.rmtree(folder, ignore_errors=True)
