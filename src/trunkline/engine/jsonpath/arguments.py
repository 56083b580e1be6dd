"""The arguments of a function, cut apart before they are read."""

from __future__ import annotations

from trunkline.engine.jsonpath.cursor import Cursor

_BLANKS = " \t\n\r"


def split_arguments(cursor: Cursor) -> list[tuple[str, int]]:
    """Each argument with its index; the cursor stands after `(` and is left after the closing `)`.

    An argument is a literal (it starts with a digit, `-`, `"` or `{`) or a path (`$`, `@`); anything else,
    a name in single quotes for one, is passed over until such a character comes.
    """
    return _Splitter(cursor).arguments()


class _Splitter:
    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self.found: list[tuple[str, int]] = []
        self.depths = {"(": 1, "[": 0, "{": 0}
        self.quotes = 0
        self.text: list[str] = []
        self.start = -1
        self.prior = ""

    def arguments(self) -> list[tuple[str, int]]:
        cursor = self.cursor
        while cursor.inside:
            char = cursor.char
            cursor.pos += 1
            if self.start < 0 and char in _BLANKS:
                continue
            if self.start < 0 and (char.isdecimal() or char in '{"-$@'):
                self.start = cursor.pos - 1
            if self._read(char):
                break
            self.prior = char
        if any(self.depths.values()):
            cursor.fail("The brackets of a function's arguments do not match")
        return self.found

    def _read(self, char: str) -> bool:
        """Take one character; True after the last."""
        if char == '"':
            self.quotes += -1 if self.quotes and self.prior != "\\" else 1
        elif char in self.depths:
            self.depths[char] += 1
        elif char in "}]":
            self._close("{" if char == "}" else "[")
        elif char in "),":
            if char == ")":
                self.depths["("] -= 1
                if self.depths["("] < 0 or self.prior == "(":
                    self.text.append(char)
            if self._at_border(char):
                self._finish()
                if self.depths["("] == 0:
                    return True
        if self.start >= 0 and not (char == "," and self._outermost()):
            self.text.append(char)
        return False

    def _close(self, opening: str) -> None:
        if self.depths[opening] == 0:
            self.cursor.fail("A closing bracket without an opening one", self.cursor.pos - 1)
        self.depths[opening] -= 1

    def _outermost(self) -> bool:
        return self.depths == {"(": 1, "[": 0, "{": 0}

    def _at_border(self, char: str) -> bool:
        if self.quotes or self.depths["{"] or self.depths["["]:
            return False
        return self.depths["("] == 1 or (self.depths["("] == 0 and char == ")")

    def _finish(self) -> None:
        if self.start >= 0:
            self.found.append(("".join(self.text), self.start))
            self.text.clear()
            self.start = -1
