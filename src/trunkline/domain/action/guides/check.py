"""Whether a definition of the guides makes sense: every fault at once, with its place."""

from __future__ import annotations

import re

from trunkline.domain.action.fault import Fault, Reader
from trunkline.domain.action.guides.words import INPUT_TYPES, OUTCOMES, body_text
from trunkline.domain.action.placeholder import names, parse_path
from trunkline.domain.action.vendor import METHODS
from trunkline.domain.json import Json, Path


def check(definition: Json) -> tuple[Fault, ...]:
    """Every fault of a definition: wrong types, unknown inputs, mappings that are no path."""
    reader = Reader()
    if not isinstance(definition, dict):
        reader.expected((), "an object", definition)
        return tuple(reader.faults)
    if not reader.text(definition.get("name"), ("name",)).strip():
        reader.fault(("name",), "a data action needs a name")
    reader.choice(definition.get("type"), ("type",), ("rest",))
    inputs = _check_fields(definition.get("inputs"), "inputs", reader)
    outputs = _check_fields(definition.get("outputs"), "outputs", reader)
    _check_integration(definition.get("integration"), inputs, reader)
    _check_mapping(definition.get("responseMapping"), outputs, reader)
    handling = reader.object(definition.get("errorHandling"), ("errorHandling",), ("onError", "onTimeout"))
    for key, value in handling.items():
        reader.choice(value, ("errorHandling", key), OUTCOMES)
    return tuple(reader.faults)


def _check_fields(value: Json, key: str, reader: Reader) -> list[str]:
    if value is not None and not isinstance(value, list):
        reader.expected((key,), "a list", value)
        return []
    seen: list[str] = []
    for index, item in enumerate(value or []):
        path: Path = (key, index)
        given = reader.object(item, path, ("name", "description", "type", "required"))
        name = reader.text(given.get("name"), (*path, "name"))
        if not name:
            reader.fault((*path, "name"), f"each of {key} needs a name")
        elif name in seen:
            reader.fault((*path, "name"), f"{name} is there twice")
        reader.choice(given.get("type"), (*path, "type"), INPUT_TYPES)
        reader.flag(given.get("required"), (*path, "required"))
        seen.append(name)
    return seen


def _check_integration(value: Json, inputs: list[str], reader: Reader) -> None:
    at: Path = ("integration",)
    given = reader.object(value, at, ("url", "method", "headers", "body", "timeout"))
    if not reader.text(given.get("url"), (*at, "url")):
        reader.fault((*at, "url"), "an integration needs a url")
    reader.choice(given.get("method"), (*at, "method"), METHODS)
    timeout = given.get("timeout")
    if timeout is not None and (isinstance(timeout, bool) or not isinstance(timeout, int | float)):
        reader.expected((*at, "timeout"), "a number of seconds", timeout)
    texts: list[tuple[Path, Json]] = [((*at, "url"), given.get("url"))]
    texts.append(((*at, "body"), body_text(given.get("body"))))
    for name, header in reader.object(given.get("headers"), (*at, "headers")).items():
        texts.append(((*at, "headers", name), reader.text(header, (*at, "headers", name))))
    for path, text in texts:
        _check_placeholders(text, path, inputs, reader)


_BRACES = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)


def _check_placeholders(text: Json, path: Path, inputs: list[str], reader: Reader) -> None:
    if not isinstance(text, str):
        return
    for match in _BRACES.finditer(text):
        used = names(match[0])
        if not used:
            reader.fault(path, f"{match[0]!r} is not a placeholder", "write {{name_of_an_input}}")
        elif used[0].partition(".")[0] not in inputs:
            hint = f"inputs: {', '.join(inputs)}" if inputs else "declare it in inputs"
            reader.fault(path, f"{{{{{used[0]}}}}} is not a declared input", hint)
    if _BRACES.sub("", text).count("{{"):
        reader.fault(path, "a placeholder {{ is not closed", "close it with }}")


def _check_mapping(value: Json, outputs: list[str], reader: Reader) -> None:
    mapping = reader.object(value, ("responseMapping",))
    for name, expression in mapping.items():
        path: Path = ("responseMapping", name)
        if name not in outputs:
            hint = f"outputs: {', '.join(outputs)}" if outputs else "declare it in outputs"
            reader.fault(path, f"{name} is not a declared output", hint)
        text = reader.text(expression, path)
        if isinstance(expression, str) and not (
            text.strip().startswith("{{") and text.strip().endswith("}}")
        ):
            reader.fault(path, f"{text!r} is not a mapping", "write {{path.in.the.reply}}")
            continue
        try:
            parse_path(text)
        except ValueError as error:
            reader.fault(path, str(error))
    for name in outputs:
        if name and name not in mapping:
            reader.fault(("responseMapping",), f"output {name} has no mapping", f"add {name}: '{{{{…}}}}'")
