"""The graph of a flow, from every form a flow is written in."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.flow_samples import (
    action,
    data_action,
    decision,
    declared,
    empty,
    flow,
    item,
    literal,
    path,
    target,
    variable,
)
from tests.shared import needs_shared, shared
from trunkline.domain.flow import (
    Edge,
    EdgeKind,
    Reference,
    from_archy,
    from_configuration,
    from_guides,
    guides_form,
    i3,
)
from trunkline.project.archy import parse_archy, substitutions


def links(graph):
    return {(edge.source, edge.target, edge.kind.value) for edge in graph.edges}


def test_a_branch_without_a_next_action_returns_to_what_follows_its_owner():
    graph = from_configuration(
        flow(
            item(
                "state",
                "State",
                "ask",
                action("end", "EndWorkflowAction"),
                action("set", "UpdateVariableAction", variables=[]),
                decision("ask", "set", None, next="end"),
            )
        )
    )
    assert links(graph) == {
        ("state", "ask", "start"),
        ("ask", "set", "branch"),
        ("ask", "end", "branch"),
        ("set", "end", "join"),
    }
    assert not graph.unreachable
    assert not graph.dead_ends


def test_joins_pass_through_nested_branches():
    graph = from_configuration(
        flow(
            item(
                "state",
                "State",
                "outer",
                decision("outer", "inner", None, next="end"),
                decision("inner", "set", None),
                action("set", "UpdateVariableAction"),
                action("end", "EndWorkflowAction"),
            )
        )
    )
    assert Edge("set", "end", "", EdgeKind.JOIN) in graph.edges
    assert Edge("inner", "end", "No", EdgeKind.BRANCH) in graph.edges
    assert [graph.nodes[name].depth for name in ("outer", "inner", "set", "end")] == [0, 1, 2, 0]
    assert [owner.id for owner in graph.owners(graph.nodes["set"])] == ["inner", "outer"]


def a_loop():
    return from_configuration(
        flow(
            item(
                "state",
                "State",
                "loop",
                action("loop", "LoopAction", next="end", path=path("__LOOP__", "ask")),
                decision("ask", "next", "exit"),
                action("next", "NextLoopAction"),
                action("exit", "ExitLoopAction"),
                action("end", "EndWorkflowAction"),
            )
        )
    )


def test_the_body_of_a_loop_returns_to_it_and_exit_loop_leaves_it():
    graph = a_loop()
    assert ("next", "loop", "loop") in links(graph)
    assert ("exit", "end", "next") in links(graph)
    assert ("loop", "end", "next") in links(graph)


def test_loops_are_cycles_and_know_their_body():
    assert a_loop().cycles == (frozenset({"loop", "ask", "next"}),)
    assert a_loop().loops == {"loop": {"ask", "next", "exit"}}


def test_a_called_task_comes_back_and_a_jump_does_not():
    graph = from_configuration(
        flow(
            item(
                "main",
                "Task",
                "call",
                action(
                    "call", "CallTaskAction", next="jump", taskReference="sub", paths=[path("__DEFAULT__")]
                ),
                action("jump", "TransferTaskAction", next="never", taskReference="sub"),
                action("never", "DisconnectAction"),
            ),
            item("sub", "Task", "done", action("done", "EndTaskAction")),
        )
    )
    assert ("call", "sub", "call") in links(graph)
    assert ("call", "jump", "branch") in links(graph)
    assert ("jump", "sub", "jump") in links(graph)
    assert [node.id for node in graph.unreachable] == ["never"]


def test_a_failed_transfer_goes_on_only_where_no_failure_output_is_drawn():
    with_path = action("t", "TransferPureMatchAction", next="end", paths=[path("__FAILURE__", "say")])
    without = action("t", "TransferPureMatchAction", next="end", paths=[])
    rest = [action("say", "PlayAudioAction"), action("end", "DisconnectAction")]
    drawn = from_configuration(flow(item("task", "Task", "t", with_path, *copy.deepcopy(rest))))
    plain = from_configuration(flow(item("task", "Task", "t", without, *copy.deepcopy(rest))))
    assert ("t", "end", "next") not in links(drawn)
    assert ("say", "end", "join") in links(drawn)
    assert ("t", "end", "next") in links(plain)


def a_menu(**fields):
    choices = [
        {
            "id": "c1",
            "name": "Sales",
            "digit": 1,
            "action": action("sell", "TransferPureMatchAction", paths=[]),
        },
        {"id": "c2", "name": "Again", "action": action("again", "TransferMenuAction", menuReference="menu")},
    ]
    return {"id": "menu", "name": "Main", "__type": "Menu", "menuChoiceList": choices, **fields}


def test_menu_choices_are_edges_labelled_with_key_and_name():
    graph = from_configuration(flow(a_menu(), kind="inboundcall"))
    assert Edge("menu", "sell", "1: Sales", EdgeKind.CHOICE) in graph.edges
    assert Edge("menu", "again", "Again", EdgeKind.CHOICE) in graph.edges
    assert Edge("again", "menu", "", EdgeKind.JUMP) in graph.edges
    assert Edge("sell", "menu", "", EdgeKind.JOIN) in graph.edges


def test_an_in_queue_task_starts_over_after_its_last_action():
    graph = from_configuration(
        flow(
            item(
                "loop",
                "LoopTask",
                "say",
                action("say", "PlayAudioAction", next="hold"),
                action("hold", "HoldMusicAction"),
            ),
            kind="inqueuecall",
        )
    )
    assert ("hold", "say", "loop") in links(graph)
    assert not graph.terminals


def test_items_that_the_settings_name_are_entries_too():
    handler = item("handler", "Task", "bye", action("bye", "DisconnectAction"))
    main = item("main", "Task", "end", action("end", "DisconnectAction"))
    errors = {"handlingType": "Task", "taskReference": "handler"}
    graph = from_configuration(flow(main, handler, kind="inboundcall", errorHandling=errors))
    assert graph.roots == ("main", "handler")
    assert not graph.unreachable


def test_a_disabled_output_is_never_taken():
    switch = action(
        "s", "SwitchAction", next="end", paths=[path("a", "x", disabled=True), path("__DEFAULT__")]
    )
    body = item("state", "State", "s", switch, action("x", "WaitAction"), action("end", "EndWorkflowAction"))
    graph = from_configuration(flow(body))
    assert [node.id for node in graph.unreachable] == ["x"]
    assert Edge("s", "x", "A", EdgeKind.DISABLED) in graph.edges


def test_edges_into_nowhere_and_repeated_ids_are_kept_for_the_rules():
    body = item(
        "state",
        "State",
        "a",
        action("a", "WaitAction", next="gone"),
        action("b", "EndWorkflowAction"),
        action("b", "WaitAction"),
    )
    graph = from_configuration(flow(body))
    assert [edge.target for edge in graph.dangling] == ["gone"]
    assert graph.duplicates == ("b",)


def test_reads_and_writes_of_variables_are_told_apart():
    update = action(
        "set",
        "UpdateVariableAction",
        variables=[{"variable": target("Flow.a"), "expression": variable("Flow.b")}],
    )
    switch = action(
        "s", "SwitchAction", expression={"text": 'Flow.c == "Flow.d"', "type": "bln", "metaData": {}}
    )
    graph = from_configuration(flow(item("state", "State", "set", update, switch)))
    assert [(use.name, use.writes, use.node) for use in graph.uses] == [
        ("Flow.a", True, "set"),
        ("Flow.b", False, "set"),
        ("Flow.c", False, "s"),
    ]


def test_variables_know_their_scope_and_whether_they_start_with_a_value():
    body = item("task", "Task", "e", action("e", "EndTaskAction"), variables=[declared("Task.x")])
    graph = from_configuration(
        flow(body, variables=[declared("Flow.in", is_input=True), declared("Flow.v", value=literal("1"))])
    )
    assert [(v.name, v.item, v.is_input, v.has_value) for v in graph.variables] == [
        ("Flow.in", None, True, False),
        ("Flow.v", None, False, True),
        ("Task.x", "task", False, False),
    ]


def test_foreign_objects_are_found_in_fields_and_in_literals():
    transfer = action(
        "t",
        "TransferPureMatchAction",
        queues=[literal("Sales", "que", "q-1")],
        skills=[literal("French", "skl", "s-1")],
        inQueueFlowId="f-1",
        inQueueFlowName="Hold",
        processingPrompt=literal("processing", "pmt", "__processing__"),
        languageSkill=empty("lac"),
        paths=[],
    )
    graph = from_configuration(flow(item("task", "Task", "d", data_action("d", next="t"), transfer)))
    found = {(reference.kind, reference.id, reference.name) for reference in graph.references}
    assert found == {
        ("dataAction", "custom_-_11111111-1111-1111-1111-111111111111", "Get Customer"),
        ("inqueueCallFlow", "f-1", "Hold"),
        ("queue", "q-1", "Sales"),
        ("acdSkill", "s-1", "French"),
        ("systemPrompt", "__processing__", "processing"),
    }


def test_the_manifest_is_read_as_references():
    body = item("state", "State", "e", action("e", "EndWorkflowAction"))
    graph = from_configuration(flow(body, manifest={"queue": [{"id": "q", "name": "Sales", "version": "1"}]}))
    assert graph.manifest == (Reference("queue", "q", "Sales", path=("manifest", "queue", 0), version="1"),)


@pytest.mark.parametrize("document", [{}, {"flowSequenceItemList": None}, {"flowSequenceItemList": {}}])
def test_what_is_no_configuration_is_refused(document):
    with pytest.raises(ValueError, match="no list flowSequenceItemList"):
        from_configuration(document)


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.sampled_from(["a", "b", "state"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["id", "name", "__type", "nextAction", "paths", "actionList", "startAction", "config", "text", "ref",
             "operands", "menuChoiceList", "action", "variables", "lit", "type", "val", "path", "nextActionId"]
        ),
        inner,
        max_size=5,
    ),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.lists(junk, max_size=3), junk)
def test_no_document_whatever_its_shape_breaks_the_builder(items, rest):
    graph = from_configuration({"flowSequenceItemList": items, "errorHandling": rest, "manifest": rest})
    assert graph.reachable <= graph.nodes.keys()
    assert set(graph.terminals) <= set(graph.nodes.values())


def test_a_chain_of_thousands_of_nested_branches_is_walked_without_recursion():
    depth = 5_000
    steps = [decision(f"d{i}", f"d{i + 1}", None) for i in range(depth)]
    body = item("state", "State", "d0", *steps, action(f"d{depth}", "EndWorkflowAction"))
    graph = from_configuration(flow(body))
    assert graph.nodes[f"d{depth}"].depth == depth
    assert not graph.unreachable
    assert not graph.cycles


ARCHY = """
workflow:
  name: {{flow_name}}
  startUpRef: "/workflow/states/state[Initial_10]"
  variables:
    - stringVariable:
        name: Flow.ani
        initialValue:
          noValue: true
        isInput: true
  settingsErrorHandling:
    errorHandling:
      endWorkflow:
        exitReason:
          noValue: true
  states:
    - state:
        name: Initial
        refId: Initial_10
        actions:
          - decision:
              name: Blocked?
              condition:
                exp: contains(Flow.ani, "Flow.nothing")
              outputs:
                yes:
                  actions:
                    - callData:
                        name: Look up
                        category:
                          {{category}}:
                            dataAction:
                              {{prefix}}-Lookup:
                                inputs:
                                  ani:
                                    exp: Flow.ani
                                successOutputs:
                                  found:
                                    var: Flow.found
                        outputs:
                          success:
                            actions:
                              - callTask:
                                  name: Go
                                  targetTaskRef: "./tasks/task[Help_20]"
          - switch:
              name: Which
              evaluate:
                firstMatch:
                  string:
                    value:
                      exp: Flow.found
                    cases:
                      - case:
                          value: {lit: Open}
                          actions:
                            - loop:
                                name: Repeat
                                currentIndex: {var: Flow.i}
                                outputs:
                                  loop:
                                    actions:
                                      - loopNext: {name: Again}
          - endWorkflow:
              name: End
  tasks:
    - task:
        name: Help
        refId: Help_20
        actions:
          - transferToAcd:
              name: To sales
              targetQueue: {lit: {name: Sales}}
"""


def test_archy_nesting_becomes_the_same_edges_as_architects_flat_list():
    graph = from_archy(parse_archy(ARCHY).value)
    first = "Initial_10"
    assert graph.name == "{{flow_name}}"
    assert graph.type == "workflow"
    assert graph.start == first
    assert links(graph) == {
        (first, f"{first}/0", "start"),
        (f"{first}/0", f"{first}/0/yes/0", "branch"),
        (f"{first}/0", f"{first}/1", "branch"),
        (f"{first}/0/yes/0", f"{first}/0/yes/0/success/0", "branch"),
        (f"{first}/0/yes/0", f"{first}/1", "branch"),
        (f"{first}/0/yes/0/success/0", "Help_20", "call"),
        (f"{first}/0/yes/0/success/0", f"{first}/1", "join"),
        (f"{first}/1", f"{first}/1/case 1/0", "branch"),
        (f"{first}/1", f"{first}/2", "branch"),
        (f"{first}/1/case 1/0", f"{first}/1/case 1/0/loop/0", "branch"),
        (f"{first}/1/case 1/0", f"{first}/2", "join"),
        (f"{first}/1/case 1/0/loop/0", f"{first}/1/case 1/0", "loop"),
        ("Help_20", "Help_20/0", "start"),
    }
    assert not graph.unreachable


def test_archy_names_objects_and_variables():
    graph = from_archy(parse_archy(ARCHY).value)
    assert {(r.kind, r.name) for r in graph.references} == {
        ("dataAction", "{{prefix}}-Lookup"),
        ("queue", "Sales"),
    }
    assert {(use.name, use.writes) for use in graph.uses} == {
        ("Flow.ani", False),
        ("Flow.found", True),
        ("Flow.found", False),
        ("Flow.i", True),
    }
    assert [(v.name, v.is_input, v.has_value) for v in graph.variables] == [("Flow.ani", True, False)]


def test_substitutions_are_values_and_keys_and_can_be_filled_in():
    assert substitutions(ARCHY) == ("flow_name", "category", "prefix")
    filled = parse_archy(ARCHY, {"flow_name": "Sorter", "prefix": "Dev"})
    graph = from_archy(filled.value)
    assert graph.name == "Sorter"
    assert ("dataAction", "Dev-Lookup") in {(r.kind, r.name) for r in graph.references}
    assert "{{category}}" in str(filled.value)


def test_positions_in_an_archy_file_survive_its_substitutions():
    document = parse_archy(ARCHY)
    assert document.positions["workflow", "name"][0] == 3
    assert any("{{category}}" in path for path in document.positions)


@pytest.mark.parametrize("document", [{}, {"a": 1, "b": 2}, {"workflow": []}])
def test_what_is_no_archy_flow_is_refused(document):
    with pytest.raises(ValueError, match="not an Archy flow"):
        from_archy(document)


def test_a_menu_task_of_archy_is_a_task_of_its_own():
    document = {
        "inboundCall": {
            "name": "Main",
            "startUpRef": "/inboundCall/menus/menu[Menu_10]",
            "menus": [
                {
                    "menu": {
                        "name": "Menu",
                        "refId": "Menu_10",
                        "choices": [
                            {
                                "menuTask": {
                                    "name": "Life",
                                    "dtmf": "digit_1",
                                    "task": {"actions": [{"disconnect": {"name": "Bye"}}]},
                                }
                            },
                            {"menuDisconnect": {"name": "Leave"}},
                        ],
                    }
                }
            ],
        }
    }
    graph = from_archy(document)
    assert [(e.source, e.target, e.label) for e in graph.edges if e.kind is EdgeKind.CHOICE] == [
        ("Menu_10", "Menu_10/0", "1: Life"),
        ("Menu_10", "Menu_10/1", "Leave"),
    ]
    assert not graph.unreachable
    assert not graph.dead_ends


GUIDES = {
    "id": "f",
    "name": "Main",
    "type": "INBOUNDCALL",
    "nodes": [
        {"id": "a", "type": "START"},
        {"id": "b", "name": "Ask", "type": "MENU"},
        {"id": "c", "type": "DISCONNECT"},
        {"id": "d", "type": "MENU"},
    ],
    "edges": [{"source": "a", "target": "b"}, {"from": "b", "to": "c", "label": "1"}],
}


def test_the_guides_nodes_and_edges_are_a_graph():
    graph = from_guides(GUIDES)
    assert graph.roots == ("a",)
    assert links(graph) == {("a", "b", "next"), ("b", "c", "branch")}
    assert [node.id for node in graph.unreachable] == ["d"]
    assert [node.id for node in graph.dead_ends] == ["d"]


@pytest.mark.parametrize("kind", ["END", "disconnect", "TRANSFER_TO_ACD", "EndTask", "acd_queue", ""])
def test_an_ending_is_known_by_its_type_or_not_called_a_dead_end(kind):
    assert not from_guides({"nodes": [{"id": "a", "type": kind}], "edges": []}).dead_ends


@pytest.mark.parametrize("kind", ["sendResponse", "MENU", "PLAY_AUDIO", "calendar"])
def test_other_types_need_a_next_step(kind):
    assert from_guides({"nodes": [{"id": "a", "type": kind}], "edges": []}).dead_ends


def test_without_a_start_node_the_entries_are_those_no_edge_leads_to():
    document = {"nodes": [{"id": "a"}, {"id": "b"}, {"id": "c"}], "edges": [{"source": "a", "target": "b"}]}
    assert from_guides(document).roots == ("a", "c")


@pytest.mark.parametrize("key", ["nodes", "edges"])
def test_nodes_and_edges_must_be_lists(key):
    with pytest.raises(ValueError, match=key):
        from_guides({**GUIDES, key: {}})


def test_the_guides_form_of_a_flow_reads_back_as_the_same_graph():
    graph = a_loop()
    document = guides_form(graph, {"id": "f", "status": "PUBLISHED", "version": 3})
    again = from_guides(document)
    assert document["id"] == "f"
    assert again.nodes.keys() == {"start", *graph.nodes}
    assert set(graph.edges) < set(again.edges)
    assert not again.unreachable
    assert not again.dead_ends


@pytest.mark.corpus
@needs_shared
def test_real_configurations_have_no_dead_end_no_dangling_edge_and_a_full_manifest():
    for file in sorted(shared("corpus", "flows_i3").iterdir()):
        graph = from_configuration(i3.decode(file.read_bytes()))
        assert not graph.dead_ends, file.name
        assert not graph.dangling, file.name
        assert not graph.duplicates, file.name
        known = {(entry.kind, entry.id) for entry in graph.manifest or ()}
        assert {(r.kind, r.id) for r in graph.references} <= known, file.name
        again = from_guides(guides_form(graph, {}))
        assert [n.id for n in again.unreachable] == [n.id for n in graph.unreachable], file.name


TWINS = {
    "gcb__ani-blacklist__Blacklist.i3WorkFlow": "gcb__ani-blacklist__blacklist.yaml",
    "gcb__callback-prioritization__Callback-Prioritization.i3WorkFlow": (
        "gcb__callback-prioritization__Callback-Prioritization-Workflow.yaml"
    ),
    "gcb__update-gc-presence-on-communicate-call-a__Set-GC-User-to-Busy.i3WorkFlow": (
        "gcb__update-gc-presence-on-communicate-call-a__Set-GC-User-to-Busy.yaml"
    ),
    "gcb__genesys-cloud-call-park__Orbit---Parked-Call-Retrieval.i3InboundFlow": (
        "gcb__genesys-cloud-call-park__orbit-parked-call-retrieval.yaml"
    ),
}


def shape(graph):
    """What both forms of a flow must agree on: types and how often one type follows another."""
    kinds = {node.id: node.type for node in graph.nodes.values()}
    return sorted((kinds[e.source], kinds[e.target], e.kind.value) for e in graph.edges)


@pytest.mark.corpus
@needs_shared
@pytest.mark.parametrize("name", TWINS)
def test_a_real_flow_and_its_archy_twin_have_the_same_shape(name):
    exported = from_configuration(i3.decode(shared("corpus", "flows_i3", name).read_bytes()))
    written = from_archy(parse_archy(shared("corpus", "flows_archy", TWINS[name]).read_text("utf-8")).value)
    assert shape(exported) == shape(written)


@pytest.mark.corpus
@needs_shared
def test_every_real_archy_flow_parses_and_has_no_dead_end():
    files = sorted(shared("corpus", "flows_archy").iterdir())
    assert len(files) > 40
    for file in files:
        graph = from_archy(parse_archy(file.read_text("utf-8")).value)
        assert graph.start in graph.nodes, file.name
        assert not graph.dead_ends, file.name
        assert not graph.dangling, file.name
