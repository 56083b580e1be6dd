"""Tokens: who asks, for which org, with what rights.

`POST /oauth/token` takes a form, with the client as HTTP Basic or as fields; `POST /api/v2/oauth/token` takes
the same fields as JSON or as a form. Kept in the system partition: `tokens` {org, client, scopes, expires},
by the SHA-256 of the token.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from trunkline.domain.json import JsonObject
from trunkline.emulator.call import Answer, Call
from trunkline.emulator.errors import ApiError, OAuthError, missing_permission, missing_scope
from trunkline.emulator.kernel import Kernel
from trunkline.emulator.orgs import Org
from trunkline.emulator.routes import Route, Routes
from trunkline.emulator.store import Document

routes = Routes("oauth", bearer=False)


@dataclass(frozen=True, slots=True)
class Caller:
    """A client with a valid token. `token` is the token's id, never the token."""

    org: Org
    client: Document
    token: str
    scopes: tuple[str, ...]

    @property
    def client_id(self) -> str:
        return self.client["id"]

    def check(self, route: Route) -> None:
        """Raises 403 naming the permission or scope that is missing, or the cloud that is another."""
        if route.cloud != self.org.cloud:
            raise ApiError(
                403,
                "not.authorized",
                f"{route.pattern} is an API of {route.cloud}; the token is of a {self.org.cloud} org",
            )
        granted = tuple(self.client["permissions"])
        if route.permissions and not any(grants(granted, name) for name in route.permissions):
            raise missing_permission(route.permissions)
        if route.scope is not None and not grants(self.scopes, route.scope):
            raise missing_scope(route.scope)


@lru_cache(maxsize=4096)
def grants(granted: tuple[str, ...], name: str) -> bool:
    """`*` grants all, `routing:*` all of routing, `routing:queue:*` all of queues."""
    steps = name.split(":")
    wide = ("*", *(":".join([*steps[:count], "*"]) for count in range(1, len(steps))))
    return name in granted or any(pattern in granted for pattern in wide)


def token_id(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def org_of(kernel: Kernel, headers: Mapping[str, str]) -> str | None:
    """The id of the org that a token belongs to, valid or not; None for no token that is known."""
    token = headers.get("authorization", "").partition(" ")[2].strip()
    record = kernel.store.system.documents("tokens").get(token_id(token)) if token else None
    return None if record is None else record["org"]


def expire(kernel: Kernel, headers: Mapping[str, str]) -> None:
    """Let the token of these headers have expired by now."""
    tokens = kernel.store.system.documents("tokens")
    identity = token_id(headers.get("authorization", "").partition(" ")[2].strip())
    record = tokens.get(identity)
    if record is not None:
        tokens.put(identity, {**record, "expires": 0})


def authenticate(kernel: Kernel, headers: Mapping[str, str]) -> Caller:
    """Who sends these headers. Raises 401 saying whether the token is absent, unknown or expired."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise ApiError(
            401,
            "authentication.required",
            "No authentication bearer token specified in authorization header.",
        )
    identity = token_id(token.strip())
    record = kernel.store.system.documents("tokens").get(identity)
    org = kernel.orgs.get(record["org"]) if record is not None else None
    if record is None or org is None:
        raise _bad_credentials("token.unknown")
    if record["expires"] <= org.now():
        raise _bad_credentials("token.expired")
    client = kernel.orgs.clients.get(record["client"])
    if client is None:
        raise _bad_credentials("client.unknown")
    return Caller(org, client, identity, tuple(record["scopes"]))


def _bad_credentials(reason: str) -> ApiError:
    return ApiError(401, "bad.credentials", "Invalid login credentials.", details=[{"errorCode": reason}])


def revoke(kernel: Kernel, caller: Caller) -> None:
    kernel.store.system.documents("tokens").delete(caller.token)


@routes.on("POST", "/oauth/token", known="client")
def login_token(call: Call) -> Answer:
    """A token for client credentials: a form, the client as Basic or as fields."""
    return _token(call, call.form())


@routes.on("POST", "/api/v2/oauth/token", known="assumed")
def api_token(call: Call) -> Answer:
    """A token for client credentials: JSON or a form."""
    is_json = "json" in call.headers.get("content-type", "")
    fields = {key: _field(value) for key, value in call.json_object().items()} if is_json else call.form()
    return _token(call, fields)


def _field(value: object) -> str:
    if isinstance(value, list):
        return " ".join(str(part) for part in value)
    return value if isinstance(value, str) else ""


def _token(call: Call, fields: Mapping[str, str]) -> Answer:
    client = _client(call, fields)
    grant = fields.get("grant_type", "")
    if grant != "client_credentials":
        raise OAuthError(400, "unsupported_grant_type", "grant_type must be client_credentials")
    scopes = _scopes(client, fields.get("scope", ""))
    return Answer(issue(call.kernel, client, scopes), headers={"Cache-Control": "no-store"})


def _client(call: Call, fields: Mapping[str, str]) -> Document:
    identity, secret = _basic(call.headers) or (fields.get("client_id", ""), fields.get("client_secret", ""))
    client = call.kernel.orgs.clients.get(identity)
    known = client["secret"] if client is not None else ""
    if client is None or not hmac.compare_digest(known.encode(), secret.encode("utf-8", "surrogateescape")):
        raise OAuthError(401, "invalid_client", "authentication failed")
    return client


def _basic(headers: Mapping[str, str]) -> tuple[str, str] | None:
    scheme, _, encoded = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        identity, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise OAuthError(401, "invalid_client", "authentication failed") from error
    return identity, secret


def _scopes(client: Document, asked: str) -> list[str]:
    """What was asked for, or all that the client has. Raises 400 for a scope it does not have."""
    scopes = asked.split()
    refused = [scope for scope in scopes if not grants(tuple(client["scopes"]), scope)]
    if refused:
        raise OAuthError(400, "invalid_scope", f"the client lacks the scope: {', '.join(refused)}")
    return scopes or list(client["scopes"])


def issue(kernel: Kernel, client: Document, scopes: list[str]) -> JsonObject:
    """A new token; those of the same client that have expired are forgotten."""
    org = kernel.orgs.get(client["org"])
    if org is None:
        raise OAuthError(401, "invalid_client", "authentication failed")
    kernel.limits.login(org, client["id"])
    tokens = kernel.store.system.documents("tokens")
    now = org.now()
    for identity, record in tokens.items():
        if record["client"] == client["id"] and record["expires"] <= now:
            tokens.delete(identity)
    token = kernel.ids.secret() + kernel.ids.secret()
    expires = now + client["validity"]
    tokens.put(token_id(token), {"org": org.id, "client": client["id"], "scopes": scopes, "expires": expires})
    answer: JsonObject = {
        "access_token": token,
        "token_type": "bearer",
        "expires_in": max(1, client["validity"] - 1),
    }
    if scopes != ["*"]:
        answer["scope"] = " ".join(scopes)
    return answer
