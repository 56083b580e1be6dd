"""Rules about the script itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from trunkline.domain.finding import Severity
from trunkline.domain.script import Token
from trunkline.rules.registry import Problem, rule
from trunkline.rules.scripts.view import CONTENT, ScriptView


def _at(token: Token, message: str, hint: str | None = None) -> Problem:
    return Problem(CONTENT, message, hint, (token.line, token.column))


@rule(
    "script-syntax",
    Severity.ERROR,
    "The script does not compile",
    explanation="The cloud refuses it with 400.",
    example="let x = ;",
    fix="let x = 0;",
)
def script_syntax(script: ScriptView) -> Iterator[Problem]:
    fault = script.fault
    if fault is not None:
        within = (fault.line, fault.column or 1) if fault.line else None
        line = f": {fault.source_line.strip()}" if fault.source_line else ""
        yield Problem(CONTENT, f"{fault.message}{line}", None, within)


@rule(
    "script-main",
    Severity.ERROR,
    "The script has no function main",
    explanation="It is what the cloud calls, with the context, and what returns the result.",
    example="function run(context) { … }",
    fix="function main(context) { … }",
)
def script_main(script: ScriptView) -> Iterator[Problem]:
    if script.main is None and script.fault is None:
        yield Problem(CONTENT, "the script has no function main(context)")


@rule(
    "script-eval",
    Severity.WARNING,
    "The script makes code out of text",
    explanation="What eval and Function are given cannot be checked, and may come from a caller.",
    example="eval(context.input.formula)",
    fix="Write the code out.",
)
def script_eval(script: ScriptView) -> Iterator[Problem]:
    for at, token in enumerate(script.tokens):
        called = script.text(at + 1) == "(" or script.text(at - 1) == "new"
        if token.sort == "name" and token.text in ("eval", "Function") and called:
            if script.text(at - 1) not in (".", "?.") and script.text(at - 1) != "function":
                yield _at(token, f"{token.text} runs text as code")


@rule(
    "script-endless",
    Severity.ERROR,
    "A loop never ends",
    explanation="The cloud stops the script after its time, and the caller gets nothing.",
    example="while (true) { count++ }",
    fix="Give the loop a condition, or leave it with break or return.",
)
def script_endless(script: ScriptView) -> Iterator[Problem]:
    for at, token in enumerate(script.tokens):
        body = _endless_body(script, at) if token.sort == "name" else None
        if body is not None and not _leaves(script, *body):
            yield _at(token, f"this {token.text} loop has no way out")


def _endless_body(script: ScriptView, at: int) -> tuple[int, int] | None:
    """First and last token of the body of a loop that asks nothing: `while (true)`, `for (;;)`, `do`."""
    if script.text(at - 1) in (".", "?."):
        return None
    word = script.text(at)
    if word == "do":
        end = script.closing(at + 1)
        forever = script.text(at + 1) == "{" and [script.text(end + step) for step in range(1, 5)]
        return (at + 1, end) if forever in (["while", "(", "true", ")"], ["while", "(", "1", ")"]) else None
    if word not in ("while", "for") or script.text(at + 1) != "(":
        return None
    close = script.closing(at + 1)
    if script.text(at - 1) == "}" and script.text(close + 1) == ";":
        return None
    condition = "".join(script.text(step) for step in range(at + 2, close))
    if condition not in (("true", "1", "!0") if word == "while" else (";;", ";true;", ";1;")):
        return None
    if script.text(close + 1) == "{":
        return close + 1, script.closing(close + 1)
    end = next((step for step in range(close + 1, len(script.tokens)) if script.text(step) == ";"), close + 1)
    return close + 1, end


_WAYS_OUT = frozenset({"return", "throw", "yield", "await", "break"})


def _leaves(script: ScriptView, start: int, end: int) -> bool:
    """Whether anything in a loop's body may leave it. What cannot be told counts as leaving."""
    return any(token.sort == "name" and token.text in _WAYS_OUT for token in script.tokens[start : end + 1])


_SECRET_NAME = re.compile(
    r".*(api[-_]?key|secret|passw(or)?d|access[-_]?token|auth[-_]?token|private[-_]?key).*", re.I
)
_SECRET_VALUE = re.compile(
    r"(sk|pk|rk)_(live|test)_\w{10,}|AKIA[0-9A-Z]{16}|gh[pousr]_\w{30,}|xox[abprs]-[\w-]{10,}"
    r"|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*|(Bearer|Basic) [\w+/=.-]{16,}|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)


@rule(
    "script-secret-literal",
    Severity.ERROR,
    "A secret is written into the script",
    explanation="Scripts are kept in git and shown to everybody who may read actions.",
    example='const apiKey = "sk_live_4eC39HqLyjWDarjtT1zdp7dc";',
    fix="Pass it in the input, from where it is kept.",
)
def script_secret(script: ScriptView) -> Iterator[Problem]:
    for at, token in enumerate(script.tokens):
        if token.sort not in ("string", "template"):
            continue
        text = token.text[1:-1]
        named = script.text(at - 1) in ("=", ":") and _SECRET_NAME.fullmatch(script.text(at - 2).strip("'\""))
        if _SECRET_VALUE.search(text) or (named and len(text) >= 8 and " " not in text):
            yield _at(token, "this looks like a secret", "pass it in the input")


CODE_RULES = (script_syntax, script_main, script_eval, script_endless, script_secret)
