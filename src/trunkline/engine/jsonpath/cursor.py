"""A position in the text of a path, with the look-ahead that its grammar needs."""

from __future__ import annotations

from typing import NoReturn

from trunkline.engine.jsonpath.errors import InvalidPath

BLANK = " "
CONTROLS = "".join(map(chr, range(33)))
"""The blank and everything before it: what Java trims."""


class Cursor:
    """Text with a position and a last index (`end`, inclusive).

    `offset` is the 0-based place of `text` within what the user wrote, so that columns are his.
    Reading beyond the text is an error of the path; looking ahead beyond `end` finds nothing.
    """

    __slots__ = ("end", "offset", "pos", "text")

    def __init__(self, text: str, offset: int = 0) -> None:
        self.text = text
        self.pos = 0
        self.end = len(text) - 1
        self.offset = offset

    def fail(self, message: str, at: int | None = None) -> NoReturn:
        """Refuse the path at index `at`, or at the position."""
        index = self.pos if at is None else at
        raise InvalidPath(message, max(index + self.offset, 0) + 1)

    def at(self, index: int) -> str:
        if 0 <= index < len(self.text):
            return self.text[index]
        return self.fail("The path ends too early", len(self.text))

    @property
    def char(self) -> str:
        return self.at(self.pos)

    def holds(self, index: int) -> bool:
        return 0 <= index <= self.end

    @property
    def inside(self) -> bool:
        return self.pos <= self.end

    @property
    def at_tail(self) -> bool:
        """At the last character or beyond: what stands there closes the path, whatever it is."""
        return self.pos >= self.end

    def skip_blanks(self) -> Cursor:
        while self.pos < self.end and self.text[self.pos] == BLANK:
            self.pos += 1
        return self

    def trim(self) -> None:
        self.skip_blanks()
        while self.pos < self.end and self.at(self.end) == BLANK:
            self.end -= 1

    def next_index(self, start: int) -> int:
        """The index of the first character after `start` that is not a blank."""
        index = start + 1
        while index <= self.end and self.text[index] == BLANK:
            index += 1
        return index

    def next_char(self, start: int) -> str:
        """That character, or a blank at the end."""
        index = self.next_index(start)
        return self.at(index) if index <= self.end else BLANK

    def find(self, char: str, start: int) -> int:
        return self.text.find(char, start, self.end + 1)

    def find_unescaped(self, char: str, start: int) -> int:
        """The next `char` after `start` that no backslash precedes, or -1."""
        escaped = False
        for index in range(start + 1, self.end + 1):
            if escaped:
                escaped = False
            elif self.text[index] == "\\":
                escaped = True
            elif self.text[index] == char:
                return index
        return -1

    def matching(self, start: int, opening: str, closing: str, *, regexes: bool) -> int:
        """The bracket that closes the one at `start`, or -1; strings (and regexes) are skipped."""
        depth = 1
        index = start + 1
        while index <= self.end:
            if self.at(index) in "'\"":
                index = self._after(index)
            if regexes and self.at(index) == "/":
                index = self._after(index)
            char = self.at(index)
            if char == opening:
                depth += 1
            elif char == closing:
                depth -= 1
                if depth == 0:
                    return index
            index += 1
        return -1

    def _after(self, index: int) -> int:
        closing = self.find_unescaped(self.text[index], index)
        if closing < 0:
            self.fail(f"No closing {self.text[index]}", index)
        return closing + 1

    def take(self, text: str) -> bool:
        """Step over `text` if it comes next, blanks aside."""
        before = self.pos
        self.skip_blanks()
        if self.pos + len(text) - 1 <= self.end and self.text.startswith(text, self.pos):
            self.pos += len(text)
            return True
        self.pos = before
        return False
