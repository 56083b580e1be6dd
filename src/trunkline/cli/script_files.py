"""`trunkline script validate|diff|graph`: files of Studio scripts."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trunkline.cli.common import emit, emit_json, output_option, talk
from trunkline.cli.orgs import open_org
from trunkline.domain.finding import Finding, Severity
from trunkline.domain.resource import Resource
from trunkline.domain.studio import canonical_script, diff_scripts, from_studio
from trunkline.errors import InvalidInput
from trunkline.project.studio import read_script_file
from trunkline.render.style import bold, colour, count

if TYPE_CHECKING:
    from trunkline.org import Org

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
GRAPHS = ("svg", "html", "mermaid", "dot", "text")


@click.command()
@click.argument("places", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--strict", is_flag=True, help="A file with warnings is invalid too.")
@click.option(
    "--org", "--profile", "org", help="Look up there what the scripts name: skills, hours, points of contact."
)
@output_option()
def validate(places: tuple[Path, ...], strict: bool, org: str | None, form: str) -> int:
    """Check files of Studio scripts, JSON or XML, offline; folders are read through."""
    with ExitStack() as stack:
        lacking = (
            _looked_up(stack.enter_context(open_org(org, "public", None, cloud="cxone"))) if org else None
        )
        return _validate(places, strict, form, lacking)


def _looked_up(org: Org) -> Callable[[Resource], list[Finding]]:
    """Warns of what a script names and the tenant does not have."""
    from trunkline.clouds.cxone.connecting import cxone

    studio = cxone(org.cloud).studio

    def lacking(script: Resource) -> list[Finding]:
        found: list[Finding] = []
        for each in studio.unresolved(script.body):
            title = str(script.body["actions"][each.action].get("label") or each.action)
            kind = each.kind.replace("_", " ")
            said = f"{title} [{each.action}] names the {kind} {each.name}, which {org.name} does not have"
            place = script.source.place(each.path) if script.source else None
            hint = "correct the name, or create it there; trunkline script references lists what there is"
            found.append(
                Finding("studio-unresolved", Severity.WARNING, said, script.address, each.path, place, hint)
            )
        return found

    return lacking


def _validate(
    places: tuple[Path, ...], strict: bool, form: str, lacking: Callable[[Resource], list[Finding]] | None
) -> int:
    from trunkline.render.findings import finding_json
    from trunkline.rules import check

    invalid, told = 0, list[dict[str, object]]()
    for path in script_files(places):
        try:
            script = read_script_file(path)
            findings = [*check([script]), *(lacking(script) if lacking else ())]
            lines = [str(each) for each in findings]
        except InvalidInput as error:
            findings, lines = [], list(error.faults)
        wrong = not findings and bool(lines)
        wrong |= any(each.severity is Severity.ERROR or strict for each in findings)
        invalid += wrong
        told.append({"file": str(path), "valid": not wrong, "findings": [*map(finding_json, findings)]})
        if form == "text":
            sign = colour("✗", "red") if wrong else colour("✓", "green")
            emit("\n".join([f"{sign} {bold(str(path))}", *(f"    {line}" for line in lines)]))
    if form == "json":
        emit_json(told)
    else:
        emit(f"{count(len(told) - invalid, 'valid file')}, {invalid} invalid")
    return int(invalid > 0)


def script_files(places: tuple[Path, ...]) -> list[Path]:
    """The files themselves, and every JSON and XML file below the folders."""
    found: list[Path] = []
    for place in places:
        if place.is_dir():
            found += sorted(path for path in place.rglob("*") if path.suffix.lower() in (".json", ".xml"))
        else:
            found.append(place)
    return found


@click.command()
@click.argument("before", type=_FILE)
@click.argument("after", type=_FILE)
@click.option("--exit-code", is_flag=True, help="Exit 2 when there is any difference.")
@output_option()
def diff(before: Path, after: Path, exit_code: bool, form: str) -> int:
    """Show what changed between two files of a Studio script, action by action; drawing is no change."""
    changes = diff_scripts(_body(before), _body(after))
    if form == "json":
        emit_json([each.to_json() for each in changes])
    else:
        for each in changes:
            place = f" [{each.action}]" if each.action else ""
            field = f" {each.field}" if each.field else ""
            told = each.before is not None or each.after is not None
            values = f": {_short(each.before)} → {_short(each.after)}" if told else ""
            emit(f"{each.what} {bold(each.name)}{place}{field}{values}")
        emit(count(len(changes), "difference"))
    return 2 if changes and exit_code else 0


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:80]}…"


def _body(path: Path) -> dict[str, object]:
    body = read_script_file(path).body
    return {key: value for key, value in body.items() if key != "name"}


@click.command()
@click.argument("file", type=_FILE)
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), help="Write a file, not to stdout.")
@output_option(*GRAPHS)
def graph(file: Path, to: Path | None, form: str) -> None:
    """Draw a Studio script: Begin and the events are where it starts."""
    from trunkline.project.files import write_atomic
    from trunkline.render.graph.page import html_page
    from trunkline.render.graph.plain import dot, mermaid, outline
    from trunkline.render.graph.scene import make_scene
    from trunkline.render.graph.svg import Marks, svg_file

    shown = from_studio(canonical_script(_body(file)))
    text = {
        "svg": lambda: svg_file(make_scene(shown)),
        "html": lambda: html_page(make_scene(shown), Marks({}, {}, {})),
        "mermaid": lambda: mermaid(shown),
        "dot": lambda: dot(shown),
        "text": lambda: outline(shown),
    }[form]()
    if to is None:
        emit(text)
        return
    write_atomic(to, text)
    talk(f"wrote {to}")
