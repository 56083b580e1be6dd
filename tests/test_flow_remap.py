"""Moving a flow to another org: foreign ids change, its own stay."""

from __future__ import annotations

import copy

import pytest

from tests.flow_samples import action, data_action, flow, item, literal
from tests.shared import needs_shared, shared
from trunkline.domain.flow import i3
from trunkline.domain.flow.diff import Subject, What, diff_flows
from trunkline.domain.flow.remap import UNIVERSAL, foreign_objects, remap

ACTION = "custom_-_11111111-1111-1111-1111-111111111111"


def sample():
    transfer = action("t", "TransferPureMatchAction", queues=[literal("Sales", "que", "q-1")], paths=[])
    body = item("state", "State", "d", data_action("d", next="t"), transfer)
    manifest = {
        "queue": [{"id": "q-1", "name": "Sales"}],
        "dataAction": [{"id": ACTION, "name": "Get Customer"}],
        "language": [{"id": "en-us"}],
        "systemPrompt": [{"id": "__processing__", "name": "processing"}],
    }
    caches = {"actionServiceActions": [{"id": ACTION}], "queues": {"q-1": {"seen": True}}}
    return flow(body, manifest=manifest, uiMetaData=caches)


def test_every_place_of_a_foreign_id_gets_the_new_one():
    moved = remap(sample(), lambda kind, object_id, name: f"new {kind}")
    assert moved.unresolved == ()
    text = str(moved.document)
    assert "q-1" not in text
    assert ACTION not in text
    state = moved.document["flowSequenceItemList"][0]
    assert state["actionList"][0]["actionId"] == "new dataAction"
    assert state["actionList"][1]["queues"][0]["config"]["lit"]["val"] == "new queue"
    assert moved.document["uiMetaData"]["queues"] == {"new queue": {"seen": True}}


def test_ids_of_the_flow_itself_and_of_every_org_stay():
    moved = remap(sample(), lambda kind, object_id, name: "new").document
    assert moved["initialSequence"] == "state"
    assert moved["manifest"]["language"] == [{"id": "en-us"}]
    assert moved["manifest"]["systemPrompt"][0]["id"] == "__processing__"


def test_what_resolves_nowhere_is_listed_and_left():
    moved = remap(sample(), lambda kind, object_id, name: None if kind == "queue" else "new")
    assert [(lost.kind, lost.name) for lost in moved.unresolved] == [("queue", "Sales")]
    assert moved.document["manifest"]["queue"][0]["id"] == "q-1"


def test_the_document_given_is_left_alone():
    document = sample()
    remap(document, lambda kind, object_id, name: "new")
    assert document == sample()


def test_an_object_that_the_manifest_forgot_is_found_in_the_actions():
    document = sample()
    document["manifest"]["queue"] = []
    assert ("queue", "q-1") in {(each.kind, each.id) for each in foreign_objects(document)}


def test_what_is_no_configuration_is_refused():
    with pytest.raises(ValueError, match="not a flow configuration"):
        remap({}, lambda kind, object_id, name: None)


@pytest.mark.corpus
@needs_shared
def test_a_real_flow_moved_there_and_back_is_itself_and_differs_only_in_references():
    for file in sorted(shared("corpus", "flows_i3").iterdir()):
        document = i3.decode(file.read_bytes())
        there = remap(copy.deepcopy(document), lambda kind, object_id, name: f"moved {object_id}").document
        changes = diff_flows(document, there)
        assert all(c.what is What.CHANGED or c.subject is Subject.REFERENCE for c in changes), file.name
        back = remap(there, lambda kind, object_id, name: object_id.removeprefix("moved ")).document
        assert back == document, file.name
        assert not {each.kind for each in foreign_objects(document)} & UNIVERSAL
