"""`/api/v2/tokens/me`: the token that asks. developer.genesys.cloud, "Tokens"."""

from __future__ import annotations

from trunkline.emulator.auth import revoke
from trunkline.emulator.call import Answer, Call
from trunkline.emulator.genesys.public.organization import ORGANIZATION
from trunkline.emulator.routes import Routes

routes = Routes("public", prefix="/api/v2/tokens")


@routes.on("GET", "/me", known="spec")
def token_info(call: Call) -> Answer:
    """TokenInfo: org, client and scopes of the token."""
    caller = call.caller
    described = caller.org.documents(ORGANIZATION).get(caller.org.id)
    organization = {"id": caller.org.id, "name": described["name"] if described else caller.org.name}
    return Answer(
        {
            "organization": organization,
            "homeOrganization": organization,
            "authorizedScope": list(caller.scopes),
            "clonedUser": None,
            "OAuthClient": {
                "id": caller.client_id,
                "name": caller.client["name"],
                "organization": organization,
            },
        }
    )


@routes.on("HEAD", "/me", known="spec")
def token_check(call: Call) -> Answer:
    """200 as long as the token is valid."""
    del call
    return Answer({})


@routes.on("DELETE", "/me", known="spec")
def token_delete(call: Call) -> Answer:
    """Revoke the token."""
    revoke(call.kernel, call.caller)
    return Answer({})
