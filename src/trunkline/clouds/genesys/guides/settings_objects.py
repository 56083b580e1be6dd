"""Settings of flows as objects of a plan: names in place of ids, one object for each flow that has any.

`apply` changes them by a transaction (chapter G4) over `api`; what is here alone reads, names and compares.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence

from trunkline.clouds.base import Listing, addresses
from trunkline.clouds.genesys.guides.flow_settings import TARGETS, FlowSettings, Settings
from trunkline.clouds.genesys.public.references import References
from trunkline.clouds.session import Session
from trunkline.domain.flow.names import fits
from trunkline.domain.json import Json, JsonObject, get, same
from trunkline.domain.kinds.flow_settings import FLOW_SETTINGS
from trunkline.domain.resource import Address, Resource
from trunkline.errors import Conflict, InvalidInput, NotFound

_PART = "/settings"
_SCOPE = ("routing", "scope")
Converter = Callable[[JsonObject], JsonObject]


class FlowSettingsObjects:
    """Provider of the settings of flows. `Resource.remote_id` is the flow's id with `/settings` after it."""

    kind = FLOW_SETTINGS.name
    cannot_hold: tuple[str, ...] = ()
    twins = False

    def __init__(self, session: Session, names: References) -> None:
        self.api = FlowSettings(session)
        self._names = names
        self._flows: Mapping[str, str] | None = None
        self._org_id: str | None = None
        self._absent: str | None = None
        self._alone = threading.RLock()

    @property
    def org_id(self) -> str:
        """The id of the org."""
        with self._alone:
            self._org_id = self._org_id or self.api.org_id()
            return self._org_id

    def list(self) -> Listing[Resource]:
        """The settings of every flow that has any; nothing where the org has no such endpoint."""
        listing = self._listed()
        items = tuple(self.resource(each) for each in listing.items if each.settings)
        return Listing(items, listing.complete, None, listing.notes)

    def read(self, remote_id: str) -> Resource:
        """Raises NotFound where the flow is gone, or has no settings."""
        now = self.api.read(flow_id(remote_id))
        if not now.settings:
            raise NotFound(f"the flow {now.name} has no settings")
        return self.resource(now)

    def same_identity(self, desired: Resource) -> Sequence[Resource]:
        """The settings of the flow of this name, if it has any."""
        found = self.flow_of(desired.address.name)
        now = self.api.read(found) if found else None
        return [self.resource(now)] if now and now.settings else []

    def find(self, desired: Resource, coming: Collection[Address]) -> Resource:
        """See `Finds.find`. The flow may be one that the plan makes."""
        pattern = str(desired.body.get("flow") or desired.address.name)
        names = {*self._known().values(), *(each.name for each in coming if each.kind == "flow")}
        found = sorted(name for name in names if name == pattern or fits(pattern, name.partition("#")[0]))
        if self._absent:
            hint = "these are endpoints of the guides, which this org does not answer"
            raise InvalidInput(f"settings of flows cannot be read: {self._absent}", hint=hint)
        if not found:
            raise InvalidInput(f"no flow is named {pattern!r}", hint="* stands for any text")
        if len(found) > 1:
            raise InvalidInput(
                f"{pattern!r} fits {len(found)} flows: {', '.join(found)}", hint="name one of them"
            )
        body = {**desired.body, "flow": found[0]}
        return Resource(Address(self.kind, found[0]), body, desired.source)

    def localise(self, desired: Resource) -> tuple[Resource, tuple[Address, ...]]:
        """The resource with names for ids where they are known, and what the org does not have."""
        settings: JsonObject = desired.body.get("settings") or {}
        body = {**desired.body, "settings": self._named(settings)}
        absent: list[Address] = []
        if self.flow_of(desired.address.name) is None:
            absent.append(Address("flow", desired.address.name))
        scope: Json = get(body, ("settings", *_SCOPE), {})
        absent += [
            Address(kind, scope[kind])
            for kind in TARGETS
            if isinstance(scope.get(kind), str) and scope[kind] not in self._names.directory(kind).ids
        ]
        return Resource(desired.address, body, desired.source), tuple(absent)

    def users(self, ids: Collection[str]) -> Mapping[str, Sequence[Address]]:
        """The flows' settings whose scope is the object of each of these ids."""
        found: dict[str, list[Address]] = {remote_id: [] for remote_id in ids}
        for each in self._listed().items:
            scope: Json = get(each.settings, (*_SCOPE, "id"))
            if scope in found:
                found[scope].append(Address(self.kind, self._known().get(each.flow_id, each.name)))
        return found

    def flow_of(self, name: str) -> str | None:
        """The id of the flow with this name, or None; flows made meanwhile are looked for."""
        for fresh in (False, True):
            known = self._known(fresh=fresh)
            found = next((remote_id for remote_id, each in known.items() if each == name), None)
            if found is not None:
                return found
        return None

    def to_wire(self, body: JsonObject) -> JsonObject:
        """The settings of a body, by ids. Raises InvalidInput for a name that the org does not have."""
        settings: JsonObject = body.get("settings") or {}
        return self._scoped(settings, self._by_id)

    def to_body(self, now: Settings) -> JsonObject:
        """The body of live settings, by names."""
        name = self._known().get(now.flow_id, now.name)
        return {"flow": name, "settings": self._named(now.settings)}

    def create(self, desired: Resource) -> Resource:
        """Gives a flow its first settings, in one request."""
        found = self.flow_of(desired.address.name)
        if found is None:
            raise NotFound(f"the org has no flow {desired.address.name}")
        return self._put(found, desired.body, {})

    def update(self, desired: Resource, live: Resource) -> Resource:
        """Changes the settings in one request. Raises Conflict where they are no longer as they were read."""
        return self._put(flow_id(live.remote_id or ""), desired.body, self.to_wire(live.body))

    def replace(self, desired: Resource, live: Resource) -> Resource:
        """The same as an update: nothing of settings is fixed."""
        return self.update(desired, live)

    def delete(self, live: Resource) -> None:
        """Takes all settings away; the flow stays."""
        self._put(flow_id(live.remote_id or ""), {}, self.to_wire(live.body))

    def _put(self, found: str, body: JsonObject, before: JsonObject) -> Resource:
        now = self.api.read(found)
        if not same(now.settings, before):
            raise Conflict(f"the settings of {now.name} were changed meanwhile", where=f"flow {found}")
        self.api.change(now.payload(self.org_id, self.to_wire(body)))
        return self.resource(self.api.read(found))

    def resource(self, now: Settings) -> Resource:
        """Live settings as an object, empty ones too."""
        body = self.to_body(now)
        return Resource(
            Address(self.kind, body["flow"]), body, None, f"{now.flow_id}{_PART}", str(now.version)
        )

    def _listed(self) -> Listing[Settings]:
        listing = self.api.list()
        named = addresses("flow", ((each.flow_id, each.name) for each in listing.items))
        with self._alone:
            self._absent = listing.notes[0] if listing.notes and not listing.items else None
            self._flows = {remote_id: address.name for remote_id, address in named.items()}
        return listing

    def _known(self, *, fresh: bool = False) -> Mapping[str, str]:
        """Names of flows by id, as in addresses."""
        with self._alone:
            if self._flows is None or fresh:
                self._listed()
            return self._flows or {}

    def _named(self, settings: JsonObject) -> JsonObject:
        return self._scoped(settings, self._by_name)

    def _scoped(self, settings: JsonObject, convert: Converter) -> JsonObject:
        scope: Json = get(settings, _SCOPE)
        if not isinstance(scope, dict):
            return settings
        return {**settings, "routing": {**settings["routing"], "scope": convert(scope)}}

    def _by_name(self, scope: JsonObject) -> JsonObject:
        kind: Json = scope.get("type")
        remote_id: Json = scope.get("id")
        if kind == "org" and remote_id == self.org_id:
            return {key: value for key, value in scope.items() if key != "id"}
        name = self._names.name_of(kind, remote_id) if kind in TARGETS and remote_id else None
        if name is None:
            return scope
        return {**{key: value for key, value in scope.items() if key != "id"}, kind: name}

    def _by_id(self, scope: JsonObject) -> JsonObject:
        kind: Json = scope.get("type")
        if kind == "org":
            return {"id": self.org_id, **scope}
        name: Json = scope.get(kind) if kind in TARGETS else None
        if not isinstance(name, str):
            return scope
        others = {key: value for key, value in scope.items() if key != kind}
        return {**others, "id": self._names.id_of(kind, name)}


def flow_id(remote_id: str) -> str:
    """The id of the flow that settings are part of."""
    return remote_id.removesuffix(_PART)
