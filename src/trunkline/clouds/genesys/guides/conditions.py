"""Conditions of data actions on the guides' surface: `/api/v2/data/actions`, changed by etag (chapter G2).

A change reads, merges three ways, writes with `If-Match` and reads again. A stale etag means to read and
merge anew; a write is never repeated with an etag that may be stale, and never forced.
"""

from __future__ import annotations

import json
import random
import re
import threading
import time
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass

from trunkline.clouds.answer import error_from, error_object, parse_object
from trunkline.clouds.genesys.public.references import list_all
from trunkline.clouds.session import Call, Route, Session, route
from trunkline.clouds.transport import Response
from trunkline.domain.action.fault import Reader
from trunkline.domain.condition import (
    Catalogue,
    merge_conditions,
    read_conditions,
    read_dataset,
    to_wire,
    with_ids,
    with_names,
)
from trunkline.domain.diff import Clash, Missing
from trunkline.domain.json import Json, JsonObject, Path, same, show_path
from trunkline.domain.resource import Resource
from trunkline.errors import CloudError, InvalidInput, NoAnswer, Refused

ALL = "/api/v2/data/actions"
ONE = ALL + "/{}"
DATASETS = "/api/v2/data/datasets"
PAGE = 100
WITHIN = 120.0
"""Seconds that a change goes on merging while others write."""
LONGEST_PAUSE = 0.2
"""Seconds at most between a stale write and the next reading."""

Change = Callable[[list[Json]], list[Json]]


@dataclass(frozen=True, slots=True)
class Conditioned:
    """The conditions of an action as the org has them: trees on the wire, by ids."""

    id: str
    name: str
    conditions: list[Json]
    etag: str


@dataclass(frozen=True, slots=True)
class Upserted:
    """What became of a change. `status` is created, updated or unchanged; `attempts` counts writes sent.

    `latency_ms` is from the first request to the verified end; `correlation_id` is that of the write.
    """

    id: str
    name: str
    status: str
    etag: str
    conditions: list[Json]
    attempts: int = 0
    latency_ms: float = 0.0
    correlation_id: str | None = None


class MergeConflict(Refused):
    """Both sides changed one thing differently. `clashes` have base, theirs and mine."""

    def __init__(self, name: str, clashes: Sequence[Clash]) -> None:
        shown = "; ".join(
            f"{show_path(clash.path)}: was {_short(clash.base)}, theirs {_short(clash.theirs)}, "
            f"mine {_short(clash.mine)}"
            for clash in clashes
        )
        super().__init__(
            f"{name} was changed in the org at the same place; nothing was written: {shown}",
            hint="take theirs into the file, or overwrite it with --adopt",
        )
        self.clashes = tuple(clashes)


class InvalidCondition(InvalidInput):
    """The org refused conditions. `paths` are those it named, with what it said of each."""

    def __init__(self, message: str, paths: Sequence[tuple[str, str]]) -> None:
        super().__init__(message, faults=tuple(f"{path}: {said}" for path, said in paths))
        self.paths = tuple(paths)


class Conditions:
    """Reads and changes conditions; from any thread. Threads that change one action take turns here."""

    def __init__(
        self,
        session: Session,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._session = session
        self._clock = clock
        self._sleep = sleep
        self._jitter = jitter
        self._turns: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()

    def catalogue(self) -> Catalogue:
        """The data sets that this client may read; what makes no sense is left out."""
        read = [read_dataset(each, Reader()) for each in list_all(self._session, DATASETS, size=PAGE).items]
        return Catalogue(each for each in read if each is not None)

    def list(self) -> list[Conditioned]:
        """Every action with its conditions."""
        return [_conditioned(each) for each in list_all(self._session, ALL, size=PAGE).items]

    def find(self, name: str) -> Conditioned | None:
        """The action of a name, published or not."""
        found = list_all(self._session, ALL, {"name": name}, PAGE).items
        return next((_conditioned(each) for each in found if each.get("name") == name), None)

    def read(self, action_id: str) -> Conditioned:
        """Raises NotFound."""
        return _conditioned(self._session.get_json(route(ONE, action_id)))

    def upsert(
        self,
        name: str,
        conditions: list[Json],
        base: list[Json] | None = None,
        catalogue: Catalogue | None = None,
    ) -> Upserted:
        """Brings the action of a name to these conditions, by names or ids; creates it where there is none.

        `base` is what the change started from: what others changed since is kept. Without it, that is what
        the org has now. Raises MergeConflict, InvalidInput with every fault, InvalidCondition.
        """
        begun = self._clock()
        known = catalogue or self.catalogue()
        mine = by_ids(conditions, known)
        live = self.find(name)
        if live is None:
            return self._created(name, mine, begun)
        with self._turn(live.id):
            start = by_ids(base, known) if base is not None else live.conditions
            return self._merged(live, start, mine, begun)

    def update(self, action_id: str, change: Change) -> Upserted:
        """Changes conditions as they are read; what others write meanwhile is merged in.

        `change` gets a copy of the trees, by ids, and gives the new ones.
        """
        begun = self._clock()
        with self._turn(action_id):
            live = self.read(action_id)
            mine = change(deepcopy(live.conditions))
            return self._merged(live, live.conditions, mine, begun)

    def publish(self, action_id: str) -> None:
        """Publishes the draft of an action. Raises Conflict where nothing has changed."""
        self._session.send_json("POST", route(ONE + "/publish", action_id))

    def _created(self, name: str, mine: list[Json], begun: float) -> Upserted:
        to = Route(ALL, ALL)
        response = self._send("POST", to, {"name": name, "conditions": mine}, {})
        if response is None or response.status == 409:
            live = self.find(name)  # ours, unanswered, or another's that came first
            if live is None:
                raise CloudError(f"{name} could not be created", where=f"POST {ALL}")
            with self._turn(live.id):
                return self._merged(live, live.conditions, mine, begun)
        self._refuse(response, "POST", to)
        made = _conditioned(parse_object(response.body, f"POST {ALL}"))
        return self._verified(made, "created", 1, begun, response)

    def _merged(self, live: Conditioned, base: list[Json], mine: list[Json], begun: float) -> Upserted:
        attempts = 0
        to = route(ONE, live.id)
        while True:
            merged, clashes = merge_conditions(base, live.conditions, mine)
            if clashes:
                raise MergeConflict(live.name, clashes)
            if same(merged, live.conditions):
                status = "updated" if attempts else "unchanged"
                return self._result(live, status, attempts, begun, None)
            attempts += 1
            body = {"id": live.id, "name": live.name, "conditions": merged, "etag": live.etag}
            response = self._send("PUT", to, body, {"If-Match": live.etag})
            if response is not None and response.status not in (409, 412):
                self._refuse(response, "PUT", to)
                made = _conditioned(parse_object(response.body, f"PUT {to.path}"))
                return self._verified(made, "updated", attempts, begun, response)
            if self._clock() - begun > WITHIN:
                raise CloudError(f"{live.name} changes too fast to be written", where=f"PUT {to.path}")
            self._sleep(self._jitter() * min(LONGEST_PAUSE, 0.005 * 2**attempts))
            live = self.read(live.id)

    def _send(self, method: str, to: Route, body: JsonObject, headers: dict[str, str]) -> Response | None:
        """One write; None where it is not known what became of it."""
        data = json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
        call = Call(body=data, headers={"Content-Type": "application/json", **headers}, idempotent=False)
        try:
            response = self._session.exchange(method, to, call)
        except NoAnswer as error:
            if not error.sent:
                raise
            return None
        return None if response.status in (500, 502, 503, 504) else response

    def _refuse(self, response: Response, method: str, to: Route) -> None:
        if 200 <= response.status < 300:
            return
        if response.status == 422:
            details = error_object(response).get("details")
            listed = [each for each in details if isinstance(each, dict)] if isinstance(details, list) else []
            paths = [(str(each.get("fieldName")), str(each.get("message") or "")) for each in listed]
            if paths:
                raise InvalidCondition("the org refuses the conditions; nothing was written", paths)
        raise error_from(response, f"{method} {to.path}", self._session.redact)

    def _verified(
        self, made: Conditioned, status: str, attempts: int, begun: float, response: Response
    ) -> Upserted:
        """Raises CloudError where the org shows other conditions under the etag that it gave."""
        seen = self.read(made.id)
        if seen.etag == made.etag and not same(seen.conditions, made.conditions):
            raise CloudError(f"{made.name} was written, but the org shows other conditions", where=ONE)
        return self._result(made, status, attempts, begun, response)

    def _result(
        self, made: Conditioned, status: str, attempts: int, begun: float, response: Response | None
    ) -> Upserted:
        spent = (self._clock() - begun) * 1000
        correlation = response.headers.get("inin-correlation-id") if response else None
        return Upserted(made.id, made.name, status, made.etag, made.conditions, attempts, spent, correlation)

    def _turn(self, action_id: str) -> threading.Lock:
        with self._guard:
            return self._turns.setdefault(action_id, threading.Lock())


def placed(error: InvalidCondition, desired: Resource) -> InvalidInput:
    """What the org refused, with the file and line of each part that it named."""
    source = desired.source
    if source is None:
        return error
    faults = [f"{source.place(parse_shown(path))}: {said}" for path, said in error.paths]
    return InvalidInput(error.message, where=str(desired.address), faults=tuple(faults))


_STEP = re.compile(r"\[([0-9]{1,6})\]|\.?([A-Za-z_][\w-]*)")


def parse_shown(text: str) -> Path:
    """The path that an error shows, `conditions[0].children[2]`."""
    return tuple(int(step[1]) if step[1] else step[2] for step in _STEP.finditer(text))


def by_ids(conditions: list[Json], catalogue: Catalogue) -> list[Json]:
    """Trees in either form as the org keeps them. Raises InvalidInput with every fault of form."""
    read = read_conditions(conditions)
    if read.faults:
        raise InvalidInput("the conditions have faults", faults=tuple(map(str, read.faults)))
    return [to_wire(with_ids(tree, catalogue)) for tree in read.trees]


def by_names(conditions: list[Json], catalogue: Catalogue) -> list[Json]:
    """Trees as the org keeps them, by names. What makes no sense stays as it is."""
    read = read_conditions(conditions)
    return conditions if read.faults else [to_wire(with_names(tree, catalogue)) for tree in read.trees]


def _conditioned(answer: JsonObject) -> Conditioned:
    identity, conditions = answer.get("id"), answer.get("conditions")
    if not isinstance(identity, str):
        raise CloudError("the answer is no data action: it has no id", where=ALL)
    return Conditioned(
        identity,
        str(answer.get("name", "")),
        conditions if isinstance(conditions, list) else [],
        str(answer.get("etag", "")),
    )


def _short(value: Json | Missing) -> str:
    if isinstance(value, Missing):
        return "nothing"
    if isinstance(value, dict) and "expression" in value:
        return f"{value.get('type')} {value.get('expression')!r}"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else text[:80] + "…"
