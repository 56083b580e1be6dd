"""The emulator on a socket: in a thread of this process, or alone until it is told to stop.

with start() as emulator:
    org = emulator.create_org()
    requests.get(emulator.url + "/api/v2/…")
"""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from types import FrameType, TracebackType

import uvicorn
from starlette.applications import Starlette

from trunkline.domain.json import JsonObject
from trunkline.emulator import origins
from trunkline.emulator.app import build_app
from trunkline.emulator.clock import Clock, Ids
from trunkline.emulator.kernel import VENDOR_QUOTA, Kernel
from trunkline.emulator.orgs import Access, Cloud
from trunkline.errors import TrunklineError

READY_WITHIN = 15.0
"""Seconds."""


class Emulator:
    """A running emulator. `url` has no slash at its end; `report` is one line on what a seed held."""

    def __init__(self, kernel: Kernel, url: str, report: str | None, stop: Callable[[], None]) -> None:
        self.kernel = kernel
        self.url = url
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
        return {"url": self.url, "orgs": [access.to_json() for access in self.orgs]}

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
    clock: Clock | None = None,
    ids: Ids | None = None,
) -> Emulator:
    """Start an emulator in a thread of this process; it answers when this returns.

    data   folder of its state, created if missing; an existing state is used and not seeded again
    seed   folder whose data actions and flows fill the Genesys org instead of the sample
    port   0 picks one
    quota  requests a minute a token, 0 for none

    Raises Refused if another emulator uses the folder, TrunklineError if the port cannot be had.
    """
    with ExitStack() as undo:
        listener = _listen(host, port)
        undo.callback(listener.close)
        kernel = Kernel(data=data, quota=quota, clock=clock, ids=ids)
        undo.callback(kernel.store.close)
        report = None if kernel.store.existed else origins.found(kernel, seed)
        server = _serve(build_app(kernel), listener)
        kept = undo.pop_all()
    bound = listener.getsockname()[1]
    shown = f"[{host}]" if ":" in host else host

    def stop() -> None:
        server.stop()
        kept.close()

    return Emulator(kernel, f"http://{shown}:{bound}", report, stop)


def serve(
    *,
    data: Path | None = None,
    seed: Path | None = None,
    host: str = "127.0.0.1",
    port: int = 0,
    quota: int = VENDOR_QUOTA,
    ready_file: Path | None = None,
    on_ready: Callable[[Emulator], None] = lambda emulator: None,
) -> None:
    """Run an emulator until SIGINT or SIGTERM; for the command line, in the main thread.

    `ready_file` appears, complete, once requests are answered. Raises what `start` raises.
    """
    told = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        told.set()

    before = {name: signal.signal(name, stop) for name in (signal.SIGINT, signal.SIGTERM)}
    try:
        with start(data=data, seed=seed, host=host, port=port, quota=quota) as emulator:
            if ready_file is not None:
                write_ready_file(ready_file, emulator)
            on_ready(emulator)
            told.wait()
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def write_ready_file(file: Path, emulator: Emulator) -> None:
    """Readable by its owner alone, as it holds secrets; renamed into place when complete."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    with suppress(FileNotFoundError):
        draft.unlink()
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        json.dump(emulator.ready(), out, indent=2)
        out.write("\n")
    draft.replace(file)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's algorithm off only where the protocol is named: 40 ms an answer otherwise.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise TrunklineError(
            f"the emulator cannot listen on {host}:{port}: {error.strerror}",
            hint="choose another --port, or 0 for any free one",
        ) from error
    listener.listen(512)
    return listener


class _Serving:
    """uvicorn in a thread."""

    def __init__(self, server: uvicorn.Server, listener: socket.socket) -> None:
        self._server = server
        self._thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listener]}, name="trunkline-emulator", daemon=True
        )
        self._thread.start()

    def wait(self) -> None:
        deadline = time.monotonic() + READY_WITHIN
        while not self._server.started:
            if time.monotonic() > deadline or not self._thread.is_alive():
                raise TrunklineError("the emulator's server did not start")
            time.sleep(0.002)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()


def _serve(app: Starlette, listener: socket.socket) -> _Serving:
    config = uvicorn.Config(
        app,
        http="httptools",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    serving = _Serving(uvicorn.Server(config), listener)
    serving.wait()
    return serving
