"""The seam below which HTTP happens: a request goes in, a response or a NoAnswer comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol, runtime_checkable

from trunkline.errors import CloudError, NoAnswer

LARGEST_BODY = 128 * 1024 * 1024
"""Bytes of an answer kept in memory; what is larger must be streamed to a file."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait for a connection, and for each piece of an answer."""

    connect: float = 10.0
    read: float = 15.0


@dataclass(frozen=True, slots=True)
class Request:
    """What to send. `read_timeout` overrides the transport's own, in seconds.

    Its repr shows neither headers nor body: they hold tokens.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    body: bytes | None = field(default=None, repr=False)
    read_timeout: float | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """What came back, whatever its status. Names of headers are lower-case.

    `body` is empty where the answer went to a file; `size` is its length in bytes either way.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    size: int


class Transport(Protocol):
    """Sends requests, from any thread. Follows no redirect, retries nothing, logs nothing."""

    def send(self, request: Request, sink: BinaryIO | None = None) -> Response:
        """The answer. With a sink, the body of a 2xx answer is written there piece by piece.

        Raises NoAnswer: `sent` is False only where the request provably never left, and True
        wherever the cloud may have acted on it (also when the answer broke off half way).
        Raises CloudError for an answer larger than LARGEST_BODY that has no sink.
        """
        ...

    def close(self) -> None:
        """Ends idle connections."""
        ...


class Sending(Protocol):
    """A request that is on its way."""

    def answer(self, sink: BinaryIO | None = None) -> Response:
        """Waits for it; see `Transport.send`."""
        ...

    def drop(self) -> None:
        """Nobody wants the answer any more."""
        ...


@runtime_checkable
class EagerTransport(Transport, Protocol):
    """A transport that can send a request before somebody waits for its answer."""

    def begins(self, url: str) -> bool:
        """Whether it can for this URL."""
        ...

    def begin(self, request: Request) -> Sending:
        """Sends. Raises NoAnswer."""
        ...


def check_size(size: int, request: Request, status: int) -> None:
    """Raises CloudError where so many bytes of an answer are too many to be kept in memory."""
    if size > LARGEST_BODY:
        raise CloudError(
            f"an answer larger than {LARGEST_BODY >> 20} MB",
            where=f"{request.method} {request.url.partition('?')[0]}",
            status=status,
        )


def no_answer(message: str, *, sent: bool = True) -> NoAnswer:
    """An error that says what to do about it."""
    return NoAnswer(message, sent=sent, hint=_HINTS[sent])


_HINTS = {
    True: "the request may have been carried out; look before repeating what is not idempotent",
    False: "check the URL, the network, HTTPS_PROXY and NO_PROXY, and SSL_CERT_FILE for a private CA",
}
