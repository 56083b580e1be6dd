"""Finds a method by name and arguments as Velocity does, in allow-lists only.

An `Overload` names the parameters by kind: `text` (String), `chars` (CharSequence), `text?` and `chars?` that
take null, `int`, `long`, `double`, `char`, `bool`, `list`, `map`, `any`; `any*` takes the rest.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .errors import JavaError, Overrun
from .values import Array, Char, Runtime, Value, is_number

VOID: Any = ""
"""What a method without a result gives, so that it prints nothing."""


@dataclass(frozen=True, slots=True)
class Overload:
    """`run(runtime, receiver, *arguments)` for arguments of these kinds."""

    kinds: tuple[str, ...]
    run: Callable[..., Value]


Methods = dict[str, tuple[Overload, ...]]


def overloads(*found: tuple[str, Callable[..., Value]]) -> tuple[Overload, ...]:
    """Pairs of blank-separated kinds and a function, most specific first."""
    return tuple(Overload(tuple(kinds.split()), run) for kinds, run in found)


def choose(methods: tuple[Overload, ...], arguments: list[Value]) -> Overload | None:
    """The overload that fits with the least conversion; None when none does."""
    best, best_level = None, 0
    for method in methods:
        kinds = method.kinds
        if kinds and kinds[-1] == "any*":
            level = 1 if len(arguments) >= len(kinds) - 1 else 0
        elif len(kinds) != len(arguments):
            level = 0
        else:
            level = min(
                (_level(kind, value) for kind, value in zip(kinds, arguments, strict=True)), default=4
            )
        if level > best_level:
            best, best_level = method, level
    return best


def invoke(runtime: Runtime, method: Overload, receiver: Value, arguments: list[Value]) -> Value:
    """Converts the arguments and runs the method. Raises JavaError for what it throws."""
    kinds = method.kinds
    if kinds and kinds[-1] == "any*":
        fixed = len(kinds) - 1
        ready = [
            _convert(runtime, kind, value) for kind, value in zip(kinds, arguments[:fixed], strict=False)
        ]
        ready.append(arguments[fixed:])
    else:
        ready = [_convert(runtime, kind, value) for kind, value in zip(kinds, arguments, strict=True)]
    try:
        return method.run(runtime, receiver, *ready)
    except OverflowError as fault:
        raise Overrun("Too large a number") from fault


def _level(kind: str, value: Value) -> int:
    """3 exact, 2 assignable, 1 by conversion, 0 not at all."""
    if kind == "any":
        return 2
    if kind in ("int", "long", "double", "bool", "char"):
        return _primitive_level(kind, value)
    if value is None:
        return 2
    if kind.startswith("text"):
        return 3 if type(value) is str else 1
    if kind.startswith("chars"):
        return 2 if type(value) is str else 0
    if kind == "list":
        return 2 if isinstance(value, (list, range)) and not isinstance(value, Array) else 0
    return 2 if isinstance(value, dict) else 0


def _primitive_level(kind: str, value: Value) -> int:
    if kind == "char":
        return 3 if isinstance(value, Char) else 0
    if kind == "bool":
        return 3 if type(value) is bool else 1 if type(value) in (int, float, str) else 0
    if type(value) is int:
        return 3 if kind == "int" else 2
    if type(value) is float:
        return 3 if kind == "double" else 1
    return 1 if type(value) in (bool, str) else 0


def _convert(runtime: Runtime, kind: str, value: Value) -> Value:
    if kind in ("int", "long"):
        return _integer(kind, value)
    if kind == "double":
        return _double(value)
    if kind == "bool":
        return value.lower() == "true" if type(value) is str else bool(value)
    if kind.startswith("text"):
        value = value if value is None else runtime.text(value)
    if value is None and kind in ("text", "chars", "list", "map"):
        raise JavaError("java.lang.NullPointerException")
    return value


def _integer(kind: str, value: Value) -> int:
    if type(value) is str:
        if len(value) > 20 or not re.fullmatch(r"[+-]?[0-9]+", value):
            raise JavaError("java.lang.NumberFormatException", f'For input string: "{value[:100]}"')
        value = int(value)
    if type(value) is float and not math.isfinite(value):
        value = 0 if math.isnan(value) else 2**63
    found = int(value)
    bits = 31 if kind == "int" else 63
    if not -(2**bits) <= found < 2**bits:
        name = "integer" if kind == "int" else "long"
        raise JavaError("java.lang.NumberFormatException", f"value out of range for {name} type: {found}")
    return found


def _double(value: Value) -> float:
    if type(value) is str:
        if len(value) > 400 or not re.fullmatch(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", value, re.A):
            raise JavaError("java.lang.NumberFormatException", f'For input string: "{value[:100]}"')
    elif not is_number(value) and type(value) is not bool:
        raise JavaError("java.lang.NumberFormatException")
    return float(value)
