"""`POST /api/v2/flows/dataactions/{id}/test`: run a data action as the guides have it."""

from __future__ import annotations

from trunkline.emulator.call import Answer, Call
from trunkline.emulator.genesys import actions
from trunkline.emulator.genesys.guides.dataactions import READ
from trunkline.emulator.genesys.public.action_runs import run
from trunkline.emulator.routes import Routes

routes = Routes("guides", prefix="/api/v2/flows/dataactions")


@routes.on("POST", "/{actionId}/test", known="assumed", scope=READ)
async def test_action(call: Call) -> Answer:
    """Run the draft, else what is live, with the body as input: {status, output, error?, steps}."""
    record = actions.find(call.org, call["actionId"])
    finished = await run(call, record, actions.current(record))
    return Answer({"status": "SUCCESS" if finished.ok else "ERROR", **finished.to_json()})
