"""Architect's export files: three layers, decoded and encoded without losing a byte."""

from __future__ import annotations

import base64
import copy
import math
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shared import needs_shared, shared
from trunkline.domain.flow import i3

numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False).filter(
    lambda number: not number.is_integer()
)
documents = st.dictionaries(
    st.text(),
    st.recursive(
        st.none() | st.booleans() | numbers | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=8,
    ),
    max_size=4,
)


def export_of(text: str) -> bytes:
    return base64.b64encode(quote(text, safe="!~*'()").encode("ascii"))


@settings(max_examples=100, deadline=None)
@given(documents)
def test_what_is_encoded_decodes_to_the_same_document(document):
    assert i3.decode(i3.encode(document)) == document


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1.0}',
        '{"a":1,"b":-0,"c":0.5,"d":-0.0}',
        '{"a":1e-7,"b":1E5,"c":0.000001,"d":1e+21,"e":100000000000000000000}',
        '{"a":12345678901234567890123}',
        '{"z":1,"a":[],"":{}}',
        '{"a":"é – 漢 😀 !~*\'() /\\\\ \\" \\n\\u0001"}',
        '{"a":"\\ud83d"}',
    ],
)
def test_a_file_keeps_every_byte_through_decode_and_encode(text):
    assert i3.encode(i3.decode(export_of(text))) == export_of(text)


@pytest.mark.parametrize(
    ("number", "spelled"),
    [
        (1.0, "1"),
        (1e-7, "1e-7"),
        (1.5e-6, "0.0000015"),
        (1e21, "1e+21"),
        (1e20, "1" + "0" * 20),
        (-2.5, "-2.5"),
    ],
)
def test_computed_numbers_are_spelled_as_javascript_spells_them(number, spelled):
    assert i3.encode({"a": number}) == export_of(f'{{"a":{spelled}}}')


def test_a_copied_document_keeps_the_spelling_of_its_numbers():
    document = copy.deepcopy(i3.decode(export_of('{"a":[1.0]}')))
    assert i3.encode(document) == export_of('{"a":[1.0]}')


def test_a_final_newline_does_not_matter_when_reading():
    assert i3.decode(export_of('{"a":1}') + b"\n") == {"a": 1}


def test_the_file_begins_as_architects_does():
    assert i3.encode({"nextTrackingNumber": 1}).startswith(b"JTdCJTIy")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not JSON"),
        (b"not base64!", "base64"),
        (b"JTdCJTI", "base64"),
        (base64.b64encode("é".encode()), "base64"),
        (base64.b64encode(b"%7B%zz"), "percent-encoding at character 3"),
        (base64.b64encode(b"%7B%"), "percent-encoding"),
        (base64.b64encode(b"%FF%FE"), "not UTF-8"),
        (export_of('{"a":'), "not JSON"),
        (export_of('{"a":NaN}'), "not JSON"),
        (export_of("[1]"), "a list, not an object"),
        (export_of("[" * 100_000), "too deeply"),
        (export_of("[" * 300 + "]" * 300), "deeper than 200 levels"),
        (export_of('{"a":' + "9" * 5000 + "}"), "not JSON"),
        (export_of('{"a":1e999}'), "not JSON"),
    ],
)
def test_a_corrupt_file_is_refused_with_the_layer_that_is_broken(data, reason):
    with pytest.raises(ValueError, match=reason):
        i3.decode(data)


@pytest.mark.parametrize("value", [math.nan, math.inf, object(), (1,)])
def test_what_json_cannot_hold_is_not_written(value):
    with pytest.raises(ValueError, match="cannot be written as JSON"):
        i3.encode({"a": value})


def test_a_document_nested_beyond_reason_is_not_written():
    document = {}
    for _ in range(100_000):
        document = {"a": document}
    with pytest.raises(ValueError, match="too deeply"):
        i3.encode(document)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("a.i3InboundFlow", True),
        ("b.x.i3WorkFlow", True),
        ("c.I3BOTFLOW", True),
        ("i3", False),
        ("d.json", False),
    ],
)
def test_export_files_are_known_by_their_suffix(name, answer):
    assert i3.is_i3(name) is answer


@pytest.mark.corpus
@needs_shared
def test_every_real_export_encodes_to_the_bytes_it_was_read_from():
    files = sorted(shared("corpus", "flows_i3").iterdir())
    assert len(files) > 20
    for file in files:
        data = file.read_bytes()
        document = i3.decode(data)
        assert i3.encode(document) == data, file.name
        assert file.name.endswith(i3.SUFFIXES[document["type"]])
