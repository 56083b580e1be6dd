"""A file with a condition, as the commands of `trunkline condition` take it."""

from __future__ import annotations

from pathlib import Path

import click

from trunkline.cli.common import project_if_any
from trunkline.domain.action.fault import Fault
from trunkline.domain.condition import Catalogue, Limits, check_tree
from trunkline.errors import InvalidInput
from trunkline.project.checking import limits_of
from trunkline.project.conditions import ConditionFile, project_catalogue, read_condition_file

FILE = click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
FILES = click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False)
)


def open_file(file: Path) -> tuple[ConditionFile, Catalogue | None, Limits]:
    """The file, with the data sets and the limits of the project around it."""
    config = project_if_any(file.resolve().parent)
    limits = limits_of(config) if config else Limits()
    return read_condition_file(file), project_catalogue(config), limits


def sound_file(file: Path) -> tuple[ConditionFile, Catalogue | None, Limits]:
    """The same of a sound file. Raises InvalidInput with every fault: nothing is done with a faulty one."""
    read, catalogue, limits = open_file(file)
    faults = [read.told(fault) for fault in faults_of(read, catalogue, limits)]
    if not read.conditions.trees and not faults:
        faults = [f"{file}: there is no condition in it"]
    if faults:
        raise InvalidInput(f"{file} has faults: nothing was done", faults=tuple(faults))
    return read, catalogue, limits


def faults_of(read: ConditionFile, catalogue: Catalogue | None, limits: Limits) -> list[Fault]:
    """Every fault, in the order of the file."""
    faults = list(read.conditions.faults)
    for tree in read.conditions.trees:
        faults += check_tree(tree, catalogue, limits)
    return sorted(faults, key=lambda fault: read.source.place(fault.path).line or 0)
