"""How much quicker a session with threads reads flows than the loop that a guide would write.

    python bench/flows.py [COUNT]

One emulator in a process of its own, the same documents, the same run; the figure is a ratio.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import requests

from trunkline.clouds import Stage, Target, connect
from trunkline.clouds.redact import Secret
from trunkline.clouds.threads import each

THREADS = 4


def loop(target: Target, count: int) -> int:
    """One request after the other, each answer parsed."""
    pair = (target.client_id, target.client_secret.reveal())
    form = {"grant_type": "client_credentials"}
    token = requests.post(target.base_url + "/oauth/token", data=form, auth=pair, timeout=30).json()
    headers = {"Authorization": "Bearer " + token["access_token"]}
    flows = requests.get(target.base_url + "/api/v2/flows", headers=headers, timeout=30).json()["entities"]
    size = 0
    for n in range(count):
        path = f"/api/v2/flows/{flows[n % len(flows)]['id']}/latestconfiguration"
        document = requests.get(target.base_url + path, headers=headers, timeout=30)
        document.json()
        size += len(document.content)
    return size


def ours(target: Target, count: int) -> int:
    """A session and four threads."""
    cloud = connect(target)
    flows = cloud.flows.list().items
    chosen = (flows[n % len(flows)] for n in range(count))
    size = sum(each(lambda flow: cloud.flows.stream(flow, io.BytesIO(), Stage.LATEST), chosen, THREADS))
    cloud.close()
    return size


def timed(work: Callable[[Target, int], int], target: Target, count: int) -> tuple[float, int]:
    begun = time.perf_counter()
    size = work(target, count)
    return time.perf_counter() - begun, size


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder, "ready.json")
        serve = ["trunkline", "emulator", "serve", "--port", "0", "--quota", "0", "--ready-file", str(ready)]
        command = [str(Path(sys.executable).with_name(serve[0])), *serve[1:]]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as emulator:
            try:
                while not ready.exists():
                    time.sleep(0.05)
                info = json.loads(ready.read_text())
                org = next(each for each in info["orgs"] if each["cloud"] == "genesys")
                secret = Secret(org["client_secret"])
                url = info["url"]
                target = Target("genesys", url, url, "public", org["client_id"], secret, "bench")
                slow, size = timed(loop, target, count)
                fast, same = timed(ours, target, count)
            finally:
                emulator.terminate()
    assert same == size
    print(f"{count} flows of {size / count / 1000:.0f} KB, {THREADS} threads")
    print(f"loop {count / slow:.0f}/s, session {count / fast:.0f}/s, ratio {slow / fast:.1f}")


if __name__ == "__main__":
    main()
