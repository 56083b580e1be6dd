"""Settings of flows on the guides' surface: `PATCH /api/v2/architect/flows/{id}` and the reload (G4)."""

from __future__ import annotations

from dataclasses import dataclass

from trunkline.clouds.base import Listing
from trunkline.clouds.genesys.guides.flows import GuidesFlows
from trunkline.clouds.genesys.public.references import pages
from trunkline.clouds.session import Session, route
from trunkline.domain.json import Json, JsonObject, get
from trunkline.errors import CloudError, InvalidInput, NoAnswer, NotFound

_ALL = "/api/v2/architect/flows"
_ONE = _ALL + "/{}"
_PAGE = 250
_RELOAD = "/api/v2/architect/flows/reload"
TARGETS = {"queue": "/api/v2/routing/queues", "user": "/api/v2/users", "team": "/api/v2/teams"}
"""Where the types that settings apply to are read."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a flow as they were read: version is the integer that the next change adds one to."""

    flow_id: str
    name: str
    version: int
    settings: JsonObject

    def payload(self, org_id: str, settings: JsonObject) -> JsonObject:
        """What changes this version to other settings."""
        return {"orgId": org_id, "flowId": self.flow_id, "settings": settings, "version": self.version + 1}


class FlowSettings:
    """Reads and changes settings; every method raises CloudError and its kin."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._flows = GuidesFlows(session)

    def find(self, pattern: str) -> Settings:
        """The one flow of a name, `*` a wildcard. Raises NotFound, or InvalidInput listing several."""
        return self.read(self._flows.find(pattern).id)

    def list(self) -> Listing[Settings]:
        """Every flow with its settings; none at all where the org does not speak the guides' endpoints."""
        try:
            return pages(self._session, _ALL, {"expand": "settings"}, _PAGE, _settings).listing()
        except NotFound:
            return Listing((), complete=True, total=0, notes=(f"the org has no {_ALL}",))

    def read(self, flow_id: str) -> Settings:
        """The settings of a flow now. Raises NotFound."""
        return _settings(self._session.get_json(route(_ONE, flow_id)))

    def org_id(self) -> str:
        """The id of the org."""
        return str(self._session.get_json("/api/v2/organizations/me").get("id"))

    def check_dependencies(self, org_id: str, settings: JsonObject) -> None:
        """Every type in `applyTo` must be readable and every object named must be there.

        Raises PermissionMissing naming the scope, or InvalidInput.
        """
        for kind in get(settings, ("scopeDirectives", "applyTo")) or []:
            self._session.get_json(TARGETS[kind], {"pageSize": 1})
        scope: Json = get(settings, ("routing", "scope"))
        if not isinstance(scope, dict):
            return
        if scope["type"] == "org":
            if scope["id"] != org_id:
                raise InvalidInput(f"settings.routing.scope.id is not this org, which is {org_id}")
            return
        try:
            self._session.get_json(route(TARGETS[scope["type"]] + "/{}", scope["id"]))
        except NotFound:
            raise InvalidInput(f"the org has no {scope['type']} {scope['id']}") from None

    def change(self, payload: JsonObject) -> None:
        """Sends a change; without an answer, or with a server's error, it is looked up what became of it.

        Raises Conflict for a stale version.
        """
        try:
            self._session.send_json("PATCH", route(_ONE, payload["flowId"]), payload)
        except CloudError as error:
            unsure = error.sent if isinstance(error, NoAnswer) else (error.status or 0) >= 500
            now = self.read(payload["flowId"]) if unsure else None
            if now is None or (now.version, now.settings) != (payload["version"], payload["settings"]):
                raise

    def reload(self, org_id: str) -> str | None:
        """Makes the org take up the change; what went wrong, if the org answered with an error.

        Raises NoAnswer where it did not answer at all.
        """
        try:
            self._session.send_json("POST", _RELOAD, {"orgId": org_id})
        except NoAnswer:
            raise
        except CloudError as error:
            return str(error)
        return None


def _settings(flow: JsonObject) -> Settings:
    version: Json = flow.get("version")
    found: Json = flow.get("settings")
    settings: JsonObject = found if isinstance(found, dict) else {}
    if not isinstance(version, int):
        raise CloudError("the flow has no version", where=f"flow {flow.get('id')}")
    return Settings(str(flow.get("id")), str(flow.get("name")), version, settings)
