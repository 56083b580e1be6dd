"""The rules that run a flow: each shows a fault by a run that met it."""

from __future__ import annotations

import pytest

from tests.flow_build import Flow
from tests.shared import needs_shared, shared
from trunkline.domain.finding import Finding
from trunkline.domain.flow import i3
from trunkline.domain.resource import Address, Resource
from trunkline.rules import check


def found(flow: Flow, *others: Resource) -> list[Finding]:
    resources = [Resource(Address("flow", "Test"), flow.document), *others]
    return [one for one in check(resources, runs=True) if one.rule.startswith("flow-run-")]


def messages(flow: Flow, rule: str, *others: Resource) -> list[str]:
    return [one.message for one in found(flow, *others) if one.rule == rule]


def calling(required: bool) -> tuple[Flow, Resource]:
    flow = Flow(Flow__id="str", Flow__name="str")
    flow.inputs = {"Flow.id"}
    flow.decide("known?", 'Flow.id == "0"', "end", None, to="call")
    flow.add(
        "Data", "call", to="greet", actionName="Find", actionId="f", errorBindings=[],
        inputs=[{"name": "id", "value": flow.ex("Flow.id", "str")}],
        outputs=[{"name": "name", "value": flow.to("Flow.name")}],
        paths={"__SUCCESS__": None, "__FAILURE__": "end", "__TIMEOUT__": "end"},
    )  # fmt: skip
    flow.assign("greet", "Flow.name", '"Hello " + Flow.name', to="end").end("end")
    schema = {
        "type": "object",
        "properties": {"id": {"type": "string"}},
        "required": ["id"] if required else [],
    }
    action = {"name": "Find", "contract": {"input": {"inputSchema": schema}}}
    return flow, Resource(Address("data_action", "Find"), action)


def test_an_expression_that_fails_for_some_input_names_the_input():
    flow = (
        Flow(Flow__ani="str", Flow__x="str").assign("cut", "Flow.x", "Left(Flow.ani, 3)", to="end").end("end")
    )
    flow.inputs = {"Flow.ani"}
    (message,) = messages(flow, "flow-run-fails-on-input")
    assert message == "cut [11]: fails when Flow.ani is NOT_SET (Left: srcString is NOT_SET)"
    flow.actions[0]["variables"][0]["expression"] = flow.ex(
        'If(IsSet(Flow.ani), Left(Flow.ani, 3), "")', "str"
    )
    assert found(flow) == []


def test_an_expression_that_fails_for_some_reply_names_the_output():
    flow, _ = calling(required=False)
    (message,) = messages(flow, "flow-run-fails-on-reply")
    assert message.startswith("greet [13]: fails when name of Find is NOT_SET")


def test_a_required_input_that_may_be_not_set_is_told():
    flow, action = calling(required=True)
    assert messages(flow, "flow-run-required-input", action) == [
        "call [12]: id, which Find requires, may be NOT_SET"
    ]
    flow, action = calling(required=False)
    assert messages(flow, "flow-run-required-input", action) == []


def test_a_dead_branch_and_the_prompts_behind_it_are_told():
    flow = Flow("inboundcall", "Task", Flow__never="str").decide(
        "set?", "IsSet(Flow.never)", "say", None, to="bye"
    )
    flow.add("PlayAudio", "say", prompts={"defaultAudio": flow.ex('ToAudioTTS("Hi")', "aud")}).add(
        "Disconnect", "bye"
    )
    assert messages(flow, "flow-run-dead-branch") == [
        "set? [11]: Yes is never taken: nothing ever sets Flow.never, so it is NOT_SET here"
    ]
    assert messages(flow, "flow-run-never-heard") == [
        "say [12]: is never heard: it lies behind set? [11]: Yes"
    ]


def test_a_way_without_an_end_is_told():
    flow = Flow("inboundcall", "Task").add("TransferTask", "again", taskReference="main")
    assert len(messages(flow, "flow-run-endless")) == 1


def test_rules_that_run_flows_are_off_where_many_flows_are_only_validated():
    flow = Flow("inboundcall", "Task").add("TransferTask", "again", taskReference="main")
    resource = Resource(Address("flow", "Test"), flow.document)
    assert not [one for one in check([resource]) if one.rule.startswith("flow-run-")]


@needs_shared
@pytest.mark.corpus
@pytest.mark.parametrize(
    ("file", "rule", "part"),
    [
        ("gcb__ani-blacklist__Blacklist.i3WorkFlow", "flow-run-fails-on-input", "[17]: fails when Flow.ani"),
        (
            "gcb__ani-blacklist__Blacklist.i3WorkFlow",
            "flow-run-dead-branch",
            "fail before, in Set Conversation",
        ),
        (
            "gcb__callback-prioritization__Callback-Prioritization.i3WorkFlow",
            "flow-run-dead-branch",
            "nothing ever sets State.callbackConversationId",
        ),
    ],
)
def test_the_bugs_of_published_flows_are_found(file, rule, part):
    body = i3.decode(shared("corpus", "flows_i3", file).read_bytes())
    findings = check([Resource(Address("flow", file), body)], runs=True)
    assert any(one.rule == rule and part in one.message for one in findings)
