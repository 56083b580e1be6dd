"""A server of raw sockets: each connection is handed to a function that may break any rule of HTTP."""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import threading
from collections.abc import Callable, Iterator


class Connection:
    """One accepted connection, and what it has received so far."""

    def __init__(self, server: RawServer, sock: socket.socket) -> None:
        self.server = server
        self.sock = sock
        self._rest = b""

    def request(self) -> bytes | None:
        """The next request, head and body; None where the client left."""
        while b"\r\n\r\n" not in self._rest:
            if not self._more():
                return None
        head, _, _ = self._rest.partition(b"\r\n\r\n")
        length = len(head) + 4
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length += int(line.split(b":")[1])
        while len(self._rest) < length:
            if not self._more():
                return None
        request, self._rest = self._rest[:length], self._rest[length:]
        self.server.requests.append(request)
        return request

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def ok(self, body: bytes = b"{}", status: bytes = b"200 OK", head: bytes = b"") -> None:
        """A whole answer."""
        self.send(b"HTTP/1.1 %s\r\nContent-Length: %d\r\n%s\r\n%s" % (status, len(body), head, body))

    def reset(self) -> None:
        """Ends with RST, as a crashed server or a firewall does."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def reset_unread(self) -> None:
        """Ends with RST when a request has arrived and nobody has read it.

        Earlier, the client may not have noticed that it is connected: then nothing was sent indeed.
        """
        select.select([self.sock], [], [], 10)
        self.reset()

    def wait(self) -> None:
        """Says nothing until the test is over."""
        self.server.over.wait(30)

    def _more(self) -> bool:
        piece = self.sock.recv(65536)
        self._rest += piece
        return bool(piece)


class RawServer:
    """Listens on a port of its own; `requests` holds every request that was read whole.

    `left` is set when a connection is over.
    """

    def __init__(self, handle: Callable[[Connection], None]) -> None:
        self._handle = handle
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(64)
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.requests: list[bytes] = []
        self.connections = 0
        self.over = threading.Event()
        self.left = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self.over.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while not self.over.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        with contextlib.suppress(OSError), sock:
            self._handle(Connection(self, sock))
        self.left.set()


@contextlib.contextmanager
def raw_server(handle: Callable[[Connection], None]) -> Iterator[RawServer]:
    """A server for as long as the block runs."""
    server = RawServer(handle)
    try:
        yield server
    finally:
        server.close()


def closed_port() -> int:
    """A port of this machine where nobody listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


@contextlib.contextmanager
def full_backlog() -> Iterator[int]:
    """A port that lets nobody in and refuses nobody: connecting there never ends."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        for _ in range(4):
            sock = stack.enter_context(socket.socket())
            sock.setblocking(False)
            sock.connect_ex(("127.0.0.1", port))
        yield port
