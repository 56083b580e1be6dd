"""What a client may do in its org: its roles' permissions, and the scopes of its token.

`GET /api/v2/authorization/subjects/me`, `GET /api/v2/tokens/me`; developer.genesys.cloud, "Authorization".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from trunkline.clouds.session import Session
from trunkline.domain.json import JsonObject


@dataclass(frozen=True, slots=True)
class Rights:
    """`permissions` are `domain:entity:action`, any part may be `*`; `scopes` are those of the token."""

    permissions: frozenset[str]
    scopes: frozenset[str]

    def allows(self, permission: str) -> bool:
        return _covered(permission, self.permissions)

    def has_scope(self, scope: str) -> bool:
        return _covered(scope, self.scopes)


def read_rights(session: Session) -> Rights:
    """Asks the org. Raises CloudError where it does not tell."""
    subject = session.get_json("/api/v2/authorization/subjects/me")
    told = session.get_json("/api/v2/tokens/me").get("authorizedScope") or []
    scopes = told.split() if isinstance(told, str) else cast("list[str]", told)
    return Rights(frozenset(_permissions(subject)), frozenset(scopes))


def _permissions(subject: JsonObject) -> Iterable[str]:
    for grant in cast("list[dict[str, Any]]", subject.get("grants") or []):
        for policy in grant.get("role", {}).get("policies") or []:
            for action in policy.get("actions") or ["*"]:
                yield f"{policy.get('domain', '*')}:{policy.get('entityName', '*')}:{action}"


def _covered(wanted: str, granted: frozenset[str]) -> bool:
    """`routing:*` and `*` grant all below them, as does `*:*:*`."""
    parts = wanted.split(":")
    for each in granted:
        pattern = each.split(":")
        padded = pattern + ["*"] * (len(parts) - len(pattern)) if pattern[-1] == "*" else pattern
        if len(padded) >= len(parts) and all(
            one in ("*", other) for one, other in zip(padded, parts, strict=False)
        ):
            return True
    return False
