"""An org that is open, and what one does with a single data action of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trunkline.clouds.target import Target
from trunkline.domain.json import Json, JsonObject
from trunkline.domain.resource import Address, Resource
from trunkline.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from trunkline.clouds import Cloud
    from trunkline.clouds.genesys.guides.data_actions import GuidesDataActions
    from trunkline.clouds.genesys.public.data_actions import DataActions
    from trunkline.engine.action import Run


@dataclass(frozen=True, slots=True)
class Org:
    """An org that is open: its name in this project, and the cloud behind it."""

    name: str
    cloud: Cloud

    @property
    def target(self) -> Target:
        return self.cloud.target

    @property
    def actions(self) -> DataActions | GuidesDataActions:
        """Data actions on the surface of the target."""
        return self.cloud.actions

    def identity(self) -> dict[str, str]:
        """Which org this is, and who we are to it."""
        if self.target.cloud == "cxone":
            return {
                "tenant": self.cloud.identity.partition(" ")[2],
                "profile": self.name,
                "client id": self.target.client_id,
                "url": self.target.base_url,
                "surface": self.target.surface,
            }
        me = self.cloud.session.get_json("/api/v2/organizations/me")
        return {
            "organization": str(me.get("name", "")),
            "organization id": str(me.get("id", "")),
            "profile": self.name,
            "client id": self.target.client_id,
            "url": self.target.base_url,
            "surface": self.target.surface,
        }

    def find_action(self, name: str) -> Resource:
        """The published data action of a name. Raises NotFound, naming what is there."""
        listing = self.actions.list()
        for resource in listing.items:
            if resource.address.name == name:
                return resource
        known = ", ".join(sorted(resource.address.name for resource in listing.items)[:20]) or "none"
        raise NotFound(f"{self.name} has no published data action {name!r}", hint=f"there are: {known}")

    def find_draft(self, name: str) -> Resource:
        """The draft of a data action of a name, of one never published too. Raises NotFound."""
        return self.actions.read_draft(self.actions.draft_of(name))

    def create_action(self, definition: JsonObject) -> str:
        """Creates a draft of a data action and gives its id; publish it next.

        The definition is in any form: the guides' wire form, an exported file, or a canonical body.
        Raises InvalidInput with every fault of it, Conflict where the org has an action of this name.
        """
        body = as_body(definition)
        return self.actions.draft(Resource(Address("data_action", str(body["name"])), body))

    def publish_action(self, action_id: str) -> JsonObject:
        """Publishes the draft of an action; the action as the org then has it."""
        return self.actions.publish(action_id)

    def verify_action(
        self,
        action_id: str,
        given: Json,
        replies: Sequence[Json] | None = None,
        credentials: Mapping[str, Json] | None = None,
    ) -> Run:
        """Runs the published action here exactly as the cloud would, and shows each mapped value.

        The external API is really called, unless recorded `replies` are given.
        """
        from trunkline.clouds.service import Service
        from trunkline.clouds.transport_any import AnyTransport
        from trunkline.engine.action import recorded, run

        body = self.actions.read(action_id).body
        if replies is not None:
            return run(body, given, recorded(replies), credentials=credentials)
        transport = AnyTransport()
        try:
            send = Service(transport, lambda: self.cloud.session)
            return run(body, given, send, credentials=credentials)
        finally:
            transport.close()


def as_body(definition: JsonObject) -> JsonObject:
    """The canonical body of a definition in any form. Raises InvalidInput with every fault."""
    from trunkline.domain.action import guides, vendor

    if "responseMapping" in definition:
        faults = guides.check(definition)
        if faults:
            raise InvalidInput(
                f"{definition.get('name') or 'the definition'} has faults", faults=tuple(map(str, faults))
            )
        return guides.from_guides(definition)
    if vendor.form(definition) is None:
        raise InvalidInput(
            "this is no definition of a data action",
            hint="give the guides' form (responseMapping) or an exported file (config, contract)",
        )
    return vendor.from_vendor(definition)
