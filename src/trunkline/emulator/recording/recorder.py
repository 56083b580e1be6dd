"""A reverse proxy that keeps what is said: requests go to a cloud, they and its answers to a file.

It goes where it is told to and nowhere else. Links to the cloud in its answers lead back here, so that who
follows them is recorded too.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from pyreqwest.client import Client, ClientBuilder
from pyreqwest.exceptions import PyreqwestError
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from trunkline.emulator.call import Answer
from trunkline.emulator.errors import ApiError
from trunkline.emulator.hosts import is_loopback
from trunkline.emulator.recording.har import Exchange, HarWriter, Message
from trunkline.emulator.recording.scrub import Scrubber
from trunkline.emulator.recording.wire import HOP_BY_HOP, moved, read, send, send_answer
from trunkline.errors import UsageError

PATIENCE = timedelta(seconds=120)
OWN = "/_trunkline/"
LOGIN_PATHS = ("/oauth/", "/auth/", "/authentication/", "/.well-known/")
_NOT_FORWARDED = HOP_BY_HOP | {"host", "accept-encoding"}


def checked_origin(url: str, option: str) -> str:
    """Scheme and host of an upstream. Raises UsageError for what is none, and for http to another machine."""
    hint = f"write for example {option} https://api.mypurecloud.ie"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise UsageError(f"{option} is no URL: {url!r}", hint=hint) from None
    if parts.scheme not in ("http", "https") or not host or port == 0:
        raise UsageError(f"{option} is no URL of a cloud: {url!r}", hint=hint)
    if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username:
        raise UsageError(f"{option} is scheme and host alone: {url!r}", hint=hint)
    if parts.scheme == "http" and not is_loopback(host):
        raise UsageError(f"{option} would send tokens in the clear: {url!r}", hint=hint)
    return f"{parts.scheme}://{parts.netloc}"


def login_origin(upstream: str) -> str:
    """Where the tokens of an API come from: Genesys Cloud has `login.` beside `api.`; else the same place."""
    scheme, _, host = upstream.partition("://")
    return f"{scheme}://login.{host.removeprefix('api.')}" if host.startswith("api.") else upstream


class Recorder:
    """Passes requests on and writes down, without its secrets, what was answered."""

    def __init__(self, upstream: str, login: str, out: HarWriter) -> None:
        self._upstream = upstream
        self._login = login
        self._out = out
        self._scrub = Scrubber()
        self._clients: dict[str, Client] = {}
        self.unanswered = 0
        """Requests that the cloud did not answer: they are not in the file."""

    async def __call__(self, scope: Scope, receive: Receive, sender: Send) -> None:
        if scope["type"] != "http":
            await sender({"type": "websocket.close", "code": 1008, "reason": "only HTTP is recorded"})
            return
        try:
            target, message = await read(scope, receive)
            exchange = await self._pass_on(scope["method"], target, message)
        except ClientDisconnect:
            return
        except ApiError as error:
            await send_answer(scope, sender, Answer(error.body(""), error.status))
            return
        self._out.add(self._scrub(exchange))
        host = message.header("host")
        here = f"{scope.get('scheme', 'http')}://{host}"
        headers, body = moved(exchange.answer, {self._upstream: here, self._login: here})
        await send(scope, sender, exchange.status, headers, body)

    async def _pass_on(self, method: str, target: str, message: Message) -> Exchange:
        """Raises ApiError 502 where no answer came, 403 for the emulator's own API."""
        if target.startswith(OWN):
            raise ApiError(403, "not.authorized", "An emulator's own API is not reached through a recorder.")
        origin = self._login if target.startswith(LOGIN_PATHS) else self._upstream
        headers = [(name, value) for name, value in message.headers if name.lower() not in _NOT_FORWARDED]
        request = self._client(origin).request(method, origin + target)
        # Bodies that are not compressed can be read in the file and cleaned of secrets.
        request = request.headers([*headers, ("Accept-Encoding", "identity")])
        if message.body:
            request = request.body_bytes(message.body)
        started, begin = datetime.now(UTC), time.perf_counter()
        try:
            answer = await request.build().send()
            body = bytes(await answer.bytes())
        except PyreqwestError as error:
            self.unanswered += 1
            raise ApiError(502, "upstream.no.answer", f"{origin} gave no answer: {error.message}") from error
        spent = round((time.perf_counter() - begin) * 1000, 3)
        kept = tuple(
            (name, value) for name, value in answer.headers.items() if name.lower() not in HOP_BY_HOP
        )
        asked = replace(message, headers=tuple(headers))
        return Exchange(
            method, origin + target, asked, answer.status, Message(kept, body), started.isoformat(), spent
        )

    def _client(self, origin: str) -> Client:
        if origin not in self._clients:
            builder = ClientBuilder().timeout(PATIENCE).follow_redirects(False)
            local = is_loopback(urlsplit(origin).hostname or "")
            self._clients[origin] = (builder.no_proxy() if local else builder).build()
        return self._clients[origin]
