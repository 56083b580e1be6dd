"""The JSON Schema of `trunkline.toml`."""

from __future__ import annotations

from collections.abc import Mapping

from trunkline.domain.json import JsonObject
from trunkline.domain.schemas import document
from trunkline.project.config_fields import ORG, POLICY, RULES, TOP, Field, Holds

_TYPES: Mapping[Holds, JsonObject] = {
    Holds.TEXT: {"type": "string"},
    Holds.FLAG: {"type": "boolean"},
    Holds.NUMBER: {"type": "number"},
    Holds.WHOLE: {"type": "integer"},
    Holds.TABLE: {"type": "object"},
    Holds.ANY: {},
}
_RULES: JsonObject = {"type": "array", "items": {"type": "string"}}
_VALUES: JsonObject = {"additionalProperties": {"not": {"type": ["object", "array"]}}}


def config_schema() -> JsonObject:
    """A whole `trunkline.toml`."""
    variables = {"variables": {**_shape(TOP["variables"]), **_VALUES}}
    org = _table(ORG, {"variables": {**_shape(ORG["variables"]), **_VALUES}})
    ignore: JsonObject = {**_shape(RULES["ignore"]), "type": "object", "additionalProperties": _RULES}
    rules = _table(RULES, {"disabled": {**_shape(RULES["disabled"]), **_RULES}, "ignore": ignore})
    tables: dict[str, JsonObject] = {
        **variables,
        "orgs": {**_shape(TOP["orgs"]), "additionalProperties": org},
        "rules": {**_shape(TOP["rules"]), **rules},
        "policy": {**_shape(TOP["policy"]), **_table(POLICY, {})},
    }
    return document(
        "trunkline.toml", "A Trunkline project: its orgs, variables and policy.", _table(TOP, tables)
    )


def _table(fields: Mapping[str, Field], finer: Mapping[str, JsonObject]) -> JsonObject:
    shapes = {name: finer.get(name, _shape(field)) for name, field in fields.items()}
    return {"type": "object", "additionalProperties": False, "properties": shapes}


def _shape(field: Field) -> JsonObject:
    shape = {"description": field.said, **_TYPES[field.holds]}
    return {**shape, "examples": [*field.examples]} if field.examples else shape
