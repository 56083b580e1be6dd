"""Running a data action without the cloud: the platform's numbered steps, each with what it produced."""

from trunkline.engine.action.execute import STEPS, run
from trunkline.engine.action.prepared import Branches, Prepared, prepare
from trunkline.engine.action.result import ActionError, Code, Run, Step
from trunkline.engine.action.secrets import MASK
from trunkline.engine.action.wire import Reply, Request, Send, recorded

__all__ = [
    "MASK",
    "STEPS",
    "ActionError",
    "Branches",
    "Code",
    "Prepared",
    "Reply",
    "Request",
    "Run",
    "Send",
    "Step",
    "prepare",
    "recorded",
    "run",
]
