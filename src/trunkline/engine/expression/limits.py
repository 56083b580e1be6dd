"""Bounds on what an expression may build, so that no text can exhaust memory."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from trunkline.engine.expression.errors import ExpressionError

MAX_CHARACTERS: Final = 256_000
MAX_ITEMS: Final = 50_000
MAX_COMPARED: Final = 1_000
"""Items compared each with each."""


def check_length(characters: int) -> None:
    if characters > MAX_CHARACTERS:
        raise ExpressionError(f"text of more than {MAX_CHARACTERS} characters")


def check_items(count: int) -> None:
    if count > MAX_ITEMS:
        raise ExpressionError(f"collection of more than {MAX_ITEMS} items")


def concatenated(parts: Iterable[str], delimiter: str = "") -> str:
    """The parts as one text. Raises ExpressionError as soon as it grows too long."""
    found: list[str] = []
    length = 0
    for part in parts:
        length += len(part) + len(delimiter)
        check_length(length)
        found.append(part)
    return delimiter.join(found)
