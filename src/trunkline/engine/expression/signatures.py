"""Declarations of functions and operators, and the choice of an overload by operand types.

An overload is written as the platform's help lists it, in short: `"amount:dec~, code:str~ -> cur"`.
`~`: NOT_SET is allowed (elsewhere it is a run-time error); `+`: one or more of these, last only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from trunkline.engine.expression import types

Implementation = Callable[..., Any]
"""Takes the operands' values (after the Scope, if the overload says so), gives a Value."""

_GENERIC_COST: Final = 1
_UNKNOWN_COST: Final = 1
_NOTHING_COST: Final = 2
_FORBIDDEN_NOTHING_COST: Final = 3
_WIDENING_COST: Final = 8
_WIDENINGS: Final[dict[tuple[str, str], str]] = {
    ("int", "dec"): "ToDecimal",
    ("pmt", "aud"): "ToAudio",
    ("jsn", "str"): "ToString",
}
_CLASSES: Final[dict[str, Callable[[str], bool]]] = {
    "apa": lambda type_: type_ in ("aud", "pmt"),
    "acp": lambda type_: type_.startswith("cpx_") and not types.is_collection(type_),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    type: str
    allows_not_set: bool
    repeats: bool


@dataclass(frozen=True, slots=True, eq=False)
class Overload:
    parameters: tuple[Parameter, ...]
    result: str
    call: Implementation
    needs_scope: bool = False

    def parameter(self, index: int) -> Parameter:
        return self.parameters[min(index, len(self.parameters) - 1)]

    def takes(self, count: int) -> bool:
        if self.parameters and self.parameters[-1].repeats:
            return count >= len(self.parameters)
        return count == len(self.parameters)


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function or operator. `lazy` ones evaluate their operands themselves."""

    name: str
    overloads: tuple[Overload, ...]
    lazy: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """An overload that fits: the result's type, the parameters' types with generics filled in, and the
    cast function per operand (None for none)."""

    overload: Overload
    result: str
    operands: tuple[str, ...]
    casts: tuple[str | None, ...]
    certain: bool
    cost: int = field(default=0, compare=False)


def overload(signature: str, call: Implementation, *, scope: bool = False) -> Overload:
    """An overload of its signature, such as `"text:str, length:int -> str"`."""
    left, _, result = signature.rpartition("->")
    parts = [part.strip() for part in left.split(",") if part.strip()]
    return Overload(tuple(_parameter(part) for part in parts), _code(result.strip()), call, scope)


def _parameter(text: str) -> Parameter:
    name, _, type_ = text.partition(":")
    return Parameter(name, _code(type_.rstrip("~+")), "~" in type_, "+" in type_)


def _code(written: str) -> str:
    return types.collection_of(written.removesuffix("[]")) if written.endswith("[]") else written


def function(name: str, *overloads: Overload, lazy: bool = False) -> Function:
    return Function(name, overloads, lazy)


@lru_cache(maxsize=8192)
def resolve(called: Function, operands: tuple[str, ...]) -> Match | None:
    """The overload that fits operands of these types best; the first declared among equals."""
    found = [
        match
        for candidate in called.overloads
        if candidate.takes(len(operands)) and (match := _match(candidate, operands)) is not None
    ]
    if not found:
        return None
    best = min(found, key=lambda match: match.cost)
    if best.certain or len(found) == 1:
        return best
    results = {match.result for match in found}
    result = best.result if len(results) == 1 else types.ANY
    return Match(best.overload, result, best.operands, best.casts, False, best.cost)


def _match(candidate: Overload, operands: Sequence[str]) -> Match | None:
    generic = _generic(candidate, operands)
    if generic is None:
        return None
    expected: list[str] = []
    casts: list[str | None] = []
    total = 0
    for index, operand in enumerate(operands):
        parameter = candidate.parameter(index)
        wanted = _filled(parameter.type, generic)
        cost = _cost(operand, wanted, parameter)
        cast = _WIDENINGS.get((operand, wanted)) if cost is None else None
        if cost is None and cast is None:
            return None
        expected.append(wanted)
        casts.append(cast)
        total += _WIDENING_COST if cost is None else cost
    result = (
        candidate.result if not types.is_unknown(candidate.result) else _filled(candidate.result, generic)
    )
    certain = not any(map(types.is_unknown, operands))
    return Match(candidate, result, tuple(expected), tuple(casts), certain, total)


def _generic(candidate: Overload, operands: Sequence[str]) -> str | None:
    """The one type that stands for `any` here: "" if there is none to find, None if they differ."""
    bound = ""
    for index, operand in enumerate(operands):
        wanted = candidate.parameter(index).type
        if not types.is_unknown(wanted) or types.is_unknown(operand):
            continue
        if types.is_collection(wanted) != types.is_collection(operand):
            return None
        joined = _common(bound, types.item_type(operand))
        if joined is None:
            return None
        bound = joined
    return bound


def _common(a: str, b: str) -> str | None:
    if not a or a == b or a in (types.ANY, types.NOTHING):
        return b
    if b in (types.ANY, types.NOTHING):
        return a
    for narrow, wide in ((a, b), (b, a)):
        if (narrow, wide) in _WIDENINGS:
            return wide
    return None


def _filled(type_: str, generic: str) -> str:
    if not generic or not types.is_unknown(type_):
        return type_
    return types.collection_of(generic) if types.is_collection(type_) else generic


def _cost(operand: str, wanted: str, parameter: Parameter) -> int | None:
    """How well an operand fits a parameter without a cast; None if it does not."""
    if wanted == types.EACH:
        return _GENERIC_COST
    if types.is_collection(operand) != types.is_collection(wanted):
        return _UNKNOWN_COST if operand == types.ANY else None
    base = _GENERIC_COST if types.is_unknown(parameter.type) else 0
    if operand == wanted:
        return base
    if types.is_unknown(operand) or types.is_unknown(wanted):
        return base + _UNKNOWN_COST
    if operand == types.NOTHING:
        return base or (_NOTHING_COST if parameter.allows_not_set else _FORBIDDEN_NOTHING_COST)
    if operand == "nts_coll" and types.is_collection(wanted):
        return base + _UNKNOWN_COST
    is_member = _CLASSES.get(wanted)
    return base if is_member is not None and is_member(operand) else None
