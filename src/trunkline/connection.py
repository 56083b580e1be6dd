"""Opening an org: by name, from the environment, or the project's default; the embedded emulator too."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from trunkline.clouds.deadline import Deadline
from trunkline.clouds.profiles import config_folder
from trunkline.clouds.regions import is_loopback
from trunkline.clouds.target import Sources, Target, chooses_emulator, resolve
from trunkline.errors import TrunklineError
from trunkline.org import Org
from trunkline.project.config import find_root, read_config

if TYPE_CHECKING:
    from trunkline.clouds.limiter import Ledger
    from trunkline.clouds.metrics import Observer
    from trunkline.clouds.retry import Wait
    from trunkline.emulator.server import Emulator

STATE = ".trunkline"
"""Folder of a project for what is not committed: the embedded emulator's state, journals."""

EMBEDDED_CXONE = "emulator-cxone"
"""The CXone tenant of the embedded emulator."""


@contextmanager
def connect(
    org: str | None = None,
    *,
    surface: str | None = None,
    cloud: str | None = None,
    folder: str | Path | None = None,
    pool: Sequence[str] = (),
    deadline: float | Deadline | None = None,
    observers: Sequence[Observer] = (),
    on_wait: Callable[[Wait], None] | None = None,
    on_note: Callable[[str], None] | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Generator[Org]:
    """Opens an org: by name, from the environment, or the project's default; never guessed.

    `emulator` (and `demo`) is the embedded emulator, started here and stopped at the end; its state is
    kept in `.trunkline/emulator` of the project or folder; `emulator-cxone` is its CXone tenant. `pool`
    names profiles of further clients of the org, each with a quota of its own. After `deadline` seconds
    no request begins: DeadlinePassed. `observers` hear of every request and wait. Raises NoTarget where
    no org is chosen.
    """
    start = Path(folder) if folder else Path.cwd()
    root = find_root(start)
    config = read_config(root) if root else None
    sources = Sources.of(
        root or start, config.orgs if config else None, config.default_org if config else None, environ
    )
    with ExitStack() as stack:
        if chooses_emulator(sources, org):
            chosen = surface or environ.get("TRUNKLINE_SURFACE") or "public"
            which = "cxone" if org == EMBEDDED_CXONE or cloud == "cxone" else "genesys"
            target = stack.enter_context(_embedded(root or start, chosen, which))
        else:
            target = resolve(sources, org, surface=surface, cloud=cloud)
        if on_note:
            for note in target.notes:
                on_note(note)
        others = [resolve(sources, name, surface=target.surface) for name in pool]
        ends = Deadline(deadline) if isinstance(deadline, int | float) else deadline
        yield stack.enter_context(
            open_target(
                target, pool=others, deadline=ends, observers=observers, on_wait=on_wait, on_note=on_note
            )
        )


@contextmanager
def open_target(
    target: Target,
    *,
    pool: Sequence[Target] = (),
    deadline: Deadline | None = None,
    observers: Sequence[Observer] = (),
    on_wait: Callable[[Wait], None] | None = None,
    on_note: Callable[[str], None] | None = None,
) -> Generator[Org]:
    """Opens the org of a target that is already resolved."""
    from trunkline.clouds.connecting import connect as connect_cloud

    with ExitStack() as stack:
        line = _shared_quota(target, stack, on_note or (lambda note: None))
        cloud = connect_cloud(
            target, pool=pool, line=line, deadline=deadline, observers=observers, on_wait=on_wait
        )
        stack.callback(cloud.close)
        yield Org(target.name, cloud)


def _shared_quota(
    target: Target, stack: ExitStack, on_note: Callable[[str], None]
) -> Callable[[str], Ledger] | None:
    """The quota of a vendor's cloud, shared with all processes of this user; that of an emulator is not.

    Where the file cannot be kept, as on a read-only disk, this process keeps to the quota by itself.
    """
    if is_loopback(target.base_url):
        return None
    from trunkline.store.quota import QuotaLedger

    try:
        ledger = QuotaLedger(config_folder(os.environ) / "quota.sqlite3")
    except TrunklineError as error:
        on_note(f"{error}; other processes are not reckoned with ({error.hint})")
        return None
    stack.callback(ledger.close)
    return ledger.line


class _Served:
    """The embedded emulators of this process: one a folder, for all that is open of it at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[Path, tuple[Emulator, ExitStack, int]] = {}

    @contextmanager
    def of(self, data: Path) -> Generator[Emulator]:
        """The emulator whose state is in `data`; it ends with the last one that uses it."""
        from trunkline.emulator.server import start

        with self._lock:
            if data not in self._open:
                stack = ExitStack()
                self._open[data] = (stack.enter_context(start(data=data, quota=0)), stack, 0)
            emulator, stack, users = self._open[data]
            self._open[data] = (emulator, stack, users + 1)
        try:
            yield emulator
        finally:
            with self._lock:
                emulator, stack, users = self._open.pop(data)
                if users > 1:
                    self._open[data] = (emulator, stack, users - 1)
                else:
                    stack.close()


_SERVED = _Served()


@contextmanager
def _embedded(root: Path, surface: str, cloud: str) -> Generator[Target]:
    from trunkline.clouds.redact import Secret

    with _SERVED.of(root / STATE / "emulator") as emulator:
        access = next(org for org in emulator.orgs if org.cloud == cloud)
        yield Target(
            cloud=cloud,
            base_url=emulator.url,
            login_url=emulator.url,
            surface=surface,
            client_id=access.client_id,
            client_secret=Secret(access.client_secret),
            name="emulator" if cloud == "genesys" else EMBEDDED_CXONE,
            origin="the embedded emulator",
        )
