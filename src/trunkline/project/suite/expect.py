"""What differs between a run of an action and what its case expects."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from trunkline.domain.diff import MISSING, FieldChange, diff
from trunkline.domain.json import Json, JsonObject
from trunkline.engine.action import Request, Run
from trunkline.project.suite.read import Expectation


def differences(expect: Expectation, trace: Run, sent: Sequence[Request]) -> Iterator[str]:
    """Each difference in one line; none where the case passes."""
    yield from _outcome(expect, trace)
    yield from _request(expect, sent)


def _outcome(expect: Expectation, trace: Run) -> Iterator[str]:
    if expect.fails:
        yield from _error(expect, trace)
    elif trace.error is not None and (expect.has_output or expect.part is not None):
        step = next((step for step in trace.steps if not step.ok), None)
        yield f"failed at {step.number}. {step.name}: {trace.error.message}" if step else trace.error.message
    elif expect.has_output:
        yield from (_difference(change) for change in diff(expect.output, trace.output))
    elif expect.part is not None:
        changes = diff(expect.part, trace.output)
        yield from (_difference(change) for change in changes if change.before is not MISSING)


def _error(expect: Expectation, trace: Run) -> Iterator[str]:
    if trace.error is None:
        yield f"expected an error, got the output {json.dumps(trace.output, ensure_ascii=False)}"
        return
    failed = next((step.name for step in trace.steps if not step.ok), "")
    if (expect.error_step or "").casefold() not in failed.casefold():
        yield f"expected the step {expect.error_step} to fail, {failed} did: {trace.error.message}"
    if (expect.error_message or "").casefold() not in trace.error.message.casefold():
        yield f"expected an error with {expect.error_message!r}, got {trace.error.message!r}"


def _request(expect: Expectation, sent: Sequence[Request]) -> Iterator[str]:
    if expect.request is None:
        return
    if not sent:
        yield "expected a request, none was sent"
        return
    actual = _sent_json(sent[-1], expect.request)
    for change in diff(expect.request, actual):
        if change.before is not MISSING:
            yield f"request {_difference(change)}"


def _sent_json(request: Request, wanted: Mapping[str, Json]) -> JsonObject:
    """The request in the shape the expectation has: a body expected as JSON is compared as JSON."""
    body: Json = request.body
    if body is not None and not isinstance(wanted.get("body"), str):
        try:
            body = json.loads(body)
        except ValueError:
            body = request.body
    return {"method": request.method, "url": request.url, "headers": dict(request.headers), "body": body}


def _difference(change: FieldChange) -> str:
    def shown(value: object) -> str:
        return "nothing" if value is MISSING else json.dumps(value, ensure_ascii=False)

    return f"{change.field}: expected {shown(change.before)}, got {shown(change.after)}"
