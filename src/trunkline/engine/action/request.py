"""The first half of a run: from the input to the reply."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

from trunkline.domain.json import Json, JsonObject, show_path
from trunkline.engine.action.failure import StepError
from trunkline.engine.action.prepared import Branches, Compiled, Prepared
from trunkline.engine.action.result import ActionError, Code, Run
from trunkline.engine.action.secrets import MASK, Mask, secrets_of, veiled
from trunkline.engine.action.wire import Reply, Request, Send
from trunkline.engine.contract import Violation
from trunkline.engine.velocity import Template

_UNSAFE_URL = re.compile(r"[\s\x00-\x1f\x7f]")
_SHOWN_REPLY = 1000


def validate_input(action: Prepared, given: Json) -> None:
    """Step 1."""
    try:
        broken = action.check_input.get()(given)
    except ValueError as error:
        raise StepError(ActionError(f"The input schema is wrong: {error}", Code.INPUT)) from None
    if not isinstance(given, dict) and not broken:
        broken = (Violation((), "the input must be an object", "type"),)
    if broken:
        raise StepError(
            ActionError(f"Input does not match the input schema: {tell(broken)}", Code.INPUT), given
        )


def tell(broken: tuple[Violation, ...]) -> str:
    """Violations in one line, each with its path."""
    return "; ".join(f"{show_path(each.path)}: {each.message}" for each in broken)


def login(run_auth: Callable[[], Run]) -> JsonObject:
    """Step 3: what the customAuth action answers."""
    result = run_auth()
    if result.error is not None or not isinstance(result.output, dict):
        reason = result.error.message if result.error else "its output is no object"
        raise StepError(
            ActionError(
                f"The custom auth action failed: {reason}",
                Code.AUTHENTICATION,
                401,
                "ACTION.AUTHENTICATION",
                remote_status=result.error.remote_status if result.error else None,
            )
        )
    return result.output


def send_request(send: Send, request: Request) -> Reply:
    """Step 7. A status outside 200–299 fails it, as silence does."""
    where = f"{request.method} {request.url}"
    try:
        reply = send(request)
    except TimeoutError:
        message = f"Request timed out after {request.timeout:g} seconds: {where}"
        raise StepError(ActionError(message, Code.TIMEOUT, 504, "ACTION.TIMEOUT")) from None
    except OSError as error:
        message = f"Request to backend service failed: {where}: {error}"
        raise StepError(ActionError(message, Code.REMOTE, 502, "ACTION.ENDPOINT")) from None
    if not reply.ok:
        raise StepError(_refused(reply, where), {"status": reply.status, "body": reply.text[:_SHOWN_REPLY]})
    return reply


def _refused(reply: Reply, where: str) -> ActionError:
    text = reply.text[:_SHOWN_REPLY]
    denied = reply.status in {401, 403}
    return ActionError(
        f"Request to backend service failed with status {reply.status}: {where}. "
        f"Response from web service: {text}",
        Code.AUTHENTICATION if denied else Code.REMOTE,
        reply.status if reply.status >= 400 else 502,
        "ACTION.AUTHENTICATION" if denied else "ACTION.ENDPOINT",
        remote_status=reply.status,
    )


class Sending:
    """Steps 4 to 6: the request, rendered twice where it holds secrets, once to send and once to show."""

    def __init__(
        self,
        action: Prepared,
        given: Json,
        credentials: Mapping[str, Json],
        base_url: str,
        mask: Mask,
        branches: Branches | None,
    ) -> None:
        raw = json.dumps(given, ensure_ascii=False, separators=(",", ":"))
        self._inputs: JsonObject = {**given, "rawRequest": raw} if isinstance(given, dict) else {}
        self._action = action
        self._base_url = base_url
        self._mask = mask
        self._branches = branches
        self._credentials = dict(credentials)
        self._login: JsonObject | None = None
        self._url = ""
        self._headers: dict[str, str] = {}
        self._body: str | None = None
        self._contexts()

    def _contexts(self) -> None:
        secret: JsonObject = {}
        if self._credentials:
            secret["credentials"] = self._credentials
        if self._login is not None:
            secret["authResponse"] = self._login
        self._context: JsonObject = {"input": self._inputs, **secret}
        self._shown_context = {"input": self._inputs, **veiled(secret)} if secret else None

    def authorized(self, answer: JsonObject) -> Json:
        """Make a login's answer available to the templates; gives it with its secrets veiled."""
        self._login = answer
        self._mask.add(secrets_of(answer))
        self._contexts()
        return veiled(answer)

    def url(self) -> Json:
        self._url, shown = self._render(self._action.url, "requestUrlTemplate")
        if self._url.startswith("/"):
            self._url, shown = self._base_url + self._url, self._base_url + shown
        unsafe = _UNSAFE_URL.search(self._url)
        if unsafe or not self._url:
            reason = (
                f"Illegal character in the URL at index {unsafe.start()}" if unsafe else "The URL is empty"
            )
            error = ActionError(
                f"{reason}: {shown!r}",
                Code.SUBSTITUTION,
                hint="encode the values: $esc.url(${input.name})" if unsafe else None,
            )
            raise StepError(error, shown)
        return shown

    def headers(self) -> Json:
        shown: dict[str, str] = {}
        for name, template in self._action.headers.items():
            value, veiled_value = self._render(template, f"headers.{name}")
            if any(letter in name + value for letter in "\r\n\0"):
                message = f"Header {name!r} would hold a line break"
                raise StepError(ActionError(message, Code.SUBSTITUTION), shown)
            shown[name] = self._veiled_words(value, veiled_value)
            self._headers[name] = value
        return shown

    def _veiled_words(self, value: str, veiled_value: str) -> str:
        """The words of a header, those made of secrets masked: here, and wherever they come up again."""
        open_words = set(veiled_value.split())
        self._mask.add(word for word in value.split() if word not in open_words)
        return value if value == veiled_value else self._mask.text(value)

    def body(self) -> Json:
        if self._action.method == "GET":
            return None
        self._body, shown = self._render(self._action.request, "requestTemplate")
        if self._body and not any(name.lower() == "content-type" for name in self._headers):
            self._headers["Content-Type"] = "application/json"
        return shown

    def request(self) -> Request:
        return Request(self._action.method, self._url, self._headers, self._body, self._action.timeout)

    def _render(self, template: Compiled[Template], name: str) -> tuple[str, str]:
        taken = None if self._branches is None else self._branches.setdefault(name, set())
        try:
            text = template.get().render(self._context, taken=taken)
        except ValueError as error:
            message = f"Template '{name}' could not be resolved: {error}"
            raise StepError(ActionError(message, Code.SUBSTITUTION)) from None
        return text, text if self._shown_context is None else self._veiled(template.get())

    def _veiled(self, template: Template) -> str:
        try:
            return template.render(self._shown_context or {})
        except ValueError:
            # a method that fits the secret may not fit what stands for it
            return MASK
