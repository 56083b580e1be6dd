"""JSON files are read as they are, and any node's line can be asked for."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trunkline.domain.json import walk
from trunkline.project.jsonfile import JsonFault, JsonPositions, parse_json

scalars = st.none() | st.booleans() | st.integers() | st.text()
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=30,
)


@given(documents, st.sampled_from([None, 1, 4]))
def test_every_node_has_a_position(document, indent):
    text = json.dumps(document, indent=indent)
    positions = JsonPositions(text)
    assert {path for path, _ in walk(document)} <= set(positions)


def test_a_field_is_placed_at_its_key():
    positions = JsonPositions('{\n  "name": "x",\n  "config": {\n    "a:b": [1,\n      {"c": 2}]\n  }\n}')
    assert positions[("name",)] == (2, 3)
    assert positions[("config", "a:b")] == (4, 5)
    assert positions[("config", "a:b", 1, "c")] == (5, 8)


def test_a_byte_order_mark_is_dropped():
    assert parse_json("\ufeff{}") == {}


def test_a_fault_says_line_and_column():
    with pytest.raises(JsonFault) as caught:
        parse_json('{\n  "a": 1,\n  "b": }\n')
    assert (caught.value.line, caught.value.column) == (3, 8)


@pytest.mark.parametrize("depth", [201, 900, 200_000])
def test_deep_nesting_is_refused(depth):
    with pytest.raises(JsonFault, match="nested"):
        parse_json("[" * depth + "]" * depth)


def test_nesting_within_reason_is_read():
    assert parse_json("[" * 200 + "]" * 200)
