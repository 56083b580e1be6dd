"""The vendor's published API: one module a kind, one line a kind here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trunkline.clouds.base import Provider
    from trunkline.clouds.genesys.public.references import References
    from trunkline.clouds.session import Session


def providers(
    session: Session, names: References, actions: Provider, may_unlock: Callable[[], bool]
) -> Mapping[str, Provider]:
    """What can be planned and applied, by kind."""
    from trunkline.clouds.genesys.public.flow_objects import FlowObjects
    from trunkline.clouds.genesys.public.integration_settings import IntegrationSettings
    from trunkline.clouds.genesys.public.plain import SimpleObjects
    from trunkline.clouds.genesys.public.prompts import Prompts
    from trunkline.clouds.genesys.public.queues import Queues
    from trunkline.clouds.genesys.public.references import LISTS
    from trunkline.clouds.genesys.public.tables import Tables
    from trunkline.domain.kinds import DATA_TABLE, INTEGRATION, PROMPT, QUEUE, SIMPLE

    found: tuple[Provider, ...] = (
        *(SimpleObjects(kind, session, names, LISTS[kind.name]) for kind in SIMPLE),
        IntegrationSettings(INTEGRATION, session, names),
        actions,
        Tables(DATA_TABLE, session, names),
        Prompts(PROMPT, session, names),
        Queues(QUEUE, session, names),
        FlowObjects(session, names, may_unlock),
    )
    return {provider.kind: provider for provider in found}
