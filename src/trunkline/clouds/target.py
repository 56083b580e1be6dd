"""Which org a command talks to. The first that is there decides; nothing is ever guessed.

1. `--org NAME` (`--profile` is the same): an org of `trunkline.toml`, a profile of `auth login`, or both
2. `TRUNKLINE_*` variables
3. the guides' own variables: `GENESYS_CLOUD_*`, `GENESYS_*`, `CXONE_*`
4. `default_org` of `trunkline.toml`

Variables come from the environment, else from `.env`. What is chosen must be whole: half of an org
ends with NoTarget, which names what is missing, and nothing further down is tried.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from trunkline.clouds.dotenv import read_dotenv
from trunkline.clouds.families import FAMILIES, TRUNKLINE, Family
from trunkline.clouds.profiles import RESERVED, Profiles, open_profiles
from trunkline.clouds.redact import Secret
from trunkline.clouds.regions import Hosts, cloud_of, cxone_hosts, genesys_hosts, is_loopback
from trunkline.errors import NoTarget

CLOUDS = ("genesys", "cxone")
SURFACES = ("public", "guides")
LOCATIONS = ("url", "region", "environment", "site")

_HOW = "choose an org with --org NAME, run: trunkline auth login, or set TRUNKLINE_CLOUD, TRUNKLINE_URL (or \
TRUNKLINE_REGION, TRUNKLINE_SITE), TRUNKLINE_CLIENT_ID and TRUNKLINE_CLIENT_SECRET; for a try: --org emulator"


@dataclass(frozen=True, slots=True)
class Target:
    """An org to talk to, whole.

    `base_url` and `login_url` have no path of the API and no final slash. `origin` says where it was
    found, `notes` what else a user should know of the choice (other variables that were set, plain HTTP).
    """

    cloud: str
    base_url: str
    login_url: str
    surface: str
    client_id: str
    client_secret: Secret
    name: str
    origin: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a target may be found. `orgs` and `default_org` are those of `trunkline.toml`."""

    environ: Mapping[str, str]
    orgs: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    default_org: str | None = None
    profiles: Profiles | None = None

    @classmethod
    def of(
        cls,
        folder: Path,
        orgs: Mapping[str, Mapping[str, str]] | None = None,
        default_org: str | None = None,
        environ: Mapping[str, str] = os.environ,
    ) -> Sources:
        """The environment over `.env` of `folder`, the project's orgs, the user's profiles."""
        variables = {**read_dotenv(folder / ".env"), **environ}
        return cls(variables, orgs or {}, default_org, open_profiles(variables))


def resolve(
    sources: Sources,
    name: str | None = None,
    *,
    surface: str | None = None,
    cloud: str | None = None,
) -> Target:
    """The target, by the order above. `cloud` keeps to one cloud's variables, where a command needs it.

    Raises NoTarget, naming what is missing and how to give it.
    """
    target = _find(sources, name, cloud)
    chosen = surface or sources.environ.get("TRUNKLINE_SURFACE") or target.surface
    if chosen not in SURFACES:
        raise NoTarget(f"no surface {chosen!r}", where=target.name, hint="it is public or guides")
    if cloud and target.cloud != cloud:
        raise NoTarget(
            f"{target.name} is an org of {target.cloud}, and this command needs {cloud}",
            where=target.origin,
            hint=_HOW,
        )
    if target.base_url.startswith("http:") and not is_loopback(target.base_url):
        note = f"{target.base_url} is not encrypted: the secret and every answer can be read on the way"
        target = replace(target, notes=(*target.notes, note))
    return replace(target, surface=chosen)


def chooses_emulator(sources: Sources, name: str | None) -> bool:
    """Whether the choice is the embedded emulator, which is no target until somebody starts it."""
    if name:
        return name in RESERVED
    variables = any(family.is_set(sources.environ) for family in (TRUNKLINE, *FAMILIES))
    return not variables and sources.default_org in RESERVED


def _find(sources: Sources, name: str | None, cloud: str | None) -> Target:
    if name:
        return _named(sources, name, f"--org {name}")
    if TRUNKLINE.is_set(sources.environ):
        return _from_variables(TRUNKLINE, sources.environ, ())
    families = [
        family
        for family in FAMILIES
        if family.is_set(sources.environ) and (cloud is None or family.cloud == cloud)
    ]
    if families:
        notes = tuple(
            f"{family.label} is set too and was not used; {families[0].label} comes first"
            for family in families[1:]
        )
        return _from_variables(families[0], sources.environ, notes)
    if sources.default_org:
        return _named(sources, sources.default_org, "default_org of trunkline.toml")
    raise NoTarget("no org chosen", hint=_HOW)


def _from_variables(family: Family, environ: Mapping[str, str], notes: tuple[str, ...]) -> Target:
    fields = family.fields(environ)
    target = _complete(fields, family.label, family.label, family.variable, notes)
    return replace(target, name=_named_by_host(target.base_url))


def _named_by_host(base_url: str) -> str:
    """A name for an org that has none, fit for a folder: `api.mypurecloud.de`, `127.0.0.1-8642`."""
    return re.sub(r"[^A-Za-z0-9.]+", "-", base_url.partition("://")[2]).strip("-.")


def _named(sources: Sources, name: str, origin: str) -> Target:
    """An org by name: its place as `trunkline.toml` has it, its credentials as the profile has them.

    `TRUNKLINE_<NAME>_CLIENT_ID` and `_CLIENT_SECRET` stand in for a profile, as a CI runner needs. The
    unnamed variables never do: they may belong to another org.
    """
    org = sources.orgs.get(name)
    profile = sources.profiles.fields(name) if sources.profiles else None
    if org is None and profile is None:
        known = sorted({*sources.orgs, *(sources.profiles.names() if sources.profiles else ())})
        listing = f"known are {', '.join(known)}; " if known else ""
        raise NoTarget(
            f"there is no org named {name}", where=origin, hint=f"{listing}run: trunkline auth login"
        )
    prefix = "TRUNKLINE_" + re.sub(r"[^A-Z0-9]+", "_", name.upper())
    fields = _merge(profile or {}, org or {})
    secret = sources.profiles.secret(name) if sources.profiles and profile else None
    if secret:
        fields["client_secret"] = secret.reveal()
    for key in ("client_id", "client_secret"):
        if value := sources.environ.get(f"{prefix}_{key.upper()}"):
            fields[key] = value

    def variable(key: str) -> str:
        if key in ("client_id", "client_secret"):
            return f"{key} ({prefix}_{key.upper()}, or trunkline auth login --profile {name})"
        return f"{key} (in [orgs.{name}] of trunkline.toml)"

    return _complete(fields, name, origin, variable, ())


def _merge(profile: Mapping[str, str], org: Mapping[str, str]) -> dict[str, str]:
    """The project's word on where an org lies goes before the profile's, as one: never half of each.

    A client id stays with the secret it belongs to, the profile's.
    """
    fields = dict(profile)
    if any(org.get(key) for key in LOCATIONS):
        for key in (*LOCATIONS, "login_url"):
            fields.pop(key, None)
    pair = {"client_id"} if profile.get("client_id") else set[str]()
    fields.update({key: value for key, value in org.items() if value and key not in pair})
    return fields


def _complete(
    fields: Mapping[str, str],
    name: str,
    origin: str,
    variable: Callable[[str], str],
    notes: tuple[str, ...],
) -> Target:
    """The target, or NoTarget with everything that is missing at once."""
    cloud = fields.get("cloud") or _implied_cloud(fields)
    location = next((fields[key] for key in LOCATIONS if fields.get(key)), None)
    missing = [
        variable(key)
        for key, value in (
            ("cloud", cloud),
            ("site" if cloud == "cxone" else "url", location),
            ("client_id", fields.get("client_id")),
            ("client_secret", fields.get("client_secret")),
        )
        if not value
    ]
    if missing or not (cloud and location):
        verb = "is" if len(missing) == 1 else "are"
        raise NoTarget(
            f"half of an org: {', '.join(missing)} {verb} missing", where=origin, hint="set what is missing"
        )
    hosts = _hosts(cloud, location, origin)
    return Target(
        cloud=cloud,
        base_url=hosts.base_url,
        login_url=(fields.get("login_url") or hosts.login_url).rstrip("/"),
        surface=fields.get("surface") or SURFACES[0],
        client_id=fields["client_id"],
        client_secret=Secret(fields["client_secret"]),
        name=name,
        origin=origin,
        notes=notes,
    )


def _implied_cloud(fields: Mapping[str, str]) -> str | None:
    """What a place says of its cloud by itself: only CXone has sites, only Genesys has regions."""
    if fields.get("site"):
        return "cxone"
    if fields.get("region") or fields.get("environment"):
        return "genesys"
    return cloud_of(fields.get("url", ""))


def _hosts(cloud: str, location: str, origin: str) -> Hosts:
    if cloud not in CLOUDS:
        raise NoTarget(f"no cloud {cloud!r}", where=origin, hint="it is genesys or cxone")
    try:
        return genesys_hosts(location) if cloud == "genesys" else cxone_hosts(location)
    except ValueError as error:
        raise NoTarget(str(error), where=origin, hint="correct it, or give a whole URL") from None
