"""All kinds of resources, by name. A new kind is a declaration in a file of its own and a line here."""

from trunkline.domain.kind import Kind
from trunkline.domain.kinds.data_action import DATA_ACTION
from trunkline.domain.kinds.flow import FLOW
from trunkline.domain.kinds.script_action import SCRIPT_ACTION

KINDS: dict[str, Kind] = {kind.name: kind for kind in (DATA_ACTION, FLOW, SCRIPT_ACTION)}

__all__ = ["DATA_ACTION", "FLOW", "KINDS", "SCRIPT_ACTION"]
