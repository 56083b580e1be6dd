"""Webhooks on the guides' surface: `/api/v2/platform/webhooks` (chapter G2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trunkline.clouds.genesys.public.references import list_all
from trunkline.clouds.redact import Secret
from trunkline.clouds.session import Session, route
from trunkline.domain.json import Json, JsonObject
from trunkline.errors import CloudError

ALL = "/api/v2/platform/webhooks"
ONE = ALL + "/{}"
UPDATED = "data.action.updated"


@dataclass(frozen=True, slots=True)
class Registered:
    """A webhook of the org. `secret` is there only where the org has just told it."""

    id: str
    created: bool
    secret: Secret | None = None


class Webhooks:
    """Registers, lists, rotates and deletes webhooks."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(self) -> list[JsonObject]:
        """Every webhook, without secrets."""
        return list(list_all(self._session, ALL, size=100).items)

    def find(self, name: str, url: str) -> JsonObject | None:
        """The webhook of this name and URL."""
        for each in self.list():
            target = each.get("target")
            if each.get("name") == name and isinstance(target, dict) and target.get("url") == url:
                return each
        return None

    def register(self, name: str, url: str, events: Sequence[str] = (UPDATED,)) -> Registered:
        """Registers once: one of this name and URL that is there already is left as it is."""
        found = self.find(name, url)
        if found is not None:
            return Registered(str(found["id"]), created=False)
        body = {
            "name": name,
            "enabled": True,
            "events": [{"eventType": event} for event in events],
            "target": {"url": url, "headers": {}},
        }
        return self._told(self._session.send_json("POST", ALL, body), created=True)

    def rotate(self, webhook_id: str) -> Registered:
        """A new secret. The org goes on signing with the old one too, for a while."""
        return self._told(self._session.send_json("POST", route(ONE + "/rotate", webhook_id)), created=False)

    def delete(self, webhook_id: str) -> None:
        """Raises NotFound."""
        self._session.request("DELETE", route(ONE, webhook_id))

    def deliveries(self, webhook_id: str) -> list[JsonObject]:
        """What was sent, the oldest first, with every attempt."""
        path = route(ONE + "/deliveries", webhook_id).path
        return list(list_all(self._session, path, size=100).items)

    def _told(self, answer: Json, *, created: bool) -> Registered:
        identity = answer.get("id") if isinstance(answer, dict) else None
        if not isinstance(identity, str):
            raise CloudError("the answer is no webhook: it has no id", where=ALL)
        secret = answer.get("secret")
        return Registered(identity, created, Secret(secret) if isinstance(secret, str) else None)
