"""Opening the org a command works on, with its notes and waits told on stderr."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from trunkline.cli.calling import calling
from trunkline.cli.common import talk
from trunkline.connection import connect
from trunkline.org import Org

if TYPE_CHECKING:
    from trunkline.clouds.retry import Wait


def _tell_wait(wait: Wait) -> None:
    if wait.seconds >= 1:
        talk(f"waiting {wait.seconds:.0f} s: {wait.reason} ({wait.where})")


@contextmanager
def open_org(
    org: str | None,
    surface: str | None = None,
    folder: Path | None = None,
    *,
    cloud: str | None = None,
    pool: Sequence[str] = (),
    on_wait: Callable[[Wait], None] = _tell_wait,
) -> Generator[Org]:
    """The org of `--org`, the environment or the project; see `library.connect`.

    `--deadline` of the command holds for all its calls; `--stats` counts them.
    """
    now = calling()
    with connect(
        org,
        surface=surface,
        cloud=cloud,
        folder=folder,
        pool=pool,
        deadline=now.deadline,
        observers=now.observers(),
        on_wait=on_wait,
        on_note=lambda note: talk(f"note: {note}"),
    ) as opened:
        now.add(opened)
        yield opened
