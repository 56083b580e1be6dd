"""Plain objects of the public API: one list, one path by id, names in place of ids.

What a kind adds is a wire form and a few hooks; see queues, prompts, tables, integrations.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from trunkline.clouds.base import Listing, addresses
from trunkline.clouds.genesys.public.references import PAGE, References, list_all
from trunkline.clouds.session import Session, route
from trunkline.clouds.threads import each
from trunkline.domain.canonical import copy_json, match_paths
from trunkline.domain.json import Json, JsonObject, get, walk
from trunkline.domain.kind import Kind
from trunkline.domain.resource import Address, Resource
from trunkline.errors import CloudError, NoAnswer, NotFound, Refused


class PlainObjects:
    """Provider of one kind. `links` are fields that hold an object by id, and the kind of that object.

    A path of `links` may end in `.*`, for a list. `versioned` objects repeat their version in a change.
    Of objects that are not `unique` several may have one name.
    Subclasses say what else a body is made of (`to_body`, `to_wire`) and how it is written.
    """

    cannot_hold: tuple[str, ...] = ()
    twins = False
    path = ""
    links: Mapping[str, str] = {}
    hidden: tuple[str, ...] = ("id", "selfUri")
    query: Mapping[str, str] = {}
    versioned = False
    unique = True

    def __init__(self, kind: Kind, session: Session, names: References) -> None:
        self.declared = kind
        self.kind = kind.name
        self._session = session
        self._names = names

    def list(self) -> Listing[Resource]:
        """Every object, whole. One that cannot be read is a note, and the listing then incomplete."""
        listing = list_all(self._session, self.path, dict(self.query))
        named = addresses(self.kind, ((one["id"], str(one.get("name", ""))) for one in listing.items))

        def whole(entity: JsonObject) -> Resource | CloudError | None:
            try:
                return self._resource(entity, named[entity["id"]])
            except NotFound:
                return None
            except CloudError as error:
                return error

        found = list(each(whole, listing.items))
        broken = [str(one) for one in found if isinstance(one, CloudError)]
        items = tuple(one for one in found if isinstance(one, Resource))
        gone = sum(one is None for one in found)
        total = None if listing.total is None else listing.total - gone
        return Listing(items, listing.complete and not broken, total, (*listing.notes, *broken))

    def read(self, remote_id: str) -> Resource:
        """One object, whole."""
        return self._resource(self._session.get_json(route(self.path + "/{}", remote_id), self.query))

    def same_identity(self, desired: Resource) -> Sequence[Resource]:
        """The object of this name, if there is one."""
        name = str(desired.body.get("name") or desired.address.name)
        found = list_all(self._session, self.path, {**self.query, "name": name}, PAGE).items
        return [self._resource(one) for one in found if one.get("name") == name]

    def localise(self, desired: Resource) -> tuple[Resource, tuple[Address, ...]]:
        """As it is: references are names until they are sent. Those that the org lacks are listed."""
        wanted = [
            Address(kind, name)
            for pattern, kind in self.links.items()
            for path in match_paths(desired.body, pattern)
            if isinstance(name := get(desired.body, path), str) and name
        ]
        known = self._names.directory
        absent = [one for one in dict.fromkeys(wanted) if one.name not in known(one.kind).ids]
        return desired, tuple(absent)

    def create(self, desired: Resource) -> Resource:
        """Makes the object; an answer that was lost is looked for by name, and nothing is sent twice."""
        others = set[str | None]() if self.unique else {one.remote_id for one in self.same_identity(desired)}
        try:
            remote_id = self._make(desired)
        except CloudError as error:
            unsure = error.sent if isinstance(error, NoAnswer) else (error.status or 0) >= 500
            same = self.same_identity(desired) if unsure else ()
            found = [one for one in same if one.remote_id not in others]
            if not found:
                raise
            remote_id = found[0].remote_id or ""
            self._complete(remote_id, desired, found[0])
        finally:
            self._names.forget(self.kind)
        return self.read(remote_id)

    def update(self, desired: Resource, live: Resource) -> Resource:
        """Brings the object to the desired body."""
        self._change(live.remote_id or "", desired, live)
        self._names.forget(self.kind)
        return self.read(live.remote_id or "")

    def replace(self, desired: Resource, live: Resource) -> Resource:
        """Names are unique here: the old object would have to go first, and what uses it with it."""
        raise Refused(
            f"{live.address} cannot be replaced under its own name",
            hint="give the new one another name, move what uses it, then delete the old file",
        )

    def delete(self, live: Resource) -> None:
        """Removes the object; the cloud refuses where it knows of a user."""
        try:
            self._session.request("DELETE", route(self.path + "/{}", live.remote_id or ""))
        except NotFound:
            return
        finally:
            self._names.forget(self.kind)

    def users(self, ids: Collection[str]) -> Mapping[str, Sequence[Address]]:
        """The objects of this kind that name each of these ids, whatever the field."""
        listed = list_all(self._session, self.path, dict(self.query)).items
        return users_among(self.kind, listed, ids)

    def _make(self, desired: Resource) -> str:
        """Creates the object; its id."""
        answer = self._session.send_json("POST", self.path, self.to_wire(desired.body))
        return identity(answer)

    def _complete(self, remote_id: str, desired: Resource, found: Resource) -> None:
        """Finishes an object of ours whose creation broke off."""
        self._change(remote_id, desired, found)

    def _change(self, remote_id: str, desired: Resource, live: Resource) -> None:
        left = {key: live.body[key] for key in self.declared.inherited if key in live.body}
        body = {**left, **desired.body}
        # Last write wins here: there is no version to name, so the writer compared just before.
        wire = self.to_wire(body)
        if self.versioned:
            wire["version"] = self._session.get_json(route(self.path + "/{}", remote_id)).get("version")
        self._session.send_json("PUT", route(self.path + "/{}", remote_id), wire)

    def _resource(self, entity: JsonObject, address: Address | None = None) -> Resource:
        body = self.to_body(entity)
        version = self.version(entity)
        return Resource(
            address or Address(self.kind, str(body.get("name", ""))), body, None, entity["id"], version
        )

    def version(self, entity: JsonObject) -> str | None:
        """What changes when the object does; None where the API has nothing of the sort."""
        del entity
        return None

    def to_body(self, entity: JsonObject) -> JsonObject:
        """The entity with names for ids."""
        body = {key: value for key, value in entity.items() if key not in self.hidden and value is not None}
        return self._linked(body, self._name_of)

    def to_wire(self, body: JsonObject) -> JsonObject:
        """What is sent for a body: ids for names. Raises InvalidInput for a name the org does not have."""
        sent = {key: value for key, value in body.items() if key not in self.hidden}
        return self._linked(sent, self._id_of)

    def _linked(self, body: JsonObject, convert: Callable[[str, Json], Json]) -> JsonObject:
        result = copy_json(body)
        for pattern, kind in self.links.items():
            for path in match_paths(result, pattern):
                holder: Json = get(result, path[:-1])
                holder[path[-1]] = convert(kind, holder[path[-1]])
        return result

    def _name_of(self, kind: str, found: Json) -> Json:
        if not isinstance(found, dict):
            return found
        return self._names.name_of(kind, str(found.get("id"))) or found.get("name")

    def _id_of(self, kind: str, name: Json) -> Json:
        return {"id": self._names.id_of(kind, name)} if isinstance(name, str) else name


def users_among(
    kind: str, listed: Sequence[JsonObject], ids: Collection[str]
) -> Mapping[str, Sequence[Address]]:
    """Which of the listed entities name each of these ids, whatever the field."""
    named = addresses(kind, ((one["id"], str(one.get("name", ""))) for one in listed))
    found: dict[str, list[Address]] = {remote_id: [] for remote_id in ids}
    for entity in listed:
        texts = {value for path, value in walk(entity) if path != ("id",) and isinstance(value, str)}
        for remote_id in texts & found.keys():
            found[remote_id].append(named[entity["id"]])
    return found


def identity(answer: Json) -> str:
    """The id of a new object. Raises CloudError where the answer has none."""
    found = answer.get("id") if isinstance(answer, dict) else None
    if not isinstance(found, str) or not found:
        raise CloudError("the answer names no object")
    return found


class SimpleObjects(PlainObjects):
    """Provider of a kind that is no more than its declaration and its path."""

    def __init__(self, kind: Kind, session: Session, names: References, path: str) -> None:
        super().__init__(kind, session, names)
        self.path = path
        self.hidden = kind.server_owned
        self.links = {
            **({} if kind.name == "division" else {"division": "division"}),
            **{reference.path: reference.kind for reference in kind.references},
        }
        self.versioned = kind.name in _VERSIONED

    def version(self, entity: JsonObject) -> str | None:
        """The integer version, for those that have one."""
        found = entity.get("version")
        return None if found is None else str(found)


_VERSIONED = ("emergency_group", "ivr", "schedule", "schedule_group")
