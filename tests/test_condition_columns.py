"""Conditions over columns: the same answers as over rows, whatever the columns hold."""

from __future__ import annotations

import math
import os
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.condition_trees import CATALOGUE, FIELDS, ROWS, leaf, trees
from tests.test_condition import reference
from trunkline.domain.condition import FieldType, Leaf, Node, Operator, read_conditions
from trunkline.engine.condition import Program

pa = pytest.importorskip("pyarrow")

from trunkline.engine.condition.columnar import rows_of  # noqa: E402

BIG = 2**53
TEXTS = st.sampled_from(
    ["", "a", "ab", "active", "1", "1.0", " 2 ", "+2", "-0.0", "0", "80", "NaN", "nan", "inf", "1e5", "1e400", "1e00005",
     "9007199254740993", "9" * 310, "0" * 301 + "1", "1-2", "--1", ".5", "1.", ".", "١", "1_0", "true", "TRUE", "tRue",
     " false", "False", "yes", "é", "İ", "𝄞", "2024-01-01", "2024-01-01T12:00:00Z", "2024-01-01T12:00:00", "0000-01-01",
     "9999-12-31", "2024-02-30", "2024-01-01T06:00:00+01:00", "2024-1-1", "2024-01-01Z", "\t2024-01-01"]
) | st.text(max_size=4).filter(str.isprintable)  # fmt: skip
MOMENTS = st.sampled_from(
    [datetime(2024, 1, 1), datetime(2024, 1, 1, 12), datetime(1, 1, 1), datetime(1969, 12, 31, 23, 59, 59, 5)]
)
COLUMNS: list[Any] = [
    (pa.string(), TEXTS),
    (pa.large_string(), TEXTS),
    (pa.string_view(), TEXTS),
    (pa.dictionary(pa.int8(), pa.string()), TEXTS),
    (pa.int64(), st.integers(-(2**63), 2**63 - 1) | st.integers(-3, 3) | st.sampled_from([BIG, BIG + 1, -BIG - 1])),
    (pa.uint64(), st.integers(0, 2**64 - 1) | st.integers(0, 3)),
    (pa.int8(), st.integers(-3, 3)),
    (pa.float64(), st.floats() | st.sampled_from([-0.0, 0.0, 0.5, 1.0, 2.0, 80.0, float(BIG), 1e300])),
    (pa.float32(), st.floats(width=32)),
    (pa.bool_(), st.booleans()),
    (pa.null(), st.none()),
    (pa.timestamp("us"), MOMENTS),
    (pa.timestamp("s", "Europe/Rome"), MOMENTS.map(lambda each: each.replace(tzinfo=UTC, microsecond=0)).filter(lambda each: each.year > 1)),
    (pa.date32(), st.sampled_from([date(2024, 1, 1), date(2024, 1, 2), date(1, 1, 1), date(9999, 12, 31)])),
    (pa.decimal128(20, 2), st.integers(-300, 8_100).map(lambda cents: Decimal(cents) / 100)),
    (pa.binary(), st.sampled_from([b"a", b"1", b"\xff", b"active"])),
    (pa.list_(pa.int8()), st.lists(st.integers(0, 2), max_size=2)),
    (pa.duration("s"), st.just(timedelta(seconds=1))),
]  # fmt: skip
NAMES = ["customers.{}", "{}"]
MODEST = settings(
    max_examples=5_000 if os.environ.get("TRUNKLINE_EVIDENCE") == "full" else 150, deadline=None
)


@st.composite
def tables(draw: Any) -> Any:
    """Tables of up to eight rows: fields as columns of any type, plain, dotted or in a struct, in chunks."""
    count = draw(st.integers(0, 8))

    def column() -> Any:
        kind, values = draw(st.sampled_from(COLUMNS))
        return pa.array(draw(st.lists(st.none() | values, min_size=count, max_size=count)), kind)

    columns = {name.format(field): column() for name in NAMES for field in FIELDS if draw(st.booleans())}
    inner = {field: column() for field in FIELDS if draw(st.integers(0, 3)) == 0}
    if inner:
        gone = pa.array(draw(st.lists(st.booleans(), min_size=count, max_size=count)), pa.bool_())
        columns["customers"] = pa.StructArray.from_arrays(list(inner.values()), list(inner), mask=gone)
    table = pa.table(columns) if columns else pa.table({"other": pa.nulls(count)})
    cut = draw(st.integers(0, count))
    return pa.concat_tables([table.slice(0, cut), table.slice(cut)])


@st.composite
def wilder(draw: Any) -> Leaf:
    """Leaves with literals that columns find hard."""
    name = draw(st.sampled_from(list(FIELDS)))
    operator = draw(st.sampled_from([Operator.EQUALS, Operator.GREATER_THAN, Operator.LESS_OR_EQUAL]))
    literal = draw(
        {
            FieldType.STRING: TEXTS | st.just("\ud800"),
            FieldType.NUMBER: st.sampled_from(
                ["9007199254740993", "-0.0", "9" * 300, "-" + "9" * 300, "1e300", ".5"]
            ),
            FieldType.INTEGER: st.sampled_from(
                ["9007199254740993", "9223372036854775808", "-9007199254740993"]
            ),
            FieldType.BOOLEAN: st.just("true"),
            FieldType.DATE: st.sampled_from(
                ["0001-01-01", "9999-12-31T23:59:59.999999Z", "1969-12-31T23:59:59"]
            ),
        }[FIELDS[name]]
    )
    return Leaf(
        Operator.EQUALS if FIELDS[name] is FieldType.BOOLEAN else operator, "customers", name, literal
    )


@MODEST
@given(trees() | wilder(), tables())
def test_columns_say_what_rows_say(node: Node, table: Any) -> None:
    program = Program(node, CATALOGUE)
    expected = program.many(rows_of(table))
    assert program.table(table).to_pylist() == expected
    assert [program.one(row).result for row in rows_of(table)] == expected


@MODEST
@given(trees(), st.lists(ROWS, max_size=8))
def test_columns_agree_with_a_plain_reference(node: Node, rows: list[dict[str, Any]]) -> None:
    """Rows of several types in one field become columns of one type: values that do not fit it are left out."""
    kinds = {"status": str, "score": float, "calls": float, "vip": bool, "since": str}
    fitting = [
        {name: value for name, value in row.items() if type(value) is kinds[name]} for row in rows
    ]  # fmt: skip
    table = pa.table({name: pa.array([row.get(name) for row in fitting]) for name in kinds})
    assert Program(node, CATALOGUE).table(table).to_pylist() == [reference(node, row) for row in fitting]


@MODEST
@given(leaf() | wilder(), st.lists(st.none() | TEXTS, min_size=1, max_size=8))
@example(Leaf(Operator.NOT_EQUALS, "customers", "score", "0"), ["-0.0", "NaN"])
def test_columns_of_text_are_read_as_each_cell_would_be(node: Leaf, cells: list[str | None]) -> None:
    program = Program(node, CATALOGUE)
    for kind in (pa.string(), pa.dictionary(pa.int32(), pa.string())):
        table = pa.table({node.name: pa.array(cells, kind)})
        for part in (table, table.slice(1)):
            assert program.table(part).to_pylist() == program.many(
                [{node.name: cell} for cell in part[0].to_pylist()]
            )


def test_a_table_is_one_array_whatever_its_chunks() -> None:
    program = Program(read_conditions({"field": "c.a", "greater_than": 1}).trees[0])
    rows = pa.table({"a": pa.chunked_array([[1, 2], [], [3, None]])})
    assert program.table(rows) == pa.array([False, True, True, None])
    assert program.table(rows.to_batches()[0]) == pa.array([False, True])
    assert program.table(rows.slice(0, 0)) == pa.array([], pa.bool_())


def test_fields_of_no_column_are_absent() -> None:
    program = Program(read_conditions({"not": {"field": "c.a", "is_set": True}}).trees[0])
    assert program.table(pa.table({"b": [1, 2]})).to_pylist() == [True, True]


def test_one_field_may_be_asked_as_several_types() -> None:
    tree = read_conditions(
        {"any": [{"field": "c.a", "equals": 80}, {"field": "c.a", "contains": "x"}]}
    ).trees[0]
    program = Program(tree)
    assert program.fields == {("c", "a"): {FieldType.NUMBER, FieldType.STRING}}
    cells = ["80", "80.0", "x", None]
    assert program.table(pa.table({"a": cells})).to_pylist() == program.many([{"a": cell} for cell in cells])


def test_rows_of_a_table_hold_what_json_can() -> None:
    table = pa.table(
        {
            "when": pa.array([datetime(2024, 1, 1, tzinfo=UTC)]),
            "nanos": pa.array([1_704_067_200_000_000_001], pa.timestamp("ns")),
            "much": pa.array([Decimal("1.50")]),
            "raw": pa.array([b"x"]),
            "in": pa.array([{"day": date(2024, 1, 1)}]),
            "nan": pa.array([math.inf]),
        }
    )
    assert rows_of(table) == [
        {
            "when": "2024-01-01T00:00:00+00:00",
            "nanos": "2024-01-01T00:00:00",
            "much": 1.5,
            "raw": "x",
            "in": {"day": "2024-01-01"},
            "nan": math.inf,
        }
    ]
