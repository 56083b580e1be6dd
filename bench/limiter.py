"""The limiter of the client against the quota: how much of each minute it uses, how often it meets 429.

Run: `python -m bench.limiter [MINUTES]`; 6 minutes of emulated time a row, which is as many as the journal of
the emulator holds. The clocks of emulator and clients run SPEED times as fast as ours, so a pause of this
machine counts SPEED times. Some rows run at the same time, each with an emulator of its own. A row that fails
while the machine stood still for longer than PAUSE is run again, alone, up to AGAIN times.

The first and the last window of a row do not count. Where another client joins, which takes an even half, the
window in which it does and the next are for adapting.
"""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
import threading
import time
from bisect import bisect_right
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import Barrier, Pipe, Process, Queue
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier as BarrierType
from pathlib import Path

import requests

from trunkline.clouds.limiter import Limiter, Signal
from trunkline.clouds.retry import retry_after
from trunkline.clouds.transport import Request
from trunkline.clouds.transport_any import AnyTransport
from trunkline.emulator.quota import Quota, Usage
from trunkline.emulator.server import start
from trunkline.errors import NoAnswer
from trunkline.store.quota import QuotaLedger

QUOTA = 300
MINUTE = 60.0
SPEED = 5.0
PATH = "/api/v2/date"
ENOUGH = 0.97
AT_ONCE = 4
AGAIN = 3
PAUSE = 1.0
"""Seconds of the fast clock."""
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

    def shown(self, row: Row, pause: float) -> str:
        """The line of a row; `pause` is in seconds of the fast clock."""
        least = min(self.judged(row).passed, default=0) / QUOTA
        marked = (
            f"{passed}{'!' * refused}" for passed, refused in zip(self.passed, self.refused, strict=True)
        )
        broken = "" if self.keeps(row) else "   BROKEN"
        return (
            f"{row.title:36} {least:7.1%} {sum(self.refused):5} {pause:5.1f} s   {' '.join(marked)}{broken}"
        )


def clock() -> float:
    """Seconds of the fast clock that all processes of this machine share."""
    return time.monotonic() * SPEED


def sleep(seconds: float) -> None:
    time.sleep(seconds / SPEED)


class Counted(Quota):
    """Counts as the emulator does, and keeps what passed in each window of a token: `[opened, passed]`."""

    def __init__(self) -> None:
        super().__init__()
        self.windows: dict[str, list[list[float]]] = {}

    def take(self, key: str, allowed: int, now: float) -> Usage:
        usage = super().take(key, allowed, now)
        windows = self.windows.setdefault(key, [])
        if usage.count == 1:
            windows.append([now, 0])
        windows[-1][1] += not usage.exceeded
        return usage


class FastClock:
    """Seconds since the epoch, at the pace of `clock`."""

    def __init__(self) -> None:
        self._begun = time.time() - clock()

    def now(self) -> float:
        return self._begun + clock()


@dataclass(frozen=True)
class Gate:
    """Where the processes of a row begin together, and tell how long each stood still at most."""

    barrier: BarrierType
    pauses: Queue[float]


def serve(pipe: Connection, headers: bool) -> None:
    """An emulator in a process of its own: tells its URL and a token, and its windows once it is asked."""
    with start(quota=QUOTA, clock=FastClock()) as running:
        running.kernel.limits._usage = counted = Counted()
        access = running.create_org()
        settings = f"{running.url}/_trunkline/orgs/{access.id}/settings"
        requests.patch(settings, json={"quotaHeaders": headers}, timeout=60).raise_for_status()
        grant = requests.post(
            f"{running.url}/oauth/token",
            data={"grant_type": "client_credentials"},
            auth=(access.client_id, access.client_secret),
            timeout=60,
        )
        token: str = grant.json()["access_token"]
        pipe.send((running.url, token))
        pipe.recv()
        windows = next(found for key, found in counted.windows.items() if "/" not in key)
        refused = [0] * len(windows)
        for entry in running.kernel.journal.entries():
            if entry.status == 429 and entry.query != OTHER:
                at = datetime.fromisoformat(entry.time).timestamp()
                refused[max(0, bisect_right(windows, [at + 0.001]) - 1)] += 1
        pipe.send(Windows([int(passed) for _, passed in windows], refused))


def spend(url: str, token: str, ledger: Path | None, row: Row, minutes: float, gate: Gate) -> None:
    """One process: as many requests as the limiter lets through, whatever they are answered."""
    shared = QuotaLedger(ledger).line("bench") if ledger else None
    limiter = Limiter(QUOTA, ledger=shared, clock=clock, sleep=sleep)
    transport = AnyTransport()
    gate.barrier.wait()
    until = clock() + minutes * MINUTE

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

    def watch() -> None:
        longest = 0.0
        while (begun := clock()) < until:
            sleep(0.1)
            longest = max(longest, clock() - begun - 0.1)
        gate.pauses.put(longest)

    crew = [threading.Thread(target=work) for _ in range(row.threads)] + [threading.Thread(target=watch)]
    for each in crew:
        each.start()
    for each in crew:
        each.join()
    transport.close()


def take(url: str, token: str, row: Row, minutes: float, gate: Gate) -> None:
    """Somebody else with the same token: an even stream of a share of the quota, from JOINS on."""
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {token}"
    gate.barrier.wait()
    until = clock() + minutes * MINUTE
    sleep(JOINS * MINUTE)
    due = clock()
    while due < until:
        session.get(f"{url}{PATH}?{OTHER}", timeout=10)
        due += MINUTE / (QUOTA * row.taken)
        sleep(max(0.0, due - clock()))


def run(row: Row, minutes: float) -> tuple[Windows, float]:
    """One row of the table, and the longest time for which this machine let a client stand still."""
    pipe, far = Pipe()
    server = Process(target=serve, args=(far, row.headers))
    server.start()
    url, token = pipe.recv()
    gate = Gate(Barrier(row.processes + bool(row.taken)), Queue())
    with tempfile.TemporaryDirectory() as temporary:
        ledger = Path(temporary) / "quota.sqlite3" if row.processes > 1 else None
        args = (url, token, ledger, row, minutes, gate)
        crew = [Process(target=spend, args=args) for _ in range(row.processes)]
        if row.taken:
            crew.append(Process(target=take, args=(url, token, row, minutes, gate)))
        for each in crew:
            each.start()
        longest = max(gate.pauses.get() for _ in range(row.processes))
        for each in crew:
            each.join()
    pipe.send(None)
    windows: Windows = pipe.recv()
    server.join()
    return windows, longest


def main(minutes: float = 6.0) -> int:
    multiprocessing.set_start_method("spawn")
    print(
        f"{'windows of 300 requests':36} {'least':>7} {'429':>5} {'pause':>7}   "
        "requests in each window, ! for each 429; pause: what this machine stood still at most"
    )
    broken: list[Row] = []
    again: list[Row] = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for row, (windows, pause) in zip(ROWS, pool.map(lambda row: run(row, minutes), ROWS), strict=True):
            print(windows.shown(row, pause), flush=True)
            if not windows.keeps(row):
                (again if pause > PAUSE else broken).append(row)
    broken += [row for row in again if not repeated(row, minutes)]
    return 1 if broken else 0


def repeated(row: Row, minutes: float) -> bool:
    """Whether a row keeps its promise once the machine is not as busy."""
    for _ in range(AGAIN):
        windows, pause = run(row, minutes)
        print(f"again: {windows.shown(row, pause)}", flush=True)
        if windows.keeps(row):
            return True
        if pause <= PAUSE:
            return False
    return False


if __name__ == "__main__":
    sys.exit(main(*map(float, sys.argv[1:])))
