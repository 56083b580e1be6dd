"""The folder of an export: whole files, the manifest, and a journal of the run that is on.

    DIR/flow_….json        renamed into place when whole
    DIR/manifest.ndjson    a line a flow, replaced when a run ends
    DIR/.partial/          only while a run is on or after it was killed: the journal, files not yet whole

A line of the journal is on disk before the file it speaks of is renamed into place. So a file that
matches its line is whole, and a line without such a file says nothing.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from trunkline.domain.json import Json, JsonObject
from trunkline.errors import Refused
from trunkline.export.lock import hold
from trunkline.export.spool import Spool
from trunkline.project.files import write_failure

MANIFEST = "manifest.ndjson"
_PARTIAL = ".partial"
_JOURNAL = "journal.ndjson"
_WAIT = "wait until it has ended, or choose another --output-dir"
_BINARY = getattr(os, "O_BINARY", 0)
_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND | _BINARY
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY


@dataclass(frozen=True, slots=True)
class Record:
    """A flow that has its file; its line begins at `offset` of the manifest, or of the journal."""

    file: str
    sha256: str
    revision: str
    form: str
    in_journal: bool
    offset: int


class Folder:
    """A folder of exported flows, held by one process at a time. Its methods may be called from any thread.

    Raises Refused where another process holds it, TrunklineError where it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._place = str(path)
        self._partial = path / _PARTIAL
        self._manifest = path / MANIFEST
        self._journal_path = self._partial / _JOURNAL
        self._lock = threading.Lock()
        self._desk = threading.local()
        try:
            self._partial.mkdir(parents=True, exist_ok=True)
            self._held = hold(self._partial / "lock")
            if self._held is None:
                raise Refused("another export writes into this folder", where=str(path), hint=_WAIT)
            self._clean()
            self.records = {**_read(self._manifest), **_read(self._journal_path, in_journal=True)}
            self._journal = os.open(self._journal_path, _APPEND, 0o666)
            self._end = os.fstat(self._journal).st_size
            if self._end and not self._journal_path.read_bytes().endswith(b"\n"):
                self._append(b"\n")
        except OSError as error:
            raise write_failure(path, error) from error

    def _clean(self) -> None:
        """Removes what a killed run left half-written."""
        for left in self._partial.iterdir():
            if left.is_dir():
                _remove(left)
            elif left.suffix == ".part":
                left.unlink()

    def has(self, flow_id: str, revision: str | None, file: str, form: str) -> bool:
        """Whether this revision of a flow is there, in this file, byte for byte as it was written."""
        record = self.records.get(flow_id)
        if record is None or revision is None or (record.revision, record.form) != (revision, form):
            return False
        return record.file == file and _hash_of(self.path / file) == record.sha256

    def spool(self) -> Spool:
        """A file for an answer that is on its way; gone when it is closed."""
        return Spool(self._partial)

    def put(self, file: str, content: bytes, line: JsonObject, dependencies: Json) -> None:
        """Writes a flow's file whole and remembers it; a file it had under another name goes.

        `line` is the beginning of its line in the manifest: id, revision and form at least. Raises OSError
        where it cannot be written: nothing has changed then.
        """
        flow_id, revision, form = (str(line[key]) for key in ("id", "revision", "form"))
        sha256 = hashlib.sha256(content).hexdigest()
        known = {"file": file, "sha256": sha256, "size": len(content), "dependencies": dependencies}
        text = _encoded({**line, **known}) + b"\n"
        before = self.records.get(flow_id)
        part = self._write_part(content)
        with self._lock:
            if self._held is None:
                return  # too late: the run was given up while this answer was on its way
            offset = self._append(text)
            os.replace(part, os.path.join(self._place, file))  # noqa: PTH105, PTH118 (as text: quicker)
        self.records[flow_id] = Record(file, sha256, revision, form, True, offset)
        if before is not None and before.file.casefold() != file.casefold():
            (self.path / before.file).unlink(missing_ok=True)

    def _write_part(self, content: bytes) -> str:
        part = self._part()
        try:
            descriptor = os.open(part, _WRITE, 0o666)
            try:
                _write_all(descriptor, content)
            finally:
                os.close(descriptor)
        except OSError:
            Path(part).unlink(missing_ok=True)
            raise
        return part

    def _part(self) -> str:
        """Where this thread writes: in a folder of its own, as makers of files wait for each other in one."""
        part: str | None = getattr(self._desk, "part", None)
        if part is None:
            own = self._partial / f"thread-{threading.get_ident()}"
            own.mkdir(exist_ok=True)
            part = self._desk.part = str(own / "part")
        return part

    def _append(self, line: bytes) -> int:
        """Where in the journal the line begins."""
        offset = self._end
        try:
            _write_all(self._journal, line)
        except OSError:
            os.ftruncate(self._journal, offset)
            raise
        self._end += len(line)
        return offset

    def forget(self, flow_id: str, *, remove: bool) -> str:
        """Takes a flow off the manifest, and removes its file if told to. Gives the file's name."""
        file = self.records.pop(flow_id).file
        if remove:
            (self.path / file).unlink(missing_ok=True)
        return file

    def finish(self) -> None:
        """Brings the manifest up to date and removes the journal. A crash in between loses nothing."""
        try:
            if self._end or len(self.records) != _lines(self._manifest):
                self._write_manifest()
            self._end = 0
        except OSError as error:
            raise write_failure(self._manifest, error) from error
        finally:
            self.close()

    def close(self) -> None:
        """Lets go of the folder, once; what is in the journal counts at the next run."""
        if self._held is None:
            return
        with self._lock:
            os.close(self._journal)
            if not self._end:
                _remove(self._partial)
            self._held.close()
            self._held = None

    def _write_manifest(self) -> None:
        part = self._partial / "manifest.part"
        there = {entry.name for entry in os.scandir(self.path)}
        with part.open("wb") as out, _lines_at(self._journal_path) as new, _lines_at(self._manifest) as old:
            for record in sorted(self.records.values(), key=lambda each: each.file):
                # A file system may spell a name in its own way.
                if record.file in there or (self.path / record.file).is_file():
                    out.write((new if record.in_journal else old)(record.offset))
        part.replace(self._manifest)


@contextmanager
def _lines_at(path: Path) -> Generator[Callable[[int], bytes]]:
    """Gives the line that begins at an offset of a file; a file that is not there has empty ones."""
    if not path.is_file() or not path.stat().st_size:
        yield lambda offset: b""
        return
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as text:

        def line(offset: int) -> bytes:
            end = text.find(b"\n", offset)
            return text[offset : end + 1] if end >= 0 else text[offset:] + b"\n"

        yield line


def _remove(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


def _write_all(descriptor: int, content: bytes) -> None:
    """A disk that is nearly full takes a part at first, and refuses the rest."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _encoded(line: JsonObject) -> bytes:
    try:
        return msgspec.json.encode(line)
    except UnicodeEncodeError:  # half a surrogate pair in a name
        return json.dumps(line).encode()


def _read(path: Path, *, in_journal: bool = False) -> dict[str, Record]:
    """The records of a file of lines; lines that are torn or no records are passed over."""
    found: dict[str, Record] = {}
    for offset, line in _lines_of(path):
        with suppress(ValueError, KeyError, TypeError):
            entry = json.loads(line)
            texts = [entry[key] for key in ("id", "file", "sha256", "revision", "form")]
            if all(isinstance(text, str) for text in texts) and Path(entry["file"]).name == entry["file"]:
                flow_id, file, sha256, revision, form = texts
                found[flow_id] = Record(file, sha256, revision, form, in_journal, offset)
    return found


def _lines_of(path: Path) -> Iterator[tuple[int, bytes]]:
    if not path.is_file():
        return
    offset = 0
    with path.open("rb") as stream:
        for line in stream:
            yield offset, line
            offset += len(line)


def _lines(path: Path) -> int:
    return sum(1 for _ in _lines_of(path))


def _hash_of(path: Path) -> str | None:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None
