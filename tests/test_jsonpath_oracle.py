"""The golden vectors of the Java library, every one."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from tests.shared import SHARED, needs_shared
from trunkline.engine.jsonpath import EvaluationError, InvalidPath, compile_path, evaluate

pytestmark = [pytest.mark.corpus, needs_shared]

EXPECTED_DIFFERENCES: dict[str, str] = {}
"""Ids of vectors that are to differ, and why. Empty: every one is met."""


def vectors() -> list[dict[str, Any]]:
    if SHARED is None:
        return []
    text = (SHARED / "oracle" / "jsonpath.shared.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def outcome(expr: str, doc: Any) -> str:
    """What evaluation comes to, as text in which 1, 1.0 and true differ and the order of names does not count."""
    try:
        return "value " + json.dumps(evaluate(expr, copy.deepcopy(doc)), sort_keys=True)
    except LookupError:
        return "missing"
    except InvalidPath:
        return "error compile"
    except EvaluationError:
        return "error evaluate"


def wanted(vector: dict[str, Any]) -> str:
    result = vector["outcome"]
    if "value" in result:
        return "value " + json.dumps(result["value"], sort_keys=True)
    return f"error {result['phase']}" if "error" in result else "missing"


def differing() -> dict[str, str]:
    return {
        vector["id"]: f"{vector['expr']}: wanted {wanted(vector)}, got {found}"
        for vector in vectors()
        if (found := outcome(vector["expr"], vector["doc"])) != wanted(vector)
    }


def test_every_vector_is_met_or_listed_with_a_reason() -> None:
    assert len(vectors()) > 1000
    found = differing()

    assert {key: text for key, text in found.items() if key not in EXPECTED_DIFFERENCES} == {}
    assert sorted(EXPECTED_DIFFERENCES) == sorted(found)


def test_paths_are_as_definite_as_the_library_says() -> None:
    wrong = [
        vector["expr"]
        for vector in vectors()
        if "definite" in vector and compile_path(vector["expr"]).definite is not vector["definite"]
    ]

    assert wrong == []
