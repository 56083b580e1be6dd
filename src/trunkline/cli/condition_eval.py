"""`trunkline condition eval`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import click

from trunkline.cli.common import emit, emit_json, output_option, talk
from trunkline.cli.condition_file import FILE, sound_file
from trunkline.domain.condition import Branch, Join
from trunkline.engine.condition import Evaluation, Program, Row
from trunkline.project.conditions import Counts, count_rows, iter_rows
from trunkline.render.conditions import evaluation_json, evaluation_line, totals
from trunkline.render.style import count

_SHOWN = 50
"""Rows that are shown without --all."""
_NAMED = 12
"""Columns that are named at most where one is missed."""
_RESULTS = {"true": True, "false": False, "unknown": None}


@click.command("eval", short_help="Evaluate rows: true, false, unknown, and why.")
@FILE
@click.option(
    "--rows", "rows_file", required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Rows: CSV, JSON, JSON lines, an exported data table, Parquet.",
)  # fmt: skip
@click.option("--all", "whole", is_flag=True, help=f"Show every row, not the first {_SHOWN}.")
@click.option("--only", type=click.Choice(tuple(_RESULTS)), help="Show the rows with this result alone.")
@click.option("--count", "only_count", is_flag=True, help="Only count.")
@output_option()
def evaluate(file: Path, rows_file: Path, whole: bool, only: str | None, only_count: bool, form: str) -> None:
    """Evaluate the condition of FILE for every row: true, false, or unknown, and which leaves decided.

    Large files are counted by columns where pyarrow is installed (the extra `columns`).
    """
    read, catalogue, _ = sound_file(file)
    trees = read.conditions.trees
    program = Program(trees[0] if len(trees) == 1 else Branch(Join.AND, trees, read.at), catalogue)
    counts = count_rows(program, rows_file)
    _tell_missed(program, rows_file)
    chosen = iter(()) if only_count else _chosen(program, iter_rows(rows_file), only)
    if form == "json":
        rows = [{"row": number, **evaluation_json(each)} for number, each in chosen]
        emit_json({"rows": rows, "counts": {word: getattr(counts, word) for word in _RESULTS}})
        return
    shown = 0
    for number, each in chosen if whole else islice(chosen, _SHOWN):
        emit(evaluation_line(number, each))
        shown += 1
    more = _of_result(counts, only) - shown
    if more and not only_count:
        talk(f"{more:,} more rows; --all shows them")
    emit(totals(counts.true, counts.false, counts.unknown))


def _chosen(program: Program, rows: Iterator[Row], only: str | None) -> Iterator[tuple[int, Evaluation]]:
    """Number and trace of the rows that are asked for; the others are not traced."""
    first = 1
    while chunk := list(islice(rows, _SHOWN if only is None else 8_192)):
        results = program.many(chunk) if only else [None] * len(chunk)
        for number, (row, result) in enumerate(zip(chunk, results, strict=True), first):
            if only is None or result is _RESULTS[only]:
                yield number, program.one(row)
        first += len(chunk)


def _of_result(counts: Counts, only: str | None) -> int:
    return counts.total if only is None else getattr(counts, only)


def _tell_missed(program: Program, rows_file: Path) -> None:
    """Says which fields no row has at all, as where a column is misspelled."""
    rows = list(islice(iter_rows(rows_file), _SHOWN))
    names: set[str] = set().union(*rows)
    missed = [
        f"{dataset}.{name}"
        for dataset, name in program.fields
        if not names & {f"{dataset}.{name}", dataset, name}
    ]
    if rows and missed:
        there = sorted(names)
        more = f", and {len(there) - _NAMED} more" if len(there) > _NAMED else ""
        has = ", ".join(there[:_NAMED]) + more if there else "nothing"
        talk(f"{rows_file}: no {', '.join(missed)} in the first {count(len(rows), 'row')}; there is {has}")
