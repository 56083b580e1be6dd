"""The JSON Schema of flow settings: the one their reader holds files against, with words for people."""

from __future__ import annotations

from trunkline.domain.json import JsonObject, Path
from trunkline.domain.schemas import document
from trunkline.project.flow_settings import FILE

_ROUTING: Path = ("properties", "settings", "properties", "routing")
_SCOPE: Path = (*_ROUTING, "properties", "scope")
_MATRIX: Path = ("properties", "settings", "properties", "configurationMatrix")
_DIRECTIVES: Path = ("properties", "settings", "properties", "scopeDirectives")
_PARAMETER: Path = (*_MATRIX, "patternProperties", "^parameter_[0-9]{2}$")
_SAID: dict[Path, str] = {
    ("properties", "flow"): "The flow's name, or a pattern of one: Main*.",
    ("properties", "settings"): "What is to be; what is left out stays.",
    _ROUTING: "How interactions are routed.",
    (*_ROUTING, "properties", "type"): "The sort of routing, as in skills.",
    (*_ROUTING, "properties", "maxWaitTime"): "Seconds.",
    _SCOPE: "Whom it is for.",
    (*_SCOPE, "properties", "type"): "The org, or one queue, user or team.",
    (*_SCOPE, "properties", "id"): "The id, where no name is given; left out for the org itself.",
    (*_SCOPE, "properties", "queue"): "The queue, by its name.",
    (*_SCOPE, "properties", "user"): "The user, by name.",
    (*_SCOPE, "properties", "team"): "The team, by its name.",
    _MATRIX: "Parameters: parameter_01 and so on.",
    _PARAMETER: "A parameter.",
    (*_PARAMETER, "properties", "key"): "Its key.",
    (*_PARAMETER, "properties", "value"): "Its value.",
    _DIRECTIVES: "To whom the scope applies.",
    (*_DIRECTIVES, "properties", "applyTo"): "Sorts of objects.",
    (*_DIRECTIVES, "properties", "enforceHierarchy"): "Whether what is below must follow.",
}


def settings_schema() -> JsonObject:
    """A file `flows/NAME.settings.yaml`."""
    said = "Settings of a flow, changed in one transaction."
    return document("Trunkline flow settings", said, _described(FILE, ()))


def _described(schema: JsonObject, path: Path) -> JsonObject:
    """A copy with the descriptions put in."""
    copied = {
        key: _described(value, (*path, key)) if isinstance(value, dict) else value
        for key, value in schema.items()
    }
    said = _SAID.get(path)
    return {"description": said, **copied} if said else copied
