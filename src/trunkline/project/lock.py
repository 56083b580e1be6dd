"""`orgs/<org>/lock.json`: which object of an org each address stands for, and the base of compares.

Committed with the project, so that a fresh CI runner compares three ways too. No secret is in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from trunkline.domain.json import JsonObject, digest, file_text
from trunkline.domain.resource import Address, Resource
from trunkline.errors import InvalidInput
from trunkline.project.files import read_text, slug, write_atomic
from trunkline.project.jsonfile import JsonFault, parse_json


@dataclass(frozen=True, slots=True)
class Entry:
    """One object: its id in the org, the version last seen, the digest last applied, its file."""

    id: str
    version: str | None = None
    digest: str | None = None
    file: str | None = None


@dataclass(slots=True)
class Lock:
    """The lock of one org; `entries` by address."""

    root: Path
    org: str
    entries: dict[Address, Entry] = field(default_factory=dict[Address, Entry])

    @property
    def folder(self) -> Path:
        return self.root / "orgs" / self.org

    @property
    def path(self) -> Path:
        return self.folder / "lock.json"

    @classmethod
    def read(cls, root: Path, org: str) -> Lock:
        """The lock of an org; empty if there is none yet. Raises InvalidInput."""
        lock = cls(root, org)
        if not lock.path.is_file():
            return lock
        where = lock.path.relative_to(root).as_posix()
        try:
            data = parse_json(read_text(lock.path))
        except JsonFault as fault:
            raise InvalidInput(
                str(fault), where=f"{where}:{fault.line}", hint="restore it from git, or pull again"
            ) from None
        for text, entry in _objects(data, where).items():
            lock.entries[Address.parse(text)] = Entry(**entry)
        return lock

    def write(self) -> None:
        data = {
            str(address): {key: value for key, value in asdict(entry).items() if value is not None}
            for address, entry in sorted(self.entries.items())
        }
        write_atomic(self.path, file_text({"version": 1, "resources": data}))

    def base_path(self, address: Address) -> Path:
        """The file with the body last applied; one a resource, its name made of name and id."""
        entry = self.entries[address]
        # An id that is a name itself says no more than the name does: names that differ in case share a slug.
        mark = short(entry.id) if _GUID.search(entry.id) else digest(entry.id)[:6]
        return self.folder / "base" / address.kind / f"{slug(address.name)}-{mark}.json"

    def write_base(self, address: Address, body: JsonObject) -> None:
        write_atomic(self.base_path(address), file_text(body))

    def bases(self) -> dict[Address, JsonObject]:
        """The bodies last applied, in canonical form, where they are there."""
        found: dict[Address, JsonObject] = {}
        for address in self.entries:
            path = self.base_path(address)
            if path.is_file():
                found[address] = json.loads(read_text(path))
        return found

    def readdressed(self, listed: Sequence[Resource]) -> list[Resource]:
        """Resources under the addresses that this lock knows them by, whatever order the org lists them in.

        A newcomer whose address is taken is told apart by the end of its id.
        """
        known = {entry.id: address for address, entry in self.entries.items()}
        taken = {known[resource.remote_id] for resource in listed if resource.remote_id in known}
        result: list[Resource] = []
        for resource in listed:
            address = known.get(resource.remote_id or "")
            if address is None:
                address = resource.address
                if address in taken:
                    address = told_apart(address, resource.remote_id or "")
                taken.add(address)
            result.append(replace(resource, address=address))
        return result

    def forget(self, addresses: Iterable[Address]) -> None:
        for address in addresses:
            self.base_path(address).unlink(missing_ok=True)
            del self.entries[address]


_GUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\Z")


def told_apart(address: Address, remote_id: str) -> Address:
    """The address of an object whose name another one has: with the last six hexadecimal digits of its id."""
    tail = "".join(char for char in remote_id.lower() if char in "0123456789abcdef")[-6:]
    return Address(address.kind, f"{address.name}#{tail}")


def short(remote_id: str) -> str:
    """Six characters of an id that tell objects of one name apart."""
    return "".join(char for char in remote_id.lower().rpartition("_-_")[2] if char.isalnum())[:6]


def file_addresses(root: Path) -> dict[str, Address]:
    """Files that a lock knows by an address of their own, over all orgs of the project."""
    found: dict[str, Address] = {}
    for path in sorted(root.glob("orgs/*/lock.json")):
        for address, entry in Lock.read(root, path.parent.name).entries.items():
            if entry.file:
                found.setdefault(entry.file, address)
    return found


def _objects(data: Any, where: str) -> Mapping[str, dict[str, Any]]:
    resources = data.get("resources") if isinstance(data, dict) else None
    fields = set(Entry.__dataclass_fields__)
    if not isinstance(resources, dict) or not all(
        isinstance(entry, dict) and "id" in entry and fields >= entry.keys() and "/" in text
        for text, entry in resources.items()
    ):
        raise InvalidInput("is not a lock file", where=where, hint="restore it from git, or pull again")
    return resources
