"""Answers as values and as errors: JSON, and the error bodies of the vendors.

Genesys ErrorBody {message, code, status, contextId, details[], errors[], limit}; OAuth
{error, error_description}; https://developer.genesys.cloud/platform/api/response-codes
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import NoReturn

from trunkline.clouds.redact import Redactor
from trunkline.clouds.transport import Response
from trunkline.domain.json import Json, JsonObject
from trunkline.errors import AuthenticationFailed, CloudError, Conflict, NotFound, PermissionMissing

_LONGEST_MESSAGE = 600
_STALE = re.compile(r"does not match (the current|latest draft) version", re.IGNORECASE)

_HINTS = {
    "architect.flow.locked.by.user": "somebody edits this flow in Architect; ask them to check it in",
    "architect.flow.not.locked.by.user": "check the flow out first",
    "architect.operation.already.in.progress": "wait for the operation that runs on this flow, then repeat",
    "flow.no.config.available": "this flow was never saved: it has no configuration to read",
    "duplicate.name": "choose another name, or adopt the object of this name with: trunkline pull",
}
_STATUS_HINTS = {
    400: "correct what the message names; the request is not repeated as it is",
    409: "read the object again (trunkline pull), then repeat",
    412: "read the object again (trunkline pull), then repeat",
    413: "the body is larger than the cloud takes (512,000 bytes)",
    500: "a fault of the cloud; repeat later, and give its support the correlation id",
    503: "the cloud is busy or down; repeat later",
}


_LONG = 16 * 1024
"""Bytes of an answer that are worth the loading of another parser."""


def parse_json(body: bytes, where: str) -> Json:
    """The JSON value of an answer. Raises CloudError where it is none, or nested beyond reason."""
    try:
        return _loaded(body)
    except (ValueError, RecursionError):
        start = body[:60].decode("utf-8", "replace").strip()
        raise CloudError(
            f"the answer is not JSON: it starts with {Redactor()(start)!r}"
            if start
            else "the answer is empty",
            where=where,
            hint="is this the URL of the API, and no proxy's page of login or error?",
        ) from None


def _loaded(body: bytes) -> Json:
    """A long answer by the quicker parser, and by Python's own what that does not take."""
    if len(body) > _LONG:
        import msgspec

        with suppress(msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return msgspec.json.decode(body)
    return json.loads(body, parse_constant=_refuse)


def parse_object(body: bytes, where: str) -> JsonObject:
    """The JSON object of an answer. Raises CloudError for any other value."""
    value = parse_json(body, where)
    if not isinstance(value, dict):
        raise CloudError(f"the answer is no JSON object but {type(value).__name__}", where=where)
    return value


def error_object(response: Response) -> JsonObject:
    """The error body as an object, empty where it is none."""
    try:
        value = json.loads(response.body, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def limit_of(response: Response) -> int | None:
    """The quota that a 429 names in `limit.value`."""
    limit = error_object(response).get("limit")
    value = limit.get("value") if isinstance(limit, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def error_from(response: Response, where: str, redact: Redactor) -> CloudError:
    """The error that an answer stands for: what the cloud said, its code, its correlation id, a hint."""
    body = error_object(response)
    code = _text(body.get("code")) or _text(body.get("error"))
    message = redact(_message(response, body))
    correlation = response.headers.get("inin-correlation-id") or _text(body.get("contextId"))
    kind = _kind(response.status, message)
    shown = f"{message} (correlation id {correlation})" if correlation else message
    return kind(
        shown,
        where=redact(where),
        hint=_wait(response) if response.status == 429 else _hint(response.status, code, kind, body),
        status=response.status,
        code=code,
        correlation_id=correlation,
    )


def _kind(status: int, message: str) -> type[CloudError]:
    if status in (404, 410):
        return NotFound
    if status in (409, 412) or (status == 400 and _STALE.search(message)):
        return Conflict
    if status == 401:
        return AuthenticationFailed
    return PermissionMissing if status == 403 else CloudError


def _message(response: Response, body: Mapping[str, Json]) -> str:
    if 300 <= response.status < 400:
        place = response.headers.get("location", "nowhere")
        return f"redirected to {place.partition('?')[0]}, and not followed: the token belongs to this host"
    said = _text(body.get("message")) or _text(body.get("error_description")) or _text(body.get("error"))
    if not said:
        said = re.sub(r"<[^>]*>|\s+", " ", response.body[:2000].decode("utf-8", "replace")).strip()
    details = body.get("details")
    named = [_detail(each) for each in details if isinstance(each, dict)] if isinstance(details, list) else []
    nested = body.get("errors")
    named += (
        [_text(each.get("message")) or "" for each in nested if isinstance(each, dict)]
        if isinstance(nested, list)
        else []
    )
    text = "; ".join([f"{response.status} {said}".strip(), *filter(None, named)])
    return text if len(text) <= _LONGEST_MESSAGE else text[:_LONGEST_MESSAGE] + "…"


def _detail(detail: Mapping[str, Json]) -> str:
    code, field = _text(detail.get("errorCode")), _text(detail.get("fieldName"))
    return f"{field}: {code}" if field and code else field or code or ""


def _hint(status: int, code: str | None, kind: type[CloudError], body: Mapping[str, Json]) -> str | None:
    if kind is PermissionMissing:
        return f"give the client's role {_permissions(body)}; trunkline doctor lists what each command needs"
    if kind is AuthenticationFailed:
        return "log in again: trunkline auth login (or renew TRUNKLINE_CLIENT_ID and TRUNKLINE_CLIENT_SECRET)"
    if kind is Conflict:
        return _HINTS.get(code or "") or _STATUS_HINTS[409]
    return _HINTS.get(code or "") or _STATUS_HINTS.get(status)


def _wait(response: Response) -> str:
    asked = response.headers.get("retry-after", "").strip()
    seconds = f"{asked} s" if asked.isdigit() else "a minute"
    return f"the quota is used up, by others too: repeat in {seconds}, or share the work with --pool"


def _permissions(body: Mapping[str, Json]) -> str:
    """The permissions or scopes that the message names, `domain:entity:action`."""
    named = re.findall(r"\b[A-Za-z]\w*(?::[\w*]+)+", _text(body.get("message")) or "")
    return f"the permission {', '.join(dict.fromkeys(named))}" if named else "the permission that is missing"


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) and value else None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")
