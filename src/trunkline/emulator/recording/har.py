"""HTTP exchanges and the files that hold them: HAR 1.2, as browsers and proxies write it.

"HTTP Archive (HAR) format", W3C Web Performance Working Group: `log.entries[]`, each a request and its
response; a body that is no text is base64, said by `content.encoding`, and in a request by `_encoding`.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, TypeAlias, cast
from urllib.parse import parse_qsl, urlencode, urlsplit

from trunkline.domain.json import Json, JsonObject
from trunkline.errors import InvalidInput, UsageError
from trunkline.version import __version__

Headers: TypeAlias = tuple[tuple[str, str], ...]
MOST_FAULTS = 20


@dataclass(frozen=True, slots=True)
class Message:
    """Headers and body of a request or an answer."""

    headers: Headers = ()
    body: bytes = b""

    def header(self, name: str) -> str:
        """The first of that name, whatever its case; empty if there is none."""
        return next((value for key, value in self.headers if key.lower() == name), "")

    @property
    def media_type(self) -> str:
        return self.header("content-type")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer. `url` is absolute; `started` is ISO 8601; `spent` is milliseconds."""

    method: str
    url: str
    request: Message
    status: int
    answer: Message
    started: str = ""
    spent: float = 0.0

    @property
    def origin(self) -> str:
        """Scheme and host, as in `https://api.mypurecloud.ie`."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def target(self) -> str:
        """Path and query."""
        parts = urlsplit(self.url)
        return f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"


class HarWriter:
    """A new HAR file that is whole after every entry, readable by its owner alone.

    Raises UsageError if the file exists or cannot be made: a recording is never overwritten.
    """

    _END = b"\n]}}\n"

    def __init__(self, file: Path) -> None:
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError as error:
            raise UsageError("this file exists", where=str(file), hint="choose another --to") from error
        except OSError as error:
            raise UsageError(f"this file cannot be written: {error.strerror}", where=str(file)) from error
        self._out = os.fdopen(descriptor, "wb")
        creator = json.dumps({"name": "trunkline", "version": __version__})
        self._out.write(
            f'{{"log": {{"version": "1.2", "creator": {creator}, "entries": ['.encode() + self._END
        )
        self._out.flush()
        self.count = 0

    def add(self, exchange: Exchange) -> None:
        """Append one exchange, which must hold no secret."""
        line = json.dumps(_entry(exchange), ensure_ascii=False).encode("utf-8", "surrogatepass")
        self._out.seek(-len(self._END), os.SEEK_END)
        self._out.write((b",\n" if self.count else b"\n") + line + self._END)
        self._out.flush()
        self.count += 1

    def close(self) -> None:
        self._out.close()

    def __enter__(self) -> HarWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _entry(exchange: Exchange) -> JsonObject:
    query = parse_qsl(urlsplit(exchange.url).query, keep_blank_values=True)
    request: JsonObject = {
        "method": exchange.method,
        "url": exchange.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(exchange.request.headers),
        "queryString": _pairs(query),
        "headersSize": -1,
        "bodySize": len(exchange.request.body),
    }
    if exchange.request.body:
        text, encoding = _text(exchange.request.body)
        request["postData"] = {"mimeType": exchange.request.media_type, "text": text}
        if encoding:
            request["postData"]["_encoding"] = encoding
    text, encoding = _text(exchange.answer.body)
    content = {"size": len(exchange.answer.body), "mimeType": exchange.answer.media_type, "text": text}
    return {
        "startedDateTime": exchange.started,
        "time": exchange.spent,
        "request": request,
        "response": {
            "status": exchange.status,
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": _pairs(exchange.answer.headers),
            "content": {**content, **({"encoding": encoding} if encoding else {})},
            "redirectURL": exchange.answer.header("location"),
            "headersSize": -1,
            "bodySize": len(exchange.answer.body),
        },
        "cache": {},
        "timings": {"send": 0, "wait": exchange.spent, "receive": 0},
    }


def _pairs(pairs: Headers | list[tuple[str, str]]) -> list[JsonObject]:
    return [{"name": name, "value": value} for name, value in pairs]


def _text(body: bytes) -> tuple[str, str | None]:
    try:
        return body.decode(), None
    except UnicodeDecodeError:
        return base64.b64encode(body).decode(), "base64"


class _Fault(Exception):
    """A field of an entry and what is wrong with it."""


def read_har(file: Path) -> list[Exchange]:
    """The exchanges of a HAR file, in its order. Raises InvalidInput with every fault it has."""
    try:
        value = json.loads(file.read_bytes().removeprefix(b"\xef\xbb\xbf"))
        entries = value["log"]["entries"]
        if not isinstance(entries, list):
            raise TypeError
    except OSError as error:
        raise InvalidInput(f"this file cannot be read: {error.strerror}", where=str(file)) from error
    except (KeyError, TypeError) as error:
        raise InvalidInput("this is no HAR file: it has no log.entries", where=str(file)) from error
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"this is no HAR file: {error}", where=str(file)) from error
    found: list[Exchange] = []
    faults: list[str] = []
    for number, entry in enumerate(cast("list[Json]", entries)):
        try:
            found.append(_exchange(entry))
        except _Fault as error:
            faults.append(f"log.entries[{number}].{error}")
    if faults:
        more = [f"… and {len(faults) - MOST_FAULTS} more"] if len(faults) > MOST_FAULTS else []
        raise InvalidInput(
            "entries of this recording cannot be used", where=str(file), faults=(*faults[:MOST_FAULTS], *more)
        )
    return found


def _exchange(entry: Json) -> Exchange:
    """Raises _Fault naming the field that is wrong."""
    request, response = _object(entry, "request"), _object(entry, "response")
    url, status = request.get("url"), response.get("status")
    method = request.get("method")
    if not isinstance(method, str) or not method:
        raise _Fault("request.method is no text")
    try:
        is_absolute = isinstance(url, str) and urlsplit(url).scheme in ("http", "https")
    except ValueError:
        is_absolute = False
    if not is_absolute:
        raise _Fault("request.url is no absolute URL")
    if isinstance(status, bool) or not isinstance(status, int) or not 100 <= status <= 599:
        raise _Fault(f"response.status is no HTTP status: {status!r}")
    content = _optional(response, "content", "response.")
    asked = Message(_headers(request, "request"), _posted(_optional(request, "postData", "request.")))
    answer = Message(_headers(response, "response"), _body(content, "encoding", "response.content"))
    return Exchange(method.upper(), cast("str", url), asked, status, answer)


def _object(value: Json, name: str) -> JsonObject:
    found = cast("JsonObject", value).get(name) if isinstance(value, dict) else None
    if not isinstance(found, dict):
        raise _Fault(f"{name} is no object")
    return cast("JsonObject", found)


def _optional(value: JsonObject, name: str, path: str) -> JsonObject:
    if value.get(name) is None:
        return {}
    if not isinstance(value[name], dict):
        raise _Fault(f"{path}{name} is no object")
    return cast("JsonObject", value[name])


def _headers(message: JsonObject, path: str) -> Headers:
    headers: Any = message.get("headers") or []
    try:
        found = tuple((header["name"], header["value"]) for header in headers)
    except (TypeError, KeyError) as error:
        raise _Fault(f"{path}.headers is no list of names and values") from error
    if not all(isinstance(name, str) and isinstance(value, str) for name, value in found):
        raise _Fault(f"{path}.headers holds what is no text")
    return found


def _posted(data: JsonObject) -> bytes:
    if "text" in data or not data.get("params"):
        return _body(data, "_encoding", "request.postData")
    try:
        return urlencode([(each["name"], each.get("value", "")) for each in data["params"]]).encode()
    except (TypeError, KeyError, AttributeError) as error:
        raise _Fault("request.postData.params is no list of names and values") from error


def _body(content: JsonObject, encoding: str, path: str) -> bytes:
    text = content.get("text") or ""
    if not isinstance(text, str):
        raise _Fault(f"{path}.text is no text")
    if content.get(encoding) != "base64":
        return text.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise _Fault(f"{path}.text is no base64") from error
