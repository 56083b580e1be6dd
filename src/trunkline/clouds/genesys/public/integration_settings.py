"""Integrations: `/api/v2/integrations`, their configuration below, guarded by its version.

Credentials are named by the key they serve; their secrets are neither read nor written.
https://developer.genesys.cloud/platform/integrations/
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from trunkline.clouds.genesys.public.plain import PlainObjects, identity
from trunkline.clouds.session import route
from trunkline.domain.json import Json, JsonObject, get, same
from trunkline.domain.resource import Address, Resource

_ONE = "/api/v2/integrations/{}"
_CONFIG = _ONE + "/config/current"
_SETTINGS = ("properties", "advanced", "notes")


class IntegrationSettings(PlainObjects):
    """Provider of integrations."""

    path = "/api/v2/integrations"
    unique = False
    query: Mapping[str, str] = MappingProxyType({"expand": "config.current"})

    def localise(self, desired: Resource) -> tuple[Resource, tuple[Address, ...]]:
        """As it is; credentials that the org lacks are listed."""
        wanted = [Address("credential", name) for name in _credentials(desired.body).values()]
        if not wanted:
            return desired, ()
        known = self._names.directory("credential").ids
        return desired, tuple(one for one in wanted if one.name not in known)

    def to_body(self, entity: JsonObject) -> JsonObject:
        """Type, state and settings; credentials by name."""
        config: Json = get(entity, ("config", "current"), {})
        found: Json = config.get("credentials") or {}
        names = {
            key: self._names.name_of("credential", str(get(one, ("id",)))) or get(one, ("name",))
            for key, one in found.items()
        }
        return {
            "name": entity.get("name"),
            "integrationType": get(entity, ("integrationType", "id")),
            "intendedState": entity.get("intendedState"),
            **{key: config.get(key) for key in _SETTINGS if config.get(key) is not None},
            "credentials": names,
        }

    def version(self, entity: JsonObject) -> str | None:
        """The version of the configuration."""
        version = get(entity, ("config", "current", "version"))
        return None if version is None else str(version)

    def _make(self, desired: Resource) -> str:
        sent = {"name": desired.body["name"], "integrationType": {"id": desired.body["integrationType"]}}
        remote_id = identity(self._session.send_json("POST", self.path, sent))
        self._change(remote_id, desired, self.read(remote_id))
        return remote_id

    def _change(self, remote_id: str, desired: Resource, live: Resource) -> None:
        body = {**live.body, **desired.body}
        if not same(self._config(body), self._config(live.body)):
            current = self._session.get_json(route(_CONFIG, remote_id))
            sent = {**self._config(body), "version": current.get("version")}
            self._session.send_json("PUT", route(_CONFIG, remote_id), sent)
        if body.get("intendedState") != live.body.get("intendedState"):
            sent = {"name": body["name"], "intendedState": body["intendedState"]}
            self._session.send_json("PATCH", route(_ONE, remote_id), sent)

    def _config(self, body: JsonObject) -> JsonObject:
        credentials = {
            key: {"id": self._names.id_of("credential", name), "name": name}
            for key, name in _credentials(body).items()
        }
        settings = {key: body.get(key, "" if key == "notes" else {}) for key in _SETTINGS}
        return {"name": body["name"], **settings, "credentials": credentials}


def _credentials(body: JsonObject) -> dict[str, str]:
    found: Json = body.get("credentials")
    return {key: str(name) for key, name in found.items() if name} if isinstance(found, dict) else {}
