"""Expression text as tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from trunkline.engine.expression.errors import ExpressionTextError

MAX_TEXT: Final = 32_000
_ESCAPES: Final = {"\\": "\\", '"': '"', "t": "\t", "n": "\n", "r": "\r"}
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)

_TOKEN: Final = re.compile(
    r"""
    (?P<blank>\s+)
  | (?P<decimal>[0-9]+\.[0-9]+)
  | (?P<integer>[0-9]+)
  | (?P<name>[^\W\d]\w*)
  | (?P<string>"(?:[^"\\]|\\.)*")
  | (?P<operator>>=|<=|==|!=|[-+*/%^<>&|~!?:.,()\[\]])
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is decimal, integer, name, string, operator or end; `start` counts from 0."""

    kind: str
    text: str
    start: int


def tokens(text: str) -> list[Token]:
    """All tokens, the last one being `end`.

    Raises ExpressionTextError for a character that begins no token, and for text over 32,000 characters.
    """
    if len(text) > MAX_TEXT:
        raise ExpressionTextError(f"more than {MAX_TEXT} characters", text, MAX_TEXT)
    found: list[Token] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            problem = (
                "text without its closing quote" if text[place] == '"' else f"unexpected {text[place]!r}"
            )
            raise ExpressionTextError(problem, text, place)
        if match.lastgroup != "blank":
            found.append(Token(str(match.lastgroup), match.group(), place))
        place = match.end()
    found.append(Token("end", "", len(text)))
    return found


def unquoted(token: Token, text: str) -> str:
    """The characters of a string token. Raises ExpressionTextError for an unknown escape."""

    def escape(match: re.Match[str]) -> str:
        if match.group(1) not in _ESCAPES:
            raise ExpressionTextError(
                f"unknown escape \\{match.group(1)}", text, token.start + 1 + match.start()
            )
        return _ESCAPES[match.group(1)]

    return _ESCAPE.sub(escape, token.text[1:-1])


def quoted(text: str) -> str:
    """The text as a string token."""
    for character, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
        text = text.replace(character, escaped)
    return f'"{text}"'
