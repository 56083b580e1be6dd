"""Plain objects of an org, declared: a kind of object costs a few lines, its five routes come from here.

    Kind("/api/v2/routing/queues", "queues", "routing:queue", unique=True, divided=True)

Lists page and filter by name (whole, `*` stands for anything), id, divisionId and state; what a client
sends is kept as far as `emulator/surface` declares it, and what the server owns (id, dates, who, version,
selfUri) is set by the server.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from trunkline.domain.json import Json, JsonObject
from trunkline.emulator.call import Answer, Call, given, no_content
from trunkline.emulator.errors import ApiError, bad_request, conflict, not_found
from trunkline.emulator.orgs import Org
from trunkline.emulator.paging import page
from trunkline.emulator.routes import Known, Routes
from trunkline.emulator.store import Document
from trunkline.emulator.wildcard import fits

COUNTS = ("memberCount", "userMemberCount", "joinedMemberCount")
SORTABLE = ("id", "name", "dateCreated", "dateModified", "state", "type", "description")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of plain object.

    path        of the list; an object is at `{path}/{id}`
    collection  where the org keeps it, in the shape it is served in
    permission  prefix (`routing:queue`): `:view`, `:add`, `:edit`, `:delete` are asked for
    adding      what a create asks for, if that is not `:add`
    title       for messages
    operations  which of list, get, create, update, delete there are
    update      method of an update; PATCH keeps what is not sent, PUT replaces
    required    fields of a create
    unique      a second object of the name is refused
    divided     lies in a division: the home division where none is sent
    versioned   carries an integer version that an update must repeat
    stamped     carries who and when
    hidden      fields of ours, never served
    apart       fields with paths of their own: an update does not touch them
    defaults    what the server fills in
    absent      error code of 404
    deleted     status of a delete
    """

    path: str
    collection: str
    permission: str
    title: str
    known: Known = "spec"
    operations: tuple[str, ...] = ("list", "get", "create", "update", "delete")
    update: Literal["PUT", "PATCH"] = "PUT"
    required: tuple[str, ...] = ("name",)
    unique: bool = False
    divided: bool = False
    versioned: bool = False
    stamped: bool = False
    hidden: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    defaults: JsonObject = field(default_factory=dict[str, Json])
    absent: str = "resource.not.found"
    deleted: int = 200
    adding: tuple[str, ...] = ()
    largest: int = 100


def register(routes: Routes, kinds: Iterable[Kind]) -> None:
    """The routes of each kind."""
    for kind in kinds:
        handlers = Handlers(kind)
        one = f"{kind.path}/{{id}}"
        table = {
            "list": ("GET", kind.path, handlers.list, "view"),
            "get": ("GET", one, handlers.get, "view"),
            "create": ("POST", kind.path, handlers.create, "add"),
            "update": (kind.update, one, handlers.update, "edit"),
            "delete": ("DELETE", one, handlers.delete, "delete"),
        }
        for operation in kind.operations:
            method, path, handler, right = table[operation]
            permissions = (f"{kind.permission}:{right}",) if kind.permission else ()
            permissions = (operation == "create" and kind.adding) or permissions
            routes.add(method, path, handler, known=kind.known, permissions=permissions)


class Handlers:
    """The handlers of one kind."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind

    def list(self, call: Call) -> Answer:
        """A page of the objects; filtered by name, id, divisionId, state."""
        documents = call.org.documents(self.kind.collection).values()
        kept = order(call, [document for document in documents if wanted(call, document)])
        return Answer(page(call, kept, self.shape, largest=self.kind.largest))

    def get(self, call: Call) -> Answer:
        """One object."""
        return Answer(self.shape(self.find(call)))

    def create(self, call: Call) -> Answer:
        """A new object."""
        kind, org, sent = self.kind, call.org, _sent(call)
        self._check(call, sent, None)
        document = {**kind.defaults, **given(sent), "id": org.guid()}
        if kind.versioned:
            document["version"] = 1
        if kind.divided:
            document["division"] = division_of(org, sent.get("division"))
        if kind.stamped:
            document["dateCreated"] = org.timestamp()
            document["createdBy"] = call.caller.client_id
        self._stamp(call, document)
        org.documents(kind.collection).put(document["id"], document)
        return Answer(self.shape(document))

    def update(self, call: Call) -> Answer:
        """Change an object."""
        kind, org, sent = self.kind, call.org, _sent(call)
        before = self.find(call)
        self._check(call, sent, before)
        kept = before if kind.update == "PATCH" else {name: before[name] for name in _owned(kind, before)}
        unsaid = {name: value for name, value in kept.items() if name not in sent}
        own = {name: before[name] for name in kind.apart if name in before}
        document = {**unsaid, **given(sent), **own, "id": before["id"]}
        if kind.divided:
            document["division"] = division_of(org, sent.get("division") or before.get("division"))
        if kind.versioned:
            document["version"] = before["version"] + 1
        self._stamp(call, document)
        org.documents(kind.collection).put(document["id"], document)
        return Answer(self.shape(document))

    def delete(self, call: Call) -> Answer:
        """Delete an object."""
        document = self.find(call)
        call.org.documents(self.kind.collection).delete(document["id"])
        return no_content() if self.kind.deleted == 204 else Answer({})

    def find(self, call: Call) -> Document:
        """Raises 404."""
        document = call.org.documents(self.kind.collection).get(call["id"])
        if document is None:
            raise not_found(
                f"The {self.kind.title} {call['id']} does not exist",
                code=self.kind.absent,
                entity=(call["id"], self.kind.title),
            )
        return document

    def shape(self, document: Document) -> JsonObject:
        """The object as it is served."""
        shown = {name: value for name, value in document.items() if name not in self.kind.hidden}
        return {**shown, "selfUri": f"{self.kind.path}/{document['id']}"}

    def _check(self, call: Call, sent: JsonObject, before: Document | None) -> None:
        kind = self.kind
        for name in kind.required:
            value = sent.get(name)
            absent = value is None or (isinstance(value, str) and not value.strip())
            if absent and not (before is not None and kind.update == "PATCH" and name not in sent):
                raise bad_request(f"The field {name} is required", code="required.field.missing", field=name)
        if kind.versioned and before is not None:
            self._check_version(sent.get("version"), before["version"])
        name = sent.get("name")
        if name is not None and not isinstance(name, str):
            raise bad_request("The field name must be a text", code="invalid.value", field="name")
        if kind.unique and name is not None:
            self._check_unique(call.org, name, before)

    def _check_version(self, sent: Json, current: int) -> None:
        if sent is None:
            raise bad_request("The field version is required", code="required.field.missing", field="version")
        if sent != current:
            raise ApiError(
                409,
                "general.conflict",
                f"The version supplied ({sent}) does not match the current version ({current}) "
                f"of the {self.kind.title}",
            )

    def _check_unique(self, org: Org, name: str, before: Document | None) -> None:
        own = None if before is None else before["id"]
        for other in org.documents(self.kind.collection).values():
            if other["id"] != own and other.get("name", "").casefold() == name.casefold():
                raise conflict(
                    f"A {self.kind.title} named {name} exists already",
                    code="duplicate.name",
                    entity=(other["id"], other["name"]),
                )

    def _stamp(self, call: Call, document: JsonObject) -> None:
        if self.kind.stamped:
            document["dateModified"] = call.org.timestamp()
            document["modifiedBy"] = call.caller.client_id


def _sent(call: Call) -> JsonObject:
    """The body, with the division where the object itself has it: some creates name it by `divisionId`."""
    sent = dict(call.json_object())
    named = sent.pop("divisionId", None)
    return {**sent, "division": {"id": named}} if named is not None else sent


def wanted(call: Call, document: Document) -> bool:
    """Whether an object passes the filters of a list."""
    query = call.query
    name = query.get("name")
    if name and not matches(name, document.get("name") or ""):
        return False
    ids = [*query.many("id"), *query.many("ids")]
    if ids and document["id"] not in ids:
        return False
    divisions = query.many("divisionId")
    if divisions and (document.get("division") or {}).get("id") not in divisions:
        return False
    state = query.get("state")
    return not state or state in ("any", document.get("state", state))


def matches(pattern: str, text: str) -> bool:
    """Whether `pattern` is the whole text in any case; `*` stands for any run of characters."""
    return fits(pattern.casefold(), text.casefold())


def order(call: Call, documents: list[Document]) -> list[Document]:
    """Sorted as the query asks. Raises 400 for a field that nothing is sorted by."""
    sort_by = call.query.get("sortBy")
    if not sort_by:
        return documents
    if sort_by not in SORTABLE:
        raise bad_request(f"Lists are not sorted by {sort_by[:40]}", code="invalid.value", field="sortBy")
    descending = (call.query.get("sortOrder") or "asc").lower().startswith("desc")
    return sorted(documents, key=lambda each: str(each.get(sort_by, "")).casefold(), reverse=descending)


def home_division(org: Org) -> Document:
    """The division of everything that names none. Raises 404 in an org that holds nothing at all."""
    for division in org.documents("divisions").values():
        if division["homeDivision"]:
            return division
    raise not_found("The org has no home division")


def division_reference(division: Document) -> JsonObject:
    """A division as other objects embed it."""
    return {
        "id": division["id"],
        "name": division["name"],
        "selfUri": f"/api/v2/authorization/divisions/{division['id']}",
    }


def division_of(org: Org, sent: Json) -> JsonObject:
    """The division that a client sends, else the home division. Raises 400 if it does not exist."""
    if sent is None:
        return division_reference(home_division(org))
    wished = sent.get("id") if isinstance(sent, dict) else sent
    division = org.documents("divisions").get(wished) if isinstance(wished, str) else None
    if division is None:
        raise bad_request(f"The division {json.dumps(wished)[:60]} does not exist", field="division")
    return division_reference(division)


def _owned(kind: Kind, before: Document) -> list[str]:
    """Fields that a replacing update does not touch."""
    names = ("dateCreated", "createdBy", "version", "state", *COUNTS, *kind.hidden)
    return [name for name in names if name in before]
