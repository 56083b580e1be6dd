"""`/api/v2/notifications`: channels and what they listen to; events go over the channel's WebSocket."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlsplit

from trunkline.domain.json import JsonObject
from trunkline.emulator.auth import grants
from trunkline.emulator.call import Answer, Call
from trunkline.emulator.clock import timestamp
from trunkline.emulator.errors import bad_request, missing_permission, not_found
from trunkline.emulator.genesys.channels import MOST_TOPICS, Channel, known_topic, subscribe
from trunkline.emulator.genesys.streaming import PREFIX
from trunkline.emulator.hosts import is_vendor
from trunkline.emulator.routes import Routes

routes = Routes("public", prefix="/api/v2/notifications")
VIEW_FLOWS = "architect:flow:view"


@routes.on("POST", "/channels", known="spec")
def create_channel(call: Call) -> Answer:
    """A channel and where to listen to it."""
    channel = call.kernel.channels.create(call.org, call.caller.client_id)
    return Answer(_channel_json(call, channel))


@routes.on("GET", "/channels", known="spec")
def list_channels(call: Call) -> Answer:
    """The channels of this client."""
    channels = call.kernel.channels.of(call.org, call.caller.client_id)
    return Answer({"entities": [_channel_json(call, channel) for channel in channels]})


@routes.on("HEAD", "/channels/{channelId}", known="spec")
def check_channel(call: Call) -> Answer:
    """200 while a channel is valid."""
    _channel(call)
    return Answer(b"")


@routes.on("GET", "/channels/{channelId}/subscriptions", known="spec")
def list_subscriptions(call: Call) -> Answer:
    """The topics of a channel."""
    return _topics(_channel(call))


@routes.on("POST", "/channels/{channelId}/subscriptions", known="spec")
def add_subscriptions(call: Call) -> Answer:
    """Add topics; of those that cannot be had, `ignoreErrors` tells instead of failing."""
    return _subscribe(call, anew=False)


@routes.on("PUT", "/channels/{channelId}/subscriptions", known="spec")
def replace_subscriptions(call: Call) -> Answer:
    """Put topics in the place of those there are."""
    return _subscribe(call, anew=True)


@routes.on("DELETE", "/channels/{channelId}/subscriptions", known="spec")
def clear_subscriptions(call: Call) -> Answer:
    """Listen to nothing."""
    _channel(call).topics = {}
    return Answer(b"")


@routes.on("GET", "/availabletopics", known="spec")
def list_topics(call: Call) -> Answer:
    """The topics that there are."""
    del call
    topic: JsonObject = {
        "id": "v2.flows.{id}",
        "description": "Changes of a flow.",
        "requiresPermissions": [VIEW_FLOWS],
        "transports": ["Websocket"],
        "visibility": "Public",
    }
    return Answer({"entities": [topic]})


def _subscribe(call: Call, *, anew: bool) -> Answer:
    channel, sent = _channel(call), call.json()
    wanted = [_topic_id(each) for each in (cast("list[object]", sent) if isinstance(sent, list) else [None])]
    rejected = {topic: why for topic in wanted if (why := _rejection(call, topic)) is not None}
    if rejected and not call.query.flag("ignoreErrors"):
        topic, why = next(iter(rejected.items()))
        if "missingPermissions" in why:
            raise missing_permission([VIEW_FLOWS])
        raise bad_request(f"The topic {topic[:80]} does not exist", code="invalid.value", field="id")
    if not subscribe(channel, (topic for topic in wanted if topic not in rejected), anew=anew):
        raise bad_request(f"A channel has at most {MOST_TOPICS} topics", field="id")
    return _topics(channel, rejected)


def _topic_id(sent: object) -> str:
    topic = cast("JsonObject", sent).get("id") if isinstance(sent, dict) else None
    if not isinstance(topic, str):
        raise bad_request("the body is a list of {id: topic}", field="id")
    return topic


def _rejection(call: Call, topic: str) -> JsonObject | None:
    if not known_topic(topic):
        return {"rejectionReason": "The topic does not exist"}
    if not grants(tuple(call.caller.client["permissions"]), VIEW_FLOWS):
        return {"rejectionReason": "Missing permissions", "missingPermissions": [VIEW_FLOWS]}
    return None


def _topics(channel: Channel, rejected: dict[str, JsonObject] | None = None) -> Answer:
    path = f"/api/v2/notifications/channels/{channel.id}/subscriptions"
    entities = [{"id": topic, "state": "Permitted", "selfUri": path} for topic in channel.topics]
    entities += [{"id": topic, "state": "Rejected", **why} for topic, why in (rejected or {}).items()]
    return Answer({"entities": entities})


def _channel(call: Call) -> Channel:
    channel = call.kernel.channels.get(call["channelId"])
    if channel is None or channel not in call.kernel.channels.of(call.org, call.caller.client_id):
        raise not_found(f"No channel has the id {call['channelId'][:60]}")
    return channel


def _channel_json(call: Call, channel: Channel) -> JsonObject:
    return {
        "connectUri": f"{_streaming(call.origin)}{PREFIX}{channel.id}",
        "id": channel.id,
        "expires": timestamp(channel.expires),
    }


def _streaming(origin: str) -> str:
    """Where sockets are answered: the vendor's streaming host, or the very host that was asked."""
    parts = urlsplit(origin)
    if is_vendor(parts.hostname or ""):
        return f"wss://streaming.{parts.netloc.removeprefix('api.')}"
    return f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}"
