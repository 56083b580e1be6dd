"""`trunkline flow validate`."""

from __future__ import annotations

from pathlib import Path

import click

from trunkline.cli.common import emit, output_option, project_if_any, talk
from trunkline.project.validating import flow_files
from trunkline.render.findings import FORMATS
from trunkline.render.validation import file_lines, totals, validation_text


@click.command()
@click.argument("places", nargs=-1, type=click.Path(path_type=Path), metavar="[DIR|FILE]...")
@click.option("--strict", is_flag=True, help="A file with warnings is invalid too.")
@output_option(*FORMATS)
def validate(places: tuple[Path, ...], strict: bool, form: str) -> int:
    """Check files of flows offline: exports (JSON, YAML, .i3*) and Archy's YAML.

    Exit 1 if a file is invalid or a folder is missing; 0 with a remark if there is none to check.
    """
    from trunkline.project.validating import validate as validate_files
    from trunkline.rules import all_rules

    files = list(flow_files(places or (Path(),)))
    if not files:
        talk(f"nothing to validate: no flow files in {', '.join(map(str, places)) or 'this folder'}")
    config = project_if_any()
    results = validate_files(files, config.disabled_rules if config else frozenset())
    if form != "text":
        looked_at = list(results)
        titles = {rule.id: rule.title for rule in all_rules().values()}
        emit(validation_text(looked_at, form, strict=strict, titles=titles))
        return int(any(not each.is_valid(strict=strict) for each in looked_at))
    invalid = 0
    for each in results:
        invalid += not each.is_valid(strict=strict)
        for line in file_lines(each, strict=strict):
            emit(line)
    emit(totals(len(files) - invalid, invalid))
    return int(invalid > 0)
