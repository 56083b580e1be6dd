"""Orgs (Genesys) and tenants (CXone) of an emulator, and the OAuth clients that open them.

Kept in the system partition: `orgs` {id, name, cloud, origin, settings} and
`clients` {id, secret, name, org, scopes, permissions, validity}; `*` grants all.
"""

from __future__ import annotations

from dataclasses import dataclass
from queue import SimpleQueue
from typing import Literal, TypeAlias

from trunkline.domain.json import Json, JsonObject
from trunkline.emulator import settings
from trunkline.emulator.clock import Clock, Ids, timestamp
from trunkline.emulator.store import Collection, Document, Partition, Store

Cloud: TypeAlias = Literal["genesys", "cxone"]

Outbox: TypeAlias = "SimpleQueue[tuple[str, str] | None]"
"""Ids of orgs and of their deliveries that wait; None ends who listens."""

EVERYTHING = ("*",)
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Access:
    """What a client needs to reach an org: one entry of `orgs` in the ready file."""

    name: str
    cloud: Cloud
    id: str
    client_id: str
    client_secret: str

    def to_json(self) -> JsonObject:
        return {
            "name": self.name,
            "cloud": self.cloud,
            "id": self.id,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
        }


@dataclass(frozen=True, slots=True)
class Acting:
    """Who works on an org in this request, and under which correlation id."""

    client_id: str
    correlation_id: str


class Org:
    """One org: its state, its settings, its time, new ids."""

    def __init__(self, org_id: str, store: Store, clock: Clock, ids: Ids, outbox: Outbox) -> None:
        self.id = org_id
        self.store = store
        self._records = store.system.documents("orgs")
        self._clock = clock
        self._ids = ids
        self._outbox = outbox
        self.acting: Acting | None = None

    @property
    def record(self) -> Document:
        record = self._records.get(self.id)
        if record is None:
            raise LookupError(f"the org {self.id} is gone")
        return record

    @property
    def name(self) -> str:
        return self.record["name"]

    @property
    def cloud(self) -> Cloud:
        return self.record["cloud"]

    @property
    def partition(self) -> Partition:
        return self.store.partition(self.id)

    def documents(self, collection: str) -> Collection[Document]:
        return self.partition.documents(collection)

    def blobs(self, collection: str) -> Collection[bytes]:
        return self.partition.blobs(collection)

    def setting(self, name: str) -> Json:
        return self.record["settings"].get(name, settings.DEFAULTS[name])

    def configure(self, changes: JsonObject) -> None:
        """Raises ValueError if a setting is unknown or of another type."""
        merged = {**self.record["settings"], **settings.checked(changes)}
        self._records.put(self.id, {**self.record, "settings": merged})

    def now(self) -> float:
        """Seconds since the epoch, as this org sees them."""
        return self._clock.now() + self.setting("clockOffsetSeconds")

    def timestamp(self) -> str:
        return timestamp(self.now())

    def guid(self) -> str:
        return self._ids.guid()

    def secret(self) -> str:
        return self._ids.secret()

    def told(self, delivery_id: str) -> None:
        """A delivery is waiting: whoever delivers looks for it once this transaction is over."""
        self._outbox.put((self.id, delivery_id))


class Orgs:
    """All orgs of an emulator."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._records = store.system.documents("orgs")
        self.clients = store.system.documents("clients")
        self.outbox: Outbox = SimpleQueue()

    def get(self, org_id: str) -> Org | None:
        return (
            Org(org_id, self._store, self._clock, self._ids, self.outbox) if org_id in self._records else None
        )

    def all(self) -> list[Org]:
        return [
            Org(org_id, self._store, self._clock, self._ids, self.outbox) for org_id in self._records.ids()
        ]

    def create(self, name: str, cloud: Cloud = "genesys", origin: JsonObject | None = None) -> Org:
        """An org with one client that may do everything. `origin` tells what a reset fills it with."""
        org_id = self._ids.guid()
        with self._store.transaction():
            self._records.put(
                org_id,
                {
                    "id": org_id,
                    "name": name,
                    "cloud": cloud,
                    "origin": origin or {"kind": "empty"},
                    "settings": {},
                },
            )
            self.add_client(org_id, name=f"{name} client")
        return Org(org_id, self._store, self._clock, self._ids, self.outbox)

    def add_client(
        self,
        org_id: str,
        *,
        name: str,
        scopes: tuple[str, ...] = EVERYTHING,
        permissions: tuple[str, ...] = EVERYTHING,
        validity: int = DAY,
    ) -> Document:
        """A client of an org; `validity` is the life of its tokens in seconds."""
        client: JsonObject = {
            "id": self._ids.guid(),
            "secret": self._ids.secret(),
            "name": name,
            "org": org_id,
            "scopes": list(scopes),
            "permissions": list(permissions),
            "validity": validity,
        }
        self.clients.put(client["id"], client)
        return client

    def access(self, org: Org) -> Access:
        """By the org's first client."""
        client = next(client for client in self.clients.values() if client["org"] == org.id)
        return Access(org.name, org.cloud, org.id, client["id"], client["secret"])

    def delete(self, org: Org) -> None:
        with self._store.transaction():
            for collection in (self.clients, self._store.system.documents("tokens")):
                for entry, record in collection.items():
                    if record["org"] == org.id:
                        collection.delete(entry)
            self._store.drop(org.id)
            self._records.delete(org.id)
