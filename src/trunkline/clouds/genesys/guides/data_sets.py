"""Data sets on the guides' surface: `/api/v2/data/datasets` (chapter G2)."""

from __future__ import annotations

from collections.abc import Callable

from trunkline.clouds.base import Listing, addresses
from trunkline.clouds.genesys.guides.conditions import DATASETS, PAGE
from trunkline.clouds.genesys.public.references import list_all
from trunkline.clouds.session import Session, route
from trunkline.domain.canonical import canonical
from trunkline.domain.json import Json, JsonObject
from trunkline.domain.kinds.data_set import DATA_SET
from trunkline.domain.resource import Address, Resource
from trunkline.errors import CloudError, NotFound

_ONE = DATASETS + "/{}"
_ACTIONS = "/api/v2/flows/dataactions"


class GuidesDataSets:
    """Provider of data sets. An org keeps the id of the action that feeds one; bodies have its name."""

    kind = DATA_SET.name
    twins = False
    cannot_hold: tuple[str, ...] = ()

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(self) -> Listing[Resource]:
        """Every data set."""
        listing = list_all(self._session, DATASETS, size=PAGE)
        named = addresses(self.kind, ((each["id"], str(each.get("name", ""))) for each in listing.items))
        names = self._action_names() if any(each.get("source") for each in listing.items) else {}
        items = tuple(self._resource(each, names, named[each["id"]]) for each in listing.items)
        return Listing(items, listing.complete, listing.total, listing.notes)

    def read(self, remote_id: str) -> Resource:
        """One data set."""
        found = self._session.get_json(route(_ONE, remote_id))
        return self._resource(found, self._action_names() if found.get("source") else {})

    def same_identity(self, desired: Resource) -> list[Resource]:
        """Data sets of exactly this name."""
        name = desired.body.get("name") or desired.address.name
        return [each for each in self.list().items if each.body.get("name") == name]

    def localise(self, desired: Resource) -> tuple[Resource, tuple[Address, ...]]:
        """As it is; the action that feeds it, if the org lacks it."""
        source = canonical(DATA_SET, desired.body).get("source")
        if not isinstance(source, str) or source in self._action_names().values():
            return desired, ()
        return desired, (Address("data_action", source),)

    def create(self, desired: Resource) -> Resource:
        """Raises Conflict where the name is taken."""
        return self._sent("POST", lambda body: self._session.send_json("POST", DATASETS, body), desired)

    def update(self, desired: Resource, live: Resource) -> Resource:
        """Replaces its fields and source; fields that keep their name keep their id."""
        to = route(_ONE, live.remote_id or "")
        return self._sent("PUT", lambda body: self._session.send_json("PUT", to, body), desired)

    def replace(self, desired: Resource, live: Resource) -> Resource:
        """The same as an update: nothing of a data set is fixed."""
        return self.update(desired, live)

    def delete(self, live: Resource) -> None:
        """Raises Conflict where a condition reads it."""
        try:
            self._session.request("DELETE", route(_ONE, live.remote_id or ""))
        except NotFound:
            return

    def _sent(self, method: str, send: Callable[[JsonObject], Json], desired: Resource) -> Resource:
        body = canonical(DATA_SET, desired.body)
        fields = [{"name": name, "type": kind} for name, kind in body["fields"].items()]
        sent: JsonObject = {"name": body["name"], "fields": fields}
        if "source" in body:
            sent["source"] = {"actionId": self._action_id(body["source"])}
        answer = send(sent)
        if not isinstance(answer, dict) or not isinstance(answer.get("id"), str):
            raise CloudError("the answer is no data set: it has no id", where=f"{method} {DATASETS}")
        return self.read(answer["id"])

    def _action_names(self) -> dict[str, str]:
        return {each["id"]: str(each.get("name", "")) for each in list_all(self._session, _ACTIONS).items}

    def _action_id(self, name: str) -> str:
        found = next((key for key, each in self._action_names().items() if name in (each, key)), None)
        if found is None:
            raise NotFound(f"the org has no data action {name!r} to feed the data set")
        return found

    def _resource(self, found: JsonObject, names: dict[str, str], address: Address | None = None) -> Resource:
        body = {key: value for key, value in found.items() if key != "id"}
        source = body.get("source")
        if isinstance(source, dict):
            action = str(source.get("actionId", ""))
            body["source"] = names.get(action, action)
        body = canonical(DATA_SET, body)
        return Resource(
            address or Address(self.kind, str(body.get("name", ""))), body, remote_id=str(found["id"])
        )
