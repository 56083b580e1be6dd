"""Answers that the wire spoils: a real reset, a body that ends too soon, one that never goes on."""

from __future__ import annotations

import asyncio
import socket
import struct

from starlette.types import Receive, Scope, Send

from trunkline.emulator.serving import TRANSPORT

_AT_ONCE = struct.pack("ii", 1, 0)
"""SO_LINGER of no time at all: closing sends RST, not FIN."""


async def reset(scope: Scope, receive: Receive) -> None:
    """Cut the connection with RST, as a load balancer does that has lost its backend."""
    transport = _transport(scope)
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
    transport.abort()
    await _gone(receive)


async def cut_short(scope: Scope, receive: Receive, send: Send, start: Scope, body: bytes) -> None:
    """Send the head that promises all of the body, half of it, and end."""
    await _half(send, start, body)
    _transport(scope).close()
    await _gone(receive)


async def stall(
    scope: Scope, receive: Receive, send: Send, start: Scope, body: bytes, seconds: float
) -> None:
    """Send half of the body, then nothing; after `seconds` the connection ends."""
    await _half(send, start, body)
    try:
        async with asyncio.timeout(seconds):
            await _gone(receive)
    except TimeoutError:
        _transport(scope).abort()
        await _gone(receive)


async def _half(send: Send, start: Scope, body: bytes) -> None:
    await send(start)
    await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _transport(scope: Scope) -> asyncio.Transport:
    return scope["extensions"][TRANSPORT]["transport"]
