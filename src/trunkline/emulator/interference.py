"""What a fault does to a request before it is handled and to its answer after."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from trunkline.domain.json import JsonObject
from trunkline.emulator.call import Answer, Call, Query
from trunkline.emulator.errors import ApiError
from trunkline.emulator.faults import STATUSES, Fault
from trunkline.emulator.genesys.guides.flow_settings import next_version
from trunkline.emulator.genesys.records import ACTIONS, FLOWS, Actor, as_flow
from trunkline.emulator.orgs import Org

REMEMBERED = 500
"""Answers kept for stale reads."""
STRANGER = {"kind": "user", "id": "5b7d9f1e-0000-4000-8000-00000000beef", "name": "Somebody Else"}
"""Who takes locks and edits behind a client's back."""
_GATEWAY = {"502": "Bad Gateway", "504": "Gateway Timeout"}
_PORTAL = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in to continue</body></html>"


class Spoiled(Exception):
    """An answer in the place of the handler's."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def refuse(fault: Fault, path: str) -> None:
    """Raises the answer of a fault that keeps the request from its handler, if it is one."""
    if fault.kind not in STATUSES:
        return
    kind = fault.kind.partition("-")[0]
    headers = {"Retry-After": fault.retry_after} if fault.retry_after is not None else {}
    if kind in _GATEWAY:
        page = f"<html><body><h1>{kind} {_GATEWAY[kind]}</h1></body></html>".encode()
        raise Spoiled(Answer(page, int(kind), headers, "text/html"))
    if kind == "429":
        if path == "/oauth/token":
            page = {"error": "invalid_request", "description": "rate limit exceeded; wait and try again"}
            raise Spoiled(Answer(page, 400))
        raise ApiError(
            429,
            "too.many.requests.retry.after",
            f"Rate limit exceeded the maximum. Retry the request in [{fault.retry_after or 1}] seconds",
            headers=headers,
        )
    code, message = {
        "500": ("internal.server.error", "The server encountered an unexpected condition"),
        "503": ("service.unavailable", "Service Unavailable - The server is currently unavailable"),
    }[kind]
    raise ApiError(int(kind), code, message, headers=headers)


def prepare(fault: Fault, call: Call) -> Call:
    """The call as the handler gets it; other hands have been at the org meanwhile."""
    if fault.kind == "lost-lock":
        _steal_lock(call)
    elif fault.kind == "edit":
        for object_id in _ids(call):
            _edit(call.org, object_id)
    elif fault.kind in ("duplicate-page", "endless-pages"):
        number = max(1, call.query.number("pageNumber", 1))
        other = 1 if fault.kind == "endless-pages" else max(1, number - 1)
        return replace(call, query=_at_page(call.query, other))
    return call


def spoil(fault: Fault, call: Call, answer: Answer) -> Answer:
    """The answer as the client gets it. `call` is as the client sent it."""
    if fault.kind == "206" and answer.status == 200:
        return replace(answer, status=206)
    if fault.kind == "malformed-json":
        encoded = answer.encoded()
        return replace(answer, body=encoded[: len(encoded) * 2 // 3] + b"\x00")
    if fault.kind == "wrong-content-type":
        return replace(answer, body=_PORTAL, media_type="text/html")
    if fault.kind in ("duplicate-page", "endless-pages"):
        return _renumbered(fault, call, answer)
    return answer


class Memory:
    """The last answer to each GET of each client, for stale reads; kept only while a rule asks for it."""

    def __init__(self) -> None:
        self._answers: OrderedDict[tuple[str, str, str], Answer] = OrderedDict()

    def keep(self, call: Call, answer: Answer) -> None:
        if call.method == "GET" and answer.status == 200:
            self._answers[_key(call)] = answer
            if len(self._answers) > REMEMBERED:
                self._answers.popitem(last=False)

    def earlier(self, call: Call) -> Answer | None:
        return self._answers.get(_key(call))


def _key(call: Call) -> tuple[str, str, str]:
    caller = call.caller_or_none
    return caller.org.id if caller else "", call.path, repr(call.query.pairs)


def _at_page(query: Query, number: int) -> Query:
    changed = Query("")
    changed.pairs = [pair for pair in query.pairs if pair[0] != "pageNumber"]
    changed.pairs.append(("pageNumber", str(number)))
    return changed


def _renumbered(fault: Fault, call: Call, answer: Answer) -> Answer:
    if not isinstance(answer.body, dict) or "pageNumber" not in answer.body:
        return answer
    number = max(1, call.query.number("pageNumber", 1))
    body: JsonObject = {**answer.body, "pageNumber": number}
    if fault.kind == "endless-pages":
        body["pageCount"] = number + 1
        body["nextUri"] = f"{call.path}?pageSize={body.get('pageSize')}&pageNumber={number + 1}"
    return replace(answer, body=body)


def _ids(call: Call) -> list[str]:
    """Ids that the request names: in its path, or as `flow=` of an action on a flow."""
    named = (*call.parameters.values(), call.query.get("flow"))
    return [name for name in named if name]


def _steal_lock(call: Call) -> None:
    flows = call.org.documents(FLOWS)
    for flow_id in _ids(call):
        record = flows.get(flow_id)
        if record is not None:
            flows.put(flow_id, {**record, "lock": STRANGER})


def _edit(org: Org, object_id: str) -> None:
    """Change whatever has this id, as its own rules would have it: a version rises, an etag is new.

    A flow gets a new version with a further parameter in its settings.
    """
    for name in org.partition.names():
        document = org.documents(name).get(object_id)
        if document is None or "id" not in document:
            continue
        changed: dict[str, Any] = dict(document)
        if name == FLOWS and document["versions"]:
            next_version(org, as_flow(changed), cast("Actor", STRANGER), _edited_settings(document["guides"]))
            continue
        if name == ACTIONS:
            changed |= _edited_action(document)
            changed["etag"] = f'"{org.guid()}"'
        else:
            changed["description"] = "Edited by somebody else"
        if isinstance(document.get("version"), int):
            changed["version"] = document["version"] + 1
        org.documents(name).put(object_id, changed)


def _edited_settings(guides: Mapping[str, Any]) -> JsonObject:
    settings: JsonObject = guides.get("settings") or {}
    matrix: JsonObject = settings.get("configurationMatrix") or {}
    parameter = {"key": "edited", "value": "by somebody else"}
    return {**settings, "configurationMatrix": {**matrix, "parameter_99": parameter}}


def _edited_action(document: Mapping[str, Any]) -> dict[str, Any]:
    contents = {part: document[part] for part in ("draft", "published") if document[part] is not None}
    return {
        part: {**cast("JsonObject", content), "category": "Edited by somebody else"}
        for part, content in contents.items()
    }
