"""From a target to the objects of its org."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from trunkline.clouds.deadline import Deadline
from trunkline.clouds.limiter import Ledger
from trunkline.clouds.metrics import Observer
from trunkline.clouds.retry import Policy, Wait
from trunkline.clouds.session import Session
from trunkline.clouds.target import Target
from trunkline.clouds.transport import Timeouts
from trunkline.errors import NoTarget, NotFound, PermissionMissing

if TYPE_CHECKING:
    from trunkline.clouds.base import Author, Outside, Provider
    from trunkline.clouds.flows import Flows
    from trunkline.clouds.genesys.guides.audit import AuditRecords
    from trunkline.clouds.genesys.guides.conditions import Conditions
    from trunkline.clouds.genesys.guides.data_actions import GuidesDataActions
    from trunkline.clouds.genesys.guides.settings_objects import FlowSettingsObjects
    from trunkline.clouds.genesys.guides.webhooks import Webhooks
    from trunkline.clouds.genesys.public.data_actions import DataActions
    from trunkline.clouds.genesys.public.references import References
    from trunkline.clouds.keys import Keys
    from trunkline.domain.resource import Resource


class Cloud:
    """An org to work with. What speaks of one kind of object is loaded when it is first asked for."""

    def __init__(self, target: Target, session: Session) -> None:
        self.target = target
        self.force_unlock = False
        self.session = session

    @cached_property
    def identity(self) -> str:
        """Which org this is, whoever asks: cloud and organization id; the URL where that is not told."""
        try:
            me = self.session.get_json("/api/v2/organizations/me")
        except (NotFound, PermissionMissing):
            me = {}
        return f"{self.target.cloud} {me.get('id') or self.target.base_url}"

    @property
    def providers(self) -> Mapping[str, Provider]:
        """What can be planned and applied, by kind."""
        if self.target.surface == "guides":
            from trunkline.clouds.genesys.guides.data_sets import GuidesDataSets

            data_sets = GuidesDataSets(self.session)
            found: Mapping[str, Provider] = {data_sets.kind: data_sets, self.actions.kind: self.actions}
        else:
            found = self._public
        return {**found, self.flow_settings.kind: self.flow_settings}

    @cached_property
    def _public(self) -> Mapping[str, Provider]:
        from trunkline.clouds.genesys.public import providers

        return providers(self.session, self.references, self.actions, lambda: self.force_unlock)

    @property
    def outside(self) -> Outside | None:
        """What the org tells of the use of its objects by others; always of the public API."""
        from trunkline.clouds.genesys.public.consumers import Consumers

        return Consumers(self.session)

    @cached_property
    def flow_settings(self) -> FlowSettingsObjects:
        """Settings of flows; the guides' endpoints, whatever the surface of the rest."""
        from trunkline.clouds.genesys.guides.settings_objects import FlowSettingsObjects

        return FlowSettingsObjects(self.session, self.references)

    @cached_property
    def actions(self) -> DataActions | GuidesDataActions:
        """Data actions on the target's surface."""
        if self.target.surface == "guides":
            from trunkline.clouds.genesys.guides.data_actions import GuidesDataActions

            return GuidesDataActions(self.session)
        from trunkline.clouds.genesys.public.data_actions import DataActions

        return DataActions(self.session, self.references)

    @cached_property
    def flows(self) -> Flows:
        """Flows on the target's surface."""
        if self.target.surface == "guides":
            from trunkline.clouds.genesys.guides.flows import GuidesFlows

            return GuidesFlows(self.session)
        from trunkline.clouds.genesys.public.flows import PublicFlows

        return PublicFlows(self.session)

    @cached_property
    def conditions(self) -> Conditions:
        """Conditions of data actions; of the guides' surface alone."""
        from trunkline.clouds.genesys.guides.conditions import Conditions

        return Conditions(self.session)

    @cached_property
    def webhooks(self) -> Webhooks:
        """Webhooks; of the guides' surface alone."""
        from trunkline.clouds.genesys.guides.webhooks import Webhooks

        return Webhooks(self.session)

    @cached_property
    def audit(self) -> AuditRecords:
        """The cloud's audit records; of the guides' surface alone."""
        from trunkline.clouds.genesys.guides.audit import AuditRecords

        return AuditRecords(self.session)

    @cached_property
    def references(self) -> References:
        """Names and ids of what others refer to; always of the public API."""
        from trunkline.clouds.genesys.public.references import References

        return References(self.session)

    def author_of(self, resource: Resource) -> Author | None:
        """Who changed an object last, as far as the cloud tells; always of the public API."""
        from trunkline.clouds.genesys.public.authors import Authors

        return Authors(self.session).of(resource)

    def keep_keys(self, keys: Keys) -> None:
        """Where idempotency keys are kept from now on; the APIs of Genesys take none."""

    def close(self) -> None:
        """Ends idle connections."""
        self.session.close()


def connect(
    target: Target,
    *,
    pool: Sequence[Target] = (),
    policy: Policy | None = None,
    timeouts: Timeouts | None = None,
    line: Callable[[str], Ledger] | None = None,
    deadline: Deadline | None = None,
    observers: Sequence[Observer] = (),
    on_wait: Callable[[Wait], None] | None = None,
) -> Cloud:
    """The org of a target. `pool` holds further clients of the same org, for their quotas.

    Without a pool nothing is sent before the first call; with one, each client is asked for its org.
    Raises NoTarget for a client of the pool that belongs to another org.
    """
    if pool:
        _refuse_strangers((target, *pool), policy, timeouts)
    session = Session(
        target,
        pool=pool,
        policy=policy,
        timeouts=timeouts,
        line=line,
        deadline=deadline,
        observers=observers,
        on_wait=on_wait,
    )
    if target.cloud == "cxone":
        from trunkline.clouds.cxone.connecting import CxoneCloud

        return CxoneCloud(target, session)
    return Cloud(target, session)


def _refuse_strangers(clients: Sequence[Target], policy: Policy | None, timeouts: Timeouts | None) -> None:
    """Credentials choose the org, so a client of another org would mix two orgs in silence."""
    orgs: list[tuple[str, object]] = []
    for client in clients:
        session = Session(client, policy=policy, timeouts=timeouts)
        orgs.append((client.base_url, session.get_json("/api/v2/organizations/me").get("id")))
        session.close()
    for client, org in zip(clients, orgs, strict=True):
        if org != orgs[0]:
            raise NoTarget(
                f"the client of {client.name} belongs to another org than that of {clients[0].name}",
                hint="a pool holds clients of one org only",
            )
