"""Rows of files, counted by columns: the same counts and the same faults as row by row."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.condition_trees import CATALOGUE, FIELDS, ROWS, trees
from tests.test_condition_columns import TEXTS
from trunkline.domain.condition import Node, read_conditions
from trunkline.engine.condition import Program
from trunkline.errors import TrunklineError
from trunkline.project.conditions import Counts, blocks, count_rows, iter_rows

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

FEW = settings(
    max_examples=3_000 if os.environ.get("TRUNKLINE_EVIDENCE") == "full" else 100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
HIGH = read_conditions({"field": "customers.score", "greater_than": 80}).trees[0]


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """So small that a few rows are several blocks."""
    monkeypatch.setattr(blocks, "BLOCK", 50)


def counted(node: Node, path: Path, *, columns: bool) -> Counts | str:
    try:
        return count_rows(Program(node, CATALOGUE), path, columns=columns)
    except TrunklineError as error:
        return f"{error.where}: {error.message}"


def agree(node: Node, path: Path) -> Counts | str:
    by_rows = counted(node, path, columns=False)
    assert counted(node, path, columns=True) == by_rows
    return by_rows


HEADERS = st.lists(
    st.sampled_from([*FIELDS, *(f"customers.{name}" for name in FIELDS), "customers", "other", ""]),
    min_size=1,
    max_size=5,
)
PLAIN = TEXTS.filter(lambda text: not set(text) & set('",\n\r'))
CELLS = (
    PLAIN
    | TEXTS.map(lambda text: '"' + text.replace('"', '""') + '"')
    | st.sampled_from(['""', '"a,b"', '"a\nb"', '"a""b"', ' "a"'])
)


@FEW
@given(trees(most=6), HEADERS, st.data())
def test_csv_is_counted_by_columns_as_by_rows(
    tmp_path: Path, node: Node, header: list[str], data: Any
) -> None:
    width = len(header)
    records = data.draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=12))
    end = data.draw(st.sampled_from(["\n", "\r\n"]))
    path = tmp_path / "rows.csv"
    path.write_bytes(end.join(",".join(cells) for cells in [header, *records]).encode())
    agree(node, path)


@FEW
@given(
    trees(most=4), st.lists(st.sampled_from([*'",\n\r;a1 \t', "active", "é", "\x00", "\ufeff"]), max_size=60)
)
@example(HIGH, ["a", "\n", '"', "a", '"', "1", "\n"])
def test_any_text_is_counted_or_refused_alike(tmp_path: Path, node: Node, parts: list[str]) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes("".join(["score,status\n", *parts]).encode())
    agree(node, path)


@FEW
@given(
    trees(most=6), st.lists(ROWS | st.fixed_dictionaries({"customers": ROWS | st.just("none")}), max_size=12)
)
def test_json_lines_and_documents_are_counted_by_columns_as_by_rows(
    tmp_path: Path, node: Node, rows: list[dict[str, Any]]
) -> None:
    lines = tmp_path / "rows.jsonl"
    lines.write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = agree(node, lines)
    table = tmp_path / "rows.json"
    for document in (rows, {"entities": rows}):
        table.write_text(json.dumps(document, indent=1))
        assert agree(node, table) == found


@FEW
@given(st.lists(st.sampled_from(['{"score":81}', '{"score":1}', "{}", "", " ", '{"score":"90"}', '{"score":9007199254740993}',
                                 '{"score":NaN}', '{"score":1e400}', '{"score":1,"score":90}', '{"score":81}{"score":1}', "[", "5",
                                 '{"x":01}', '{"x":\n1}', '{"status":"\u2028","score":90}', '{"customers":{"score":90}}'])))  # fmt: skip
def test_lines_of_any_kind_are_counted_or_refused_alike(tmp_path: Path, lines: list[str]) -> None:
    path = tmp_path / "rows.ndjson"
    path.write_text("\n".join(lines), encoding="utf-8")
    agree(HIGH, path)


def test_a_fault_is_told_with_its_line_however_far_behind(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("score,status\n" + "81,a\n" * 100 + '7,"a"b\n' + "81,a\n" * 100)
    assert "rows.csv:102: not CSV" in str(agree(HIGH, path))
    path.write_bytes(b"score\n" + b"81\n" * 100 + b"\xff\n")
    assert "rows.csv:102: is not UTF-8" in str(agree(HIGH, path))
    path = tmp_path / "rows.jsonl"
    path.write_text('{"score": 81}\n' * 100 + "[1]\n")
    assert "rows.jsonl:101: this line is no object" in str(agree(HIGH, path))


def test_a_quoted_cell_longer_than_a_block_is_one_cell(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text('status,score\n"' + "a,\n" * 200 + '",81\nb,79\n')
    assert agree(HIGH, path) == Counts(true=1, false=1)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_columns_may_be_divided_by_semicolons_and_tabs(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("\ufeff\nstatus,score\na,81\nb,\n".replace(",", delimiter))
    assert agree(HIGH, path) == Counts(true=1, unknown=1)


def test_parquet_is_read_by_columns_and_shown_by_rows(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    parquet.write_table(
        pa.table({"score": [81, None, 3], "customers": [{"x": 1}, None, {"score": 90}]}), path
    )
    assert agree(HIGH, path) == Counts(true=1, false=0, unknown=2)
    assert list(iter_rows(path))[1] == {"score": None, "customers": None}
    path.write_bytes(b"PAR1")
    assert "cannot be read as Parquet" in str(agree(HIGH, path))


def test_columns_are_not_loaded_for_a_small_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from trunkline.project.conditions import counting

    monkeypatch.setattr(counting, "_csv_work", lambda *_: pytest.fail("read by columns"))
    path = tmp_path / "rows.csv"
    path.write_text("score\n81\n")
    assert count_rows(Program(HIGH, CATALOGUE), path) == Counts(true=1)
