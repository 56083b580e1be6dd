"""Running and checking data actions: test, execute, validation.

developer.genesys.cloud, "Integrations API".
"""

from __future__ import annotations

from urllib.parse import urlsplit

import anyio.to_thread

from trunkline.domain.json import JsonObject
from trunkline.emulator.call import Answer, Call, Query
from trunkline.emulator.errors import ApiError
from trunkline.emulator.genesys import actions, content, execution
from trunkline.emulator.genesys.public.actions import EDIT
from trunkline.emulator.genesys.records import ActionContent, ActionRecord
from trunkline.emulator.routes import Routes
from trunkline.engine.action import Reply, Request, Run
from trunkline.engine.action.vendor import error_body, execution_result
from trunkline.engine.jsonpath import compile_path
from trunkline.engine.velocity import compile_template

EXECUTE = ("integrations:action:execute", "bridge:actions:execute")

routes = Routes("public", prefix="/api/v2/integrations/actions/{actionId}")


@routes.on("POST", "/test", known="spec", permissions=EXECUTE)
async def test_action(call: Call) -> Answer:
    """Run what is live, step by step: TestExecutionResult, 200 also where a step fails."""
    record, live = actions.find_published(call.org, call["actionId"])
    return Answer(execution_result(await run(call, record, live), call.correlation_id))


@routes.on("POST", "/draft/test", known="spec", permissions=EXECUTE[:1])
async def test_draft(call: Call) -> Answer:
    """Run the draft, step by step."""
    record, draft = actions.find_draft(call.org, call["actionId"])
    return Answer(execution_result(await run(call, record, draft), call.correlation_id))


@routes.on("POST", "/execute", known="spec", permissions=EXECUTE)
async def execute_action(call: Call) -> Answer:
    """Run what is live: its output, or the error of the step that failed."""
    record, live = actions.find_published(call.org, call["actionId"])
    finished = await run(call, record, live)
    if finished.error is None:
        return Answer(finished.output)
    return Answer(error_body(finished.error, call.correlation_id), finished.error.status)


async def run(call: Call, record: ActionRecord, chosen: ActionContent) -> Run:
    """In a thread: a template or a schema may take its time while others are answered."""
    given = call.json()

    def work() -> Run:
        return execution.execute(call.org, record, chosen, {} if given is None else given, OwnApi(call))

    return await anyio.to_thread.run_sync(work)


class OwnApi:
    """The org's own API as an action of it calls it: with the rights of who runs the action."""

    def __init__(self, call: Call) -> None:
        self.call = call

    def __call__(self, request: Request) -> Reply | None:
        parts = urlsplit(request.url)
        match = self.call.kernel.table.find(parts.path)
        found = match.route(request.method) if match else None
        if found is None:
            return None
        route, parameters = found
        if route.asynchronous or route.surface not in ("public", "guides"):
            return None
        headers = {name.lower(): text for name, text in request.headers.items()}
        headers["content-type"] = headers.get("content-type", "application/json")
        inner = Call(
            self.call.kernel,
            request.method,
            parts.path,
            Query(parts.query),
            headers,
            (request.body or "").encode("utf-8", "surrogatepass"),
            self.call.correlation_id,
            parameters,
            self.call.caller,
        )
        try:
            self.call.caller.check(route)
            with self.call.kernel.store.transaction():
                answer = route.answer(inner)
        except ApiError as error:
            answer = Answer(error.body(inner.correlation_id), error.status, error.headers)
        return Reply(answer.status, answer.headers, answer.encoded())


@routes.on("GET", "/draft/validation", known="spec", permissions=EDIT)
def validate_draft(call: Call) -> Answer:
    """DraftValidationResult: templates and paths that do not parse, fields out of their limits."""
    _, draft = actions.find_draft(call.org, call["actionId"])
    faults = [*content.type_faults(draft), *syntax_faults(draft["config"])]
    return Answer({"valid": not faults, "errors": content.error_bodies(faults)})


def syntax_faults(config: JsonObject) -> list[content.Fault]:
    """Velocity and JSONPath that do not parse."""
    request, response = config["request"], config["response"]
    templates = {
        "config.request.requestUrlTemplate": request["requestUrlTemplate"],
        "config.request.requestTemplate": request["requestTemplate"],
        **{f"config.request.headers.{name}": text for name, text in request["headers"].items()},
        "config.response.successTemplate": response["successTemplate"],
    }
    faults: list[content.Fault] = []
    if not request["requestUrlTemplate"].strip():
        faults.append(("config.request.requestUrlTemplate", "must not be blank"))
    for field, text in templates.items():
        try:
            compile_template(text, field.rpartition(".")[2])
        except ValueError as error:
            faults.append((field, f"is no valid template: {error}"))
    for name, expression in response["translationMap"].items():
        try:
            compile_path(expression)
        except ValueError as error:
            faults.append((f"config.response.translationMap.{name}", f"is no valid JSONPath: {error}"))
    return faults
