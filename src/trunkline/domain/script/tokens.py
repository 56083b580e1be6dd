"""The text of a script in pieces, for rules that look at it without running it.

No parser: names, strings, numbers and signs with their places, comments left out. Whether a slash begins a
regular expression is told by what stands before it, which is right for all but contrived scripts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

Sort: TypeAlias = Literal["name", "string", "template", "number", "regex", "sign"]

_SPACE = re.compile(r"[\s\ufeff]+|//[^\n\r\u2028\u2029]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_NAME = re.compile(r"#?[\w$\\]+")
_NUMBER = re.compile(r"\.?\d(?:[\w.]|(?<=[eE])[+-])*")
_STRING = re.compile(r"'(?:[^'\\\n]|\\.)*'?|\"(?:[^\"\\\n]|\\.)*\"?", re.DOTALL)
_TEMPLATE = re.compile(r"`(?:[^`\\$]|\\.|\$(?!\{))*", re.DOTALL)
_TEMPLATE_REST = re.compile(r"\}(?:[^`\\$]|\\.|\$(?!\{))*", re.DOTALL)
_REGEX = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/\w*")
_SIGN = re.compile(r"=>|\?\.(?!\d)|\.\.\.|.", re.DOTALL)

_BEFORE_VALUE = frozenset(
    {"return", "typeof", "case", "do", "else", "in", "instanceof", "new", "of", "throw", "void", "delete"}
    | {"yield", "await"}
)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a script. `line` and `column` count from 1; `text` is as it stands, quotes included."""

    sort: Sort
    text: str
    line: int
    column: int

    @property
    def value(self) -> str:
        """The text of a string without its quotes, escapes as they are written."""
        return self.text[1:-1] if self.sort == "string" else self.text


def tokens(script: str) -> list[Token]:
    """All pieces of a script, in order. Any text has some."""
    return list(_Lexer(script).run())


class _Lexer:
    def __init__(self, script: str) -> None:
        self._script = script
        self._line = 1
        self._line_start = 0
        self._at = 0
        self._before: Token | None = None
        self._templates: list[int] = []
        self._depth = 0

    def run(self) -> Iterator[Token]:
        while True:
            while space := _SPACE.match(self._script, self._at):
                self._advance(space.end())
            if self._at >= len(self._script):
                return
            sort, end = self._next()
            token = Token(sort, self._script[self._at : end], self._line, self._at - self._line_start + 1)
            self._advance(end)
            self._before = token
            yield token

    def _next(self) -> tuple[Sort, int]:
        script, at = self._script, self._at
        letter = script[at]
        if letter in "'\"":
            return "string", _end(_STRING, script, at)
        if letter == "`":
            return "template", self._template(_TEMPLATE, at)
        if letter == "}" and self._templates and self._templates[-1] == self._depth:
            self._templates.pop()
            return "template", self._template(_TEMPLATE_REST, at)
        if number := _NUMBER.match(script, at):
            return "number", number.end()
        if name := _NAME.match(script, at):
            return "name", name.end()
        if letter == "/" and self._value_may_begin() and (regex := _REGEX.match(script, at)):
            return "regex", regex.end()
        self._depth += {"{": 1, "}": -1}.get(letter, 0)
        return "sign", _end(_SIGN, script, at)

    def _template(self, pattern: re.Pattern[str], at: int) -> int:
        end = _end(pattern, self._script, at)
        if self._script.startswith("${", end):
            self._templates.append(self._depth)
            return end + 2
        return min(end + 1, len(self._script))

    def _value_may_begin(self) -> bool:
        before = self._before
        if before is None:
            return True
        if before.sort == "name":
            return before.text in _BEFORE_VALUE
        return before.sort == "sign" and before.text not in (")", "]", "}")

    def _advance(self, end: int) -> None:
        for match in re.finditer(r"\r\n|[\n\r\u2028\u2029]", self._script[self._at : end]):
            self._line += 1
            self._line_start = self._at + match.end()
        self._at = end


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at + 1
