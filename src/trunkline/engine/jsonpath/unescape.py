"""Backslash escapes of names and string literals."""

from __future__ import annotations

import re

_NAMED = {"r": "\r", "f": "\f", "t": "\t", "n": "\n", "b": "\b"}
_HEX = re.compile(r"[+-]?[0-9a-fA-F]+", re.ASCII)


def join_surrogates(text: str) -> str:
    """Surrogate pairs as the one character they stand for."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def unescape(text: str) -> str:
    r"""`\n`, `\u00e9`, … resolved; an unknown escape stands for its character.

    An unfinished `\u` at the end is dropped. Raises ValueError when four characters are no number.
    """
    if "\\" not in text:
        return text
    parts: list[str] = []
    index = 0
    while index < len(text):
        char = text[index]
        index += 1
        if char != "\\" or index == len(text):
            parts.append(char)
            continue
        char = text[index]
        index += 1
        if char == "u":
            parts.append(_code_unit(text[index : index + 4]))
            index += 4
        else:
            parts.append(_NAMED.get(char, char))
    return join_surrogates("".join(parts))


def _code_unit(digits: str) -> str:
    if len(digits) < 4:
        return ""
    if not _HEX.fullmatch(digits):
        raise ValueError(f"\\u{digits} is no character")
    return chr(int(digits, 16) & 0xFFFF)
