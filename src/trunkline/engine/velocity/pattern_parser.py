"""Parses Java's regular expressions into a tree; nothing is run here.

Nodes are tuples: `("set", test)`, `("sequence", [...])`, `("choice", [...])`, `("group", number, node)`,
`("repeat", node, low, high, mode)`, `("assert", test)`, `("again", group)`, `("look", wanted, node)`,
`("atomic", node)`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .errors import JavaError

Node = tuple[Any, ...]
Test = Callable[[str], bool]

_DEPTH = 30
_REPEATS = 1000
_CLASSES: dict[str, Test] = {
    "d": lambda char: "0" <= char <= "9",
    "w": lambda char: char == "_" or (char.isascii() and char.isalnum()),
    "s": lambda char: char in " \t\n\x0b\f\r",
    "h": lambda char: char in " \t\xa0",
}
_NAMED: dict[str, Test] = {
    "Alpha": lambda char: char.isascii() and char.isalpha(),
    "Digit": lambda char: "0" <= char <= "9",
    "Alnum": lambda char: char.isascii() and char.isalnum(),
    "Upper": lambda char: "A" <= char <= "Z",
    "Lower": lambda char: "a" <= char <= "z",
    "Punct": lambda char: char in "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
    "Space": lambda char: char in " \t\n\x0b\f\r",
    "L": str.isalpha,
    "IsAlphabetic": str.isalpha,
    "Lu": str.isupper,
    "Ll": str.islower,
    "N": str.isnumeric,
    "Nd": str.isdecimal,
    "ASCII": str.isascii,
}
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "a": "\a", "e": "\x1b"}


def parse_pattern(source: str) -> tuple[Node, int, dict[str, int]]:
    """The tree, the number of groups, and the groups with a name. Raises JavaError for a bad pattern."""
    parser = _Parser(source)
    tree = parser.choice()
    if parser.at < len(source):
        raise parser.bad("Unmatched closing ')'")
    return tree, parser.groups, parser.names


def _negated(test: Test) -> Test:
    return lambda char: not test(char)


def _word_at(text: str, at: int) -> bool:
    return 0 <= at < len(text) and (text[at] == "_" or text[at].isalnum())


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.groups = 0
        self.names: dict[str, int] = {}
        self._fold = self._dot_all = self._lines = False
        self._depth = 0

    def bad(self, message: str) -> JavaError:
        where = f"{message} near index {self.at} {self.source[:100]}"
        return JavaError("java.util.regex.PatternSyntaxException", where)

    def next(self, wanted: str) -> bool:
        if self.source.startswith(wanted, self.at):
            self.at += len(wanted)
            return True
        return False

    def take(self) -> str:
        if self.at >= len(self.source):
            raise self.bad("Unexpected end")
        self.at += 1
        return self.source[self.at - 1]

    def choice(self) -> Node:
        self._depth += 1
        if self._depth > _DEPTH:
            raise self.bad("Nested too deeply")
        parts = [self.sequence()]
        while self.next("|"):
            parts.append(self.sequence())
        self._depth -= 1
        return ("choice", parts) if len(parts) > 1 else parts[0]

    def sequence(self) -> Node:
        parts: list[Node] = []
        while self.at < len(self.source) and self.source[self.at] not in "|)":
            if self.next("\\Q"):
                end = self.source.find("\\E", self.at)
                end = len(self.source) if end < 0 else end
                parts += [self.char(char) for char in self.source[self.at : end]]
                self.at = end + 2
            elif (found := self.atom()) is not None:
                parts.append(self.repeated(found))
        return parts[0] if len(parts) == 1 else ("sequence", parts)

    def repeated(self, node: Node) -> Node:
        bounds = self.bounds() if self.at < len(self.source) else None
        if bounds is None:
            return node
        mode = "lazy" if self.next("?") else "possessive" if self.next("+") else "greedy"
        return ("repeat", node, *bounds, mode)

    def bounds(self) -> tuple[int, int | None] | None:
        for mark, low, high in (("?", 0, 1), ("*", 0, None), ("+", 1, None)):
            if self.next(mark):
                return low, high
        if self.source[self.at] != "{":
            return None
        found = re.compile(r"\{([0-9]{1,9})(,?)([0-9]{0,9})\}").match(self.source, self.at)
        if found is None:
            raise self.bad("Illegal repetition")
        self.at = found.end()
        low = int(found[1])
        high = int(found[3]) if found[3] else None if found[2] else low
        if max(low, high or 0) > _REPEATS or (high is not None and high < low):
            raise self.bad("Illegal repetition range")
        return low, high

    def char(self, char: str) -> Node:
        if self._fold:
            both = (char.lower(), char.upper())
            return ("set", lambda found: found in both)
        return ("set", lambda found: found == char)

    def atom(self) -> Node | None:
        char = self.take()
        if char == "(":
            return self.bracketed()
        if char == "[":
            return ("set", self.set())
        if char == "\\":
            return self.escape()
        if char == ".":
            dot_all = self._dot_all
            return ("set", lambda found: dot_all or found not in "\n\r\x85\u2028\u2029")
        if char in "^$":
            return self.edge(char)
        if char in "*+?":
            raise self.bad(f"Dangling meta character '{char}'")
        if char == "{":
            raise self.bad("Illegal repetition")
        return self.char(char)

    def edge(self, char: str) -> Node:
        if self._lines and char == "^":
            return ("assert", lambda text, at: at == 0 or text[at - 1] == "\n")
        if self._lines:
            return ("assert", lambda text, at: at == len(text) or text[at] in "\r\n")
        if char == "^":
            return ("assert", lambda _, at: at == 0)
        return ("assert", lambda text, at: text[at:] in ("", "\n", "\r\n", "\r"))

    def bracketed(self) -> Node | None:
        if not self.next("?"):
            self.groups += 1
            return ("group", self.groups, self.inside())
        for mark, node in ((":", ()), ("=", ("look", True)), ("!", ("look", False)), (">", ("atomic",))):
            if self.next(mark):
                inner = self.inside()
                return (*node, inner) if node else ("sequence", [inner])
        found = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)>").match(self.source, self.at)
        if found is not None:
            self.at = found.end()
            self.groups += 1
            self.names[found[1]] = self.groups
            return ("group", self.groups, self.inside())
        found = re.compile(r"([ism]*)(?:-([ism]*))?([:)])").match(self.source, self.at)
        if found is None:
            raise self.bad("Unknown inline modifier")
        self.at = found.end()
        before = self._fold, self._dot_all, self._lines
        self._set_flags(found[1], True)
        self._set_flags(found[2] or "", False)
        if found[3] == ")":
            return None
        inner = self.inside()
        self._fold, self._dot_all, self._lines = before
        return ("sequence", [inner])

    def _set_flags(self, flags: str, on: bool) -> None:
        self._fold = on if "i" in flags else self._fold
        self._dot_all = on if "s" in flags else self._dot_all
        self._lines = on if "m" in flags else self._lines

    def inside(self) -> Node:
        before = self._fold, self._dot_all, self._lines
        found = self.choice()
        if not self.next(")"):
            raise self.bad("Unclosed group")
        self._fold, self._dot_all, self._lines = before
        return found

    def escape(self) -> Node:
        char = self.take()
        if char == "b":
            return ("assert", lambda text, at: _word_at(text, at - 1) != _word_at(text, at))
        if char == "B":
            return ("assert", lambda text, at: _word_at(text, at - 1) == _word_at(text, at))
        if char == "A":
            return ("assert", lambda _, at: at == 0)
        if char in "zZ":
            return ("assert", lambda text, at: at == len(text) or (char == "Z" and text[at:] == "\n"))
        if "1" <= char <= "9":
            if int(char) > self.groups:
                raise self.bad("Illegal group reference")
            return ("again", int(char))
        found = self.escaped(char)
        return self.char(found) if isinstance(found, str) else ("set", found)

    def escaped(self, char: str) -> str | Test:
        """A character or a class, as both may stand inside and outside of brackets."""
        if char in _CONTROLS:
            return _CONTROLS[char]
        if char.lower() in _CLASSES:
            test = _CLASSES[char.lower()]
            return test if char.islower() else _negated(test)
        if char in "pP":
            name = self.source[self.at : self.at + 1]
            if self.next("{"):
                end = self.source.find("}", self.at)
                name = self.source[self.at : end]
                self.at = end + 1
            else:
                self.at += 1
            test = _NAMED.get(name) or _NAMED.get(name.removeprefix("Is"))
            if test is None:
                raise self.bad("Unknown character property name")
            return test if char == "p" else _negated(test)
        if char in "xu":
            size = 2 if char == "x" else 4
            found = re.compile(rf"[0-9a-fA-F]{{{size}}}").match(self.source, self.at)
            if found is None:
                raise self.bad("Illegal hexadecimal escape sequence")
            self.at = found.end()
            return chr(int(found[0], 16))
        if char.isascii() and char.isalnum():
            raise self.bad("Illegal/unsupported escape sequence")
        return char

    def set(self) -> Test:
        self._depth += 1
        if self._depth > _DEPTH:
            raise self.bad("Nested too deeply")
        negated = self.next("^")
        singles: set[str] = set()
        tests: list[Test] = []
        first = True
        while first or not self.next("]"):
            first = False
            if self.source.startswith("&&", self.at):
                raise self.bad("Class intersection is not supported")
            self._member(singles, tests)
        self._depth -= 1
        if self._fold:
            singles |= {char.lower() for char in singles} | {char.upper() for char in singles}

        def test(char: str) -> bool:
            return (char in singles or any(one(char) for one in tests)) != negated

        return test

    def _member(self, singles: set[str], tests: list[Test]) -> None:
        char = self.take()
        if char == "[":
            tests.append(self.set())
            return
        low = self.escaped(self.take()) if char == "\\" else char
        if not isinstance(low, str):
            tests.append(low)
            return
        rest = self.source[self.at : self.at + 2]
        if not rest.startswith("-") or rest in ("-]", "-["):
            singles.add(low)
            return
        self.at += 1
        char = self.take()
        high = self.escaped(self.take()) if char == "\\" else char
        if not isinstance(high, str) or high < low:
            raise self.bad("Illegal character range")
        tests.append(_within(low, high, self._fold))


def _within(low: str, high: str, fold: bool) -> Test:
    if fold:
        return lambda char: low <= char.lower() <= high or low <= char.upper() <= high
    return lambda char: low <= char <= high
