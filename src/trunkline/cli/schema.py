"""`trunkline schema`."""

from __future__ import annotations

from pathlib import Path

import click

from trunkline.cli.common import emit, emit_json, output_option
from trunkline.project.schemas import SCHEMAS, schema_text, write_schemas
from trunkline.render.style import count


@click.command()
@click.argument("kind", required=False, type=click.Choice([*SCHEMAS]), metavar="[KIND]")
@click.option(
    "--output-dir", "folder", type=click.Path(path_type=Path, file_okay=False),
    help="Write KIND.schema.json into this folder, for KIND or for all kinds.",
)  # fmt: skip
@output_option()
def schema(kind: str | None, folder: Path | None, form: str) -> int:
    """Print the JSON Schema of a kind of file, for editors; without KIND list the kinds.

    They are made from what the readers of the files declare. `trunkline init` writes them to schemas/;
    after an upgrade `trunkline schema --output-dir schemas` writes them anew.
    """
    if folder is not None:
        written = write_schemas(folder, [kind] if kind else ())
        if form == "json":
            emit_json({"folder": str(folder), "written": written})
        else:
            emit(f"wrote {count(len(written), 'schema')} to {folder}")
    elif kind is not None:
        emit(schema_text(kind).rstrip("\n"))
    elif form == "json":
        emit_json([{"kind": each.name, "files": each.files} for each in SCHEMAS.values()])
    else:
        width = max(map(len, SCHEMAS))
        for each in SCHEMAS.values():
            emit(f"{each.name:{width}}  {each.files}")
    return 0
