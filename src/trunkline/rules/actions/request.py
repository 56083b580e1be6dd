"""Rules about the request of a data action."""

from __future__ import annotations

import re
from collections.abc import Iterator

from trunkline.domain.action.placeholder import PLACEHOLDER
from trunkline.domain.action.vendor import METHODS, RAW_REQUEST, is_custom_auth
from trunkline.domain.finding import Severity
from trunkline.domain.json import get
from trunkline.rules.actions.view import BODY, HEADERS, METHOD, TIMEOUT, URL, ActionView
from trunkline.rules.registry import Problem, rule


@rule(
    "action-template-syntax",
    Severity.ERROR,
    "A template does not parse",
    explanation="The platform refuses to publish it, or fails every call.",
    example='#if("$!{input.note}" != "") "note": "$!{input.note}"',
    fix="Close every #if and #foreach with #end, and every bracket and quote of a method call.",
)
def template_syntax(action: ActionView) -> Iterator[Problem]:
    for template in action.templates:
        if template.fault:
            yield Problem(template.path, template.fault)


@rule(
    "action-method",
    Severity.ERROR,
    "The method is none that the platform sends",
    explanation="Requests are GET, POST, PUT, PATCH or DELETE.",
    example="requestType: FETCH",
    fix="Choose one of the five.",
)
def method(action: ActionView) -> Iterator[Problem]:
    given = get(action.body, METHOD)
    if given is not None and (not isinstance(given, str) or given.upper() not in METHODS):
        yield Problem(METHOD, f"{given!r} is no method", f"one of {', '.join(METHODS)}")


@rule(
    "action-timeout-range",
    Severity.ERROR,
    "The timeout is outside 1 to 60 seconds",
    explanation="The platform accepts 1 to 60, and no timeout at all for a custom auth action.",
    example="timeoutSeconds: 120",
    fix="Write 1 to 60, or leave it out.",
)
def timeout_range(action: ActionView) -> Iterator[Problem]:
    given = get(action.body, TIMEOUT)
    if given is None:
        return
    if is_custom_auth(action.body):
        yield Problem(TIMEOUT, "a custom auth action takes no timeout", "leave it out")
    elif isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= 60:
        yield Problem(TIMEOUT, f"a timeout of {given!r} is not allowed", "1 to 60 seconds")


@rule(
    "action-plain-http",
    Severity.WARNING,
    "The request goes out unencrypted",
    explanation="Inputs of a contact centre are personal data, and headers hold credentials.",
    example="http://crm.example.com/contacts",
    fix="Use https://.",
)
def plain_http(action: ActionView) -> Iterator[Problem]:
    url = action.text(URL).lstrip().lower()
    if url.startswith("http://") and not re.match(r"http://(localhost|127\.0\.0\.1|\[::1\])\b", url):
        yield Problem(URL, "the URL is http, not https")


@rule(
    "action-duplicate-header",
    Severity.WARNING,
    "A header is there twice, in another case",
    explanation="Header names have no case; which of the two is sent is not said.",
    example="Content-Type: …, content-type: …",
    fix="Keep one.",
)
def duplicate_header(action: ActionView) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for name in action.object(HEADERS):
        first = seen.setdefault(name.lower(), name)
        if first != name:
            yield Problem((*HEADERS, name), f"header {name} is {first} once more")


@rule(
    "action-body-on-get",
    Severity.WARNING,
    "A GET has a body, which is never sent",
    explanation="The platform ignores the request template of a GET.",
    example='requestType: GET, requestTemplate: {"id": "${input.id}"}',
    fix="Put the values into the URL, or use POST.",
)
def body_on_get(action: ActionView) -> Iterator[Problem]:
    if action.method == "GET" and action.text(BODY, RAW_REQUEST).strip() not in ("", RAW_REQUEST):
        yield Problem(BODY, "a GET sends no body", "move its values into the URL")


_SECRET_HEADER = re.compile(
    r"authorization|proxy-authorization|.*(api|subscription|access)[-_]?key|.*(token|secret|password).*", re.I
)
_SECRET_QUERY = re.compile(
    r"[?&](?:api[-_]?key|token|access_token|client_secret|secret|password|sig)=([^&$#<{\s]{6,})", re.I
)
_USER_INFO = re.compile(r"https?://[^/\s:@$]+:[^/\s@$]+@", re.I)
_PLACEHOLDER = re.compile(r"<[^>]*>|your[-_ ]|x{4,}|\*{3,}|redacted|example", re.I)


@rule(
    "action-secret-literal",
    Severity.ERROR,
    "A secret is written into a header or URL",
    explanation="Everybody who can read the action, an export or the repository has it.",
    example="Authorization: Bearer eyJhbGciOi…",
    fix="Keep it in the credentials of the integration: Authorization: Bearer ${credentials.token}",
)
def secret_literal(action: ActionView) -> Iterator[Problem]:
    hint = "keep it in the integration's credentials: ${credentials.name}"
    for template in action.headers:
        name = str(template.path[-1])
        value = re.sub(r"^\s*(bearer|basic|token|apikey)\s+", "", template.text, flags=re.I).strip()
        literal = len(value) >= 8 and "$" not in value and not _PLACEHOLDER.search(value)
        if _SECRET_HEADER.fullmatch(name) and literal:
            yield Problem(template.path, f"header {name} holds a literal secret", hint)
    url = action.text(URL)
    found = _SECRET_QUERY.search(url)
    if (found and not _PLACEHOLDER.search(found[1])) or _USER_INFO.match(url.strip()):
        yield Problem(URL, "the URL holds a literal secret", hint)


@rule(
    "action-foreign-placeholder",
    Severity.WARNING,
    "A {{placeholder}} stands in a template of the platform",
    explanation="Only the friendly form and the guides know {{name}}; the platform sends it as it is.",
    example='requestTemplate: {"id": "{{id}}"} in an exported file',
    fix="Write ${input.id}.",
)
def foreign_placeholder(action: ActionView) -> Iterator[Problem]:
    for template in action.sent:
        found = PLACEHOLDER.search(template.text)
        if found:
            yield Problem(template.path, f"{found[0]} is sent as it is", f"write ${{input.{found[1]}}}")


REQUEST_RULES = (
    template_syntax,
    foreign_placeholder,
    method,
    timeout_range,
    plain_http,
    duplicate_header,
    body_on_get,
    secret_literal,
)
