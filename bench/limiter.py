"""The limiter of the client against the quota: how much of each minute it uses, how often it meets 429.

Run: `python -m bench.limiter [MINUTES]`; 6 minutes of emulated time a row, which is as many as the journal of
the emulator holds. The clocks of emulator and clients run SPEED times as fast as ours, so a pause of this
machine counts SPEED times. Some rows run at the same time, each with an emulator of its own.

The first and the last window of a row do not count. Where another client joins, which takes an even half, the
window in which it does and the next are for adapting.
"""

from __future__ import annotations

import json
import multiprocessing
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import requests

from trunkline.clouds.limiter import Limiter, Signal
from trunkline.clouds.retry import retry_after
from trunkline.clouds.transport import Request
from trunkline.clouds.transport_pyreqwest import PyreqwestTransport
from trunkline.errors import NoAnswer
from trunkline.store.quota import QuotaLedger

QUOTA = 300
MINUTE = 60.0
SPEED = 5.0
PATH = "/api/v2/date"
ENOUGH = 0.97
AT_ONCE = 4
JOINS = 1.5
"""Minutes after which another client begins to take its part."""
ADAPTING = 3
"""Windows until the client must have adapted to it: the first, the one it joins in, and one more."""
OTHER = "other"
"""Query of the requests of somebody else."""


@dataclass(frozen=True)
class Row:
    """One way to spend a token's quota; `taken` is the part that another client uses once it joins."""

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
    Row("4 processes, half taken by another", processes=4, taken=0.5),
    Row("4 threads, half taken, no headers", threads=4, headers=False, taken=0.5),
)


@dataclass(frozen=True)
class Windows:
    """The emulator's windows: requests that passed, and ours that were refused, by window."""

    passed: list[int]
    refused: list[int]

    def judged(self, row: Row) -> Windows:
        """The windows that the promise is about."""
        judged = slice(ADAPTING if row.taken else 1, -1)
        return Windows(self.passed[judged], self.refused[judged])

    def keeps(self, row: Row) -> bool:
        """Whether all of the quota but a little is used, without a 429; one a window where it is learnt."""
        judged = self.judged(row)
        allowed = 0 if row.headers else 1
        if not judged.passed or max(self.refused) > 1:
            return False
        return min(judged.passed) >= ENOUGH * QUOTA and max(judged.refused) <= allowed

    def shown(self, row: Row) -> str:
        """The line of a row."""
        least = min(self.judged(row).passed, default=0) / QUOTA
        marked = (
            f"{passed}{'!' * refused}" for passed, refused in zip(self.passed, self.refused, strict=True)
        )
        broken = "" if self.keeps(row) else "   BROKEN"
        return f"{row.title:36} {least:7.1%} {sum(self.refused):5}   {' '.join(marked)}{broken}"


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
            permit = limiter.acquire(PATH)
            try:
                answer = transport.send(Request("GET", url + PATH, {"Authorization": f"Bearer {token}"}))
            except NoAnswer:  # on a busy machine: it may have been counted
                limiter.settle(PATH, permit, None)
                continue
            asked = retry_after(answer.headers) if answer.status == 429 else None
            limiter.settle(PATH, permit, Signal.of(answer.status, answer.headers, asked))

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
                joins = begun + JOINS * MINUTE
                crew.append(
                    multiprocessing.Process(
                        target=take, args=(server.url, server.token, row.taken, joins, until)
                    )
                )
            for each in crew:
                each.start()
            for each in crew:
                each.join()
            return server.windows()
        finally:
            server.stop()


def main(minutes: float = 6.0) -> int:
    multiprocessing.set_start_method("spawn")
    print(f"{'windows of 300 requests':36} {'least':>7} {'429':>5}   requests in each window, ! for each 429")
    broken = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for row, windows in zip(ROWS, pool.map(lambda row: run(row, minutes), ROWS), strict=True):
            print(windows.shown(row), flush=True)
            broken += not windows.keeps(row)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(*map(float, sys.argv[1:])))
