"""No secret gets into a recording: headers, parameters and fields by their names, and what they held wherever
it turns up again.

Fields are looked at where an API has them: at the top of a body and in the objects of its lists. What lies
deeper is configuration, such as a translation map with a field `token`, and is only cleaned of values that
are known to be secret or that stand after `Bearer` or `Basic`.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import replace
from typing import cast
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from trunkline.domain.json import Json, JsonObject
from trunkline.emulator.recording.har import Exchange, Headers, Message

MASK = "***"
SHORTEST = 12
"""Characters of a secret that is looked for by its value: a shorter one could be an ordinary word."""
FORM = "application/x-www-form-urlencoded"

_HEADERS = {"authorization", "proxyauthorization", "cookie", "setcookie", "xapikey", "apikey", "authtoken"}
_FIELDS = {
    *("accesstoken", "refreshtoken", "idtoken", "token", "sessiontoken", "assertion", "clientassertion"),
    *("clientsecret", "secret", "secretkey", "accesskeysecret", "password", "passwd", "apikey", "privatekey"),
    *("sig", "signature", "xamzsignature", "xamzcredential", "xamzsecuritytoken", "codeverifier"),
}
_CREDENTIALS = "credentialFields"
_SCHEME = re.compile(rb'"(Bearer|Basic)\s+(?=[^"\s]*[0-9=])[A-Za-z0-9._~+/=\-]{8,}"')


def is_secret(name: str) -> bool:
    """Whether a parameter or a field of this name holds a secret."""
    return _plain(name) in _FIELDS


def clean_query(query: str) -> str:
    """The query of a URL without the values of its secrets; as it was where it has none."""
    pairs = parse_qsl(query, keep_blank_values=True)
    if not any(is_secret(name) for name, _ in pairs):
        return query
    return urlencode([(name, MASK if is_secret(name) else value) for name, value in pairs], safe="*")


def clean_body(message: Message) -> bytes:
    """The body without the values of its secret fields; as it was, byte for byte, where it has none."""
    return _Fields(message).cleaned


class Scrubber:
    """Cleans the exchanges of one session: a secret that it saw once is cleaned from all that follow."""

    def __init__(self) -> None:
        self._known: set[bytes] = set()

    def __call__(self, exchange: Exchange) -> Exchange:
        asked, answered = _Fields(exchange.request), _Fields(exchange.answer)
        parts = urlsplit(exchange.url)
        held = [value for name, value in parse_qsl(parts.query) if is_secret(name)]
        for value in (
            *held,
            *_shown(exchange.request.header("authorization")),
            *asked.secrets,
            *answered.secrets,
        ):
            self._learn(value)
        url = urlunsplit(parts._replace(query=clean_query(parts.query)))
        return replace(
            exchange,
            url=self._text(url),
            request=Message(self._headers(exchange.request.headers), self._bytes(asked.cleaned)),
            answer=Message(self._headers(exchange.answer.headers), self._bytes(answered.cleaned)),
        )

    def _learn(self, value: str) -> None:
        if len(value) >= SHORTEST:
            self._known |= {value.encode(), quote(value, safe="").encode(), json.dumps(value)[1:-1].encode()}

    def _headers(self, headers: Headers) -> Headers:
        return tuple(
            (name, MASK if _plain(name) in _HEADERS else self._text(value)) for name, value in headers
        )

    def _text(self, text: str) -> str:
        return self._bytes(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")

    def _bytes(self, content: bytes) -> bytes:
        for known in sorted(self._known, key=len, reverse=True):
            content = content.replace(known, MASK.encode())
        return _SCHEME.sub(rb'"\1 ' + MASK.encode() + b'"', content)


class _Fields:
    """The secret fields of a body: `secrets` are their values, `cleaned` is the body without them."""

    def __init__(self, message: Message) -> None:
        self.secrets: list[str] = []
        self.cleaned = message.body
        if message.media_type.startswith(FORM):
            self._form(message.body.decode("latin-1"))
        elif "json" in message.media_type and message.body:
            self._json(message.body)

    def _form(self, text: str) -> None:
        pairs = parse_qsl(text, keep_blank_values=True)
        self.secrets = [value for name, value in pairs if is_secret(name)]
        if self.secrets:
            self.cleaned = clean_query(text).encode("latin-1")

    def _json(self, body: bytes) -> None:
        try:
            value = json.loads(body)
        except (ValueError, RecursionError):
            return
        cleaned = self._top(value)
        if self.secrets:
            self.cleaned = json.dumps(cleaned, ensure_ascii=False).encode("utf-8", "surrogatepass")

    def _top(self, value: Json) -> Json:
        if isinstance(value, list):
            return [self._object(each) for each in cast("list[Json]", value)]
        found = self._object(value)
        if not isinstance(found, dict):
            return found
        fields = cast("JsonObject", found)
        return {name: self._top(each) if isinstance(each, list) else each for name, each in fields.items()}

    def _object(self, value: Json) -> Json:
        if not isinstance(value, dict):
            return value
        return {name: self._field(name, each) for name, each in cast("JsonObject", value).items()}

    def _field(self, name: str, value: Json) -> Json:
        if name == _CREDENTIALS and isinstance(value, dict):
            return {key: self._masked(each) for key, each in cast("JsonObject", value).items()}
        return self._masked(value) if is_secret(name) else value

    def _masked(self, value: Json) -> Json:
        if not isinstance(value, str) or value in ("", MASK):
            return value
        self.secrets.append(value)
        return MASK


def _shown(authorization: str) -> list[str]:
    """The secrets of an Authorization header: a token, or the password of Basic (RFC 7617)."""
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() != "basic":
        return [credentials] if credentials else []
    try:
        decoded = base64.b64decode(credentials).decode()
    except (binascii.Error, UnicodeDecodeError):
        return [credentials]
    return [credentials, decoded.partition(":")[2]]


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())
