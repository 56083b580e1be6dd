"""Values for conditions that trying did not meet, found by z3. Needs the extra `solver`.

Integers, decimals, texts and truth values are translated; a part that is anything else is left out, and what
comes back is only tried: a run decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from importlib.util import find_spec
from typing import Any, Final

from trunkline.engine.expression import Tree, Value
from trunkline.engine.flow.explore.branches import Branch
from trunkline.engine.flow.program import Field, Program
from trunkline.engine.flow.question import DEFAULT, NO, YES
from trunkline.engine.flow.trace import Visit

TIMEOUT: Final = 500
"""Milliseconds of one question."""
_DEPTH: Final = 40

Wanted = tuple[Field, bool]
"""A condition, and what it should come to."""


def available() -> bool:
    return find_spec("z3") is not None


class _Opaque(Exception):
    """A part of an expression that is not translated."""


def solve(
    wanted: Sequence[Wanted], also: Sequence[Wanted], symbols: Mapping[str, tuple[str, str]], program: Program
) -> dict[str, Value]:
    """Values for symbols that meet the conditions `wanted`, and as many of `also` as can be translated.

    `symbols` are symbol and type of each variable, by its key. Empty where there are none or z3 cannot say.
    """
    translating = _Translating(symbols, program)
    try:
        constraints = [translating.condition(field, truth) for field, truth in wanted]
    except _Opaque:
        return {}
    for field, truth in also:
        try:
            constraints.append(translating.condition(field, truth))
        except _Opaque:
            continue
    return translating.model(constraints)


class _Translating:
    def __init__(self, symbols: Mapping[str, tuple[str, str]], program: Program) -> None:
        import z3

        self.z3: Any = z3
        self.symbols = symbols
        self.program = program
        self.constants: dict[str, tuple[Any, str]] = {}
        self.functions: dict[tuple[str, int], Callable[..., Any]] = self._functions()

    def condition(self, field: Field, truth: bool) -> Any:
        if field.tree is None:
            raise _Opaque
        try:
            holds = self.translate(field.tree, 0)
            return holds if truth else self.z3.Not(holds)
        except self.z3.Z3Exception:
            raise _Opaque from None

    def translate(self, tree: Tree, depth: int) -> Any:
        if depth > _DEPTH:
            raise _Opaque
        ((key, content),) = tree.items()
        if key == "lit":
            return self._literal(str(content.get("text")), str(content.get("type")))
        if key in ("ref", "sysref"):
            name = content.get("val") if key == "ref" else content.get("text")
            return self._variable(str(name or content.get("text")).lower(), depth)
        operands = content.get("operands")
        parts = operands if isinstance(operands, list) else []
        called = self.functions.get((key.lower(), len(parts)))
        if called is None:
            raise _Opaque
        return called(*(self.translate(part, depth + 1) for part in parts))

    def _literal(self, text: str, type_: str) -> Any:
        match type_:
            case "int":
                return self.z3.IntVal(text)
            case "dec":
                return self.z3.RealVal(text)
            case "bln":
                return self.z3.BoolVal(text.lower() == "true")
            case "str":
                return self.z3.StringVal(text)
            case _:
                raise _Opaque

    def _variable(self, key: str, depth: int) -> Any:
        known = self.symbols.get(key)
        if known is None:
            defined = self.program.definitions.get(key, ())
            tree = defined[0].tree if len(defined) == 1 else None
            if tree is None:
                raise _Opaque
            return self.translate(tree, depth + 1)
        symbol, type_ = known
        if symbol not in self.constants:
            sorts = {"int": self.z3.Int, "dec": self.z3.Real, "bln": self.z3.Bool, "str": self.z3.String}
            if type_ not in sorts:
                raise _Opaque
            self.constants[symbol] = (sorts[type_](f"v{len(self.constants)}"), type_)
        return self.constants[symbol][0]

    def _functions(self) -> dict[tuple[str, int], Callable[..., Any]]:
        z3 = self.z3
        return {
            ("and", 2): z3.And,
            ("or", 2): z3.Or,
            ("!", 1): z3.Not,
            ("==", 2): lambda a, b: a == b,
            ("!=", 2): lambda a, b: a != b,
            ("<", 2): lambda a, b: a < b,
            ("<=", 2): lambda a, b: a <= b,
            (">", 2): lambda a, b: a > b,
            (">=", 2): lambda a, b: a >= b,
            ("+", 2): lambda a, b: a + b,
            ("-", 2): lambda a, b: a - b,
            ("-", 1): lambda a: -a,
            ("*", 2): lambda a, b: a * b,
            ("if", 3): z3.If,
            ("?", 3): z3.If,
            ("areequal", 2): lambda a, b: a == b,
            ("length", 1): z3.Length,
            ("contains", 2): z3.Contains,
            ("append", 2): z3.Concat,
            ("left", 2): lambda text, number: z3.SubString(text, 0, number),
            ("right", 2): lambda text, number: z3.SubString(text, z3.Length(text) - number, number),
            ("substring", 3): z3.SubString,
            ("todecimal", 1): z3.ToReal,
            ("isset", 1): lambda _: z3.BoolVal(True),
        }

    def model(self, constraints: Sequence[Any]) -> dict[str, Value]:
        """Values for all symbols that occur, within the platform's limits."""
        solver = self.z3.Solver()
        solver.set("timeout", TIMEOUT)
        solver.add(*constraints)
        for constant, type_ in self.constants.values():
            if type_ in ("int", "dec"):
                solver.add(constant >= -(10**14), constant <= 10**14)
        if solver.check() != self.z3.sat:
            return {}
        model = solver.model()
        found = {
            symbol: self._value(model.eval(constant, model_completion=True), type_)
            for symbol, (constant, type_) in self.constants.items()
        }
        return {symbol: value for symbol, value in found.items() if value is not None}

    def _value(self, value: Any, type_: str) -> Value | None:
        if type_ == "int":
            return int(value.as_long())
        if type_ == "bln":
            return bool(self.z3.is_true(value))
        if type_ == "str":
            return str(value.as_string())
        fraction = value.as_fraction()
        return Decimal(fraction.numerator) / Decimal(fraction.denominator)


def wanted(visit: Visit, branch: Branch) -> list[Wanted]:
    """What the conditions of a visit have to come to for a branch; nothing where that is not known."""
    conditions = visit.step.conditions
    if visit.step.type == "DecisionAction" and len(conditions) == 1:
        return [(conditions[0], branch.output == YES)]
    ways = [way.id for way in visit.step.exits.values() if not way.disabled and way.id != DEFAULT]
    if visit.step.type != "SwitchAction" or len(ways) != len(conditions):
        return []
    number = ways.index(branch.output) if branch.output in ways else len(ways)
    cases = [(condition, False) for condition in conditions[:number]]
    return cases if number == len(ways) else [*cases, (conditions[number], True)]


def met(visit: Visit) -> list[Wanted]:
    """What the condition of a decision came to."""
    if visit.step.type == "DecisionAction" and visit.output in (YES, NO):
        return [(condition, visit.output == YES) for condition in visit.step.conditions]
    return []
