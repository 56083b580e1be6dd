"""Rules about the inputs of a data action."""

from __future__ import annotations

import re
from collections.abc import Iterator

from trunkline.domain.action.fault import nearest
from trunkline.domain.action.placeholder import Place, body_place
from trunkline.domain.finding import Severity
from trunkline.domain.json import Path
from trunkline.engine.velocity import Use
from trunkline.rules.actions.view import HEADERS, INPUT_SCHEMA, ActionView
from trunkline.rules.registry import Problem, rule

RAW = "rawRequest"
_NAMES = ("input", "credentials", "authResponse")


@rule(
    "action-undeclared-input",
    Severity.ERROR,
    "A template uses an input that the contract does not declare",
    explanation="A flow can only pass declared inputs. The platform sends the text of the reference itself.",
    example="requestUrlTemplate: /api/v2/users/${input.userID} with an input called userId",
    fix="Declare the input, or use the declared name; names are case-sensitive.",
)
def undeclared_input(action: ActionView) -> Iterator[Problem]:
    told: set[tuple[Path, str]] = set()
    for template, use, name in action.inputs_used():
        if name == RAW or name in action.inputs or (template.path, name) in told:
            continue
        told.add((template.path, name))
        meant = nearest(name, action.inputs)
        hint = f"did you mean {meant}?" if meant else "declare it in the input contract"
        yield Problem(template.path, f"{use.text} is not a declared input", hint)
    for template in action.sent:
        for use in template.uses:
            meant = next((each for each in _NAMES if each.casefold() == use.name.casefold()), None)
            if meant and meant != use.name:
                hint = f"write ${{{meant}.…}}"
                yield Problem(template.path, f"{use.text}: names are case-sensitive", hint)


@rule(
    "action-unused-input",
    Severity.WARNING,
    "A declared input is used nowhere",
    explanation="A flow must fill an input that has no effect, or a template misspells it.",
    example="inputs: {userId: string, note: string} with only ${input.userId} in the templates",
    fix="Use the input, or remove it from the contract.",
)
def unused_input(action: ActionView) -> Iterator[Problem]:
    used = {name for _, _, name in action.inputs_used()}
    whole = any(not use.input for template in action.sent for use in template.of_input())
    if RAW in used or whole or any(template.fault for template in action.sent):
        return
    for name in action.inputs:
        if name not in used:
            yield Problem((*INPUT_SCHEMA, "properties", name), f"input {name} is used nowhere")


_HARMLESS_NAME = re.compile(r"(?:id|guid|uuid)\d*\Z", re.IGNORECASE)


@rule(
    "action-unescaped-url",
    Severity.WARNING,
    "Text of a caller goes into a URL as it is",
    explanation="A blank, &, ? or / in the value changes the request or breaks it.",
    example="/api/v2/routing/queues?name=${input.queueName}",
    fix="/api/v2/routing/queues?name=$esc.uriEncode(${input.queueName})",
)
def unescaped_url(action: ActionView) -> Iterator[Problem]:
    template = action.url
    printed = [use for use, _ in template.printed if not template.text.lstrip().startswith(use.text)]
    names = _free_texts(action, printed)
    if names:
        hint = f"write $esc.uriEncode(${{input.{names[0]}}})"
        yield Problem(template.path, f"inserted without encoding: {', '.join(names)}", hint)


@rule(
    "action-unescaped-json",
    Severity.WARNING,
    "Text of a caller goes into a JSON body as it is",
    explanation="A quote or line break in the value breaks the body, or adds members to it.",
    example='{"textBody": "${input.text}"}',
    fix='{"textBody": "$esc.jsonString(${input.text})"}',
)
def unescaped_json(action: ActionView) -> Iterator[Problem]:
    template = action.request_body
    is_json = body_place(template.text, action.texts(HEADERS)) is Place.JSON
    if action.method == "GET" or not is_json:
        return
    names = _free_texts(action, [use for use, quoted in template.printed if quoted])
    if names:
        hint = f"write $esc.jsonString(${{input.{names[0]}}})"
        yield Problem(template.path, f"inserted without escaping: {', '.join(names)}", hint)


def _free_texts(action: ActionView, uses: list[Use]) -> list[str]:
    """The inputs among `uses` that may be any text: no id, no number, not bound by their contract."""
    return list(dict.fromkeys(use.input for use in uses if use.input and _free_text(action, use.input)))


def _free_text(action: ActionView, name: str) -> bool:
    declared = action.inputs.get(name)
    bound = isinstance(declared, dict) and bool(declared.keys() & {"enum", "pattern"})
    number = action.declared_type(name) in ("number", "integer", "boolean")
    return name != RAW and not (bound or number or _HARMLESS_NAME.search(name))


INPUT_RULES = (undeclared_input, unused_input, unescaped_url, unescaped_json)
