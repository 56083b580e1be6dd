"""The forgiving JSON of literals in filters and function arguments.

Like json-smart's permissive mode: single quotes, texts without quotes, leading zeros, stray commas and
anything after the value are accepted.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from trunkline.engine.jsonpath.numbers import decimal_of
from trunkline.engine.jsonpath.unescape import join_surrogates

MAX_DEPTH = 100
"""Lists and objects within one another."""

_END = "\x1a"
_NUMBER = re.compile(r"-?[0-9]*(\.[0-9]*)?([eE](?:[+-][0-9]*|[0-9]+))?", re.ASCII)
_WORDS: dict[str, Any] = {"null": None, "true": True, "false": False, "NaN": float("nan")}
_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "b": "\b", "\\": "\\", "/": "/", "'": "'", '"': '"'}
_HEX_DIGITS = frozenset("0123456789abcdefABCDEF")
_EXACT_FROM = 19
"""From this length on a number with a fraction is kept exactly, below it is a double."""
_JAVA_BLANKS = "".join(map(chr, (*range(9, 14), *range(28, 33))))


class LenientJsonError(ValueError):
    """The text is not even forgiving JSON."""


def parse_lenient(text: str) -> Any:
    """The value at the start of `text`. Raises LenientJsonError."""
    parser = _Parser(text)
    return parser.value("", 0)


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.pos = 0

    @property
    def char(self) -> str:
        return self.text[self.pos] if self.pos < len(self.text) else _END

    def fail(self, message: str) -> LenientJsonError:
        return LenientJsonError(f"{message} at character {self.pos + 1}")

    def value(self, stops: str, depth: int) -> Any:
        """The value at the position; a text without quotes runs to one of `stops` or the end."""
        if depth > MAX_DEPTH:
            raise self.fail("nested too deeply")
        while self.char in " \r\n\t":
            self.pos += 1
        char = self.char
        if char in ":}]" or (char == _END and depth):
            raise self.fail("a value is missing")
        if char == "{":
            return self.object(depth + 1)
        if char == "[":
            return self.array(depth + 1)
        if char in "\"'":
            return self.string()
        if char == "-" or (char.isascii() and char.isdigit()):
            return self.number(stops)
        text = self.bare(stops)
        return _WORDS.get(text, text)

    def array(self, depth: int) -> list[Any]:
        found: list[Any] = []
        self.pos += 1
        while (char := self.char) != "]":
            if char in " \r\n\t,":
                self.pos += 1
            elif char == _END:
                raise self.fail("the list is not closed")
            else:
                found.append(self.value(",]", depth))
        self.pos += 1
        return found

    def object(self, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        self.pos += 1
        while (char := self.char) != "}":
            if char in " \r\n\t,":
                self.pos += 1
                continue
            if char in ":[]{":
                raise self.fail("a name is missing")
            key = self.string() if char in "\"'" else self.bare(":")
            self.skip_space()
            if self.char != ":":
                raise self.fail("expected :")
            self.pos += 1
            if self.pos >= len(self.text):
                raise self.fail("a value is missing")
            found[key] = self.value(",}", depth)
            self.skip_space()
            if self.char not in ",}":
                raise self.fail("expected , or }")
        self.pos += 1
        return found

    def skip_space(self) -> None:
        while self.char <= " " and self.char != _END:
            self.pos += 1

    def bare(self, stops: str) -> str:
        start = self.pos
        while self.char != _END and self.char not in stops:
            self.pos += 1
        return self._trimmed(start)

    def _trimmed(self, start: int) -> str:
        text = self.text[start : self.pos]
        trimmed = text.strip(_JAVA_BLANKS)
        return trimmed or text[-1:]

    def number(self, stops: str) -> Any:
        start = self.pos
        match = _NUMBER.match(self.text, start)
        if match is None:
            raise self.fail("not a number")
        self.pos = match.end()
        if match[2] is None and self.char in "eE":
            return self.bare_from(start, stops)
        self.skip_space()
        if self.char != _END and self.char not in stops and self.char < "~":
            return self.bare_from(start, stops)
        text = self._trimmed(start)
        return self._float(text) if match[1] is not None or match[2] is not None else self._int(text)

    def bare_from(self, start: int, stops: str) -> str:
        while self.char != _END and self.char not in stops:
            self.pos += 1
        return self._trimmed(start)

    def _int(self, text: str) -> int:
        return int(text) if text != "-" else 0

    def _float(self, text: str) -> float | Decimal:
        value = decimal_of(text)
        if value is None:
            raise self.fail(f"{text} is no number")
        return value if len(text) >= _EXACT_FROM else float(value)

    def string(self) -> str:
        quote = self.char
        self.pos += 1
        closing = self.text.find(quote, self.pos)
        if closing < 0:
            raise self.fail(f"no closing {quote}")
        if "\\" not in self.text[self.pos : closing]:
            found = self.text[self.pos : closing]
            self.pos = closing + 1
            return found
        return self._escaped(quote)

    def _escaped(self, quote: str) -> str:
        parts: list[str] = []
        while (char := self.char) != quote:
            if char == _END:
                raise self.fail(f"no closing {quote}")
            self.pos += 1
            if char == "\\":
                parts.append(self._escape())
            elif char >= " " and char != "\x7f":
                parts.append(char)
        self.pos += 1
        return join_surrogates("".join(parts))

    def _escape(self) -> str:
        char = self.char
        self.pos += 1
        if char in "ux":
            digits = self.text[self.pos : self.pos + (4 if char == "u" else 2)]
            self.pos += len(digits)
            if len(digits) < 2 or len(digits) % 2 or not set(digits) <= _HEX_DIGITS:
                raise self.fail("a bad escape")
            return chr(int(digits, 16))
        return _ESCAPES.get(char, "")
