"""Inputs of a data action given on the command line."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from trunkline.domain.json import Json, JsonObject, get
from trunkline.errors import UsageError
from trunkline.project.files import read_text
from trunkline.project.jsonfile import JsonFault, parse_json
from trunkline.project.yamlfile import scalar


def read_input(pairs: Sequence[str], file: Path | None, schema: JsonObject) -> Json:
    """The input: NAME=VALUE pairs over a JSON file (`-` is stdin). Values take the type the schema gives."""
    given: Json = read_json_file(file) if file else {}
    if pairs and not isinstance(given, dict):
        raise UsageError("NAME=VALUE needs an object as the input", where=str(file))
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals or not name:
            raise UsageError(f"{pair!r} is not NAME=VALUE", hint="write for example latitude=52.5")
        given = {**given, name: _typed(text, get(schema, ("properties", name, "type")))}
    return given


def read_json_file(file: Path) -> Json:
    """The JSON of a file, or of stdin for `-`. Raises UsageError with the line of a fault."""
    text = sys.stdin.read() if str(file) == "-" else read_text(file)
    try:
        return parse_json(text)
    except JsonFault as fault:
        raise UsageError(str(fault), where=f"{file}:{fault.line}") from None


def complete_action(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Names of the project's data actions, for the shell."""
    from trunkline.cli.common import project_if_any
    from trunkline.project.load import load_project

    del ctx, param
    config = project_if_any()
    if config is None:
        return []
    names = [resource.address.name for resource in load_project(config, kinds=("data_action",)).resources]
    return [name for name in names if name.casefold().startswith(incomplete.casefold())]


def _typed(text: str, kind: Json) -> Json:
    if kind == "string":
        return text
    if kind in ("object", "array"):
        try:
            return parse_json(text)
        except JsonFault as fault:
            raise UsageError(f"{text!r} is {fault}") from None
    return scalar(text)
