"""One apply in a forked process that ends, or loses an answer, at a point of its way."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.apply_proof.org import Emulator
from bench.apply_proof.project import write_project
from trunkline.clouds.transport import Request, Response
from trunkline.clouds.transport_any import AnyTransport
from trunkline.connection import connect
from trunkline.errors import NoAnswer, TrunklineError
from trunkline.library import Project
from trunkline.project import lock
from trunkline.project.lock import Lock
from trunkline.store.journal import Journal

POLICY: dict[str, Any] = {
    "allow_delete": True,
    "allow_replace": True,
    "rewire": True,
    "delete_threshold": 1.0,
}


@dataclass
class Ticks:
    """Counts the points of a run; `die_at` ends the process there, `drop` loses the answer of a write.

    A point is before and after each request that writes, after each record of the journal, and before and
    after each file of the lock that is replaced.
    """

    die_at: int = 0
    drop: int = 0
    passed: int = 0
    writes: int = 0

    def tick(self) -> None:
        self.passed += 1
        if self.passed == self.die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def install(self) -> None:
        send, write = AnyTransport.send, lock.write_atomic

        def counted(transport: AnyTransport, request: Request, sink: Any = None) -> Response:
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

        AnyTransport.send = counted  # type: ignore[method-assign]
        for name in ("begin", "intend", "settle", "end"):
            setattr(Journal, name, recorded(getattr(Journal, name)))

        def replaced(*args: Any, **kwargs: Any) -> bool:
            self.tick()
            result = write(*args, **kwargs)
            self.tick()
            return result

        lock.write_atomic = replaced  # type: ignore[assignment]


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
        (folder / "trunkline.toml").write_text('name = "proof"\n[policy]\nmin_update_interval = 0\n')
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

    def survives(self, ticks: Ticks) -> tuple[bool, str | None]:
        """Whether the process died of it, and what is wrong after one more apply; None where nothing is."""
        place = self.copy()
        died = in_child(lambda: apply(place, self.there, ticks))[0] == -signal.SIGKILL
        status, said = in_child(lambda: apply(place, self.there, Ticks(), verify=True))
        if status:
            return died, said
        counted = self.count()
        if counted == self.expected:
            return died, None
        return died, f"too many: {counted - self.expected}; missing: {self.expected - counted}"
