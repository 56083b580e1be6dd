"""The limiter of the client against the quota: how much of each minute it uses, how often it meets 429.

Run: `python -m bench.limiter [MINUTES]`; 6 minutes of emulated time a row, which is as many as the journal of
the emulator holds. The clocks of emulator and clients run SPEED times as fast as ours. The first and the last
window of a row do not count.
"""

from __future__ import annotations

import json
import multiprocessing
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import requests

from trunkline.clouds.limiter import Limiter, Signal
from trunkline.clouds.retry import retry_after
from trunkline.clouds.transport import Request
from trunkline.clouds.transport_pyreqwest import PyreqwestTransport
from trunkline.store.quota import QuotaLedger

QUOTA = 300
MINUTE = 60.0
SPEED = 8.0
PATH = "/api/v2/date"
ENOUGH = 0.97
OTHER = "other"
"""Query of the requests of somebody else."""


@dataclass(frozen=True)
class Row:
    """One way to spend a token's quota; `taken` is the part that another client uses from the middle on."""

    title: str
    threads: int = 1
    processes: int = 1
    headers: bool = True
    taken: float = 0.0


ROWS = (
    Row("1 thread"),
    Row("4 threads", threads=4),
    Row("16 threads", threads=16),
    Row("4 processes", processes=4),
    Row("1 thread, no headers", headers=False),
    Row("4 threads, no headers", threads=4, headers=False),
    Row("16 threads, no headers", threads=16, headers=False),
    Row("4 processes, no headers", processes=4, headers=False),
    Row("4 threads, half taken by another", threads=4, taken=0.5),
)


@dataclass(frozen=True)
class Windows:
    """The emulator's windows: requests that passed, and ours that were refused, by window."""

    passed: list[int]
    refused: list[int]

    def __str__(self) -> str:
        inner = self.passed[1:-1]
        least = min(inner) / QUOTA * 100 if inner else 0.0
        refused = f"{sum(self.refused)} refused, at most {max(self.refused)} in one"
        return f"least used {least:5.1f} %   {refused}   {' '.join(map(str, self.passed))}"


def clock() -> float:
    """Seconds of the fast clock that all processes of this machine share."""
    return time.monotonic() * SPEED


def sleep(seconds: float) -> None:
    time.sleep(seconds / SPEED)


class Server:
    """An emulator in a process of its own, whose minutes are short."""

    def __init__(self, folder: Path, headers: bool) -> None:
        ready = folder / "ready.json"
        command = [sys.executable, "-m", "trunkline", "emulator", "serve", "--port", "0"]
        self._process = subprocess.Popen(
            [*command, "--quota", str(QUOTA), "--ready-file", str(ready)], stderr=subprocess.DEVNULL
        )
        while not ready.exists():
            time.sleep(0.02)
        told: dict[str, Any] = json.loads(ready.read_text())
        self.url: str = told["url"]
        org: dict[str, str] = told["orgs"][0]
        settings = f"{self.url}/_trunkline/orgs/{org['id']}/settings"
        requests.patch(settings, json={"quotaHeaders": headers}, timeout=10).raise_for_status()
        requests.post(f"{self.url}/_trunkline/clock", json={"speed": SPEED}, timeout=10).raise_for_status()
        grant = requests.post(
            f"{self.url}/oauth/token",
            data={"grant_type": "client_credentials"},
            auth=(org["client_id"], org["client_secret"]),
            timeout=10,
        )
        self.token: str = grant.json()["access_token"]

    def windows(self) -> Windows:
        """Rebuilt from the journal: a window opens with the first request after the last one closed."""
        entries = requests.get(f"{self.url}/_trunkline/journal", timeout=10).json()
        opened, passed, refused = -MINUTE, [0], [0]
        for entry in entries:
            if entry["path"] != PATH:
                continue
            at = datetime.fromisoformat(entry["time"]).timestamp()
            if at - opened >= MINUTE:
                opened = at
                passed.append(0)
                refused.append(0)
            if entry["status"] != 429:
                passed[-1] += 1
            elif entry["query"] != OTHER:
                refused[-1] += 1
        return Windows(passed[1:], refused[1:])

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)


def spend(url: str, token: str, ledger: Path | None, threads: int, until: float) -> None:
    """One process: as many requests as the limiter lets through, whatever they are answered."""
    shared = QuotaLedger(ledger).line("bench") if ledger else None
    limiter = Limiter(QUOTA, ledger=shared, clock=clock, sleep=sleep)
    transport = PyreqwestTransport()

    def work() -> None:
        while clock() < until:
            limiter.acquire(PATH)
            answer = transport.send(Request("GET", url + PATH, {"Authorization": f"Bearer {token}"}))
            asked = retry_after(answer.headers) if answer.status == 429 else None
            limiter.observe(PATH, Signal.of(answer.status, answer.headers, asked))

    crew = [threading.Thread(target=work) for _ in range(threads)]
    for each in crew:
        each.start()
    for each in crew:
        each.join()
    transport.close()


def take(url: str, token: str, share: float, since: float, until: float) -> None:
    """Somebody else with the same token: an even stream of a share of the quota."""
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {token}"
    sleep(since - clock())
    due = clock()
    while due < until:
        session.get(f"{url}{PATH}?{OTHER}", timeout=10)
        due += MINUTE / (QUOTA * share)
        sleep(max(0.0, due - clock()))


def run(row: Row, minutes: float) -> Windows:
    """One row of the table."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        server = Server(folder, row.headers)
        try:
            begun = clock()
            until = begun + minutes * MINUTE
            ledger = folder / "quota.sqlite3" if row.processes > 1 else None
            crew = [
                multiprocessing.Process(
                    target=spend, args=(server.url, server.token, ledger, row.threads, until)
                )
                for _ in range(row.processes)
            ]
            if row.taken:
                half = begun + minutes * MINUTE / 2
                crew.append(
                    multiprocessing.Process(
                        target=take, args=(server.url, server.token, row.taken, half, until)
                    )
                )
            for each in crew:
                each.start()
            for each in crew:
                each.join()
            return server.windows()
        finally:
            server.stop()


def fits(row: Row, windows: Windows) -> bool:
    """Whether a row keeps the promise; while another takes its half, two windows are for adapting."""
    inner = windows.passed[1:-1]
    if row.taken:
        return inner[-1] >= ENOUGH * QUOTA and windows.refused[-2] == 0
    allowed = 0 if row.headers else 1
    return min(inner) >= ENOUGH * QUOTA and max(windows.refused) <= allowed


def main(minutes: float = 6.0) -> int:
    multiprocessing.set_start_method("spawn")
    failed = 0
    for row in ROWS:
        windows = run(row, minutes)
        good = fits(row, windows)
        failed += not good
        print(f"{row.title:32} {windows}{'' if good else '   BROKEN'}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*map(float, sys.argv[1:])))
