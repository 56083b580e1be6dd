"""From a target to the objects of its org."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from trunkline.clouds.base import Provider
from trunkline.clouds.flows import Flows
from trunkline.clouds.genesys.guides.data_actions import GuidesDataActions
from trunkline.clouds.genesys.guides.flows import GuidesFlows
from trunkline.clouds.genesys.public.data_actions import DataActions
from trunkline.clouds.genesys.public.flows import PublicFlows
from trunkline.clouds.genesys.public.references import References
from trunkline.clouds.retry import Policy, Wait
from trunkline.clouds.session import Session
from trunkline.clouds.target import Target
from trunkline.clouds.transport import Timeouts
from trunkline.errors import NoTarget


@dataclass(frozen=True, slots=True)
class Cloud:
    """An org to work with. `actions` speaks the target's surface; `references` always the public API."""

    target: Target
    session: Session
    providers: Mapping[str, Provider]
    actions: DataActions | GuidesDataActions
    flows: Flows
    references: References

    def close(self) -> None:
        """Ends idle connections."""
        self.session.close()


def connect(
    target: Target,
    *,
    policy: Policy | None = None,
    timeouts: Timeouts | None = None,
    on_wait: Callable[[Wait], None] | None = None,
) -> Cloud:
    """The org of a target. Nothing is sent before the first call. Raises NoTarget for an unknown cloud."""
    if target.cloud != "genesys":
        raise NoTarget(f"{target.name} is an org of {target.cloud}, which has no data actions or flows here")
    session = Session(target, policy=policy, timeouts=timeouts, on_wait=on_wait)
    references = References(session)
    if target.surface == "guides":
        actions: DataActions | GuidesDataActions = GuidesDataActions(session)
        flows: Flows = GuidesFlows(session)
    else:
        actions = DataActions(session, references)
        flows = PublicFlows(session)
    return Cloud(target, session, {actions.kind: actions}, actions, flows, references)
