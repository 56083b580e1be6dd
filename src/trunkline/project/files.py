"""Files replaced whole: a reader sees the old text or the new one, never a part."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

from trunkline.errors import InvalidInput, TrunklineError

_RESERVED = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"com{n}" for n in range(1, 10)),
    *(f"lpt{n}" for n in range(1, 10)),
}
_SLUG_LENGTH = 80
_UMASK = os.umask(0)
os.umask(_UMASK)


def write_atomic(path: Path, data: bytes | str, *, mode: int | None = None) -> bool:
    """Writes a file by a temporary one beside it; True if the content changed.

    Raises TrunklineError when the disk is full or the folder cannot be written; the old
    file is then still there, whole.
    """
    content = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    try:
        if path.is_file() and path.read_bytes() == content:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        # Named before it exists: an interrupt at any moment finds it and takes it away.
        temporary = path.parent / f".{os.urandom(8).hex()}.part"
        try:
            _write_new(temporary, content)
            temporary.chmod(mode if mode is not None else 0o666 & ~_UMASK)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise write_failure(path, error) from error
    return True


def _write_new(path: Path, content: bytes) -> None:
    with path.open("xb") as stream:
        stream.write(content)


def write_failure(path: Path, error: OSError) -> TrunklineError:
    """What a failed write means to a user."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return TrunklineError(
            "the disk is full; nothing of this file was changed",
            where=str(path),
            hint="free some space and run the same command again: finished files are kept",
        )
    return TrunklineError(f"cannot be written: {error.strerror or error}", where=str(path))


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, line ends as they are. Raises InvalidInput."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(
            f"is not UTF-8 (byte {error.start})", where=str(path), hint="save the file as UTF-8"
        ) from None
    except OSError as error:
        raise InvalidInput(f"cannot be read: {error.strerror or error}", where=str(path)) from error


def slug(name: str) -> str:
    """A short file name for any object name, safe on every system: `Get Weather!` → `get-weather`."""
    if not name.isascii():
        import unicodedata  # a large table, which most names do without

        name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    text = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:_SLUG_LENGTH].strip("-")
    if not text:
        text = "unnamed"
    return f"{text}-" if text in _RESERVED else text
