"""`trunkline script`: one script action of CXone; files of Studio scripts."""

from __future__ import annotations

import json
import os
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
    talk,
)
from trunkline.cli.inputs import read_input
from trunkline.cli.orgs import open_org
from trunkline.cli.script_files import diff, graph, validate
from trunkline.cli.script_snippets import snippets_command
from trunkline.cli.script_studio import history, push, references
from trunkline.domain.json import JsonObject
from trunkline.domain.resource import Resource
from trunkline.errors import InvalidInput, NotFound
from trunkline.project.config import Config
from trunkline.render.style import bold, colour, dim

if TYPE_CHECKING:
    from trunkline.library import Project

_NAME = click.argument("name")
_SET = click.option("--set", "pairs", multiple=True, metavar="KEY=VALUE", help="A field of the input.")
_INPUT = click.option(
    "--input", "input_file", type=click.Path(path_type=Path, allow_dash=True), help="The input as JSON."
)


@click.group()
def script() -> None:
    """One script action of CXone: run it here, test it there, create it; files of Studio scripts."""


@script.command()
@_NAME
@_SET
@_INPUT
@click.option("--timeout", type=click.FloatRange(0.1, 60), default=10, show_default=True, help="Seconds.")
@project_option
@output_option()
def run(
    name: str, pairs: tuple[str, ...], input_file: Path | None, timeout: float, folder: Path | None, form: str
) -> int:
    """Run a script of the project here, in the sandbox."""
    from trunkline.engine.script import Limits, default_engine

    resource = _from_project(open_project(folder), name)
    given = read_input(pairs, input_file, {})
    content = resource.body["script"]["content"]
    done = default_engine().run(content, {"input": given}, limits=Limits(seconds=timeout))
    _show(name, done.to_json(), form)
    return 0 if done.ok else 1


@script.command()
@_NAME
@_SET
@_INPUT
@org_option
@project_option
@output_option()
def test(
    name: str,
    pairs: tuple[str, ...],
    input_file: Path | None,
    org: str | None,
    folder: Path | None,
    form: str,
) -> int:
    """Test a script action in the sandbox of the tenant."""
    from trunkline.clouds.cxone.connecting import cxone

    with open_org(org, "guides", folder, cloud="cxone") as opened:
        scripts = cxone(opened.cloud).scripts
        found = scripts.named(name)
        if not found:
            raise NotFound(f"{opened.name} has no action {name!r}")
        result = scripts.test(found[0].remote_id or "", read_input(pairs, input_file, {}))
    _show(name, result, form)
    return 0 if result.get("status") == "SUCCESS" else 1


@script.command()
@_NAME
@_SET
@_INPUT
@click.option("--webhook-url", metavar="URL", help="Told of the new action; else WEBHOOK_URL.")
@org_option
@project_option
@output_option()
def create(
    name: str,
    pairs: tuple[str, ...],
    input_file: Path | None,
    webhook_url: str | None,
    org: str | None,
    folder: Path | None,
    form: str,
) -> int:
    """Create a script action once, test it in the tenant's sandbox, tell the webhook, put it on record.

    Run it again after a crash or a lost answer: no second action comes of it.
    """
    from trunkline.apply.scripts import ScriptCreation
    from trunkline.clouds.cxone.connecting import cxone
    from trunkline.clouds.dotenv import read_dotenv
    from trunkline.clouds.transport_any import AnyTransport
    from trunkline.library import Project

    project = Project(open_project(folder))
    root = project.config.root
    desired = _checked(project, name)
    others = project.check().loaded.of_kind("script_action")
    url = webhook_url or os.environ.get("WEBHOOK_URL") or read_dotenv(root / ".env").get("WEBHOOK_URL")
    given = read_input(pairs, input_file, {}) or {"testField": "validation_payload"}
    with open_org(org, "guides", root, cloud="cxone") as opened, project.store() as store:
        transport = AnyTransport()
        try:
            creation = ScriptCreation(cxone(opened.cloud).scripts, store, transport)
            done = creation.create(desired, others, given, url)
        finally:
            transport.close()
    if form == "json":
        emit_json({**done.record(), "created": done.created, "test": done.test, "webhook": done.webhook})
    else:
        said = "created" if done.created else "already there:"
        told = f"id {done.action_id}, {done.latency_ms:.0f} ms, {done.attempts} sent"
        emit(f"{colour('✓', 'green')} {said} {bold(name)} {dim(told)}")
        _show(name, done.test, form)
    if done.webhook:
        talk(f"warning: the webhook was not delivered: {done.webhook}")
    return 0 if done.test_passed else 1


script.add_command(validate)
script.add_command(diff)
script.add_command(graph)
script.add_command(snippets_command)
script.add_command(push)
script.add_command(history)
script.add_command(references)


def _from_project(config: Config, name: str) -> Resource:
    from trunkline.domain.action.fault import nearest
    from trunkline.project.load import load_project

    loaded = load_project(config, kinds=("script_action",))
    names = {resource.address.name: resource for resource in loaded.resources}
    if name in names:
        return names[name]
    faults = [str(finding) for finding in loaded.findings]
    meant = nearest(name, names)
    hint = f"did you mean {meant!r}?" if meant else "trunkline check lists what there is"
    raise NotFound(f"the project has no script action {name!r}", hint="; ".join([hint, *faults]))


def _checked(project: Project, name: str) -> Resource:
    """The script action of a name. Raises InvalidInput with every error the rules find in it."""
    from trunkline.domain.finding import Severity

    resource = _from_project(project.config, name)
    findings = project.check().findings
    faults = [
        each for each in findings if each.address == resource.address and each.severity is Severity.ERROR
    ]
    if faults:
        raise InvalidInput(f"{name} has faults: nothing was sent", faults=tuple(map(str, faults)))
    return resource


def _show(name: str, result: JsonObject, form: str) -> None:
    if form == "json":
        emit_json(result)
        return
    good = result.get("status") == "SUCCESS"
    spent = result.get("durationMs")
    emit(f"{colour('✓' if good else '✗', 'green' if good else 'red')} {bold(name)}: {result.get('status')} "
         f"{dim(f'{spent} ms')}")  # fmt: skip
    if good:
        emit(f"  output: {json.dumps(result.get('output'), indent=2, ensure_ascii=False)}")
    error = result.get("error")
    if isinstance(error, dict):
        at = f" (line {error['line']}, column {error.get('column')})" if error.get("line") else ""
        emit(f"  {error.get('name', 'error')}: {error.get('message')}{at}")
    for log in result.get("logs") or []:
        emit(f"  {dim(str(log.get('level')))} {log.get('message')}" if isinstance(log, dict) else f"  {log}")
    for warning in result.get("warnings") or []:
        emit(f"  {colour('warning', 'yellow')}: {warning}")
