"""`trunkline flow export` beside the loop that a guide would write, its memory, and how it spends a quota.

    python -m bench.flow_export [FLOWS]

Flows are of 60 KB: those of ../shared/corpus where it is there, made longer, else made up. Both sides read
the same emulator, in a process of its own without a quota, by the same endpoints, in one run. Then the
vendor's quota: 300 requests a minute a client, windows and headers as the vendor has them, on a clock ten
times as fast. TRUNKLINE_EVIDENCE=full takes 5,000 flows, and 3,000 for the quota.
"""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from trunkline.clouds.genesys.public.flows import PublicFlows
from trunkline.clouds.redact import Secret
from trunkline.clouds.session import Session
from trunkline.clouds.target import Target
from trunkline.domain.flow import i3
from trunkline.emulator.genesys.seed import seed
from trunkline.emulator.quota import Quota, Usage
from trunkline.emulator.server import start
from trunkline.export import Exporter, Options

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "flows_i3"
SIZE = 60_000
FASTER = 10
CLIENTS = 4
Body = dict[str, Any]


def main() -> None:
    full = os.environ.get("TRUNKLINE_EVIDENCE") == "full"
    flows = int(sys.argv[1]) if len(sys.argv) > 1 else 5000 if full else 1500
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        few = compare(folder / "few", 500)
        many = compare(folder / "many", flows)
        print(f"memory: {few:.0f} MB at 500 flows, {many:.0f} MB at {flows:,}")
        quota(folder / "quota", 3000 if full else 1500)


def compare(folder: Path, count: int) -> float:
    """Prints the ratio, and what a second run asks for; the peak memory of the client in MB."""
    write_flows(folder / "seed", count)
    with emulator(folder) as ready:
        org = next(each for each in ready["orgs"] if each["cloud"] == "genesys")
        slow, listed, _ = timed(
            [sys.executable, "-c", LOOP, ready["url"], org["client_id"], org["client_secret"]]
        )
        fast, verdict, peak = timed(command(folder / "out"), variables(ready["url"], org))
        result = json.loads(verdict)
        assert result["whole"] and result["fetched"] == int(listed), verdict
        journal = f"{ready['url']}/_trunkline/journal"
        requests.delete(journal, timeout=30)
        again, verdict, _ = timed(command(folder / "out", "--since-last"), variables(ready["url"], org))
        asked = [each["path"] for each in requests.get(journal, timeout=30).json()]
        assert json.loads(verdict)["unchanged"] == result["fetched"]
        print(
            f"{result['fetched']:,} flows: loop {slow:.1f} s, export {fast:.1f} s, {slow / fast:.1f} times as"
            f" fast, {peak:.0f} MB; again {again:.1f} s, {asked.count('/api/v2/flows')} requests for the list"
            f" and {sum('configuration' in path for path in asked)} for flows"
        )
    return peak


LOOP = """
import json, requests, sys, tempfile
url, cid, secret = sys.argv[1:]
out = tempfile.mkdtemp()
form = {"grant_type": "client_credentials"}
token = requests.post(url + "/oauth/token", data=form, auth=(cid, secret)).json()["access_token"]
headers = {"Authorization": "Bearer " + token}
page, count = 1, 0
while True:
    query = {"pageSize": 100, "pageNumber": page}
    listing = requests.get(url + "/api/v2/flows", headers=headers, params=query).json()
    for flow in listing["entities"]:
        document = requests.get(url + "/api/v2/flows/" + flow["id"] + "/latestconfiguration", headers=headers)
        document.raise_for_status()
        document.json()
        with open(out + "/flow_" + flow["id"] + ".json", "wb") as file:
            file.write(document.content)
        count += 1
    if page >= listing["pageCount"]:
        break
    page += 1
print(count)
"""
"""One connection a call, each answer parsed and written as it came."""


def command(out: Path, *options: str) -> list[str]:
    trunkline = [sys.executable, "-m", "trunkline", "flow", "export", "--all", "--json", "--output", "json"]
    return [*trunkline, "--output-dir", str(out), *options]


def variables(url: str, org: Body) -> dict[str, str]:
    return {
        "TRUNKLINE_CLOUD": "genesys",
        "TRUNKLINE_SURFACE": "public",
        "TRUNKLINE_URL": url,
        "TRUNKLINE_CLIENT_ID": org["client_id"],
        "TRUNKLINE_CLIENT_SECRET": org["client_secret"],
    }


def timed(args: list[str], more: dict[str, str] | None = None) -> tuple[float, str, float]:
    """Seconds, output, and peak memory in MB of a process."""
    begun = time.perf_counter()
    process = subprocess.Popen(args, stdout=subprocess.PIPE, text=True, env={**os.environ, **(more or {})})
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, output
    return time.perf_counter() - begun, output, usage.ru_maxrss / 1024


@contextmanager
def emulator(folder: Path) -> Iterator[Body]:
    """An emulator of these flows in a process of its own; what its ready file holds."""
    ready = folder / "ready.json"
    serve = [sys.executable, "-m", "trunkline", "emulator", "serve", "--port", "0", "--quota", "0"]
    with (folder / "emulator.log").open("w") as log:
        process = subprocess.Popen([*serve, "--seed", folder / "seed", "--ready-file", ready], stderr=log)
    try:
        while not ready.exists():
            assert process.poll() is None
            time.sleep(0.05)
        yield json.loads(ready.read_text())
    finally:
        process.terminate()
        process.wait()


def write_flows(folder: Path, count: int) -> None:
    """So many flows of 60 KB or a little more."""
    folder.mkdir(parents=True)
    bases = [lengthened(i3.decode(path.read_bytes())) for path in sorted(CORPUS.glob("*"))] or [made_up()]
    for number in range(count):
        body = {**bases[number % len(bases)], "name": f"Flow {number:05d}"}
        (folder / f"flow_{number:05d}.json").write_text(json.dumps(body))


def lengthened(body: Body) -> Body:
    """The flow with its items repeated until it is long enough."""
    items = body["flowSequenceItemList"]
    while len(json.dumps(body)) < SIZE:
        body = {**body, "flowSequenceItemList": [*body["flowSequenceItemList"], copy.deepcopy(items[0])]}
    return body


def made_up() -> Body:
    actions = [
        {"id": f"a-{n}", "__type": "UpdateVariableAction", "name": "Set " + "x" * 200} for n in range(20)
    ]
    item = {"id": "i-1", "__type": "Task", "name": "Main", "startAction": "a-0", "actionList": actions}
    body = {"name": "Flow", "type": "workflow", "initialSequence": "i-1", "manifest": {}, "variables": []}
    return lengthened({**body, "flowSequenceItemList": [item]})


class FastClock:
    """Seconds since the epoch, ten of them in one."""

    def __init__(self) -> None:
        self._begun = time.time()

    def now(self) -> float:
        return self._begun + (time.time() - self._begun) * FASTER


class Recorded(Quota):
    """Counts as the emulator does, and remembers each window: `{(token, start): requests}`."""

    def __init__(self) -> None:
        super().__init__()
        self.windows: dict[tuple[str, float], int] = {}

    def take(self, key: str, allowed: int, now: float) -> Usage:
        usage = super().take(key, allowed, now)
        self.windows[key, self._windows[key][0]] = usage.count
        return usage


def quota(folder: Path, count: int) -> None:
    """Prints how much of the quota every whole window uses, the 429s, and what clients in a pool save."""
    write_flows(folder / "seed", count)
    clock = FastClock()
    with start(quota=300, clock=clock) as running:
        access = running.create_org()
        org = running.kernel.orgs.get(access.id)
        assert org is not None
        with running.kernel.store.transaction():
            seed(org, folder / "seed")
            clients = [running.kernel.orgs.add_client(org.id, name=f"client {n}") for n in range(1 + CLIENTS)]
        targets = [target(running.url, each) for each in clients]
        alone = spend(running, targets[:1], clock, folder / "alone")
        pooled = spend(running, targets[1:], clock, folder / "pooled")
        print(f"{CLIENTS} clients take {pooled / alone:.0%} of the time of one")


def target(url: str, client: Any) -> Target:
    return Target("genesys", url, url, "public", client["id"], Secret(client["secret"]), client["name"])


def spend(running: Any, targets: list[Target], clock: FastClock, out: Path) -> float:
    """One export under the quota; its seconds on the fast clock."""
    running.kernel.limits._usage = usage = Recorded()
    running.kernel.journal.clear()
    session = Session(
        targets[0], pool=targets[1:], clock=clock.now, sleep=lambda seconds: time.sleep(seconds / FASTER)
    )
    begun = clock.now()
    verdict = Exporter(PublicFlows(session), out, Options()).run()
    seconds = clock.now() - begun
    session.close()
    assert verdict.whole
    by_token: dict[str, list[int]] = {}
    for (token, _), used in sorted(usage.windows.items(), key=lambda each: each[0][1]):
        if "/" in token:
            continue  # the org's together, and sign-ins
        by_token.setdefault(token, []).append(used)
    whole = [used for windows in by_token.values() for used in windows[1:-1]]
    refused = sum(entry.status == 429 for entry in running.kernel.journal.entries())
    least = f"{min(whole) / 300:.1%} of the quota in the least used window" if whole else "no whole window"
    print(
        f"{verdict.fetched:,} flows with {len(targets)} of 300 a minute: {seconds / 60:.1f} minutes,"
        f" {least} of {len(whole)}, {refused} times 429"
    )
    return seconds


if __name__ == "__main__":
    main()
