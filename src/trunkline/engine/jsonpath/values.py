"""The values that filters compare.

A value of the document stands for itself. A literal list or object stays text (`JsonText`) until an
operator wants its elements; an absent value is `UNDEFINED`.
"""

from __future__ import annotations

import math
from decimal import Decimal
from enum import Enum
from functools import cached_property, lru_cache
from typing import Any, Final

from trunkline.engine.jsonpath.cursor import CONTROLS
from trunkline.engine.jsonpath.errors import EvaluationError, InvalidPath, Rejected
from trunkline.engine.jsonpath.lenient import LenientJsonError, parse_lenient
from trunkline.engine.jsonpath.unescape import unescape

CONTAINERS = (dict, list)
NUMBERS = (int, float, Decimal)


class Marker(Enum):
    """Values that are not JSON."""

    UNDEFINED = "undefined"
    PATH = "path"


UNDEFINED: Final = Marker.UNDEFINED
"""The operand's path leads nowhere; unlike null it equals nothing, not even itself."""

PATH_TEXT: Final = Marker.PATH
"""A string in a list that could be read as a path; it equals nothing."""


class JsonText:
    """A list or object as written in a filter, or a string in a list that reads as one."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def value(self) -> Any:
        """The JSON it is. Raises EvaluationError when it is none."""
        try:
            return parse_lenient(self.text)
        except LenientJsonError as error:
            raise EvaluationError(f"Not JSON: {error}") from None


def kind_of(value: object) -> str:
    """The class of values that `===` compares within."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, NUMBERS):
        return "number"
    if isinstance(value, str):
        return "string"
    if isinstance(value, list | dict | JsonText):
        return "json"
    return "undefined" if isinstance(value, Marker) else "regex"


def as_json(value: object) -> Any:
    """The list or object behind an operand that is one."""
    return value.value if isinstance(value, JsonText) else value


def elements(value: object) -> list[object] | None:
    """The elements of a list operand; None for an object. Raises Rejected for anything else."""
    if not isinstance(value, list | dict | JsonText):
        raise Rejected("Expected a list")
    plain = as_json(value)
    return [element(item) for item in plain] if isinstance(plain, list) else None


def element(item: object) -> object:
    """An element of a list as comparisons see it: strings lose quotes and escapes once more."""
    if isinstance(item, str):
        return _text_element(item)
    if isinstance(item, float) and not math.isfinite(item):
        raise EvaluationError(f"{item} cannot be compared")
    if item is None or isinstance(item, NUMBERS):
        return item
    raise EvaluationError("A list or object within a list cannot be compared")


def _text_element(text: str) -> object:
    trimmed = text.strip(CONTROLS)
    if trimmed[:1] in ("$", "@") and _reads_as_path(trimmed):
        if not _reads_as_path(text):
            raise Rejected("A text that is almost a path")
        return PATH_TEXT
    if len(trimmed) > 1 and trimmed[0] + trimmed[-1] in ("[]", "{}") and _reads_as_json(trimmed):
        return JsonText(text)
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1]
    elif "\\" not in text:
        return text
    try:
        return unescape(text)
    except ValueError as error:
        raise EvaluationError(str(error)) from None


@lru_cache(256)
def _reads_as_path(text: str) -> bool:
    # Here and not above: reading a path needs the operators, and those need this module.
    from trunkline.engine.jsonpath.parse import parse_path

    try:
        parse_path(text)
    except InvalidPath:
        return False
    return True


def _reads_as_json(text: str) -> bool:
    try:
        parse_lenient(text)
    except LenientJsonError:
        return False
    return True


def same_json(left: Any, right: Any) -> bool:
    """Deep equality where 1, 1.0 and true all differ; any depth."""
    pairs = [(left, right)]
    while pairs:
        one, other = pairs.pop()
        if type(one) is not type(other):
            return False
        if isinstance(one, dict):
            if one.keys() != other.keys():
                return False
            pairs.extend((value, other[key]) for key, value in one.items())
        elif isinstance(one, list):
            if len(one) != len(other):
                return False
            pairs.extend(zip(one, other, strict=True))
        elif one != other:
            return False
    return True
