"""From the platform's tree to a closure that evaluates it.

Types are worked out anew from the leaves; only where a leaf's type is unknown is the overload chosen
by the values at run time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from trunkline.engine.expression import access, literals, tree, types
from trunkline.engine.expression.check import index_type
from trunkline.engine.expression.errors import ExpressionError, ExpressionTreeError
from trunkline.engine.expression.functions import named, operator
from trunkline.engine.expression.functions.lists import get_at
from trunkline.engine.expression.scope import Scope
from trunkline.engine.expression.signatures import Function, Match, resolve
from trunkline.engine.expression.tree import Tree
from trunkline.engine.expression.values import JsonValue, NotSet, Value, conforms, not_set, type_of

Run: TypeAlias = Callable[[Scope], Value]

MAX_DEPTH: Final = 220


@dataclass(frozen=True, slots=True)
class Compiled:
    """An expression ready to run, and the type of its result."""

    run: Run
    type: str


def compile_tree(root: Tree) -> Compiled:
    """Prepares a tree. Raises ExpressionTreeError for what is no expression: an unknown function, say."""
    return _compiled(root, 0)


def _compiled(node: Tree, depth: int) -> Compiled:
    if depth > MAX_DEPTH:
        raise ExpressionTreeError("expression is too deep")
    key, content = tree.parts(node)
    if key in tree.LEAVES:
        return _leaf(key, content)
    trees = tree.operands(content)
    operands = [_compiled(one, depth + 1) for one in trees]
    if key == "." and len(operands) == 2:
        return _property(trees[0], operands[1])
    if key == "[" and len(operands) == 2:
        return _index(trees[0], operands[0], operands[1])
    called = operator(key, len(operands)) or named(key)
    if called is None:
        raise ExpressionTreeError(f"there is no function {key}")
    return _call(called, operands, tree.text(content, "type"))


def _leaf(key: str, content: Tree) -> Compiled:
    type_ = tree.text(content, "type")
    if key == "lit" and "items" in content:
        return _literal_collection(content["items"], type_)
    if key in ("ref", "sysref"):
        id_, name = tree.text(content, "val").lower(), tree.text(content, "text")
        return Compiled(lambda scope: scope.variable(id_, name, type_), type_)
    if key == "nul":
        return Compiled(_constant(not_set(type_)), types.NOTHING)
    return Compiled(_constant(literals.read(content) if key == "lit" else literals.empty(type_)), type_)


def _literal_collection(items: object, type_: str) -> Compiled:
    if not isinstance(items, list):
        raise ExpressionTreeError("items must be a list")
    runs = [_compiled(item.get("config", item), 1).run for item in items if isinstance(item, dict)]
    return Compiled(lambda scope: tuple([run(scope) for run in runs]), type_)


def _property(key: Tree, owner: Compiled) -> Compiled:
    found = access.property_of_type(owner.type, tree.text(tree.parts(key)[1], "text"))
    if found is None:
        raise ExpressionTreeError(f"a value of type {owner.type} has no such property")
    name, type_ = found
    run_owner, read = owner.run, access.read
    return Compiled(lambda scope: read(run_owner(scope), name), type_)


def _index(index_tree: Tree, index: Compiled, owner: Compiled) -> Compiled:
    type_ = index_type(index_tree, (index.type, owner.type))
    if type_ is None:
        raise ExpressionTreeError(f"[ ] does not take ({index.type}, {owner.type})")
    run_index, run_owner = index.run, owner.run

    def run(scope: Scope) -> Value:
        return _element(run_owner(scope), run_index(scope))

    return Compiled(run, type_)


def _element(owner: Value, index: Value) -> Value:
    if isinstance(index, str):
        return access.read(owner, index)
    if isinstance(owner, tuple) and isinstance(index, int):
        return get_at(owner, index)
    if isinstance(owner, JsonValue) and isinstance(owner.value, list) and isinstance(index, int):
        if 0 <= index < len(owner.value):
            return JsonValue(owner.value[index])
        raise ExpressionError("index out of range")
    raise ExpressionError("value has no such element")


def _call(called: Function, operands: Sequence[Compiled], hint: str) -> Compiled:
    match = resolve(called, tuple(operand.type for operand in operands))
    if match is None:
        given = ", ".join(operand.type for operand in operands)
        raise ExpressionTreeError(f"{called.name} does not take ({given})")
    if called.lazy:
        known = match.certain or match.result == "bln"
        return _hinted(_lazy(match, operands), match.result if known else types.ANY, hint)
    if not match.certain:
        return _hinted(_dynamic(called, [operand.run for operand in operands]), types.ANY, hint)
    return Compiled(_strict(called.name, match, _cast(match, operands)), match.result)


def _hinted(run: Run, type_: str, hint: str) -> Compiled:
    """Where the result's type is unknown, the tree's own word for it is taken, and checked when run."""
    if type_ != types.ANY or hint in ("", types.ANY):
        return Compiled(run, type_)

    def checked(scope: Scope) -> Value:
        value = run(scope)
        if not conforms(value, hint):
            raise ExpressionError(f"value is not of type {hint}")
        return value

    return Compiled(checked, hint)


def _cast(match: Match, operands: Sequence[Compiled]) -> list[Run]:
    return [
        operand.run if cast is None else _cast_run(cast, operand)
        for operand, cast in zip(operands, match.casts, strict=True)
    ]


def _cast_run(cast: str, operand: Compiled) -> Run:
    called = named(cast)
    if called is None:
        raise ExpressionTreeError(f"there is no function {cast}")
    return _call(called, [operand], "").run


def _lazy(match: Match, operands: Sequence[Compiled]) -> Run:
    """`and`, `or`, If and `?:` get their operands as closures and run only those they need."""
    implementation, runs = match.overload.call, _cast(match, operands)
    return lambda scope: implementation(scope, *runs)


def _strict(name: str, match: Match, runs: Sequence[Run]) -> Run:
    chosen = match.overload
    implementation = chosen.call
    guarded = [index for index in range(len(runs)) if not chosen.parameter(index).allows_not_set]
    typed_empty = None if types.is_unknown(match.result) else not_set(match.result)

    def run(scope: Scope) -> Value:
        values = [run_operand(scope) for run_operand in runs]
        for index in guarded:
            if type(values[index]) is NotSet:
                raise ExpressionError(f"{name}: {chosen.parameter(index).name} is NOT_SET")
        value = implementation(scope, *values) if chosen.needs_scope else implementation(*values)
        if type(value) is NotSet and typed_empty is not None:
            return typed_empty
        return value

    return run


def _dynamic(called: Function, runs: Sequence[Run]) -> Run:
    def run(scope: Scope) -> Value:
        values = [run_operand(scope) for run_operand in runs]
        operands = [Compiled(_constant(value), type_of(value)) for value in values]
        match = resolve(called, tuple(operand.type for operand in operands))
        if match is None:
            given = ", ".join(operand.type for operand in operands)
            raise ExpressionError(f"{called.name} does not take ({given})")
        return _strict(called.name, match, _cast(match, operands))(scope)

    return run


def _constant(value: Value) -> Run:
    return lambda _: value


def evaluate(root: Tree, scope: Scope) -> Value:
    """The value of a tree. Raises ExpressionError at run time, ExpressionTreeError for a bad tree."""
    return compile_tree(root).run(scope)
