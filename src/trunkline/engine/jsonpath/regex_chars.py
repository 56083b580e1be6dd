"""Classes of characters and conditions on places, as Java's regular expressions define them."""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Callable
from typing import TypeAlias

Test: TypeAlias = Callable[[str], bool]
Flags: TypeAlias = frozenset[str]

_LINE_ENDS = frozenset("\n\r\x85\u2028\u2029")
_WORD = frozenset(string.ascii_letters + string.digits + "_")
_DIGIT = frozenset(string.digits)
_SPACE = frozenset(" \t\n\x0b\f\r")
_HORIZONTAL = frozenset(" \t\xa0\u1680\u180e\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B))))
_VERTICAL = frozenset("\n\x0b\f\r\x85\u2028\u2029")

_POSIX: dict[str, frozenset[str]] = {
    "Lower": frozenset(string.ascii_lowercase),
    "Upper": frozenset(string.ascii_uppercase),
    "ASCII": frozenset(map(chr, range(128))),
    "Alpha": frozenset(string.ascii_letters),
    "Digit": _DIGIT,
    "Alnum": frozenset(string.ascii_letters + string.digits),
    "Punct": frozenset(string.punctuation),
    "Graph": frozenset(map(chr, range(33, 127))),
    "Print": frozenset(map(chr, range(32, 127))),
    "Blank": frozenset(" \t"),
    "Cntrl": frozenset([*map(chr, range(32)), "\x7f"]),
    "XDigit": frozenset(string.hexdigits),
    "Space": _SPACE,
}

_UNICODE: dict[str, Test] = {
    "Alphabetic": str.isalpha,
    "Lowercase": str.islower,
    "Uppercase": str.isupper,
    "Digit": str.isdecimal,
    "White_Space": str.isspace,
}

_POSIX_IN_UNICODE: dict[str, Test] = {
    "Lower": str.islower,
    "Upper": str.isupper,
    "Alpha": str.isalpha,
    "Digit": str.isdecimal,
    "Alnum": str.isalnum,
    "Punct": lambda char: unicodedata.category(char)[0] == "P",
    "Space": str.isspace,
}
"""With the flag `U` these follow Unicode."""

_CATEGORIES = {"L": "ultmo", "M": "nce", "N": "dlo", "Z": "slp", "C": "cfosn", "P": "dsecoif", "S": "mcko"}
"""General categories: a letter, and the letters that may follow it."""


def negate(test: Test) -> Test:
    """Every character that the test does not take."""
    return lambda char: not test(char)


def fold(char: str, flags: Flags) -> str | Test:
    """A literal character, in either case if the flags say so."""
    if "i" not in flags or not (char.isascii() or "u" in flags):
        return char
    forms = {char, char.lower(), char.upper()}
    return char if len(forms) == 1 else forms.__contains__


def any_char(flags: Flags) -> Test:
    """`.`"""
    if "s" in flags:
        return lambda char: True
    if "d" in flags:
        return lambda char: char != "\n"
    return lambda char: char not in _LINE_ENDS


def _word(flags: Flags) -> Test:
    if "U" in flags:
        return lambda char: (
            char.isalnum() or char == "_" or (unicodedata.category(char)[0] in "MP" and char in "_‿")
        )
    return _WORD.__contains__


def shorthand(letter: str, flags: Flags) -> Test | None:
    r"""`\d`, `\D`, `\s`, `\w`, `\h`, `\v` and their opposites, by their letter."""
    unicode = "U" in flags
    tests: dict[str, Test] = {
        "d": str.isdecimal if unicode else _DIGIT.__contains__,
        "s": str.isspace if unicode else _SPACE.__contains__,
        "w": _word(flags),
        "h": _HORIZONTAL.__contains__,
        "v": _VERTICAL.__contains__,
    }
    if letter in tests:
        return tests[letter]
    opposite = tests.get(letter.lower()) if letter else None
    return negate(opposite) if opposite else None


def property_test(name: str, flags: Flags) -> Test | None:
    r"""`\p{name}`: POSIX classes, general categories, a few of Unicode's own; None if not known."""
    if "U" in flags and name in _POSIX_IN_UNICODE:
        return _POSIX_IN_UNICODE[name]
    if name in _POSIX:
        found: Test = _POSIX[name].__contains__
        if "i" in flags and name in ("Lower", "Upper"):
            found = _POSIX["Alpha"].__contains__
        return found
    short = name.removeprefix("Is")
    if short[:1] in _CATEGORIES and (len(short) == 1 or short[1:] in set(_CATEGORIES[short[0]])):
        return lambda char: unicodedata.category(char).startswith(short)
    return _UNICODE.get(short) if name.startswith("Is") else None


def _starts_line(text: str, place: int, flags: Flags) -> bool:
    if place == 0:
        return True
    if "d" in flags:
        return text[place - 1] == "\n"
    if text[place - 1] == "\r":
        return text[place : place + 1] != "\n"
    return text[place - 1] in _LINE_ENDS


def _before_last_break(text: str, place: int, flags: Flags) -> bool:
    """At the end, or before the line break that ends the text."""
    rest = text[place : place + 3]
    if rest == "":
        return True
    if "d" in flags:
        return rest == "\n"
    if rest == "\n":
        return place == 0 or text[place - 1] != "\r"
    return rest == "\r\n" or (len(rest) == 1 and rest in _LINE_ENDS)


def _before_any_break(text: str, place: int, flags: Flags) -> bool:
    if place == len(text):
        return True
    if "d" in flags:
        return text[place] == "\n"
    if text[place] == "\n":
        return place == 0 or text[place - 1] != "\r"
    return text[place] in _LINE_ENDS


def _at_word_border(text: str, place: int) -> bool:
    before = place > 0 and (text[place - 1] == "_" or text[place - 1].isalnum())
    after = place < len(text) and (text[place] == "_" or text[place].isalnum())
    return before != after


def assertion(sign: str, flags: Flags) -> Callable[[str, int], bool]:
    r"""The condition of `^`, `$`, `\b`, `\B`, `\A`, `\z`, `\Z`, `\G`."""
    if sign == "^" and "m" in flags:
        return lambda text, place: place < len(text) and _starts_line(text, place, flags)
    if sign == "$" and "m" in flags:
        return lambda text, place: _before_any_break(text, place, flags)
    if sign in ("$", "\\Z"):
        return lambda text, place: _before_last_break(text, place, flags)
    if sign == "\\z":
        return lambda text, place: place == len(text)
    if sign == "\\b":
        return _at_word_border
    if sign == "\\B":
        return lambda text, place: not _at_word_border(text, place)
    return lambda text, place: place == 0
