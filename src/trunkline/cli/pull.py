"""`trunkline pull`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trunkline.cli.common import (
    emit,
    emit_json,
    open_project,
    org_option,
    output_option,
    project_option,
    surface_option,
    talk,
)
from trunkline.cli.orgs import open_org
from trunkline.domain.json import show_path
from trunkline.domain.kinds import KINDS
from trunkline.domain.resource import Address, Resource
from trunkline.errors import Partial, Refused
from trunkline.project.jsonfile import JsonFault, parse_json
from trunkline.project.pulling import Pull, Pulled, PullResult
from trunkline.project.write import FORMS
from trunkline.render.style import colour, count, dim

if TYPE_CHECKING:
    from trunkline.library import Org

_TINTS = {PullResult.CONFLICT: "red", PullResult.KEPT: "yellow", PullResult.UNCHANGED: "white"}


@click.command()
@project_option
@org_option
@surface_option
@click.option("--kind", "kinds", multiple=True, type=click.Choice(tuple(KINDS)), help="Only this kind.")
@click.option(
    "--as", "shape", type=click.Choice(FORMS), default="vendor", show_default=True, help="Form of new files."
)
@click.option("--mine", "side", flag_value="mine", help="Settle conflicts: keep what the file says.")
@click.option("--theirs", "side", flag_value="theirs", help="Settle conflicts: take what the org has.")
@output_option()
def pull(
    folder: Path | None,
    org: str | None,
    surface: str | None,
    kinds: tuple[str, ...],
    shape: str,
    side: str | None,
    form: str,
) -> int:
    """Bring the org's objects into files; what was edited here is merged, never lost."""
    config = open_project(folder)
    with open_org(org, surface, config.root) as opened:
        gaps = {kind: provider.cannot_hold for kind, provider in opened.cloud.providers.items()}
        pulling = Pull(config, opened.name, shape, side, gaps)
        if opened.target.cloud == "cxone":
            chosen = kinds or tuple(opened.cloud.providers)
            notes = _pull_listed(pulling, opened, chosen)
        else:
            chosen = kinds or ("data_action", "flow")
            listed = [kind for kind in opened.cloud.providers if kind in chosen and kind != "flow"]
            notes = _pull_listed(pulling, opened, listed)
            if (not kinds and opened.target.surface == "public") or "flow" in kinds:
                notes += _pull_flows(pulling, opened)
        gone = pulling.finish(chosen, complete=not notes)
    _report(pulling.results, gone, opened.name, form)
    if notes:
        raise Partial("not everything could be pulled; the rest is written", missing=tuple(notes))
    if any(pulled.result is PullResult.CONFLICT for pulled in pulling.results):
        raise Refused(
            "files and org changed the same fields; those files were left alone",
            hint="edit the files, then pull with --mine; or take the org's side with --theirs",
        )
    return 0


def _pull_listed(pulling: Pull, org: Org, kinds: Sequence[str]) -> list[str]:
    """Kinds whose listing holds the bodies."""
    missing: list[str] = []
    for kind in kinds:
        listing = org.cloud.providers[kind].list()
        for resource in pulling.lock.readdressed(listing.items):
            pulling.take(resource)
        for note in listing.notes if listing.complete else ():
            talk(f"note: {note}")
        if not listing.complete:
            missing += listing.notes or [f"the listing of every {KINDS[kind].title} is not complete"]
    return missing


def _pull_flows(pulling: Pull, org: Org) -> list[str]:
    from trunkline.clouds.base import addresses
    from trunkline.clouds.threads import each
    from trunkline.errors import CloudError

    listing = org.cloud.flows.list()
    notes = [] if listing.complete else list(listing.notes) or ["the listing of flows is not complete"]
    named = addresses("flow", ((flow.id, flow.name) for flow in listing.items))
    flows = {flow.id: flow for flow in listing.items if flow.version() is not None}
    bare = [
        Resource(named[flow.id], {"name": flow.name}, None, flow.id, flow.version())
        for flow in flows.values()
    ]
    wanted: list[Resource] = []
    for resource in pulling.lock.readdressed(bare):
        if pulling.is_current(resource.address, resource.version):
            pulling.keep(resource.address)
        else:
            wanted.append(resource)

    def fetch(resource: Resource) -> bytes | CloudError:
        try:
            return org.cloud.flows.document(flows[resource.remote_id or ""])
        except CloudError as error:
            return error

    for resource, document in zip(wanted, each(fetch, wanted), strict=True):
        problem = _take_flow(pulling, resource, document)
        if problem:
            notes.append(f"{resource.address}: {problem}")
    return notes


def _take_flow(pulling: Pull, resource: Resource, document: bytes | Exception) -> str | None:
    if isinstance(document, Exception):
        return str(document)
    try:
        body = parse_json(document.decode("utf-8"))
    except (JsonFault, UnicodeDecodeError) as error:
        return f"its configuration is broken: {error}"
    if not isinstance(body, dict):
        return "its configuration is not an object"
    pulling.take(Resource(resource.address, body, None, resource.remote_id, resource.version))
    return None


def _report(results: list[Pulled], gone: list[Address], org: str, form: str) -> None:
    if form == "json":
        emit_json(
            {
                "org": org,
                "objects": [
                    {
                        "address": str(pulled.address),
                        "result": str(pulled.result),
                        "file": pulled.file,
                        "clashes": [show_path(clash.path) for clash in pulled.clashes],
                        "notes": list(pulled.notes),
                    }
                    for pulled in results
                ],
                "gone": [str(address) for address in gone],
            }
        )
        return
    for pulled in results:
        if pulled.result is not PullResult.UNCHANGED:
            tint = _TINTS.get(pulled.result, "green")
            emit(f"{colour(str(pulled.result), tint):<9} {pulled.address}  {dim(pulled.file)}")
        for clash in pulled.clashes:
            mine = json.dumps(clash.mine, ensure_ascii=False, default=str)
            theirs = json.dumps(clash.theirs, ensure_ascii=False, default=str)
            emit(f"    {show_path(clash.path)}: the file has {mine}, the org {theirs}")
        for note in pulled.notes:
            label = "left alone" if pulled.result is PullResult.CONFLICT else "not in the file"
            emit(f"    {colour(label, 'yellow')}: {note}")
    for address in gone:
        emit(f"{colour('gone', 'red')}     {address} is no longer in {org}; its file was left alone")
    totals = {result: sum(pulled.result is result for pulled in results) for result in PullResult}
    words = ", ".join(f"{number} {result}" for result, number in totals.items() if number)
    emit(f"pulled {count(len(results), 'object')} from {org}: {words or 'nothing is there'}")
