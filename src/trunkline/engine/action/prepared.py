"""An action made ready to run many times: templates, paths and schemas compiled once.

What does not compile fails the step that needs it, as it would in the cloud, not the preparation.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Generic, TypeAlias, TypeVar

from trunkline.domain.action.vendor import RAW_REQUEST, RAW_RESULT, is_static
from trunkline.domain.json import Json, JsonObject, Path, get, show_path
from trunkline.engine.contract import Check, checker
from trunkline.engine.jsonpath import JsonPath, compile_path
from trunkline.engine.velocity import Template, compile_template
from trunkline.errors import InvalidInput

T = TypeVar("T")
_REQUEST: Path = ("config", "request")
_RESPONSE: Path = ("config", "response")
DEFAULT_TIMEOUT = 60.0

Branches: TypeAlias = dict[str, set[tuple[int, int, int]]]
"""By name of a template: which way each `#if` went, as (line, column, number of the branch from 0)."""


class Compiled(Generic[T]):
    """A compiled part, or the `error` it has instead; `get` raises it."""

    __slots__ = ("_value", "error")

    def __init__(self, compile_part: Callable[[], T]) -> None:
        self.error: ValueError | None = None
        try:
            self._value = compile_part()
        except ValueError as error:
            self.error = error

    def get(self) -> T:
        if self.error is not None:
            raise self.error
        return self._value


class Prepared:
    """A data action, compiled. Raises InvalidInput where the body has not the shape of one."""

    def __init__(self, body: JsonObject) -> None:
        for path in (("config",), _REQUEST, _RESPONSE, ("contract",)):
            _object(body, path)
        self.body = body
        self.name = str(body.get("name", ""))
        self.method = _text(body, (*_REQUEST, "requestType"), "GET").upper()
        self.url = _template(_text(body, (*_REQUEST, "requestUrlTemplate"), ""), "requestUrlTemplate")
        self.headers = {
            name: _template(text, f"headers.{name}")
            for name, text in _texts(body, (*_REQUEST, "headers")).items()
        }
        self.request = _template(_text(body, (*_REQUEST, "requestTemplate"), RAW_REQUEST), "requestTemplate")
        self.paths = {
            name: _path(expression)
            for name, expression in _texts(body, (*_RESPONSE, "translationMap")).items()
        }
        self.defaults = _texts(body, (*_RESPONSE, "translationMapDefaults"))
        self.success_text = _text(body, (*_RESPONSE, "successTemplate"), RAW_RESULT)
        self.success = _template(self.success_text, "successTemplate")
        self.output_schema = _object(body, ("contract", "output", "successSchema"))
        self.check_input = _check(_object(body, ("contract", "input", "inputSchema")))
        self.check_output = _check(self.output_schema)
        self.timeout = _timeout(body)
        self.editable = not is_static(body)

    def handles(self, event: str) -> bool:
        """Whether `onError` or `onTimeout` lets the flow go on with nulls."""
        return get(self.body, ("errorHandling", event)) == "CONTINUE"

    @property
    def outputs(self) -> list[str]:
        """The names of the outputs that the contract declares."""
        properties = self.output_schema.get("properties")
        return list(properties) if isinstance(properties, dict) else []

    @property
    def guided(self) -> bool:
        """Whether the guides' rules hold for its mapping (see `engine.template.lookup`)."""
        return bool(self.body.get("errorHandling"))


def prepare(action: JsonObject | Prepared) -> Prepared:
    """The prepared form of an action; equal bodies share one. Raises InvalidInput."""
    if isinstance(action, Prepared):
        return action
    return _prepared(json.dumps(action))


@lru_cache(maxsize=256)
def _prepared(text: str) -> Prepared:
    return Prepared(json.loads(text))


def _template(text: str, name: str) -> Compiled[Template]:
    return Compiled(lambda: compile_template(text, name))


def _path(expression: str) -> Compiled[JsonPath]:
    return Compiled(lambda: compile_path(expression))


def _check(schema: JsonObject) -> Compiled[Check]:
    return Compiled(lambda: checker(schema))


def _timeout(body: JsonObject) -> float:
    value = get(body, ("config", "timeoutSeconds"))
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else DEFAULT_TIMEOUT


def _object(body: JsonObject, path: Path) -> JsonObject:
    value = get(body, path, {})
    return {} if value is None else _as(dict, "an object", value, path)


def _text(body: JsonObject, path: Path, default: str) -> str:
    value = get(body, path)
    return default if value is None else _as(str, "text", value, path)


def _texts(body: JsonObject, path: Path) -> dict[str, str]:
    return {name: _as(str, "text", value, (*path, name)) for name, value in _object(body, path).items()}


def _as(kind: type[T], title: str, value: Json, path: Path) -> T:
    if not isinstance(value, kind):
        raise InvalidInput(f"no data action: {show_path(path)} must be {title}")
    return value
