"""Contracts: values against schemas, schemas themselves, sample values."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trunkline.engine.contract import BadSchema, check_schema, checker, sample, violations

SCHEMA = {
    "type": "object",
    "required": ["id", "n"],
    "properties": {
        "id": {"type": "string", "minLength": 2},
        "n": {"type": "integer"},
        "list": {"type": "array", "items": {"type": "object", "properties": {"b": {"type": "boolean"}}}},
    },
    "additionalProperties": False,
}


def test_every_violation_is_told_with_its_path():
    found = violations(SCHEMA, {"id": "x", "list": [{"b": True}, {"b": 1}], "more": 1})

    assert {(each.path, each.keyword) for each in found} == {
        (("id",), "minLength"),
        (("list", 1, "b"), "type"),
        ((), "required"),
        ((), "additionalProperties"),
    }
    assert violations(SCHEMA, {"id": "xy", "n": 1}) == ()


def test_equal_schemas_share_one_compiled_checker():
    assert checker(SCHEMA) is checker(dict(reversed(SCHEMA.items())))


def test_draft_04_is_meant_where_nothing_is_said():
    assert check_schema({"type": "number", "minimum": 1, "exclusiveMinimum": True}) is None
    assert violations({"minimum": 1, "exclusiveMinimum": True}, 1)[0].keyword == "exclusiveMinimum"
    modern = {"$schema": "http://json-schema.org/draft-07/schema#", "exclusiveMinimum": 1}
    assert violations(modern, 1)[0].keyword == "exclusiveMinimum"


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "strng"},
        {"required": True},
        {"pattern": "["},
        {"$schema": "http://example.com/other"},
        {"$ref": "http://127.0.0.1:9/schema"},
        {"$ref": "file:///etc/passwd"},
        [],
        "text",
    ],
)
def test_a_wrong_schema_is_refused_with_a_reason(schema):
    assert check_schema(schema)


def test_a_reference_leads_only_inside_the_schema():
    schema = {"$ref": "#/definitions/id", "definitions": {"id": {"type": "string"}}}

    assert violations(schema, 1)[0].keyword == "type"
    with pytest.raises(BadSchema, match="outside"):
        violations({"$ref": "http://127.0.0.1:9/schema"}, 1)


def test_draft_03_is_checked_by_its_own_rules():
    pytest.importorskip("jsonschema")
    schema = {
        "$schema": "http://json-schema.org/draft-03/schema#",
        "properties": {"a": {"required": True, "divisibleBy": 2}},
    }

    assert violations(schema, {"a": 3})[0].path == ("a",)
    assert violations(schema, {})
    assert violations(schema, {"a": 4}) == ()
    with pytest.raises(BadSchema):
        violations({"$schema": schema["$schema"], "$ref": "http://127.0.0.1:9/x"}, 1)


def test_a_pattern_that_backtracks_does_not_hang():
    assert violations({"type": "string", "pattern": r"^(?=(a+)+$)(a+)+\2$"}, "a" * 40 + "!")


@pytest.mark.parametrize("value", ["\ud800", {"\ud800": 1}, {"id": "\udfff", "n": 1}])
def test_text_that_is_no_unicode_is_a_violation(value):
    assert violations(SCHEMA, value)


_leaf = st.sampled_from(
    [
        {"type": "string"},
        {"type": "string", "minLength": 6},
        {"type": "string", "maxLength": 2},
        {"type": "integer", "minimum": 5},
        {"type": "number", "maximum": 0},
        {"type": "boolean"},
        {"type": ["null", "integer"]},
        {"type": "string", "enum": ["a"]},
    ]
)
_schemas = st.recursive(
    _leaf,
    lambda inner: st.one_of(
        st.builds(lambda items: {"type": "array", "items": items, "minItems": 2}, inner),
        st.builds(
            lambda fields: {"type": "object", "properties": fields, "required": sorted(fields)},
            st.dictionaries(st.sampled_from("abc"), inner, min_size=1),
        ),
    ),
    max_leaves=6,
)


@given(_schemas)
@settings(max_examples=100, deadline=None)
def test_a_sample_fits_its_schema(schema):
    assert violations(schema, sample(schema)) == ()


def test_a_schema_that_refers_to_itself_has_a_sample():
    tree = {
        "$ref": "#/definitions/t",
        "definitions": {"t": {"properties": {"next": {"$ref": "#/definitions/t"}}}},
    }

    assert "next" in sample(tree)
