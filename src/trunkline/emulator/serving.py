"""Listening: HTTP, TLS and the proxy in one thread, on one event loop, so that requests stay one by one."""

from __future__ import annotations

import asyncio
import importlib.util
import socket
import threading
import time
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from trunkline.emulator.certificates import Certificates
from trunkline.emulator.proxy import LARGEST_HEAD, Proxy
from trunkline.errors import TrunklineError

READY_WITHIN = 15.0
"""Seconds."""
_STATUS_LINE = b"HTTP/1.1 "
TRANSPORT = "trunkline.transport"
"""Extension of an ASGI scope that holds `{"transport": the connection}`: faults of the wire need it."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 picks one. Raises TrunklineError if the port cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's algorithm off only where the protocol is named: 40 ms an answer otherwise.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise TrunklineError(
            f"the emulator cannot listen on {host}:{port}: {error.strerror}",
            hint="choose another --port, or 0 for any free one",
        ) from error
    listener.listen(512)
    return listener


def shown(scheme: str, host: str, listener: socket.socket) -> str:
    """`http://127.0.0.1:8642`; of a server on every address, the one by which this machine gets there."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"


class _Joining:
    """A connection on which the head of an answer leaves with what follows it: in one packet, not two."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._head = b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if not self._head and data.startswith(_STATUS_LINE):
            self._head = data
            self._loop.call_soon(self._flush)
        else:
            self._flush(data)

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def _flush(self, data: bytes = b"") -> None:
        """At the latest once the loop comes round, as a head may have nothing to follow it."""
        head, self._head = self._head, b""
        if head or data:
            self._transport.write(head + data)


class _Protocol(HttpToolsProtocol):
    """uvicorn's own, which tells each request the connection it came by."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(cast("asyncio.Transport", _Joining(transport, self.loop)))

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {TRANSPORT: {"transport": self.transport}}


class _Server(uvicorn.Server):
    """uvicorn's own, which at its end does not wait for idle clients to take leave of TLS."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._abort(idle_only=True)
        await super().shutdown(sockets)
        self._abort(idle_only=False)

    def _abort(self, *, idle_only: bool) -> None:
        for connection in list(self.server_state.connections):
            busy = isinstance(connection, _Protocol) and _is_busy(connection.cycle)
            if not (idle_only and busy):
                connection.transport.abort()


def _is_busy(cycle: RequestResponseCycle | None) -> bool:
    return cycle is not None and not cycle.response_complete


class Serving:
    """The servers in a thread; they answer once `start` has returned. `stop` ends them all."""

    def __init__(self, app: ASGIApp, plain: socket.socket) -> None:
        self._app = app
        self._servers: list[tuple[_Server, socket.socket]] = []
        self._proxy: tuple[Proxy, socket.socket] | None = None
        self._add(plain, None)

    def add_tls(self, listener: socket.socket, certificates: Certificates) -> None:
        self._add(listener, certificates)

    def add_proxy(self, listener: socket.socket, tls: socket.socket) -> None:
        """A proxy to the TLS port."""
        host, port = tls.getsockname()[:2]
        self._proxy = Proxy((host, port)), listener

    def start(self) -> None:
        """Raises TrunklineError if they do not answer within READY_WITHIN."""
        self._thread = threading.Thread(
            target=asyncio.run, args=(self._run(),), name="trunkline-emulator", daemon=True
        )
        self._thread.start()
        deadline = time.monotonic() + READY_WITHIN
        while not all(server.started for server, _ in self._servers):
            if time.monotonic() > deadline or not self._thread.is_alive():
                raise TrunklineError("the emulator's server did not start")
            time.sleep(0.002)

    def stop(self) -> None:
        for server, _ in self._servers:
            server.should_exit = True
        self._thread.join()

    async def _run(self) -> None:
        serving = asyncio.gather(*(server.serve(sockets=[listener]) for server, listener in self._servers))
        if self._proxy is None:
            await serving
            return
        answer, listener = self._proxy
        tunnels = await asyncio.start_server(answer, sock=listener, limit=LARGEST_HEAD)
        try:
            await serving
        finally:
            tunnels.close()

    def _add(self, listener: socket.socket, certificates: Certificates | None) -> None:
        config = uvicorn.Config(
            self._app,
            http=_Protocol,
            ws="websockets-sansio" if importlib.util.find_spec("websockets") else "none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=2,
            ssl_certfile=certificates.chain_file if certificates else None,
            ssl_keyfile=certificates.key_file if certificates else None,
        )
        self._servers.append((_Server(config), listener))
