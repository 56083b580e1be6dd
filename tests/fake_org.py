"""An org in memory, with the provider of one kind: faults where a test wants them, and what was sent."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable

from trunkline.clouds.base import Listing
from trunkline.domain.resource import Address, Resource
from trunkline.errors import Conflict, NoAnswer, NotFound


class FakeProvider:
    """Objects by id. `before` and `after` hear of every write: (verb, name); they may raise."""

    kind = "thing"
    cannot_hold = ()
    twins = True

    def __init__(self, unique: bool = False) -> None:
        self.objects: dict[str, tuple[dict, int]] = {}
        self.twins = not unique
        self.writes: list[tuple[str, str]] = []
        self.before: Callable[[str, str], None] = lambda verb, name: None
        self.after: Callable[[str, str], None] = lambda verb, name: None
        self.total: int | None = None
        self.stale_reads = 0
        self.lock = threading.Lock()
        self.number = 0

    def put(self, name: str, **body) -> str:
        with self.lock:
            self.number += 1
            key = f"id-{self.number:04d}"
            self.objects[key] = ({"name": name, **body}, 1)
        return key

    def edit(self, name: str, **changes) -> None:
        """Somebody else's change."""
        for key, (body, version) in self.objects.items():
            if body["name"] == name:
                self.objects[key] = ({**body, **changes}, version + 1)

    def bodies(self) -> dict[str, dict]:
        return {body["name"]: body for body, _ in self.objects.values()}

    def list(self):
        items = tuple(self.read(key) for key in sorted(self.objects))
        return Listing(items, True, len(items) if self.total is None else self.total)

    def read(self, remote_id):
        if remote_id not in self.objects:
            raise NotFound(f"no {remote_id}", status=404)
        body, version = self.objects[remote_id]
        return Resource(
            Address("thing", body["name"]),
            copy.deepcopy({"id": remote_id, **body}),
            None,
            remote_id,
            str(version),
        )

    def same_identity(self, desired):
        return self.named(desired.body.get("name", desired.address.name))

    def named(self, name):
        return [self.read(key) for key, (body, _) in sorted(self.objects.items()) if body["name"] == name]

    def localise(self, desired):
        return desired, ()

    def _write(self, verb: str, name: str, act: Callable[[], str]):
        self.before(verb, name)
        with self.lock:
            self.writes.append((verb, name))
            key = act()
        self.after(verb, name)
        return self.read(key) if key in self.objects else None

    def create(self, desired):
        name = desired.body["name"]
        if not self.twins and self.named(name):
            raise Conflict(f"{name} exists", status=409)

        def act():
            self.number += 1
            key = f"id-{self.number:04d}"
            self.objects[key] = (copy.deepcopy(desired.body), 1)
            return key

        return self._write("create", name, act)

    def update(self, desired, live):
        def act():
            _, version = self.objects[live.remote_id]
            if str(version) != live.version:
                raise Conflict("stale", status=409)
            self.objects[live.remote_id] = (copy.deepcopy(desired.body), version + 1)
            return live.remote_id

        return self._write("update", desired.body["name"], act)

    def replace(self, desired, live):
        self.delete(live)
        return self.create(desired)

    def delete(self, live):
        def act():
            self.objects.pop(live.remote_id, None)
            return live.remote_id

        self._write("delete", live.body["name"], act)


def lost(*whats: tuple[str, str]) -> Callable[[str, str], None]:
    """Drops the answers of these writes."""

    def hook(verb: str, name: str) -> None:
        if (verb, name) in whats:
            raise NoAnswer("the answer was lost", sent=True)

    return hook
