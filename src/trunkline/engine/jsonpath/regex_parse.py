"""The syntax of Java's regular expressions (java.util.regex.Pattern)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn, TypeAlias

from trunkline.engine.jsonpath.errors import InvalidPath
from trunkline.engine.jsonpath.regex_chars import (
    Test,
    any_char,
    assertion,
    fold,
    negate,
    property_test,
    shorthand,
)

MAX_DEPTH = 50
"""Groups and classes within one another."""

_FLAGS = frozenset("dixmsuU")
_COUNT = re.compile(r"\{(\d{1,5})(?:(,)(\d{1,5})?)?\}")
_SIMPLE = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "a": "\a", "e": "\x1b"}
_LOOKS = {"=": (True, True), "!": (True, False), "<=": (False, True), "<!": (False, False)}
_GROUP_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9]*")


@dataclass(frozen=True, slots=True)
class Chars:
    """One character: the one given, or one that passes the test."""

    test: str | Test


@dataclass(frozen=True, slots=True)
class Assertion:
    """A condition on the place (`^`, `$`, `\\b`)."""

    holds: Callable[[str, int], bool]


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """`a|b`."""

    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """`*`, `+`, `?`, `{low,high}`; lazy with `?` behind it, possessive with `+`."""

    item: Node
    low: int
    high: int | None
    lazy: bool = False
    possessive: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """`(?=…)`, `(?!…)`, `(?<=…)`, `(?<!…)`."""

    item: Node
    ahead: bool
    wanted: bool


@dataclass(frozen=True, slots=True)
class Atomic:
    """`(?>…)`: the first way to match it is the only one."""

    item: Node


Node: TypeAlias = Chars | Assertion | Sequence | Choice | Repeat | Look | Atomic


def parse_regex(pattern: str, flags: str) -> Node:
    """The tree of a pattern. Raises InvalidPath with the column within the pattern."""
    parser = _Parser(pattern, frozenset(flags))
    node = parser.choice()
    if parser.pos < len(pattern):
        parser.fail("a ) too many")
    return node


class _Parser:
    def __init__(self, text: str, flags: frozenset[str]) -> None:
        self.text = text
        self.pos = 0
        self.flags = flags
        self.depth = 0
        self.names: set[str] = set()

    def fail(self, message: str) -> NoReturn:
        raise InvalidPath(message, self.pos + 1)

    @property
    def char(self) -> str:
        return self.text[self.pos] if self.pos < len(self.text) else ""

    def take(self, text: str) -> bool:
        if self.text.startswith(text, self.pos):
            self.pos += len(text)
            return True
        return False

    def skip_comments(self) -> None:
        while "x" in self.flags and self.char and self.char in " \t\n\r\f\v#":
            if self.char == "#":
                end = self.text.find("\n", self.pos)
                self.pos = len(self.text) if end < 0 else end
            else:
                self.pos += 1

    def choice(self) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail("too many groups within one another")
        outer = self.flags
        options = [self.sequence()]
        while self.take("|"):
            options.append(self.sequence())
        self.flags = outer
        self.depth -= 1
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def sequence(self) -> Node:
        items: list[Node] = []
        while True:
            self.skip_comments()
            if self.char in ("", "|", ")"):
                break
            if self.take("\\Q"):
                items.extend(self.quoted())
                continue
            node = self.atom()
            items.append(self.repeated(node))
        return Sequence(tuple(items))

    def quoted(self) -> list[Node]:
        end = self.text.find("\\E", self.pos)
        end = len(self.text) if end < 0 else end
        found: list[Node] = [self.literal(char) for char in self.text[self.pos : end]]
        self.pos = end + 2
        if found:
            found[-1] = self.repeated(found[-1])
        return found

    def repeated(self, node: Node) -> Node:
        self.skip_comments()
        counts = {"*": (0, None), "+": (1, None), "?": (0, 1)}
        if self.char and self.char in counts:
            low, high = counts[self.char]
            self.pos += 1
        elif self.char == "{":
            low, high = self.count()
        else:
            return node
        self.skip_comments()
        if self.take("?"):
            return Repeat(node, low, high, lazy=True)
        return Repeat(node, low, high, possessive=self.take("+"))

    def count(self) -> tuple[int, int | None]:
        match = _COUNT.match(self.text, self.pos)
        if match is None:
            self.fail("a bad repetition")
        low = int(match[1])
        high = low if not match[2] else int(match[3]) if match[3] else None
        if high is not None and high < low:
            self.fail("a repetition from more to less")
        self.pos = match.end()
        return low, high

    def atom(self) -> Node:
        char = self.char
        if char in "*+?{":
            self.fail(f"nothing to repeat before {char}")
        self.pos += 1
        if char == "(":
            return self.group()
        if char == "[":
            return Chars(self.char_class())
        if char == ".":
            return Chars(any_char(self.flags))
        if char in "^$":
            return Assertion(assertion(char, self.flags))
        if char == "\\":
            return self.escape()
        return self.literal(char)

    def literal(self, char: str) -> Chars:
        return Chars(fold(char, self.flags))

    def group(self) -> Node:
        if not self.take("?"):
            return self.closed(self.choice())
        for sign, (ahead, wanted) in _LOOKS.items():
            if self.take(sign):
                return Look(self.closed(self.choice()), ahead, wanted)
        if self.take(">"):
            return Atomic(self.closed(self.choice()))
        if self.take("<"):
            name = _GROUP_NAME.match(self.text, self.pos)
            if name is None or not self.text.startswith(">", name.end()) or name[0] in self.names:
                self.fail("a bad or repeated name of a group")
            self.names.add(name[0])
            self.pos = name.end() + 1
            return self.closed(self.choice())
        return self.flagged()

    def flagged(self) -> Node:
        """`(?:…)`, `(?i)`, `(?i-s:…)`."""
        flags, adding = self.flags, True
        while self.char not in (":", ")"):
            if self.char == "-" and adding:
                adding = False
            elif self.char and self.char in _FLAGS:
                flags = flags | {self.char} if adding else flags - {self.char}
            else:
                self.fail("a group of an unknown kind")
            self.pos += 1
        if self.take(")"):
            self.flags = flags
            if self.char and self.char in "*+?{":
                self.fail("nothing to repeat after flags")
            return Sequence(())
        self.pos += 1
        outer, self.flags = self.flags, flags
        node = self.closed(self.choice())
        self.flags = outer
        return node

    def closed(self, node: Node) -> Node:
        if not self.take(")"):
            self.fail("a group that is not closed")
        return node

    def escape(self) -> Node:
        char = self.char
        if char and char in "bBAzZG":
            self.pos += 1
            return Assertion(assertion("\\" + char, self.flags))
        if char == "R":
            self.pos += 1
            line_break = Chars(shorthand("v", self.flags) or "\n")
            return Atomic(Choice((Sequence((Chars("\r"), Chars("\n"))), line_break)))
        test = self.escaped_test()
        return Chars(test) if test is not None else self.literal(self.escaped_char())

    def escaped_test(self) -> Test | None:
        r"""The class of `\d`, `\p{L}`, …, or None if the escape is one character."""
        char = self.char
        if char in ("p", "P"):
            self.pos += 1
            test = self.property_class()
            return negate(test) if char == "P" else test
        test = shorthand(char, self.flags)
        if test is not None:
            self.pos += 1
        return test

    def property_class(self) -> Test:
        if self.take("{"):
            end = self.text.find("}", self.pos)
            if end < 0:
                self.fail("a character property that is not closed")
            name = self.text[self.pos : end]
            self.pos = end + 1
        else:
            name = self.char
            self.pos += 1
        test = property_test(name, self.flags)
        if test is None:
            self.fail(f"the character property {name} is not known")
        return test

    def escaped_char(self) -> str:
        char = self.char
        self.pos += 1
        if char in _SIMPLE:
            return _SIMPLE[char]
        if char == "x":
            return self.code(r"\{([0-9a-fA-F]{1,6})\}|([0-9a-fA-F]{2})", 16)
        if char == "u":
            return self.code(r"([0-9a-fA-F]{4})", 16)
        if char == "0":
            return self.code(r"([0-3][0-7]{2}|[0-7]{1,2})", 8)
        if char == "c" and self.char:
            self.pos += 1
            return chr(ord(self.text[self.pos - 1]) ^ 64)
        if char.isdigit() or char == "k":
            self.fail("back references are not supported")
        if char == "" or (char.isascii() and char.isalpha()):
            self.fail("an unknown escape")
        return char

    def code(self, form: str, base: int) -> str:
        match = re.compile(form).match(self.text, self.pos)
        if match is None or (value := int(match[match.lastindex or 0], base)) > 0x10FFFF:
            self.fail("a bad character code")
        self.pos = match.end()
        return chr(value)

    def char_class(self) -> Test:
        """After `[`: characters, ranges, classes within, `&&` for what is in both."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail("too many classes within one another")
        inverted = self.take("^")
        parts: list[Test] = []
        tests: list[Test] = []
        first = True
        while first or self.char != "]":
            if self.char == "":
                self.fail("a class that is not closed")
            if self.take("&&"):
                parts.append(_any_of(tests))
                tests = []
            else:
                tests.append(self.class_item())
            first = False
        self.pos += 1
        self.depth -= 1
        if tests or not parts:
            parts.append(_any_of(tests))
        whole = _all_of(parts)
        return negate(whole) if inverted else whole

    def class_item(self) -> Test:
        if self.take("["):
            return self.char_class()
        if self.take("\\"):
            test = self.escaped_test()
            if test is not None:
                return test
            low = self.escaped_char()
        else:
            low = self.char
            self.pos += 1
        if self.char == "-" and self.text[self.pos + 1 : self.pos + 2] not in ("]", "[", ""):
            self.pos += 1
            high = self.escaped_char() if self.take("\\") else self._next()
            if high < low:
                self.fail("a range from high to low")
            return _range(low, high, self.flags)
        return _range(low, low, self.flags)

    def _next(self) -> str:
        self.pos += 1
        return self.text[self.pos - 1]


def _range(low: str, high: str, flags: frozenset[str]) -> Test:
    if "i" not in flags:
        return lambda char: low <= char <= high
    if "u" in flags:
        return lambda char: any(low <= form <= high for form in (char, char.lower(), char.upper()))
    return lambda char: low <= char <= high or (char.isascii() and low <= char.swapcase() <= high)


def _any_of(tests: list[Test]) -> Test:
    return lambda char: any(test(char) for test in tests)


def _all_of(tests: list[Test]) -> Test:
    return tests[0] if len(tests) == 1 else lambda char: all(test(char) for test in tests)
