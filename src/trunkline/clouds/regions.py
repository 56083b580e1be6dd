"""Where a cloud answers: Genesys Cloud's regions and hosts, NICE CXone's sites, any URL besides.

Genesys: https://developer.genesys.cloud/platform/api/ (API host `api.<domain>`, login host
`login.<domain>`); an org lives in one region.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

REGIONS = {
    "us-east-1": "mypurecloud.com",
    "us-west-2": "usw2.pure.cloud",
    "us-east-2": "use2.us-gov-pure.cloud",
    "ca-central-1": "cac1.pure.cloud",
    "eu-west-1": "mypurecloud.ie",
    "eu-west-2": "euw2.pure.cloud",
    "eu-central-1": "mypurecloud.de",
    "eu-central-2": "euc2.pure.cloud",
    "eusc-de-east-1": "edee1.eusc-pure.cloud",
    "sa-east-1": "sae1.pure.cloud",
    "mx-central-1": "mxc1.pure.cloud",
    "me-central-1": "mec1.pure.cloud",
    "ap-south-1": "aps1.pure.cloud",
    "ap-southeast-1": "apse1.pure.cloud",
    "ap-southeast-2": "mypurecloud.com.au",
    "ap-northeast-1": "mypurecloud.jp",
    "ap-northeast-2": "apne2.pure.cloud",
    "ap-northeast-3": "apne3.pure.cloud",
}

_PREFIXES = ("api.", "login.", "apps.")
_LOOPBACK = re.compile(r"^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$", re.IGNORECASE)
_SITE = re.compile(r"^[a-z0-9][a-z0-9\-]{0,62}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hosts:
    """Two base URLs without a final slash: the API's, and the one that hands out tokens."""

    base_url: str
    login_url: str


def genesys_hosts(text: str) -> Hosts:
    """The hosts of a region (`us-east-1`), a domain (`mypurecloud.com`), a host or a whole URL.

    Raises ValueError that says what would be accepted.
    """
    text = text.strip()
    if domain := REGIONS.get(text.lower()):
        return Hosts(f"https://api.{domain}", f"https://login.{domain}")
    if "://" in text:
        return _genesys_url(text)
    if re.fullmatch(r"[a-z0-9\-]+(\.[a-z0-9\-]+)+", text, re.IGNORECASE):
        host = text.lower()
        return _genesys_url(f"https://{'api.' + host if host in REGIONS.values() else host}")
    raise ValueError(
        f"{text!r} is no region of Genesys Cloud; give one of {', '.join(REGIONS)}, a domain or a URL"
    )


def cxone_hosts(text: str) -> Hosts:
    """The hosts of a site (`acme`) or a whole URL. Raises ValueError."""
    text = text.strip()
    if "://" in text:
        base = _base(text)
        return Hosts(base, base)
    if not _SITE.match(text):
        raise ValueError(f"{text!r} is no site of CXone; give its name, as in acme, or a URL")
    base = f"https://{text.lower()}.api.nicecxone.com"
    return Hosts(base, base)


def cloud_of(url: str) -> str | None:
    """The cloud whose vendor owns the host of a URL, if one does."""
    host = (urlsplit(url).hostname or "").lower()
    if _below(host, (*REGIONS.values(), "mygenesys.cloud", "genesys.cloud")):
        return "genesys"
    if _below(host, ("nicecxone.com", "niceincontact.com", "nice-incontact.com")):
        return "cxone"
    return None


def origin_of(url: str) -> str:
    """Scheme, host and port as they are written: what decides how a URL is reached."""
    return "/".join(url.split("/", 3)[:3])


def is_loopback(url: str) -> bool:
    """Whether a URL names this very machine. Raises ValueError for what is no URL."""
    return bool(_LOOPBACK.match(urlsplit(url).hostname or ""))


def _below(host: str, domains: tuple[str, ...]) -> bool:
    return any(host == domain or host.endswith("." + domain) for domain in domains)


def _genesys_url(text: str) -> Hosts:
    base = _base(text)
    parts = urlsplit(base)
    for prefix in _PREFIXES:
        if parts.netloc.startswith(prefix):
            rest = parts.netloc.removeprefix(prefix)
            return Hosts(f"{parts.scheme}://api.{rest}", f"{parts.scheme}://login.{rest}")
    return Hosts(base, base)


def _base(text: str) -> str:
    """Scheme, host and port, with a path prefix kept (a gateway's) but not the API's own."""
    parts = _split(text)
    path = re.sub(r"/api/v2/?$", "", parts.path).rstrip("/")
    return f"{parts.scheme}://{parts.netloc.lower()}{path}"


def _split(text: str) -> SplitResult:
    parts = urlsplit(text)
    if "@" in parts.netloc:
        raise ValueError("a URL of a cloud holds no user name or password; give client id and secret")
    try:
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        port_is_fine = False
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_fine:
        raise ValueError(f"{text!r} is no URL of a cloud; write https://host or http://127.0.0.1:port")
    return parts
