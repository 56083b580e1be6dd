"""The same questions put to z3, for what our own reasoning does not settle. Needs the extra `solver`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import z3

from trunkline.domain.condition import FieldType, Join, Leaf, Node, Operator
from trunkline.domain.condition.literals import operand
from trunkline.engine.condition.prove import atom

TIMEOUT = 10_000
"""Milliseconds of one question."""

Pair: TypeAlias = tuple[Any, Any]
"""When a node is true, and when it is false."""

_SORTS: dict[FieldType, Callable[[], Any]] = {
    FieldType.STRING: z3.StringSort,
    FieldType.NUMBER: z3.RealSort,
    FieldType.INTEGER: z3.IntSort,
    FieldType.BOOLEAN: z3.BoolSort,
    FieldType.DATE: z3.RealSort,
}


def satisfiable(tree: Node, kind_of: Callable[[Leaf], FieldType]) -> bool | None:
    """Whether some row makes the tree true; None where z3 does not know in time.

    z3 and Python order texts alike: by code points.
    """
    fields: dict[tuple[str, str], Pair] = {}

    def ask(leaf: Leaf) -> Pair:
        key, kind = (leaf.dataset, leaf.name), kind_of(leaf)
        if key not in fields:
            named = f"{len(fields)}"
            fields[key] = (z3.Bool(f"set{named}"), z3.Const(f"field{named}", _SORTS[kind]()))
        known, value = fields[key]
        if leaf.operator is Operator.IS_SET:
            return (known, z3.Not(known)) if leaf.wants_set else (z3.Not(known), known)
        holds = _holds(leaf, value, kind)
        return z3.And(known, holds), z3.And(known, z3.Not(holds))

    return _check(_pair(tree, ask)[0])


def equivalent(left: Node, right: Node) -> bool:
    """Whether two trees have the same value for every value of their questions. Raises TimeoutError."""
    questions: dict[Leaf, Pair] = {}

    def ask(leaf: Leaf) -> Pair:
        question, yes = atom(leaf)
        if question not in questions:
            questions[question] = (z3.Bool(f"t{len(questions)}"), z3.Bool(f"f{len(questions)}"))
        pair = questions[question]
        return pair if yes else (pair[1], pair[0])

    (true, false), (other_true, other_false) = _pair(left, ask), _pair(right, ask)
    consistent = [z3.Not(z3.And(*pair)) for pair in questions.values()]
    differs = _check(z3.And(*consistent, z3.Or(true != other_true, false != other_false)))
    if differs is None:
        raise TimeoutError("the solver did not end in time")
    return not differs


def _pair(node: Node, ask: Callable[[Leaf], Pair]) -> Pair:
    if isinstance(node, Leaf):
        return ask(node)
    pairs = [_pair(child, ask) for child in node.children]
    true, false = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    if node.join is Join.OR:
        return z3.Or(*true), z3.And(*false)
    both = z3.And(*true), z3.Or(*false)
    return (both[1], both[0]) if node.join is Join.NOT else both


def _holds(leaf: Leaf, value: Any, kind: FieldType) -> Any:
    given = operand(leaf, kind)
    if isinstance(given, tuple):
        return z3.Or(*(value == _constant(each, kind) for each in given))
    other = _constant(given, kind)
    match leaf.operator:
        case Operator.EQUALS:
            return value == other
        case Operator.NOT_EQUALS:
            return value != other
        case Operator.GREATER_THAN:
            return other < value
        case Operator.GREATER_OR_EQUAL:
            return other <= value
        case Operator.LESS_THAN:
            return value < other
        case Operator.LESS_OR_EQUAL:
            return value <= other
        case Operator.CONTAINS:
            return z3.Contains(value, other)
        case _:
            return z3.PrefixOf(other, value)


def _constant(value: Any, kind: FieldType) -> Any:
    match kind:
        case FieldType.STRING:
            return z3.StringVal(value)
        case FieldType.BOOLEAN:
            return z3.BoolVal(value)
        case FieldType.INTEGER:
            return z3.IntVal(value)
        case FieldType.DATE:
            return z3.RealVal(value.timestamp())
        case FieldType.NUMBER:
            numerator, denominator = value.as_integer_ratio()
            return z3.Q(numerator, denominator)


def _check(question: Any) -> bool | None:
    solver = z3.Solver()
    solver.set("timeout", TIMEOUT)
    solver.add(question)
    answer = solver.check()
    return None if answer == z3.unknown else answer == z3.sat
