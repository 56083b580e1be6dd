"""Compiles expressions: constants, lists, operators and comparisons."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable

from .arithmetic import calculate, compare, negate
from .errors import JavaError, VelocityError
from .nodes import (
    Binary,
    Constant,
    Expression,
    Group,
    Interpolated,
    ListOf,
    MapOf,
    RangeOf,
    Reference,
    Unary,
)
from .references import Get, ReferenceCompiler
from .values import Runtime, Value, as_number, equal, is_number, truth

Test = Callable[[Runtime], bool]

_ORDER: dict[str, Callable[[int], bool]] = {
    "LT": lambda order: order < 0,
    "LE": lambda order: order <= 0,
    "GT": lambda order: order > 0,
    "GE": lambda order: order >= 0,
}


class OperatorCompiler(ReferenceCompiler):
    """Values and truth of expressions. `exempt` says that a bare unset variable is no error here."""

    def value(self, node: Expression, exempt: bool = False) -> Get:
        self.size += 1
        if isinstance(node, Group):
            return self.value(node.inner, self.in_if)
        if isinstance(node, Reference):
            return self.get(node, exempt)
        if isinstance(node, Constant):
            constant = node.value
            return lambda _: constant
        if isinstance(node, Interpolated):
            return self.interpolated(node)
        if isinstance(node, (ListOf, RangeOf, MapOf)):
            return self.collection(node)
        if isinstance(node, Unary):
            return self.unary(node)
        if isinstance(node, Binary):
            return self.binary(node)
        return lambda _: None

    def test(self, node: Expression, exempt: bool = False) -> Test:
        """The truth of an expression."""
        value = self.value(node, exempt)
        return lambda runtime: truth(value(runtime))

    @abstractmethod
    def interpolated(self, node: Interpolated) -> Get:
        """Compiles a string with references in it."""

    def collection(self, node: ListOf | RangeOf | MapOf) -> Get:
        if isinstance(node, ListOf):
            items = tuple(self.value(item) for item in node.items)
            return lambda runtime: [item(runtime) for item in items]
        if isinstance(node, MapOf):
            pairs = tuple((self.value(key), self.value(value)) for key, value in node.pairs)
            return lambda runtime: {_key(runtime, key(runtime)): value(runtime) for key, value in pairs}
        first, last = self.value(node.first), self.value(node.last)

        def span(runtime: Runtime) -> Value:
            low, high = as_number(first(runtime)), as_number(last(runtime))
            if not is_number(low) or not is_number(high):
                return None
            return _range(low, high)

        return span

    def unary(self, node: Unary) -> Get:
        if node.operator == "NOT":
            test = self.test(node.operand, self.in_if)
            return lambda runtime: not test(runtime)
        operand = self.value(node.operand)
        return lambda runtime: negate(operand(runtime))

    def binary(self, node: Binary) -> Get:
        operator = node.operator
        if operator in ("AND", "OR"):
            tests = tuple(self.test(one, self.in_if) for one in chain(node))
            if operator == "AND":
                return lambda runtime: all(test(runtime) for test in tests)
            return lambda runtime: any(test(runtime) for test in tests)
        first, second = self.value(node.left), self.value(node.right)
        if operator == "EQ":
            return lambda runtime: equal(runtime, first(runtime), second(runtime))
        if operator == "NE":
            return lambda runtime: not equal(runtime, first(runtime), second(runtime))
        if operator in _ORDER:
            return self.comparison(node, first, second)
        return self.calculation(node, first, second)

    def comparison(self, node: Binary, first: Get, second: Get) -> Get:
        accepts, name, place, strict = _ORDER[node.operator], self.name, node.place, self.strict

        def run(runtime: Runtime) -> bool:
            left, right = first(runtime), second(runtime)
            if left is None or right is None:
                if strict:
                    side, source = ("Left", node.left) if left is None else ("Right", node.right)
                    message = f"{side} side ({source.source}) of comparison operation has null value"
                    raise VelocityError(message, name, place)
                return False
            order = compare(left, right)
            if order is None:
                if strict:
                    side = "Left" if is_number(right) else "Right"
                    raise VelocityError(f"{side} side of comparison operation is not a number", name, place)
                return False
            return accepts(order)

        return run

    def calculation(self, node: Binary, first: Get, second: Get) -> Get:
        operator, name, place = node.operator, self.name, node.place
        sources = node.left.source, node.right.source

        def run(runtime: Runtime) -> Value:
            left, right = first(runtime), second(runtime)
            if operator == "PLUS" and (type(left) is str or type(right) is str):
                left = sources[0] if left is None else runtime.text(left)
                right = sources[1] if right is None else runtime.text(right)
                return runtime.join(
                    [left or "null", right or "null"] if left is None else [left, right or ""]
                )
            try:
                return calculate(runtime, operator, left, right)
            except JavaError as fault:
                raise VelocityError(str(fault), name, place) from None

        return run


def chain(node: Binary) -> list[Expression]:
    """The operands of `a op b op c`, from left to right, for one and the same operator."""
    found: list[Expression] = [node.right]
    left = node.left
    while isinstance(left, Binary) and left.operator == node.operator:
        found.append(left.right)
        left = left.left
    return [left, *reversed(found)]


def _key(runtime: Runtime, key: Value) -> Value:
    return key if key is None or isinstance(key, (str, int, float)) else runtime.text(key)


def _range(low: Value, high: Value) -> range:
    first, last = _int32(low), _int32(high)
    return range(first, last + 1) if first < last else range(first, last - 1, -1)


def _int32(value: Value) -> int:
    """Number.intValue: a double saturates, others wrap."""
    if type(value) is float:
        return 0 if value != value else int(min(max(value, -(2.0**31)), 2.0**31 - 1))
    if abs(value) > 2**100:
        return 0
    return ((int(value) + 2**31) & 0xFFFFFFFF) - 2**31
