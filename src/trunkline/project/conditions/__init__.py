"""Conditions in files: found, written anew with their comments, tested, evaluated over rows of files."""

from trunkline.project.conditions.counting import Counts, count_rows
from trunkline.project.conditions.files import ConditionFile, project_catalogue, read_condition_file
from trunkline.project.conditions.layout import rewritten
from trunkline.project.conditions.rowfiles import iter_rows, read_rows

__all__ = [
    "ConditionFile",
    "Counts",
    "count_rows",
    "iter_rows",
    "project_catalogue",
    "read_condition_file",
    "read_rows",
    "rewritten",
]
