"""`/api/v2/oauth/clients`: the OAuth clients of an org. developer.genesys.cloud, "OAuth API".

The secret is answered once, when a client is made.
"""

from __future__ import annotations

from trunkline.domain.json import Json, JsonObject
from trunkline.emulator.call import Answer, Call, no_content
from trunkline.emulator.errors import bad_request, conflict, not_found
from trunkline.emulator.orgs import DAY
from trunkline.emulator.paging import page
from trunkline.emulator.routes import Routes
from trunkline.emulator.store import Document

VALIDITY = range(300, 172_801)
"""Seconds that a token may live."""

routes = Routes("public", prefix="/api/v2/oauth/clients")


@routes.on("GET", "", known="spec", permissions=("oauth:client:view",))
def list_clients(call: Call) -> Answer:
    """The clients of the org, without their secrets."""
    own = [client for client in call.kernel.orgs.clients.values() if client["org"] == call.org.id]
    return Answer(page(call, own, _shape))


@routes.on("GET", "/{clientId}", known="spec", permissions=("oauth:client:view",))
def get_client(call: Call) -> Answer:
    """One client, without its secret."""
    return Answer(_shape(_find(call)))


@routes.on("POST", "", known="spec", permissions=("oauth:client:add",))
def create_client(call: Call) -> Answer:
    """A client for the grant of client credentials, with its secret."""
    body = call.json_object()
    name = body.get("name")
    if not isinstance(name, str) or not name.strip():
        raise bad_request("name must not be null", field="name")
    if body.get("authorizedGrantType") != "CLIENT-CREDENTIALS":
        raise bad_request("The emulator knows the grant CLIENT-CREDENTIALS", field="authorizedGrantType")
    client = call.kernel.orgs.add_client(
        call.org.id,
        name=name,
        scopes=_scopes(body.get("scope")),
        validity=_validity(body.get("accessTokenValiditySeconds")),
    )
    return Answer({**_shape(client), "secret": client["secret"]})


@routes.on("DELETE", "/{clientId}", known="spec", permissions=("oauth:client:delete",))
def delete_client(call: Call) -> Answer:
    """Delete a client; its tokens end. The one that asks stays."""
    client = _find(call)
    if client["id"] == call.caller.client_id:
        raise conflict("A client cannot delete itself")
    call.kernel.orgs.clients.delete(client["id"])
    return no_content()


def _find(call: Call) -> Document:
    client = call.kernel.orgs.clients.get(call["clientId"])
    if client is None or client["org"] != call.org.id:
        raise not_found(f"The client {call['clientId']} does not exist")
    return client


def _scopes(value: Json) -> tuple[str, ...]:
    if value is None:
        return ("*",)
    if not isinstance(value, list) or not all(isinstance(scope, str) for scope in value):
        raise bad_request("scope is a list of names", field="scope")
    return tuple(value) or ("*",)


def _validity(value: Json) -> int:
    if value is None:
        return DAY
    if isinstance(value, bool) or value not in VALIDITY:
        raise bad_request(
            "accessTokenValiditySeconds must be from 300 to 172800", field="accessTokenValiditySeconds"
        )
    return int(value)


def _shape(client: Document) -> JsonObject:
    return {
        "id": client["id"],
        "name": client["name"],
        "accessTokenValiditySeconds": client["validity"],
        "authorizedGrantType": "CLIENT-CREDENTIALS",
        "roleIds": [],
        "scope": [scope for scope in client["scopes"] if scope != "*"],
        "state": "active",
        "selfUri": f"/api/v2/oauth/clients/{client['id']}",
    }
