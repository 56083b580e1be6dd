"""Opening the org a command works on, with its notes and waits told on stderr."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from trunkline.cli.common import talk
from trunkline.library import Org, connect

if TYPE_CHECKING:
    from trunkline.clouds.retry import Wait


def open_org(
    org: str | None, surface: str | None = None, folder: Path | None = None, *, cloud: str | None = None
) -> AbstractContextManager[Org]:
    """The org of `--org`, the environment or the project; see `library.connect`."""
    return connect(
        org,
        surface=surface,
        cloud=cloud,
        folder=folder,
        on_wait=_tell_wait,
        on_note=lambda note: talk(f"note: {note}"),
    )


def _tell_wait(wait: Wait) -> None:
    if wait.seconds >= 1:
        talk(f"waiting {wait.seconds:.0f} s: {wait.reason} ({wait.where})")
