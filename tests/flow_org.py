"""Orgs with flows in the emulator of the run, and the command line pointed at them."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from tests.cli import Done, trunkline
from tests.flow_samples import action, flow, item
from trunkline.clouds.redact import Secret
from trunkline.clouds.retry import Policy
from trunkline.clouds.session import Session
from trunkline.clouds.target import Target
from trunkline.clouds.transport import Request, Response
from trunkline.clouds.transport_any import AnyTransport
from trunkline.emulator.genesys.seed import seed
from trunkline.emulator.orgs import Access
from trunkline.emulator.server import Emulator

Body = dict[str, Any]


def document(name: str, *, padding: int = 0, **fields: Any) -> Body:
    """A small valid workflow, made longer by a description."""
    start = action("a-1", "UpdateVariableAction", next="a-2", name="Set", variables=[])
    return flow(
        item("i-1", "Task", "a-1", start, action("a-2", "EndWorkflowAction", name="End")),
        name=name,
        **{"description": "x" * padding, **fields},
    )


def flow_id(number: int) -> str:
    return str(uuid.UUID(int=number + (1 << 100)))


def flow_org(emulator: Emulator, folder: Path, documents: list[Body]) -> Access:
    """A fresh org that holds these flows, published; the nth has `flow_id(n)`."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, body in enumerate(documents):
        (folder / f"flow_{flow_id(number)}.json").write_text(json.dumps(body))
    access = emulator.create_org()
    org = emulator.kernel.orgs.get(access.id)
    assert org is not None
    with emulator.kernel.store.transaction():
        seed(org, folder)
    return access


def variables(emulator: Emulator, access: Access, surface: str = "public") -> dict[str, str]:
    """The environment that points the command line at an org."""
    return {
        "TRUNKLINE_CLOUD": "genesys",
        "TRUNKLINE_URL": emulator.url,
        "TRUNKLINE_SURFACE": surface,
        "TRUNKLINE_CLIENT_ID": access.client_id,
        "TRUNKLINE_CLIENT_SECRET": access.client_secret,
    }


def target(emulator: Emulator, access: Access, surface: str = "public") -> Target:
    secret = Secret(access.client_secret)
    return Target("genesys", emulator.url, emulator.url, surface, access.client_id, secret, access.name)


class Exports:
    """`export("--all")` runs `trunkline flow export` on an org, by default into one folder, as JSON."""

    def __init__(self, emulator: Emulator, access: Access, folder: Path, surface: str = "public") -> None:
        self.emulator = emulator
        self.access = access
        self.folder = folder
        self.environment = variables(emulator, access, surface)

    def __call__(self, *args: str, form: str = "--json") -> Done:
        before = dict(os.environ)
        os.environ.update(self.environment)
        try:
            return trunkline("flow", "export", *args, *filter(None, [form]), "--output-dir", self.folder)
        finally:
            os.environ.clear()
            os.environ.update(before)

    @property
    def files(self) -> dict[str, bytes]:
        """The flow files by name."""
        return {path.name: path.read_bytes() for path in sorted(self.folder.glob("flow_*"))}

    @property
    def manifest(self) -> list[Body]:
        text = (self.folder / "manifest.ndjson").read_text()
        return [json.loads(line) for line in text.splitlines()]

    def requests(self) -> list[str]:
        """Method and path of what was asked since the last look, tokens apart."""
        entries = self.emulator.kernel.journal.entries(self.access.id)
        self.emulator.kernel.journal.clear(self.access.id)
        return [f"{entry.method} {entry.path}" for entry in entries]


class Tampering:
    """A transport between us and the emulator; `change` may replace the body of an answer, or its status."""

    def __init__(self, change: Callable[[Request, Response], Response]) -> None:
        self._inner = AnyTransport()
        self._change = change

    def send(self, request: Request, sink: BinaryIO | None = None) -> Response:
        changed = self._change(request, self._inner.send(request))
        if sink is None or not 200 <= changed.status < 300:
            return changed
        sink.write(changed.body)
        return Response(changed.status, changed.headers, b"", len(changed.body))

    def close(self) -> None:
        self._inner.close()


def with_body(response: Response, body: bytes, status: int = 200) -> Response:
    return Response(status, response.headers, body, len(body))


def path_of(request: Request) -> str:
    return urlsplit(request.url).path


def tampered(
    emulator: Emulator,
    access: Access,
    change: Callable[[Request, Response], Response],
    surface: str = "public",
    policy: Policy | None = None,
) -> Session:
    """A session with the org through a `Tampering` transport."""
    return Session(target(emulator, access, surface), transport=Tampering(change), policy=policy)
