"""The rules of flows: each finds its fault, and is silent on a flow without it."""

from __future__ import annotations

import copy
import json
from importlib.resources import files

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
from trunkline.domain.finding import Severity
from trunkline.domain.flow import from_configuration, guides_form, i3
from trunkline.domain.resource import Address, Resource
from trunkline.project.archy import parse_archy
from trunkline.rules import all_rules, check
from trunkline.rules.flows import FLOW_RULES

ACTION = "custom_-_11111111-1111-1111-1111-111111111111"

GUIDES = {
    "id": "f",
    "name": "Main",
    "type": "INBOUNDCALL",
    "status": "PUBLISHED",
    "version": 3,
    "nodes": [
        {"id": "s", "name": "Start", "type": "START"},
        {"id": "m", "name": "Menu", "type": "MENU"},
        {"id": "e", "name": "Bye", "type": "DISCONNECT"},
    ],
    "edges": [
        {"id": "e1", "source": "s", "target": "m"},
        {"id": "e2", "source": "m", "target": "e", "label": "1"},
    ],
}


def resource(body, kind="flow", name="f"):
    return Resource(Address(kind, name), body)


def found(body, *others):
    return [f for f in check([resource(body), *others]) if f.address.kind == "flow"]


def rules_of(body, *others):
    return [f.rule for f in found(body, *others)]


def guides(**changes):
    return {**copy.deepcopy(GUIDES), **changes}


def workflow(*actions, **fields):
    """A flow of one state; its actions run in order."""
    state = item("state", "State", actions[0]["id"], *actions)
    manifest = {"dataAction": [{"id": ACTION, "name": "Get Customer"}]}
    return flow(state, variables=fields.pop("flow_variables", []), **{"manifest": manifest, **fields})


def end():
    return action("end", "EndWorkflowAction")


def test_a_good_flow_has_no_finding():
    assert found(guides()) == []
    assert found(workflow(decision("d", "end", None, next="end"), end())) == []


@pytest.mark.parametrize("field", ["id", "name", "type", "status", "version", "nodes", "edges"])
def test_a_missing_field_is_named(field):
    body = guides()
    del body[field]
    (first, *_) = [f for f in found(body) if f.rule == "flow-fields"]
    assert first.severity is Severity.ERROR
    assert first.message == f"Missing field '{field}'"


def test_nodes_and_edges_must_be_lists_of_proper_objects():
    assert rules_of(guides(nodes={})) == ["flow-fields"]
    assert "flow-node" in rules_of(guides(nodes=[*GUIDES["nodes"], "x", {"name": "no id"}]))
    assert "flow-node" in rules_of(guides(edges=[*GUIDES["edges"], {"source": "s"}, 3]))


def test_what_is_no_flow_at_all_is_said_to_be_none():
    assert rules_of({"a": 1}) == ["flow-fields"]


@pytest.mark.parametrize("version", ["latest", True, -1, [], 1.5])
def test_a_version_is_a_number(version):
    assert rules_of(guides(version=version)) == ["flow-version"]


@pytest.mark.parametrize("version", [0, 7, "7", "7.0"])
def test_both_spellings_of_a_version_are_accepted(version):
    assert found(guides(version=version)) == []


def test_an_edge_to_a_node_that_does_not_exist_is_an_error():
    body = guides(edges=[*GUIDES["edges"], {"source": "m", "target": "gone", "label": "2"}])
    (finding,) = found(body)
    assert finding.rule == "flow-dangling-reference"
    assert "Menu (2) leads to gone" in finding.message
    assert finding.path == ("nodes", 1)


def test_ids_are_unique():
    assert "flow-duplicate-id" in rules_of(guides(nodes=[*GUIDES["nodes"], {"id": "m", "type": "MENU"}]))


def test_there_is_exactly_one_start():
    extra = {"id": "s2", "type": "START"}
    edge = {"source": "s2", "target": "m"}
    assert "flow-start" in rules_of(guides(nodes=[*GUIDES["nodes"], extra], edges=[*GUIDES["edges"], edge]))
    circle = guides(nodes=[{"id": "a", "type": "MENU"}], edges=[{"source": "a", "target": "a"}])
    assert rules_of(circle) == ["flow-start"]
    assert rules_of(guides(nodes=[], edges=[])) == ["flow-start"]


def test_dead_ends_and_unreachable_nodes_are_errors():
    nodes = [*GUIDES["nodes"], {"id": "d", "type": "MENU"}, {"id": "u", "type": "DISCONNECT"}]
    body = guides(nodes=nodes, edges=[*GUIDES["edges"], {"source": "m", "target": "d"}])
    assert sorted(rules_of(body)) == ["flow-dead-end", "flow-unreachable-node"]


def test_a_node_that_the_cloud_itself_calls_unused_is_a_warning():
    body = guides(nodes=[*GUIDES["nodes"], {"id": "u", "type": "DISCONNECT", "unused": True}])
    (finding,) = found(body)
    assert (finding.rule, finding.severity) == ("flow-unreachable-action", Severity.WARNING)


@pytest.mark.parametrize("status", ["DRAFT", "PENDING_PUBLISH"])
def test_an_unfinished_flow_may_be_incomplete(status):
    body = guides(status=status, nodes=GUIDES["nodes"][:2])
    assert {f.rule for f in found(body)} == {"flow-draft-incomplete"}
    assert {f.severity for f in found(body)} == {Severity.WARNING}
    assert rules_of(guides(status=status)) == []
    assert rules_of(guides(status=status, nodes=[], edges=[])) == ["flow-draft-incomplete"]


def test_a_link_into_nowhere_of_a_configuration_is_an_error():
    assert rules_of(workflow(action("a", "WaitAction", next="gone"))) == [
        "flow-dangling-reference",
        "flow-dead-end",
    ]


def test_what_is_never_reached_is_said_once_for_an_item():
    lost = item("lost", "Task", "x", action("x", "WaitAction", next="y"), action("y", "EndTaskAction"))
    body = flow(item("state", "State", "end", end()), lost)
    (finding,) = found(body)
    assert (finding.rule, finding.severity) == ("flow-unreachable-action", Severity.WARNING)
    assert "the task is never reached" in finding.message


def test_a_data_action_whose_failure_goes_unnoticed_is_a_warning():
    assert rules_of(workflow(data_action("d", next="end"), end())) == ["flow-unhandled-failure"]


@pytest.mark.parametrize("ways", [{"success": "wait"}, {"failure": "wait", "timeout": "end"}])
def test_a_failure_that_goes_another_way_than_success_is_handled(ways):
    body = workflow(data_action("d", next="end", **ways), action("wait", "WaitAction"), end())
    assert rules_of(body) == []


def test_a_timeout_is_not_handled_by_handling_the_failure():
    body = workflow(data_action("d", next="end", failure="wait"), action("wait", "WaitAction"), end())
    (finding,) = found(body)
    assert finding.rule == "flow-unhandled-failure"
    assert "Timeout of the data action" in finding.message


def test_an_error_that_is_kept_and_tested_is_handled():
    call = data_action("d", next="test")
    call["errorBindings"] = [{"name": "errorCode", "value": target("Flow.error")}]
    test = decision("test", "end", None, next="end")
    test["expression"] = variable("Flow.error")
    assert rules_of(workflow(call, test, end(), flow_variables=[declared("Flow.error")])) == []


def test_input_that_is_not_there_must_be_handled():
    paths = [path("__SUCCESS__"), path("__FAILURE__")]
    collect = action("c", "CollectInputAction", next="end", resultData=target("Flow.pin"), paths=paths)
    assert rules_of(workflow(collect, end(), flow_variables=[declared("Flow.pin")])) == [
        "flow-collect-input-no-match"
    ]


def a_task_that_repeats(*actions):
    return flow(item("task", "Task", "again", *actions), kind="inboundcall")


def test_a_loop_without_a_pause_or_an_end_is_an_error():
    jump = action("again", "TransferTaskAction", taskReference="task")
    assert rules_of(a_task_that_repeats(jump)) == ["flow-endless-loop"]


def test_a_loop_that_waits_or_ends_is_fine():
    again = action("jump", "TransferTaskAction", taskReference="task")
    waiting = a_task_that_repeats(action("again", "PlayAudioAction", next="jump"), copy.deepcopy(again))
    leaving = a_task_that_repeats(decision("again", "jump", "end"), again, action("end", "DisconnectAction"))
    assert rules_of(waiting) == []
    assert rules_of(leaving) == []


def test_a_transfer_needs_a_step_for_its_failure():
    transfer = action("t", "TransferPureMatchAction", paths=[path("__FAILURE__")])
    assert rules_of(workflow(transfer)) == ["flow-transfer-no-failure"]
    followed = action("t", "TransferPureMatchAction", next="end", paths=[path("__FAILURE__")])
    assert rules_of(workflow(followed, end())) == []


def a_menu(*choices, **fields):
    return flow({"id": "menu", "name": "Main", "__type": "Menu", "menuChoiceList": list(choices), **fields})


def choice(choice_id, **fields):
    leave = action(f"a{choice_id}", "DisconnectAction")
    return {"id": choice_id, "name": choice_id, "speechRecTerms": {"en-us": []}, "action": leave, **fields}


def test_menu_choices_that_nobody_can_make_are_found():
    assert rules_of(a_menu(choice("a", digit=1), choice("b", digit=2))) == []
    assert rules_of(a_menu(choice("a", digit=1), choice("b", digit=1))) == ["flow-dead-menu-choice"] * 2
    assert rules_of(a_menu(choice("a"))) == ["flow-dead-menu-choice"]
    assert rules_of(a_menu(choice("a", speechRecTerms={"en-us": ["sales"]}))) == []
    assert rules_of(a_menu(choice("a"), defaultMenuChoice="a")) == []
    assert rules_of(a_menu(choice("a", digit=1, action=None))) == ["flow-dead-menu-choice"]


def test_a_flow_says_what_happens_on_errors():
    body = workflow(end())
    del body["errorHandling"]
    assert rules_of(body) == ["flow-no-error-handling"]
    assert rules_of({**body, "type": "commonmodule"}) == []
    queue = {"handlingType": "Queue", "queue": empty("que")}
    assert rules_of({**body, "errorHandling": queue}) == ["flow-no-error-handling"]


def test_very_deep_branches_are_mentioned():
    steps = [decision(f"d{n}", f"d{n + 1}", "end") for n in range(12)]
    (finding,) = found(workflow(*steps, action("d12", "EndWorkflowAction"), end()))
    assert (finding.rule, finding.severity) == ("flow-deep-nesting", Severity.INFO)


def test_a_decision_that_changes_nothing_is_mentioned():
    assert rules_of(workflow(decision("d", None, None, next="end"), end())) == ["flow-pointless-decision"]


def setting(name, value, action_id="set", **fields):
    entry = {"variable": target(name), "expression": value}
    return action(action_id, "UpdateVariableAction", variables=[entry], **fields)


def reading(name, **fields):
    return action("read", "SendResponseAction", messageBody=variable(name), **fields)


def test_a_variable_that_nothing_sets_is_a_warning():
    def body(**flags):
        return workflow(reading("Flow.a", next="end"), end(), flow_variables=[declared("Flow.a", **flags)])

    assert rules_of(body()) == ["flow-variable-never-set"]
    assert rules_of(body(is_input=True)) == []
    assert rules_of(body(value=literal("x"))) == []


def test_a_variable_read_before_anything_sets_it_is_a_warning():
    early = workflow(
        reading("Flow.a", next="set"),
        setting("Flow.a", literal("x"), next="end"),
        end(),
        flow_variables=[declared("Flow.a")],
    )
    late = workflow(
        setting("Flow.a", literal("x"), next="read"),
        reading("Flow.a", next="end"),
        end(),
        flow_variables=[declared("Flow.a")],
    )
    assert rules_of(early) == ["flow-variable-before-set"]
    assert rules_of(late) == []


def test_what_a_called_task_sets_is_set_after_the_call():
    call = action("call", "CallTaskAction", next="read", taskReference="sub", paths=[])
    body = flow(
        item("state", "State", "call", call, reading("Flow.a", next="end"), end()),
        item(
            "sub",
            "Task",
            "set",
            setting("Flow.a", literal("x"), next="done"),
            action("done", "EndTaskAction"),
        ),
        variables=[declared("Flow.a")],
    )
    assert rules_of(body) == []


def test_an_undeclared_variable_is_an_error():
    assert rules_of(workflow(reading("Flow.gone", next="end"), end())) == ["flow-variable-undeclared"]


def test_an_unused_variable_is_mentioned():
    (finding,) = found(workflow(end(), flow_variables=[declared("Flow.a")]))
    assert (finding.rule, finding.severity) == ("flow-unused-variable", Severity.INFO)
    assert rules_of(workflow(end(), flow_variables=[declared("Flow.a", is_output=True)])) == []


SECRET = [declared("Flow.pin", is_secure=True, is_input=True)]


def test_a_secure_variable_must_not_leave_the_secure_places():
    assert rules_of(workflow(reading("Flow.pin", next="end"), end(), flow_variables=SECRET)) == [
        "flow-secure-leak"
    ]
    copied = workflow(
        setting("Flow.plain", variable("Flow.pin"), next="read"),
        reading("Flow.plain", next="end"),
        end(),
        flow_variables=[*SECRET, declared("Flow.plain")],
    )
    assert rules_of(copied) == ["flow-secure-leak"]


def test_a_secure_variable_may_be_copied_into_a_secure_one_and_go_to_a_secure_call():
    copied = workflow(
        setting("Flow.other", variable("Flow.pin"), next="call"),
        data_action("call", success="end", failure="end", timeout="end"),
        end(),
        flow_variables=[*SECRET, declared("Flow.other", is_secure=True)],
        kind="securecall",
    )
    call = copied["flowSequenceItemList"][0]["actionList"][1]
    call["inputs"] = [{"name": "pin", "value": variable("Flow.other")}]
    assert rules_of(copied) == []
    assert rules_of({**copied, "type": "inboundcall"}) == ["flow-secure-leak"]


def calling(**fields):
    """A flow that calls Get Customer, saved against a contract with the inputs id (required) and region."""
    call = data_action("d", success="end", failure="end", timeout="end")
    names = fields.pop("inputs", ["id"])
    call["inputs"] = [{"name": name, "value": literal("1")} for name in names]
    schema = {"properties": {"id": {}, "region": {}}, "required": ["id"]}
    cached = {"id": call["actionId"], "contract": {"input": {"inputSchemaFlattened": {"schema": schema}}}}
    return workflow(call, end(), uiMetaData={"actionServiceActions": [cached]}, **fields)


def test_inputs_are_held_against_the_contract_the_flow_knows():
    assert rules_of(calling()) == []
    assert rules_of(calling(inputs=["id", "idd"])) == ["flow-undeclared-input"]
    assert rules_of(calling(inputs=["region"])) == ["flow-missing-input"]


def test_a_contract_of_the_project_that_moved_on_is_noticed():
    schema = {"type": "object", "properties": {"id": {"type": "string"}, "country": {"type": "string"}}}
    contract = {"input": {"inputSchema": schema}, "output": {"successSchema": {"type": "object"}}}
    known = resource({"name": "Get Customer", "contract": contract}, "data_action", "Get Customer")
    (finding,) = found(calling(), known)
    assert finding.rule == "flow-stale-contract"
    assert "without region and with country" in finding.message
    assert "flow-undeclared-input" in rules_of(calling(inputs=["id", "region"]), known)


def test_the_manifest_must_hold_what_the_flow_names():
    body = calling()
    body["manifest"]["dataAction"] = []
    assert rules_of(body) == ["flow-reference-not-in-manifest"]


def test_an_action_without_its_object_is_an_error():
    call = data_action("d", success="end", failure="end", timeout="end")
    del call["actionId"], call["actionName"]
    assert rules_of(workflow(call, end())) == ["flow-reference-unnamed"]


def speaking(text, cases=()):
    audio = {"defaultAudio": literal(text, "aud"), "cases": list(cases)}
    play = action("p", "PlayAudioAction", next="end", prompts=audio)
    return workflow(play, end(), supportedLanguages=["en-us", "de-de"])


def test_text_in_one_language_is_not_enough_for_two():
    assert rules_of(speaking('ToAudioTTS("Hello")')) == ["flow-prompt-language"]
    assert rules_of(speaking('ToAudioTTS("Hello")', [{"language": "de-DE", "audio": literal("x")}])) == []
    assert rules_of(speaking("ToAudio(Prompt.Hello)")) == []


def test_prompts_of_one_language_are_told_once_for_a_flow():
    audio = {"defaultAudio": literal('ToAudioTTS("Hello")', "aud"), "cases": []}
    says = [action(f"p{n}", "PlayAudioAction", next=f"p{n + 1}", prompts=audio) for n in range(7)]
    last = action("p7", "EndWorkflowAction")
    (finding,) = found(workflow(*says, last, supportedLanguages=["en-us", "de-de", "fr-fr"]))
    assert finding.message.startswith("7 prompts have no text in de-de, fr-fr: p0 [11], p1 [12], ")
    assert finding.message.endswith(", …")


def test_every_rule_is_documented_and_has_an_id_of_its_own():
    for rule in FLOW_RULES.rules:
        assert rule.id.startswith("flow-")
        assert all_rules()[rule.id] is rule
        assert all((rule.title, rule.explanation, rule.example, rule.fix))
        assert not rule.title.endswith(".")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["a", "b", "DataAction", "Menu", "Flow.x"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["id", "name", "__type", "paths", "actionList", "startAction", "menuChoiceList", "action", "cases",
             "variables", "inputs", "nodes", "edges", "source", "target", "digit", "defaultAudio", "text",
             "config", "supportedLanguages", "actionId", "contract", "version", "status", "required"]
        ),
        inner,
        max_size=5,
    ),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(json_values, json_values, json_values)
def test_no_document_whatever_its_shape_breaks_a_rule(first, second, third):
    bodies = [
        {"flowSequenceItemList": [first], "uiMetaData": {"actionServiceActions": second}, "manifest": third},
        {"nodes": first, "edges": second, "status": third, "version": first},
        {"workflow": {"name": first, "startUpRef": second, "tasks": third}},
        {"supportedLanguages": ["a", "b"], "flowSequenceItemList": first if isinstance(first, list) else []},
    ]
    for body in bodies:
        assert all(str(finding) for finding in found(body))


def errors(body):
    return [str(finding) for finding in found(body) if finding.severity is Severity.ERROR]


def test_the_sample_org_has_no_flow_with_an_error():
    folder = files("trunkline.emulator") / "sample" / "flows"
    for file in folder.iterdir():
        assert errors(json.loads(file.read_text("utf-8"))) == [], file.name


def exported(document):
    """The flow as the guides' surface exports it."""
    meta = {"id": "f", "status": "PUBLISHED", "version": 1}
    return guides_form(from_configuration(document), meta)


def test_the_sample_org_exports_flows_without_an_error():
    folder = files("trunkline.emulator") / "sample" / "flows"
    for file in folder.iterdir():
        assert errors(exported(json.loads(file.read_text("utf-8")))) == [], file.name


@pytest.mark.corpus
@needs_shared
def test_no_published_flow_has_an_error():
    for file in sorted(shared("corpus", "flows_i3").iterdir()):
        document = i3.decode(file.read_bytes())
        assert errors(document) == [], file.name
        assert errors(exported(document)) == [], file.name
    for file in sorted(shared("corpus", "flows_archy").iterdir()):
        assert errors(parse_archy(file.read_text("utf-8")).value) == [], file.name


@pytest.mark.corpus
@needs_shared
def test_the_bugs_that_real_flows_have_are_found():
    def of(name):
        return {
            f"{f.rule}: {f.message}"
            for f in found(i3.decode(shared("corpus", "flows_i3", name).read_bytes()))
        }

    assert any(
        "flow-variable-never-set: State.callbackConversationId" in each
        for each in of("gcb__callback-prioritization__Callback-Prioritization.i3WorkFlow")
    )
    assert any(
        "flow-unreachable-action: Main Menu" in each
        for each in of("gcb__genesys-cloud-call-park__Orbit---Parked-Call-Retrieval.i3InboundFlow")
    )
