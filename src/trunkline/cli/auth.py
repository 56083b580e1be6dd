"""`trunkline auth …`: named profiles."""

from __future__ import annotations

import os
import sys
from dataclasses import replace

import click

from trunkline.cli.common import (
    confirm,
    emit,
    emit_json,
    org_name_option,
    org_option,
    output_option,
    project_if_any,
    surface_option,
    talk,
    yes_option,
)
from trunkline.errors import NoTarget, UsageError

SECRET = "TRUNKLINE_CLIENT_SECRET"  # noqa: S105 (the name of a variable)


@click.group()
def auth() -> None:
    """Named profiles of orgs: credentials in the keyring, or in a file only you can read."""


@auth.command()
@org_name_option
@click.option(
    "--cloud", type=click.Choice(("genesys", "cxone")), help="The vendor; implied by --region and --site."
)
@click.option("--region", "--environment", "region", help="Genesys region, as us-east-1, or its domain.")
@click.option("--site", help="CXone site.")
@click.option("--url", help="Base URL instead of a region or site.")
@click.option("--client-id", help="The OAuth client.")
@click.option("--client-secret", help="The secret itself: visible to others; prefer the prompt.")
@click.option("--client-secret-stdin", is_flag=True, help="Read the secret from stdin.")
@click.option("--no-verify", is_flag=True, help="Keep the profile without asking the cloud for a token.")
@surface_option
@output_option()
def login(
    org: str | None,
    cloud: str | None,
    region: str | None,
    site: str | None,
    url: str | None,
    client_id: str | None,
    client_secret: str | None,
    client_secret_stdin: bool,
    no_verify: bool,
    surface: str | None,
    form: str,
) -> None:
    """Keep a profile: where the org is and which client to use. The token is tried first."""
    from trunkline.clouds.profiles import open_profiles
    from trunkline.clouds.redact import Secret

    name = org or "default"
    if sum(value is not None for value in (region, site, url)) != 1:
        raise UsageError("say where the org is", hint="give one of --region, --site and --url")
    fields = {
        "cloud": cloud or ("cxone" if site else "genesys" if region else ""),
        "region": region or "",
        "site": site or "",
        "url": url or "",
        "surface": surface or "",
        "client_id": client_id or _ask_client_id(),
    }
    if not fields["cloud"]:
        from trunkline.clouds.regions import cloud_of

        fields["cloud"] = cloud_of(url or "") or _missing_cloud()
    secret = Secret(_secret(client_secret, client_secret_stdin))
    if not no_verify:
        _verify(name, fields, secret.reveal())
    where = open_profiles().save(name, fields, secret)
    talk(f"profile {name} kept; its secret is in {where}")
    if form == "json":
        given = {key: value for key, value in fields.items() if value}
        emit_json({"profile": name, "secret_in": where, **given})
    talk(f"next: trunkline auth whoami --profile {name}")


@auth.command()
@org_option
@surface_option
@output_option()
def whoami(org: str | None, surface: str | None, form: str) -> None:
    """Ask the org who we are to it."""
    from trunkline.cli.orgs import open_org

    with open_org(org, surface) as opened:
        identity = opened.identity()
    if form == "json":
        emit_json({key.replace(" ", "_"): value for key, value in identity.items()})
        return
    for key, value in identity.items():
        emit(f"{key}: {value}")


@auth.command("list")
@output_option()
def list_profiles(form: str) -> None:
    """The profiles of this user and the orgs of the project."""
    from trunkline.clouds.profiles import open_profiles

    profiles = open_profiles()
    config = project_if_any()
    rows = {name: {**(profiles.fields(name) or {}), "from": "profile"} for name in profiles.names()}
    for name, org in (config.orgs if config else {}).items():
        known = rows.get(name)
        rows[name] = {
            **(known or {}),
            **org,
            "from": "profile and trunkline.toml" if known else "trunkline.toml",
        }
    rows["emulator"] = {"cloud": "genesys", "from": "built in"}
    if form == "json":
        emit_json(rows)
        return
    for name, row in sorted(rows.items()):
        place = row.get("region") or row.get("environment") or row.get("site") or row.get("url") or ""
        emit(f"{name}  {row.get('cloud', '?')}  {place}  ({row['from']})")


@auth.command()
@org_name_option
@yes_option
@output_option()
def logout(org: str | None, yes: bool, form: str) -> None:
    """Forget a profile and its secret."""
    from trunkline.clouds.profiles import open_profiles

    name, profiles = org or "default", open_profiles()
    if name not in profiles.names():
        raise NoTarget(f"there is no profile {name}", hint="trunkline auth list shows them")
    if not confirm(f"Forget the profile {name} and its secret?", yes):
        raise click.Abort
    profiles.delete(name)
    talk(f"profile {name} is gone")
    if form == "json":
        emit_json({"profile": name})


def _ask_client_id() -> str:
    if not sys.stdin.isatty():
        raise UsageError("no client id", hint="add --client-id")
    return click.prompt("Client id", err=True)


def _missing_cloud() -> str:
    raise UsageError("which vendor is at that URL?", hint="add --cloud genesys or --cloud cxone")


def _secret(given: str | None, from_stdin: bool) -> str:
    if given:
        talk("warning: a secret on the command line can be seen; prefer the prompt or --client-secret-stdin")
        return given
    if from_stdin:
        text = sys.stdin.readline().strip()
        if not text:
            raise UsageError("no secret came on stdin")
        return text
    if value := os.environ.get(SECRET):
        return value
    if not sys.stdin.isatty():
        raise UsageError("no client secret", hint=f"add --client-secret-stdin, or set {SECRET}")
    return click.prompt("Client secret", hide_input=True, err=True)


def _verify(name: str, fields: dict[str, str], secret: str) -> None:
    from trunkline.clouds.target import Sources, resolve
    from trunkline.connection import open_target

    given = {key: value for key, value in fields.items() if value}
    sources = Sources(
        {"TRUNKLINE_" + key.upper(): value for key, value in {**given, "client_secret": secret}.items()}
    )
    target = replace(resolve(sources), name=name, origin="as given")
    with open_target(target) as org:
        identity = org.identity()
    talk(f"{name}: signed in to {identity.get('organization') or target.base_url}")
