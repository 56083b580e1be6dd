"""An HTTP CONNECT proxy whose only way leads to the emulator (RFC 9110 §9.3.6).

A tunnel to a vendor's host name, port 443, ends at the emulator's TLS port; every other request is refused.
Nothing is ever sent to the outside.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from trunkline.emulator.hosts import is_vendor

LARGEST_HEAD = 16 * 1024
"""Bytes of a request to the proxy."""
HEAD_WITHIN = 10.0
"""Seconds."""
_CHUNK = 64 * 1024


class Proxy:
    """Answers connections to the proxy; `server` is where the emulator's TLS port is."""

    def __init__(self, server: tuple[str, int]) -> None:
        self._server = server

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._answer(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # a side went away: so does the tunnel
        finally:
            await _close(writer)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(HEAD_WITHIN):
                head = await reader.readuntil(b"\r\n\r\n")
        except (TimeoutError, asyncio.LimitOverrunError):
            await _refuse(writer, "400 Bad Request", "no request for a tunnel came")
            return
        host = tunnel_to(head)
        if host is None:
            await _refuse(
                writer,
                "403 Forbidden",
                "this proxy opens tunnels (CONNECT) to the vendors' hosts on port 443 and nothing else",
            )
            return
        inner_reader, inner_writer = await asyncio.open_connection(*self._server)
        try:
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await writer.drain()
            await asyncio.gather(_copy(reader, inner_writer), _copy(inner_reader, writer))
        finally:
            await _close(inner_writer)


def tunnel_to(head: bytes) -> str | None:
    """The vendor's host that a request asks a tunnel to; None if it asks for anything else."""
    parts = head.partition(b"\r\n")[0].decode("latin-1").split(" ")
    if len(parts) != 3 or parts[0] != "CONNECT":
        return None
    host, _, port = parts[1].rpartition(":")
    return host if port == "443" and is_vendor(host) else None


async def _refuse(writer: asyncio.StreamWriter, status: str, reason: str) -> None:
    text = f"{reason}\n".encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {len(text)}\r\n"
    writer.write(f"{head}Connection: close\r\n\r\n".encode() + text)
    await writer.drain()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One direction of a tunnel, until its end; a reset on one side resets the other."""
    try:
        while chunk := await reader.read(_CHUNK):
            writer.write(chunk)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
    except ConnectionResetError:
        writer.transport.abort()


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
