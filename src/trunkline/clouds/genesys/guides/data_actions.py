"""Data actions on the guides' surface: `/api/v2/flows/dataactions` (chapter G1).

A definition is created as a draft and published; publishing may go on after its answer (202).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from trunkline.clouds.base import Listing, addresses
from trunkline.clouds.genesys.guides.conditions import Conditions, InvalidCondition, by_names, placed
from trunkline.clouds.genesys.guides.definitions import (
    ALL,
    as_shown,
    body_of,
    definition_of,
    identity_of,
    is_new,
    name_of,
    remark_on,
    says_the_same,
    test_result,
)
from trunkline.clouds.genesys.immutable import refuse_immutable
from trunkline.clouds.genesys.public.references import list_all
from trunkline.clouds.session import Call, Session, route
from trunkline.domain.condition import Catalogue, leaves, read_conditions
from trunkline.domain.json import Json, JsonObject, get
from trunkline.domain.kinds.data_action import DATA_ACTION
from trunkline.domain.kinds.data_set import DATA_SET
from trunkline.domain.resource import Address, Resource
from trunkline.errors import (
    CloudError,
    Conflict,
    NoAnswer,
    NotFound,
    PermissionMissing,
    Refused,
)

_ONE = ALL + "/{}"
_PAGE = 100
_CREATE_TIMEOUT = 30.0
_TEST_TIMEOUT = 75.0
_PUBLISH_WITHIN = 120.0
_FIRST_POLL, _LONGEST_POLL = 0.2, 5.0


class GuidesDataActions:
    """Provider of data actions on the guides' surface. `Resource.version` is the etag, where there is one."""

    kind = DATA_ACTION.name
    twins = False
    cannot_hold = ("integration", "integrationType", "category", "actionType", "secure")

    def __init__(
        self,
        session: Session,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._session = session
        self._conditions = Conditions(session, clock, sleep)
        self._clock = clock
        self._sleep = sleep

    def list(self) -> Listing[Resource]:
        """Every action that was ever published; drafts of others are told in a note."""
        listing = list_all(self._session, ALL, size=_PAGE)
        conditions, note = self._all_conditions()
        published = [each for each in listing.items if not is_new(each)]
        named = addresses(self.kind, ((each["id"], name_of(each)) for each in published))
        outcomes = [
            self._attempt(each, named[each["id"]], conditions.get(each["id"], [])) for each in published
        ]
        unread = tuple(str(outcome) for outcome in outcomes if isinstance(outcome, CloudError))
        remarks = tuple(
            remark for each in listing.items if (remark := remark_on(each, named.get(each["id"])))
        )
        return Listing(
            tuple(outcome for outcome in outcomes if isinstance(outcome, Resource)),
            listing.complete and not unread,
            len(published) if listing.complete else listing.total,
            (*listing.notes, *note, *unread, *remarks),
        )

    def read(self, remote_id: str) -> Resource:
        """One action, with its conditions where this client may read them."""
        action = self._session.get_json(route(_ONE, remote_id))
        return self._resource(action, None, self._conditions_of(remote_id))

    def same_identity(self, desired: Resource) -> list[Resource]:
        """Published actions of exactly this name."""
        name = desired.body.get("name") or desired.address.name
        found = list_all(self._session, ALL, {"name": name}, _PAGE).items
        return [self.read(each["id"]) for each in found if name_of(each) == name and not is_new(each)]

    def localise(self, desired: Resource) -> tuple[Resource, tuple[Address, ...]]:
        """As this surface shows it, conditions by names of data sets and fields; those that the org lacks."""
        desired = replace(desired, body=as_shown(desired.body))
        given = desired.body.get("conditions")
        if not given:
            return desired, ()
        catalogue = self._catalogue()
        named = by_names(given, catalogue)
        missing = {
            leaf.dataset
            for tree in read_conditions(named).trees
            for leaf in leaves(tree)
            if catalogue.find(leaf.dataset) is None
        }
        unresolved = tuple(Address(DATA_SET.name, name) for name in sorted(missing))
        return replace(desired, body={**desired.body, "conditions": named}), unresolved

    def create(self, desired: Resource) -> Resource:
        """A draft, then published. Left without an answer, it is looked for by name."""
        made = self._create(desired, definition_of(desired))
        return self._with_conditions(desired, made, [])

    def _create(self, desired: Resource, definition: JsonObject) -> Resource:
        try:
            call = Call(read_timeout=_CREATE_TIMEOUT)
            answer = self._session.send_json("POST", ALL, definition, call)
        except (NoAnswer, Conflict) as error:
            found = self._unpublished(desired) if not isinstance(error, NoAnswer) or error.sent else None
            if found is None:
                raise
            answer = found
        return self._published(identity_of(answer))

    def draft(self, desired: Resource) -> str:
        """A draft alone; its id. Raises Conflict where the name is taken, by a draft too."""
        call = Call(read_timeout=_CREATE_TIMEOUT)
        return identity_of(self._session.send_json("POST", ALL, definition_of(desired), call))

    def draft_of(self, name: str) -> str:
        """The id of the action of a name, published or not. Raises NotFound."""
        for found in list_all(self._session, ALL, {"name": name}, _PAGE).items:
            if found.get("name") == name:
                return found["id"]
        raise NotFound(f"the org has no data action named {name!r}")

    def update(self, desired: Resource, live: Resource) -> Resource:
        """Replaces the definition that was read, then publishes. Raises Conflict where it changed.

        Raises Refused where the action says more than a definition can: that would be lost.
        """
        remote_id = live.remote_id or ""
        definition = definition_of(desired)
        refuse_immutable(desired, live)
        if "conditions" in desired.body and says_the_same(live.body, desired):
            return self._with_conditions(desired, live, live.body.get("conditions", []))
        self._refuse_loss(remote_id)
        headers = {"If-Match": live.version} if live.version else {}
        call = Call(headers=headers, read_timeout=_CREATE_TIMEOUT, idempotent=False)
        try:
            self._session.send_json("PUT", route(_ONE, remote_id), definition, call)
        except NoAnswer as error:
            if not error.sent or not says_the_same(self.read(remote_id).body, desired):
                raise
        return self._with_conditions(desired, self._published(remote_id), live.body.get("conditions", []))

    def replace(self, desired: Resource, live: Resource) -> Resource:
        """The old action goes first, as names are unique here; it comes back where the new one fails."""
        definition = definition_of(desired)
        self._refuse_loss(live.remote_id or "")
        self.delete(live)
        try:
            made = self._create(desired, definition)
            return self._with_conditions(desired, made, [])
        except CloudError as error:
            restored = self.create(live)
            error.message = f"the old action is back, with the id {restored.remote_id}: {error.message}"
            raise

    def delete(self, live: Resource) -> None:
        """Removes the action and its draft."""
        try:
            self._session.request("DELETE", route(_ONE, live.remote_id or ""))
        except NotFound:
            return

    def read_draft(self, remote_id: str) -> Resource:
        """The action as it is now: a draft and what it will replace are one object here."""
        return self.read(remote_id)

    def test(self, remote_id: str, value: JsonObject, *, draft: bool = False) -> JsonObject:
        """Runs the action with an input, a draft where it has one; the answer as the public API gives it."""
        del draft
        call = Call(read_timeout=_TEST_TIMEOUT)
        answer = self._session.send_json("POST", route(_ONE + "/test", remote_id), value, call)
        return test_result(answer if isinstance(answer, dict) else {})

    def publish(self, remote_id: str) -> JsonObject:
        """Makes the draft a version and waits for it; the action as it then is.

        Raises Conflict where nothing has changed since the last version.
        """
        to = route(_ONE + "/publish", remote_id)
        try:
            self._session.send_json("POST", to, call=Call(read_timeout=_CREATE_TIMEOUT))
        except NoAnswer as error:
            if not error.sent:
                raise
        return self._settled(remote_id)

    def _refuse_loss(self, remote_id: str) -> None:
        action = self._session.get_json(route(_ONE, remote_id))
        unexpressed = action.get("unexpressed")
        if not unexpressed or not isinstance(unexpressed, list):
            return
        paths = ", ".join(str(get(each, ("path",), "")) for each in unexpressed)
        raise Refused(
            f"{name_of(action)} says more than the guides' surface can, and would lose it: {paths}",
            hint="apply it with --surface public",
        )

    def _settled(self, remote_id: str) -> JsonObject:
        """The action once it is published: asked for again and again, ever more slowly."""
        deadline = self._clock() + _PUBLISH_WITHIN
        pause = _FIRST_POLL
        while True:
            action = self._session.get_json(route(_ONE, remote_id))
            if action.get("status") == "PUBLISHED":
                return action
            if self._clock() + pause > deadline:
                raise CloudError(
                    f"{action.get('name')} is still not published after {_PUBLISH_WITHIN:.0f} s",
                    where=f"POST {ALL}/{remote_id}/publish",
                    hint="look at it with: trunkline action show, and publish again",
                )
            self._sleep(pause)
            pause = min(pause * 2, _LONGEST_POLL)

    def _published(self, remote_id: str) -> Resource:
        action = self._session.get_json(route(_ONE, remote_id))
        if action.get("status") != "PUBLISHED":
            action = self.publish(remote_id)
        return self._resource(action)

    def _all_conditions(self) -> tuple[dict[str, list[Json]], tuple[str, ...]]:
        """Conditions by the id of the action; a note where this client may not read them."""
        try:
            return {each.id: each.conditions for each in self._conditions.list()}, ()
        except PermissionMissing as error:
            return {}, (f"conditions are left out: {error.message}",)

    def _conditions_of(self, remote_id: str) -> list[Json]:
        try:
            return self._conditions.read(remote_id).conditions
        except PermissionMissing:
            return []

    def _catalogue(self) -> Catalogue:
        return self._conditions.catalogue()

    def _with_conditions(self, desired: Resource, made: Resource, base: list[Json]) -> Resource:
        """The action once its conditions are as desired; what a file leaves out stays. Refuses a conflict.

        Raises InvalidInput naming the file and line of everything that the org refuses.
        """
        if "conditions" not in desired.body or made.remote_id is None:
            return made
        try:
            self._conditions.upsert(str(desired.body["name"]), desired.body["conditions"], base)
        except InvalidCondition as error:
            raise placed(error, desired) from None
        return self.read(made.remote_id)

    def _unpublished(self, desired: Resource) -> JsonObject | None:
        """The draft of this name that says what is desired: ours, of a run that broke off."""
        name = desired.body.get("name")
        for found in list_all(self._session, ALL, {"name": name}, _PAGE).items:
            if found.get("name") == name and is_new(found) and says_the_same(body_of(found), desired):
                return found
        return None

    def _attempt(self, action: JsonObject, address: Address, conditions: list[Json]) -> Resource | CloudError:
        try:
            return self._resource(action, address, conditions)
        except CloudError as error:
            return error

    def _resource(
        self, action: JsonObject, address: Address | None = None, conditions: Sequence[Json] = ()
    ) -> Resource:
        body = body_of(action)
        if conditions:
            body["conditions"] = by_names(list(conditions), self._catalogue())
        version = action.get("etag") or action.get("version")
        return Resource(
            address or Address(self.kind, body["name"]),
            body,
            remote_id=identity_of(action),
            version=None if version is None else str(version),
        )
