"""The transport on plain sockets: HTTP without TLS and without a proxy, as the emulator speaks it.

It takes a fraction of the processor time of the library that can do more, and nothing at the start.
"""

from __future__ import annotations

import os
import re
import select
import socket
import time
from collections import deque
from dataclasses import dataclass
from typing import Any, BinaryIO

from trunkline.clouds.http1 import Answer, written
from trunkline.clouds.threads import interruptible
from trunkline.clouds.transport import Request, Response, Timeouts, no_answer
from trunkline.errors import NoAnswer

_URL = re.compile(
    r"http://(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(?P<port>[0-9]{1,5}))?(?P<path>[/?][!\"$-~]*)?"
)
_PIECE = 64 * 1024
_MOST_IDLE = 32
_LONGEST_IDLE = 60.0
"""Seconds after which a kept connection is not trusted any more."""
_WAITS_DEAF = os.name == "nt"
"""Whether a thread that waits for a socket hears no Ctrl-C."""

_Address = tuple[str, int]


class SocketTransport:
    """See `Transport`. Reaches URLs that are http and of ASCII. Threads share the connections it keeps."""

    def __init__(self, timeouts: Timeouts | None = None) -> None:
        self._timeouts = timeouts or Timeouts()
        self._idle: dict[_Address, deque[_Connection]] = {}

    def send(self, request: Request, sink: BinaryIO | None = None) -> Response:
        """See `Transport.send`. Raises NoAnswer for what it does not reach."""
        if _WAITS_DEAF:
            return interruptible(lambda: self.begin(request).answer(sink))
        return self.begin(request).answer(sink)

    def begins(self, url: str) -> bool:
        """See `EagerTransport.begins`."""
        return True

    def begin(self, request: Request) -> _Sending:
        """See `EagerTransport.begin`."""
        address, message = _addressed(request)
        read = request.read_timeout or self._timeouts.read
        kept = self._idle.setdefault(address, deque())
        connection = _quiet(kept) or _Connection(_connected(address, min(self._timeouts.connect, read)))
        try:
            connection.tell(message, read)
        except BaseException:
            connection.close()
            raise
        return _Sending(request, connection, kept)

    def close(self) -> None:
        """See `Transport.close`."""
        for kept in self._idle.values():
            while connection := _last(kept):
                connection.close()

    def __del__(self) -> None:
        """What is dropped and not closed takes its connections along."""
        self.close()


@dataclass(frozen=True, slots=True)
class _Sending:
    """See `Sending`. Its connection goes back to those that are kept."""

    request: Request
    connection: _Connection
    kept: deque[_Connection]

    def answer(self, sink: BinaryIO | None = None) -> Response:
        try:
            answer = self.connection.hear(self.request, sink)
        except BaseException:
            self.connection.close()
            raise
        if answer.leaves_open and len(self.kept) < _MOST_IDLE:
            self.kept.append(self.connection)
        else:
            self.connection.close()
        return answer.response()

    def drop(self) -> None:
        self.connection.close()


class _Connection:
    """One connection to a server."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._buffer = bytearray(_PIECE)
        self._view = memoryview(self._buffer)
        self._used = time.monotonic()
        self._refused: OSError | None = None

    def is_quiet(self) -> bool:
        """Whether it is fresh, and the server has neither closed it nor said what nobody asked."""
        return time.monotonic() - self._used < _LONGEST_IDLE and not _is_readable(self._sock)

    def close(self) -> None:
        self._sock.close()

    def tell(self, message: bytes, read: float) -> None:
        """Sends. What ends that early is told by `hear`: the server may have answered before, and said why.

        Raises NoAnswer.
        """
        self._sock.settimeout(read)
        self._refused = None
        try:
            self._sock.sendall(message)
        except (BrokenPipeError, ConnectionResetError) as error:
            self._refused = error
        except OSError as error:
            raise _broken(error) from None

    def hear(self, request: Request, sink: BinaryIO | None) -> Answer:
        """Reads the whole answer. Raises NoAnswer, CloudError, OSError of the sink."""
        answer = Answer(request, sink)
        while not answer.is_whole:
            try:
                size = self._sock.recv_into(self._buffer)
            except OSError as error:
                raise _broken(self._refused or error) from None
            if not size:
                answer.end()
                break
            answer.feed(self._view[:size])
        self._used = time.monotonic()
        return answer


def _addressed(request: Request) -> tuple[_Address, bytes]:
    """Where a request goes, and its bytes."""
    match = _URL.fullmatch(request.url)
    port = int(match["port"] or 80) if match else 0
    if match is None or not 0 < port < 65536:
        raise NoAnswer(f"no request can be sent to {request.url!r}", sent=False)
    host, path = match["host"], match["path"] or ""
    path = path if path.startswith("/") else f"/{path}"
    message = written(request, f"{host}:{port}" if match["port"] else host, path)
    return (host.strip("[]"), port), message


def _last(kept: deque[_Connection]) -> _Connection | None:
    try:
        return kept.pop()
    except IndexError:
        return None


def _quiet(kept: deque[_Connection]) -> _Connection | None:
    """The connection that was used last, of those that can be used again."""
    while connection := _last(kept):
        if connection.is_quiet():
            return connection
        connection.close()
    return None


def _connected(address: _Address, seconds: float) -> socket.socket:
    try:
        # As bytes: Python loads its tables of international names for any text.
        host: Any = address[0].encode()
        sock = socket.create_connection((host, address[1]), timeout=seconds)
    except TimeoutError:
        raise no_answer("no connection in time", sent=False) from None
    except (OSError, UnicodeError) as error:
        raise no_answer(f"no connection ({_said(error)})", sent=False) from None
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def _is_readable(sock: socket.socket) -> bool:
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(sock, select.POLLIN)
        return bool(poll.poll(0))
    return bool(select.select([sock], [], [], 0)[0])


def _broken(error: OSError) -> NoAnswer:
    if isinstance(error, TimeoutError):
        return no_answer("no answer in time")
    return no_answer(f"the connection broke before the answer was whole ({_said(error)})")


def _said(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error)
