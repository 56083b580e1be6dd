"""Reads references and expressions, by the productions of Velocity 2's published grammar."""

from __future__ import annotations

import re
from abc import abstractmethod

from .errors import Place
from .nodes import (
    Binary,
    Block,
    Call,
    Constant,
    Expression,
    Group,
    Index,
    Interpolated,
    ListOf,
    MapOf,
    Property,
    RangeOf,
    Reference,
    Step,
    Unary,
    Word,
)
from .tokens import TokenReader

_LEVELS: tuple[frozenset[str], ...] = (
    frozenset(["OR", "OR_BARS"]),
    frozenset(["AND"]),
    frozenset(["EQ", "NE"]),
    frozenset(["LT", "GT", "LE", "GE"]),
    frozenset(["PLUS", "MINUS"]),
    frozenset(["MULTIPLY", "DIVIDE", "MODULUS"]),
)
_ARGUMENT_STARTS = frozenset(
    [
        *("WHITESPACE", "NEWLINE", "NOT", "MINUS", "STRING", "IDENTIFIER", "LCURLY", "INTEGER", "FLOAT"),
        *("LBRACKET", "LEFT_CURLEY", "TRUE", "FALSE", "LPAREN", "REFMOD2_RPAREN"),
    ]
)
_NUMBER_LENGTH = 300
_OPERATORS, _LOGICAL_OPERATORS = 100, 1000  # in one chain; the logical ones are compiled flat


class ExpressionParser(TokenReader):
    """All that may stand between brackets."""

    @abstractmethod
    def parse_quoted(self, text: str, place: Place) -> Block:
        """The inside of a double-quoted string that begins at `place`."""

    def reference_follows(self) -> bool:
        kind = self.peek()
        if kind == "IDENTIFIER":
            self.peek(2)
            return True
        return kind == "LCURLY" and self.peek(2) == "IDENTIFIER"

    def reference(self) -> Reference:
        first = self.at
        place = self.place()
        formal = self.peek() == "LCURLY"
        if formal:
            self.take()
        name = self.expect("IDENTIFIER")
        steps = tuple(self.steps())
        alternate: Expression | None = None
        if formal:
            if self.peek() == "PIPE":
                self.take()
                alternate = self.group()
            self.expect("RCURLY", "RIGHT_CURLEY")
        opening = self.tokens[first]
        rest = self.source(first)[len(self.literal(opening)) :]
        return _reference(opening.image, name.image, rest, formal, steps, alternate, place)

    def steps(self) -> list[Step]:
        found: list[Step] = []
        self.indexes(found)
        while self.peek() == "DOT" and self.peek(2) == "IDENTIFIER":
            self.take()
            place = self.place()
            if self.peek(2) == "LPAREN" and self.peek(3) in _ARGUMENT_STARTS:
                found.append(self.call(place))
            else:
                found.append(Property(self.take().image, place))
            self.indexes(found)
        return found

    def indexes(self, found: list[Step]) -> None:
        while self.peek() == "INDEX_LBRACKET":
            place = self.place()
            self.take()
            self.blanks()
            key = self.group()
            self.blanks()
            self.expect("INDEX_RBRACKET")
            found.append(Index(key, place))

    def call(self, place: Place) -> Call:
        name = self.take().image
        self.expect("LPAREN")
        arguments: list[Expression] = []
        if self.peek() != "REFMOD2_RPAREN":
            arguments.append(self.group())
            while self.peek() == "COMMA":
                self.take()
                arguments.append(self.group())
        self.expect("REFMOD2_RPAREN")
        return Call(name, tuple(arguments), place)

    def group(self) -> Group:
        """A whole expression."""
        self.enter()
        first, place = self.at, self.place()
        inner = self.binary(0)
        self.leave()
        return Group(inner, self.source(first), place)

    def binary(self, level: int) -> Expression:
        """Operators of `level` and those that bind tighter, from left to right."""
        first, place = self.at, self.place()
        left = self.unary()
        return self.climb(left, level, first, place)

    def climb(self, left: Expression, level: int, first: int, place: Place) -> Expression:
        count = 0
        while True:
            kind = self.peek()
            found = next((at for at in range(level, len(_LEVELS)) if kind in _LEVELS[at]), None)
            if found is None:
                return left
            count += 1
            if count > (_LOGICAL_OPERATORS if found < 2 else _OPERATORS):
                raise self.error("Too many operators", place)
            self.take()
            self.enter()
            right = self.binary(found + 1)
            self.leave()
            operator = "OR" if kind == "OR_BARS" else kind
            left = Binary(operator, left, right, self.source(first), place)

    def unary(self) -> Expression:
        self.blanks()
        first, place = self.at, self.place()
        kind = self.peek()
        if kind not in ("NOT", "MINUS"):
            return self.primary()
        self.take()
        self.enter()
        operand = self.unary() if kind == "NOT" else self.primary()
        self.leave()
        return Unary(kind, operand, self.source(first), place)

    def primary(self) -> Expression:
        self.blanks()
        if self.peek() == "LPAREN":
            self.take()
            found: Expression = self.group()
            self.expect("RPAREN")
        else:
            found = self.value()
        self.blanks()
        return found

    def value(self) -> Expression:
        """What an argument, an element of a list or an operand may be."""
        kind = self.peek()
        if kind in ("IDENTIFIER", "LCURLY"):
            return self.reference()
        if kind == "STRING":
            return self.string()
        if kind == "LBRACKET":
            return self.list_or_range()
        if kind == "LEFT_CURLEY":
            return self.map()
        if kind not in ("INTEGER", "FLOAT", "TRUE", "FALSE"):
            raise self.unexpected()
        place = self.place()
        image = self.take().image
        if kind in ("TRUE", "FALSE"):
            return Constant(kind == "TRUE", image, place)
        if len(image) > _NUMBER_LENGTH:
            raise self.error("Number too long", place)
        number = image.lstrip("#$\\")
        return Constant(int(number) if kind == "INTEGER" else float(number), image, place)

    def directive_argument(self) -> Expression:
        if self.peek() != "WORD":
            return self.value()
        place = self.place()
        image = self.take().image
        return Word(image, image, place)

    def parameter(self) -> Expression:
        self.blanks()
        found = self.value()
        self.blanks()
        return found

    def list_or_range(self) -> Expression:
        self.enter()
        first, place = self.at, self.place()
        if self.foresee("range", self.range_start):
            low = self.range_start()
            high = self.range_end()
            self.leave()
            return RangeOf(low, high, self.source(first), place)
        self.take()
        items: list[Expression] = []
        if self.peek() != "RBRACKET":
            items.append(self.parameter())
            while self.peek() == "COMMA":
                self.take()
                items.append(self.parameter())
        self.expect("RBRACKET")
        self.leave()
        return ListOf(tuple(items), self.source(first), place)

    def range_start(self) -> Expression:
        self.expect("LBRACKET")
        self.blanks()
        low = self.range_limit()
        self.blanks()
        self.expect("DOUBLEDOT")
        return low

    def range_end(self) -> Expression:
        self.blanks()
        high = self.range_limit()
        self.blanks()
        self.expect("RBRACKET")
        return high

    def range_limit(self) -> Expression:
        if self.peek() not in ("IDENTIFIER", "LCURLY", "INTEGER"):
            raise self.unexpected()
        return self.value()

    def map(self) -> Expression:
        self.enter()
        first, place = self.at, self.place()
        self.take()
        pairs: list[tuple[Expression, Expression]] = []
        if self.foresee("pair", self.key):
            pairs.append((self.key(), self.parameter()))
            while self.peek() == "COMMA":
                self.take()
                pairs.append((self.key(), self.parameter()))
        else:
            self.blanks()
        self.expect("RIGHT_CURLEY", "RCURLY")
        self.leave()
        return MapOf(tuple(pairs), self.source(first), place)

    def key(self) -> Expression:
        found = self.parameter()
        self.expect("COLON")
        return found

    def string(self) -> Expression:
        """A quoted string: doubled quotes count once; in `"..."` `\\uXXXX` is a character."""
        place = self.place()
        image = self.take().image
        quote, text = image[0], image[1:-1]
        if quote == '"' and "\\u" in text:
            text = self.unescape(text, place)
        text = text.replace(quote * 2, quote)
        if quote == "'" or ("$" not in image and "#" not in image):
            return Constant(text, image, place)
        self.enter()
        block = self.parse_quoted(text, place)
        self.leave()
        return Interpolated(block, image, place)

    def unescape(self, text: str, place: Place) -> str:
        def char(found: re.Match[str]) -> str:
            if len(found[1]) < 4:
                raise self.error(f'Invalid escape "\\u{found[1]}"', place)
            return chr(int(found[1], 16))

        units = re.sub(r"\\u([0-9a-fA-F]{0,4})", char, text)
        return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _reference(
    opening: str,
    name: str,
    rest: str,
    formal: bool,
    steps: tuple[Step, ...],
    alternate: Expression | None,
    place: Place,
) -> Reference:
    """Sorts out what the lexer glued to the front: backslashes, `$` and `#`, and the `!` of a quiet one."""
    if re.search(r"\\!", opening):
        slashes = re.sub(r"^([^$]*\$[^\\]*)\\(\\*)", r"\1\2", opening)
        return Reference(slashes, steps, alternate, opening + rest, slashes, place, computable=False)
    image = opening.lstrip("\\")
    count = len(opening) - len(image)
    curly = image.rfind("{")
    dollar = image.rfind("$", 0, len(image) if curly < 0 else curly + 1)
    before, image = (image[:dollar], image[dollar:]) if dollar > 0 else ("", image)
    source = image + rest
    quiet = image.startswith("$!")
    escaped = count % 2 == 1
    return Reference(
        root=name if formal else image[2:] if quiet else image[1:] if image.startswith("$") else image,
        steps=steps,
        alternate=alternate,
        source=source,
        unset="" if quiet and not escaped else source,
        place=place,
        quiet=quiet,
        formal=formal,
        runt=not image.startswith("$"),
        escaped=escaped,
        escapes="\\" * (count // 2),
        before=before,
    )
