"""The YAML reader is strict where YAML is a trap, and knows where everything stands."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trunkline.project.yamlfile import MAX_DEPTH, YamlFault, parse_yaml

texts = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co"), exclude_characters="\ufeff\u2028\u2029")
)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@given(documents)
def test_json_text_reads_as_the_same_value(document):
    text = json.dumps(document, ensure_ascii=False)
    assert parse_yaml(text).value == document


def test_only_true_and_false_are_booleans():
    assert parse_yaml("[no, on, Yes, off, true, False]").value == ["no", "on", "Yes", "off", True, False]


def test_numbers_with_leading_zeros_and_sexagesimals_stay_text():
    assert parse_yaml("[017, 00000008, 12:30:45, 8, 1.50, 1e3]").value == [
        "017",
        "00000008",
        "12:30:45",
        8,
        1.5,
        1000.0,
    ]


def test_keys_stay_text_whatever_they_look_like():
    assert parse_yaml("yes: 1\nno: 2\n200: 3\nnull: 4").value == {"yes": 1, "no": 2, "200": 3, "null": 4}


def test_every_node_has_its_line_and_column():
    document = parse_yaml("request:\n  url: here\n  headers:\n    - one\n    - two\n")
    assert document.positions[("request", "url")] == (2, 3)
    assert document.positions[("request", "headers", 1)] == (5, 7)


def test_all_repeated_keys_are_told_at_once():
    with pytest.raises(YamlFault) as caught:
        parse_yaml("a: 1\nb: 2\na: 3\nb: 4\n")
    assert [line for line, _, _ in caught.value.faults] == [3, 4]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: [1, 2]]", 1),
        ("a: 1\n\tb: 2", 2),
        ("a: 1\n---\nb: 2\n", 2),
        ("a: !!python/object:os.system x", 1),
        ("base: &b {x: 1}\nc:\n  <<: *b\n", 3),
        ("a: *nowhere", 1),
        ("? [a, b]\n: 1\n", 1),
        ("a: \x00", 1),
    ],
)
def test_what_it_does_not_read_is_refused_with_its_line(text, line):
    with pytest.raises(YamlFault) as caught:
        parse_yaml(text)
    assert caught.value.faults[0][0] == line


def test_deep_nesting_is_refused_and_does_not_crash():
    with pytest.raises(YamlFault, match=f"deeper than {MAX_DEPTH}"):
        parse_yaml("[" * 100_000)


def test_an_alias_bomb_is_refused():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    with pytest.raises(YamlFault, match="nodes"):
        parse_yaml("\n".join(lines))


def test_an_alias_is_a_copy_of_its_anchor():
    assert parse_yaml("a: &x {k: [1]}\nb: *x\n").value == {"a": {"k": [1]}, "b": {"k": [1]}}


def test_an_empty_file_is_null():
    assert parse_yaml("").value is None
