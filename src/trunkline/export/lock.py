"""A lock on a file that ends with the process that holds it, however it ends."""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Any, BinaryIO


def hold(path: Path) -> BinaryIO | None:
    """The open file that holds the lock until it is closed; None where another process has it."""
    stream = path.open("ab")
    try:
        _lock(stream.fileno())
    except OSError:
        stream.close()
        return None
    return stream


def _lock(descriptor: int) -> None:
    if os.name == "nt":
        msvcrt: Any = importlib.import_module("msvcrt")
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        fcntl: Any = importlib.import_module("fcntl")
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
