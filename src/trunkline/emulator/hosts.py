"""The vendors' host names: what the proxy sends to the emulator and its certificate answers for.

Genesys: developer.genesys.cloud, "Platform API": `api.`, `login.`, `apps.` and `streaming.` of a region's
domain. CXone: developer.niceincontact.com, "Getting started". `mygenesys.cloud` is a name of the guides.
"""

from __future__ import annotations

import ipaddress

GENESYS = (
    "mypurecloud.com",
    "usw2.pure.cloud",
    "use2.us-gov-pure.cloud",
    "cac1.pure.cloud",
    "mypurecloud.ie",
    "euw2.pure.cloud",
    "mypurecloud.de",
    "euc2.pure.cloud",
    "edee1.eusc-pure.cloud",
    "sae1.pure.cloud",
    "mxc1.pure.cloud",
    "mec1.pure.cloud",
    "aps1.pure.cloud",
    "apse1.pure.cloud",
    "mypurecloud.com.au",
    "mypurecloud.jp",
    "apne2.pure.cloud",
    "apne3.pure.cloud",
    "inindca.com",
    "inintca.com",
    "genesys.cloud",
    "mygenesys.cloud",
)
CXONE = (
    "nicecxone.com",
    "api.nicecxone.com",
    "niceincontact.com",
    "nice-incontact.com",
    "nicecxone-gov.com",
    "nicecxone-sov1.au",
    "nicecxone-sov1.eu",
)
DOMAINS = (*GENESYS, *CXONE)
LOCAL = ("localhost", "127.0.0.1", "::1")


def is_vendor(host: str) -> bool:
    """Whether a host is a vendor's domain or one name below it, as the certificate has them."""
    name = host.lower().rstrip(".")
    return name in DOMAINS or name.partition(".")[2] in DOMAINS


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by a name or address that no other machine reaches."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def certificate_names() -> list[str]:
    """Every domain, every name just below one, and this machine."""
    return [name for domain in DOMAINS for name in (domain, f"*.{domain}")] + list(LOCAL)
