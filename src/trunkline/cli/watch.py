"""Running a command again whenever a file changes."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from trunkline.cli.common import talk
from trunkline.errors import TrunklineError
from trunkline.render.style import count

INTERVAL = 0.3
"""Seconds between two looks at the files."""


def watch(folders: tuple[Path, ...], run: Callable[[], int]) -> int:
    """Runs, and runs again after each change below `folders`, until Ctrl-C; the code of the last run.

    Files are looked at, not listened to: that works on every disk, network and container alike.
    """
    code = 0
    try:
        while True:
            before = _stamps(folders)
            try:
                code = run()
            except TrunklineError as error:  # a half-saved file is mended by the next save
                talk(f"error: {error}")
                code = error.exit_code
            talk(f"watching {count(len(before), 'file')}; Ctrl-C ends it")
            while _stamps(folders) == before:
                time.sleep(INTERVAL)
    except KeyboardInterrupt:
        return code


def _stamps(folders: tuple[Path, ...]) -> dict[Path, tuple[int, int]]:
    """Time and size of every file; one that goes while we look is not there."""
    found: dict[Path, tuple[int, int]] = {}
    for folder in folders:
        for path in (folder, *folder.rglob("*")) if folder.is_dir() else (folder,):
            try:
                status = path.stat()
            except OSError:
                continue
            if path.is_file():
                found[path] = (status.st_mtime_ns, status.st_size)
    return found
