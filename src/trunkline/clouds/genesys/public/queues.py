"""Queues: `/api/v2/routing/queues`. PUT replaces all of a queue but its members.

https://developer.genesys.cloud/routing/routing/
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from trunkline.clouds.genesys.public.plain import PlainObjects
from trunkline.domain.json import JsonObject
from trunkline.domain.kinds import QUEUE


class Queues(PlainObjects):
    """Provider of queues."""

    path = "/api/v2/routing/queues"
    links: Mapping[str, str] = MappingProxyType(
        {
            "division": "division",
            **{reference.path: reference.kind for reference in QUEUE.references},
        }
    )
    hidden = QUEUE.server_owned

    def version(self, entity: JsonObject) -> str | None:
        """The time of its last change."""
        return entity.get("dateModified")
