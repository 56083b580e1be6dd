"""The tokens of a template with any look ahead: what every production reads from."""

from __future__ import annotations

import re
from collections.abc import Callable

from .errors import NESTING, Place, VelocityError
from .lexer import Lexer, Token

_SOURCE = 1000


class TokenReader:
    """Looks ahead, takes, and tells of what was not expected; counts how deep the productions nest."""

    def __init__(self, lexer: Lexer, depth: int) -> None:
        self.lexer = lexer
        self.depth = depth
        self.tokens: list[Token] = []
        self.at = 0
        self._foreseen: dict[tuple[str, int], bool] = {}

    def peek(self, ahead: int = 1) -> str:
        """The kind of a coming token; makes tokens no further than that."""
        while len(self.tokens) < self.at + ahead:
            self.tokens.append(self.lexer.next_token())
        return self.tokens[self.at + ahead - 1].kind

    def take(self) -> Token:
        self.peek()
        self.at += 1
        return self.tokens[self.at - 1]

    def expect(self, *kinds: str) -> Token:
        if self.peek() not in kinds:
            raise self.unexpected()
        return self.take()

    def unexpected(self) -> VelocityError:
        self.peek()
        token = self.tokens[self.at]
        image = token.image.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        image = image.replace("\r", "\\r").replace("\t", "\\t").replace("\x1c", "\\u001c")
        return self.error(f'Encountered "{image or "<EOF>"}"', self.lexer.places.at(token.offset))

    def error(self, message: str, place: Place) -> VelocityError:
        return VelocityError(message, self.lexer.template, place)

    def enter(self) -> None:
        self.depth += 1
        if self.depth > NESTING:
            self.peek()
            raise self.error("Nested too deeply", self.lexer.places.at(self.tokens[self.at].offset))

    def leave(self) -> None:
        self.depth -= 1

    def blanks(self) -> None:
        while self.peek() in ("WHITESPACE", "NEWLINE"):
            self.take()

    def place(self) -> Place:
        self.peek()
        return self.lexer.places.at(self.tokens[self.at].offset)

    def special(self) -> str:
        """The `$`, `#` and `\\$` among the characters that hang on the next token."""
        self.peek()
        return "".join(re.findall(r"\\+\$|[#$]", self.tokens[self.at].special))

    def literal(self, token: Token) -> str:
        return "".join(re.findall(r"\\+\$|[#$]", token.special)) + token.image

    def source(self, first: int) -> str:
        """The text of the tokens from index `first` to the last one taken, cut where it is very long."""
        return "".join(self.literal(token) for token in self.tokens[first : min(self.at, first + _SOURCE)])

    def foresee(self, kind: str, attempt: Callable[[], object]) -> bool:
        """Whether `attempt` would succeed from here; nothing is taken."""
        key = (kind, self.at)
        known = self._foreseen.get(key)
        if known is None:
            start, depth = self.at, self.depth
            try:
                attempt()
                known = True
            except VelocityError:
                known = False
            self.at, self.depth = start, depth
            self._foreseen[key] = known
        return known
