"""Real calls for data actions that run here: to the web services they name, and to the org's own API."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from trunkline.clouds import transport
from trunkline.clouds.session import Call, Session
from trunkline.clouds.transport import Transport
from trunkline.engine.action import Reply, Request
from trunkline.errors import NoAnswer

_HOP = frozenset({"host", "content-length", "transfer-encoding", "connection"})
"""Headers that belong to the connection: an action may name them, the HTTP library sets them."""


class Service:
    """A `send` of `engine.action.run`. `open_org` is asked, once, for the org behind a path `/api/v2/…`.

    Redirects are not followed. A call to a web service is tried once; one to the org goes through its
    limiter and carries its token.
    """

    def __init__(self, transport: Transport, open_org: Callable[[], Session]) -> None:
        self._transport = transport
        self._open_org = open_org
        self._org: Session | None = None

    def __call__(self, request: Request) -> Reply:
        """Raises TimeoutError where the answer took too long, ConnectionError where none came."""
        start = perf_counter()
        try:
            answer = self._answer(request)
        except NoAnswer as error:
            if perf_counter() - start >= request.timeout:
                raise TimeoutError(error.message) from None
            raise ConnectionError(error.message) from None
        return Reply(answer.status, answer.headers, answer.body)

    def _answer(self, request: Request) -> transport.Response:
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _HOP}
        body = None if request.body is None else request.body.encode("utf-8", "surrogatepass")
        if request.url.startswith(("https://", "http://")):
            return self._transport.send(
                transport.Request(request.method, request.url, headers, body, request.timeout)
            )
        if not request.url.startswith("/api/"):
            raise ConnectionError(f"{request.url} can be called by the platform alone, not from here")
        if self._org is None:
            self._org = self._open_org()
        call = Call(body=body, headers=headers, read_timeout=request.timeout, idempotent=False)
        return self._org.exchange(request.method, request.url, call)
