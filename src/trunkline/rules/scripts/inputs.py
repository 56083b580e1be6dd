"""Rules about the input that a script declares and the fields it uses."""

from __future__ import annotations

from collections.abc import Iterator

from trunkline.domain.action.fault import nearest
from trunkline.domain.finding import Severity
from trunkline.rules.registry import Problem, rule
from trunkline.rules.scripts.view import CONTENT, ScriptView


@rule(
    "script-undeclared-input",
    Severity.ERROR,
    "The script uses an input field that is not declared",
    explanation="Nobody knows to send it: it is undefined.",
    example="inputs: {score: number} · context.input.scores",
    fix="Correct the name, or declare it in inputs.",
)
def undeclared_input(script: ScriptView) -> Iterator[Problem]:
    declared = script.inputs
    if declared is None:
        return
    for use in script.uses:
        if use.field not in declared:
            meant = nearest(use.field, declared)
            hint = f"did you mean {meant}?" if meant else f"declare it: inputs: {{{use.field}: string}}"
            within = (use.token.line, use.token.column)
            yield Problem(CONTENT, f"context.input.{use.field} is not declared", hint, within)


@rule(
    "script-unused-input",
    Severity.WARNING,
    "A declared input field is not used",
    explanation="Callers send it for nothing, or the script names another.",
    example="inputs: {score: number, segment: string} · return context.input.score",
    fix="Use it, or take it out of inputs.",
)
def unused_input(script: ScriptView) -> Iterator[Problem]:
    if script.inputs is None or not script.uses_are_all:
        return
    used = {use.field for use in script.uses}
    for name in script.inputs:
        if name not in used:
            yield Problem(("inputs", name), f"the input {name} is declared and never used")


INPUT_RULES = (undeclared_input, unused_input)
