"""Progress on stderr: a bar with rate and time left on a terminal, else a line now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

from trunkline.export.verdict import Progress

_BETWEEN_LINES = 10.0
_BETWEEN_FRAMES = 0.1
"""Seconds."""


@contextmanager
def show_progress(noun: str) -> Generator[Callable[[Progress], None]]:
    """A function to call with the progress as often as it changes."""
    if sys.stderr.isatty():
        with _bar(noun) as show:
            yield _seldom(show, _BETWEEN_FRAMES, at_once=True)
    else:
        yield _seldom(lambda progress: _line(progress, noun), _BETWEEN_LINES, at_once=False)


def describe(progress: Progress, noun: str) -> str:
    """`1,200 of 5,000 flows, 310 a second, 12 s left`."""
    of = f" of {progress.total:,}" if progress.total is not None else ""
    text = f"{progress.done:,}{of} {noun}, {_rate(progress.rate)}"
    if progress.left is not None:
        text += f", {duration(progress.left)} left"
    return text + (f", {progress.missing:,} missing" if progress.missing else "")


def duration(seconds: float) -> str:
    """`45 s`, `3 min 20 s`, `2 h 5 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def _rate(rate: float) -> str:
    return f"{rate:,.0f} a second" if rate >= 10 else f"{rate * 60:,.0f} a minute"


def _line(progress: Progress, noun: str) -> None:
    sys.stderr.write(describe(progress, noun) + "\n")
    sys.stderr.flush()


def _seldom(show: Callable[[Progress], None], between: float, *, at_once: bool) -> Callable[[Progress], None]:
    """Passes on one call in so many seconds, and the last."""
    due = time.monotonic() + (0.0 if at_once else between)

    def pass_on(progress: Progress) -> None:
        nonlocal due
        now = time.monotonic()
        if now >= due or (at_once and progress.done == progress.total):
            due = now + between
            show(progress)

    return pass_on


@contextmanager
def _bar(noun: str) -> Generator[Callable[[Progress], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    bar = Bar(
        BarColumn(bar_width=30),
        TextColumn("{task.description}"),
        console=Console(stderr=True),
        transient=True,
        refresh_per_second=5,
    )
    with bar:
        task = bar.add_task(f"listing {noun}", total=None)
        yield lambda progress: bar.update(
            task,
            completed=progress.done,
            total=progress.total,
            description=describe(progress, noun),
        )
