"""Who asks, what they may do, and what time it is.

developer.genesys.cloud, "Authorization API", "Utilities API".
"""

from __future__ import annotations

from trunkline.domain.json import JsonObject
from trunkline.emulator.call import Answer, Call
from trunkline.emulator.clock import stable_guid
from trunkline.emulator.genesys.collection import division_reference, home_division
from trunkline.emulator.routes import Routes

routes = Routes("public", prefix="/api/v2")


@routes.on("GET", "/date", known="spec")
def server_date(call: Call) -> Answer:
    """The org's time."""
    return Answer({"currentDate": call.org.timestamp()})


@routes.on("GET", "/authorization/subjects/me", known="spec")
def own_subject(call: Call) -> Answer:
    """The client's grants: one role with all its permissions, in the home division."""
    client = call.caller.client
    role = stable_guid("role", client["id"])
    grant: JsonObject = {
        "subjectId": client["id"],
        "division": division_reference(home_division(call.org)),
        "role": {
            "id": role,
            "name": f"{client['name']} role",
            "policies": [_policy(permission) for permission in client["permissions"]],
            "default": False,
            "selfUri": f"/api/v2/authorization/roles/{role}",
        },
    }
    uri = f"/api/v2/authorization/subjects/{client['id']}"
    return Answer(
        {"id": client["id"], "name": client["name"], "grants": [grant], "version": 1, "selfUri": uri}
    )


def _policy(permission: str) -> JsonObject:
    """`routing:queue:view` in its three parts; what is left out is all."""
    domain, entity, action, *_ = [*permission.split(":"), "*", "*"]
    return {"domain": domain, "entityName": entity, "actions": [action]}
