"""Rules about the mapping of a reply and the success template."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from trunkline.domain.action.fault import nearest
from trunkline.domain.finding import Severity
from trunkline.rules.actions.sampling import any_rendering
from trunkline.rules.actions.view import DEFAULTS, MAP, TEMPLATE, TOOLS, ActionView
from trunkline.rules.registry import Problem, rule


@rule(
    "action-jsonpath-syntax",
    Severity.ERROR,
    "A path of the translation map does not parse",
    explanation="Every call fails at the translation map.",
    example="ids: $.entities[?(@.id == 'x'",
    fix="Close brackets and quotes; the dialect is Jayway's.",
)
def jsonpath_syntax(action: ActionView) -> Iterator[Problem]:
    for name, path in action.paths.items():
        if isinstance(path, ValueError):
            yield Problem((*MAP, name), f"{action.mapping[name]}: {path}")


def _unmapped(action: ActionView) -> dict[str, str]:
    """Names that the success template uses and nothing gives a value to, with how it writes them."""
    known = action.success.assigned | TOOLS | action.mapping.keys()
    return {use.name: use.text for use in action.success.uses if use.name not in known and not use.escaped}


@rule(
    "action-unmapped-name",
    Severity.ERROR,
    "The success template uses a name that is not mapped",
    explanation="The template is strict: every call fails with 'Variable $x has not been set'.",
    example='translationMap: {presence: $.p}, successTemplate: {"p": ${Presences}}',
    fix="Map the name, or use a mapped one; names are case-sensitive.",
)
def unmapped_name(action: ActionView) -> Iterator[Problem]:
    for root, source in _unmapped(action).items():
        meant = nearest(root, [*action.mapping, "rawResult"])
        yield Problem(TEMPLATE, f"{source} is not mapped", f"did you mean ${{{meant}}}?" if meant else None)


@rule(
    "action-unused-mapping",
    Severity.WARNING,
    "A mapped name is not used in the success template",
    explanation="Its value never reaches the output.",
    example="translationMap: {id: $.id}, successTemplate: ${rawResult}",
    fix="Use ${name} in the success template, or remove the mapping.",
)
def unused_mapping(action: ActionView) -> Iterator[Problem]:
    used = {use.name for use in action.success.uses}
    for name in action.mapping if not action.success.fault else ():
        if name not in used:
            yield Problem((*MAP, name), f"{name} is mapped and never used")


@rule(
    "action-missing-default",
    Severity.INFO,
    "A mapped path has no default",
    explanation="Where the reply lacks the path, the action fails instead of giving an empty value.",
    example="translationMap: {id: $.id}, translationMapDefaults: {}",
    fix='Add a default as JSON text, as in "\\"\\"" or "[]", unless failing is what you want.',
)
def missing_default(action: ActionView) -> Iterator[Problem]:
    for name in action.mapping:
        if name not in action.defaults:
            yield Problem((*MAP, name), f"{name} has no default: the action fails where the reply lacks it")


@rule(
    "action-default-not-json",
    Severity.WARNING,
    "A default is not JSON",
    explanation="A default is put into the template as it is; plain words make the output invalid.",
    example="translationMapDefaults: {state: UNKNOWN}",
    fix='Write JSON text: "\\"UNKNOWN\\"".',
)
def default_not_json(action: ActionView) -> Iterator[Problem]:
    for name, text in action.defaults.items():
        try:
            json.loads(text)
        except ValueError:
            yield Problem((*DEFAULTS, name), f"the default {text!r} is not JSON", f"write {json.dumps(text)}")


@rule(
    "action-default-unmapped",
    Severity.WARNING,
    "A default belongs to no mapped name",
    explanation="It is never used; often the name is misspelled.",
    example="translationMap: {ids: $..id}, translationMapDefaults: {id: []}",
    fix="Give it the name of the mapping.",
)
def default_unmapped(action: ActionView) -> Iterator[Problem]:
    for name in action.defaults:
        if name not in action.mapping:
            meant = nearest(name, action.mapping)
            hint = f"did you mean {meant}?" if meant else None
            yield Problem((*DEFAULTS, name), f"a default for {name}, which is not mapped", hint)


_NO_DOLLAR = re.compile(r"(?<![$!\\])\{([A-Za-z_][\w.]*)\}")


@rule(
    "action-missing-dollar",
    Severity.WARNING,
    "A name stands in braces without $",
    explanation="Without the $ it is plain text, and the output is not JSON.",
    example="successTemplate: {rawResult}",
    fix="successTemplate: ${rawResult}",
)
def missing_dollar(action: ActionView) -> Iterator[Problem]:
    known = {*action.mapping, "rawResult"}
    for match in _NO_DOLLAR.finditer(action.success.text):
        if match[1] in known:
            yield Problem(TEMPLATE, f"{match[0]} has no $", f"write ${match[0]}")


@rule(
    "action-quoted-value",
    Severity.WARNING,
    "A mapped value stands between quotes",
    explanation='Texts arrive with their own quotes: "${name}" becomes ""text"".',
    example='{"name": "${name}"}',
    fix='{"name": ${name}}',
)
def quoted_value(action: ActionView) -> Iterator[Problem]:
    told: set[str] = set()
    for use, quoted in action.success.printed:
        if quoted and use.name in action.mapping and use.name not in told:
            told.add(use.name)
            yield Problem(TEMPLATE, f"{use.text} stands between quotes", f"write {use.text} without them")


@rule(
    "action-success-template",
    Severity.ERROR,
    "The success template makes no JSON",
    explanation="Whatever the reply is, the action fails at the output transformation.",
    example='{"id": ${id}, "name": ${name}',
    fix="Close what is open, put commas between members and quotes around their names.",
)
def success_template(action: ActionView) -> Iterator[Problem]:
    if action.success.fault or any(_unmapped(action)):
        return
    sampled = any_rendering(action)
    if sampled.fault:
        yield Problem(TEMPLATE, f"with sample values it makes no JSON: {sampled.fault}")


@rule(
    "action-trailing-text",
    Severity.WARNING,
    "Text follows the JSON of the success template",
    explanation="The platform ignores it today, as its JSON reader stops at the end of the first value.",
    example='{"id": ${id}}}',
    fix="Remove what follows the last bracket.",
)
def trailing_text(action: ActionView) -> Iterator[Problem]:
    sampled = any_rendering(action)
    if sampled.trailing:
        yield Problem(TEMPLATE, f"{sampled.trailing[:40]!r} follows the JSON")


RESPONSE_RULES = (
    jsonpath_syntax,
    unmapped_name,
    unused_mapping,
    missing_default,
    default_not_json,
    default_unmapped,
    missing_dollar,
    quoted_value,
    success_template,
    trailing_text,
)
