"""Data actions on the public API: `/api/v2/integrations/actions`.

A write goes through a draft. Optimistic locking is the integer `version` in the body; there is no etag.
https://developer.genesys.cloud/platform/integrations/
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from trunkline.clouds.answer import parse_json
from trunkline.clouds.base import Listing, addresses
from trunkline.clouds.genesys.immutable import refuse_immutable
from trunkline.clouds.genesys.public.action_bodies import from_body, is_whole, text, to_body
from trunkline.clouds.genesys.public.drafts import ALL, DRAFT, ONE, WHOLE, Draft, Drafts
from trunkline.clouds.genesys.public.plain import users_among
from trunkline.clouds.genesys.public.references import References, list_all
from trunkline.clouds.session import Call, Route, Session, route
from trunkline.clouds.threads import each
from trunkline.domain.json import Json, JsonObject, get
from trunkline.domain.kinds.data_action import DATA_ACTION
from trunkline.domain.resource import Address, Resource
from trunkline.errors import AuthenticationFailed, CloudError, Conflict, InvalidInput, NotFound

_BUILT_IN = ("static", "bridge")
_TEST_TIMEOUT = 75.0
"""An action may take 60 s, and the test of it a little longer."""


class DataActions:
    """Provider of data actions. Built-in ones, which nobody can change, are left out of listings."""

    kind = DATA_ACTION.name
    twins = True
    cannot_hold = ("description", "errorHandling", "conditions")

    def __init__(self, session: Session, references: References) -> None:
        self._session = session
        self._references = references
        self._drafts = Drafts(session, self._body)

    def list(self) -> Listing[Resource]:
        """Every published action. One that cannot be read is a note, and the listing then incomplete."""
        listing = self._listed()
        actions = [action for action in listing.items if not _is_built_in(action["id"])]
        named = addresses(self.kind, ((action["id"], text(action.get("name"))) for action in actions))
        outcomes = tuple(each(lambda action: self._attempt(action, named[action["id"]]), actions))
        unread = [str(outcome) for outcome in outcomes if isinstance(outcome, CloudError)]
        left_out = self._never_published({action["id"] for action in actions})
        return Listing(
            tuple(outcome for outcome in outcomes if isinstance(outcome, Resource)),
            listing.complete and not unread,
            len(actions) if listing.complete else listing.total,
            (*listing.notes, *unread, *left_out),
        )

    def read(self, remote_id: str) -> Resource:
        """What is live of an action."""
        return self._resource(self._whole(remote_id))

    def same_identity(self, desired: Resource) -> list[Resource]:
        """Published actions of exactly this name."""
        name = desired.body.get("name") or desired.address.name
        found = list_all(self._session, ALL, {"name": name}).items
        return [self.read(each["id"]) for each in found if each.get("name") == name]

    def localise(self, desired: Resource) -> tuple[Resource, tuple[Address, ...]]:
        """As it is: the integration is named, and resolved by the write; listed where the org lacks it."""
        name = desired.body.get("integration")
        if not isinstance(name, str) or name in self._references.directory("integration").ids:
            return desired, ()
        return desired, (Address("integration", name),)

    def users(self, ids: Collection[str]) -> Mapping[str, Sequence[Address]]:
        """The actions of each of these integrations, which are gone when it is."""
        listed = [action for action in self._listed().items if not _is_built_in(action["id"])]
        return users_among(self.kind, listed, ids)

    def create(self, desired: Resource) -> Resource:
        """Published from a draft; one of ours that a broken run left behind is taken up again."""
        draft = self._draft(desired)
        self._drafts.publish(draft)
        self._references.forget(self.kind)
        return self.read(draft.remote_id)

    def draft(self, desired: Resource) -> str:
        """A draft alone; its id. Raises Conflict where an action of this name is there already."""
        name = desired.body["name"]
        if any(found.get("name") == name for found in list_all(self._session, ALL, {"name": name}).items):
            raise Conflict(
                f"the org has a data action named {name!r} already", hint="change it: trunkline apply"
            )
        return self._draft(desired).remote_id

    def draft_of(self, name: str) -> str:
        """The id of the action that has a draft of this name. Raises NotFound."""
        for found in self._drafts.unpublished(name):
            return found["id"]
        raise NotFound(
            f"the org has no draft of a data action named {name!r}",
            hint="make one with trunkline action create; a published action changes by trunkline apply",
        )

    def read_draft(self, remote_id: str) -> Resource:
        """The draft of an action, of one never published too. Raises NotFound."""
        draft = self._drafts.get(remote_id)
        address = Address(self.kind, draft.body["name"])
        return Resource(address, draft.body, remote_id=remote_id, version=str(draft.version))

    def publish(self, remote_id: str) -> JsonObject:
        """Validates the draft of an action and publishes it; the action as it then is."""
        self._drafts.publish(self._drafts.get(remote_id))
        return self._whole(remote_id)

    def _draft(self, desired: Resource) -> Draft:
        integration_id, integration = self._integration(desired.body)
        category = str(desired.body.get("category") or integration)
        return self._drafts.create(from_body(desired.body, integration_id, category))

    def update(self, desired: Resource, live: Resource) -> Resource:
        """Changes name, category and config. Raises Refused for what only a new action can have."""
        remote_id = live.remote_id or ""
        refuse_immutable(desired, live)
        draft = self._drafts.begin(remote_id, live.body, desired.body)
        category = desired.body.get("category") or live.body.get("category")
        draft = self._drafts.change(draft, {**desired.body, "category": category}, contract=False)
        self._drafts.publish(draft)
        return self.read(remote_id)

    def replace(self, desired: Resource, live: Resource) -> Resource:
        """A new action, then the old one goes; where that fails there are two, and the error says so."""
        left = {key: live.body[key] for key in ("integration", "category") if key in live.body}
        made = self.create(replace(desired, body={**left, **desired.body}))
        try:
            self.delete(live)
        except CloudError as error:
            error.message = (
                f"the new action is {made.remote_id}, and the old one is still there: {error.message}"
            )
            raise
        return made

    def delete(self, live: Resource) -> None:
        """Removes the action with its draft; flows that use it lose it."""
        self._references.forget(self.kind)
        try:
            self._session.request("DELETE", route(ONE, live.remote_id or ""))
        except NotFound:
            return

    def test(self, remote_id: str, value: JsonObject, *, draft: bool = False) -> JsonObject:
        """TestExecutionResult: {operations: [{step, name, success, result, error}], finalResult, success}."""
        to = route((DRAFT if draft else ONE) + "/test", remote_id)
        answer = self._session.send_json("POST", to, value, Call(read_timeout=_TEST_TIMEOUT))
        return answer if isinstance(answer, dict) else {}

    def execute(self, remote_id: str, value: JsonObject) -> Json:
        """The output of the live action for an input: the action really runs."""
        to = route(ONE + "/execute", remote_id)
        return self._session.send_json("POST", to, value, Call(read_timeout=_TEST_TIMEOUT))

    def _listed(self) -> Listing[JsonObject]:
        """With contracts where the list gives them, which spares a request for every action."""
        try:
            return list_all(self._session, ALL, WHOLE)
        except CloudError as error:
            if error.status != 400:
                raise
        return list_all(self._session, ALL, {"includeConfig": True})

    def _attempt(self, action: JsonObject, address: Address) -> Resource | CloudError | None:
        """The whole action, or why it could not be read; None where it went meanwhile."""
        try:
            whole = action if is_whole(action) else self._whole(action["id"])
            return self._resource(whole, address)
        except NotFound:
            return None
        except AuthenticationFailed:
            raise
        except CloudError as error:
            return CloudError(f"{address} could not be read: {error}", status=error.status)

    def _whole(self, remote_id: str) -> JsonObject:
        return self._session.get_json(route(ONE, remote_id), WHOLE)

    def _resource(self, action: JsonObject, address: Address | None = None) -> Resource:
        body = self._body(action)
        version = action.get("version")
        return Resource(
            address or Address(self.kind, body["name"]),
            body,
            remote_id=action.get("id"),
            version=None if version is None else str(version),
        )

    def _body(self, action: JsonObject) -> JsonObject:
        integration_id = str(action.get("integrationId", ""))
        directory = self._references.directory("integration")
        entity = directory.entities.get(integration_id, {})
        name = directory.names.get(integration_id)
        return to_body(action, name, get(entity, ("integrationType", "id")), self._text, self._json)

    def _text(self, uri: str) -> str:
        return self._session.get_bytes(_own(uri)).decode("utf-8", "surrogatepass")

    def _json(self, uri: str) -> Json:
        return parse_json(self._session.get_bytes(_own(uri)), f"GET {uri}")

    def _integration(self, body: JsonObject) -> tuple[str, str]:
        """Id and name of the integration that a body names, or of the only one of its type."""
        if name := body.get("integration"):
            return self._references.id_of("integration", name), name
        wanted = body.get("integrationType")
        directory = self._references.directory("integration")
        fitting = sorted(
            (directory.names[key], key)
            for key, entity in directory.entities.items()
            if get(entity, ("integrationType", "id")) == wanted
        )
        if len(fitting) == 1:
            return fitting[0][1], fitting[0][0]
        names = ", ".join(name for name, _ in fitting)
        raise InvalidInput(
            f"{body.get('name')}: the org has {len(fitting) or 'no'} integrations of type {wanted}",
            hint=f"say which with integration: {names}" if fitting else "add one in Admin › Integrations",
        )

    def _never_published(self, live: set[str]) -> tuple[str, ...]:
        """A note for each draft that is no published action's."""
        return tuple(
            f"the draft {draft.get('name')} ({draft['id']}) was never published and is left out"
            for draft in self._drafts.unpublished()
            if draft["id"] not in live and not _is_built_in(draft["id"])
        )


def _is_built_in(remote_id: str) -> bool:
    return remote_id.startswith(_BUILT_IN)


def _own(uri: str) -> Route:
    """A path that the cloud gave, if it is one of actions. Raises CloudError for any other."""
    path = uri.partition("?")[0]
    if not path.startswith(ALL + "/") or ".." in path:
        raise CloudError(f"the cloud points to {uri!r}, which is no part of a data action")
    return Route(ONE + "/" + "/".join(path.split("/")[6:]), path)
