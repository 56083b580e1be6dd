"""Cassettes: what a service was asked and answered, recorded once and replayed ever after.

{"exchanges": [{"request": {"method", "url", "headers", "body"}, "reply": {"status", "headers", "body"}}]}

Secrets never reach the file: the credentials of the case, what looks like a secret by its name (headers,
query parameters, members of JSON), and wherever else the same values stand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path as FilePath
from urllib.parse import parse_qsl, unquote_plus, urlsplit

from trunkline.domain.json import Json, JsonObject, file_text
from trunkline.engine.action import MASK, Reply, Request, Send
from trunkline.engine.action.secrets import Mask, secrets_of
from trunkline.errors import InvalidInput
from trunkline.project.files import read_text, write_atomic
from trunkline.project.jsonfile import JsonFault, parse_json

_SECRET_NAME = re.compile(
    r"(?i)(.*[-_])?(authorization|cookie|api[-_]?key|subscription-key|(access|refresh|id|auth|session)[-_]?token"
    r"|token|secret|password|passwd|signature|sig)\Z"
)
_KEPT_HEADERS = ("content-type", "location", "retry-after")
"""Headers of a reply worth keeping: dates and servers would change from one recording to the next."""
_SHORTEST_ECHO = 4
"""A shorter value is not looked for elsewhere: it would be found everywhere."""


class Scrubber:
    """Takes secrets out of exchanges, and learns new ones from each."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._mask = Mask(secrets)

    def url(self, url: str) -> str:
        """The URL with secret parameters and known secrets masked."""
        for name, value in parse_qsl(urlsplit(url).query, keep_blank_values=True):
            if _SECRET_NAME.match(name):
                self._learn(value)
                url = re.sub(rf"([?&]{re.escape(name)}=)[^&#]*", rf"\g<1>{MASK}", url)
        return self._mask.text(url)

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Headers with secret values masked."""
        for name, value in headers.items():
            if _SECRET_NAME.match(name):
                self._learn(value, *value.split())
        return {
            name: MASK if _SECRET_NAME.match(name) else self._mask.text(value)
            for name, value in headers.items()
        }

    def body(self, text: str) -> Json:
        """A body as JSON where it is JSON, else as text; secrets masked."""
        try:
            value = json.loads(text)
            json.dumps(value, allow_nan=False)
        except (ValueError, RecursionError):
            return self._form(text)
        self._collect(value)
        return self._masked(value)

    def _form(self, text: str) -> str:
        """Text, or a form: `grant_type=…&client_secret=…`."""
        for name, value in re.findall(r"(?:\A|&)([^&=\s]+)=([^&\s]*)", text):
            if _SECRET_NAME.match(name):
                self._learn(value, unquote_plus(value))
        return self._mask.text(text)

    def _collect(self, value: Json) -> None:
        if isinstance(value, dict):
            for name, child in value.items():
                if _SECRET_NAME.match(name):
                    self._learn(*secrets_of(child))
                self._collect(child)
        elif isinstance(value, list):
            for child in value:
                self._collect(child)

    def _masked(self, value: Json) -> Json:
        if isinstance(value, dict):
            return {
                self._mask.text(name): MASK
                if _SECRET_NAME.match(name) and isinstance(child, str | int | float)
                else self._masked(child)
                for name, child in value.items()
            }
        if isinstance(value, list):
            return [self._masked(child) for child in value]
        return self._mask.value(value)

    def _learn(self, *values: str) -> None:
        self._mask.add(value for value in values if len(value) >= _SHORTEST_ECHO)


class Recorder:
    """A `send` that passes on to the service and keeps what is said, as it was said."""

    def __init__(self, send: Send) -> None:
        self.requests: list[Request] = []
        self._send = send
        self._exchanges: list[tuple[Request, Reply]] = []

    def __call__(self, request: Request) -> Reply:
        self.requests.append(request)
        reply = self._send(request)
        self._exchanges.append((request, reply))
        return reply

    def write(self, file: FilePath, secrets: Iterable[str]) -> bool:
        """Writes the cassette, secrets scrubbed; False where nothing was said."""
        if not self._exchanges:
            return False
        scrubber = Scrubber(secrets)
        for request, reply in self._exchanges:  # what a later exchange betrays is masked in earlier ones too
            _scrubbed(scrubber, request, reply)
        exchanges = [_scrubbed(scrubber, request, reply) for request, reply in self._exchanges]
        file.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(file, file_text({"exchanges": exchanges}))
        return True


def _scrubbed(scrubber: Scrubber, request: Request, reply: Reply) -> JsonObject:
    kept = {name.lower(): value for name, value in reply.headers.items() if name.lower() in _KEPT_HEADERS}
    return {
        "request": {
            "method": request.method,
            "url": scrubber.url(request.url),
            "headers": scrubber.headers(request.headers),
            "body": None if request.body is None else scrubber.body(request.body),
        },
        "reply": {
            "status": reply.status,
            "headers": scrubber.headers(kept),
            "body": scrubber.body(reply.text),
        },
    }


def replaying(file: FilePath, secrets: Iterable[str]) -> Send:
    """A `send` that answers from a cassette, in its order.

    Raises InvalidInput where the file is no cassette. A request whose method or URL is not the recorded one
    gets ConnectionError: the recording is of another time.
    """
    exchanges = iter(_read(file))
    scrubber = Scrubber(secrets)

    def send(request: Request) -> Reply:
        asked = f"{request.method} {scrubber.url(request.url)}"
        exchange = next(exchanges, None)
        if exchange is None:
            raise ConnectionError(f"{file.name} holds no answer to {asked}")
        recorded = f"{exchange['request']['method']} {exchange['request']['url']}"
        if recorded != asked:
            raise ConnectionError(f"{file.name} was recorded for {recorded}: record it anew")
        return reply_of(exchange["reply"])

    return send


def recorded_replies(file: FilePath) -> list[JsonObject]:
    """The replies of a cassette. Raises InvalidInput where the file is none."""
    return [exchange["reply"] for exchange in _read(file)]


def reply_of(reply: JsonObject) -> Reply:
    """A reply as test files and cassettes write it: a body that is not text is JSON."""
    body = reply.get("body", "")
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    return Reply(reply.get("status", 200), reply.get("headers") or {}, text)


def _read(file: FilePath) -> list[JsonObject]:
    if not file.exists():
        raise InvalidInput(f"there is no cassette {file.name}: trunkline test --record makes it")
    try:
        cassette = parse_json(read_text(file))
    except JsonFault as fault:
        raise InvalidInput(f"{file.name}:{fault.line} is no cassette: {fault}") from None
    exchanges = cassette.get("exchanges") if isinstance(cassette, dict) else None
    if not isinstance(exchanges, list) or not all(map(_is_exchange, exchanges)):
        raise InvalidInput(f"{file.name} is no cassette: it holds no exchanges")
    return exchanges


def _is_exchange(value: Json) -> bool:
    parts = ("request", "reply")
    return (
        isinstance(value, dict)
        and all(isinstance(value.get(part), dict) for part in parts)
        and (isinstance(value["request"].get("method"), str) and isinstance(value["request"].get("url"), str))
    )
