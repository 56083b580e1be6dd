"""`trunkline action …`: one data action."""

from __future__ import annotations

import json
import shlex
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
from trunkline.cli.inputs import complete_action, read_input, read_json_file
from trunkline.domain.json import Json, JsonObject, get
from trunkline.domain.resource import Resource
from trunkline.errors import NotFound, UsageError

if TYPE_CHECKING:
    from trunkline.project.config import Config

_NAME = click.argument("name", shell_complete=complete_action)
_SET = click.option(
    "--set", "-s", "pairs", multiple=True, metavar="NAME=VALUE", help="One input; repeatable."
)
_INPUT = click.option(
    "--input",
    "input_file",
    type=click.Path(path_type=Path, allow_dash=True),
    help="JSON file of inputs; - is stdin.",
)
_SCHEMA = ("contract", "input", "inputSchema")


@click.group()
def action() -> None:
    """One data action: show it, run it offline, test and publish it in an org."""


@action.command()
@_NAME
@project_option
@org_option
@surface_option
@output_option()
def show(name: str, folder: Path | None, org: str | None, surface: str | None, form: str) -> None:
    """Show an action as the org has it (--org), or as the project's file compiles."""
    if org is None:
        resource = _from_project(open_project(folder), name)
    else:
        from trunkline.cli.orgs import open_org

        with open_org(org, surface, folder) as opened:
            resource = opened.find_action(name)
    if form == "json":
        emit_json({"id": resource.remote_id, "version": resource.version, **resource.body})
        return
    from trunkline.domain.action.friendly import to_friendly
    from trunkline.project.write import yaml_text

    if resource.remote_id:
        talk(f"id {resource.remote_id}, version {resource.version}")
    emit(yaml_text(to_friendly(resource.body).document).rstrip())


@action.command()
@_NAME
@_SET
@_INPUT
@click.option(
    "--reply", "reply_file", type=click.Path(path_type=Path, allow_dash=True),
    help="The recorded reply: a JSON body, or {status, headers, body}.",
)  # fmt: skip
@click.option("--status", default=200, show_default=True, help="Status of the recorded reply.")
@click.option(
    "--credential", "credentials", multiple=True, metavar="NAME=VALUE", help="For ${credentials.NAME}."
)
@project_option
@org_option
@output_option()
def run(
    name: str,
    pairs: tuple[str, ...],
    input_file: Path | None,
    reply_file: Path | None,
    status: int,
    credentials: tuple[str, ...],
    folder: Path | None,
    org: str | None,
    form: str,
) -> int:
    """Run an action of the project offline on a recorded reply, and explain every step.

    Without --reply the first reply of the action's tests is used.
    """
    from trunkline.engine.action import recorded
    from trunkline.engine.action import run as run_offline
    from trunkline.render.run import render_run

    config = open_project(folder)
    resource = _from_project(config, name, org)
    given = read_input(pairs, input_file, get(resource.body, _SCHEMA, {}))
    known: dict[str, Json] = {}
    for pair in credentials:
        key, _, value = pair.partition("=")
        known[key] = value
    reply = _reply(config, resource, reply_file, status)
    done = run_offline(resource.body, given, recorded([reply]), credentials=known)
    if form == "json":
        emit_json(done.to_json())
    else:
        emit(render_run(resource.address.name, done))
    return 0 if done.ok else 1


@action.command()
@_NAME
@_SET
@_INPUT
@click.option("--draft", is_flag=True, help="Test the draft, not the published version.")
@org_option
@surface_option
@output_option()
def test(
    name: str,
    pairs: tuple[str, ...],
    input_file: Path | None,
    draft: bool,
    org: str | None,
    surface: str | None,
    form: str,
) -> int:
    """Test an action in the org: it really runs there, step by step."""
    from trunkline.cli.orgs import open_org

    with open_org(org, surface) as opened:
        resource = opened.find_draft(name) if draft else opened.find_action(name)
        given = read_input(pairs, input_file, get(resource.body, _SCHEMA, {}))
        result = opened.actions.test(resource.remote_id or "", given, draft=draft)
    if form == "json":
        emit_json(result)
    else:
        _show_operations(name, result)
    return 0 if result.get("success") else 1


@action.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@org_option
@surface_option
@output_option()
def create(file: Path, org: str | None, surface: str | None, form: str) -> None:
    """Create a draft in the org from FILE: friendly YAML, an exported file, or the guides' form."""
    from trunkline.cli.orgs import open_org
    from trunkline.project.single import read_definition

    body = read_definition(file)
    with open_org(org, surface) as opened:
        action_id = opened.create_action(body)
    where = "".join(f" --{key} {value}" for key, value in (("org", org), ("surface", surface)) if value)
    if form == "json":
        emit_json({"id": action_id, "name": body["name"], "status": "DRAFT"})
        return
    emit(f"created {body['name']} as a draft: id {action_id}")
    talk(f"next: trunkline action publish {shlex.quote(body['name'])}{where}")


@action.command()
@_NAME
@org_option
@surface_option
@output_option()
def publish(name: str, org: str | None, surface: str | None, form: str) -> None:
    """Publish the draft of an action in the org."""
    from trunkline.cli.orgs import open_org

    with open_org(org, surface) as opened:
        published = opened.publish_action(opened.actions.draft_of(name))
    if form == "json":
        emit_json(published)
    else:
        emit(f"published {name}: version {published.get('version')}")


@action.command()
@_NAME
@_SET
@_INPUT
@click.option(
    "--reply",
    "reply_file",
    type=click.Path(path_type=Path, allow_dash=True),
    help="A recorded reply: calls nothing.",
)
@org_option
@surface_option
@output_option()
def verify(
    name: str,
    pairs: tuple[str, ...],
    input_file: Path | None,
    reply_file: Path | None,
    org: str | None,
    surface: str | None,
    form: str,
) -> int:
    """Run the org's published action here, exactly as the cloud would, against the real external API."""
    from trunkline.cli.orgs import open_org
    from trunkline.render.run import render_run

    with open_org(org, surface) as opened:
        resource = opened.find_action(name)
        given = read_input(pairs, input_file, get(resource.body, _SCHEMA, {}))
        replies = None if reply_file is None else [read_json_file(reply_file)]
        done = opened.verify_action(resource.remote_id or "", given, replies)
    if form == "json":
        emit_json(done.to_json())
    else:
        emit(render_run(name, done))
    return 0 if done.ok else 1


def _from_project(config: Config, name: str, org: str | None = None) -> Resource:
    from trunkline.domain.action.fault import nearest
    from trunkline.project.load import load_project

    loaded = load_project(config, org, kinds=("data_action",))
    names = {resource.address.name: resource for resource in loaded.resources}
    if name in names:
        return names[name]
    faults = [str(finding) for finding in loaded.findings]
    meant = nearest(name, names)
    hint = f"did you mean {meant!r}?" if meant else "trunkline check lists what there is"
    raise NotFound(f"the project has no data action {name!r}", hint="; ".join([hint, *faults]))


def _reply(config: Config, resource: Resource, file: Path | None, status: int) -> Json:
    """The recorded reply of a file, else of the action's first test."""
    from trunkline.engine.action import Reply
    from trunkline.project.suite import first_reply

    if file is not None:
        raw = read_json_file(file)
        whole = isinstance(raw, dict) and "body" in raw and raw.keys() <= {"status", "headers", "body"}
        reply: JsonObject = raw if whole else {"status": status, "body": raw}
    else:
        found = first_reply(config.root, resource)
        if found is None:
            raise UsageError(
                f"{resource.address.name} has no recorded reply",
                hint="add --reply FILE, or a case in a *.test.yaml",
            )
        talk("using the reply of its first test; --reply FILE takes another")
        reply = found
    body = reply["body"]
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    return Reply(reply.get("status", 200), reply.get("headers") or {}, text)


def _show_operations(name: str, result: JsonObject) -> None:
    from trunkline.render.style import bold, colour

    emit(bold(name))
    for operation in result.get("operations", []):
        sign = colour("✓", "green") if operation.get("success") else colour("✗", "red")
        emit(f"{sign} {operation.get('step'):>2}. {operation.get('name')}")
        if not operation.get("success"):
            emit(f"       {get(operation, ('error', 'message'), '')}")
    if result.get("success"):
        output = json.dumps(result.get("finalResult"), indent=2, ensure_ascii=False)
        emit(f"{colour('output', 'green')}: {output}")
