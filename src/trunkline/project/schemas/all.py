"""Which schemas there are, and which files each is for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from trunkline.domain.action.friendly import editor_schema
from trunkline.domain.condition.editor import condition_schema, data_set_schema
from trunkline.domain.json import JsonObject, file_text
from trunkline.domain.kinds import KINDS
from trunkline.domain.script.editor import script_schema
from trunkline.errors import InvalidInput
from trunkline.project.config import CONFIG_FILE
from trunkline.project.files import write_atomic
from trunkline.project.load import PLAIN
from trunkline.project.schemas.config import config_schema
from trunkline.project.schemas.flowtests import flow_test_schema
from trunkline.project.schemas.objects import object_schema
from trunkline.project.schemas.settings import settings_schema
from trunkline.project.schemas.tests import action_test_schema, script_test_schema


@dataclass(frozen=True, slots=True)
class Schema:
    """One form of file: which files have it, and its JSON Schema (draft 2020-12)."""

    name: str
    files: str
    make: Callable[[], JsonObject]


_FORMS = (
    Schema("trunkline", CONFIG_FILE, config_schema),
    Schema("data-action", "actions/**/*.yaml", editor_schema),
    Schema("action-test", "actions/**/*.test.yaml", action_test_schema),
    Schema("condition", "files of trunkline condition", condition_schema),
    Schema("data-set", "datasets/**/*.yaml", data_set_schema),
    Schema("flow-test", "flows/**/*.flowtest.yaml", flow_test_schema),
    Schema("flow-settings", "flows/**/*.settings.yaml", settings_schema),
    Schema("script-action", "scripts/**/*.yaml", script_schema),
    Schema("script-test", "scripts/**/*.test.yaml", script_test_schema),
)
_OBJECTS = tuple(
    Schema(kind.replace("_", "-"), f"{KINDS[kind].folder}/**/*.yaml", partial(object_schema, KINDS[kind]))
    for kind in PLAIN
)
SCHEMAS: Mapping[str, Schema] = {each.name: each for each in (*_FORMS, *_OBJECTS)}


def schema_file(name: str) -> str:
    """The name of a schema's file."""
    return f"{name}.schema.json"


def schema_text(name: str) -> str:
    """A schema as its file holds it. Raises InvalidInput where there is none of this name."""
    if name not in SCHEMAS:
        raise InvalidInput(f"there is no schema {name}", hint=f"there are {', '.join(SCHEMAS)}")
    return file_text(SCHEMAS[name].make())


def write_schemas(folder: Path, names: Iterable[str] = ()) -> list[str]:
    """Writes the schemas named, or all; the names of their files, in order."""
    chosen = list(names) or list(SCHEMAS)
    texts = {schema_file(name): schema_text(name) for name in chosen}
    for file, text in texts.items():
        write_atomic(folder / file, text)
    return list(texts)
