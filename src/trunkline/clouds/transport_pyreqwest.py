"""The transport on pyreqwest (Rust's reqwest): quick to start, one connection pool for all threads.

Proxies and certificate authorities come from the environment: HTTPS_PROXY, HTTP_PROXY, NO_PROXY,
SSL_CERT_FILE, SSL_CERT_DIR.
"""

from __future__ import annotations

import threading
from datetime import timedelta
from functools import lru_cache
from typing import BinaryIO

from pyreqwest.client import SyncClient, SyncClientBuilder
from pyreqwest.exceptions import DetailedPyreqwestError, PyreqwestError
from pyreqwest.request import SyncStreamRequest
from pyreqwest.response import SyncResponse

from trunkline.clouds.regions import is_loopback, origin_of
from trunkline.clouds.threads import interruptible
from trunkline.clouds.transport import Request, Response, Timeouts, check_size, no_answer
from trunkline.errors import NoAnswer
from trunkline.version import __version__

_NEVER_CONNECTED = "client error (Connect)"
"""The one cause by which the library tells that no connection was made.

Its classes do not: a read timeout is a ConnectTimeoutError there, and a connection that the server
closed after reading the request a ConnectError. Any other cause counts as sent, which is the safe side.
"""
_TIMED_OUT = {"operation timed out", "deadline has elapsed"}


class PyreqwestTransport:
    """See `Transport`. One client of the library for each read timeout in use, and for this machine.

    What listens on this machine is never asked through a proxy.
    """

    def __init__(self, timeouts: Timeouts | None = None) -> None:
        self._timeouts = timeouts or Timeouts()
        self._clients: dict[tuple[float, bool], SyncClient] = {}
        self._lock = threading.Lock()

    def send(self, request: Request, sink: BinaryIO | None = None) -> Response:
        """See `Transport.send`. In the main thread Ctrl-C is heeded at once, not after the answer."""
        return interruptible(lambda: self._send(request, sink))

    def _send(self, request: Request, sink: BinaryIO | None) -> Response:
        try:
            built = self._build(request)
        except ValueError:
            raise NoAnswer(f"no request can be sent to {request.url!r}", sent=False) from None
        try:
            with built as answer:
                return _receive(answer, sink, request)
        except PyreqwestError as error:
            raise _no_answer(error) from None

    def close(self) -> None:
        """See `Transport.close`."""
        with self._lock:
            for client in self._clients.values():
                client.close()
            self._clients.clear()

    def _build(self, request: Request) -> SyncStreamRequest:
        loopback = _is_local(origin_of(request.url))
        client = self._client(request.read_timeout or self._timeouts.read, loopback)
        builder = client.request(request.method, request.url).headers(request.headers)
        if request.body is not None:
            builder = builder.body_bytes(request.body)
        return builder.build_streamed()

    def _client(self, read: float, loopback: bool) -> SyncClient:
        with self._lock:
            if (read, loopback) not in self._clients:
                # The library's read timeout runs while connecting too. Were it the shorter one, a
                # connection never made could not be told from an answer that did not come.
                connect = min(self._timeouts.connect, 0.9 * read)
                builder = (
                    SyncClientBuilder()
                    .user_agent(f"trunkline/{__version__}")
                    .connect_timeout(timedelta(seconds=connect))
                    .read_timeout(timedelta(seconds=read))
                    .follow_redirects(False)
                )
                self._clients[read, loopback] = (builder.no_proxy() if loopback else builder).build()
            return self._clients[read, loopback]


@lru_cache(maxsize=64)
def _is_local(origin: str) -> bool:
    return is_loopback(origin)


def _receive(answer: SyncResponse, sink: BinaryIO | None, request: Request) -> Response:
    headers: dict[str, str] = {}
    for name, value in answer.headers.items():
        key = name.lower()
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    pieces: list[bytes] = []
    size = 0
    streamed = sink if 200 <= answer.status < 300 else None
    while (piece := answer.body_reader.read_chunk()) is not None:
        size += len(piece)
        if streamed is not None:
            streamed.write(memoryview(piece))
        else:
            check_size(size, request, answer.status)
            pieces.append(bytes(piece))
    return Response(answer.status, headers, b"".join(pieces), size)


def _no_answer(error: PyreqwestError) -> NoAnswer:
    causes = _causes(error)
    sent = _NEVER_CONNECTED not in causes
    if _TIMED_OUT.intersection(causes):
        message = "no answer in time" if sent else "no connection in time"
    elif sent:
        message = f"the connection broke before the answer was whole ({causes[-1]})"
    else:
        message = f"no connection ({': '.join(causes[causes.index(_NEVER_CONNECTED) + 1 :])})"
    return no_answer(message, sent=sent)


def _causes(error: PyreqwestError) -> list[str]:
    """The messages of what went wrong, from the outermost to the root."""
    details = error.details if isinstance(error, DetailedPyreqwestError) else None
    causes = (details or {}).get("causes") or []
    return [cause["message"] for cause in causes] or [error.message]
