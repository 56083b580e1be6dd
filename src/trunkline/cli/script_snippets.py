"""`trunkline script snippets`: the code that Studio scripts hold, as texts that can be read and compared."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from trunkline.cli.common import emit, emit_json, output_option
from trunkline.cli.script_files import script_files
from trunkline.domain.json import JsonObject, digest
from trunkline.domain.studio import snippets
from trunkline.project.files import slug, write_atomic
from trunkline.project.studio import read_script_file
from trunkline.render.style import bold, count, dim


@dataclass(frozen=True, slots=True)
class Snippet:
    """The code of one SNIPPET action."""

    file: Path
    script: str
    action: str
    label: str
    code: str

    @property
    def lines(self) -> int:
        return len(self.code.splitlines())

    @property
    def name(self) -> str:
        """Its file, by number and label of the action: `2-set-up.snippet`."""
        return f"{self.action}-{slug(self.label)}.snippet"


@click.command("snippets")
@click.argument("places", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--output-dir", "folder", type=click.Path(path_type=Path, file_okay=False),
    help="Write DIR/SCRIPT/ACTION-LABEL.snippet, not to stdout.",
)  # fmt: skip
@output_option()
def snippets_command(places: tuple[Path, ...], folder: Path | None, form: str) -> None:
    """Take the code of SNIPPET actions out of Studio scripts, for review; folders are read through.

    Line ends become plain ones and each file ends with one, so that a review shows what changed. The files
    are for reading: what is pushed is the script.
    """
    found = [each for path in script_files(places) for each in _snippets(path)]
    written = _write(found, folder) if folder else {}
    if form == "json":
        emit_json([_row(each, written.get(id(each))) for each in found])
        return
    for each in found:
        told = dim(f"{each.script} [{each.action}], {count(each.lines, 'line')}")
        emit(f"{bold(str(written.get(id(each), each.label)))}  {told}")
        if folder is None:
            emit(each.code)
    emit(count(len(found), "snippet"))


def _snippets(path: Path) -> list[Snippet]:
    resource = read_script_file(path)
    actions = resource.body["actions"]
    return [
        Snippet(path, resource.address.name, key, str(actions[key].get("label") or "snippet"), code)
        for key, code in snippets(resource.body).items()
    ]


def _write(found: list[Snippet], folder: Path) -> dict[int, Path]:
    """Where each snippet went. Scripts whose names give one folder are told apart by a digest."""
    owners: dict[str, str] = {}
    written: dict[int, Path] = {}
    for each in found:
        name = slug(each.script)
        if owners.setdefault(name, each.script) != each.script:
            name = f"{name}-{digest(each.script)[:6]}"
        path = folder / name / each.name
        write_atomic(path, each.code if each.code.endswith("\n") else f"{each.code}\n")
        written[id(each)] = path
    return written


def _row(each: Snippet, path: Path | None) -> JsonObject:
    return {
        "file": str(each.file),
        "script": each.script,
        "action": each.action,
        "label": each.label,
        "lines": each.lines,
        "code": each.code,
        "path": str(path) if path else None,
    }
