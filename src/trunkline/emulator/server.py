"""The emulator on a socket: in a thread of this process, or alone until it is told to stop.

with start() as emulator:
    org = emulator.create_org()
    requests.get(emulator.url + "/api/v2/…")
"""

from __future__ import annotations

import gc
import json
import os
import signal
import tempfile
import threading
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType, TracebackType
from typing import Protocol, TypeVar

from trunkline.domain.json import Json, JsonObject
from trunkline.emulator import admission, origins
from trunkline.emulator.app import build_app
from trunkline.emulator.certificates import issue
from trunkline.emulator.clock import Clock, Ids
from trunkline.emulator.delivery import Deliverer
from trunkline.emulator.kernel import VENDOR_QUOTA, Kernel
from trunkline.emulator.orgs import Access, Cloud
from trunkline.emulator.serving import Serving, listen, shown

CERTIFICATES = "tls"
"""Folder of the certificates, inside that of the state."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How clients get here: URLs without a slash at their end, and the authority that TLS needs trusted."""

    url: str
    tls_url: str | None = None
    proxy_url: str | None = None
    ca_file: Path | None = None

    def to_json(self) -> JsonObject:
        """Without what there is not."""
        found = {name: getattr(self, name) for name in ("url", "tls_url", "proxy_url", "ca_file")}
        return {name: str(value) for name, value in found.items() if value is not None}


class Emulator:
    """A running emulator. `url` has no slash at its end; `report` is one line on what it began with."""

    def __init__(self, kernel: Kernel, reach: Reach, report: str | None, stop: Callable[[], None]) -> None:
        self.kernel = kernel
        self.reach = reach
        self.url = reach.url
        self.report = report
        self._stop = stop

    @property
    def orgs(self) -> list[Access]:
        """Every org with the credentials of its first client."""
        return [self.kernel.orgs.access(org) for org in self.kernel.orgs.all()]

    def create_org(self, name: str = "org", cloud: Cloud = "genesys", origin: str = "empty") -> Access:
        """A fresh org; `origin` is `empty` or `sample`."""
        with self.kernel.store.transaction():
            org = self.kernel.orgs.create(name, cloud, {"kind": origin})
            origins.fill(org)
        return self.kernel.orgs.access(org)

    def ready(self) -> JsonObject:
        """What the ready file holds."""
        token = self.kernel.admin_token
        return {
            **self.reach.to_json(),
            **({} if token is None else {"admin_token": token}),
            "orgs": [access.to_json() for access in self.orgs],
        }

    def stop(self) -> None:
        """End the server and close its state; a second call does nothing."""
        self._stop()

    def __enter__(self) -> Emulator:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start(
    *,
    data: Path | None = None,
    seed: Path | None = None,
    host: str = "127.0.0.1",
    port: int = 0,
    quota: int = VENDOR_QUOTA,
    tls: bool = False,
    proxy: bool = False,
    faults: Json = None,
    admin_token: str | None = None,
    clock: Clock | None = None,
    ids: Ids | None = None,
) -> Emulator:
    """Start an emulator in a thread of this process; it answers when this returns.

    data   folder of its state, created if missing; an existing state is used and not seeded again
    seed   folder whose data actions and flows fill the Genesys org instead of the sample
    port   0 picks one
    quota  requests a minute a token, 0 for none
    tls    listen for TLS too, with a certificate for this machine and all the vendors' hosts
    proxy  open a proxy that leads from the vendors' hosts to the TLS port; implies `tls`
    faults a rule or a list of rules of what goes wrong, as `emulator/faults.py` has them
    admin_token  what its own API asks for; else none, or a new one where `host` lets other machines in

    Raises ValueError for a rule that is none, UsageError for a token that is too short, Refused if another
    emulator uses the folder or it is damaged, TrunklineError if the port cannot be had.
    """
    token = admission.admin_token(host, admin_token)
    with ExitStack() as undo:
        listener = listen(host, port)
        undo.callback(listener.close)
        kernel = Kernel(data=data, quota=quota, clock=clock, ids=ids, admin_token=token)
        undo.callback(kernel.store.close)
        kernel.faults.add(faults or [])
        report = origins.opened(kernel, data, seed) if kernel.store.existed else origins.found(kernel, seed)
        serving = Serving(build_app(kernel), listener)
        reach = Reach(shown("http", host, listener))
        if tls or proxy:
            reach = _secure(reach, serving, host, _certificate_folder(data, undo), undo, proxy=proxy)
        _run(Deliverer(kernel), undo)
        _run(serving, undo)
        kept = undo.pop_all()
    return Emulator(kernel, reach, report, kept.close)


def _run(part: Deliverer | Serving, undo: ExitStack) -> None:
    part.start()
    undo.callback(part.stop)


def _secure(
    reach: Reach, serving: Serving, host: str, folder: Path, undo: ExitStack, *, proxy: bool
) -> Reach:
    certificates = issue(folder)
    tls = listen(host, 0)
    undo.callback(tls.close)
    serving.add_tls(tls, certificates)
    reach = replace(reach, tls_url=shown("https", host, tls), ca_file=certificates.ca_file)
    if not proxy:
        return reach
    tunnels = listen(host, 0)
    undo.callback(tunnels.close)
    serving.add_proxy(tunnels, tls)
    return replace(reach, proxy_url=shown("http", host, tunnels))


def _certificate_folder(data: Path | None, undo: ExitStack) -> Path:
    """Beside the state, so that who trusts it once still does after a restart; else until the end."""
    if data is not None:
        return data.resolve() / CERTIFICATES
    return Path(undo.enter_context(tempfile.TemporaryDirectory(prefix="trunkline-tls-")))


class Server(Protocol):
    """What `serve` runs: an emulator, or something else that clients take for a cloud."""

    def ready(self) -> JsonObject:
        """What the ready file holds."""
        ...

    def stop(self) -> None:
        """End it."""
        ...


S = TypeVar("S", bound=Server)


def serve(begin: Callable[[], S], on_ready: Callable[[S], None], ready_file: Path | None = None) -> S:
    """Run what `begin` starts until SIGINT or SIGTERM, and return it; for the command line's main thread.

    `ready_file` appears, complete, once requests are answered and `on_ready` has returned. Raises what
    `begin` raises.
    """
    told = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        told.set()

    before = {name: signal.signal(name, stop) for name in (signal.SIGINT, signal.SIGTERM)}
    try:
        with _lasting():
            server = begin()
        try:
            on_ready(server)
            if ready_file is not None:
                write_ready_file(ready_file, server)
            told.wait()
        finally:
            server.stop()
        return server
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


@contextmanager
def _lasting() -> Generator[None]:
    """What is made inside stays to the end: the garbage collector never looks through it.

    It did so nine times while 1,500 flows were read, and now and then in the middle of a request.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def write_ready_file(file: Path, server: Server) -> None:
    """Readable by its owner alone, as it holds secrets; renamed into place when complete."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    with suppress(FileNotFoundError):
        draft.unlink()
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        json.dump(server.ready(), out, indent=2)
        out.write("\n")
    draft.replace(file)
