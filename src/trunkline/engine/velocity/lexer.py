"""Splits a template into tokens by the lexical states of Velocity 2's published grammar.

The parser steers the state too, so tokens are made only on demand.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

from .errors import NESTING, Place, VelocityError
from .grammar import NEWLINE, Rule, candidates

END_OF_INPUT = "\x1c"
"""The original appends this to every template, so that a last `$` or `#` ends somewhere."""

_TABULATOR = 8


@dataclass(slots=True)
class Token:
    """`image` is the text with what was glued before it; `special` what hangs on it."""

    kind: str
    image: str
    offset: int
    special: str = ""


@dataclass(frozen=True, slots=True)
class _Frame:
    state: str
    lparen: int
    rparen: int
    curly: int


_PRE = ("PRE_REFERENCE", "PRE_DIRECTIVE")
_DIRECTIVE = ("PRE_DIRECTIVE", "DIRECTIVE")


class Places:
    """Turns offsets of one template into lines and columns; `origin` is where the text itself begins."""

    def __init__(self, text: str, origin: Place | None = None) -> None:
        self._text = text
        self._starts = [0, *(found.end() for found in re.finditer(NEWLINE, text))]
        self._origin = origin
        self._known = (0, 0)  # an offset and its column count, so that ascending look-ups stay cheap

    def at(self, offset: int) -> Place:
        """The place of the character at `offset`, counted in UTF-16 units as Java does."""
        line = bisect_right(self._starts, offset)
        start, column = self._known
        if not self._starts[line - 1] <= start <= offset:
            start, column = self._starts[line - 1], 0
        for char in self._text[start:offset]:
            if char == "\t":
                column += _TABULATOR - column % _TABULATOR
            else:
                column += 1 + (char > "\uffff")
        self._known = (offset, column)
        if offset < len(self._text) and self._text[offset] == "\t":
            column += _TABULATOR - column % _TABULATOR
        else:
            column += 1
        if self._origin is None:
            return Place(line, column)
        return Place(line + self._origin.line - 1, column + (self._origin.column if line == 1 else 0))


class Lexer:
    """Makes tokens one at a time; `state` may be steered by the parser between them."""

    def __init__(self, text: str, template: str, origin: Place | None = None) -> None:
        self.text = text + END_OF_INPUT
        self.template = template
        self.places = Places(self.text, origin)
        self.position = 0
        self.state = "DEFAULT"
        self.in_set = False
        self._in_comment = False
        self._frames: list[_Frame] = []
        self._lparen = self._rparen = self._curly = 0

    def next_token(self) -> Token:
        """The next token; `EOF` for ever after the last. Raises VelocityError where no rule matches."""
        special = ""
        while True:
            begin = self.position
            if begin >= len(self.text):
                return Token("EOF", "", begin, special)
            rule = self._match(begin)
            if rule.role == "SKIP":
                continue
            image = self.text[begin : self.position]
            if rule.role == "SPECIAL":
                special += image
                self.position -= 1
                self.pop()
                continue
            token = Token(rule.kind, image, begin, special)
            action = _ACTIONS.get(rule.kind)
            if action is not None:
                action(self, token)
            return token

    def _match(self, begin: int) -> Rule:
        """Moves behind the longest match, through all that is glued to it."""
        while True:
            rule, end = None, -1
            position = self.position
            if position < len(self.text):
                for candidate in candidates(self.state, self.text[position]):
                    found = candidate.match(self.text, position)
                    if found is not None and found.end() > end:
                        rule, end = candidate, found.end()
            if rule is None:
                raise self._stuck(begin)
            self.position = end
            if rule.role != "MORE":
                return rule
            self._glue(rule.kind)

    def _stuck(self, begin: int) -> VelocityError:
        rest = self.text[self.position : self.position + 1]
        what = "<EOF>" if rest in ("", END_OF_INPUT) else f'"{rest}"'
        after = self.text[begin : self.position][:40]
        place = self.places.at(min(self.position, len(self.text) - 1))
        return VelocityError(f'Lexical error, Encountered: {what} after : "{after}"', self.template, place)

    def push(self) -> None:
        """Remembers the state, to come back to it."""
        if len(self._frames) > 4 * NESTING:
            raise VelocityError("Nested too deeply", self.template, self.places.at(self.position - 1))
        self._frames.append(_Frame(self.state, self._lparen, self._rparen, self._curly))
        self._lparen = self._curly = 0

    def pop(self) -> bool:
        """Back to the state before; False when there was none."""
        if not self._frames:
            self._lparen = 0
            self.state = "DEFAULT"
            return False
        frame = self._frames.pop()
        self._lparen, self._rparen, self._curly = frame.lparen, frame.rparen, frame.curly
        self.state = frame.state
        return True

    def followed_by(self, wanted: str) -> bool:
        """Whether the next character that is no blank is `wanted`."""
        rest = self.position
        while self.text[rest : rest + 1] in (" ", "\n", "\r", "\t"):
            rest += 1
        return self.text[rest : rest + 1] == wanted

    def _glue(self, kind: str) -> None:
        if self._in_comment or kind == "VERBATIM":
            return
        if kind == "DOLLAR":
            if self.state in ("REFERENCE", "PRE_REFERENCE"):
                self.pop()
            self._enter("PRE_REFERENCE")
        elif kind == "HASH":
            if self.state in ("REFERENCE", "PRE_REFERENCE", "REFMODIFIER"):
                self.pop()
            if self.state == "REFMOD3":
                self.state = "DEFAULT"
            self._enter("PRE_DIRECTIVE")
        else:
            self._in_comment = True
            if kind == "FORMAL_START":
                self.position -= 1
            self._enter(_COMMENT_STATE[kind])

    def _enter(self, state: str) -> None:
        if self.state not in _PRE:
            self.push()
        self.state = state

    def on_index(self, _: Token) -> None:
        self.push()
        self.state = "REFINDEX"

    def on_pop(self, _: Token) -> None:
        self.pop()

    def on_pipe(self, _: Token) -> None:
        if self._curly == 1:
            self.state = "ALT_VAL"
        else:
            self.pop()

    def on_left_curley(self, _: Token) -> None:
        self._curly += 1

    def on_right_curley(self, _: Token) -> None:
        self._curly -= 1
        if self.state == "ALT_VAL" and self._curly == 0:
            self.pop()

    def on_lparen(self, _: Token) -> None:
        self._lparen += 1
        if self.state == "REFMODIFIER":
            self.state = "REFMOD2"

    def on_rparen(self, _: Token) -> None:
        while self._lparen == 0:
            if not self.pop():
                return
        if self._lparen == self._rparen + 1:
            self.pop()
        else:
            self._rparen += 1

    def on_call_end(self, _: Token) -> None:
        self.state = "REFMOD3"

    def on_set(self, _: Token) -> None:
        self.push()
        self.in_set = True
        self.state = "DIRECTIVE"
        self._lparen += 1

    def on_line_comment_start(self, _: Token) -> None:
        if self.state in ("REFERENCE", "PRE_REFERENCE"):
            self.pop()
        self._in_comment = True
        self.push()
        self.state = "LINE_COMMENT"

    def on_comment_end(self, _: Token) -> None:
        self._in_comment = False
        self.pop()
        if self.state in ("REFERENCE", "REFMOD3"):
            self.pop()

    def on_textblock(self, _: Token) -> None:
        self._in_comment = False
        self.pop()

    def on_newline(self, _: Token) -> None:
        self.in_set = False

    def on_string(self, _: Token) -> None:
        if self.state == "DIRECTIVE" and not self.in_set and self._lparen == 0:
            self.pop()

    def on_directive(self, _: Token) -> None:
        self.state = "DIRECTIVE"

    def on_number(self, token: Token) -> None:
        if token.kind == "INTEGER" and token.image.endswith(".."):
            self.position -= 2
            token.image = token.image[:-2]
        closing = ("PRE_DIRECTIVE", "DIRECTIVE", "REFINDEX") if token.kind == "FLOAT" else _DIRECTIVE
        if self._lparen == 0 and not self.in_set and self.state in closing:
            self.pop()

    def on_identifier(self, _: Token) -> None:
        if self.state == "PRE_REFERENCE":
            self.state = "REFERENCE"

    def on_dot(self, token: Token) -> None:
        self.position -= 1
        token.image = "."
        self.state = "REFMODIFIER"

    def on_rcurly(self, _: Token) -> None:
        while self._curly == 0 and self.state != "DEFAULT":
            self.pop()
        if self.state not in ("DEFAULT", "DIRECTIVE", "REFMOD2"):
            self.pop()


_COMMENT_STATE = {
    "TEXTBLOCK_START": "TEXTBLOCK",
    "FORMAL_START": "FORMAL_COMMENT",
    "BLOCK_START": "BLOCK_COMMENT",
}
_ACTIONS: dict[str, Callable[[Lexer, Token], None]] = {
    "LONE_SYMBOL": Lexer.on_pop,
    "INDEX_LBRACKET": Lexer.on_index,
    "OR_BARS": Lexer.on_pop,
    "PIPE": Lexer.on_pipe,
    "INDEX_RBRACKET": Lexer.on_pop,
    "LEFT_CURLEY": Lexer.on_left_curley,
    "RIGHT_CURLEY": Lexer.on_right_curley,
    "LPAREN": Lexer.on_lparen,
    "RPAREN": Lexer.on_rparen,
    "REFMOD2_RPAREN": Lexer.on_call_end,
    "SET_DIRECTIVE": Lexer.on_set,
    "LINE_COMMENT_START": Lexer.on_line_comment_start,
    "LINE_COMMENT": Lexer.on_comment_end,
    "FORMAL_COMMENT": Lexer.on_comment_end,
    "BLOCK_COMMENT": Lexer.on_comment_end,
    "TEXTBLOCK": Lexer.on_textblock,
    "NEWLINE": Lexer.on_newline,
    "SUFFIX": Lexer.on_pop,
    "STRING": Lexer.on_string,
    "END": Lexer.on_pop,
    "IF": Lexer.on_directive,
    "ELSEIF": Lexer.on_directive,
    "ELSE": Lexer.on_pop,
    "INTEGER": Lexer.on_number,
    "FLOAT": Lexer.on_number,
    "IDENTIFIER": Lexer.on_identifier,
    "DOT": Lexer.on_dot,
    "LCURLY": Lexer.on_left_curley,
    "RCURLY": Lexer.on_rcurly,
}
