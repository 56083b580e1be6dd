"""`trunkline doctor`: is everything there that the commands need?"""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Literal, TypeAlias

import click

from trunkline.cli.common import emit, emit_json, org_option, output_option, surface_option
from trunkline.errors import CloudError, TrunklineError
from trunkline.version import __version__

if TYPE_CHECKING:
    from trunkline.clouds.genesys.public.rights import Rights
    from trunkline.clouds.transport import Response
    from trunkline.org import Org

State: TypeAlias = Literal["ok", "note", "wrong"]
MOST_SKEW = 30.0
"""Seconds that clocks may differ: tokens and windows of quota are timed."""
LIBRARIES = (
    "pyreqwest",
    "msgspec",
    "jsonschema-rs",
    "starlette",
    "uvicorn",
    "keyring",
    "trustme",
    "websockets",
)
PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY")

VIEW = ("integrations:action:view", "integrations:integration:view")
WRITE = ("integrations:action:add", "integrations:action:edit")
NEEDS: dict[str, tuple[str, ...]] = {
    "pull, plan": VIEW,
    "apply, promote": (*VIEW, *WRITE),
    "apply --allow-delete": ("integrations:action:delete",),
    "drift": (*VIEW, "audits:audit:view"),
    "action test --remote": ("integrations:action:execute",),
    "action publish": ("integrations:action:view", "integrations:action:edit"),
    "flow export": ("architect:flow:view",),
}
"""What each command asks the public API for."""
SCOPES: dict[str, tuple[str, ...]] = {
    "pull, plan": ("flow:action:read",),
    "apply, promote": ("flow:action:read", "flow:action:write"),
    "apply --allow-delete": ("flow:action:delete",),
    "flow export": ("flow:read",),
    "settings": ("flow:read", "flow:write", "architect:write"),
    "audit query": ("audit:read",),
    "webhook": ("platform:webhooks:write",),
}
"""What each command's token must carry on the guides' surface."""


@dataclass(frozen=True, slots=True)
class Check:
    """One line: `note` is worth knowing, `wrong` is to be mended."""

    state: State
    what: str
    told: str


@click.command()
@org_option
@surface_option
@output_option()
def doctor(org: str | None, surface: str | None, form: str) -> int:
    """Check credentials, the rights of each command, clock, TLS, proxy, quota and versions.

    Exit code 1 if something is wrong, 3 if no org answers.
    """
    checks = list(_machine())
    trouble: TrunklineError | None = None
    try:
        checks += _org(org, surface)
    except TrunklineError as error:
        trouble = error
    if form == "json":
        emit_json([asdict(check) for check in checks])
    else:
        for check in checks:
            emit(f"{check.state:5}  {check.what}: {check.told}")
    if trouble is not None:
        raise trouble
    return 1 if any(check.state == "wrong" for check in checks) else 0


def _machine() -> Iterator[Check]:
    yield Check(
        "ok", "versions", f"trunkline {__version__}, Python {platform.python_version()} ({sys.platform})"
    )
    yield Check("ok", "libraries", ", ".join(f"{name} {_version(name)}" for name in LIBRARIES))
    proxies = [f"{name}={_without_password(os.environ[name])}" for name in PROXIES if os.environ.get(name)]
    yield Check("note" if proxies else "ok", "proxy", ", ".join(proxies) or "none")
    if authorities := os.environ.get("SSL_CERT_FILE"):
        there = os.path.isfile(authorities)  # noqa: PTH113 (as the HTTP library reads it)
        yield Check(
            "note" if there else "wrong", "SSL_CERT_FILE", authorities + ("" if there else " is not there")
        )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _without_password(url: str) -> str:
    scheme, separator, rest = url.rpartition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"


def _org(name: str | None, surface: str | None) -> Iterator[Check]:
    from trunkline.cli.orgs import open_org

    with open_org(name, surface) as opened:
        target = opened.target
        yield Check(
            "ok", "target", f"{target.name}: {target.cloud} at {target.base_url}, {target.surface} surface"
        )
        yield _encryption(target.base_url)
        identity = opened.identity()
        yield Check(
            "ok",
            "credentials",
            f"client {target.client_id} of {identity.get('organization') or identity.get('tenant', '?')}",
        )
        if target.cloud != "genesys":
            yield Check("note", "rights", "CXone has no call that tells them")
            return
        answer = opened.cloud.session.request("GET", "/api/v2/organizations/me")
        yield _clock(answer)
        yield _quota(answer)
        yield from _rights(opened)


def _encryption(url: str) -> Check:
    from trunkline.clouds.regions import is_loopback

    if url.startswith("https://"):
        return Check("ok", "TLS", "on, and the certificate is trusted")
    if is_loopback(url):
        return Check("note", "TLS", "off; the org is on this machine")
    return Check("wrong", "TLS", "off: the secret crosses the network in the clear")


def _clock(answer: Response) -> Check:
    told = answer.headers.get("date")
    if told is None:
        return Check("note", "clock", "the cloud does not tell its time")
    skew = time.time() - parsedate_to_datetime(told).timestamp()
    side = "ahead of" if skew > 0 else "behind"
    state = "ok" if abs(skew) <= MOST_SKEW else "wrong"
    return Check(state, "clock", f"{abs(skew):.0f} s {side} the cloud's")


def _quota(answer: Response) -> Check:
    count, allowed, reset = (
        answer.headers.get(f"inin-ratelimit-{name}") for name in ("count", "allowed", "reset")
    )
    if count is None or allowed is None:
        return Check(
            "note", "quota", "the cloud does not tell; 300 requests a minute are assumed of a vendor's"
        )
    return Check(
        "ok", "quota", f"{count} of {allowed} requests used; the next window is {reset or '?'} s away"
    )


def _rights(org: Org) -> Iterator[Check]:
    from trunkline.clouds.genesys.public.rights import read_rights

    try:
        rights = read_rights(org.cloud.session)
    except CloudError as error:
        yield Check("note", "rights", f"the org does not tell them: {error}")
        return
    yield from _missing(rights, org.target.surface)


def _missing(rights: Rights, surface: str) -> Iterator[Check]:
    guides = surface == "guides"
    has = rights.has_scope if guides else rights.allows
    for command, needed in (SCOPES if guides else NEEDS).items():
        missing = [name for name in needed if not has(name)]
        if missing:
            kind = "scope" if guides else "permission"
            yield Check("wrong", command, f"the client lacks the {kind} {', '.join(missing)}")
        else:
            yield Check("ok", command, f"may: {', '.join(needed)}")
