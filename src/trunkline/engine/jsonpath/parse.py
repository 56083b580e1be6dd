"""From the text of a path to its segments: the grammar of Jayway JsonPath 2.10, oddities included.

A path without `$` or `@` is taken as if `$.` stood before it. What follows the last segment may be one
stray character (`$.a[`, `$.a['b']]`). A name after a dot runs to the next `.`, `[` or `(`.
"""

from __future__ import annotations

import re

from trunkline.engine.jsonpath.arguments import split_arguments
from trunkline.engine.jsonpath.cursor import BLANK, CONTROLS, Cursor
from trunkline.engine.jsonpath.filters import parse_filter
from trunkline.engine.jsonpath.path import JsonPath
from trunkline.engine.jsonpath.segments import (
    Argument,
    Filter,
    Function,
    Index,
    JsonArgument,
    PathArgument,
    Property,
    Scan,
    Segment,
    Slice,
    Wildcard,
)
from trunkline.engine.jsonpath.unescape import unescape

MAX_LENGTH = 10_000
"""Characters of a path."""
MAX_DEPTH = 24
"""Filters and function arguments within one another."""

_INT = range(-(2**31), 2**31)
_COMMA = re.compile(r" *, *")


def parse_path(text: str, offset: int = 0, depth: int = 0) -> JsonPath:
    """Read a whole path. `offset` is where it begins within what the user wrote.

    Raises InvalidPath with the column.
    """
    cursor = Cursor(text, offset)
    if len(text) > MAX_LENGTH:
        cursor.fail(f"A path has at most {MAX_LENGTH} characters", MAX_LENGTH)
    if cursor.at(0) not in "$@":
        cursor = Cursor("$." + text, offset - 2)
    cursor.trim()
    if cursor.at(cursor.end) == ".":
        cursor.fail("A path must not end with a dot", cursor.end)
    return _Parser(cursor, depth).path()


class _Parser:
    """Reads one path; `segments` grows from left to right."""

    def __init__(self, cursor: Cursor, depth: int) -> None:
        self.cursor = cursor
        self.depth = depth
        self.segments: list[Segment] = []
        if depth > MAX_DEPTH:
            cursor.fail("Filters and arguments are nested too deeply", 0)

    def path(self) -> JsonPath:
        cursor = self.cursor
        root = cursor.char
        if root not in "$@":
            cursor.fail("A path starts with $ or @")
        if not cursor.at_tail:
            cursor.pos += 1
            if cursor.char not in ".[":
                cursor.fail("Expected . or [ here")
            self.segment()
            while not cursor.at_tail:
                self.segment()
        return JsonPath(cursor.text[: cursor.end + 1], root == "$", tuple(self.segments))

    def segment(self) -> None:
        if self.cursor.char == "[":
            self.bracket()
            return
        if self.cursor.char == ".":
            self.dot()
        if self.cursor.char == "[":
            self.bracket()
        elif self.cursor.char == "*":
            self.cursor.pos += 1
            self.segments.append(Wildcard())
        else:
            self.name()

    def dot(self) -> None:
        """Step over `.` or `..`."""
        cursor = self.cursor
        if cursor.pos < cursor.end and cursor.at(cursor.pos + 1) == ".":
            self.segments.append(Scan())
            cursor.pos += 2
        elif cursor.pos < cursor.end:
            cursor.pos += 1
        else:
            cursor.fail("A path must not end with a dot")
        if cursor.char == ".":
            cursor.fail("One dot too many")

    def name(self) -> None:
        """`foo`, `foo()` or `foo(arguments)`."""
        cursor = self.cursor
        start = end = cursor.pos
        while end <= cursor.end and cursor.text[end] not in ".[(":
            if cursor.text[end] == BLANK:
                cursor.fail("A name with a blank is written ['a b']", end)
            end += 1
        name = cursor.text[start:end]
        if end <= cursor.end and cursor.text[end] == "(":
            self.function(name, end)
        else:
            cursor.pos = end
            self.segments.append(Property((name,)))

    def function(self, name: str, opening: int) -> None:
        cursor = self.cursor
        self._check_closed(opening)
        if cursor.at(opening + 1) == ")":
            cursor.pos = opening + 1
            self.segments.append(Function(name))
            return
        cursor.pos = opening + 1
        found = tuple(self._argument(text, start) for text, start in split_arguments(cursor))
        self.segments.append(Function(name, found))

    def _check_closed(self, opening: int) -> None:
        depth = 0
        for index in range(opening, self.cursor.end + 1):
            char = self.cursor.text[index]
            depth += (char == "(") - (char == ")")
            if depth == 0:
                return
        self.cursor.fail("The brackets of a function are not closed", opening)

    def _argument(self, text: str, start: int) -> Argument:
        if self.cursor.text[start] not in "$@":
            return JsonArgument(text)
        cursor = Cursor(text, self.cursor.offset + start)
        return PathArgument(_Parser(cursor, self.depth + 1).path())

    def bracket(self) -> None:
        cursor = self.cursor
        first = cursor.next_char(cursor.pos)
        if first in "'\"":
            self.quoted(first)
        elif (first.isdecimal() or first in "-:") and (text := self._array_text()) is not None:
            self.slice(text) if ":" in text else self.indexes(text)
            cursor.pos = cursor.find("]", cursor.pos + 1) + 1
        elif first == "*":
            self.wildcard()
        elif first == "?":
            self.filter()
        else:
            cursor.fail("Expected a quoted name, an index, * or ? in the brackets")

    def _array_text(self) -> str | None:
        cursor = self.cursor
        closing = cursor.find("]", cursor.pos + 1)
        text = cursor.text[cursor.pos + 1 : closing].strip(CONTROLS)
        if closing < 0 or not all(char.isdecimal() or char in ",-: " for char in text):
            return None
        return text

    def indexes(self, text: str) -> None:
        self.segments.append(Index(tuple(self._integer(part) for part in _COMMA.split(text))))

    def slice(self, text: str) -> None:
        if " " in text or "," in text:
            self.cursor.fail("A slice is start:stop, without blanks")
        start, stop, *_ = [self._integer(part) if part else None for part in text.split(":")]
        if start is None and stop is None:
            self.cursor.fail("A slice needs a start or a stop")
        self.segments.append(Slice(start, stop))

    def _integer(self, text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            self.cursor.fail(f"{text!r} is not an index")
        if value not in _INT:
            self.cursor.fail(f"The index {text} is too large")
        return value

    def wildcard(self) -> None:
        cursor = self.cursor
        star = cursor.next_index(cursor.pos)
        closing = cursor.next_index(star)
        if closing > cursor.end or cursor.text[closing] != "]":
            cursor.fail("Expected ] after *", star + 1)
        cursor.pos = closing + 1
        self.segments.append(Wildcard())

    def filter(self) -> None:
        cursor = self.cursor
        opening = cursor.next_index(cursor.next_index(cursor.pos))
        if cursor.at(opening) != "(":
            cursor.fail("Expected ( after [?", opening)
        closing = cursor.matching(opening, "(", ")", regexes=True)
        end = cursor.next_index(closing)
        if closing < 0 or end > cursor.end or cursor.text[end] != "]":
            cursor.fail("The filter is not closed by )]", opening)
        inner = Cursor(cursor.text[opening : end + 1], cursor.offset + opening)
        inner.end = closing - opening
        self.segments.append(Filter(parse_filter(inner, self._inner_path)))
        cursor.pos = end + 1

    def _inner_path(self, text: str, offset: int) -> JsonPath:
        return parse_path(text, offset, self.depth + 1)

    def quoted(self, quote: str) -> None:
        """`['a']`, `['a','b']`: names in one kind of quotes, parted by commas."""
        cursor = self.cursor
        names: list[str] = []
        index = cursor.pos + 1
        after_comma = False
        last_end = 0
        while index <= cursor.end and (char := cursor.text[index]) != "]":
            if char == quote:
                last_end = self._closing_quote(quote, index)
                names.append(self._unescape(cursor.text[index + 1 : last_end], index))
                index = last_end
                after_comma = False
            elif char == ",":
                if after_comma:
                    cursor.fail("A name is missing", index)
                after_comma = True
            elif char == "\\":
                index += 1
            index += 1
        if after_comma and index <= cursor.end:
            cursor.fail("A name is missing", index)
        closing = cursor.next_index(last_end)
        if cursor.at(closing) != "]":
            cursor.fail("Expected ] after the name", closing)
        cursor.pos = closing + 1
        self.segments.append(Property(tuple(names)))

    def _closing_quote(self, quote: str, opening: int) -> int:
        cursor = self.cursor
        closing = cursor.find_unescaped(quote, opening)
        if closing < 0:
            cursor.fail(f"No closing {quote}", opening)
        if cursor.next_char(closing) not in ",]":
            cursor.fail("Expected , or ] after the name", closing + 1)
        return closing

    def _unescape(self, text: str, at: int) -> str:
        try:
            return unescape(text)
        except ValueError as error:
            self.cursor.fail(str(error), at)
