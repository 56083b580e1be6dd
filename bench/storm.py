"""A storm: an export and an apply while a fifth of all requests fail; both must end right.

Run: `python -m bench.storm [MINUTES]`; 30 minutes of emulated time where none is said. The clocks of emulator
and the client run SPEED times as fast as ours. Faults: 429 with, without and with a lying Retry-After, 5xx,
resets before and after the request was handled, truncated bodies, tokens that expire in mid-run.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

from trunkline.apply.writing import Site, writing
from trunkline.clouds.connecting import Cloud
from trunkline.clouds.genesys.public.flows import PublicFlows
from trunkline.clouds.redact import Secret
from trunkline.clouds.session import Session
from trunkline.clouds.target import Target
from trunkline.domain.plan import Policy
from trunkline.domain.resource import Address, Resource
from trunkline.emulator.orgs import Access
from trunkline.emulator.server import Emulator, start
from trunkline.export import Exporter, Options
from trunkline.project.lock import Lock
from trunkline.store import open_store

KINDS = [
    *("429", "429-without-retry-after", "429-lying-retry-after", "500", "502", "503", "504"),
    *("reset-before", "reset-after", "truncated", "expired-token"),
]
RATE = 0.2
SPEED = 60.0
MOST_RUNS = 6
"""Applies until the plan is empty: what a reset left open is settled by the next one."""


@dataclass
class Figures:
    """What a storm cost and what it left."""

    exports: int = 0
    incomplete_exports: int = 0
    files: int = 0
    wrong_files: int = 0
    applies: int = 0
    runs: int = 0
    lost: int = 0
    twice: int = 0
    stale: int = 0
    requests: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    minutes: float = 0.0

    @property
    def right(self) -> bool:
        return not (self.incomplete_exports or self.wrong_files or self.lost or self.twice or self.stale)

    def __str__(self) -> str:
        faults = ", ".join(f"{count} {kind}" for kind, count in sorted(self.faults.items()))
        return (
            f"emulated minutes      {self.minutes:8.1f}\n"
            f"requests              {self.requests:8}\n"
            f"faults survived       {sum(self.faults.values()):8}  ({faults})\n"
            f"exports               {self.exports:8}  of {self.files} files; incomplete "
            f"{self.incomplete_exports}, wrong files {self.wrong_files}\n"
            f"applies               {self.applies:8}  in {self.runs} runs; objects lost {self.lost}, twice "
            f"{self.twice}, of an old state {self.stale}"
        )


def cloud_of(emulator: Emulator, access: Access) -> Cloud:
    """A client whose minutes are as short as the emulator's."""
    target = Target(
        cloud="genesys",
        base_url=emulator.url,
        login_url=emulator.url,
        surface="public",
        client_id=access.client_id,
        client_secret=Secret(access.client_secret),
        name="storm",
        origin="the storm",
    )
    return Cloud(
        target,
        Session(
            target,
            clock=lambda: time.monotonic() * SPEED,
            sleep=lambda seconds: time.sleep(seconds / SPEED),
        ),
    )


def resources(cloud: Cloud, count: int, edition: int) -> list[Resource]:
    """So many data actions, all changed from one edition to the next."""
    model = cloud.actions.list().items[0]
    made: list[Resource] = []
    for number in range(count):
        body = json.loads(json.dumps(model.body))
        body["name"], body["category"] = f"Storm {number:03d}", f"Edition {edition}"
        made.append(replace(model, address=Address("data_action", body["name"]), body=body))
    return made


def export(cloud: Cloud, folder: Path, expected: dict[str, bytes], figures: Figures) -> None:
    """One export, whole, into an empty folder."""
    verdict = Exporter(PublicFlows(cloud.session), folder, Options(threads=4)).run()
    files = {path.name: path.read_bytes() for path in folder.glob("flow_*")}
    figures.exports += 1
    figures.files += len(files)
    figures.incomplete_exports += bool(verdict.missing or verdict.notes or len(files) != len(expected))
    figures.wrong_files += sum(content != expected.get(name) for name, content in files.items())


def apply(cloud: Cloud, folder: Path, wanted: list[Resource], figures: Figures) -> None:
    """Apply until there is nothing left to do."""
    figures.applies += 1
    site = Site("genesys storm", "storm", "public", cloud.target.client_id, cloud.providers)
    with open_store(folder, None, {}) as store:
        for _ in range(MOST_RUNS):
            with writing(site, store, Lock.read(folder, "storm")) as right:
                plan = right.planner.plan(wanted, Policy())
                if not plan.writes:
                    return
                figures.runs += 1
                right.apply(plan, workers=4)


def judge(calm: Cloud, wanted: list[Resource], figures: Figures) -> None:
    """Every object is there once, as it was wanted last."""
    there = Counter(item.address.name for item in calm.actions.list().items)
    bodies = {item.address.name: item.body for item in calm.actions.list().items}
    for resource in wanted:
        name = resource.address.name
        figures.lost += there[name] == 0
        figures.twice += there[name] > 1
        figures.stale += there[name] > 0 and bodies[name]["category"] != resource.body["category"]


def storm(minutes: float, actions: int = 12, rate: float = RATE) -> Figures:
    """Exports and applies in turn until so many emulated minutes are over, at least one of each."""
    figures = Figures()
    with start(quota=300) as emulator, tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        access = emulator.create_org("storm", origin="sample")
        calm, client = cloud_of(emulator, access), cloud_of(emulator, access)
        emulator.kernel.clock.run_at(SPEED)
        begun = emulator.kernel.clock.now()
        export(calm, folder / "calm", {}, Figures())
        expected = {path.name: path.read_bytes() for path in (folder / "calm").glob("flow_*")}
        edition, wanted = 0, resources(calm, actions, 0)
        emulator.kernel.faults.add({"fault": KINDS, "rate": rate, "org": access.id, "seed": "storm"})
        while not edition or emulator.kernel.clock.now() - begun < minutes * 60:
            edition += 1
            wanted = [replace(each, body={**each.body, "category": f"Edition {edition}"}) for each in wanted]
            apply(client, folder, wanted, figures)
            export(client, folder / f"export-{edition}", expected, figures)
        figures.faults = Counter(emulator.kernel.faults.injected)
        figures.requests = client.session.metrics.total().count
        emulator.kernel.faults.clear()
        judge(calm, wanted, figures)
        figures.minutes = (emulator.kernel.clock.now() - begun) / 60
        client.close()
        calm.close()
    return figures


def main(minutes: float = 30.0) -> int:
    figures = storm(minutes)
    print(figures)
    return 0 if figures.right else 1


if __name__ == "__main__":
    sys.exit(main(*map(float, sys.argv[1:])))
