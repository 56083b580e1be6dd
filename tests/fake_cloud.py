"""A transport that answers from a function: sessions are tested without a socket, on a clock of their own."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import BinaryIO
from urllib.parse import parse_qsl, urlsplit

from trunkline.clouds.limiter import Limiter
from trunkline.clouds.redact import Secret
from trunkline.clouds.retry import Policy, Wait
from trunkline.clouds.session import Session
from trunkline.clouds.target import Target
from trunkline.clouds.transport import Request, Response
from trunkline.errors import NoAnswer

TARGET = Target(
    "genesys",
    "https://api.mypurecloud.com",
    "https://login.mypurecloud.com",
    "public",
    "client-id",
    Secret("client-secret-text"),
    "dev",
    "TRUNKLINE_*",
)

Answer = Response | NoAnswer


def answer(status: int = 200, value: object = None, **headers: str) -> Response:
    """A response with a JSON body; names of headers with `_` for `-`."""
    body = b"" if value is None else json.dumps(value).encode()
    return Response(status, {key.replace("_", "-"): text for key, text in headers.items()}, body, len(body))


class FakeCloud:
    """Hands out tokens and answers with what `handle` returns. `now` passes only in sleeps."""

    def __init__(self, handle: Callable[[Request], Answer]) -> None:
        self._handle = handle
        self.requests: list[Request] = []
        self.tokens = 0
        self.lifetime = 86400.0
        self.now = 5000.0
        self.slept: list[float] = []
        self.waits: list[Wait] = []

    def send(self, request: Request, sink: BinaryIO | None = None) -> Response:
        if urlsplit(request.url).path.endswith("/oauth/token"):
            self.tokens += 1
            return answer(value={"access_token": f"token-{self.tokens}-text", "expires_in": self.lifetime})
        self.requests.append(request)
        outcome = self._handle(request)
        if isinstance(outcome, NoAnswer):
            raise outcome
        if sink is not None and 200 <= outcome.status < 300:
            sink.write(outcome.body)
            return Response(outcome.status, outcome.headers, b"", outcome.size)
        return outcome

    def close(self) -> None:
        pass

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def session(
        self, target: Target = TARGET, policy: Policy | None = None, quota: int | None = None
    ) -> Session:
        """A session on this cloud."""
        return Session(
            target,
            transport=self,
            limiter=Limiter(quota, clock=self.clock, sleep=self.sleep),
            policy=policy,
            on_wait=self.waits.append,
            clock=self.clock,
            sleep=self.sleep,
        )

    @property
    def calls(self) -> list[str]:
        """Method and path of each request, without tokens."""
        return [f"{each.method} {urlsplit(each.url).path}" for each in self.requests]


def query(request: Request) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(request.url).query))


def script(*outcomes: Answer) -> Callable[[Request], Answer]:
    """Answers one after the other; the last one for ever."""
    rest = list(outcomes)

    def handle(request: Request) -> Answer:
        return rest.pop(0) if len(rest) > 1 else rest[0]

    return handle
