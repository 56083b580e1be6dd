"""Where the APIs of a tenant are: `/.well-known/cxone-configuration`."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from trunkline.clouds.regions import cloud_of
from trunkline.clouds.session import Session
from trunkline.domain.json import Json
from trunkline.errors import CloudError

_PATH = "/.well-known/cxone-configuration"


@dataclass(frozen=True, slots=True)
class Discovered:
    """`api_url` has no slash at its end; `tenant` is the tenant's id, where it is told."""

    api_url: str
    tenant: str | None


def discover(session: Session) -> Discovered:
    """The API host of the tenant. Raises CloudError for one that no token may be sent to."""
    found = session.get_json(_PATH)
    url = _text(found.get("api_endpoint")) or session.target.base_url
    ours = urlsplit(session.target.base_url)
    told = urlsplit(url)
    same_host = (told.scheme, told.netloc) == (ours.scheme, ours.netloc)
    if not same_host and not (told.scheme == "https" and cloud_of(url) == "cxone"):
        raise CloudError(
            f"the API is said to be at {url[:80]}, which is no host of NICE: no token is sent there",
            where=f"GET {_PATH}",
        )
    return Discovered(url.rstrip("/"), _text(found.get("tenantId")))


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) and value else None
