"""What a template uses, for lints: every reference, method call and directive, with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .nodes import (
    Binary,
    Block,
    Call,
    Constant,
    Directive,
    Expression,
    Group,
    If,
    Index,
    Interpolated,
    ListOf,
    MapOf,
    Property,
    RangeOf,
    Reference,
    Set,
    Statement,
    Unary,
)
from .operators import chain


@dataclass(frozen=True, slots=True)
class Use:
    """One reference.

    `name` is the variable or tool, `path` the steps behind it: names, `name()` for calls, `[]` for an index
    that is no constant. `inside` names the calls around it, outermost first, such as `esc.jsonString`.
    `place` is `text`, `argument`, `condition`, `expression` or `target` (of `#set`, `#foreach`, `#define`).
    """

    name: str
    path: tuple[str, ...]
    text: str
    line: int
    column: int
    quiet: bool
    formal: bool
    escaped: bool
    has_alternate: bool
    quoted: bool
    inside: tuple[str, ...]
    place: str

    @property
    def input(self) -> str | None:
        """The name of the input it reads: X of `input.X`, `input["X"]` and `input.get("X")`."""
        return (
            self.path[0]
            if self.name == "input" and self.path and self.path[0] not in ("[]", "get()")
            else None
        )

    @property
    def call(self) -> str | None:
        """`esc.jsonString` when it calls that method of a tool or value."""
        named = [step.removesuffix("()") for step in self.path]
        return ".".join([self.name, *named]) if self.path and self.path[-1].endswith("()") else None


@dataclass(frozen=True, slots=True)
class DirectiveUse:
    """One directive or macro call: `if`, `set`, `foreach`, or the name of a macro.

    An `if` has as many `branches` as it has ways to go; where it has no `#else`, doing nothing is one.
    """

    name: str
    line: int
    column: int
    branches: int = 0


@dataclass(frozen=True, slots=True)
class _Around:
    place: str = "text"
    inside: tuple[str, ...] = ()
    quoted: bool = False

    def at(self, place: str) -> _Around:
        return _Around(place, self.inside, self.quoted)


def uses(block: Block) -> tuple[tuple[Use, ...], tuple[DirectiveUse, ...]]:
    """All references and directives of a template in the order of its text."""
    found = list(_block(block, _Around()))
    references = tuple(one for one in found if isinstance(one, Use))
    return references, tuple(one for one in found if isinstance(one, DirectiveUse))


_Found = Iterator[Use | DirectiveUse]


def _block(block: Block | None, around: _Around) -> _Found:
    for statement in () if block is None else block.statements:
        yield from _statement(statement, around)


def _statement(node: Statement, around: _Around) -> _Found:
    if isinstance(node, Reference):
        yield from _reference(node, around)
    elif isinstance(node, Set):
        yield DirectiveUse("set", *node.place)
        yield from _reference(node.target, around.at("target"))
        yield from _expression(node.value, around.at("expression"))
    elif isinstance(node, If):
        yield DirectiveUse("if", *node.place, len(node.branches) + (node.branches[-1][0] is not None))
        for test, body in node.branches:
            if test is not None:
                yield from _expression(test, around.at("condition"))
            yield from _block(body, around)
    elif isinstance(node, Directive):
        yield from _directive(node, around)


def _directive(node: Directive, around: _Around) -> _Found:
    yield DirectiveUse(node.name, *node.place)
    targets = len(node.arguments) if node.name == "macro" else 1 if node.name in ("foreach", "define") else 0
    for at, argument in enumerate(node.arguments):
        yield from _expression(argument, around.at("target" if at < targets else "argument"))
    yield from _block(node.block, around)
    yield from _block(node.otherwise, around)


def _expression(node: Expression, around: _Around) -> _Found:
    if isinstance(node, Reference):
        yield from _reference(node, around)
    elif isinstance(node, Interpolated):
        yield from _block(node.block, _Around(around.place, around.inside, quoted=True))
    else:
        for part in _parts(node):
            yield from _expression(part, around)


def _parts(node: Expression) -> tuple[Expression, ...]:
    if isinstance(node, Group):
        return (node.inner,)
    if isinstance(node, Unary):
        return (node.operand,)
    if isinstance(node, Binary):
        return tuple(chain(node))
    if isinstance(node, RangeOf):
        return node.first, node.last
    if isinstance(node, ListOf):
        return node.items
    if isinstance(node, MapOf):
        return tuple(part for pair in node.pairs for part in pair)
    return ()


def _reference(node: Reference, around: _Around) -> _Found:
    if node.runt or not node.computable:
        return
    path: list[str] = []
    nested: list[tuple[Expression, tuple[str, ...]]] = []
    for step in node.steps:
        if isinstance(step, Property):
            path.append(step.name)
        elif isinstance(step, Index):
            path.append(_constant(step.key) or "[]")
            nested.append((step.key, ()))
        else:
            key = _constant(step.arguments[0]) if step.name == "get" and len(step.arguments) == 1 else None
            path.append(key or f"{step.name}()")
            nested += [(argument, (_called(node.root, path, step),)) for argument in step.arguments]
    yield Use(
        name=node.root,
        path=tuple(path),
        text=node.source,
        line=node.place.line,
        column=node.place.column,
        quiet=node.quiet,
        formal=node.formal,
        escaped=node.escaped,
        has_alternate=node.alternate is not None,
        quoted=around.quoted,
        inside=around.inside,
        place=around.place,
    )
    for argument, call in nested:
        yield from _expression(argument, _Around("argument", around.inside + call, around.quoted))
    if node.alternate is not None:
        yield from _expression(node.alternate, around.at("argument"))


def _called(root: str, path: list[str], step: Call) -> str:
    return ".".join([root, *(part.removesuffix("()") for part in path[:-1]), step.name])


def _constant(node: Expression) -> str | None:
    if isinstance(node, Group):
        return _constant(node.inner)
    return node.value if isinstance(node, Constant) and isinstance(node.value, str) else None
