"""From the text of a filter to its expression.

    or       = and { "||" and }
    and      = term { "&&" term }
    term     = "(" or ")" | "!" term | operand [ operator operand ]
    operand  = path | "!" path | literal

A `!` before a path counts only where nothing is compared: `!@.id == 1` is `@.id == 1`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from trunkline.engine.jsonpath.cursor import BLANK, Cursor
from trunkline.engine.jsonpath.errors import InvalidPath
from trunkline.engine.jsonpath.expressions import (
    And,
    Comparison,
    Exists,
    Expression,
    Literal,
    Not,
    Operand,
    Or,
    PathOperand,
)
from trunkline.engine.jsonpath.numbers import decimal_of
from trunkline.engine.jsonpath.operators import OPERATORS
from trunkline.engine.jsonpath.path import JsonPath
from trunkline.engine.jsonpath.regex import compile_regex
from trunkline.engine.jsonpath.unescape import unescape
from trunkline.engine.jsonpath.values import JsonText

MAX_TERMS_DEPTH = 40
"""Brackets and `!` within one another in one filter."""

ParsePath: TypeAlias = Callable[[str, int], JsonPath]
"""Reads a path, given its text and where it begins."""

_OPERATOR_CHARS = frozenset("<>=~!")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_NUMBER_CHARS = frozenset("-.eE")
_REGEX_FLAGS = frozenset("dixmsuU")


def parse_filter(cursor: Cursor, parse_path: ParsePath) -> Expression:
    """Read `( … )`, the whole of the cursor; its paths are read by `parse_path`. Raises InvalidPath."""
    parser = _FilterParser(cursor, parse_path)
    expression = parser.either()
    cursor.skip_blanks()
    if cursor.inside:
        cursor.fail("Expected the end of the filter")
    return expression


class _FilterParser:
    def __init__(self, cursor: Cursor, parse_path: ParsePath) -> None:
        self.cursor = cursor
        self.parse_path = parse_path
        self.open = 0

    def either(self) -> Expression:
        return self._chain("||", self.both, Or)

    def both(self) -> Expression:
        return self._chain("&&", self.term, And)

    def _chain(
        self,
        sign: str,
        read: Callable[[], Expression],
        join: Callable[[tuple[Expression, ...]], Expression],
    ) -> Expression:
        terms = [read()]
        while self.cursor.take(sign):
            terms.append(read())
        return terms[0] if len(terms) == 1 else join(tuple(terms))

    def term(self) -> Expression:
        cursor = self.cursor
        self.open += 1
        if self.open > MAX_TERMS_DEPTH:
            cursor.fail("The filter is nested too deeply")
        char = cursor.skip_blanks().char
        if char == "!" and cursor.next_char(cursor.pos) not in "$@":
            cursor.pos += 1
            found: Expression = Not(self.term())
        elif char == "(":
            cursor.pos += 1
            found = self.either()
            if cursor.skip_blanks().char != ")":
                cursor.fail("Expected ) here")
            cursor.pos += 1
        else:
            found = self.comparison()
        self.open -= 1
        return found

    def comparison(self) -> Expression:
        cursor = self.cursor
        left, wanted = self.operand()
        after = cursor.pos
        operator = self.operator()
        if operator is not None:
            right, _ = self.operand()
            return Comparison(left, operator, right, OPERATORS[operator])
        cursor.pos = after
        if not isinstance(left, PathOperand):
            cursor.fail("Expected an operator such as == after a literal")
        if cursor.skip_blanks().char not in ")&|":
            cursor.fail("Expected an operator such as ==, && or )")
        return Exists(left.path, wanted)

    def operator(self) -> str | None:
        """The operator at the position, in lower case, or None (the position is then undefined)."""
        cursor = self.cursor
        start = cursor.skip_blanks().pos
        if cursor.char in _OPERATOR_CHARS:
            while cursor.inside and cursor.char in _OPERATOR_CHARS:
                cursor.pos += 1
        else:
            while cursor.inside and cursor.char != BLANK:
                cursor.pos += 1
        word = cursor.text[start : cursor.pos].upper().lower()
        return word if word in OPERATORS else None

    def operand(self) -> tuple[Operand, bool]:
        """An operand, and for a path whether it should exist (False after `!`)."""
        cursor = self.cursor
        wanted = True
        if cursor.skip_blanks().char == "!":
            wanted = False
            cursor.pos += 1
            if cursor.skip_blanks().char not in "$@":
                cursor.fail("Expected a path after !")
        if cursor.char in "$@":
            return self.path(), wanted
        return Literal(self.literal()), wanted

    def path(self) -> PathOperand:
        cursor = self.cursor
        start = cursor.pos
        cursor.pos += 1
        while cursor.inside:
            if cursor.char == "[":
                closing = cursor.matching(cursor.pos, "[", "]", regexes=False)
                if closing < 0:
                    cursor.fail("No closing ]")
                cursor.pos = closing + 1
            char = cursor.char
            ends = char == ")" and not self._closes_function(start)
            if not cursor.inside or char in _OPERATOR_CHARS or char == BLANK or ends:
                break
            cursor.pos += 1
        text = cursor.text[start : cursor.pos]
        return PathOperand(self.parse_path(text, cursor.offset + start))

    def _closes_function(self, start: int) -> bool:
        """Whether the `)` at the position ends a call without arguments."""
        text = self.cursor.text
        before = self.cursor.pos - 1
        while before >= 0 and text[before] == BLANK:
            before -= 1
        return before >= 0 and text[before] == "(" and "." in text[start + 1 : before]

    def literal(self) -> object:
        cursor = self.cursor
        char = cursor.char
        if char in "'\"":
            return self.string(char)
        if char in "tfn":
            return self.word()
        if char in "[{":
            return self.json(char)
        if char == "/":
            return self.regex()
        return self.number()

    def string(self, quote: str) -> str:
        cursor = self.cursor
        start = cursor.pos
        closing = cursor.find_unescaped(quote, start)
        if closing < 0:
            cursor.fail(f"No closing {quote}")
        cursor.pos = closing + 1
        try:
            return unescape(cursor.text[start + 1 : closing])
        except ValueError as error:
            cursor.fail(str(error), start)

    def word(self) -> bool | None:
        cursor = self.cursor
        for word, value in _WORDS.items():
            if cursor.text.startswith(word, cursor.pos) and cursor.pos + len(word) - 1 <= cursor.end:
                cursor.pos += len(word)
                return value
        return cursor.fail("Expected true, false, null or a quoted text")

    def json(self, opening: str) -> JsonText:
        cursor = self.cursor
        start = cursor.pos
        closing = cursor.matching(start, opening, "]" if opening == "[" else "}", regexes=False)
        if closing < 0:
            cursor.fail(f"No closing bracket for {opening}")
        cursor.pos = closing + 1
        return JsonText(cursor.text[start : cursor.pos])

    def regex(self) -> object:
        cursor = self.cursor
        start = cursor.pos
        closing = cursor.find_unescaped("/", start)
        if closing < 0:
            cursor.fail("No closing /")
        cursor.pos = closing + 1
        while cursor.inside and cursor.char in _REGEX_FLAGS:
            cursor.pos += 1
        flags = cursor.text[closing + 1 : cursor.pos]
        try:
            return compile_regex(cursor.text[start + 1 : closing], flags)
        except InvalidPath as error:
            cursor.fail(f"Bad regular expression: {error.message}", start + error.column)

    def number(self) -> object:
        cursor = self.cursor
        start = cursor.pos
        while cursor.inside and (cursor.char.isdecimal() or cursor.char in _NUMBER_CHARS):
            cursor.pos += 1
        value = decimal_of(cursor.text[start : cursor.pos])
        if value is None:
            cursor.fail("Expected a literal or a path", start)
        return value
