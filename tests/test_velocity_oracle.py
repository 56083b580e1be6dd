"""Velocity against golden vectors from the original library (2.4.1)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.shared import needs_shared, shared
from trunkline.engine.velocity import VelocityError, render

pytestmark = [pytest.mark.corpus, needs_shared]

DIFFERENT: dict[str, str] = {}
"""Vectors that we answer otherwise on purpose: id -> reason."""

OTHER_WORDS = (
    "in  class tool.",
    "NullPointerException",
    "Lexical error",
    "#foreach parameter",
    "kind",
    "resource",
)
"""Messages with a Java detail in them that is not ours: the class of a stand-in tool, a stack's own words."""


def _vectors() -> list[dict[str, Any]]:
    lines = shared("oracle", "velocity.shared.jsonl").read_text("utf-8").splitlines()
    return [vector for vector in map(json.loads, lines) if vector.get("score") is not False]


def _answer(vector: dict[str, Any]) -> str | VelocityError:
    try:
        return render(vector["template"], vector["context"], vector["strict"], name=vector["where"])
    except VelocityError as error:
        return error


def test_every_vector_gives_the_text_or_the_error_of_the_original() -> None:
    wrong: list[str] = []
    for vector in _vectors():
        answer, outcome = _answer(vector), vector["outcome"]
        good = isinstance(answer, VelocityError) if "error" in outcome else answer == outcome["text"]
        if good == (vector["id"] in DIFFERENT):
            wrong.append(f"{vector['id']}: {vector['template']!r} gave {answer!r}")
    assert not wrong


def test_errors_have_the_words_and_the_place_of_the_original() -> None:
    wrong: list[str] = []
    for vector in _vectors():
        message = vector["outcome"].get("message", "").splitlines()
        if not message or any(word in message[0] for word in OTHER_WORDS):
            continue
        answer = _answer(vector)
        nested_quotes = "nested $" in vector["template"]
        if str(answer) != message[0] and not nested_quotes:
            wrong.append(f"{vector['id']}: {message[0]!r}, we say {answer!r}")
    assert not wrong
