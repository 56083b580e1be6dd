"""Flows as objects that are deployed: created, checked out, saved, checked in, published.

A flow has a lock and no version to compare: whoever holds the lock may write. So the lock is taken first,
and nobody's is ever broken unless that was asked for. https://developer.genesys.cloud/routing/architect/
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from trunkline.clouds.answer import parse_object
from trunkline.clouds.base import Listing, addresses
from trunkline.clouds.flows import FlowFilter, FlowSummary, Stage
from trunkline.clouds.genesys.public.flow_writes import FlowWrites
from trunkline.clouds.genesys.public.flows import PublicFlows
from trunkline.clouds.genesys.public.references import LISTS, References
from trunkline.clouds.session import Session
from trunkline.clouds.threads import each
from trunkline.domain.canonical import canonical
from trunkline.domain.diff import diff
from trunkline.domain.flow.configuration import is_configuration
from trunkline.domain.flow.remap import remap, replace_ids
from trunkline.domain.json import Json, JsonObject, get
from trunkline.domain.kinds.flow import FLOW, MANIFEST_KINDS
from trunkline.domain.resource import Address, Resource
from trunkline.errors import CloudError, NoAnswer, NotFound, Refused


class FlowObjects:
    """Provider of flows. `Resource.version` is the version that is live: published, else the last one."""

    kind = FLOW.name
    cannot_hold: tuple[str, ...] = ()
    twins = False

    def __init__(self, session: Session, names: References, may_unlock: Callable[[], bool]) -> None:
        self._flows = PublicFlows(session)
        self._writes = FlowWrites(session, may_unlock)
        self._names = names
        self._known: Mapping[str, tuple[str, JsonObject]] = {}

    def remember(self, known: Mapping[str, tuple[str, JsonObject]]) -> None:
        """Versions whose canonical bodies are known, by id: `list` need not fetch them again."""
        self._known = known

    def list(self) -> Listing[Resource]:
        """Every flow with its configuration; one without any version has its name and type alone."""
        listing = self._flows.list()
        named = addresses(self.kind, ((flow.id, flow.name) for flow in listing.items))

        def whole(flow: FlowSummary) -> Resource | CloudError | None:
            version, body = self._known.get(flow.id, (None, None))
            if body is not None and version == flow.version():
                return Resource(named[flow.id], body, None, flow.id, version)
            try:
                return self._resource(flow, named[flow.id])
            except NotFound:
                return None
            except CloudError as error:
                return CloudError(f"{named[flow.id]} could not be read: {error}", status=error.status)

        found = list(each(whole, listing.items))
        broken = [str(one) for one in found if isinstance(one, CloudError)]
        items = tuple(one for one in found if isinstance(one, Resource))
        gone = sum(one is None for one in found)
        total = None if listing.total is None else listing.total - gone
        return Listing(items, listing.complete and not broken, total, (*listing.notes, *broken))

    def read(self, remote_id: str) -> Resource:
        """What is live of a flow."""
        return self._resource(self._flows.read(remote_id))

    def same_identity(self, desired: Resource) -> Sequence[Resource]:
        """The flow of this name and type: the two are unique together."""
        name = str(desired.body.get("name") or desired.address.name)
        wanted = str(desired.body.get("type", "")).lower()
        found = self._flows.list(FlowFilter(name=name)).items
        return [self._resource(one) for one in found if one.name == name and one.type == wanted]

    def localise(self, desired: Resource) -> tuple[Resource, tuple[Address, ...]]:
        """The configuration with the ids of this org; what resolves nowhere keeps its id and is listed."""
        if not is_configuration(desired.body):
            return desired, ()
        moved = remap(desired.body, self._resolve)
        absent = [
            Address(MANIFEST_KINDS.get(one.kind, one.kind), one.name or one.id or "?")
            for one in moved.unresolved
        ]
        return Resource(desired.address, moved.document, desired.source), tuple(dict.fromkeys(absent))

    def _resolve(self, kind: str, remote_id: str, name: str | None) -> str | None:
        known = MANIFEST_KINDS.get(kind)
        if known is None or known not in LISTS:
            return None
        directory = self._names.directory(known)
        own = directory.entities.get(remote_id)
        if own is not None and name in (None, own.get("name")):
            return remote_id
        found = directory.ids.get(name) if name else None
        return found or (remote_id if remote_id in directory.names else None)

    def create(self, desired: Resource) -> Resource:
        """Makes the flow and publishes it; without a configuration, it is made alone.

        One that an earlier try left without a version is taken up.
        """
        try:
            remote_id = self._writes.create(desired.body)
        except CloudError as error:
            unsure = error.sent if isinstance(error, NoAnswer) else (error.status or 0) >= 500
            found = self.same_identity(desired) if unsure else ()
            if not found:
                raise
            remote_id = found[0].remote_id or ""
        finally:
            self._names.forget(self.kind)
        if not is_configuration(desired.body):
            return self.read(remote_id)
        return self._published(remote_id, desired)

    def update(self, desired: Resource, live: Resource) -> Resource:
        """A new version, published; nothing at all where the canonical form is the same."""
        remote_id = live.remote_id or ""
        if live.version is not None and not diff(canonical(FLOW, live.body), canonical(FLOW, desired.body)):
            return live
        if desired.body.get("name") != live.body.get("name"):
            self._writes.rename(remote_id, str(desired.body.get("name")))
            self._names.forget(self.kind)
        return self._published(remote_id, desired)

    def replace(self, desired: Resource, live: Resource) -> Resource:
        """A flow of another type is another flow."""
        raise Refused(
            f"{live.address} cannot become a flow of another type",
            hint="give the new flow another name, move what uses the old one, then delete its file",
        )

    def delete(self, live: Resource) -> None:
        """Removes the flow; the cloud refuses where it knows of a user or a lock."""
        self._writes.delete(live.remote_id or "")
        self._names.forget(self.kind)

    def users(self, ids: Collection[str]) -> Mapping[str, Sequence[Address]]:
        """The flows that name each of these ids, whatever the field, or are in a division of this id."""
        found: dict[str, list[Address]] = {remote_id: [] for remote_id in ids}
        for flow, data in self._documents():
            division: Json = get(flow.entity, ("division", "id"))
            for remote_id, users in found.items():
                if (remote_id == division or remote_id.encode() in data) and flow.id != remote_id:
                    users.append(Address(self.kind, flow.name))
        return found

    def repointed(self, ids: Mapping[str, str]) -> Iterator[tuple[Resource, JsonObject]]:
        """Every flow that names one of these ids, with its configuration naming the new ones instead."""
        for flow, data in self._documents():
            if any(remote_id.encode() in data for remote_id in ids):
                live = self._resource(flow)
                yield live, replace_ids(live.body, ids)

    def _documents(self) -> Iterator[tuple[FlowSummary, bytes]]:
        flows = [flow for flow in self._flows.list().items if flow.version() is not None]
        return zip(flows, each(self._flows.document, flows), strict=True)

    def _published(self, remote_id: str, desired: Resource) -> Resource:
        flow = self._flows.read(remote_id)
        draft = flow.versions.get(Stage.SAVED)
        saved = draft is not None and not diff(
            canonical(FLOW, self._document(flow, draft)), canonical(FLOW, desired.body)
        )
        self._writes.publish(flow, desired.body, saved=draft if saved else None)
        return self.read(remote_id)

    def _document(self, flow: FlowSummary, version: str | None = None) -> JsonObject:
        return parse_object(self._flows.document(flow, version), f"the configuration of {flow.name}")

    def _resource(self, flow: FlowSummary, address: Address | None = None) -> Resource:
        version = flow.version()
        body = {"name": flow.name, "type": flow.type} if version is None else self._document(flow)
        return Resource(address or Address(self.kind, flow.name), body, None, flow.id, version)
