"""Receives webhooks on this machine: signature and age verified, replays refused, nothing trusted before.

Headers `X-Webhook-Timestamp` (seconds since the epoch) and `X-Webhook-Signature` (`sha256=` and the hex
HMAC-SHA256 of `<timestamp>.<body>`; several, parted by commas, while a secret is rotated).
"""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from trunkline.clouds.redact import Secret
from trunkline.domain.json import JsonObject

MAX_AGE = 300
"""Seconds that a delivery may be old, or ahead of our clock."""
LARGEST = 1024 * 1024
"""Bytes of a body."""
SLOWEST = 5.0
"""Seconds that a sender may pause."""
AT_ONCE = 64
REMEMBERED = 100_000
LONGEST_HEADER = 1024


@dataclass(frozen=True, slots=True)
class Verdict:
    """The status to answer with, and why; `event` is there where it is new and genuine."""

    status: int
    reason: str
    event: JsonObject | None = None


class Verifier:
    """Tells genuine deliveries from all others; from any thread."""

    def __init__(
        self, secrets: Sequence[Secret], max_age: float = MAX_AGE, clock: Callable[[], float] = time.time
    ) -> None:
        self._keys = [secret.reveal().encode() for secret in secrets]
        self._max_age = max_age
        self._clock = clock
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._handled: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    def trust(self, secret: Secret) -> None:
        """Another secret that holds from now on; the last two do."""
        key = secret.reveal().encode()
        with self._lock:
            if key not in self._keys:
                self._keys = [*self._keys[-1:], key]

    def check(self, headers: Mapping[str, str], body: bytes) -> Verdict:
        """401 no or a wrong signature, 400 too old or no JSON, 409 a replay.

        The same event sent anew, as after an answer that was lost, is 200 and no event again.
        """
        stamp, given = headers.get("x-webhook-timestamp", ""), headers.get("x-webhook-signature", "")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12) or len(given) > LONGEST_HEADER:
            return Verdict(401, "no timestamp, or no signature")
        if not self._is_ours(stamp, given, body):
            return Verdict(401, "the signature is wrong")
        if abs(self._clock() - int(stamp)) > self._max_age:
            return Verdict(400, "the timestamp is too old, or ahead of our clock")
        try:
            event = json.loads(body)
        except (ValueError, RecursionError):
            return Verdict(400, "the body is no JSON")
        if not isinstance(event, dict):
            return Verdict(400, "the body is no JSON object")
        return self._once(f"{stamp}.{hashlib.sha256(body).hexdigest()}", str(event.get("id") or ""), event)

    def _is_ours(self, stamp: str, given: str, body: bytes) -> bool:
        signed = stamp.encode() + b"." + body
        expected = [hmac.new(key, signed, hashlib.sha256).hexdigest() for key in self._keys]
        sent = [part.strip().removeprefix("sha256=").encode() for part in given.split(",")]
        return any(hmac.compare_digest(ours.encode(), theirs) for ours in expected for theirs in sent)

    def _once(self, delivery: str, identity: str, event: JsonObject) -> Verdict:
        with self._lock:
            if not _remember(self._seen, delivery):
                return Verdict(409, "a replay: this very delivery was received before")
            if identity and not _remember(self._handled, identity):
                return Verdict(200, "sent again: it was handled before")
        return Verdict(200, "received", event)


def _remember(seen: OrderedDict[str, None], key: str) -> bool:
    """Whether the key is new. The oldest are forgotten: they are too old to pass by then."""
    if key in seen:
        return False
    seen[key] = None
    if len(seen) > REMEMBERED:
        seen.popitem(last=False)
    return True


class Receiver:
    """An HTTP server that hands genuine events on, one at a time. `tell` hears of every refusal."""

    def __init__(
        self,
        verifier: Verifier,
        handle: Callable[[JsonObject], None],
        tell: Callable[[str], None],
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        slowest: float = SLOWEST,
    ) -> None:
        self.verifier = verifier
        self.tell = tell
        self.slots = threading.BoundedSemaphore(AT_ONCE)
        self._handle = handle
        self._turn = threading.Lock()
        self._server = _Server((host, port), _handler(self, slowest))
        self.url = f"http://{host}:{self._server.server_port}/"

    def accept(self, event: JsonObject) -> None:
        """One event at a time, in the order of arrival."""
        with self._turn:
            self._handle(event)

    def serve(self) -> None:
        """Until `stop` is called from another thread."""
        self._server.serve_forever(0.05)

    def stop(self) -> None:
        """Ends `serve`, and frees the port."""
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender that goes away or breaks the protocol is its own trouble."""


def _read_body(stream: io.BufferedIOBase, length: int, seconds: float) -> bytes | None:
    """The body; None where it does not come within the time for it all."""
    deadline = time.monotonic() + seconds
    parts: list[bytes] = []
    missing = length
    while missing > 0:
        if time.monotonic() > deadline:
            return None
        try:
            part = stream.read1(missing)
        except OSError:
            return None
        if not part:
            return None
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _handler(receiver: Receiver, slowest: float) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"
        timeout = slowest

        def do_POST(self) -> None:
            with receiver.slots:
                verdict = self._judged()
                if verdict.status != 200:
                    receiver.tell(f"refused ({verdict.status}): {verdict.reason}")
                elif verdict.event is not None:
                    receiver.accept(verdict.event)
                self._answer(verdict)

        def _judged(self) -> Verdict:
            length = self.headers.get("content-length", "")
            if not (length.isascii() and length.isdigit() and len(length) < 12):
                return Verdict(411, "no length")
            if int(length) > LARGEST:
                return Verdict(413, f"the body is longer than {LARGEST} bytes")
            body = _read_body(self.rfile, int(length), slowest)
            if body is None:
                return Verdict(408, "the sender was too slow, or went away")
            headers = {name.lower(): value for name, value in self.headers.items()}
            return receiver.verifier.check(headers, body)

        def _answer(self, verdict: Verdict) -> None:
            text = verdict.reason.encode()
            self.send_response(verdict.status)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Nothing: what is refused is told by `tell`."""

    return Handler
