"""The `response:` of the friendly form: map, defaults and template."""

from __future__ import annotations

import json

from trunkline.domain.action.fault import Reader
from trunkline.domain.action.placeholder import from_jsonpath, parse_path, show_steps, to_jsonpath
from trunkline.domain.action.vendor import RAW_RESULT
from trunkline.domain.json import Json, JsonObject

RESPONSE = ("map", "defaults", "template")
TEXT = "$text"
"""`{$text: …}` as a default is its literal text: what is not JSON, or JSON written in another way."""


def read_response(value: Json, reader: Reader) -> JsonObject:
    """The canonical `config.response`."""
    given = reader.object(value, ("response",), RESPONSE)
    paths = reader.object(given.get("map"), ("response", "map"))
    mapping = {name: _expression(path, name, reader) for name, path in paths.items()}
    defaults: JsonObject = {}
    for name, default in reader.object(given.get("defaults"), ("response", "defaults")).items():
        defaults[name] = default_text(default)
        if name not in mapping:
            hint = f"mapped: {', '.join(mapping)}" if mapping else "add it to response.map"
            reader.fault(("response", "defaults", name), f"a default for {name}, which is not mapped", hint)
    template = given.get("template")
    text = reader.text(template, ("response", "template"))
    return {
        "translationMap": mapping,
        "translationMapDefaults": defaults,
        "successTemplate": generated_template(list(mapping)) if template is None else text,
    }


def _expression(value: Json, name: str, reader: Reader) -> str:
    path = ("response", "map", name)
    text = reader.text(value, path).strip()
    if not text and isinstance(value, str):
        reader.fault(path, "a mapping needs a path", "write the keys that lead to the value, as in a.b[0].c")
    if text.startswith(("$", "[", ".")):
        return text
    try:
        return to_jsonpath(parse_path(text))
    except ValueError as error:
        if text.startswith("{{"):
            reader.fault(path, str(error))
        return text


def show_expression(expression: Json) -> Json:
    """A JSONPath as a mapping shows it: as a dotted walk where that compiles to the same text."""
    steps = from_jsonpath(expression) if isinstance(expression, str) else None
    if steps is None or to_jsonpath(steps) != expression or not isinstance(steps[0], str):
        return expression
    walk = show_steps(steps)
    return walk if not walk.startswith("[") else expression


def default_text(value: Json) -> str:
    """The JSON text of a default, as the vendor keeps it."""
    if isinstance(value, dict) and value.keys() == {TEXT}:
        return str(value[TEXT])
    return json.dumps(value, ensure_ascii=False)


def show_default(text: str) -> Json:
    """A default as a value where its text is JSON in our spelling, else as `{$text: …}`."""
    try:
        value = json.loads(text)
    except ValueError:
        return {TEXT: text}
    return value if default_text(value) == text else {TEXT: text}


def generated_template(names: list[str]) -> str:
    """The success template that a mapping alone implies."""
    if not names:
        return RAW_RESULT
    return "{" + ", ".join(f"{json.dumps(name, ensure_ascii=False)}: ${{{name}}}" for name in names) + "}"
