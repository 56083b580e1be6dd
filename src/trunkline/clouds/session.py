"""Calls to one org: base URL, token, limiter, retries and timing in one place.

A request passes the limiter, carries the token, is sent, is timed, teaches the limiter; a 401 renews
the token once; what may be repeated is. What is left as an error is raised as one.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import BinaryIO
from urllib.parse import quote, urlencode, urlsplit

from trunkline.clouds.answer import error_from, limit_of, parse_json, parse_object
from trunkline.clouds.auth import ClientCredentials
from trunkline.clouds.deadline import Deadline
from trunkline.clouds.limiter import Ledger, Limiter, Permit, Signal
from trunkline.clouds.metrics import Metrics, Observer, Sent
from trunkline.clouds.redact import Redactor, Secret
from trunkline.clouds.regions import is_loopback
from trunkline.clouds.retry import Policy, Retry, Wait, retry_after
from trunkline.clouds.target import Target
from trunkline.clouds.transport import EagerTransport, Request, Response, Sending, Timeouts, Transport
from trunkline.clouds.transport_any import AnyTransport
from trunkline.domain.json import Json, JsonObject
from trunkline.errors import CloudError, NoAnswer

VENDOR_QUOTA = {"genesys": 300}
"""Requests a minute and token that a vendor documents; CXone publishes none."""
_READING = frozenset({"GET", "HEAD"})
_IDEMPOTENT = _READING | {"PUT", "DELETE"}

_PLAIN = re.compile(r"[A-Za-z0-9_.~-]*", re.ASCII)

Query = Mapping[str, str | int | bool | None]


@dataclass(frozen=True, slots=True)
class Route:
    """A path with its parts filled in; `template` is what calls of the same kind have in common."""

    template: str
    path: str


def route(template: str, *parts: str) -> Route:
    """Fills each `{}` of a template with a part, percent-encoded. Raises ValueError for no part at all."""
    for part in parts:
        if part in ("", ".", ".."):
            raise ValueError(f"{part!r} cannot be part of a path")
    return Route(template, template.format(*map(_quoted, parts)))


def _quoted(part: str) -> str:
    return part if _PLAIN.fullmatch(part) else quote(part, safe="")


@dataclass(frozen=True, slots=True)
class Call:
    """What a request says besides its method and route. `query` leaves out what is None.

    `idempotent` None goes by the method; `reads` is for a POST that asks and changes nothing;
    `read_timeout` is in seconds.
    """

    query: Query = field(default_factory=dict[str, str | int | bool | None])
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    idempotent: bool | None = None
    reads: bool = False
    read_timeout: float | None = None


_NOTHING = Call()
AS_IT_COMES = Call(headers={"Accept": "*/*"})
"""For a body that is kept and not looked into."""


@dataclass(frozen=True, slots=True)
class _Client:
    """A client of the org: its token, and its share of the org's quota."""

    auth: ClientCredentials
    limiter: Limiter


@dataclass(frozen=True, slots=True)
class _Begun:
    """A request that was sent before anybody asked for its answer: by whom, and when."""

    client: _Client
    token: Secret
    permit: Permit
    sending: Sending
    at: float
    clock: float


class Session:
    """Calls to the org of a target, from any thread. `on_wait` hears of every wait before a retry.

    `pool` holds further clients of the same org. Each has a quota of its own: a request goes to the one
    that may send it first. `line` gives the ledger that processes share, by the name of a client.
    """

    def __init__(
        self,
        target: Target,
        *,
        pool: Sequence[Target] = (),
        transport: Transport | None = None,
        limiter: Limiter | None = None,
        line: Callable[[str], Ledger] | None = None,
        policy: Policy | None = None,
        timeouts: Timeouts | None = None,
        deadline: Deadline | None = None,
        observers: Sequence[Observer] = (),
        on_wait: Callable[[Wait], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.target = target
        self.metrics = Metrics()
        self._observers = (self.metrics, *observers)
        self.redact = Redactor(target.client_secret)
        self._transport = transport or AnyTransport(timeouts)
        self._eager = self._transport if isinstance(self._transport, EagerTransport) else None
        self._begun: dict[str, _Begun] = {}
        self._policy = policy or Policy()
        self._clock = clock
        self.deadline = deadline
        self._retry = Retry(self._policy, on_wait, clock, sleep, deadline=deadline)
        self._clients = tuple(
            _Client(
                ClientCredentials(each, _Observed(self), self.redact, self._retry, clock),
                (limiter if each is target else None)
                or Limiter(
                    _assumed_quota(each),
                    ledger=line(f"{each.base_url} {each.client_id}") if line else None,
                    on_wait=self._hear_quota,
                    clock=clock,
                    sleep=sleep,
                ),
            )
            for each in (target, *pool)
        )

    def request(
        self, method: str, to: Route | str, call: Call = _NOTHING, sink: BinaryIO | None = None
    ) -> Response:
        """The answer, whose status is 2xx. A sink must be seekable: a second attempt starts it anew.

        Raises NotFound, Conflict, PermissionMissing, AuthenticationFailed, NoAnswer, DeadlinePassed or
        CloudError.
        """
        response = self.exchange(method, to, call, sink)
        if not 200 <= response.status < 300:
            raise error_from(response, f"{method} {_path(to)}", self.redact)
        return response

    def exchange(
        self, method: str, to: Route | str, call: Call = _NOTHING, sink: BinaryIO | None = None
    ) -> Response:
        """The answer, whatever its status, when no retry can better it. Raises NoAnswer or CloudError."""
        target = Route(to, to) if isinstance(to, str) else to
        where = f"{method} {target.path}"
        family = f"{method} {target.template}"
        start = sink.tell() if sink is not None else 0

        def attempt() -> Response:
            if self.deadline is not None:
                self.deadline.check(where)
                if writes:
                    self.deadline.wrote()
            if sink is not None:
                sink.seek(start)
                sink.truncate()
            return self._authorised(self._build(method, target, call), family, sink)

        idempotent = method in _IDEMPOTENT if call.idempotent is None else call.idempotent
        writes = method not in _READING and not call.reads
        try:
            return self._retry(attempt, idempotent=idempotent, where=where, on_wait=self._hear(family))
        except NoAnswer as error:
            error.where = error.where or where
            raise

    def begin(self, to: Route, call: Call = _NOTHING) -> None:
        """Sends a GET now; the `exchange` that comes for its answer finds it under way.

        Nothing happens where it would have to wait, or cannot be sent ahead: `exchange` then does it all.
        """
        transport = self._eager
        if transport is None or (self.deadline and self.deadline.passed):
            return
        request, family = self._build("GET", to, call), f"GET {to.template}"
        if request.url in self._begun or not transport.begins(request.url):
            return
        client = self._readiest(family)
        try:
            token = client.auth.token()
        except CloudError:
            return  # the exchange meets it again, and says so
        if (permit := client.limiter.try_acquire(family)) is None:
            return
        at, clock = time.time(), self._clock()
        try:
            sending = transport.begin(_bearing(request, token.reveal()))
        except CloudError as error:
            _unanswered(client.limiter, family, permit, error)
        else:
            self._begun[request.url] = _Begun(client, token, permit, sending, at, clock)

    def get_json(self, to: Route | str, query: Query | None = None) -> JsonObject:
        """The JSON object of a GET."""
        response = self.request("GET", to, Call(query=query or {}))
        return parse_object(response.body, f"GET {_path(to)}")

    def get_bytes(self, to: Route | str, query: Query | None = None) -> bytes:
        """The body of a GET as it came."""
        return self.request("GET", to, _raw(query)).body

    def stream_to(self, sink: BinaryIO, to: Route | str, query: Query | None = None) -> int:
        """The body of a GET into a file, from where it stands; the bytes written."""
        return self.request("GET", to, _raw(query), sink).size

    def send_json(self, method: str, to: Route | str, body: Json = None, call: Call = _NOTHING) -> Json:
        """Sends a JSON value (None: no body at all); the JSON value of the answer, None where it is empty."""
        data = None if body is None else json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
        headers = {"Content-Type": "application/json", **call.headers}
        response = self.request(method, to, replace(call, body=data or b"", headers=headers))
        return parse_json(response.body, f"{method} {_path(to)}") if response.body.strip() else None

    def close(self) -> None:
        """Ends idle connections, and what was begun and nobody came for."""
        while self._begun:
            self._begun.popitem()[1].sending.drop()
        self._transport.close()

    def _build(self, method: str, to: Route, call: Call) -> Request:
        url = f"{self.target.base_url}{to.path}"
        if call.query:
            query = {key: _shown(value) for key, value in call.query.items() if value is not None}
            url += f"?{urlencode(query)}" if query else ""
        headers = {"Accept": "application/json", **call.headers}
        return Request(method, url, headers, call.body, call.read_timeout)

    def _authorised(self, request: Request, family: str, sink: BinaryIO | None) -> Response:
        """Sends with the token; a token that is refused is renewed once. A 401 was never acted upon."""
        begun = self._begun.pop(request.url, None) if request.method == "GET" else None
        client = begun.client if begun else self._readiest(family)
        token = begun.token if begun else client.auth.token()
        response = self._send(client.limiter, _bearing(request, token.reveal()), family, sink, begun)
        if response.status == 401:
            client.auth.reject(token)
            again = _bearing(request, client.auth.token().reveal())
            response = self._send(client.limiter, again, family, sink)
        return response

    def _readiest(self, family: str) -> _Client:
        if len(self._clients) == 1:
            return self._clients[0]
        return min(self._clients, key=lambda client: client.limiter.delay(family))

    def _send(
        self,
        limiter: Limiter,
        request: Request,
        family: str,
        sink: BinaryIO | None,
        begun: _Begun | None = None,
    ) -> Response:
        permit = begun.permit if begun else self._permit(limiter, family)
        try:
            response = self.observed(family, request, sink, begun)
        except CloudError as error:
            _unanswered(limiter, family, permit, error)
            raise
        limiter.settle(family, permit, self._signal(response))
        return response

    def observed(
        self, family: str, request: Request, sink: BinaryIO | None = None, begun: _Begun | None = None
    ) -> Response:
        """Sends a request as it is, unless that was begun, and tells the observers."""
        at, clock = (begun.at, begun.clock) if begun else (time.time(), self._clock())
        size, status, said = 0, None, None
        try:
            response = begun.sending.answer(sink) if begun else self._transport.send(request, sink)
            size, status = response.size, response.status
            return response
        except CloudError as error:
            said = error.message
            raise
        finally:
            sent = Sent(family, request.url, at, self._clock() - clock, size, status, said)
            for observer in self._observers:
                observer.sent(sent)

    def _permit(self, limiter: Limiter, family: str) -> Permit:
        permit = limiter.acquire(family, self.deadline)
        if permit.waited > 0:
            self._waited(family, permit.waited, retry=False)
        return permit

    def _waited(self, family: str, seconds: float, *, retry: bool) -> None:
        for observer in self._observers:
            observer.waited(family, seconds, retry=retry)

    def _signal(self, response: Response) -> Signal:
        asked = retry_after(response.headers) if response.status == 429 else None
        pause = None if asked is None else min(asked, self._policy.longest_retry_after)
        return Signal.of(
            response.status,
            response.headers,
            pause,
            limit_of(response) if response.status == 429 else None,
        )

    def _hear_quota(self, seconds: float, family: str) -> None:
        if self._retry.on_wait:
            self._retry.on_wait(Wait(seconds, 0, "the quota is used up", family))

    def _hear(self, family: str) -> Callable[[Wait], None]:
        def on_wait(wait: Wait) -> None:
            self._waited(family, wait.seconds, retry=True)
            if self._retry.on_wait:
                self._retry.on_wait(wait)

        return on_wait


class _Observed:
    """The transport of a session's sign-ins: they count, but take no place in the quota."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def send(self, request: Request, sink: BinaryIO | None = None) -> Response:
        return self._session.observed(f"{request.method} {urlsplit(request.url).path}", request, sink)

    def close(self) -> None:
        """Nothing to end: the session closes what it opened."""


def _assumed_quota(target: Target) -> int | None:
    """The vendor's word for a vendor's API or a gateway before it; an emulator speaks for itself."""
    return None if is_loopback(target.base_url) else VENDOR_QUOTA.get(target.cloud)


def _unanswered(limiter: Limiter, family: str, permit: Permit, error: CloudError) -> None:
    if isinstance(error, NoAnswer) and not error.sent:
        limiter.give_back(family, permit)
    else:
        limiter.settle(family, permit, None)


def _bearing(request: Request, token: str) -> Request:
    headers = {**request.headers, "Authorization": f"Bearer {token}"}
    return Request(request.method, request.url, headers, request.body, request.read_timeout)


def _raw(query: Query | None) -> Call:
    return Call(query=query, headers=AS_IT_COMES.headers) if query else AS_IT_COMES


def _shown(value: str | int | bool | None) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _path(to: Route | str) -> str:
    return to if isinstance(to, str) else to.path
