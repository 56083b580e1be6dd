"""Bringing an org's objects into files without losing what either side changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from trunkline.domain.canonical import canonical, inherit, without
from trunkline.domain.diff import Clash, diff, merge
from trunkline.domain.json import JsonObject, digest
from trunkline.domain.kinds import DATA_ACTION, KINDS
from trunkline.domain.resource import Address, Resource
from trunkline.project.config import Config
from trunkline.project.files import write_atomic
from trunkline.project.load import Loaded, load_project
from trunkline.project.lock import Entry, Lock
from trunkline.project.write import companions, file_content, file_name, fits_friendly

_TOO_SHORT = (
    "the friendly form cannot say all that the org has: delete this file, then pull it in the vendor's form"
)


class PullResult(StrEnum):
    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    MERGED = "merged"
    KEPT = "kept"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Pulled:
    """What became of one object. `notes` say what the file's form cannot hold."""

    address: Address
    result: PullResult
    file: str
    clashes: tuple[Clash, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Pull:
    """One pull from one org. `side` settles conflicts: `mine` (the file's), `theirs`, or nobody's."""

    config: Config
    org: str
    form: str = "vendor"
    side: str | None = None
    cannot_hold: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """By kind, the fields that the org's API has no place for: the file's stand."""
    loaded: Loaded = field(init=False)
    lock: Lock = field(init=False)
    results: list[Pulled] = field(default_factory=list[Pulled])
    _mine: dict[Address, Resource] = field(init=False)
    _bases: dict[Address, JsonObject] = field(init=False)
    _taken: set[str] = field(init=False)

    def __post_init__(self) -> None:
        self.loaded = load_project(self.config, self.org)
        self.lock = Lock.read(self.config.root, self.org)
        self._mine = {resource.address: resource for resource in self.loaded.resources}
        self._bases = self.lock.bases()
        self._taken = {
            *(resource.source.file for resource in self.loaded.resources if resource.source),
            *(entry.file for entry in self.lock.entries.values() if entry.file),
            *(finding.place.file for finding in self.loaded.findings if finding.place),
        }

    def take(self, theirs: Resource) -> Pulled:
        """Brings one object in: writes, merges or keeps its file, and remembers it in the lock."""
        mine = self._mine.get(theirs.address)
        pulled = self._new(theirs) if mine is None else self._known(mine, theirs)
        if pulled.result is not PullResult.CONFLICT:
            self._remember(theirs, pulled.file)
        self.results.append(pulled)
        return pulled

    def is_current(self, address: Address, version: str | None) -> bool:
        """Whether the lock and a file hold this version already, so that it need not be fetched."""
        entry = self.lock.entries.get(address)
        return bool(entry and version and entry.version == version and address in self._mine)

    def keep(self, address: Address) -> Pulled:
        """Counts an object that is current and was not fetched."""
        pulled = Pulled(address, PullResult.UNCHANGED, self.lock.entries[address].file or "")
        self.results.append(pulled)
        return pulled

    def finish(self, kinds: Iterable[str], complete: bool) -> list[Address]:
        """Writes the lock. Names objects of `kinds` that the org has no more; their files stay."""
        seen = {pulled.address for pulled in self.results}
        gone = [
            address
            for address in self.lock.entries
            if complete and address.kind in set(kinds) and address not in seen
        ]
        self.lock.forget(gone)
        self.lock.write()
        return gone

    def _new(self, theirs: Resource) -> Pulled:
        entry = self.lock.entries.get(theirs.address)
        file = entry.file if entry and entry.file else file_name(theirs, self.form, self._taken)
        self._taken.add(file)
        return self._write(theirs, file, PullResult.NEW)

    def _known(self, mine: Resource, theirs: Resource) -> Pulled:
        kind = KINDS[theirs.address.kind]
        file = mine.source.file if mine.source else ""
        there = canonical(kind, theirs.body)
        gaps = self.cannot_hold.get(kind.name, ())
        here = inherit(kind, without(canonical(kind, mine.body), gaps), there)
        if not diff(here, there):
            return Pulled(theirs.address, PullResult.UNCHANGED, file)
        base = self._bases.get(theirs.address)
        if self.side == "mine":
            return Pulled(theirs.address, PullResult.KEPT, file)
        if self.side == "theirs" or (base is not None and not diff(base, here)):
            return self._write(_with(theirs, mine, gaps), file, PullResult.UPDATED)
        if base is None:
            clashes = tuple(
                Clash(change.path, None, change.after, change.before) for change in diff(here, there)
            )
            return Pulled(theirs.address, PullResult.CONFLICT, file, clashes)
        merged = merge(base, there, here)
        if merged.clashes:
            return Pulled(theirs.address, PullResult.CONFLICT, file, merged.clashes)
        if not diff(merged.value, here):
            return Pulled(theirs.address, PullResult.KEPT, file)
        combined = Resource(theirs.address, merged.value, mine.source, theirs.remote_id, theirs.version)
        return self._write(_with(combined, mine, gaps), file, PullResult.MERGED)

    def _write(self, resource: Resource, file: str, result: PullResult) -> Pulled:
        short = resource.address.kind == DATA_ACTION.name and file.endswith((".yaml", ".yml"))
        if short and not fits_friendly(resource.body):
            return Pulled(resource.address, PullResult.CONFLICT, file, notes=(_TOO_SHORT,))
        text, notes = file_content(resource, file)
        for beside, content in companions(resource, file).items():
            write_atomic(self.config.root / beside, content)
        write_atomic(self.config.root / file, text)
        return Pulled(resource.address, result, file, notes=tuple(notes))

    def _remember(self, theirs: Resource, file: str) -> None:
        body = canonical(KINDS[theirs.address.kind], theirs.body)
        address = theirs.address
        self.lock.entries[address] = Entry(theirs.remote_id or "", theirs.version, digest(body), file)
        self.lock.write_base(address, body)


def _with(theirs: Resource, mine: Resource, gaps: Iterable[str]) -> Resource:
    """Their body with the fields of mine that their API has no place for."""
    kept = {gap: mine.body[gap] for gap in gaps if gap in mine.body and gap not in theirs.body}
    return replace(theirs, body={**theirs.body, **kept}, source=mine.source)
