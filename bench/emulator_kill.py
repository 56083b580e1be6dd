"""kill -9 in the middle of writes: every write that was acknowledged is there when the emulator starts again.

Run: `python -m bench.emulator_kill [KILLS]`; 10 where none is said, 100 under `make prove`. Three writers
create, change and delete queues without a pause; the server is killed after a number of answers drawn by lot,
every fifth time while it is still starting. What was under way may be there or not, whole.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

FULL = 100
QUICK = 10
WRITERS = 3
PATIENCE = 120.0
"""Seconds for anything to happen."""
QUEUES = "/api/v2/routing/queues"


@dataclass
class Figures:
    """What came of it. `wrong` are objects that are not as they were acknowledged; `told` recoveries said."""

    kills: int = 0
    starts_killed: int = 0
    acknowledged: int = 0
    under_way: int = 0
    wrong: list[str] = field(default_factory=list)
    recovered: int = 0
    told: int = 0
    last: str = ""

    @property
    def right(self) -> bool:
        return not self.wrong and self.told == self.recovered > 0

    def __str__(self) -> str:
        lines = [
            f"{self.kills} kills while writing, {self.starts_killed} while starting",
            f"{self.acknowledged:,} writes acknowledged, {len(self.wrong)} of them not as they were written",
            f"{self.under_way} writes under way: each there or not, whole",
            f"{self.told} of {self.recovered} starts said what they recovered, such as:",
            f"  {self.last}",
        ]
        return "\n".join([*lines, *self.wrong[:20]])


class Server:
    """`emulator serve --data` in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self._ready = folder / "ready.json"
        self._ready.unlink(missing_ok=True)
        self._talk = folder / "talk.txt"
        command = [sys.executable, "-m", "trunkline", "emulator", "serve", "--port", "0", "--quota", "0"]
        with self._talk.open("wb") as talk:
            self.process = subprocess.Popen(
                [*command, "--data", str(folder / "data"), "--ready-file", str(self._ready)], stderr=talk
            )

    def wait(self) -> dict[str, Any]:
        """What the ready file says, once it is there."""
        deadline = time.monotonic() + PATIENCE
        while not self._ready.exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the emulator did not start: {self.talk()}")
            time.sleep(0.01)
        return json.loads(self._ready.read_text())

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(PATIENCE)

    def stop(self) -> str:
        """End it as a user does: what it had said."""
        self.process.terminate()
        if self.process.wait(PATIENCE) != 0:
            raise RuntimeError(f"the emulator ended with {self.process.returncode}")
        return self.talk()

    def talk(self) -> str:
        return self._talk.read_text(encoding="utf-8")


@dataclass(frozen=True)
class Write:
    """One write. `target` is None for a new object, `text` for a deleted one."""

    verb: str
    target: str | None
    name: str
    text: str | None


class Writer:
    """Writes until its server is gone. `known` holds what was acknowledged: text by id, None for deleted."""

    def __init__(self, number: int, dice: random.Random) -> None:
        self._prefix = f"writer {number}"
        self._dice = dice
        self.known: dict[str, str | None] = {}
        self.under_way: Write | None = None
        self.count = 0
        self.refused: list[str] = []

    def work(self, url: str, token: str) -> None:
        with requests.Session() as session:
            session.headers["Authorization"] = f"Bearer {token}"
            while not self.refused:
                write = self.under_way = self._draw()
                path = f"{url}{QUEUES}" + (f"/{write.target}" if write.target else "")
                body = None if write.text is None else {"name": write.name, "description": write.text}
                try:
                    answer = session.request(write.verb, path, json=body, timeout=PATIENCE)
                except requests.RequestException:
                    return
                self._note(write, answer)

    def _draw(self) -> Write:
        alive = [each for each, text in self.known.items() if text is not None]
        verb = self._dice.choice(("POST", "POST", "PUT", "DELETE")) if alive else "POST"
        text = f"{self.count} " + "x" * self._dice.choice((10, 1_000, 20_000))
        name = f"{self._prefix} {os.urandom(6).hex()}"
        target = None if verb == "POST" else self._dice.choice(alive)
        return Write(verb, target, name, None if verb == "DELETE" else text)

    def _note(self, write: Write, answer: requests.Response) -> None:
        if not answer.ok:
            self.refused.append(f"{write.verb} was refused: {answer.status_code} {answer.text[:200]}")
            return
        self.known[write.target or answer.json()["id"]] = write.text
        self.under_way = None
        self.count += 1

    def check(self, queues: dict[str, Any]) -> list[str]:
        """What is not as it was acknowledged; takes over what became of the write under way."""
        wrong, self.refused = self.refused, []
        write, self.under_way = self.under_way, None
        for identity, text in list(self.known.items()):
            actual = queues[identity]["description"] if identity in queues else None
            may_be = write is not None and write.target == identity and actual == write.text
            if actual != text and not may_be:
                wrong.append(f"{identity}: {_short(text)} was acknowledged, there is {_short(actual)}")
            self.known[identity] = actual
        for identity, queue in queues.items():
            if queue["name"].startswith(self._prefix) and identity not in self.known:
                actual = self.known[identity] = queue["description"]
                if write is None or (queue["name"], actual) != (write.name, write.text):
                    wrong.append(f"{identity}: there is {_short(actual)}, which nobody wrote")
        return wrong


def _short(text: str | None) -> str:
    return "nothing" if text is None else f"{text[:12]!r}… of {len(text)}"


def run(kills: int, seed: int = 0) -> Figures:
    """So many kills of one state."""
    dice, figures = random.Random(seed), Figures()
    writers = [Writer(number, random.Random(dice.random())) for number in range(WRITERS)]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        while figures.kills < kills:
            if figures.kills % 5 == 4 and figures.starts_killed <= figures.kills // 5:
                _kill_a_start(Server(folder), dice, figures)
            _kill_while_writing(Server(folder), writers, dice, figures)
        server = Server(folder)
        _check(server.wait(), writers, figures)
        _listen(server.stop(), figures)
    figures.acknowledged = sum(writer.count for writer in writers)
    return figures


def _kill_a_start(server: Server, dice: random.Random, figures: Figures) -> None:
    time.sleep(dice.uniform(0, 1.5))
    server.kill()
    figures.starts_killed += 1


def _kill_while_writing(server: Server, writers: list[Writer], dice: random.Random, figures: Figures) -> None:
    """Check what the kill before left, write, kill."""
    told = server.wait()
    org = told["orgs"][0]
    if figures.kills:
        _check(told, writers, figures)
    grant = {"grant_type": "client_credentials"}
    credentials = (org["client_id"], org["client_secret"])
    answer = requests.post(f"{told['url']}/oauth/token", data=grant, auth=credentials, timeout=PATIENCE)
    until = sum(writer.count for writer in writers) + dice.randint(1, 150)
    arguments = (told["url"], answer.json()["access_token"])
    crew = [threading.Thread(target=writer.work, args=arguments) for writer in writers]
    for each in crew:
        each.start()
    while sum(writer.count for writer in writers) < until and any(each.is_alive() for each in crew):
        time.sleep(0.002)
    server.kill()
    for each in crew:
        each.join(PATIENCE)
    if figures.kills:
        _listen(server.talk(), figures)
    figures.kills += 1
    figures.under_way += sum(writer.under_way is not None for writer in writers)


def _check(told: dict[str, Any], writers: list[Writer], figures: Figures) -> None:
    state = requests.get(f"{told['url']}/_trunkline/orgs/{told['orgs'][0]['id']}/snapshot", timeout=PATIENCE)
    queues: dict[str, Any] = state.json()["documents"]["queues"]
    for writer in writers:
        figures.wrong += writer.check(queues)


def _listen(talk: str, figures: Figures) -> None:
    """A start after a kill says what it recovered."""
    figures.recovered += 1
    for line in talk.splitlines():
        if "recovered" in line:
            figures.told += 1
            figures.last = line.partition(" holds ")[2]


def main(kills: int | None = None) -> int:
    full = os.environ.get("TRUNKLINE_EVIDENCE") == "full"
    figures = run(kills if kills is not None else FULL if full else QUICK)
    print(figures)
    return 0 if figures.right else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
