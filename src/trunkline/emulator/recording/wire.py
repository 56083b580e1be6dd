"""Requests and answers of a recording on an ASGI server."""

from __future__ import annotations

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from trunkline.emulator.call import Answer
from trunkline.emulator.recording.har import Headers, Message

HOP_BY_HOP = {
    *("connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization"),
    *("te", "trailer", "transfer-encoding", "upgrade", "content-length", "expect"),
}
"""Headers of one connection, not of what is said over it (RFC 9110 §7.6.1)."""
_BODILESS = {204, 304}


async def read(scope: Scope, receive: Receive) -> tuple[str, Message]:
    """Path and query as they were sent, and the request. Raises ClientDisconnect."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    path, query = raw.partition(b"?")[0].decode("latin-1"), scope["query_string"].decode("latin-1")
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
    body = await Request(scope, receive).body()
    return f"{path}?{query}" if query else path, Message(headers, body)


async def send(scope: Scope, sender: Send, status: int, headers: Headers, body: bytes) -> None:
    """An answer; headers of the connection are made anew."""
    kept = [(name.lower(), value) for name, value in headers if name.lower() not in HOP_BY_HOP]
    if status not in _BODILESS:
        kept.append(("content-length", str(len(body))))
    encoded = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in kept]
    await sender({"type": "http.response.start", "status": status, "headers": encoded})
    silent = scope["method"] == "HEAD" or status in _BODILESS
    await sender({"type": "http.response.body", "body": b"" if silent else body})


async def send_answer(scope: Scope, sender: Send, answer: Answer) -> None:
    """An answer of ours."""
    headers = (*answer.headers.items(), ("Content-Type", answer.media_type))
    await send(scope, sender, answer.status, headers, answer.encoded())


def is_text(media_type: str) -> bool:
    """Whether a body may hold links that are to be read as text."""
    return any(word in media_type for word in ("json", "text", "xml", "x-www-form-urlencoded"))


def moved(answer: Message, origins: dict[str, str]) -> tuple[Headers, bytes]:
    """Headers and body with links to these origins led elsewhere: `https://api.…` to where this server is."""
    body = answer.body
    headers = answer.headers
    for origin, here in origins.items():
        headers = tuple((name, value.replace(origin, here)) for name, value in headers)
        if is_text(answer.media_type):
            body = body.replace(origin.encode(), here.encode())
    return headers, body
