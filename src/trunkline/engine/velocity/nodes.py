"""The parsed form of a template: plain, immutable, without behaviour."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from .errors import Place


@dataclass(frozen=True, slots=True)
class Text:
    """Printed as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, true, false, or a string in which nothing is to be replaced."""

    value: str | int | float | bool
    source: str
    place: Place


@dataclass(frozen=True, slots=True)
class Interpolated:
    """A double-quoted string with references or directives in it."""

    block: Block
    source: str
    place: Place


@dataclass(frozen=True, slots=True)
class ListOf:
    """`[a, b]`."""

    items: tuple[Expression, ...]
    source: str
    place: Place


@dataclass(frozen=True, slots=True)
class RangeOf:
    """`[a..b]`."""

    first: Expression
    last: Expression
    source: str
    place: Place


@dataclass(frozen=True, slots=True)
class MapOf:
    """`{a: b}`."""

    pairs: tuple[tuple[Expression, Expression], ...]
    source: str
    place: Place


@dataclass(frozen=True, slots=True)
class Unary:
    """`!a` (NOT) or `-a` (MINUS)."""

    operator: str
    operand: Expression
    source: str
    place: Place


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands and the token kind of the operator."""

    operator: str
    left: Expression
    right: Expression
    source: str
    place: Place


@dataclass(frozen=True, slots=True)
class Group:
    """A whole expression: in brackets, a condition, an argument of a method, the right side of `#set`."""

    inner: Expression
    source: str
    place: Place


@dataclass(frozen=True, slots=True)
class Word:
    """A bare word among the arguments of a directive."""

    text: str
    source: str
    place: Place


@dataclass(frozen=True, slots=True)
class Property:
    """`.name`."""

    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class Call:
    """`.name(arguments)`."""

    name: str
    arguments: tuple[Expression, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Index:
    """`[key]`."""

    key: Expression
    place: Place


Step = Property | Call | Index


@dataclass(frozen=True, slots=True)
class Reference:
    """`$root.steps`. `source` is its text, `unset` what it prints without a value.

    `escapes` are the halved backslashes before it, `before` the `$` and `#` glued to its front. A runt is
    a bare word taken for a reference: it never has a value. A reference that is not `computable` (`$\\!x`)
    is text in disguise.
    """

    root: str
    steps: tuple[Step, ...]
    alternate: Expression | None
    source: str
    unset: str
    place: Place
    quiet: bool = False
    formal: bool = False
    runt: bool = False
    computable: bool = True
    escaped: bool = False
    escapes: str = ""
    before: str = ""


Expression = Constant | Interpolated | ListOf | RangeOf | MapOf | Unary | Binary | Group | Word | Reference


@dataclass(frozen=True, slots=True)
class Block:
    """Statements in a row; `tail` is glued text printed behind them."""

    statements: tuple[Statement, ...]
    tail: str = ""


@dataclass(frozen=True, slots=True)
class Set:
    """`#set(target = value)`."""

    target: Reference
    value: Expression
    place: Place
    before: str
    prefix: str
    postfix: str


@dataclass(frozen=True, slots=True)
class If:
    """`#if`, `#elseif` and `#else` branches in order; an else has no condition."""

    branches: tuple[tuple[Expression | None, Block], ...]
    place: Place
    before: str
    prefix: str
    postfix: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a macro."""

    name: str
    default: Expression | None


@dataclass(frozen=True, slots=True)
class Directive:
    """Any other directive or macro call. `source` is printed when there is no such macro.

    `called` tells whether it looks like a call, `block` is its body, `otherwise` the `#else` of a loop.
    """

    name: str
    arguments: tuple[Expression, ...]
    parameters: tuple[Parameter, ...]
    block: Block | None
    otherwise: Block | None
    place: Place
    source: str
    called: bool
    before: str
    prefix: str
    postfix: str


Statement = Text | Reference | Set | If | Directive

DirectiveName = Literal["foreach", "macro", "define", "break", "stop", "evaluate", "parse", "include"]


@dataclass(slots=True)
class Parsed:
    """A template after parsing: its statements, and its macros by name (the first definition counts)."""

    block: Block
    macros: dict[str, Directive] = field(default_factory=dict[str, Directive])
