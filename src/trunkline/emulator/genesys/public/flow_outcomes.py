"""`PUT /api/v2/flows/outcomes/{id}`: the one change that is answered with an Operation. "Architect API"."""

from __future__ import annotations

from trunkline.emulator.call import Answer, Call
from trunkline.emulator.genesys import flows
from trunkline.emulator.genesys.actors import actor
from trunkline.emulator.genesys.collection import Handlers
from trunkline.emulator.genesys.public.flow_shapes import shape_operation
from trunkline.emulator.genesys.public.references import KINDS
from trunkline.emulator.routes import Routes

routes = Routes("public", prefix="/api/v2/flows/outcomes")
_HANDLERS = Handlers(next(kind for kind in KINDS if kind.collection == "flowOutcomes"))


@routes.on("PUT", "/{id}", known="spec", permissions=("architect:flowOutcome:edit",))
def update_outcome(call: Call) -> Answer:
    """Change an outcome; the answer is an Operation, the outcome is changed by then."""
    _HANDLERS.update(call)
    operation = flows.new_operation(call.org, actor(call), "UPDATE")
    return Answer(shape_operation({**operation, "actionStatus": "SUCCESS", "complete": True}))
