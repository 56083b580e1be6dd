"""Channels over a real WebSocket: events of flows, heartbeats, and what cannot be subscribed to."""

from __future__ import annotations

import json

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

CHANNELS = "/api/v2/notifications/channels"


@pytest.fixture
def channel(api):
    return api.post(CHANNELS).json()


def subscriptions(channel) -> str:
    return f"{CHANNELS}/{channel['id']}/subscriptions"


def create_flow(api):
    return api.post("/api/v2/flows", {"name": "Greeting", "type": "INBOUNDCALL"}).json()


def test_a_change_of_a_flow_is_told_to_who_listens_to_it(api, channel):
    flow, other = create_flow(api), api.post("/api/v2/flows", {"name": "Other", "type": "INBOUNDCALL"}).json()
    topic = f"v2.flows.{flow['id']}"
    added = api.post(subscriptions(channel), [{"id": topic}]).json()["entities"]
    assert [(each["id"], each["state"]) for each in added] == [(topic, "Permitted")]
    with connect(channel["connectUri"], proxy=None) as socket:
        api.put(f"/api/v2/flows/{other['id']}", {"name": "Not asked for"})
        api.put(f"/api/v2/flows/{flow['id']}", {"name": "Hello"})
        event = json.loads(socket.recv(timeout=10))
    assert (event["topicName"], event["version"]) == (topic, "2")
    assert event["eventBody"]["id"] == flow["id"]
    assert event["eventBody"]["name"] == "Hello"


def test_what_is_refused_is_not_told(api, channel):
    flow = create_flow(api)
    api.post(subscriptions(channel), [{"id": f"v2.flows.{flow['id']}"}])
    create = {"name": "Taken", "type": "INBOUNDCALL"}
    api.post("/api/v2/flows", create)
    with connect(channel["connectUri"], proxy=None) as socket:
        assert api.put(f"/api/v2/flows/{flow['id']}", {"name": "Taken"}).status_code == 409
        api.put(f"/api/v2/flows/{flow['id']}", {"name": "Free"})
        assert json.loads(socket.recv(timeout=10))["eventBody"]["name"] == "Free"


def test_a_channel_beats_and_answers_a_ping(api, channel):
    api.configure(heartbeatSeconds=0.05)
    with connect(channel["connectUri"], proxy=None) as socket:
        beat = json.loads(socket.recv(timeout=10))
        assert beat == {"topicName": "channel.metadata", "eventBody": {"message": "WebSocket Heartbeat"}}
        socket.send("no JSON")
        socket.send('{"message":"ping"}')
        heard = [json.loads(socket.recv(timeout=10))["eventBody"]["message"] for _ in range(20)]
        assert "pong" in heard


def test_a_channel_that_is_none_is_closed(emulator):
    url = emulator.url.replace("http", "ws") + "/channels/nobody"
    with connect(url, proxy=None) as socket, pytest.raises(ConnectionClosed, match="4404"):
        socket.recv(timeout=10)


def test_subscriptions_are_added_replaced_and_cleared(api, channel):
    def topics():
        return [each["id"] for each in api.get(subscriptions(channel)).json()["entities"]]

    api.post(subscriptions(channel), [{"id": "v2.flows.a"}])
    api.post(subscriptions(channel), [{"id": "v2.flows.b"}])
    assert topics() == ["v2.flows.a", "v2.flows.b"]
    api.put(subscriptions(channel), [{"id": "v2.flows.c"}])
    assert topics() == ["v2.flows.c"]
    assert api.delete(subscriptions(channel)).status_code == 200
    assert topics() == []


def test_a_topic_that_cannot_be_had_fails_or_is_told(api, make_api, channel):
    wrong = [{"id": "v2.integrations.actions.1"}]
    assert api.post(subscriptions(channel), wrong).status_code == 400
    told = api.post(subscriptions(channel) + "?ignoreErrors=true", wrong).json()["entities"]
    assert told[0]["state"] == "Rejected"
    limited = make_api(permissions=["routing:*"])
    own = limited.post(CHANNELS).json()
    flows = [{"id": "v2.flows.a"}]
    assert limited.post(subscriptions(own), flows).status_code == 403
    rejected = limited.post(subscriptions(own) + "?ignoreErrors=true", flows).json()["entities"][0]
    assert rejected["missingPermissions"] == ["architect:flow:view"]


def test_channels_belong_to_their_client_and_the_oldest_makes_room(api, make_api, channel):
    assert api.call("HEAD", f"{CHANNELS}/{channel['id']}").status_code == 200
    assert make_api().get(subscriptions(channel)).status_code == 404
    for _ in range(20):
        api.post(CHANNELS)
    assert api.call("HEAD", f"{CHANNELS}/{channel['id']}").status_code == 404
    assert len(api.get(CHANNELS).json()["entities"]) == 20


def test_a_channel_has_at_most_a_thousand_topics(api, channel):
    many = [{"id": f"v2.flows.{number}"} for number in range(1001)]
    assert api.post(subscriptions(channel), many).status_code == 400
    assert api.post(subscriptions(channel), many[:1000]).status_code == 200


@pytest.mark.parametrize("wrong", [None, {}, [1], [{"id": 7}]])
def test_a_body_that_names_no_topics_is_400(api, channel, wrong):
    assert api.post(subscriptions(channel), wrong).status_code == 400
