"""HTTP/1.1 (RFC 9112) as bytes: a request to send, and an answer that comes piece by piece.

Parsed by httptools, which is Node's llhttp.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from httptools.parser.errors import HttpParserError, HttpParserUpgrade
from httptools.parser.parser import HttpResponseParser

from trunkline.clouds.transport import Request, Response, check_size, no_answer
from trunkline.errors import NoAnswer
from trunkline.version import __version__

_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+: [\t -~\x80-\xff]*")
_DEFAULTS = {"user-agent": f"trunkline/{__version__}", "accept-encoding": "identity"}
_LONGEST_HEAD = 256 * 1024
_UNPACKED_AT_ONCE = 1024 * 1024


def written(request: Request, host: str, path: str) -> bytes:
    """The request as it goes over the wire. Raises NoAnswer for headers that cannot be sent."""
    headers = {"host": host, **_DEFAULTS}
    headers.update((name.lower(), value) for name, value in request.headers.items())
    if request.body is not None or request.method not in ("GET", "HEAD", "DELETE"):
        headers["content-length"] = str(len(request.body or b""))
    lines = [f"{name}: {value}" for name, value in headers.items()]
    if not all(map(_HEADER.fullmatch, lines)):
        raise NoAnswer("no request can be sent: a header holds what headers cannot", sent=False)
    head = "\r\n".join((f"{request.method} {path} HTTP/1.1", *lines, "", ""))
    return head.encode("latin-1") + (request.body or b"")


class Answer:
    """The answer to a request. The parser calls the methods that begin with `on_`.

    With a sink, the body of a 2xx answer goes there; `is_whole` once nothing is missing.
    """

    def __init__(self, request: Request, sink: BinaryIO | None) -> None:
        self._request = request
        self._sink = sink
        self._parser = HttpResponseParser(self)
        self._headers: dict[str, str] = {}
        self._status = 0
        self._seen = 0
        self._size = 0
        self._arrived: list[bytes] = []
        self._kept: list[bytes] = []
        self._packing: _Packing | None = None
        self._said_more = False
        self._stays = False
        self.is_whole = False

    def on_message_begin(self) -> None:
        self._said_more = self.is_whole

    def on_header(self, name: bytes, value: bytes) -> None:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        self._headers[key] = f"{self._headers[key]}, {text}" if key in self._headers else text

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        if status < 200 or self.is_whole:
            return
        self._status = status
        self.is_whole = self._request.method == "HEAD"
        if not 200 <= status < 300:
            self._sink = None

    def on_body(self, body: bytes) -> None:
        if not self.is_whole:
            self._arrived.append(body)

    def on_message_complete(self) -> None:
        if self._status:
            self.is_whole = True
            self._stays = bool(self._parser.should_keep_alive())  # afterwards it speaks of the next one
        else:  # 1xx: the answer proper follows
            self._headers.clear()

    def feed(self, piece: memoryview) -> None:
        """What has arrived. Raises NoAnswer for what is no HTTP, CloudError for too much of it.

        An OSError is the sink's.
        """
        self._seen += len(piece)
        try:
            self._parser.feed_data(piece)
        except (HttpParserError, HttpParserUpgrade) as error:
            if not self.is_whole:
                raise no_answer(f"the answer is no HTTP ({error})") from None
            self._said_more = True
        if not self._status and self._seen > _LONGEST_HEAD:
            raise no_answer("the answer is no HTTP (its head has no end)")
        arrived, self._arrived = self._arrived, []
        if arrived and not self._size and "content-encoding" in self._headers:
            self._unpack(self._headers["content-encoding"].lower())
        for each in arrived:
            for part in (each,) if self._packing is None else self._packing.parts(each):
                self._take(part)
        if self.is_whole and self._packing is not None:
            self._packing.check()

    def end(self) -> None:
        """The server has closed the connection. Raises NoAnswer where the answer does not end by that."""
        if not self._status or {"content-length", "transfer-encoding"} & self._headers.keys():
            raise no_answer("the connection broke before the answer was whole (it was closed)")
        if self._packing is not None:
            self._packing.check()
        self._said_more = True

    @property
    def leaves_open(self) -> bool:
        """Whether another request may follow on the same connection."""
        return self._stays and not self._said_more

    def response(self) -> Response:
        return Response(self._status, self._headers, b"".join(self._kept), self._size)

    def _unpack(self, encoding: str) -> None:
        if self._packing is None and encoding != "identity":
            self._packing = _Packing(encoding)

    def _take(self, part: bytes) -> None:
        self._size += len(part)
        if self._sink is not None:
            self._sink.write(part)
        else:
            check_size(self._size, self._request, self._status)
            self._kept.append(part)


class _Packing:
    """A body that was compressed although that was not asked for, as some gateways do."""

    def __init__(self, encoding: str) -> None:
        if encoding not in ("gzip", "x-gzip", "deflate"):
            raise no_answer(f"the answer is encoded as {encoding[:40]!r}, which was not asked for")
        self._inflate = zlib.decompressobj(wbits=47)  # takes the headers of gzip and of zlib

    def parts(self, piece: bytes) -> Iterator[bytes]:
        """The body so far, not more at once than memory takes. Raises NoAnswer where it is garbled."""
        try:
            while piece and not self._inflate.eof:
                yield self._inflate.decompress(piece, _UNPACKED_AT_ONCE)
                piece = self._inflate.unconsumed_tail
        except zlib.error as error:
            raise no_answer(f"the answer is garbled ({error})") from None

    def check(self) -> None:
        """Raises NoAnswer where something is missing."""
        if not self._inflate.eof:
            raise no_answer("the answer is garbled (what was compressed breaks off)")
