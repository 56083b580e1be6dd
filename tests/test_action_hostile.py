"""Bodies and documents bent out of shape: told as faults and findings, never met with an exception."""

from __future__ import annotations

import copy

from hypothesis import example, given, settings
from hypothesis import strategies as st

from trunkline.domain.action import (
    compile_friendly,
    form,
    from_guides,
    from_vendor,
    to_export,
    to_friendly,
    to_guides,
)
from trunkline.domain.action.friendly import editor_schema
from trunkline.domain.action.guides import check as check_definition
from trunkline.domain.json import walk
from trunkline.domain.kinds import DATA_ACTION
from trunkline.domain.resource import Address, Resource
from trunkline.engine.action import recorded, run
from trunkline.engine.contract import violations
from trunkline.errors import InvalidInput
from trunkline.rules import check

DOCUMENT = {
    "name": "Find",
    "inputs": {"phone": "string!", "limit": {"type": "integer", "minimum": 1}},
    "outputs": {"name": "string", "ids": "string[]"},
    "request": {
        "method": "POST",
        "url": "/api/v2/x?p={{phone}}",
        "headers": {"X": "${credentials.key}"},
        "body": {"n": "{{limit}}"},
        "timeout": 5,
    },
    "response": {"map": {"name": "a.b", "ids": "$..id"}, "defaults": {"ids": []}},
    "on_error": "continue",
}
BODY = compile_friendly(DOCUMENT).body
DEFINITION = to_guides(BODY).document

_junk = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 10**20),
    st.floats(),
    st.text("ab${}[]().#'\"\\ \n{{x}}\x00\ud800", max_size=8),
    st.sampled_from(
        ["${input.x}", "#if(1)", "$.a[?(", "{{ x }}", "${x.y.z()}", "#foreach($i in [1..9])$i#end"]
    ),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


@st.composite
def bent(draw, document):
    """The document with one to three of its nodes replaced by something else, or taken out."""
    changed = copy.deepcopy(document)
    for _ in range(draw(st.integers(1, 3))):
        paths = [path for path, _ in walk(changed) if path]
        if not paths:
            break
        path = draw(st.sampled_from(paths))
        node = changed
        for step in path[:-1]:
            node = node[step]
        if draw(st.booleans()):
            node[path[-1]] = copy.deepcopy(draw(_junk))
        else:
            del node[path[-1]]
    return changed


@given(bent(BODY))
@settings(max_examples=150, deadline=None)
def test_a_bent_body_is_converted_normalised_and_checked(body):
    form(body)
    from_vendor(body)
    to_export(body)
    assert DATA_ACTION.normalise is not None
    DATA_ACTION.normalise(body)
    document, lost = to_friendly(body)
    again = compile_friendly(document).body
    definition, _ = to_guides(body)
    findings = check([Resource(Address("data_action", "x"), body)])

    assert all(finding.message for finding in findings)
    assert isinstance(definition["inputs"], list)
    if not lost:
        assert {path for path, _ in walk(body)} <= {path for path, _ in walk(again)}


@given(bent(BODY), st.sampled_from([{"phone": "1"}, {}, {"phone": "a b", "limit": 3}]))
@settings(max_examples=150, deadline=None)
def test_a_bent_body_runs_to_an_end_or_is_refused(body, given_input):
    try:
        result = run(body, given_input, recorded([{"a": {"b": "x"}, "id": 1}]))
    except InvalidInput as refusal:
        assert "must be" in refusal.message
    else:
        assert result.ok or result.error.message


@given(bent(DOCUMENT))
@settings(max_examples=150, deadline=None)
def test_a_bent_document_compiles_with_faults_at_places_it_holds(document):
    compiled = compile_friendly(document)

    for fault in compiled.faults:
        assert fault.message
        assert not fault.path or fault.path[0] in DOCUMENT or fault.path[0] in document
    assert set(compiled.origins.values())


@given(bent(DOCUMENT))
@settings(max_examples=150, deadline=None)
def test_what_compiles_without_a_fault_has_the_shape_that_editors_are_told(document):
    if compile_friendly(document).faults:
        return

    found = violations(editor_schema(), document)
    assert [each for each in found if each.keyword != "json"] == [], "half a character is no matter of shape"


@example({**DEFINITION, "integration": {**DEFINITION["integration"], "headers": {"X": None}}})
@given(bent(DEFINITION))
@settings(max_examples=150, deadline=None)
def test_a_bent_definition_that_has_no_fault_has_a_body_that_runs(definition):
    if check_definition(definition):
        return

    assert run(from_guides(definition), {}, recorded([{}])).steps
