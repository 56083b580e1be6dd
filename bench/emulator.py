"""The emulator: its start beside a bare interpreter, seeding and reading beside the least they could cost.

Run: `python -m bench.emulator [FLOWS] [ACTIONS]`, 10,000 flows of 10 KB and 5,000 actions where none is said.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from time import perf_counter

import requests

from trunkline.emulator.server import Emulator, start

STEPS = 24
STARTS = 5
MOST_INTERPRETERS, MOST_SECONDS, MOST_MILLISECONDS = 60, 15, 50
"""What a start, a seed and a page may take at most."""


def write(folder: Path, flows: int, actions: int) -> None:
    """Exports of the usual size."""
    steps = [{"id": f"step-{n}", "trackingId": n, "text": "x" * 340, "__type": "Step"} for n in range(STEPS)]
    items = [{"id": "task", "name": "Task", "__type": "Task", "actionList": steps}]
    for number in range(flows):
        manifest = {"queue": [{"id": f"queue-{number % 50}", "name": f"Queue {number % 50}"}]}
        flow = {
            "name": f"Flow {number:05d}",
            "type": "inboundcall",
            "manifest": manifest,
            "flowSequenceItemList": items,
        }
        (folder / f"flow-{number:05d}.json").write_text(json.dumps(flow))
    schema = {"type": "object", "properties": {f"field{n}": {"type": "string"} for n in range(10)}}
    for number in range(actions):
        action = {
            "name": f"Action {number:05d}",
            "integrationType": "custom-rest-actions",
            "actionType": "custom",
            "config": {"request": {"requestUrlTemplate": "https://a.example/"}, "response": {}},
            "contract": {"input": {"inputSchema": schema}, "output": {"successSchema": schema}},
            "secure": False,
        }
        (folder / f"action-{number:05d}.custom.json").write_text(json.dumps(action))


def starting() -> None:
    """From the command to the first answer, with the sample org, beside an interpreter that does nothing."""
    bare: list[float] = []
    first: list[float] = []
    for _ in range(STARTS):
        begin = perf_counter()
        subprocess.run([sys.executable, "-c", "pass"], check=True)
        bare.append(perf_counter() - begin)
        first.append(_first_answer())
    ratio = median(first) / median(bare)
    print(
        f"start to answer    {median(first):8.2f} s   {ratio:6.1f} times a bare interpreter"
        f" (at most {MOST_INTERPRETERS})"
    )


def _first_answer() -> float:
    """Seconds."""
    with tempfile.TemporaryDirectory() as temporary:
        ready = Path(temporary, "ready.json")
        command = [sys.executable, "-m", "trunkline", "emulator", "serve", "--port", "0"]
        begin = perf_counter()
        process = subprocess.Popen([*command, "--ready-file", str(ready)], stderr=subprocess.DEVNULL)
        while not ready.exists():
            time.sleep(0.001)
        requests.get(
            json.loads(ready.read_text())["url"] + "/_trunkline/health", timeout=60
        ).raise_for_status()
        spent = perf_counter() - begin
        process.terminate()
        process.wait(30)
    return spent


def reading(folder: Path) -> float:
    """Seconds to read and parse every file, and nothing else."""
    begin = perf_counter()
    for path in folder.iterdir():
        json.loads(path.read_bytes())
    return perf_counter() - begin


def answering(emulator: Emulator) -> None:
    """Medians of 20 requests, beside the least that a request costs."""
    access = emulator.orgs[0]
    session = requests.Session()
    token = session.post(
        emulator.url + "/oauth/token",
        data={"grant_type": "client_credentials"},
        auth=(access.client_id, access.client_secret),
        timeout=10,
    ).json()["access_token"]
    session.headers["Authorization"] = f"Bearer {token}"

    def milliseconds(path: str) -> float:
        spent: list[float] = []
        for _ in range(20):
            begin = perf_counter()
            session.get(emulator.url + path, timeout=60).raise_for_status()
            spent.append(perf_counter() - begin)
        return median(spent) * 1000

    least = milliseconds("/api/v2/date")
    print(f"least request      {least:8.1f} ms")
    for title, path in (
        ("100 of the flows", "/api/v2/flows?pageSize=100&pageNumber=3"),
        ("flows by name", "/api/v2/flows?pageSize=100&name=*0042*"),
        (
            "100 of the actions",
            "/api/v2/integrations/actions?pageSize=100&includeConfig=true",
        ),
    ):
        spent = milliseconds(path)
        limit = f" (a page at most {MOST_MILLISECONDS} ms)" if title.startswith("100") else ""
        print(f"{title:18} {spent:8.1f} ms  {spent / least:6.1f} times the least{limit}")


def main(flows: int = 10_000, actions: int = 5_000) -> None:
    starting()
    with tempfile.TemporaryDirectory() as temporary:
        folder, data = Path(temporary, "seed"), Path(temporary, "data")
        folder.mkdir()
        write(folder, flows, actions)
        least = reading(folder)
        begin = perf_counter()
        with start(seed=folder, data=data, quota=0) as emulator:
            spent = perf_counter() - begin
            print(f"{emulator.report}")
            print(
                f"seed               {spent:8.1f} s   {spent / least:6.1f} times reading the files"
                f" (at most {MOST_SECONDS} s)"
            )
            answering(emulator)
        begin = perf_counter()
        with start(data=data, quota=0):
            again = perf_counter() - begin
        print(f"open it again      {again:8.1f} s   {again / spent:6.1f} of seeding")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
