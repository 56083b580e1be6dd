"""Answers from a recording alone: nothing is computed, nothing is asked of anybody.

A request that was recorded several times gets its answers in their order, the last of them from then on. One
that was not recorded is 501 and names the recorded ones most like it, with how they differ.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence

from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from trunkline.emulator import admission
from trunkline.emulator.call import Answer, Query, no_content
from trunkline.emulator.errors import ApiError
from trunkline.emulator.journal import Entry, Journal
from trunkline.emulator.recording.har import Exchange, Message
from trunkline.emulator.recording.matching import Asked, asked, nearest
from trunkline.emulator.recording.wire import moved, read, send, send_answer

OWN = "/_trunkline"
_NOT_REPLAYED = {"set-cookie"}


class Replayer:
    """The exchanges of a recording by what was asked; `ignored` parameters and fields do not count."""

    def __init__(
        self, exchanges: Sequence[Exchange], ignored: frozenset[str], admin_token: str | None
    ) -> None:
        self._ignored = ignored
        self._admin_token = admin_token
        self._origins = list(dict.fromkeys(exchange.origin for exchange in exchanges))
        self._answers: dict[Asked, list[Exchange]] = {}
        for each in exchanges:
            self._answers.setdefault(asked(each.method, each.target, each.request, ignored), []).append(each)
        self._asked: Counter[Asked] = Counter()
        self.journal = Journal()
        self.misses = 0

    @property
    def answered(self) -> int:
        """Requests that the recording answered."""
        return self._asked.total()

    @property
    def left(self) -> int:
        """Recorded exchanges that nobody asked for."""
        return sum(max(0, len(each) - self._asked[key]) for key, each in self._answers.items())

    async def __call__(self, scope: Scope, receive: Receive, sender: Send) -> None:
        if scope["type"] != "http":
            await sender({"type": "websocket.close", "code": 1008, "reason": "only HTTP is recorded"})
            return
        try:
            target, message = await read(scope, receive)
        except ClientDisconnect:
            return
        try:
            if target.startswith(f"{OWN}/"):
                await send_answer(scope, sender, self._own(scope, target, message))
                return
            exchange = self._find(scope["method"], target, message)
        except ApiError as error:
            await send_answer(scope, sender, Answer(error.body(""), error.status, error.headers))
            return
        here = f"{scope.get('scheme', 'http')}://{message.header('host')}"
        headers, body = moved(exchange.answer, dict.fromkeys(self._origins, here))
        kept = tuple((name, value) for name, value in headers if name.lower() not in _NOT_REPLAYED)
        await send(scope, sender, exchange.status, kept, body)

    def _find(self, method: str, target: str, message: Message) -> Exchange:
        """The next answer to a request. Raises ApiError 501 if there is none."""
        wanted = asked(method, target, message, self._ignored)
        recorded = self._answers.get(wanted)
        if recorded is None:
            self.misses += 1
            near = nearest(wanted, self._answers)
            self._note(wanted, target, 501, near)
            hint = f" Nearest recorded: {', '.join(near)}." if near else ""
            raise ApiError(
                501,
                "not.recorded",
                f"The recording holds no answer to {wanted}.{hint}",
                details=[{"errorCode": "nearest.recorded", "entityName": each} for each in near],
            )
        exchange = recorded[min(self._asked[wanted], len(recorded) - 1)]
        self._asked[wanted] += 1
        self._note(wanted, target, exchange.status, [])
        return exchange

    def _note(self, wanted: Asked, target: str, status: int, near: list[str]) -> None:
        path, _, query = target.partition("?")
        now = time.time()
        self.journal.add(Entry(now, None, None, wanted.method, path, query, status, "", None, tuple(near)))

    def _own(self, scope: Scope, target: str, message: Message) -> Answer:
        """`/_trunkline/health` and `/_trunkline/journal`, as the emulator has them."""
        admission.check(self._admin_token, scope, {name.lower(): value for name, value in message.headers})
        path, _, query = target.partition("?")
        match scope["method"], path.removeprefix(OWN):
            case "GET", "/health":
                return Answer(
                    {"status": "ok", "answered": self.answered, "misses": self.misses, "left": self.left}
                )
            case "GET", "/journal":
                entries = self.journal.entries(Query(query).get("org"))
                return Answer([entry.to_json() for entry in entries])
            case "DELETE", "/journal":
                self.journal.clear()
                return no_content()
            case _:
                raise ApiError(
                    501, "not.implemented", "A replay has the journal of the emulator's own API alone."
                )
