"""From an ASGI request to an answer: route, token, quota, rights, handler, headers.

An unknown path is 501 with the nearest known ones, an unknown method 405 with `Allow`; nothing is made up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from email.utils import formatdate
from functools import lru_cache

from starlette.middleware.errors import ServerErrorMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from trunkline.domain.json import JsonObject
from trunkline.emulator import admission, catalogue, wire
from trunkline.emulator.acting import acting
from trunkline.emulator.auth import Caller, authenticate, expire, org_of
from trunkline.emulator.call import Answer, Call, Query
from trunkline.emulator.cxone.public.errors import acd_body
from trunkline.emulator.errors import ApiError
from trunkline.emulator.faults import Fault
from trunkline.emulator.genesys import streaming
from trunkline.emulator.interference import STRANGER, Memory, Spoiled, prepare, refuse, spoil
from trunkline.emulator.journal import Entry
from trunkline.emulator.kernel import Kernel
from trunkline.emulator.orgs import Acting
from trunkline.emulator.quota import Usage
from trunkline.emulator.routes import LONGEST_SHOWN, Route, RouteTable

CORRELATION = "ININ-Correlation-Id"
LARGEST_BODY = 32 * 1024 * 1024
"""Bytes."""


def build_app(kernel: Kernel) -> ASGIApp:
    """The ASGI application of an emulator."""
    kernel.table = RouteTable(catalogue.routes())
    return ServerErrorMiddleware(Dispatcher(kernel), handler=_broken)


async def _broken(request: Request, error: Exception) -> Response:
    """A fault of ours. The traceback goes to the server's log."""
    del request, error
    fault = ApiError(500, "internal.server.error", "The emulator failed on this request; its log says where.")
    return Response(Answer(fault.body("")).encoded(), 500, media_type="application/json")


class Dispatcher:
    """Answers requests one by one: a handler that does not wait runs to its end undisturbed."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.memory = Memory()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await streaming.serve(WebSocket(scope, receive, send), self.kernel.channels, self.kernel.orgs)
            return
        request = Request(scope, receive)
        headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
        correlation_id = self.kernel.ids.guid()
        progress = _Progress()
        try:
            answer = await self._answer(request, headers, correlation_id, progress)
        except ApiError as error:
            answer = Answer(_refusal(error, progress.route, correlation_id), error.status, error.headers)
        except Spoiled as spoiled:
            answer = spoiled.answer
        except ClientDisconnect:
            return
        self._note(scope, correlation_id, progress, answer)
        head = _head(answer, correlation_id, progress, self.kernel.clock.now())
        await _send(scope, receive, send, head, answer, progress.fault)

    async def _answer(
        self, request: Request, headers: dict[str, str], correlation_id: str, progress: _Progress
    ) -> Answer:
        scope = request.scope
        route, parameters = self._route(scope)
        progress.route = route
        if route.surface == "admin":
            admission.check(self.kernel.admin_token, scope, headers)
        else:
            await self._begin(scope, headers, progress)
        if route.bearer:
            progress.caller = authenticate(self.kernel, headers)
            progress.usage = self.kernel.limits.spend(progress.caller.org, progress.caller.token)
            progress.caller.check(route)
            progress.caller.org.acting = Acting(progress.caller.client_id, correlation_id)
        call = Call(
            self.kernel,
            scope["method"],
            scope["path"],
            Query(scope["query_string"].decode("latin-1")),
            headers,
            await _body(request, headers, _largest(route, progress.caller)),
            correlation_id,
            parameters,
            progress.caller,
            scope.get("scheme", "http"),
        )
        fault = progress.fault
        if fault is None:
            with acting(_actor(progress.caller)):
                answer = await self._handle(route, call)
            if self.kernel.faults.rules:
                self.memory.keep(call, answer)
            return answer
        if fault.kind == "reset-before":
            return Answer(status=503)  # never sent: the connection is cut
        if fault.kind == "stale" and (earlier := self.memory.earlier(call)):
            return earlier
        with acting(STRANGER):
            prepared = prepare(fault, call)
        with acting(_actor(progress.caller)):
            return spoil(fault, call, await self._handle(route, prepared))

    async def _begin(self, scope: Scope, headers: dict[str, str], progress: _Progress) -> None:
        """Draw the fault of a request, and let go wrong what does before it is looked at."""
        kernel = self.kernel
        if not kernel.faults.rules:
            return
        progress.fault = kernel.faults.draw(scope["method"], scope["path"], org_of(kernel, headers))
        if progress.fault is None:
            return
        refuse(progress.fault, scope["path"])
        if progress.fault.kind == "slow":
            await asyncio.sleep(progress.fault.seconds)
        elif progress.fault.kind == "expired-token":
            expire(kernel, headers)

    def _route(self, scope: Scope) -> tuple[Route, dict[str, str]]:
        method, path = scope["method"], scope["path"]
        match = self.kernel.table.find(_raw_path(scope))
        if match is None:
            raise _unknown(method, path, self.kernel.table.nearest(method, path))
        found = match.route(method)
        if found is None:
            raise ApiError(
                405,
                "method.not.allowed",
                f"{method} is not allowed here; allowed: {', '.join(match.methods)}",
                headers={"Allow": ", ".join(match.methods)},
            )
        return found

    async def _handle(self, route: Route, call: Call) -> Answer:
        if route.asynchronous:
            return await route.answer_later(call)
        with self.kernel.store.transaction():
            return route.answer(call)

    def _note(self, scope: Scope, correlation_id: str, progress: _Progress, answer: Answer) -> None:
        if scope["path"].startswith("/_trunkline/"):
            return
        caller, route = progress.caller, progress.route
        if route is not None:
            self.kernel.journal.counts[f"{route.method} {route.pattern}"] += 1
        is_unknown = route is None and answer.status == 501
        self.kernel.journal.add(
            Entry(
                self.kernel.clock.now(),
                caller.org.id if caller else None,
                caller.client_id if caller else None,
                scope["method"],
                scope["path"],
                scope["query_string"].decode("latin-1"),
                answer.status,
                correlation_id,
                progress.fault.kind if progress.fault else None,
                tuple(self.kernel.table.nearest(scope["method"], scope["path"])) if is_unknown else (),
            )
        )


class _Progress:
    """How far a request got: known even if it then fails."""

    def __init__(self) -> None:
        self.caller: Caller | None = None
        self.usage: Usage | None = None
        self.route: Route | None = None
        self.fault: Fault | None = None


def _refusal(error: ApiError, route: Route | None, correlation_id: str) -> JsonObject:
    """The body of a refusal, in the shape of the API that was asked."""
    if route is not None and route.cloud == "cxone" and route.surface in ("public", "oauth"):
        return acd_body(error)
    return error.body(correlation_id)


def _actor(caller: Caller | None) -> Mapping[str, str] | None:
    if caller is None:
        return None
    return {"kind": "client", "id": caller.client_id, "name": caller.client["name"]}


def _raw_path(scope: Scope) -> str:
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return raw.partition(b"?")[0].decode("latin-1")


def _unknown(method: str, path: str, nearest: list[str]) -> ApiError:
    shown = path if len(path) <= LONGEST_SHOWN else f"{path[:LONGEST_SHOWN]}…"
    hint = f" Nearest known: {', '.join(nearest)}." if nearest else ""
    return ApiError(
        501,
        "not.implemented",
        f"The emulator does not implement {method} {shown}.{hint}",
        details=[{"errorCode": "nearest.known", "entityName": name} for name in nearest],
    )


def _largest(route: Route, caller: Caller | None) -> int:
    """The longest body that a route takes, in bytes."""
    limit = caller.org.setting("requestBytes") if caller and route.surface == "public" else 0
    return min(limit or LARGEST_BODY, LARGEST_BODY)


async def _body(request: Request, headers: dict[str, str], largest: int) -> bytes:
    """The whole body; raises 413 once it is longer than `largest`."""
    if request.method in ("GET", "HEAD") and "content-length" not in headers:
        return b""
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > largest:
            raise ApiError(413, "request.too.large", f"The body is longer than {largest} bytes")
        chunks.append(chunk)
    return b"".join(chunks)


def _head(answer: Answer, correlation_id: str, progress: _Progress, now: float) -> Message:
    """The start of an answer, with all its headers."""
    usage, fault = progress.usage, progress.fault
    skew = fault.seconds if fault and fault.kind == "clock-skew" else 0.0
    if progress.caller is not None:
        skew += progress.caller.org.setting("clockOffsetSeconds")
    headers = {
        "Date": _date(int(now + skew)),
        CORRELATION: correlation_id,
        **(usage.headers() if usage else {}),
        **answer.headers,
    }
    if answer.status != 204:
        headers["Content-Type"] = answer.media_type
        headers["Content-Length"] = str(len(answer.encoded()))
    encoded = [(key.lower().encode("latin-1"), value.encode("latin-1")) for key, value in headers.items()]
    return {"type": "http.response.start", "status": answer.status, "headers": encoded}


@lru_cache(maxsize=8)
def _date(seconds: int) -> str:
    return formatdate(seconds, usegmt=True)


async def _send(
    scope: Scope, receive: Receive, send: Send, head: Message, answer: Answer, fault: Fault | None
) -> None:
    body = b"" if scope["method"] == "HEAD" else answer.encoded()
    kind = fault.kind if fault else ""
    if kind in ("reset-before", "reset-after"):
        await wire.reset(scope, receive)
    elif fault and kind == "stalled" and body:
        await wire.stall(scope, receive, send, head, body, fault.seconds)
    elif kind == "truncated" and body:
        await wire.cut_short(scope, receive, send, head, body)
    else:
        await send(head)
        await send({"type": "http.response.body", "body": body})
