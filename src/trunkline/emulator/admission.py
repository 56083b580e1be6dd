"""Who may use the emulator's own API: programs of this machine, or whoever shows the admin token.

It hands out secrets and changes any org. So an emulator that other machines can reach asks for a token, of
programs of its own machine too: a forwarded port or the emulator's proxy makes a stranger look like one.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping

from starlette.types import Scope

from trunkline.emulator.errors import ApiError
from trunkline.emulator.hosts import is_loopback
from trunkline.errors import UsageError

SHORTEST = 16
"""Characters of an admin token."""


def admin_token(host: str, given: str | None) -> str | None:
    """What an emulator listening on `host` asks for: the token given, or a new one where others get in.

    None on loopback, where nobody else does. Raises UsageError for a token that could be guessed.
    """
    if given is not None and (len(given) < SHORTEST or not given.isascii() or not given.isprintable()):
        raise UsageError(
            f"an admin token has {SHORTEST} characters or more of printable ASCII",
            hint="make one with: python -c 'import secrets; print(secrets.token_urlsafe())'",
        )
    return given or (None if is_loopback(host) else secrets.token_urlsafe(24))


def check(token: str | None, scope: Scope, headers: Mapping[str, str]) -> None:
    """Raises ApiError: 401 without the token, 403 for a page in a browser, or a stranger if none is asked."""
    if "origin" in headers:
        raise ApiError(403, "not.authorized", "The emulator's own API is closed to pages in a browser.")
    if token is not None:
        shown = headers.get("authorization", "").removeprefix("Bearer ").encode()
        if not hmac.compare_digest(shown, token.encode()):
            raise ApiError(
                401,
                "admin.token.required",
                "The emulator's own API asks for its admin token: Authorization: Bearer …",
                headers={"WWW-Authenticate": "Bearer"},
            )
        return
    client = scope.get("client")
    host = headers.get("host", "").rpartition(":")[0].strip("[]") or headers.get("host", "")
    if client is None or not is_loopback(client[0]) or not is_loopback(host):
        raise ApiError(403, "not.authorized", "The emulator's own API answers on this machine alone.")
