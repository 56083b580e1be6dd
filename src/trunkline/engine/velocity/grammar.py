"""The lexical rules of Velocity 2's published grammar, by state.

In each state the longest match wins and, among equals, the rule named first. `MORE` rules glue what they
match to the next token (that is how `$` and `#` become part of it), `SPECIAL` ones hang on it, `SKIP` ones
vanish.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; `starts` is a quick look at the first character."""

    kind: str
    role: str
    match: Callable[[str, int], re.Match[str] | None]
    starts: Callable[[str], re.Match[str] | None]


_ANYWHERE = (
    "DEFAULT DIRECTIVE PRE_DIRECTIVE PRE_REFERENCE REFERENCE REFMODIFIER REFMOD2 REFMOD3 REFINDEX ALT_VAL"
    " LINE_COMMENT FORMAL_COMMENT BLOCK_COMMENT TEXTBLOCK"
)
_ARGUMENT = "DIRECTIVE REFMOD2 ALT_VAL"
_EXPRESSION = "DIRECTIVE REFMOD2 REFINDEX ALT_VAL"
NEWLINE = r"(?:\r\n|\r|\n)"
_WORD = r"[a-zA-Z_@][a-zA-Z0-9_]*"
_PLAIN = r"[^$#\\\r\n\x1c]"

# kind, role, pattern, characters it may start with, states; the order is the grammar's and decides ties
_TABLE: tuple[tuple[str, str, str, str, str], ...] = (
    ("LONE_SYMBOL", "TOKEN", r"\x1c", r"\x1c", "PRE_DIRECTIVE PRE_REFERENCE"),
    (
        "ZERO_WIDTH",
        "TOKEN",
        r"\x1c",
        r"\x1c",
        "REFERENCE REFMODIFIER REFMOD3 REFINDEX DIRECTIVE REFMOD2 DEFAULT FORMAL_COMMENT LINE_COMMENT",
    ),
    ("INDEX_LBRACKET", "TOKEN", r"\[", r"\[", "REFERENCE REFMODIFIER REFMOD3"),
    ("OR_BARS", "TOKEN", r"\|\|", r"\|", "REFERENCE REFMODIFIER REFMOD3"),
    ("PIPE", "TOKEN", r"\|", r"\|", "REFERENCE REFMODIFIER REFMOD3"),
    ("INDEX_RBRACKET", "TOKEN", r"\]", r"\]", "REFINDEX"),
    ("LBRACKET", "TOKEN", r"\[", r"\[", _ARGUMENT),
    ("RBRACKET", "TOKEN", r"\]", r"\]", _ARGUMENT),
    ("COMMA", "TOKEN", r",", r",", _ARGUMENT),
    ("DOUBLEDOT", "TOKEN", r"\.\.", r"\.", _ARGUMENT),
    ("COLON", "TOKEN", r":", r":", _ARGUMENT),
    ("LEFT_CURLEY", "TOKEN", r"\{", r"\{", _ARGUMENT),
    ("RIGHT_CURLEY", "TOKEN", r"\}", r"\}", _ARGUMENT),
    ("LPAREN", "TOKEN", r"\(", r"\(", "DIRECTIVE REFMODIFIER"),
    ("RPAREN", "TOKEN", r"\)", r"\)", "DIRECTIVE"),
    ("REFMOD2_RPAREN", "TOKEN", r"\)", r"\)", "REFMOD2"),
    ("ESCAPE_DIRECTIVE", "TOKEN", rf"(?:\\\\)*\\#(?:{_WORD}|\{{{_WORD}\}})", r"\\", "DEFAULT"),
    (
        "SET_DIRECTIVE",
        "TOKEN",
        r"#(?:set|\{set\})[ \t]*\(",
        "#",
        "DEFAULT PRE_REFERENCE REFERENCE REFMODIFIER REFMOD2 REFMOD3",
    ),
    ("DOLLAR", "MORE", r"\\*\$(?:\\*!)?", r"[\\$]", _ANYWHERE),
    ("TEXTBLOCK_START", "MORE", r"#\[\[", "#", _ANYWHERE),
    ("FORMAL_START", "MORE", r"#\*\*[^#\x1c]", "#", _ANYWHERE),
    ("BLOCK_START", "MORE", r"#\*", "#", _ANYWHERE),
    ("HASH", "MORE", r"#", "#", _ANYWHERE),
    (
        "LINE_COMMENT_START",
        "TOKEN",
        r"##",
        "#",
        "DEFAULT PRE_DIRECTIVE DIRECTIVE REFERENCE PRE_REFERENCE REFMOD2 REFMOD3 REFMODIFIER",
    ),
    ("LINE_COMMENT", "TOKEN", NEWLINE, r"[\r\n]", "LINE_COMMENT"),
    ("FORMAL_COMMENT", "TOKEN", r"\*#", r"\*", "FORMAL_COMMENT"),
    ("BLOCK_COMMENT", "TOKEN", r"\*#", r"\*", "BLOCK_COMMENT"),
    ("TEXTBLOCK", "TOKEN", r"\]\]#", r"\]", "TEXTBLOCK"),
    ("COMMENTED", "SKIP", r"[^#$\\*\r\n\x1c]+|(?s:.)", "(?s:.)", "LINE_COMMENT FORMAL_COMMENT BLOCK_COMMENT"),
    ("VERBATIM", "MORE", r"[^#$\\\]\x1c]+|[^\x1c]", r"[^\x1c]", "TEXTBLOCK"),
    ("WHITESPACE", "TOKEN", r"[ \t]+", r"[ \t]", "DEFAULT " + _EXPRESSION),
    ("NEWLINE", "TOKEN", NEWLINE, r"[\r\n]", "DEFAULT " + _EXPRESSION),
    ("SUFFIX", "TOKEN", rf"[ \t]*{NEWLINE}", r"[ \t\r\n]", "PRE_DIRECTIVE PRE_REFERENCE"),
    (
        "STRING",
        "TOKEN",
        "\"[^\"\x1c]*(?:\"\"[^\"\x1c]*)*\"|'[^'\x1c]*(?:''[^'\x1c]*)*'",
        "[\"']",
        _EXPRESSION,
    ),
    ("TRUE", "TOKEN", r"true", "t", "REFERENCE REFMODIFIER " + _EXPRESSION),
    ("FALSE", "TOKEN", r"false", "f", "REFERENCE REFMODIFIER " + _EXPRESSION),
    ("MINUS", "TOKEN", r"-", r"-", _EXPRESSION),
    ("PLUS", "TOKEN", r"\+", r"\+", _EXPRESSION),
    ("MULTIPLY", "TOKEN", r"\*", r"\*", _EXPRESSION),
    ("DIVIDE", "TOKEN", r"/", r"/", _EXPRESSION),
    ("MODULUS", "TOKEN", r"%", r"%", _EXPRESSION),
    ("AND", "TOKEN", r"&&|and", r"[&a]", _EXPRESSION),
    ("OR", "TOKEN", r"\|\||or", r"[|o]", _EXPRESSION),
    ("LE", "TOKEN", r"<=|le", r"[<l]", _EXPRESSION),
    ("LT", "TOKEN", r"<|lt", r"[<l]", _EXPRESSION),
    ("GE", "TOKEN", r">=|ge", r"[>g]", _EXPRESSION),
    ("GT", "TOKEN", r">|gt", r"[>g]", _EXPRESSION),
    ("EQ", "TOKEN", r"==|eq", r"[=e]", _EXPRESSION),
    ("NE", "TOKEN", r"!=|ne", r"[!n]", _EXPRESSION),
    ("NOT", "TOKEN", r"!|not", r"[!n]", _EXPRESSION),
    ("EQUALS", "TOKEN", r"=", r"=", _EXPRESSION),
    ("END", "TOKEN", r"end|\{end\}", r"[e{]", "PRE_DIRECTIVE"),
    ("IF", "TOKEN", r"if|\{if\}", r"[i{]", "PRE_DIRECTIVE"),
    ("ELSEIF", "TOKEN", r"elseif|\{elseif\}", r"[e{]", "PRE_DIRECTIVE"),
    ("ELSE", "TOKEN", r"else|\{else\}", r"[e{]", "PRE_DIRECTIVE"),
    ("INTEGER", "TOKEN", r"-?[0-9]+(?:\.\.)?", r"[-0-9]", "PRE_DIRECTIVE " + _EXPRESSION),
    (
        "FLOAT",
        "TOKEN",
        r"-?[0-9]+\.[0-9]*(?:[eE][+-]?[0-9]+)?|-?\.[0-9]+(?:[eE][+-]?[0-9]+)?|-?[0-9]+[eE][+-]?[0-9]+",
        r"[-.0-9]",
        "PRE_DIRECTIVE " + _EXPRESSION,
    ),
    ("WORD", "TOKEN", _WORD, r"[a-zA-Z_@]", "PRE_DIRECTIVE DIRECTIVE"),
    ("BRACKETED_WORD", "TOKEN", rf"\{{{_WORD}\}}", r"\{", "PRE_DIRECTIVE DIRECTIVE"),
    ("IDENTIFIER", "TOKEN", r"[a-zA-Z_][a-zA-Z0-9_]*", r"[a-zA-Z_]", "PRE_REFERENCE REFMODIFIER REFMOD2"),
    ("DOT", "TOKEN", r"\.[a-zA-Z_]", r"\.", "REFERENCE REFMODIFIER REFMOD2 REFMOD3"),
    ("LCURLY", "TOKEN", r"\{", r"\{", "PRE_REFERENCE REFERENCE REFMODIFIER REFMOD3"),
    ("RCURLY", "TOKEN", r"\}", r"\}", "PRE_REFERENCE REFERENCE REFMODIFIER REFMOD3"),
    ("TERMINATOR", "SPECIAL", r"(?s:.)", r"(?s:.)", "PRE_REFERENCE REFERENCE REFMODIFIER REFMOD3"),
    ("TERMINATOR", "SPECIAL", r"(?s:.)", r"(?s:.)", "PRE_DIRECTIVE"),
    ("DOUBLE_ESCAPE", "TOKEN", r"\\\\", r"\\", "DEFAULT"),
    ("ESCAPE", "TOKEN", r"\\", r"\\", "DEFAULT"),
    (
        "TEXT",
        "TOKEN",
        rf"(?=[ \t]*[^$#\\\r\n \t\x1c]){_PLAIN}+{NEWLINE}(?:{_PLAIN}*{NEWLINE})*",
        _PLAIN,
        "DEFAULT",
    ),
    ("INLINE_TEXT", "TOKEN", rf"{_PLAIN}+", _PLAIN, "DEFAULT"),
    ("EMPTY_INDEX", "TOKEN", r"\$\[|\$!\[|\$\\!\[|\$\.", r"\$", "DEFAULT PRE_REFERENCE"),
)


def _by_state() -> dict[str, tuple[Rule, ...]]:
    rules: dict[str, list[Rule]] = {state: [] for state in _ANYWHERE.split()}
    for kind, role, pattern, starts, states in _TABLE:
        rule = Rule(kind, role, re.compile(pattern).match, re.compile(starts).match)
        for state in states.split():
            rules[state].append(rule)
    return {state: tuple(found) for state, found in rules.items()}


_RULES = _by_state()
_FIRST: dict[tuple[str, str], tuple[Rule, ...]] = {}


def candidates(state: str, char: str) -> tuple[Rule, ...]:
    """The rules of `state` that may match text beginning with `char`."""
    if char > "\x7f":
        char = "\x7f"  # no rule tells letters beyond ASCII apart
    found = _FIRST.get((state, char))
    if found is None:
        found = tuple(rule for rule in _RULES[state] if rule.starts(char))
        _FIRST[state, char] = found
    return found
