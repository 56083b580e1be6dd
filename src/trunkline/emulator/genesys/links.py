"""Links that need no token: a secret opens one thing of one org for an hour. Kept in the system partition."""

from __future__ import annotations

from collections.abc import Mapping

from trunkline.emulator.errors import ApiError
from trunkline.emulator.kernel import Kernel
from trunkline.emulator.orgs import Org

LINKS = "presigned"
SECONDS = 3600

UPLOAD_HEADERS = {"x-amz-server-side-encryption": "AES256"}
"""What a client must send along with an upload, as the vendor's storage asks for it."""


def make(kernel: Kernel, org: Org, purpose: str, target: str) -> str:
    """A new secret for `target`."""
    secret = kernel.ids.secret()
    entry = {"org": org.id, "purpose": purpose, "target": target, "expires": org.now() + SECONDS}
    kernel.store.system.documents(LINKS).put(secret, entry)
    return secret


def follow(kernel: Kernel, purpose: str, secret: str) -> tuple[Org, str]:
    """The org and the target. Raises 403 for a link that is unknown, too old or for something else."""
    entry = kernel.store.system.documents(LINKS).get(secret)
    org = kernel.orgs.get(entry["org"]) if entry is not None else None
    if entry is None or org is None or entry["purpose"] != purpose or entry["expires"] <= org.now():
        raise ApiError(403, "not.authorized", "The link is unknown or has expired.")
    return org, entry["target"]


def check_headers(headers: Mapping[str, str]) -> None:
    """Raises 403 where an upload lacks what its link asks for."""
    for name, value in UPLOAD_HEADERS.items():
        if headers.get(name) != value:
            raise ApiError(403, "not.authorized", f"The upload must carry the header {name}: {value}")
