"""What changed in the org behind our back: the live objects against what was last applied or pulled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from trunkline.apply.planning import Planner
from trunkline.clouds.base import Author
from trunkline.domain.canonical import canonical
from trunkline.domain.diff import FieldChange, diff
from trunkline.domain.kinds import KINDS
from trunkline.domain.resource import Address, Resource

Authors = Callable[[Resource], Author | None]


@dataclass(frozen=True, slots=True)
class Drift:
    """One object that is not as we left it. `live` is None where it was deleted; `author` as far as told."""

    address: Address
    live: Resource | None
    fields: tuple[FieldChange, ...]
    author: Author | None

    @property
    def deleted(self) -> bool:
        return self.live is None


def find_drift(planner: Planner, author_of: Authors) -> tuple[list[Drift], list[Address]]:
    """The drift of every object with a base, and the objects without one, of which nothing can be said.

    Needs only the repository: lock file and bases are committed. Raises Partial for half a listing.
    """
    bases = planner.lock.bases()
    known = [address for address in planner.lock.entries if address.kind in planner.providers]
    live = {each.address: each for each in planner.actual({address.kind for address in known}, bases)}
    found: list[Drift] = []
    for address in sorted(known):
        base, resource = bases.get(address), live.get(address)
        if base is None:
            continue
        if resource is None:
            entry = planner.lock.entries[address]
            gone = Resource(address, base, None, entry.id, entry.version)
            found.append(Drift(address, None, (), author_of(gone)))
            continue
        fields = tuple(diff(base, canonical(KINDS[address.kind], resource.body)))
        if fields:
            found.append(Drift(address, resource, fields, author_of(resource)))
    return found, sorted(address for address in known if address not in bases)
