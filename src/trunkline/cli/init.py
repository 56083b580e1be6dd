"""`trunkline init`."""

from __future__ import annotations

from pathlib import Path

import click

from trunkline.cli.common import emit, emit_json, output_option
from trunkline.project.starter import SCHEMA_FOLDER, start_project


@click.command()
@click.argument("folder", default=".", type=click.Path(path_type=Path, file_okay=False))
@click.option("--name", help="Name of the project; else the folder's.")
@output_option()
def init(folder: Path, name: str | None, form: str) -> None:
    """Start a project in FOLDER that checks and tests green at once."""
    written = start_project(folder, name)
    if form == "json":
        emit_json({"folder": str(folder), "written": written})
        return
    schemas = [file for file in written if file.startswith(f"{SCHEMA_FOLDER}/")]
    for file in written:
        if file not in schemas:
            emit(f"wrote {folder / file}")
    emit(f"wrote {folder / SCHEMA_FOLDER} with {len(schemas)} JSON Schemas for editors")
    emit("next: trunkline check, trunkline test, trunkline plan --org emulator")
