"""The text that Java gives to JSON values, as `concat()` joins them."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from trunkline.engine.jsonpath.errors import EvaluationError
from trunkline.engine.jsonpath.numbers import double_text

_MAX_DEPTH = 200


def java_text(value: Any, depth: int = 0) -> str:
    """`{a=1, b=[1,2]}` for an object, JSON for a list, else the value's own text."""
    if depth > _MAX_DEPTH:
        raise EvaluationError("A value is nested too deeply to be written")
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}={java_text(item, depth + 1)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return _json_text(value, depth)
    return value if isinstance(value, str) else _json_text(value, depth)


def _json_text(value: Any, depth: int) -> str:
    if depth > _MAX_DEPTH:
        raise EvaluationError("A value is nested too deeply to be written")
    if isinstance(value, dict):
        parts = (f"{_quoted(key)}:{_json_text(item, depth + 1)}" for key, item in value.items())
        return "{" + ",".join(parts) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_json_text(item, depth + 1) for item in value) + "]"
    if isinstance(value, float):
        return double_text(value)
    if isinstance(value, Decimal):
        return str(value)
    return _quoted(value) if isinstance(value, str) else json.dumps(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("/", "\\/")
