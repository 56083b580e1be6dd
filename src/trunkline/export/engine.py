"""The export itself: list, read each flow once, check it, keep it, and say what is missing."""

from __future__ import annotations

import errno
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

from trunkline.clouds.flows import FlowFilter, Flows, FlowSummary, Stage
from trunkline.domain.json import JsonObject, get
from trunkline.errors import (
    AuthenticationFailed,
    CloudError,
    DeadlinePassed,
    Interrupted,
    InvalidInput,
    NoAnswer,
    NotFound,
    Partial,
    PermissionMissing,
    TrunklineError,
)
from trunkline.export.crew import Crew
from trunkline.export.folder import Folder
from trunkline.export.forms import Form, dependencies, written
from trunkline.export.names import FileNames, Naming
from trunkline.export.spool import IN_MEMORY
from trunkline.export.verdict import Missing, Progress, Verdict
from trunkline.project.files import write_failure

_IDS_A_REQUEST = 50
"""A URL with more ids than this grows too long for some proxies."""
_SILENCE = 16
"""Flows in a row without an answer after which the cloud counts as gone."""
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}
"""What fails for every file; anything else is the matter of one."""
_LAST_SECONDS = 3.0
"""How long an interrupted run waits for the flows it has in hand."""


@dataclass(frozen=True, slots=True)
class Options:
    """Which flows, which version of them, and how they are written.

    ids, types, name, divisions  filters, all of which must fit; a division is an id or a name
    version                      None takes the published, else the checked-in, else the saved one
    fresh                        reads again what has not changed since the last export
    prune                        removes the files of flows that the org no longer has
    """

    ids: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    name: str | None = None
    divisions: tuple[str, ...] = ()
    version: Stage | None = None
    form: Form = Form.JSON
    naming: Naming = Naming.ID
    fresh: bool = False
    prune: bool = False
    threads: int = 8

    @property
    def everything(self) -> bool:
        """Whether no filter is set."""
        return not (self.ids or self.types or self.name or self.divisions)


@dataclass(slots=True)
class _Wanted:
    """A flow to export: its entry in the listing (without the parts that are not needed), and its file.

    `revision` changes whenever its content does; `is_there` tells that the file is up to date.
    """

    flow: FlowSummary
    division: str | None
    file: str
    revision: str | None = None
    is_there: bool = False


@dataclass(slots=True)
class _Tally:
    """What happened so far."""

    listed: int = 0
    fetched: int = 0
    unchanged: int = 0
    unanswered: int = 0
    missing: list[Missing] = field(default_factory=list[Missing])
    later: list[_Wanted] = field(default_factory=list[_Wanted])


class Exporter:
    """Exports flows into a folder. `on_progress` is called from several threads in turn.

    Raises Refused where another export has the folder, TrunklineError where it cannot be written.
    """

    def __init__(
        self,
        flows: Flows,
        folder: Path,
        options: Options,
        *,
        on_progress: Callable[[Progress], None] = lambda progress: None,
    ) -> None:
        self._flows = flows
        self._path = folder
        self._options = options
        self._on_progress = on_progress
        self._folder = Folder(folder)
        self._tally = _Tally()
        self._total: int | None = None
        self._seen: set[str] = set()
        self._notes: list[str] = []
        self._lock = threading.Lock()
        self._large = threading.Lock()
        self._begun = 0.0
        self._last_try = False

    def run(self) -> Verdict:
        """Exports to the end. One odd flow never ends it: such flows are `missing` in the verdict.

        Raises what makes all further work pointless: AuthenticationFailed, a disk that is full
        (TrunklineError), Interrupted on Ctrl-C, Partial (DeadlinePassed where nothing is done) once the
        deadline is over. Whatever was finished is kept, and counts at the next run.
        """
        self._begun = time.monotonic()
        crew = Crew(self._export, self._options.threads, self._expect)
        try:
            self._work(crew)
        except KeyboardInterrupt:
            crew.stop(_LAST_SECONDS)
            self._folder.finish()
            raise self._interrupted() from None
        except DeadlinePassed as error:
            crew.stop(_LAST_SECONDS)
            self._folder.finish()
            raise self._late(error) from None
        except BaseException:
            crew.stop(_LAST_SECONDS)
            self._folder.close()
            raise
        crew.stop(_LAST_SECONDS)
        return self._settle()

    def _work(self, crew: Crew[_Wanted]) -> None:
        for wanted in self._listed():
            crew.put(wanted)
        crew.drain()
        again, self._tally.later = self._tally.later, []
        self._last_try = True
        for wanted in again:
            crew.put(wanted)
        crew.drain()

    def _listed(self) -> Iterator[_Wanted]:
        """The flows that are asked for, as the pages of the listing come in."""
        options = self._options
        known = {flow_id: record.file for flow_id, record in self._folder.records.items()}
        names = FileNames(options.naming, options.form.ending, known)
        try:
            for flow in self._pages():
                division = get(flow.entity, ("division",))
                if flow.id in self._seen or not _in_division(division, options.divisions):
                    continue
                self._seen.add(flow.id)
                self._tally.listed += 1
                file = names.name(flow.id, flow.type, flow.name)
                name = get(division, ("name",)) or get(division, ("id",))
                yield _Wanted(_without_entity(flow), name if isinstance(name, str) else None, file)
        except (AuthenticationFailed, DeadlinePassed):
            raise
        except CloudError as error:
            if not self._seen:
                raise
            self._notes.append(f"the listing broke off: {error}")
        for flow_id in options.ids:
            if flow_id not in self._seen:
                self._miss(Missing(flow_id, "", "the org has no flow of this id"))

    def _pages(self) -> Iterator[FlowSummary]:
        options = self._options
        ids = options.ids
        for start in range(0, max(1, len(ids)), _IDS_A_REQUEST):
            some = ids[start : start + _IDS_A_REQUEST]
            pages = self._flows.pages(FlowFilter(types=options.types, ids=some, name=options.name))
            for flow in pages:
                if not (options.divisions or ids):
                    self._total = pages.total
                yield flow
            self._notes += pages.notes
        if self._total is None:
            self._total = len(self._seen)

    def _export(self, wanted: _Wanted) -> None:
        """One flow, to its file or to the list of the missing."""
        try:
            fetched = self._keep(wanted)
        except DeadlinePassed:
            raise
        except (CloudError, InvalidInput) as error:
            if isinstance(error, AuthenticationFailed) and not isinstance(error, PermissionMissing):
                raise
            self._failed(wanted, error)
            return
        except OSError as error:
            failure = write_failure(self._path / wanted.file, error)
            if error.errno in _NO_ROOM:
                raise failure from error
            self._failed(wanted, failure)
            return
        with self._lock:
            self._tally.unanswered = 0
            self._tally.fetched += fetched
            self._tally.unchanged += not fetched
            self._report()

    def _expect(self, wanted: _Wanted) -> None:
        """Looks whether a flow has to be read, and if so asks for it already."""
        flow, options = wanted.flow, self._options
        try:
            version = flow.version(options.version)
        except InvalidInput:
            return  # told when its turn comes
        wanted.revision = version and f"{version} {flow.commits.get(version, '')}".rstrip()
        wanted.is_there = not options.fresh and self._folder.has(
            flow.id, wanted.revision, wanted.file, options.form
        )
        if not wanted.is_there:
            self._flows.expect(flow, options.version)

    def _keep(self, wanted: _Wanted) -> bool:
        """Brings the flow's file up to date; False where it was."""
        if wanted.is_there:
            return False
        with self._folder.spool() as spool:
            size = self._flows.stream(wanted.flow, cast("BinaryIO", spool), self._options.version)
            # One large document at a time: memory stays flat however many there are.
            with self._large if size > IN_MEMORY else nullcontext():
                self._write(wanted, spool.content())
        return True

    def _write(self, wanted: _Wanted, document: bytes) -> None:
        flow = wanted.flow
        needs = dependencies(document)
        line: JsonObject = {"id": flow.id, "name": flow.name, "type": flow.type, "division": wanted.division}
        if flow.status is not None:
            line["status"] = flow.status
        version = flow.version(self._options.version)
        line |= {"version": version, "revision": wanted.revision or "", "form": self._options.form}
        content = written(document, self._options.form)
        self._folder.put(wanted.file, content, line, needs)

    def _failed(self, wanted: _Wanted, error: TrunklineError) -> None:
        """Tries again once the others are done what may go better then; the rest is missing."""
        final = isinstance(error, NotFound | PermissionMissing)
        with self._lock:
            self._tally.unanswered = self._tally.unanswered + 1 if isinstance(error, NoAnswer) else 0
            gone = self._tally.unanswered >= _SILENCE
            if not (final or gone or self._last_try):
                self._tally.later.append(wanted)
                return
        if gone:
            raise error
        self._miss(Missing(wanted.flow.id, wanted.flow.name, _why(error)))

    def _miss(self, missing: Missing) -> None:
        with self._lock:
            self._tally.missing.append(missing)
            self._report()

    def _report(self) -> None:
        self._on_progress(self.progress())

    def progress(self) -> Progress:
        """How far the run is."""
        tally = self._tally
        seconds = time.monotonic() - self._begun
        return Progress(self._total, tally.fetched, tally.unchanged, len(tally.missing), seconds)

    def _settle(self) -> Verdict:
        """Brings the manifest in line with the org, and counts."""
        gone: list[str] = []
        if self._options.everything and not self._notes:
            gone = [
                self._folder.forget(each, remove=self._options.prune)
                for each in sorted(self._folder.records.keys() - self._seen)
            ]
        self._folder.finish()
        tally = self._tally
        return Verdict(
            str(self._path),
            tally.listed,
            tally.fetched,
            tally.unchanged,
            tuple(sorted(tally.missing, key=lambda each: (each.name.casefold(), each.id))),
            tuple(self._notes),
            tuple(gone),
            time.monotonic() - self._begun,
        )

    def _late(self, error: DeadlinePassed) -> TrunklineError:
        done = self._tally.fetched + self._tally.unchanged
        if not done:
            return error
        of = f" of {self._total:,}" if self._total is not None else ""
        return Partial(
            f"stopped at the deadline: {done:,}{of} flows are exported and kept, the rest is not",
            where=str(self._path),
            hint="run the same command again: it goes on from here",
        )

    def _interrupted(self) -> Interrupted:
        done = self._tally.fetched + self._tally.unchanged
        return Interrupted(
            f"interrupted: {done:,} flows are exported and kept",
            where=str(self._path),
            hint="run the same command again: it goes on from here",
        )


def _without_entity(flow: FlowSummary) -> FlowSummary:
    """What an export goes on with: entities of a whole org would fill the memory."""
    return FlowSummary(flow.id, flow.name, flow.type, flow.versions, flow.status, flow.commits)


def _in_division(division: object, wanted: tuple[str, ...]) -> bool:
    if not wanted:
        return True
    names = {each.casefold() for each in wanted}
    return any(str(get(division, (key,))).casefold() in names for key in ("id", "name"))


def _why(error: TrunklineError) -> str:
    """One line: what went wrong, without the hint that is the same for every flow."""
    if isinstance(error, CloudError) and error.code == "flow.no.config.available":
        return "it was never saved: there is nothing to export"
    if isinstance(error, NotFound):
        return f"it was deleted after it was listed ({error.message})"
    return " ".join(error.message.split())
