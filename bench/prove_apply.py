"""An apply that dies, or whose answers are lost, at every single point: the next apply ends it whole.

A child process applies a project to an emulated org and is killed (SIGKILL) before or after its n-th
request, or after its n-th record in the journal; for every n. Separately the answer of every single
write is dropped. After each, one more apply: then the org must equal the plan, every object be there
once, the lock file know them all, and the audit log verify.

Run: TRUNKLINE_EVIDENCE=full python -m bench.prove_apply (31 objects, every point; `make prove` does that).
Without it: 10 objects, and a few points spread over the run.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from trunkline.clouds.transport import Request, Response
from trunkline.clouds.transport_pyreqwest import PyreqwestTransport
from trunkline.errors import NoAnswer, TrunklineError
from trunkline.library import Project, connect
from trunkline.project.lock import Lock
from trunkline.store.journal import Journal

POLICY = {"allow_delete": True, "allow_replace": True, "rewire": True, "delete_threshold": 1.0}
COUNTED = ("queues", "prompts", "datatables", "actions", "flows", "integrations", "skills")


def write_project(folder: Path, size: int, after: bool) -> int:
    """A project of about `size` objects before or after: some made, changed, replaced, deleted in between."""
    share = max(1, size // 8)
    files: dict[str, Any] = {"integrations/web.json": _integration(after)}
    for number in range(share):
        files[f"queues/q{number}.json"] = {
            "name": f"Queue {number}",
            "description": "new" if after else "old",
        }
        files[f"tables/t{number}.json"] = _table(f"Table {number}", 3 if after else 2)
        if after:
            files[f"actions/n{number}.json"] = _action(f"New {number}", "v1", "text")
            files[f"prompts/p{number}.json"] = _prompt(f"Prompt_{number}")
            files[f"flows/f{number}.json"] = _flow(f"Flow {number}", f"Queue {number}", "Changed 0")
        else:
            files[f"skills/s{number}.json"] = {"name": f"Skill {number}"}
        files[f"actions/c{number}.json"] = _action(f"Changed {number}", "v2" if after else "v1", "text")
    files["actions/r.json"] = _action("Replaced", "v1", "more" if after else "text")
    files["flows/user.json"] = _flow("User", "Queue 0", "Replaced")
    for name in ("integrations", "queues", "tables", "actions", "prompts", "flows", "skills"):
        shutil.rmtree(folder / name, ignore_errors=True)
    for name, body in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(body))
    return len(files) + (share if after else 0)


def _integration(after: bool) -> dict[str, Any]:
    return {"name": "Web", "integrationType": "custom-rest-actions", "notes": "after" if after else "before",
            "intendedState": "ENABLED"}  # fmt: skip


def _prompt(name: str) -> dict[str, Any]:
    texts = [{"language": language, "ttsString": f"{name} {language}"} for language in ("en-us", "es-us")]
    return {"name": name, "description": "", "resources": texts}


def _table(name: str, rows: int) -> dict[str, Any]:
    columns = {
        "key": {"type": "string", "$id": "/properties/key", "title": "key", "displayOrder": 0,
                "minLength": 1, "maxLength": 256},
        "value": {"type": "string", "$id": "/properties/value", "title": "value", "displayOrder": 1},
    }  # fmt: skip
    schema = {"$schema": "http://json-schema.org/draft-04/schema#", "type": "object",
              "additionalProperties": False, "required": ["key"], "properties": columns}  # fmt: skip
    return {
        "name": name,
        "schema": schema,
        "rows": [{"key": f"k{n}", "value": f"v{rows}"} for n in range(rows)],
    }


def _action(name: str, version: str, output: str) -> dict[str, Any]:
    schema = {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}
    result = {"type": "object", "properties": {output: {"type": "string"}}}
    return {
        "name": name, "integrationType": "custom-rest-actions", "actionType": "custom", "secure": False,
        "integration": "Web", "category": "Web",
        "config": {
            "request": {"requestUrlTemplate": f"https://example.com/{version}/${{input.id}}",
                        "requestType": "GET", "headers": {}, "requestTemplate": "${input.rawRequest}"},
            "response": {"translationMap": {"t": "$.t"}, "translationMapDefaults": {"t": '"none"'},
                         "successTemplate": f'{{"{output}": ${{t}}}}'},
        },
        "contract": {"input": {"inputSchema": schema}, "output": {"successSchema": result}},
    }  # fmt: skip


def _flow(name: str, queue: str, action: str) -> dict[str, Any]:
    """A task that calls an action and ends; what it refers to has ids that no org knows."""
    node = {"id": "a1", "name": "call", "__type": "DataAction", "actionId": f"custom_-_{action}",
            "trackingId": 1, "actionName": action, "category": {"id": "Web", "name": "Web"},
            "inputs": [], "outputs": [],
            "paths": [{"outputId": f"__{end}__", "label": end} for end in ("SUCCESS", "FAILURE", "TIMEOUT")],
            "nextAction": "a2"}  # fmt: skip
    end = {"id": "a2", "name": "end", "__type": "DisconnectAction", "trackingId": 2}
    task = {"id": "t1", "name": "Task", "__type": "Task", "startAction": "a1", "actionList": [node, end],
            "variables": [], "trackingId": 3}  # fmt: skip
    manifest = {
        "queue": [{"id": f"queue-{queue}", "name": queue}],
        "dataAction": [{"id": f"custom_-_{action}", "name": action}],
    }
    return {"name": name, "type": "inboundcall", "initialSequence": "t1", "nextTrackingNumber": 9,
            "defaultLanguage": "en-us", "supportedLanguages": ["en-us"], "manifest": manifest,
            "variables": [], "flowSequenceItemList": [task], "uiMetaData": {}}  # fmt: skip


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
def emulator() -> Iterator[Emulator]:
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


@dataclass
class Ticks:
    """Counts the points of a run; `die_at` ends the process there, `drop` loses the answer of a write."""

    die_at: int = 0
    drop: int = 0
    passed: int = 0
    writes: int = 0

    def tick(self) -> None:
        self.passed += 1
        if self.passed == self.die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def install(self) -> None:
        send, begin, end = PyreqwestTransport.send, Journal.intend, Journal.settle

        def counted(transport: PyreqwestTransport, request: Request, sink: Any = None) -> Response:
            writes = request.method != "GET" and "/oauth/" not in request.url
            if not writes:
                return send(transport, request, sink)
            self.tick()
            answer = send(transport, request, sink)
            self.tick()
            self.writes += 1
            if self.writes == self.drop:
                raise NoAnswer("the answer was dropped", sent=True)
            return answer

        def recorded(method: Callable[..., Any]) -> Callable[..., Any]:
            def wrapped(*args: Any, **kwargs: Any) -> Any:
                result = method(*args, **kwargs)
                self.tick()
                return result

            return wrapped

        PyreqwestTransport.send = counted  # type: ignore[method-assign]
        Journal.intend, Journal.settle = recorded(begin), recorded(end)  # type: ignore[method-assign]


def apply(folder: Path, there: Emulator, ticks: Ticks, verify: bool = False) -> None:
    """One apply in this process. Raises AssertionError if `verify` finds anything amiss."""
    ticks.install()
    environment = there.environment()
    os.environ.clear()
    os.environ.update(environment)
    project = Project.open(folder)
    with connect(folder=folder, environ=environment) as org:
        with project.writing(org) as right:
            plan = project.plan(org, **POLICY)
            assert not plan.blocked, [(str(change.address), change.blocked) for change in plan.blocked]
            outcomes = right.apply(plan)
            failed = [f"{outcome.change.address}: {outcome.reason}" for outcome in outcomes if outcome.error]
        if not verify:
            return
        assert not failed, failed
        org.cloud.references.forget()
        again = project.plan(org, **POLICY)
        assert not again.differs, [str(c.address) for c in again.changes if c.state != "in sync"]
        with project.store() as store:
            assert store.audit.verify().faults == ()
        wanted = {each.address for each in project.check(org.name).loaded.resources}
        assert Lock.read(folder, org.name).entries.keys() == wanted


def in_child(act: Callable[[], None]) -> tuple[int, str]:
    """Runs in a forked process: its exit status (-9 if killed) and the first line of an error."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        status, said = 0, ""
        try:
            act()
        except (AssertionError, TrunklineError) as error:
            status, said = 1, f"{type(error).__name__}: {error}"
        except BaseException as error:
            status, said = 2, repr(error)
        os.write(write, said.encode()[:4000])
        os._exit(status)
    os.close(write)
    with os.fdopen(read, "rb") as stream:
        said = stream.read().decode()
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said


@dataclass
class Proof:
    """A start to go back to, and what a whole apply from there looks like."""

    there: Emulator
    folder: Path
    points: int = 0
    writes: int = 0
    objects: int = 0
    state: dict[str, Any] = field(default_factory=dict)
    expected: Counter[str] = field(default_factory=Counter)

    @classmethod
    def begin(cls, there: Emulator, folder: Path, size: int) -> Proof:
        proof = cls(there, folder)
        (folder / "trunkline.toml").write_text('name = "proof"\n[rules]\ndisabled = []\n')
        write_project(folder, size, after=False)
        status, said = in_child(lambda: apply(folder, there, Ticks(), verify=True))
        if status:
            raise RuntimeError(f"the first apply failed: {said}")
        proof.objects = write_project(folder, size, after=True)
        proof.state = there.snapshot()
        counted = folder.parent / "counted.json"

        def count() -> None:
            ticks = Ticks()
            apply(whole, there, ticks, verify=True)
            counted.write_text(json.dumps([ticks.passed, ticks.writes]))

        whole = proof.copy()
        status, said = in_child(count)
        if status:
            raise RuntimeError(f"the apply without a fault failed: {said}")
        proof.points, proof.writes = json.loads(counted.read_text())
        proof.expected = proof.count()
        return proof

    def copy(self) -> Path:
        place = self.folder.parent / "run"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(self.folder, place)
        self.there.restore(self.state)
        return place

    def count(self) -> Counter[str]:
        """Objects of each collection by name, as the org has them."""
        found: Counter[str] = Counter()
        for collection, documents in self.there.snapshot()["documents"].items():
            for document in documents.values():
                if isinstance(document, dict) and "name" in document and not document.get("deleted"):
                    found[f"{collection} {document['name']}"] += 1
                elif isinstance(document, dict) and isinstance(document.get("live"), dict):
                    found[f"{collection} {document['live'].get('name')}"] += 1
        return found

    def survives(self, ticks: Ticks) -> str | None:
        """What is wrong after a fault and one more apply; None where nothing is."""
        place = self.copy()
        in_child(lambda: apply(place, self.there, ticks))
        status, said = in_child(lambda: apply(place, self.there, Ticks(), verify=True))
        if status:
            return said
        counted = self.count()
        return None if counted == self.expected else f"counted {counted - self.expected} too much"


def prove(
    size: int, kills: Callable[[int], Iterable[int]], drops: Callable[[int], Iterable[int]]
) -> list[str]:
    """Every failure, as a line; prints what was tried."""
    failures: list[str] = []
    with emulator() as there, tempfile.TemporaryDirectory() as parent:
        folder = Path(parent) / "project"
        folder.mkdir()
        proof = Proof.begin(there, folder, size)
        killed, dropped = list(kills(proof.points)), list(drops(proof.writes))
        for point in killed:
            wrong = proof.survives(Ticks(die_at=point))
            failures += [f"killed at point {point}: {wrong}"] if wrong else []
        for write in dropped:
            wrong = proof.survives(Ticks(drop=write))
            failures += [f"answer {write} dropped: {wrong}"] if wrong else []
        print(
            f"an apply of {proof.objects} objects, {proof.writes} writes: killed at {len(killed)} of"
            f" {proof.points} points, {len(dropped)} answers dropped one by one; failures: {len(failures)}"
        )
    return failures


def every(step: int) -> Callable[[int], Iterable[int]]:
    """Every n-th of the points there are, from the first on."""
    return lambda total: range(1, total + 1, step)


def main() -> int:
    if os.environ.get("TRUNKLINE_EVIDENCE") == "full":
        failures = prove(32, every(1), every(1))
    else:
        failures = prove(8, every(9), every(6))
    print("\n".join(failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
