"""The canonical form of a configuration: noise goes, meaning stays."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.flow_samples import action, data_action, declared, empty, flow, item, literal, variable
from tests.shared import needs_shared, shared
from trunkline.domain.canonical import canonical
from trunkline.domain.flow import i3
from trunkline.domain.flow.canonical import canonical_flow
from trunkline.domain.kinds import FLOW, KINDS


def sample():
    state = item(
        "state",
        "State",
        "look",
        data_action("look", success="wait", next="end"),
        action("wait", "WaitAction", duration=literal("P0D0H0M5S0F", "dur")),
        action("end", "EndWorkflowAction", exitReason=empty()),
    )
    manifest = {"queue": [], "dataAction": [{"id": "d", "name": "D", "context": [{"id": "look"}]}]}
    module = flow(item("part", "Task", "stop", action("stop", "EndTaskAction")), nextTrackingNumber=3)
    return flow(
        state,
        variables=[declared("Flow.b"), declared("Flow.a")],
        manifest=manifest,
        commonModules=[{"id": "module", "name": "Module", "model": module}],
    )


NOISE = {
    "editor state": lambda d: d.update(uiMetaData={"actionServiceActions": [{"contract": {}}]}),
    "tracking numbers": lambda d: d.update(nextTrackingNumber=99),
    "default settings": lambda d: d.update(defaultSettings={"Menu": {}}, flowMetaData={"x": 1}),
    "an action's editor state": lambda d: first_action(d).update(
        uiMetaData={"collapsed": True}, trackingId=7
    ),
    "out of service marks": lambda d: first_action(d)["paths"][0].update(outOfService=True),
    "unreachable marks": lambda d: first_action(d)["paths"][0].update(unreachable=True, disabled=False),
    "the order of actions": lambda d: d["flowSequenceItemList"][0]["actionList"].reverse(),
    "the order of variables": lambda d: d["variables"].reverse(),
    "positions in syntax trees": lambda d: first_action(d)["timeout"]["config"]["lit"].update(pos=9),
    "empty error bindings": lambda d: first_action(d).update(
        errorBindings=[{"name": "errorCode", "value": empty()}, {"name": "status", "value": empty("int")}]
    ),
    "who names a foreign object": lambda d: d["manifest"]["dataAction"][0].pop("context"),
    "what an editor leaves in a common module": lambda d: d["commonModules"][0]["model"].update(
        nextTrackingNumber=99, defaultSettings={"Menu": {}}, uiMetaData={"x": 1}
    ),
    "empty custom definitions": lambda d: d.update(customDefinitions={"dataTypeDefinitions": []}),
    "empty properties of initial values": lambda d: d["variables"][0]["initialValue"].update(properties={}),
}


def first_action(document):
    return document["flowSequenceItemList"][0]["actionList"][0]


@pytest.mark.parametrize("noise", NOISE)
def test_what_editors_leave_behind_makes_no_difference(noise):
    noisy = sample()
    NOISE[noise](noisy)
    assert noisy != sample()
    assert canonical_flow(noisy) == canonical_flow(sample())


MEANING = {
    "a name": lambda d: first_action(d).update(name="Other"),
    "an expression": lambda d: first_action(d).update(timeout=literal("P0D0H2M0S0F", "dur")),
    "a target": lambda d: first_action(d)["paths"][0].update(nextActionId="end"),
    "a switched-off output": lambda d: first_action(d)["paths"][0].update(disabled=True),
    "an error binding": lambda d: first_action(d).update(
        errorBindings=[{"name": "errorCode", "value": variable("Flow.a", mode=2)}]
    ),
    "an id behind the same text": lambda d: d.update(errorHandling={"queue": literal("Sales", "que", "q2")}),
    "a variable's direction": lambda d: d["variables"][0].update(isInput=True),
    "a manifest entry": lambda d: d["manifest"]["dataAction"][0].update(id="e"),
}


@pytest.mark.parametrize("meaning", MEANING)
def test_what_an_author_changes_makes_a_difference(meaning):
    other = sample()
    MEANING[meaning](other)
    assert canonical_flow(other) != canonical_flow(sample())


def test_the_document_given_is_left_alone():
    document = sample()
    canonical_flow(document)
    assert document == sample()


def test_an_expression_is_its_type_and_text_and_the_ids_it_names():
    form = canonical_flow({"x": literal("Sales", "que", "q-1"), "y": empty("int"), "z": variable("Flow.a")})
    assert form == {
        "x": {"type": "que", "text": "Sales", "values": ["q-1"]},
        "y": {"type": "int"},
        "z": {"type": "str", "text": "Flow.a"},
    }


def test_an_expression_without_text_keeps_its_tree():
    chooser = {"config": {"lit": {"pos": 1, "text": "", "type": "str_coll", "items": [literal("a")]}}}
    form = canonical_flow({"x": {**chooser, "text": "", "type": "str_coll"}})
    assert form["x"]["tree"] == {
        "lit": {"items": [{"type": "str", "text": "a"}], "text": "", "type": "str_coll"}
    }


def test_a_broken_expression_in_a_list_loses_its_noise_too():
    broken = {"text": "a", "uiMetaData": {"mode": 1}, "version": 2}
    users = {"config": {"lit": {"pos": 1, "text": "", "type": "usr_coll", "items": [broken]}}}
    once = canonical_flow({"x": {**users, "text": "", "type": "usr_coll"}})
    assert once["x"]["tree"]["lit"]["items"] == [{"text": "a"}]
    assert canonical_flow(once) == once


def test_keys_come_in_one_order():
    document = sample()
    assert list(canonical_flow(document)) == sorted(canonical_flow(document))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["actionList", "config", "text", "type", "emp", "lit", "val", "id", "paths", "errorBindings",
             "variables", "manifest", "metaData", "items", "inputs", "name", "flowSequenceItemList"]
        ),
        inner,
        max_size=4,
    ),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(["manifest", "variables", "flowSequenceItemList", "x"]), json_values))
def test_the_form_of_the_form_is_the_form_whatever_the_document(document):
    once = canonical_flow(copy.deepcopy(document))
    assert canonical_flow(once) == once


def test_the_kind_flow_compares_canonical_forms():
    noisy = sample()
    NOISE["editor state"](noisy)
    assert canonical(FLOW, noisy) == canonical(FLOW, sample())
    assert KINDS["flow"] is FLOW


def test_a_flow_of_the_guides_is_compared_as_it_is():
    body = {"name": "f", "nodes": [{"id": "a", "version": 1}], "edges": []}
    assert canonical(FLOW, body) == body


@pytest.mark.corpus
@needs_shared
def test_the_form_of_real_flows_is_idempotent_and_a_quarter_of_their_size():
    whole = kept = 0
    for file in sorted(shared("corpus", "flows_i3").iterdir()):
        document = i3.decode(file.read_bytes())
        form = canonical_flow(document)
        assert canonical_flow(form) == form, file.name
        whole += len(i3.encode(document))
        kept += len(i3.encode(form))
    assert 0.1 < kept / whole < 0.4
