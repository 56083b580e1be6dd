"""What happens to objects of an org: kept as audit records, and queued for the webhooks that asked for it.

`audit`              records {id, timestamp, visible, actorId, operation, status, entityId, …}
`webhooks`           {id, name, enabled, events, target, secret, previousSecret, previousUntil}
`webhook_deliveries` {id, webhookId, eventType, entityId, body, state, attempts, due}
"""

from __future__ import annotations

from dataclasses import dataclass

from trunkline.domain.json import JsonObject
from trunkline.emulator.orgs import Org

AUDIT = "audit"
WEBHOOKS = "webhooks"
DELIVERIES = "webhook_deliveries"
MOST_DELIVERIES = 5_000
"""Deliveries of an org that are kept; the oldest that are settled go first."""


@dataclass(frozen=True, slots=True)
class Event:
    """A change that was accepted. `type` is `data.action.updated` and the like."""

    type: str
    entity_id: str
    entity_name: str
    version: int
    etag: str


def emit(org: Org, event: Event) -> None:
    """Within the transaction of the change itself: what is undone was never told."""
    _note(org, event)
    for webhook in org.documents(WEBHOOKS).values():
        wanted = [each["eventType"] for each in webhook["events"]]
        if webhook["enabled"] and event.type in wanted:
            _queue(org, webhook["id"], event)


def _note(org: Org, event: Event) -> None:
    record: JsonObject = {
        "id": org.guid(),
        "timestamp": org.timestamp(),
        "visible": org.now() + org.setting("auditDelaySeconds"),
        "actorId": org.acting.client_id if org.acting else None,
        "operation": event.type.rpartition(".")[2].upper(),
        "status": "SUCCESS",
        "eventType": event.type,
        "entityId": event.entity_id,
        "entityName": event.entity_name,
        "version": event.version,
        "correlationId": org.acting.correlation_id if org.acting else None,
    }
    org.documents(AUDIT).put(record["id"], record)


def _queue(org: Org, webhook_id: str, event: Event) -> None:
    deliveries = org.documents(DELIVERIES)
    delivery_id = org.guid()
    body: JsonObject = {
        "id": delivery_id,
        "eventType": event.type,
        "timestamp": org.timestamp(),
        "orgId": org.id,
        "entityId": event.entity_id,
        "entityName": event.entity_name,
        "version": event.version,
        "etag": event.etag,
    }
    deliveries.put(
        delivery_id,
        {
            "id": delivery_id,
            "webhookId": webhook_id,
            "eventType": event.type,
            "entityId": event.entity_id,
            "body": body,
            "state": "PENDING",
            "attempts": [],
        },
    )
    if len(deliveries) > MOST_DELIVERIES:
        settled = (key for key, each in deliveries.items() if each["state"] != "PENDING")
        for key in list(settled)[: MOST_DELIVERIES // 10]:
            deliveries.delete(key)
    org.told(delivery_id)
