"""`when:` of the friendly form: the conditions of an action, `conditions` of the canonical body."""

from __future__ import annotations

from trunkline.domain.action.fault import Reader
from trunkline.domain.condition.read import read_conditions
from trunkline.domain.condition.write import origins, to_wire, when_of
from trunkline.domain.json import Json, JsonObject, Path


def read_when(value: Json, body: JsonObject, reader: Reader) -> dict[Path, Path]:
    """Puts the conditions into the body, as on the wire; where each of their nodes was written."""
    if value is None:
        return {}
    read = read_conditions(value, ("when",))
    reader.faults += read.faults
    body["conditions"] = [to_wire(tree) for tree in read.trees]
    found: dict[Path, Path] = {("conditions",): ("when",)}
    for index, tree in enumerate(read.trees):
        found |= origins(tree, ("conditions", index))
    return found


def write_when(conditions: Json) -> Json:
    """What `when:` says for the conditions of a body; None where they make no sense."""
    if not isinstance(conditions, list) or read_conditions(conditions).faults:
        return None
    return when_of(conditions)
