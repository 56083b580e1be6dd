"""`trunkline flow validate`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trunkline.cli.calling import call_options
from trunkline.cli.common import complete_org, emit, output_option, project_if_any, talk
from trunkline.cli.orgs import open_org
from trunkline.errors import UsageError
from trunkline.project.validating import Validated, flow_files
from trunkline.project.validating import validate as validate_files
from trunkline.render.findings import FORMATS
from trunkline.render.validation import file_lines, totals, validation_text

if TYPE_CHECKING:
    from trunkline.clouds.genesys.public.flow_lookup import FlowLookup
    from trunkline.org import Org


@click.command()
@click.argument("places", nargs=-1, type=click.Path(path_type=Path), metavar="[DIR|FILE]...")
@click.option("--strict", is_flag=True, help="A file with warnings is invalid too.")
@click.option(
    "--org",
    "--profile",
    "org",
    metavar="NAME",
    shell_complete=complete_org,
    help="Look up there what the flows name: queues, data actions, prompts, …",
)
@call_options
@output_option(*FORMATS)
def validate(places: tuple[Path, ...], strict: bool, org: str | None, form: str) -> int:
    """Check files of flows: exports (JSON, YAML, .i3*) and Archy's YAML. Offline, but for --org.

    With --org, what a flow names is looked up in that org: missing objects, other contracts of data actions,
    prompts without a language.

    Exit 1 if a file is invalid or a folder is missing; 0 with a remark if there is none to check.
    """
    files = list(flow_files(places or (Path(),)))
    if not files:
        talk(f"nothing to validate: no flow files in {', '.join(map(str, places)) or 'this folder'}")
    config = project_if_any()
    disabled = config.disabled_rules if config else frozenset[str]()
    if org is None:
        return _tell(validate_files(files, disabled), strict, form)
    with open_org(org, "public") as opened:
        lookup = _lookup(opened)
        code = _tell(validate_files(files, disabled, lookup), strict, form)
        for note in lookup.notes:
            talk(f"not looked up in {opened.name}: {note}")
        return code


def _lookup(org: Org) -> FlowLookup:
    from trunkline.clouds.genesys.public.flow_lookup import FlowLookup

    if org.cloud.target.cloud != "genesys":
        raise UsageError(f"{org.name} has no flows of Architect", hint="name an org of Genesys Cloud")
    return FlowLookup(org.name, org.cloud.references, org.cloud.providers["data_action"])


def _tell(results: Iterator[Validated], strict: bool, form: str) -> int:
    from trunkline.rules import all_rules

    if form != "text":
        looked_at = list(results)
        titles = {rule.id: rule.title for rule in all_rules().values()}
        emit(validation_text(looked_at, form, strict=strict, titles=titles))
        return int(any(not each.is_valid(strict=strict) for each in looked_at))
    valid = invalid = 0
    for each in results:
        is_valid = each.is_valid(strict=strict)
        valid, invalid = valid + is_valid, invalid + (not is_valid)
        for line in file_lines(each, strict=strict):
            emit(line)
    emit(totals(valid, invalid))
    return int(invalid > 0)
