"""The friendly form of a script action: YAML beside a `.js` file.

name: customer_score_calc
description: Weighs the score of a customer
depends_on: [base_enrichment]
inputs: {score: number, segment: string}
enabled: true
script: customer_score_calc.js     # else the .js file of the same name
"""

from __future__ import annotations

from trunkline.domain.action.fault import Reader
from trunkline.domain.json import Json, JsonObject

FIELDS = ("name", "description", "depends_on", "inputs", "enabled", "script")
TYPES = ("string", "number", "integer", "boolean", "object", "array", "any")


def read_script(value: Json, reader: Reader) -> tuple[JsonObject, str | None]:
    """The canonical body without its script, and the script's file if it is named. Faults go to `reader`."""
    given = reader.object(value, (), FIELDS)
    name = reader.text(given.get("name"), ("name",))
    if not name:
        reader.fault(("name",), "a script action needs a name")
    body: JsonObject = {
        "name": name,
        "description": reader.text(given.get("description"), ("description",)),
        "type": "SCRIPT",
        "trigger": {"type": "MANUAL"},
        "script": {"language": "JavaScript", "content": ""},
        "enabled": reader.flag(given.get("enabled"), ("enabled",), default=True),
        "dependencies": _names(given.get("depends_on"), reader),
    }
    if "inputs" in given:
        body["inputs"] = _inputs(given["inputs"], reader)
    return body, reader.text(given.get("script"), ("script",)) or None


def _names(value: Json, reader: Reader) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list):
        reader.expected(("depends_on",), "a list of names", value)
        return []
    return [reader.text(each, ("depends_on", index)) for index, each in enumerate(value)]


def _inputs(value: Json, reader: Reader) -> JsonObject:
    given = reader.object(value, ("inputs",))
    return {name: reader.choice(kind, ("inputs", name), TYPES) or "any" for name, kind in given.items()}


def write_script(body: JsonObject, script_file: str) -> JsonObject:
    """The friendly document of a body; `script_file` is the name of its `.js` file."""
    document: JsonObject = {"name": body["name"]}
    if body.get("description"):
        document["description"] = body["description"]
    if body.get("dependencies"):
        document["depends_on"] = list(body["dependencies"])
    if body.get("inputs"):
        document["inputs"] = body["inputs"]
    if body.get("enabled") is False:
        document["enabled"] = False
    document["script"] = script_file
    return document
