"""What changed between two configurations, in the author's terms."""

from __future__ import annotations

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.flow_samples import (
    action,
    data_action,
    decision,
    declared,
    flow,
    item,
    literal,
    target,
    variable,
)
from tests.shared import needs_shared, shared
from trunkline.domain.flow import i3
from trunkline.domain.flow.diff import FlowChange, Subject, What, diff_flows


def sample():
    update = action(
        "set",
        "UpdateVariableAction",
        name="Remember",
        next="end",
        variables=[{"variable": target("Flow.a"), "expression": variable("Flow.b")}],
    )
    state = item(
        "state",
        "State",
        "ask",
        decision("ask", "look", None, next="set"),
        data_action("look", failure="wait"),
        action("wait", "WaitAction", duration=literal("P0D0H0M5S0F", "dur")),
        update,
        action("end", "EndWorkflowAction"),
        name="Initial",
    )
    other = item("other", "State", "stop", action("stop", "EndWorkflowAction"))
    return flow(
        state,
        other,
        variables=[declared("Flow.a"), declared("Flow.b", is_input=True)],
        manifest={"queue": [{"id": "q", "name": "Sales"}]},
    )


def by_id(document, wanted):
    for entry in document["flowSequenceItemList"]:
        for body in [entry, *entry["actionList"]]:
            if body["id"] == wanted:
                return body
    raise LookupError(wanted)


def changes(change):
    document = sample()
    change(document)
    return diff_flows(sample(), document)


def test_equal_flows_have_no_difference():
    assert diff_flows(sample(), sample()) == []


def test_editor_state_and_the_order_of_actions_are_no_difference():
    def shuffle(document):
        document["uiMetaData"] = {"x": 1}
        document["flowSequenceItemList"].reverse()
        document["flowSequenceItemList"][1]["actionList"].reverse()

    assert changes(shuffle) == []


def test_a_changed_name_is_a_rename():
    assert changes(lambda d: by_id(d, "set").update(name="Store")) == [
        FlowChange(What.RENAMED, Subject.ACTION, "set", "Store", (), "Remember", "Store")
    ]
    assert changes(lambda d: d.update(name="Other")) == [
        FlowChange(What.RENAMED, Subject.FLOW, "", "Other", (), "Sample", "Other")
    ]
    assert [c.what for c in changes(lambda d: by_id(d, "state").update(name="First"))] == [What.RENAMED]


def test_a_renamed_variable_is_one_change_however_often_it_is_used():
    def rename(document):
        text = (
            json.dumps(document)
            .replace("Flow.b", "Flow.customer")
            .replace("id-of-Flow.customer", "id-of-Flow.b")
        )
        document.clear()
        document.update(json.loads(text))

    assert changes(rename) == [
        FlowChange(
            What.RENAMED, Subject.VARIABLE, "id-of-Flow.b", "Flow.customer", (), "Flow.b", "Flow.customer"
        )
    ]


def test_an_expression_differs_by_its_text():
    assert changes(lambda d: by_id(d, "wait").update(duration=literal("P0D0H0M9S0F", "dur"))) == [
        FlowChange(What.CHANGED, Subject.ACTION, "wait", "wait", ("duration",), "P0D0H0M5S0F", "P0D0H0M9S0F")
    ]


def test_an_object_of_the_same_name_and_another_id_differs():
    before = flow(item("s", "State", "e", action("e", "EndWorkflowAction", q=literal("Sales", "que", "1"))))
    after = flow(item("s", "State", "e", action("e", "EndWorkflowAction", q=literal("Sales", "que", "2"))))
    (change,) = diff_flows(before, after)
    assert (change.before, change.after) == ("Sales (1)", "Sales (2)")


def test_an_action_on_another_branch_is_moved():
    def move(document):
        failure = by_id(document, "look")["paths"][1]
        timeout = by_id(document, "look")["paths"][2]
        timeout["nextActionId"] = failure.pop("nextActionId")

    assert changes(move) == [
        FlowChange(
            What.MOVED,
            Subject.ACTION,
            "wait",
            "wait",
            (),
            "Initial / look: Failure",
            "Initial / look: Timeout",
        )
    ]


def test_an_action_at_another_place_of_its_sequence_is_moved_and_its_neighbours_are_not():
    steps = ["a", "b", "c", "d"]

    def chain(order):
        actions = [
            action(name, "WaitAction", next=following)
            for name, following in zip(order, [*order[1:], None], strict=True)
        ]
        return flow(item("s", "State", order[0], *actions))

    found = diff_flows(chain(steps), chain(["b", "c", "d", "a"]))
    assert [(c.what, c.id) for c in found] == [(What.MOVED, "a")]


def test_an_inserted_action_is_one_addition():
    def insert(document):
        by_id(document, "set")["nextAction"] = "new"
        new = action("new", "WaitAction", name="Breathe", next="end")
        document["flowSequenceItemList"][0]["actionList"].append(new)

    assert changes(insert) == [FlowChange(What.ADDED, Subject.ACTION, "new", "Breathe")]


def test_a_removed_action_is_one_removal():
    def remove(document):
        by_id(document, "look")["paths"][1].pop("nextActionId")
        actions = document["flowSequenceItemList"][0]["actionList"]
        actions.remove(by_id(document, "wait"))

    assert changes(remove) == [FlowChange(What.REMOVED, Subject.ACTION, "wait", "wait")]


def test_items_variables_and_references_come_and_go():
    def change(document):
        document["flowSequenceItemList"].pop()
        document["variables"].append(declared("Flow.c"))
        document["manifest"] = {
            "queue": [{"id": "q", "name": "Sales EU"}],
            "user": [{"id": "u", "name": "Ann"}],
        }

    assert [(c.what, c.subject, c.name) for c in changes(change)] == [
        (What.ADDED, Subject.VARIABLE, "Flow.c"),
        (What.REMOVED, Subject.ITEM, "other"),
        (What.REMOVED, Subject.ACTION, "stop"),
        (What.RENAMED, Subject.REFERENCE, "queue Sales EU"),
        (What.ADDED, Subject.REFERENCE, "user Ann"),
    ]


def test_fields_of_the_flow_and_of_a_variable_are_named_by_their_path():
    def change(document):
        document["supportedLanguages"] = ["de-de"]
        document["initialSequence"] = "other"
        document["variables"][0]["isOutput"] = True

    assert [(c.subject, c.path, c.before, c.after) for c in changes(change)] == [
        (Subject.FLOW, ("supportedLanguages", 0), "en-us", "de-de"),
        (Subject.FLOW, ("initialSequence",), "Initial", "other"),
        (Subject.VARIABLE, ("isOutput",), False, True),
    ]


def test_bindings_are_matched_by_name_not_by_place():
    def bind(*names):
        look = data_action("look")
        look["inputs"] = [{"name": name, "value": literal(name)} for name in names]
        return flow(item("s", "State", "look", look))

    assert diff_flows(bind("a", "b"), bind("b", "a")) == []
    (change,) = diff_flows(bind("a"), bind("b", "a"))
    assert change.path == ("inputs", "b")


def test_names_that_repeat_another_objects_name_do_not_show_twice():
    def rename(document):
        by_id(document, "look").update(actionName="Get Client")

    assert changes(rename) == []


def test_a_change_reads_as_a_sentence():
    (change,) = changes(lambda d: by_id(d, "set").update(name="Store"))
    assert str(change) == "action 'Remember' renamed to 'Store'"


@settings(max_examples=60, deadline=None)
@given(st.permutations(list(range(7))))
def test_as_few_actions_as_possible_are_called_moved(order):
    def chain(numbers):
        names = [f"a{number}" for number in numbers]
        actions = [
            action(name, "WaitAction", next=following)
            for name, following in zip(names, [*names[1:], None], strict=True)
        ]
        return flow(item("s", "State", names[0], *actions))

    found = diff_flows(chain(sorted(order)), chain(order))
    moved = {change.id for change in found}
    kept = [number for number in order if f"a{number}" not in moved]
    assert kept == sorted(kept)
    assert not any(
        list(rest) == sorted(rest)
        for rest in ([n for n in order if n in kept or n == back] for back in set(order) - set(kept))
    )


@pytest.mark.corpus
@needs_shared
def test_a_real_flow_does_not_differ_from_its_shuffled_self():
    for file in sorted(shared("corpus", "flows_i3").iterdir()):
        document = i3.decode(file.read_bytes())
        shuffled = copy.deepcopy(document)
        shuffled["flowSequenceItemList"].reverse()
        shuffled["uiMetaData"] = {}
        for entry in shuffled["flowSequenceItemList"]:
            entry.get("actionList", []).reverse()
        assert diff_flows(document, shuffled) == [], file.name
