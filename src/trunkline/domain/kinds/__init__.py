"""All kinds of resources, by name. A new kind is a declaration in a file of its own and a line here."""

from trunkline.domain.kind import Kind
from trunkline.domain.kinds.data_action import DATA_ACTION
from trunkline.domain.kinds.data_set import DATA_SET
from trunkline.domain.kinds.data_table import DATA_TABLE
from trunkline.domain.kinds.flow import FLOW
from trunkline.domain.kinds.flow_settings import FLOW_SETTINGS
from trunkline.domain.kinds.integration import INTEGRATION
from trunkline.domain.kinds.prompt import PROMPT
from trunkline.domain.kinds.queue import QUEUE
from trunkline.domain.kinds.script_action import SCRIPT_ACTION
from trunkline.domain.kinds.simple import SIMPLE
from trunkline.domain.kinds.studio_script import STUDIO_SCRIPT

_ALL = (
    *SIMPLE,
    INTEGRATION,
    DATA_SET,
    DATA_ACTION,
    DATA_TABLE,
    PROMPT,
    QUEUE,
    FLOW,
    FLOW_SETTINGS,
    SCRIPT_ACTION,
    STUDIO_SCRIPT,
)
KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}

__all__ = [
    "DATA_ACTION",
    "DATA_SET",
    "DATA_TABLE",
    "FLOW",
    "FLOW_SETTINGS",
    "INTEGRATION",
    "KINDS",
    "PROMPT",
    "QUEUE",
    "SCRIPT_ACTION",
    "SIMPLE",
    "STUDIO_SCRIPT",
]
