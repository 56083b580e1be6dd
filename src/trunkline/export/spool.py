"""An answer on its way to its file: in memory while it is small, on disk once it is not."""

from __future__ import annotations

import io
from pathlib import Path
from types import TracebackType
from typing import IO

IN_MEMORY = 4 * 1024 * 1024
"""Bytes of an answer that are kept in memory until it is whole."""


class Spool:
    """The part of a binary file that takes an answer; a large one lies in `folder`, in a file without a name.

    Gone when it is closed. Raises OSError where there is no room.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stream: IO[bytes] = io.BytesIO()
        self._large = False

    def write(self, data: bytes | memoryview) -> int:
        if not self._large and self._stream.tell() + len(data) > IN_MEMORY:
            self._move()
        return self._stream.write(data)

    def seek(self, offset: int) -> int:
        return self._stream.seek(offset)

    def tell(self) -> int:
        return self._stream.tell()

    def truncate(self) -> int:
        return self._stream.truncate()

    def content(self) -> bytes:
        """All of it."""
        if isinstance(self._stream, io.BytesIO):
            return self._stream.getvalue()
        self._stream.seek(0)
        return self._stream.read()

    def close(self) -> None:
        self._stream.close()

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _move(self) -> None:
        from tempfile import TemporaryFile

        with self._stream as small:
            self._stream = TemporaryFile(dir=self._folder, suffix=".part")  # noqa: SIM115 (closed by `close`)
            self._large = True
            small.seek(0)
            self._stream.write(small.read())
