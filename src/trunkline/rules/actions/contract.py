"""Rules about the contract of a data action, and whether its output can keep it."""

from __future__ import annotations

from collections.abc import Iterator

from trunkline.domain.action.vendor import RAW_RESULT
from trunkline.domain.finding import Severity
from trunkline.domain.json import Json, JsonObject, Path, get, show_path
from trunkline.engine.contract import Violation, check_schema, violations
from trunkline.rules.actions.sampling import (
    Sampled,
    fitted,
    landings,
    render,
    samples,
    schema_at,
    shape,
)
from trunkline.rules.actions.view import (
    DEFAULTS,
    HEADERS,
    INPUT_SCHEMA,
    MAP,
    OUTPUT_SCHEMA,
    REQUEST,
    RESPONSE,
    TEMPLATE,
    URL,
    ActionView,
)
from trunkline.rules.registry import Problem, rule

_OBJECTS: tuple[Path, ...] = (
    ("config",),
    REQUEST,
    RESPONSE,
    HEADERS,
    MAP,
    DEFAULTS,
    ("contract",),
    INPUT_SCHEMA,
    OUTPUT_SCHEMA,
)
_TEXTS: tuple[Path, ...] = (("name",), URL, TEMPLATE)
_OPTIONAL = {HEADERS, MAP, DEFAULTS, OUTPUT_SCHEMA, TEMPLATE}


@rule(
    "action-malformed",
    Severity.ERROR,
    "A part of the action is missing or has the wrong type",
    explanation="The platform refuses it, and other checks cannot look at it.",
    example="headers: [Accept]",
    fix="Write objects as objects and templates as text.",
)
def malformed(action: ActionView) -> Iterator[Problem]:
    for paths, kind, title in ((_OBJECTS, dict, "an object"), (_TEXTS, str, "text")):
        for path in paths:
            value = get(action.body, path)
            missing = value is None and path not in _OPTIONAL and get(action.body, path[:-1], {}) is not None
            if value is not None and not isinstance(value, kind):
                yield Problem(path, f"{show_path(path)} must be {title}")
            elif missing:
                yield Problem(path, f"{show_path(path)} is missing")
    for path in (HEADERS, MAP, DEFAULTS):
        for name, value in action.object(path).items():
            if not isinstance(value, str):
                yield Problem((*path, name), f"{show_path((*path, name))} must be text")


@rule(
    "action-output-schema",
    Severity.ERROR,
    "The output contract is called outputSchema",
    explanation="The platform reads contract.output.successSchema and ignores any other name.",
    example="contract: {output: {outputSchema: {…}}}",
    fix="Call it successSchema.",
)
def output_schema(action: ActionView) -> Iterator[Problem]:
    output = action.object(("contract", "output"))
    if "successSchema" in output:
        return
    for name in output:
        if name.lower() in {"outputschema", "schema", "successschema"}:
            yield Problem(("contract", "output", name), f"{name} is not read", "call it successSchema")
            return
    yield Problem(("contract", "output"), "the output contract has no successSchema")


@rule(
    "action-contract-schema",
    Severity.ERROR,
    "A contract is no valid JSON Schema",
    explanation="The platform refuses the action, or every call fails.",
    example="type: strng",
    fix="Use the types string, number, integer, boolean, object and array.",
)
def contract_schema(action: ActionView) -> Iterator[Problem]:
    for path in (INPUT_SCHEMA, OUTPUT_SCHEMA):
        schema = get(action.body, path)
        fault = check_schema(schema) if isinstance(schema, dict) else None
        if fault:
            yield Problem(path, fault)


def _checkable(action: ActionView) -> bool:
    schema = action.object(OUTPUT_SCHEMA)
    raw = action.success.text.strip() == RAW_RESULT
    return bool(schema) and not raw and check_schema(schema) is None


_TELLING = {"required", "type", "additionalProperties"}


def _broken(schema: JsonObject, output: Json) -> list[Violation]:
    return [each for each in violations(schema, output) if each.keyword in _TELLING]


@rule(
    "action-output-contract",
    Severity.ERROR,
    "The success template cannot satisfy the output contract",
    explanation="Whatever the reply is, the output is refused.",
    example='required: [id], successTemplate: {"ID": ${id}}',
    fix="Give the output the names and types of the contract.",
)
def output_contract(action: ActionView) -> Iterator[Problem]:
    sampled = render(action, samples(action)) if _checkable(action) else Sampled(fault="not checkable")
    if sampled.fault is not None:
        return
    for each in _broken(action.object(OUTPUT_SCHEMA), fitted(action, sampled.output)):
        where = f"{show_path(each.path)}: " if each.path else ""
        yield Problem(TEMPLATE, f"the output breaks its contract: {where}{each.message}")


@rule(
    "action-path-type",
    Severity.WARNING,
    "A path gives another type than the contract has",
    explanation="Filters, wildcards and .. always give a list, .size() and .length() a number.",
    example='translationMap: {id: "$.entities[*].id"}, output id: string',
    fix='Take the first: ${successTemplateUtils.firstFromArray("${id}", "$esc.quote$esc.quote")}',
)
def path_type(action: ActionView) -> Iterator[Problem]:
    sampled = render(action, samples(action)) if _checkable(action) else Sampled(fault="not checkable")
    schema = action.object(OUTPUT_SCHEMA)
    for each in landings(sampled.output) if sampled.fault is None else ():
        kind = schema_at(schema, each.path).get("type")
        if each.name not in action.paths or not isinstance(kind, str):
            continue
        if each.many and kind != "array":
            hint = f'take the first: ${{successTemplateUtils.firstFromArray("${{{each.name}}}")}}'
            told = f"{each.name} is always a list, {show_path(each.path)} is {kind}"
            yield Problem((*MAP, each.name), told, hint)
        elif kind == "array" and not each.many and shape(action.paths[each.name]).many:
            told = f"{each.name} comes out as one value, {show_path(each.path)} is an array"
            yield Problem((*MAP, each.name), told)


@rule(
    "action-default-contract",
    Severity.WARNING,
    "A default breaks the output contract",
    explanation="Where the reply lacks the path, the action fails although it has a default.",
    example='default "[\\"\\"]" for an output of type integer',
    fix="Choose a default of the type that the contract asks for.",
)
def default_contract(action: ActionView) -> Iterator[Problem]:
    if not _checkable(action):
        return
    schema, values = action.object(OUTPUT_SCHEMA), samples(action)
    usual = render(action, values)
    if usual.fault is not None:
        return
    known = set(_broken(schema, fitted(action, usual.output)))
    for name, text in action.defaults.items():
        sampled = render(action, values, {name: text}) if name in action.paths else usual
        if sampled.fault is not None:
            told = f"with the default of {name} there is no output: {sampled.fault}"
            yield Problem((*DEFAULTS, name), told)
            continue
        for each in _broken(schema, fitted(action, sampled.output)):
            if each not in known:
                told = f"the default of {name} breaks the contract: {show_path(each.path)}: {each.message}"
                yield Problem((*DEFAULTS, name), told)


CONTRACT_RULES = (
    malformed,
    output_schema,
    contract_schema,
    output_contract,
    path_type,
    default_contract,
)
