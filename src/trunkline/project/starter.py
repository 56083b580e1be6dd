"""A new project: files that check and test green at once."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from trunkline.errors import Refused
from trunkline.project.config import CONFIG_FILE
from trunkline.project.files import write_atomic
from trunkline.project.schemas import SCHEMAS, schema_file, schema_text

SCHEMA_FOLDER = "schemas"
"""Where editors find the shape of every file; committed, so that it is there in every clone."""

_FILES = {
    "trunkline.toml": CONFIG_FILE,
    "gitignore": ".gitignore",
    "actions/get-local-weather.yaml": "actions/get-local-weather.yaml",
    "actions/get-local-weather.test.yaml": "actions/get-local-weather.test.yaml",
}


def start_project(root: Path, name: str | None = None) -> list[str]:
    """Writes the files of a new project and names them; files that exist are left alone.

    Raises Refused if the folder is a project already.
    """
    if (root / CONFIG_FILE).exists():
        raise Refused(
            f"{root} is a project already", hint=f"edit its {CONFIG_FILE}, or choose another folder"
        )
    template = resources.files("trunkline.project") / "template"
    written: list[str] = []
    for source, target in _FILES.items():
        text = template.joinpath(source).read_text(encoding="utf-8")
        if source == "trunkline.toml":
            text = text.format(name=_quoted(name or root.resolve().name))
        if not (root / target).exists():
            write_atomic(root / target, text)
            written.append(target)
    for kind in SCHEMAS:
        file = f"{SCHEMA_FOLDER}/{schema_file(kind)}"
        if not (root / file).exists():
            write_atomic(root / file, schema_text(kind))
            written.append(file)
    return written


def _quoted(name: str) -> str:
    """A name as the inside of a TOML string."""
    plain = "".join(char if char.isprintable() else " " for char in name)
    return plain.replace("\\", "\\\\").replace('"', '\\"')
