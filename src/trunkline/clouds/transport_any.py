"""The transport that a session uses: plain sockets where they reach, the library everywhere else.

Either is loaded by the first request that needs it.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import BinaryIO
from urllib.parse import urlsplit

from trunkline.clouds.regions import is_loopback, origin_of
from trunkline.clouds.transport import EagerTransport, Request, Response, Sending, Timeouts, Transport


class AnyTransport:
    """See `Transport`. TLS, proxies and names beyond ASCII are the library's; http without them is not."""

    def __init__(self, timeouts: Timeouts | None = None) -> None:
        self._timeouts = timeouts
        self._plain: EagerTransport | None = None
        self._library: Transport | None = None
        self._lock = threading.Lock()

    def send(self, request: Request, sink: BinaryIO | None = None) -> Response:
        """See `Transport.send`."""
        return self._for(request.url).send(request, sink)

    def begins(self, url: str) -> bool:
        """See `EagerTransport.begins`: the library does all of a request at once."""
        return _is_plain(origin_of(url))

    def begin(self, request: Request) -> Sending:
        """See `EagerTransport.begin`."""
        return (self._plain or self._open_plain()).begin(request)

    def close(self) -> None:
        """See `Transport.close`."""
        for opened in filter(None, (self._plain, self._library)):
            opened.close()

    def _for(self, url: str) -> Transport:
        if _is_plain(origin_of(url)):
            return self._plain or self._open_plain()
        return self._library or self._open_library()

    def _open_plain(self) -> EagerTransport:
        from trunkline.clouds.transport_socket import SocketTransport

        with self._lock:
            self._plain = self._plain or SocketTransport(self._timeouts)
            return self._plain

    def _open_library(self) -> Transport:
        from trunkline.clouds.transport_pyreqwest import PyreqwestTransport

        with self._lock:
            self._library = self._library or PyreqwestTransport(self._timeouts)
            return self._library


@lru_cache(maxsize=64)
def _is_plain(origin: str) -> bool:
    if not origin.isascii():
        return False
    try:
        parts = urlsplit(origin)
        return parts.scheme == "http" and (is_loopback(origin) or not _is_proxied(parts.netloc))
    except ValueError:
        return False


def _is_proxied(host: str) -> bool:
    """What the environment or the system says, of a host that is not this machine."""
    from urllib.request import getproxies, proxy_bypass

    proxies = getproxies()
    return bool({"http", "all"} & proxies.keys()) and not proxy_bypass(host)
