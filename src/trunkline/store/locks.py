"""Locks with an owner and an expiry: one writer an org, wherever the writers run."""

from __future__ import annotations

import json
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from trunkline.domain.json import JsonObject
from trunkline.errors import Refused
from trunkline.store.database import Database, Transaction

TTL = 60.0
"""Seconds that a lock stands without being renewed."""
_POLL = 0.25


@dataclass(slots=True)
class Held:
    """A lock that is ours, renewed by a thread. `check` raises Refused once it is not ours any more."""

    name: str
    token: str
    lost: threading.Event

    def check(self) -> None:
        """To be called before every write to what the lock protects."""
        if self.lost.is_set():
            raise Refused(
                f"the lock of {self.name} was lost: this process stood still too long",
                hint="run `trunkline apply` again; it goes on where this one stopped",
            )


class Locks:
    """All locks of a state; `clock` is in seconds since the epoch."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    @contextmanager
    def hold(self, name: str, *, wait: float = 0.0, ttl: float = TTL) -> Generator[Held]:
        """The lock, for as long as the block lasts. Raises Refused, naming who has it, after `wait` seconds.

        A lock whose owner was a process of this machine that is gone is taken over at once.
        """
        token = secrets.token_hex(8)
        self._acquire(name, token, wait, ttl)
        held = Held(name, token, threading.Event())
        done = threading.Event()
        keeper = threading.Thread(target=self._keep, args=(held, done, ttl), daemon=True)
        keeper.start()
        try:
            yield held
        finally:
            done.set()
            keeper.join()
            with self._database.transaction() as transaction:
                transaction.execute("DELETE FROM locks WHERE name = ? AND token = ?", name, token)

    def holder(self, name: str) -> JsonObject | None:
        """Who has the lock: {user, host, pid, since}; None where nobody does."""
        with self._database.transaction() as transaction:
            return self._standing(transaction, name)

    def _acquire(self, name: str, token: str, wait: float, ttl: float) -> None:
        until = time.monotonic() + wait
        while True:
            with self._database.transaction() as transaction:
                owner = self._standing(transaction, name)
                if owner is None:
                    transaction.execute("DELETE FROM locks WHERE name = ?", name)
                    transaction.execute(
                        "INSERT INTO locks (name, token, owner, expires) VALUES (?, ?, ?, ?)",
                        name, token, json.dumps(_me(self._clock())), self._clock() + ttl,
                    )  # fmt: skip
                    return
            if time.monotonic() >= until:
                raise Refused(
                    f"{name} is being changed by {owner.get('user')} on {owner.get('host')}"
                    f" (process {owner.get('pid')}, since {owner.get('since')})",
                    hint="wait for it: --wait SECONDS",
                )
            time.sleep(min(_POLL, max(0.01, until - time.monotonic())))

    def _standing(self, transaction: Transaction, name: str) -> JsonObject | None:
        row = transaction.one("SELECT owner, expires FROM locks WHERE name = ?", name)
        if row is None or row[1] <= self._clock():
            return None
        owner: JsonObject = json.loads(row[0])
        return None if _is_dead(owner) else owner

    def _keep(self, held: Held, done: threading.Event, ttl: float) -> None:
        renewed = time.monotonic()
        while not done.wait(ttl / 4):
            if time.monotonic() - renewed > ttl:
                held.lost.set()
                return
            with self._database.transaction() as transaction:
                changed = transaction.execute(
                    "UPDATE locks SET expires = ? WHERE name = ? AND token = ?",
                    self._clock() + ttl, held.name, held.token,
                )  # fmt: skip
            if not changed:
                held.lost.set()
                return
            renewed = time.monotonic()


def _me(now: float) -> JsonObject:
    since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now))
    pid = os.getpid()
    return {
        "user": user_name(),
        "host": socket.gethostname(),
        "boot": _boot(),
        "pid": pid,
        "started": _started(pid),
        "since": since,
    }


def user_name() -> str:
    """The OS user, as far as the system tells."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return str(os.getuid()) if hasattr(os, "getuid") else "unknown"


def _is_dead(owner: JsonObject) -> bool:
    """Whether the owner provably is gone: a process of this machine that does not run any more."""
    if owner.get("host") != socket.gethostname() or owner.get("boot") != _boot() or not _boot():
        return False
    pid = owner.get("pid")
    return isinstance(pid, int) and _started(pid) != owner.get("started")


def _boot() -> str | None:
    """What tells one start (and one container) of this machine from another; None where nothing does."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return None


def _started(pid: int) -> str | None:
    """When a process started, in ticks since boot; None where it is gone, or is dead and not yet buried."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in ("Z", "X") else fields[19]
