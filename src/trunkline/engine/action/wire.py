"""What an action sends and gets, and how it is told that nothing came back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from trunkline.domain.json import Json


@dataclass(frozen=True, slots=True)
class Request:
    """A rendered request. `url` may be a path (Genesys Cloud, Salesforce, …) or an ARN (AWS Lambda).

    `timeout` is in seconds; `body` is None where none is sent.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: str | None = None
    timeout: float = 60.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: str | bytes = ""

    @property
    def text(self) -> str:
        """The body as text; bytes that are no UTF-8 become replacement characters."""
        return self.body if isinstance(self.body, str) else self.body.decode("utf-8", "replace")

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


Send = Callable[[Request], Reply]
"""Sends a request. Raises TimeoutError when it took too long, any other OSError when nothing came back."""


def recorded(replies: Iterable[Reply | Json]) -> Send:
    """A `send` that gives recorded replies, one after the other; what is no Reply is a 200 with that body.

    Raises ConnectionError when a request comes and no reply is left.
    """
    left = iter(replies)

    def send(request: Request) -> Reply:
        for reply in left:
            return reply if isinstance(reply, Reply) else Reply(body=_text(reply))
        raise ConnectionError(f"no recorded reply is left for {request.method} {request.url}")

    return send


def _text(value: Json) -> str:
    import json

    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
