"""From text to a path that can be used again and again."""

from __future__ import annotations

from functools import lru_cache

from trunkline.domain.json import Json
from trunkline.engine.jsonpath.errors import InvalidPath
from trunkline.engine.jsonpath.parse import parse_path
from trunkline.engine.jsonpath.path import JsonPath

CACHED_PATHS = 2048
"""Compiled paths kept for reuse."""


@lru_cache(CACHED_PATHS)
def compile_path(expr: str) -> JsonPath:
    """Read a path; the latest ones are kept, so that asking again costs next to nothing.

    Raises InvalidPath (a ValueError) with the column of the fault.
    """
    try:
        return parse_path(expr)
    except RecursionError:
        raise InvalidPath("The path is nested too deeply", 1) from None


def evaluate(expr: str, doc: Json) -> Json:
    """The value that `expr` has on `doc`, as Jayway JsonPath 2.10 yields it with default options.

    Raises PathNotFound (LookupError), InvalidPath or EvaluationError (ValueError).
    """
    return compile_path(expr).evaluate(doc)
