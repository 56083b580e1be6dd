"""Expression text as an untyped syntax tree.

Binding, from tight to loose: `[] .` and calls · unary `- ! ~` · `^` (to the right) · `* / %` ·
`+ -` · `>= <= > <` · `== !=` · `&` · `|` · `and` · `or` · `c ? a : b`. In a branch of `?:`, an
`or` or another `?:` needs brackets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NoReturn

from trunkline.engine.expression.errors import ExpressionTextError
from trunkline.engine.expression.lexer import Token, tokens, unquoted

MAX_NESTING: Final = 60
MAX_DEPTH: Final = 160
"""A chain such as a + b + c … adds to the depth of the tree but does not count as nesting."""

_LEVELS: Final[dict[str, int]] = {
    "or": 1,
    "and": 2,
    "|": 3,
    "&": 4,
    "==": 5,
    "!=": 5,
    "<": 6,
    ">": 6,
    "<=": 6,
    ">=": 6,
    "+": 7,
    "-": 7,
    "*": 8,
    "/": 8,
    "%": 8,
    "^": 9,
}
_AND: Final = 2
_POWER: Final = 9
_ACCESSIBLE: Final = ("call", "name", ".", "[", "group")


@dataclass(frozen=True, slots=True)
class Node:
    """`kind` is literal, null, name, call, unary, binary, `?`, `.` or `[`; `pos` counts from 1.

    `text` is the operator, the function's or variable's name as typed, or the literal's characters;
    `type` is a literal's type.
    """

    kind: str
    pos: int
    text: str
    children: tuple[Node, ...] = ()
    type: str = ""
    depth: int = 1


class Parser:
    """One pass over the tokens of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokens(text)
        self._at = 0
        self._nesting = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._expression()
        if self._next.kind != "end":
            self._fail(f"unexpected {self._next.text!r}")
        return node

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._next
        self._at += 1
        return token

    def _is(self, operator: str) -> bool:
        return self._next.kind == "operator" and self._next.text == operator

    def _expect(self, operator: str) -> Token:
        if not self._is(operator):
            shown = repr(self._next.text) if self._next.text else "the end"
            self._fail(f"expected {operator!r}, found {shown}")
        return self._take()

    def _fail(self, message: str, token: Token | None = None) -> NoReturn:
        raise ExpressionTextError(message, self._text, (token or self._next).start)

    def _node(self, kind: str, pos: int, text: str, *children: Node, type_: str = "") -> Node:
        depth = 1 + max((child.depth for child in children), default=0)
        if depth > MAX_DEPTH:
            self._fail("expression is too deep")
        return Node(kind, pos, text, children, type_, depth)

    def _expression(self) -> Node:
        self._nesting += 1
        if self._nesting > MAX_NESTING:
            self._fail(f"more than {MAX_NESTING} levels of nesting")
        node = self._binary(1)
        if self._is("?"):
            pos = self._take().start + 1
            when_true = self._binary(_AND)
            self._expect(":")
            node = self._node("?", pos, "?", node, when_true, self._binary(_AND))
        self._nesting -= 1
        return node

    def _operator(self) -> str:
        """The next token as a key of the binding table, or an empty text."""
        token = self._next
        if token.kind in ("operator", "name") and token.text.lower() in _LEVELS:
            return token.text.lower()
        return ""

    def _binary(self, level: int) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._fail("expression is too deep")
        left = self._unary()
        while (operator := self._operator()) and (own := _LEVELS[operator]) >= level:
            token = self._take()
            right = self._power(token) if own == _POWER else self._binary(own + 1)
            left = self._node("binary", token.start + 1, token.text, left, right)
        self._depth -= 1
        return left

    def _power(self, token: Token) -> Node:
        self._nesting += 1
        if self._nesting > MAX_NESTING:
            self._fail(f"more than {MAX_NESTING} levels of nesting", token)
        right = self._binary(_POWER)
        self._nesting -= 1
        return right

    def _unary(self) -> Node:
        token = self._next
        if token.kind != "operator" or token.text not in "-!~":
            return self._access()
        self._take()
        if token.text == "-" and self._next.kind in ("integer", "decimal"):
            return self._number(token.start, "-")
        self._nesting += 1
        if self._nesting > MAX_NESTING:
            self._fail(f"more than {MAX_NESTING} levels of nesting", token)
        operand = self._unary()
        self._nesting -= 1
        return self._node("unary", token.start + 1, token.text, operand)

    def _number(self, start: int, sign: str = "") -> Node:
        token = self._take()
        type_ = "int" if token.kind == "integer" else "dec"
        return self._node("literal", start + 1, sign + token.text, type_=type_)

    def _access(self) -> Node:
        grouped = self._is("(")
        node = self._primary()
        while self._is(".") or self._is("["):
            if not grouped and node.kind not in _ACCESSIBLE:
                self._fail(f"unexpected {self._next.text!r}")
            node = self._property(node) if self._take().text == "." else self._index(node)
        return node

    def _property(self, node: Node) -> Node:
        pos = self._tokens[self._at - 1].start + 1
        token = self._take()
        if token.kind != "name":
            self._fail("expected the name of a property", token)
        return self._node(".", pos, token.text, node)

    def _index(self, node: Node) -> Node:
        pos = self._tokens[self._at - 1].start + 1
        index = self._expression()
        self._expect("]")
        return self._node("[", pos, "[", node, index)

    def _primary(self) -> Node:
        token = self._next
        if token.kind in ("integer", "decimal"):
            return self._number(token.start)
        self._take()
        if token.kind == "string":
            return self._node("literal", token.start + 1, unquoted(token, self._text), type_="str")
        if token.kind == "name":
            return self._named(token)
        if token.kind != "operator" or token.text != "(":
            self._fail(f"unexpected {token.text!r}" if token.text else "unexpected end", token)
        node = self._expression()
        self._expect(")")
        return node

    def _named(self, token: Token) -> Node:
        pos = token.start + 1
        if self._is("("):
            return self._node("call", pos, token.text, *self._arguments())
        lower = token.text.lower()
        if lower in ("true", "false"):
            return self._node("literal", pos, lower, type_="bln")
        if lower == "not_set":
            return self._node("null", pos, token.text)
        if not self._is("."):
            self._fail(f"{token.text!r} is neither a variable (Scope.Name) nor a function call", token)
        self._take()
        name = self._take()
        if name.kind != "name":
            self._fail("expected the name of a variable", name)
        return self._node("name", pos, f"{token.text}.{name.text}")

    def _arguments(self) -> list[Node]:
        self._expect("(")
        found: list[Node] = []
        while not self._is(")"):
            if found:
                self._expect(",")
            found.append(self._expression())
        self._take()
        return found


def syntax(text: str) -> Node:
    """The syntax tree of a text. Raises ExpressionTextError."""
    return Parser(text).whole()
