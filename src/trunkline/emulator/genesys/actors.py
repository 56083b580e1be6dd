"""Who did something, as records keep it."""

from __future__ import annotations

from trunkline.emulator.call import Call
from trunkline.emulator.genesys.records import Actor


def actor(call: Call) -> Actor:
    """The client whose token asks."""
    client = call.caller.client
    return {"kind": "client", "id": client["id"], "name": client["name"]}
