"""The WebSocket of a channel: events as they happen, a heartbeat every 30 seconds, an answer to a ping.

The channel's id, which only its owner was told, is what lets one in.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress

from starlette.websockets import WebSocket, WebSocketDisconnect

from trunkline.domain.json import JsonObject
from trunkline.emulator.genesys.channels import HEARTBEAT, Channel, Channels, Listener
from trunkline.emulator.orgs import Orgs

PREFIX = "/channels/"
NO_SUCH_CHANNEL = 4404
PONG: JsonObject = {"topicName": "channel.metadata", "eventBody": {"message": "pong"}}


async def serve(socket: WebSocket, channels: Channels, orgs: Orgs) -> None:
    """One socket from its opening to its end."""
    channel = channels.get(socket.url.path.removeprefix(PREFIX))
    org = orgs.get(channel.org_id) if channel else None
    await socket.accept()
    if channel is None or org is None or channel.expires <= org.now():
        await socket.close(NO_SUCH_CHANNEL, "there is no such channel")
        return
    listener = Listener(asyncio.get_running_loop())
    channel.listeners.append(listener)
    try:
        await _first(_read(socket, listener), _send(socket, listener, org.setting("heartbeatSeconds")))
    finally:
        _leave(channel, listener)


async def _first(*works: Awaitable[None]) -> None:
    """Until one of them ends; the others are given up."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _read(socket: WebSocket, listener: Listener) -> None:
    """What a client says is a ping or nothing to us."""
    with suppress(WebSocketDisconnect):
        while True:
            text = await socket.receive_text()
            if _is_ping(text):
                listener.tell(PONG)


def _is_ping(text: str) -> bool:
    try:
        return json.loads(text) == {"message": "ping"}
    except (ValueError, RecursionError):
        return False


async def _send(socket: WebSocket, listener: Listener, heartbeat: float) -> None:
    with suppress(WebSocketDisconnect):
        while True:
            await socket.send_json(await _next(listener.messages.get, heartbeat))


async def _next(get: Callable[[], Awaitable[JsonObject]], heartbeat: float) -> JsonObject:
    try:
        async with asyncio.timeout(heartbeat):
            return await get()
    except TimeoutError:
        return HEARTBEAT


def _leave(channel: Channel, listener: Listener) -> None:
    channel.listeners = [each for each in channel.listeners if each is not listener]
