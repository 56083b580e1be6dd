"""Notification channels: who listens to which topics, and what is sent to them when a flow changes.

Help page "Notification service": a channel lives for 24 hours, a client has at most 20 and the 21st takes
the place of the oldest, a channel has at most 1,000 topics. Channels are not part of an org's state: they end
with the emulator.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from trunkline.domain.json import JsonObject
from trunkline.emulator.genesys.records import FLOWS
from trunkline.emulator.orgs import Org
from trunkline.emulator.store import Work

LIFETIME = 86_400.0
MOST_CHANNELS = 20
MOST_TOPICS = 1_000
MOST_WAITING = 1_000
"""Messages kept for a listener that does not read; the oldest go first."""
HEARTBEAT: JsonObject = {
    "topicName": "channel.metadata",
    "eventBody": {"message": "WebSocket Heartbeat"},
}


@dataclass(slots=True)
class Listener:
    """A socket that listens: its messages wait here until the loop that serves it sends them."""

    loop: asyncio.AbstractEventLoop
    messages: asyncio.Queue[JsonObject] = field(
        default_factory=lambda: asyncio.Queue[JsonObject](MOST_WAITING)
    )

    def tell(self, message: JsonObject) -> None:
        """From any thread."""
        self.loop.call_soon_threadsafe(self._add, message)

    def _add(self, message: JsonObject) -> None:
        if self.messages.full():
            self.messages.get_nowait()
        self.messages.put_nowait(message)


@dataclass(slots=True)
class Channel:
    """`expires` is in seconds since the epoch, as the org sees them."""

    id: str
    org_id: str
    client_id: str
    expires: float
    topics: dict[str, None] = field(default_factory=dict[str, None])
    listeners: list[Listener] = field(default_factory=list[Listener])


class Channels:
    """All channels of an emulator, the oldest first."""

    def __init__(self) -> None:
        self._channels: dict[str, Channel] = {}

    def create(self, org: Org, client_id: str) -> Channel:
        own = self.of(org, client_id)
        if len(own) >= MOST_CHANNELS:
            idle = [channel for channel in own if not channel.listeners]
            self._channels.pop((idle or own)[0].id)
        channel = Channel(org.guid(), org.id, client_id, org.now() + LIFETIME)
        self._channels[channel.id] = channel
        return channel

    def of(self, org: Org, client_id: str) -> list[Channel]:
        """Those of a client that have not expired."""
        for channel in list(self._channels.values()):
            if channel.org_id == org.id and channel.expires <= org.now():
                self._channels.pop(channel.id)
        return [
            channel
            for channel in self._channels.values()
            if (channel.org_id, channel.client_id) == (org.id, client_id)
        ]

    def get(self, channel_id: str) -> Channel | None:
        return self._channels.get(channel_id)

    def publish(self, org_id: str, topic: str, body: JsonObject, correlation_id: str) -> None:
        """Send an event to all that listen to its topic."""
        message = {
            "topicName": topic,
            "version": "2",
            "eventBody": body,
            "metadata": {"CorrelationId": correlation_id},
        }
        for channel in list(self._channels.values()):
            if channel.org_id == org_id and topic in channel.topics:
                for listener in channel.listeners:
                    listener.tell(message)

    def watch(self, work: Work) -> None:
        """Tell of the flows that a transaction has changed, once it is on disk."""
        if not self._channels:
            return
        for (org_id, kind, collection, flow_id), flow in work.puts.items():
            if (kind, collection) == ("document", FLOWS) and isinstance(flow, dict):
                self.publish(org_id, f"v2.flows.{flow_id}", flow_event(flow), "")


def flow_event(flow: Mapping[str, Any]) -> JsonObject:
    """FlowNotification of the vendor's topic `v2.flows.{id}`."""
    versions = ("checkedInVersion", "savedVersion", "publishedVersion")
    body: JsonObject = {
        "id": flow["id"],
        "name": flow["name"],
        "description": flow["description"],
        "deleted": flow["deleted"],
        **{name: {"id": flow[name]} for name in versions if flow[name] is not None},
    }
    operation = flow["operation"]
    if operation is not None:
        shown = ("id", "complete", "actionName", "actionStatus")
        body["currentOperation"] = {name: operation[name] for name in shown}
    return body


def known_topic(topic: str) -> bool:
    """Whether there is such a topic: `v2.flows.{id}`; without an id there is none."""
    prefix, _, flow_id = topic.rpartition(".")
    return prefix == "v2.flows" and bool(flow_id) and flow_id != "{id}"


def subscribe(channel: Channel, topics: Iterable[str], *, anew: bool) -> bool:
    """Add topics, or put them in the place of those there are; False where they are too many."""
    merged = dict.fromkeys([*(() if anew else channel.topics), *topics])
    if len(merged) > MOST_TOPICS:
        return False
    channel.topics = merged
    return True
