"""One request as a handler sees it, and the answer it gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast
from urllib.parse import parse_qsl

import msgspec

from trunkline.domain.json import Json, JsonObject
from trunkline.emulator.errors import ApiError, bad_request

if TYPE_CHECKING:
    from trunkline.emulator.auth import Caller
    from trunkline.emulator.kernel import Kernel
    from trunkline.emulator.orgs import Org

JSON = "application/json"


@dataclass(slots=True)
class Answer:
    """What is sent back. A body of bytes goes out as it is; anything else is encoded as JSON."""

    body: Json = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict[str, str])
    media_type: str = JSON

    def encoded(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return b"" if self.status == 204 else msgspec.json.encode(self.body)


def created(body: Json) -> Answer:
    return Answer(body, 201)


def no_content() -> Answer:
    return Answer(b"", 204)


def given(sent: JsonObject) -> JsonObject:
    """What is not null: in the place of a field, a null takes it away."""
    return {name: value for name, value in sent.items() if value is not None}


class Query:
    """Query parameters; lists are accepted as CSV and as repeated keys."""

    def __init__(self, text: str) -> None:
        try:
            self.pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=1000) if text else []
        except ValueError as error:
            raise bad_request("Too many query parameters") from error

    def get(self, name: str, default: str | None = None) -> str | None:
        return next((value for key, value in self.pairs if key == name), default)

    def many(self, name: str) -> list[str]:
        """`type=a,b` and `type=a&type=b` alike; none if the parameter is absent or empty."""
        parts = (part.strip() for key, value in self.pairs if key == name for part in value.split(","))
        return [part for part in parts if part]

    def number(self, name: str, default: int) -> int:
        """Raises 400 `invalid.value` if it is no whole number."""
        text = self.get(name)
        if text is None or text == "":
            return default
        if not (text.isascii() and text.removeprefix("-").isdigit() and len(text) <= 10):
            raise _invalid(name, text, "a whole number")
        return int(text)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """`true` or `false` in any case; raises 400 `invalid.value` for anything else."""
        text = self.get(name)
        if text is None or text == "":
            return default
        if text.lower() not in ("true", "false"):
            raise _invalid(name, text, "true or false")
        return text.lower() == "true"


def _invalid(name: str, text: str, wanted: str) -> ApiError:
    return bad_request(f"Invalid value [{text[:40]}] for {name}: {wanted}", code="invalid.value", field=name)


@dataclass(slots=True)
class Call:
    """A request. `caller` is who asks, with a valid token; only routes without one have none."""

    kernel: Kernel
    method: str
    path: str
    query: Query
    headers: Mapping[str, str]
    body: bytes
    correlation_id: str
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])
    caller_or_none: Caller | None = None
    scheme: str = "http"

    @property
    def origin(self) -> str:
        """Where the client reached us: scheme and host, as links that leave the API need them."""
        return f"{self.scheme}://{self.headers.get('host', '127.0.0.1')}"

    @property
    def caller(self) -> Caller:
        if self.caller_or_none is None:
            raise LookupError(f"{self.method} {self.path} is open to all: there is no caller")
        return self.caller_or_none

    @property
    def org(self) -> Org:
        return self.caller.org

    def __getitem__(self, name: str) -> str:
        """A parameter of the path."""
        return self.parameters[name]

    def json(self) -> Json:
        """The body; None where it is empty or `null`, as SDKs send it when they have nothing to say.

        Raises 415 for another media type and 400 for what is no JSON.
        """
        if not self.body.strip():
            return None
        media_type = self.headers.get("content-type", JSON)
        if "json" not in media_type:
            raise ApiError(
                415, "unsupported.media.type", f"Unsupported media type {media_type[:60]}: send {JSON}"
            )
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise bad_request(
                f"The request could not be parsed as JSON: {error}", code="invalid.syntax"
            ) from error

    def json_object(self) -> JsonObject:
        """The body as an object; `{}` where it is empty or `null`. Raises 400 for another value."""
        value = self.json()
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise bad_request("The request body must be a JSON object")
        return cast("JsonObject", value)

    def form(self) -> dict[str, str]:
        """The body as form fields. Raises 400 if it is not UTF-8."""
        try:
            return dict(parse_qsl(self.body.decode(), keep_blank_values=True, max_num_fields=100))
        except (UnicodeDecodeError, ValueError) as error:
            raise bad_request("The request body is no form") from error
