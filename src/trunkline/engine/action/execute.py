"""Running an action as the platform does, step by step, without the platform."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import perf_counter

from trunkline.domain.json import Json, JsonObject
from trunkline.engine.action.failure import StepError
from trunkline.engine.action.prepared import Branches, Prepared, prepare
from trunkline.engine.action.request import Sending, login, send_request, validate_input
from trunkline.engine.action.response import Receiving
from trunkline.engine.action.result import ActionError, Code, Run, Step
from trunkline.engine.action.secrets import Mask, secrets_of
from trunkline.engine.action.wire import Reply, Send

STEPS = (
    "Validate input against schema",
    "Resolve credentials",
    "Resolve authorization",
    "Resolve request URL",
    "Resolve request headers",
    "Resolve request body",
    "Execute request",
    "Apply translation map",
    "Apply translation map defaults",
    "Apply output transformation",
    "Validate output against schema",
)


def run(
    action: JsonObject | Prepared,
    inputs: Json,
    send: Send,
    *,
    credentials: Mapping[str, Json] | None = None,
    auth: JsonObject | Prepared | None = None,
    base_url: str = "",
    strict: bool = True,
    clock: Callable[[], float] = perf_counter,
    branches: Branches | None = None,
) -> Run:
    """Run a data action: the canonical body, the input as a flow gives it, and how to send.

    credentials  what `${credentials.name}` reads; never shown in a step
    auth         the customAuth action of the integration; its output is `${authResponse.name}`
    base_url     put in front of a URL that is only a path
    strict       a success template that uses a value that was not mapped fails, as in the cloud
    branches     learns which way each `#if` of the templates went

    Raises InvalidInput where the body is no data action; every failure of the run itself is in the Run.
    """
    execution = _Execution(
        prepare(action), inputs, send, credentials or {}, auth, base_url, strict, clock, branches
    )
    return execution.run()


class _Execution:
    """One run: the steps so far, and what later steps need of earlier ones."""

    def __init__(
        self,
        action: Prepared,
        given: Json,
        send: Send,
        credentials: Mapping[str, Json],
        auth: JsonObject | Prepared | None,
        base_url: str,
        strict: bool,
        clock: Callable[[], float],
        branches: Branches | None,
    ) -> None:
        self.action = action
        self.given = given
        self.send = send
        self.credentials = credentials
        self.auth = auth
        self.strict = strict
        self.clock = clock
        self.mask = Mask(secrets_of(credentials))
        self.sending = Sending(action, given, credentials, base_url, self.mask, branches)
        self.receiving = Receiving(action, strict, branches)
        self.steps: list[Step] = []
        self.warnings: list[str] = []

    def run(self) -> Run:
        stages: tuple[Callable[[], Json], ...] = (
            self._input,
            self._credentials,
            self._authorization,
            self.sending.url,
            self.sending.headers,
            self.sending.body,
            self._exchange,
            self._map,
            self._defaults,
            self._transform,
            self._output,
        )
        for number, stage in enumerate(stages, 1):
            error = self._step(number, stage)
            if error is not None:
                return self._failed(error)
        return Run(tuple(self.steps), self.receiving.output)

    def _step(self, number: int, stage: Callable[[], Json]) -> ActionError | None:
        start = self.clock()
        self.warnings = []
        error: ActionError | None = None
        result: Json = None
        try:
            result = self.mask.value(stage())
        except StepError as failure:
            error = failure.masked(self.mask)
            result = self.mask.value(failure.result)
        spent = (self.clock() - start) * 1000
        warnings = tuple(map(self.mask.text, self.warnings))
        self.steps.append(Step(number, STEPS[number - 1], error is None, result, error, spent, warnings))
        return error

    def _failed(self, error: ActionError) -> Run:
        event = "onTimeout" if error.code is Code.TIMEOUT else "onError"
        if error.code is Code.INPUT or not self.action.handles(event):
            return Run(tuple(self.steps), None, error)
        return Run(tuple(self.steps), dict.fromkeys(self.action.outputs), None, handled=error)

    def _input(self) -> Json:
        validate_input(self.action, self.given)
        return self.given

    def _credentials(self) -> Json:
        return dict.fromkeys(self.credentials, "***")

    def _authorization(self) -> Json:
        if self.auth is None:
            return None
        answer = login(lambda: run(self.auth or {}, {}, self.send, credentials=self.credentials))
        return self.sending.authorized(answer)

    def _exchange(self) -> Json:
        reply = send_request(self.send, self.sending.request())
        self.receiving.reply = reply
        return _shown(reply)

    def _map(self) -> Json:
        return self.receiving.translate(self.warnings)

    def _defaults(self) -> Json:
        return self.receiving.fill(self.warnings)

    def _transform(self) -> Json:
        return self.receiving.transform(self.warnings)

    def _output(self) -> Json:
        return self.receiving.validate()


SHOWN = 100_000
"""How many characters of a reply a step shows."""


def _shown(reply: Reply) -> JsonObject:
    text = reply.text
    return {
        "status": reply.status,
        "headers": dict(reply.headers),
        "body": text if len(text) <= SHOWN else f"{text[:SHOWN]}… ({len(text)} characters in all)",
    }
