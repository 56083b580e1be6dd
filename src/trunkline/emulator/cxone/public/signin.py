"""Sign-in with access keys, and discovery. An access key is a client of the tenant: its id and secret."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from trunkline.domain.json import JsonObject
from trunkline.emulator.auth import issue, org_of
from trunkline.emulator.call import Answer, Call
from trunkline.emulator.cxone.public.errors import AcdError
from trunkline.emulator.routes import Routes

routes = Routes("oauth", bearer=False, cloud="cxone")


@routes.on("POST", "/authentication/v1/token/access-key", known="client")
def access_key_token(call: Call) -> Answer:
    """A token for {accessKeyId, accessKeySecret}: 400 for half of a key, 401 for a wrong one."""
    body = call.json_object()
    return _token(call, {"username": body.get("accessKeyId"), "password": body.get("accessKeySecret")})


@routes.on("POST", "/auth/token", known="spec")
def password_token(call: Call) -> Answer:
    """A token by the password grant, the access key as user name and password, in a form."""
    fields = call.form()
    if fields.get("grant_type") != "password":
        raise AcdError(400, "unsupported_grant_type", "grant_type must be password")
    return _token(call, fields)


def _token(call: Call, fields: Mapping[str, object]) -> Answer:
    identity, secret = fields.get("username"), fields.get("password")
    if not isinstance(identity, str) or not isinstance(secret, str) or not identity or not secret:
        raise AcdError(400, "invalid_request", "Invalid Input")
    client = call.kernel.orgs.clients.get(identity)
    known = client["secret"] if client is not None else ""
    if client is None or not hmac.compare_digest(known.encode(), secret.encode("utf-8", "surrogateescape")):
        raise AcdError(401, "invalid_grant", "Unauthorized: the access key is not known")
    answer = issue(call.kernel, client, list(client["scopes"]))
    return Answer({**answer, "token_type": "Bearer", "refresh_token": call.kernel.ids.secret()})


@routes.on("GET", "/.well-known/openid-configuration", known="spec")
def openid_configuration(call: Call) -> Answer:
    """Where tokens are asked for."""
    return Answer({"issuer": call.origin, "token_endpoint": f"{call.origin}/auth/token"})


@routes.on("GET", "/.well-known/cxone-configuration", known="spec")
def cxone_configuration(call: Call) -> Answer:
    """Where the APIs of a tenant are; the tenant is that of the token, if there is one."""
    org_id = org_of(call.kernel, call.headers)
    found: JsonObject = {
        "api_endpoint": call.origin,
        "auth_endpoint": call.origin,
        "ui_endpoint": call.origin,
        "area": "na1",
        "tenantId": call.query.get("tenantId") or org_id,
    }
    return Answer(found)
