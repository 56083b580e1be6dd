"""Script actions on the guides' surface: `/api/v2/dataactions/actions` (chapter G3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from trunkline.clouds.answer import error_from, error_object, parse_object
from trunkline.clouds.base import Author, Listing, addresses
from trunkline.clouds.genesys.public.references import list_all
from trunkline.clouds.keys import Keys
from trunkline.clouds.session import Call, Session, route
from trunkline.clouds.transport import Response
from trunkline.domain.json import Json, JsonObject, canonical_text
from trunkline.domain.kinds.script_action import SCRIPT_ACTION
from trunkline.domain.resource import Address, Resource
from trunkline.errors import CloudError, InvalidInput, NotFound

_ALL = "/api/v2/dataactions/actions"
_ONE = _ALL + "/{}"
_PAGE = 100
_CREATE_TIMEOUT = 30.0
_TEST_TIMEOUT = 15.0
_SENT = ("name", "description", "type", "trigger", "script", "enabled", "dependencies")
_CONTENT = ("script", "content")


class ScriptActions:
    """Provider of script actions. `Resource.version` is `modifiedTimestamp`.

    `keys` holds the idempotency keys of creations under way; `org` tells the orgs it is shared by apart.
    """

    kind = SCRIPT_ACTION.name
    twins = False
    cannot_hold = ("inputs",)

    def __init__(self, session: Session, keys: Keys, org: str) -> None:
        self._session = session
        self._org = org
        self.keys = keys
        self._names: frozenset[str] | None = None

    def list(self) -> Listing[Resource]:
        """All actions."""
        listing = list_all(self._session, _ALL, size=_PAGE)
        named = addresses(self.kind, ((_identity(each), str(each.get("name"))) for each in listing.items))
        items = tuple(self._resource(each, named[_identity(each)]) for each in listing.items)
        if listing.complete:
            self._names = frozenset(str(each.get("name")) for each in listing.items)
        return Listing(items, listing.complete, listing.total, listing.notes)

    def read(self, remote_id: str) -> Resource:
        """One action."""
        return self._resource(self._session.get_json(route(_ONE, remote_id)))

    def same_identity(self, desired: Resource) -> Sequence[Resource]:
        """The action of exactly this name, if there is one."""
        return self.named(str(desired.body.get("name") or desired.address.name))

    def named(self, name: str) -> Sequence[Resource]:
        """The action of a name, if there is one."""
        found = list_all(self._session, _ALL, {"name": name}, _PAGE).items
        return [self._resource(each) for each in found if each.get("name") == name]

    def localise(self, desired: Resource) -> tuple[Resource, tuple[Address, ...]]:
        """As it is, as dependencies go by name; those that the org does not have."""
        needed = desired.body.get("dependencies") or []
        if needed and self._names is None:
            self.list()
        names = self._names or frozenset()
        return desired, tuple(Address(self.kind, each) for each in needed if each not in names)

    def create(self, desired: Resource) -> Resource:
        """Makes the action once, however often it is tried: its key is kept before anything is sent.

        Raises InvalidInput with file and line for a script that does not compile.
        """
        name, body = f"{self._org} {desired.address}", _wire(desired.body)
        made = self._create(name, body, desired)
        try:
            return self.read(made)
        except NotFound:
            # The key was that of an action that has been deleted since: the answer was its old one.
            return self.read(self._create(name, body, desired))

    def _create(self, name: str, body: JsonObject, desired: Resource) -> str:
        key = self.keys.key(name, body)
        call = Call(
            headers={"Idempotency-Key": key}, idempotent=True, read_timeout=_CREATE_TIMEOUT, body=_bytes(body)
        )
        answer = self._send("POST", _ALL, call, desired)
        self.keys.forget(name)
        return _identity(answer)

    def update(self, desired: Resource, live: Resource) -> Resource:
        """Replaces the action that was read. Raises Conflict where it has changed since."""
        body = _wire(desired.body)
        if live.version is not None:
            body["modifiedTimestamp"] = int(live.version)
        to = route(_ONE, live.remote_id or "")
        answer = self._send("PUT", to.path, Call(read_timeout=_CREATE_TIMEOUT, body=_bytes(body)), desired)
        return self._resource(answer)

    def replace(self, desired: Resource, live: Resource) -> Resource:
        """No field of a script action needs it: the same as update."""
        return self.update(desired, live)

    def delete(self, live: Resource) -> None:
        """Removes the action. Raises Conflict where others depend on it."""
        try:
            self._session.request("DELETE", route(_ONE, live.remote_id or ""))
        except NotFound:
            return

    def test(self, remote_id: str, value: Json) -> JsonObject:
        """Runs the action in the cloud's sandbox: {status, output or error, durationMs, logs}."""
        call = Call(read_timeout=_TEST_TIMEOUT, idempotent=True)
        answer = self._session.send_json("POST", route(_ONE + "/test", remote_id), {"input": value}, call)
        return answer if isinstance(answer, dict) else {}

    def author_of(self, resource: Resource) -> Author | None:
        """When the action was changed; who did it is not told. None where it is gone."""
        try:
            changed = self.read(resource.remote_id or "").version
        except NotFound:
            return None
        if changed is None:
            return None
        return Author(None, datetime.fromtimestamp(int(changed) / 1000, UTC).isoformat(), None)

    def attempts(self) -> int:
        """Requests that were sent to create actions, repeated ones too."""
        cost = self._session.metrics.by_route().get(f"POST {_ALL}")
        return cost.count if cost else 0

    def _send(self, method: str, path: str, call: Call, desired: Resource) -> JsonObject:
        headers = {"Content-Type": "application/json", **call.headers}
        where = f"{method} {path}"
        response = self._session.exchange(method, path, replace(call, query={}, headers=headers))
        if 200 <= response.status < 300:
            return parse_object(response.body, where)
        faults = _compile_faults(response, desired)
        if faults:
            raise InvalidInput(f"{desired.address} does not compile in the cloud", where=where, faults=faults)
        raise error_from(response, where, self._session.redact)

    def _resource(self, action: JsonObject, address: Address | None = None) -> Resource:
        """An action that the tenant has; what is created meanwhile can be depended on from then."""
        if self._names is not None:
            self._names |= {str(action.get("name"))}
        body = {key: value for key, value in action.items() if key not in SCRIPT_ACTION.server_owned}
        version = action.get("modifiedTimestamp")
        return Resource(
            address or Address(self.kind, str(action.get("name"))),
            body,
            remote_id=_identity(action),
            version=None if version is None else str(version),
        )


def _wire(body: JsonObject) -> JsonObject:
    """What is sent of a body, in the order of the guides."""
    return {key: body[key] for key in _SENT if key in body}


def _bytes(body: JsonObject) -> bytes:
    return canonical_text(body).encode("utf-8", "surrogatepass")


def _compile_faults(response: Response, desired: Resource) -> tuple[str, ...]:
    """Compilation errors at their place in the script's file."""
    errors = error_object(response).get("errors")
    if response.status != 400 or not isinstance(errors, list):
        return ()
    found: list[str] = []
    for error in errors:
        if isinstance(error, dict) and isinstance(error.get("line"), int):
            at = (error["line"], error.get("column") or 1)
            place = desired.source.place(_CONTENT, at) if desired.source else f"{desired.address}:{at[0]}"
            found.append(f"{place}: {error.get('message')}")
    return tuple(found)


def _identity(answer: Json) -> str:
    found = answer.get("id") if isinstance(answer, dict) else None
    if not isinstance(found, str):
        raise CloudError("the answer is no action: it has no id", where=_ALL)
    return found
