"""Names and ids of the objects that others refer to. Files hold names, the cloud wants ids.

https://developer.genesys.cloud/platform/api/ (one list for each kind)
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from trunkline.clouds.base import Listing, addresses
from trunkline.clouds.paging import Pages
from trunkline.clouds.session import Query, Route, Session
from trunkline.domain.json import JsonObject
from trunkline.errors import InvalidInput

T = TypeVar("T")

LISTS: Mapping[str, str] = {
    "credential": "/api/v2/integrations/credentials",
    "data_action": "/api/v2/integrations/actions",
    "data_table": "/api/v2/flows/datatables",
    "division": "/api/v2/authorization/divisions",
    "emergency_group": "/api/v2/architect/emergencygroups",
    "flow": "/api/v2/flows",
    "flow_milestone": "/api/v2/flows/milestones",
    "flow_outcome": "/api/v2/flows/outcomes",
    "group": "/api/v2/groups",
    "integration": "/api/v2/integrations",
    "ivr": "/api/v2/architect/ivrs",
    "language": "/api/v2/routing/languages",
    "nlu_domain": "/api/v2/languageunderstanding/domains",
    "prompt": "/api/v2/architect/prompts",
    "queue": "/api/v2/routing/queues",
    "schedule": "/api/v2/architect/schedules",
    "schedule_group": "/api/v2/architect/schedulegroups",
    "skill": "/api/v2/routing/skills",
    "system_prompt": "/api/v2/architect/systemprompts",
    "team": "/api/v2/teams",
    "user": "/api/v2/users",
    "wrapup_code": "/api/v2/routing/wrapupcodes",
}
PAGE = 100
"""The largest page every one of these lists takes."""


def list_all(
    session: Session, path: Route | str, query: Query | None = None, size: int = PAGE
) -> Listing[JsonObject]:
    """Every entity of a list with page numbers."""
    return pages(session, path, query, size, lambda entity: entity).listing()


def pages(
    session: Session,
    path: Route | str,
    query: Query | None,
    size: int,
    shape: Callable[[JsonObject], T | None],
    key: str = "id",
) -> Pages[T]:
    """The same page by page; see `Pages`."""

    def fetch(number: int) -> JsonObject:
        return session.get_json(path, {**(query or {}), "pageSize": size, "pageNumber": number})

    return Pages(fetch, size, shape, key)


@dataclass(frozen=True, slots=True)
class Directory:
    """The objects of one kind: names by id, and ids by name. Names are those of addresses, so unique."""

    kind: str
    entities: Mapping[str, JsonObject]
    names: Mapping[str, str]
    complete: bool

    @property
    def ids(self) -> dict[str, str]:
        return {name: remote_id for remote_id, name in self.names.items()}


class References:
    """Each kind is listed once, when it is first asked for; shared by threads."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._directories: dict[str, Directory] = {}
        self._lock = threading.Lock()

    def directory(self, kind: str) -> Directory:
        """All objects of a kind. Raises KeyError for a kind that is not in LISTS."""
        with self._lock:
            if kind not in self._directories:
                listing = list_all(self._session, LISTS[kind])
                entities = {each["id"]: each for each in listing.items}
                named = ((key, str(each.get("name", ""))) for key, each in entities.items())
                names = {key: address.name for key, address in addresses(kind, named).items()}
                self._directories[kind] = Directory(kind, entities, names, listing.complete)
            return self._directories[kind]

    def name_of(self, kind: str, remote_id: str) -> str | None:
        """The name of an object, or None where the org has none of this id."""
        return self.directory(kind).names.get(remote_id)

    def id_of(self, kind: str, name: str) -> str:
        """The id of an object. Raises InvalidInput, naming what is near."""
        directory = self.directory(kind)
        if found := directory.ids.get(name):
            return found
        raise InvalidInput(
            f"the org has no {kind.replace('_', ' ')} named {name!r}",
            hint=near(name, directory.ids) or "create it, or correct the name in the file",
        )

    def forget(self, kind: str | None = None) -> None:
        """What was listed, of one kind or of all, may have changed: list again when asked."""
        with self._lock:
            if kind is None:
                self._directories.clear()
            else:
                self._directories.pop(kind, None)


def near(name: str, known: Mapping[str, str]) -> str | None:
    import difflib

    found = difflib.get_close_matches(name, known, n=3, cutoff=0.6)
    return f"did you mean {' or '.join(map(repr, found))}?" if found else None
