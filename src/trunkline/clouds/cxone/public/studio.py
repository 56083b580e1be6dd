"""Studio scripts: `/incontactapi/services/vNN.0/scripts…`.

A name is the identity, and a save makes a new version at once: there is no draft, no dry run and no revert.
So a write locks the script, looks whether it is still what was read, saves, and unlocks.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from trunkline.clouds.answer import error_from, error_object, parse_object
from trunkline.clouds.base import Author, Listing
from trunkline.clouds.session import Call, Query, Session
from trunkline.clouds.threads import each
from trunkline.clouds.transport import Response
from trunkline.domain.json import Json, JsonObject, get
from trunkline.domain.kinds.studio_script import STUDIO_SCRIPT
from trunkline.domain.resource import Address, Resource
from trunkline.domain.studio import StudioReference, canonical_script, read_document
from trunkline.domain.studio import references as references_of
from trunkline.domain.studio.references import HOURS, POINT, SKILL
from trunkline.errors import CloudError, Conflict, InvalidInput, NoAnswer, NotFound, PermissionMissing

VERSION = "v34.0"
_BASE = f"/incontactapi/services/{VERSION}"
_SCRIPTS = f"{_BASE}/scripts"
_PAGE = 100
_SAVED, _WARNED, _REFUSED, _LOCKED = 200, 206, 409, 405
_LISTS: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {
        SKILL: ("skills", ("skillName", "skillId")),
        HOURS: ("hours-of-operation", ("profileName", "profileId")),
        POINT: ("points-of-contact", ("contactAddress", "contactDescription", "contactCode")),
    }
)
"""The list of each kind that scripts refer to, and the fields that a script may name."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What the service says of one action of a script: a key such as `default-branch-not-connected`."""

    action: str
    title: str
    key: str
    is_error: bool

    def __str__(self) -> str:
        return f"{'error' if self.is_error else 'warning'}: {self.title} [{self.action}]: {self.key}"


class StudioScripts:
    """Provider of Studio scripts. `remote_id` is the script's path, `version` its master id.

    `remarks` holds the warnings of the last save of each script, by its path.
    """

    kind = STUDIO_SCRIPT.name
    twins = False
    cannot_hold: tuple[str, ...] = ()

    def __init__(self, session: Session) -> None:
        self._session = session
        self.remarks: dict[str, list[Remark]] = {}
        self._known: dict[str, frozenset[str]] = {}

    def list(self) -> Listing[Resource]:
        """All scripts, each read; one that only Desktop Studio can open is told in a note."""
        names, total = self._names()
        found = list(each(self._attempt, names))
        unread = tuple(str(one) for one in found if isinstance(one, CloudError))
        read = tuple(one for one in found if isinstance(one, Resource))
        return Listing(read, not unread and len(names) >= total, total, unread)

    def read(self, remote_id: str) -> Resource:
        """One script."""
        answer = self._session.get_json(_SCRIPTS, {"scriptPath": remote_id})
        try:
            document = read_document(answer)
        except ValueError as error:
            raise CloudError(f"{remote_id} is no script: {error}", where=f"GET {_SCRIPTS}") from None
        name = get(answer, ("header", "scriptName"), remote_id)
        master_id = get(answer, ("header", "masterId"))
        version = None if master_id is None else str(master_id)
        return Resource(Address(self.kind, name), {"name": name, **document}, None, remote_id, version)

    def same_identity(self, desired: Resource) -> Sequence[Resource]:
        """The script of exactly this path, if there is one."""
        try:
            return [self.read(desired.address.name)]
        except NotFound:
            return []

    def localise(self, desired: Resource) -> tuple[Resource, tuple[Address, ...]]:
        """As it is: scripts name what they refer to. What the tenant lacks is listed, where it tells."""
        try:
            lacking = self.unresolved(desired.body)
        except PermissionMissing:
            # To save scripts one need not be allowed to list skills; `script validate --org` tells of it.
            return desired, ()
        return desired, tuple(dict.fromkeys(Address(one.kind, one.name) for one in lacking))

    def unresolved(self, body: JsonObject) -> Sequence[StudioReference]:
        """What a script names and the tenant does not have. Raises PermissionMissing."""
        return [one for one in references_of(body) if one.name not in self._names_of(one.kind)]

    def _names_of(self, kind: str) -> frozenset[str]:
        """Names and ids of all objects of a kind; listed once."""
        if kind not in self._known:
            path, fields = _LISTS[kind]
            rows = self.references(path)
            named = {str(row[field]) for row in rows for field in fields if row.get(field) is not None}
            self._known[kind] = frozenset(named)
        return self._known[kind]

    def warnings(self, desired: Resource) -> tuple[str, ...]:
        """What the service warned of when it saved this script last, each at its place in the file."""
        return tuple(_placed(one, desired) for one in self.remarks.get(desired.address.name, []))

    def author_of(self, resource: Resource) -> Author | None:
        """Who saved the newest version, and when; None where the script is gone."""
        try:
            versions = self.history(resource.remote_id or resource.address.name)
        except NotFound:
            return None
        newest = versions[0] if versions else {}
        return Author(newest.get("modifyUser"), _iso(newest.get("modifyDate")), "save") if newest else None

    def create(self, desired: Resource) -> Resource:
        """Saves a script under a new name."""
        return self._save(desired)

    def update(self, desired: Resource, live: Resource) -> Resource:
        """Saves a new version of what was read. Raises Conflict where it is locked or has changed."""
        path = live.remote_id or desired.address.name
        with self._locked(path):
            now = self.read(path)
            if now.version != live.version:
                raise Conflict(
                    f"{path} was saved since it was read: it is version {now.version}, not {live.version}",
                    hint="read it again (trunkline pull), then repeat",
                )
            return self._save(desired)

    def replace(self, desired: Resource, live: Resource) -> Resource:
        """No part of a script needs it: the same as update."""
        return self.update(desired, live)

    def delete(self, live: Resource) -> None:
        """Removes a script. Raises Conflict while an active point of contact runs it."""
        query: Query = {"scriptPath": live.remote_id}
        try:
            response = self._session.request("DELETE", _SCRIPTS, Call(query=query))
        except NotFound:
            return
        if response.status == _WARNED:
            said = error_object(response).get("error") or "it is on an active point of contact"
            raise Conflict(f"{live.address} was not deleted: {said}", where=f"DELETE {_SCRIPTS}", status=206)

    def push(self, desired: Resource) -> Resource:
        """Creates or updates, whatever is there now."""
        found = self.same_identity(desired)
        return self.update(desired, found[0]) if found else self.create(desired)

    def history(self, name: str) -> Sequence[JsonObject]:
        """The versions of a script, the newest first: {scriptId, modifyDate, modifyUser, status}."""
        found = self._session.get_json(f"{_SCRIPTS}/historyByName", {"scriptPath": name})
        return _objects(found.get("versions"))

    def version(self, script_id: str) -> JsonObject:
        """The document of one version."""
        found = self._session.get_json(f"{_SCRIPTS}/{int(script_id)}")
        return read_document(found)

    def references(self, kind: str) -> Sequence[JsonObject]:
        """All objects of a list of the API: `points-of-contact`, `skills`, `hours-of-operation`."""
        found: list[JsonObject] = []
        while True:
            query: Query = {"skip": len(found), "top": _PAGE}
            response = self._session.request("GET", f"{_BASE}/{kind}", Call(query=query))
            if response.status == 204:
                return found
            page = parse_object(response.body, f"GET {_BASE}/{kind}")
            items = next((_objects(value) for value in page.values() if isinstance(value, list)), [])
            found += items
            if not items or len(found) >= int(page.get("totalRecords") or 0):
                return found

    def _names(self) -> tuple[Sequence[str], int]:
        names: dict[str, None] = {}
        skip, total = 0, 0
        while True:
            query: Query = {"skip": skip, "top": _PAGE}
            response = self._session.request("GET", f"{_SCRIPTS}/search", Call(query=query))
            if response.status == 204:
                return [*names], total
            page = parse_object(response.body, f"GET {_SCRIPTS}/search")
            total = int(page.get("totalRecords") or 0)
            rows = _objects(page.get("scriptSearchDetails"))
            names.update((str(row["scriptName"]), None) for row in rows if row.get("scriptName"))
            skip += len(rows)
            if not rows or skip >= total:
                return [*names], total

    def _attempt(self, name: str) -> Resource | CloudError:
        try:
            return self.read(name)
        except CloudError as error:
            return error

    @contextmanager
    def _locked(self, path: str) -> Generator[None]:
        """Holds the script's lock. Raises Conflict, saying who has it and since when."""
        self._lock(path, wanted=True)
        try:
            yield
        finally:
            self._lock(path, wanted=False)

    def _lock(self, path: str, *, wanted: bool) -> None:
        query: Query = {"scriptPath": path, "lockScript": wanted}
        call = Call(query=query, body=b"", idempotent=True)
        response = self._session.exchange("PUT", _SCRIPTS, call)
        if response.status == _LOCKED and wanted:
            lock = self.read(path).body["header"].get("lockInfo") or {}
            since = f" since {lock['lockedDate']}" if lock.get("lockedDate") else ""
            raise Conflict(
                f"{path} is locked by {lock.get('lockedBy') or 'somebody else'}{since}",
                where=f"PUT {_SCRIPTS}",
                hint="ask them to close it in Studio; nothing was written",
                status=_LOCKED,
            )
        if not 200 <= response.status < 300 and response.status != _LOCKED:
            raise error_from(response, f"PUT {_SCRIPTS}", self._session.redact)

    def _save(self, desired: Resource) -> Resource:
        path = desired.address.name
        body = json.dumps({"scriptContent": _posted(desired.body)}, ensure_ascii=False).encode()
        call = Call(body=body, headers={"Content-Type": "application/json"}, idempotent=False)
        try:
            response = self._session.exchange("POST", _SCRIPTS, call)
        except NoAnswer as error:
            seen = self._same(desired) if error.sent else None
            if seen is None:
                raise
            return seen
        self._judge(response, desired)
        return self.read(path)

    def _judge(self, response: Response, desired: Resource) -> None:
        """Keeps warnings (206); raises InvalidInput with errors (409) at their actions."""
        path = desired.address.name
        if response.status not in (_SAVED, _WARNED, _REFUSED):
            raise error_from(response, f"POST {_SCRIPTS}", self._session.redact)
        remarks = _remarks(error_object(response), desired.body)
        self.remarks[path] = [each for each in remarks if not each.is_error]
        if response.status == _REFUSED:
            faults = tuple(_placed(each, desired) for each in remarks)
            raise InvalidInput(f"{path} was refused by the service; nothing was saved", faults=faults)

    def _same(self, desired: Resource) -> Resource | None:
        """The live script, if it is already what is desired."""
        for live in self.same_identity(desired):
            if canonical_script(live.body) == canonical_script(desired.body):
                return live
        return None


def _iso(date: Json) -> str | None:
    """`11/22/2026 3:05:07 PM` as ISO 8601; the API names no time zone. Any other text as it is."""
    if not isinstance(date, str):
        return None
    try:
        return datetime.strptime(date, "%m/%d/%Y %I:%M:%S %p").isoformat()
    except ValueError:
        return date


def _posted(body: JsonObject) -> JsonObject:
    """The document as it is sent: each action with the positions that a save asks for."""
    actions = {key: {"xws": 0, "yws": 0, **action} for key, action in body["actions"].items()}
    header = {key: value for key, value in body["header"].items() if key not in ("lockInfo", "masterId")}
    header["scriptName"] = body["name"]
    return {
        "header": header,
        "actions": actions,
        "properties": body.get("properties", {}),
        "branches": body.get("branches", {}),
    }


def _remarks(answer: Mapping[str, Json], body: JsonObject) -> Sequence[Remark]:
    found: list[Remark] = []
    for result in _objects(answer.get("results")):
        actions = get(result, ("error_code", "details", "actions"), {})
        for key, told in actions.items() if isinstance(actions, dict) else ():
            action = body["actions"].get(key) or {}
            title = str(action.get("label") or told.get("actionType") or "")
            for field, is_error in (("errors", True), ("warnings", False)):
                keys = [str(one.get("key")) for one in _objects(told.get(field))]
                found += [Remark(key, title, name, is_error) for name in keys]
    return found


def _placed(remark: Remark, desired: Resource) -> str:
    place = desired.source.place(("actions", remark.action)) if desired.source else None
    return f"{place}: {remark}" if place else str(remark)


def _objects(value: Json) -> Sequence[JsonObject]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
