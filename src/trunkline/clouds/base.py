"""What every kind of object offers to the rest: list, read, create, update, delete."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar, runtime_checkable

from trunkline.domain.json import JsonObject
from trunkline.domain.resource import Address, Resource

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """What a cloud has. `complete` is False where it may have more than was read: `notes` say why.

    `total` is the cloud's own count, if it gives one. Nothing is ever deleted by an incomplete listing.
    """

    items: tuple[T, ...]
    complete: bool
    total: int | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Author:
    """Who changed an object last, when (ISO 8601) and by what action; None where it is not told."""

    who: str | None
    when: str | None
    action: str | None


class Provider(Protocol):
    """One kind of object in one cloud. Bodies are canonical: what the files of a project hold.

    Every method raises CloudError and its kin; `create` and `update` return what the cloud has then.
    """

    @property
    def kind(self) -> str:
        """The name of the kind, as in addresses."""
        ...

    @property
    def cannot_hold(self) -> tuple[str, ...]:
        """Fields of the canonical body that this API has no place for; they stay in the files."""
        ...

    @property
    def twins(self) -> bool:
        """Whether two objects may have one name, so that a new one can stand beside the one it replaces."""
        ...

    def list(self) -> Listing[Resource]:
        """All objects, with bodies."""
        ...

    def read(self, remote_id: str) -> Resource:
        """One object. Raises NotFound."""
        ...

    def same_identity(self, desired: Resource) -> Sequence[Resource]:
        """The live objects of exactly this name (and type, where that counts): looked up before a write."""
        ...

    def localise(self, desired: Resource) -> tuple[Resource, tuple[Address, ...]]:
        """The resource with its references by the ids of this org, and those that resolve nowhere."""
        ...

    def create(self, desired: Resource) -> Resource:
        """Makes the object, ready for use. Raises Conflict where the name is taken."""
        ...

    def update(self, desired: Resource, live: Resource) -> Resource:
        """Brings `live` to the desired body. Raises Conflict where it is no longer as it was read."""
        ...

    def replace(self, desired: Resource, live: Resource) -> Resource:
        """Brings about what `update` cannot: where need be a new object, with a new id, for the old one."""
        ...

    def delete(self, live: Resource) -> None:
        """Removes the object; one that is gone already is no error."""
        ...


@runtime_checkable
class Warns(Protocol):
    """A kind that a cloud accepts with remarks."""

    def warnings(self, desired: Resource) -> tuple[str, ...]:
        """What the cloud warned of when it took this object last."""
        ...


@runtime_checkable
class Remembers(Protocol):
    """A kind whose bodies are costly to fetch."""

    def remember(self, known: Mapping[str, tuple[str, JsonObject]]) -> None:
        """Version and canonical body by id: what `list` need not fetch again."""
        ...


@runtime_checkable
class Finds(Protocol):
    """A kind whose files may say by a pattern which object they mean."""

    def find(self, desired: Resource, coming: Collection[Address]) -> Resource:
        """The resource under the address of the one object that is meant; `coming` are made by the plan.

        Raises InvalidInput, listing them, where several are, or none.
        """
        ...


@runtime_checkable
class Refers(Protocol):
    """A kind whose objects refer to others by id."""

    def users(self, ids: Collection[str]) -> Mapping[str, Sequence[Address]]:
        """The live objects that name each of these ids."""
        ...


@runtime_checkable
class Repoints(Refers, Protocol):
    """A kind whose references can be moved to another id, wherever they are in a body."""

    def repointed(self, ids: Mapping[str, str]) -> Iterator[tuple[Resource, JsonObject]]:
        """Every live object that names one of these ids, with its body naming the new ones instead."""
        ...


class Outside(Protocol):
    """What an org itself knows of the use of its objects, by what is no kind here."""

    def users(self, address: Address, remote_id: str, flow_type: str | None = None) -> Listing[Address]:
        """What uses an object, one at a time; not complete where that cannot be told just now."""
        ...


def addresses(kind: str, named: Iterable[tuple[str, str]]) -> dict[str, Address]:
    """The address of each id, from pairs of id and name.

    Where several share a name, the first by id keeps it plain and the others get the end of their id:
    `Get Weather#1a2b3c`. The same ids always give the same addresses.
    """
    by_name: dict[str, list[str]] = {}
    for remote_id, name in named:
        by_name.setdefault(name, []).append(remote_id)
    taken = set(by_name)
    result: dict[str, Address] = {}
    for name, ids in by_name.items():
        first, *others = sorted(set(ids))
        result[first] = Address(kind, name)
        for remote_id in others:
            unique = _suffixed(name, remote_id, taken.__contains__)
            taken.add(unique)
            result[remote_id] = Address(kind, unique)
    return result


_SHORTEST = 6


def _suffixed(name: str, remote_id: str, is_taken: Callable[[str], bool]) -> str:
    digits = "".join(each for each in remote_id.lower() if _is_hex(each)) or remote_id.encode().hex()
    for length in range(_SHORTEST, len(digits) + 1):
        if not is_taken(candidate := f"{name}#{digits[-length:]}"):
            return candidate
    return f"{name}#{remote_id.encode().hex()}"


def _is_hex(text: str) -> bool:
    return all(each in "0123456789abcdef" for each in text)
