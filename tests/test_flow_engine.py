"""A flow runs offline as Architect runs it."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.flow_build import Flow, path
from trunkline.engine.expression import Duration, Reference, not_set
from trunkline.engine.expression.values import conforms
from trunkline.engine.flow import ACTION_LIMIT, START, Answer, End, Interaction, Kind, Run, Verdict, build
from trunkline.engine.flow.actions import known_types
from trunkline.engine.flow.question import ANSWERED, HANG_UP, NO_INPUT, NO_MATCH, SUCCESS, WAITING

SAMPLE_FOLDER = Path(__file__).resolve().parents[1] / "src/trunkline/emulator/sample/flows"


def test_a_branch_that_ends_returns_to_what_follows_its_owner():
    flow = (
        Flow(Flow__n="int")
        .assign("set", "Flow.n", "1", to="ask")
        .decide("ask", "Flow.n == 1", "then", None, to="last")
    )
    flow.assign("then", "Flow.n", "2").end("last", "Done")
    result = flow.run()
    assert path(result) == ["set", "ask __YES__", "then", "last"]
    assert result.end == End("EndWorkflow", {"reason": "Done"})


def test_a_condition_that_is_not_set_takes_no():
    flow = Flow(Flow__b="bln").decide("ask", "Flow.b", "yes", "no").end("yes", "Yes").end("no", "No")
    assert flow.run().end == End("EndWorkflow", {"reason": "No"})


def test_a_loop_counts_its_index_from_zero_and_keeps_the_last():
    flow = Flow(Flow__i="int", Flow__sum="int").assign("zero", "Flow.sum", "0", to="loop")
    flow.add(
        "Loop", "loop", to="end", loopCount=flow.ex("4", "int"), currentIndex=flow.to("Flow.i"),
        path={"label": "Loop", "outputId": "__LOOP__", "nextActionId": "add"},
    )  # fmt: skip
    flow.assign("add", "Flow.sum", "Flow.sum + Flow.i").end("end")
    variables = flow.run().variables
    assert variables["Flow.sum"] == 6
    assert variables["Flow.i"] == 3


def test_exit_loop_leaves_the_innermost_loop_and_next_loop_begins_its_next_round():
    flow = Flow(Flow__i="int", Flow__n="int").assign("zero", "Flow.n", "0", to="loop")
    flow.add(
        "Loop", "loop", to="end", loopCount=flow.ex("10", "int"), currentIndex=flow.to("Flow.i"),
        path={"label": "Loop", "outputId": "__LOOP__", "nextActionId": "even"},
    )  # fmt: skip
    flow.decide("even", "Flow.i % 2 == 0", "skip", None, to="late").add("NextLoop", "skip")
    flow.decide("late", "Flow.i > 4", "out", None, to="count").add("ExitLoop", "out")
    flow.assign("count", "Flow.n", "Flow.n + 1").end("end")
    assert flow.run().variables["Flow.n"] == 2


def test_a_called_task_returns_by_the_path_it_names():
    flow = Flow("inboundcall", "Task", Flow__x="str")
    flow.add("CallTask", "call", to="bye", taskReference="other", paths={"__DEFAULT__": None, "GOOD": "good"})
    flow.assign("good", "Flow.x", '"good"').add("Disconnect", "bye")
    flow.item("other").add("EndTask", "back", item="other", pathReference="GOOD")
    result = flow.run()
    assert path(result) == ["call GOOD", "back GOOD", "good", "bye"]
    assert result.variables["Flow.x"] == "good"


def test_a_jump_never_returns():
    flow = Flow("inboundcall", "Task").add("TransferTask", "jump", to="bye", taskReference="other")
    flow.add("Disconnect", "bye").item("other").add("PlayAudio", "say", item="other")
    assert path(flow.run()) == ["jump", "say"]


def test_an_integer_becomes_a_decimal_in_a_decimal_variable():
    flow = Flow(Flow__d="dec").assign("set", "Flow.d", "5").end("end")
    assert flow.run().variables["Flow.d"] == Decimal(5)


def test_an_error_of_an_expression_enters_the_error_handling():
    flow = Flow(Flow__n="int").assign("add", "Flow.n", "5 + Flow.n", to="end").end("end", "Fine")
    result = flow.run()
    assert result.end == End("EndWorkflow", {})
    assert result.errors == ["add [11]: +: addend is NOT_SET"]


def test_more_than_ten_thousand_actions_are_an_error():
    flow = Flow("inboundcall", "Task").add("TransferTask", "again", taskReference="main")
    result = flow.run()
    assert result.actions == ACTION_LIMIT + 1
    assert result.end == End("Disconnect")
    assert "more than 10000 actions" in result.errors[0]


def test_an_action_that_is_not_known_stops_the_run_as_unsupported():
    flow = Flow().add("TeleportCaller", "beam", to="end").end("end")
    result = flow.run()
    assert result.verdict is Verdict.UNSUPPORTED
    assert "TeleportCallerAction" in result.message
    assert build(flow.document).unsupported == ("action TeleportCallerAction",)


def test_a_stub_stands_in_for_an_action_that_is_not_known():
    flow = Flow(Flow__x="str").add("TeleportCaller", "beam", to="end", paths={SUCCESS: None}).end("end")
    result = flow.run(lambda question: Answer(SUCCESS, {"Flow.x": "there"}))
    assert result.end == End("EndWorkflow")
    assert result.variables["Flow.x"] == "there"


def test_a_function_that_is_not_known_stops_only_the_run_that_meets_it():
    flow = Flow(Flow__x="str").assign("set", "Flow.x", '"a"', to="end").end("end")
    document = flow.document
    action = document["flowSequenceItemList"][0]["actionList"][0]
    action["variables"][0]["expression"]["config"] = {"Divine": {"pos": 1, "operands": [], "type": "str"}}
    result = Run(build(document), Interaction(lambda question: Answer(SUCCESS))).go()
    assert result.verdict is Verdict.UNSUPPORTED
    assert "there is no function Divine" in result.message


def test_outputs_of_a_data_action_go_to_their_variables_and_stay_on_failure():
    flow = Flow(Flow__name="str", Flow__why="str").assign("old", "Flow.name", '"old"', to="call")
    flow.add(
        "Data", "call", actionName="Find", actionId="a", inputs=[{"name": "key", "value": flow.ex('"k"', "str")}],
        outputs=[{"name": "name", "value": flow.to("Flow.name")}],
        errorBindings=[{"name": "errorCode", "value": flow.to("Flow.why")}],
        paths={SUCCESS: "ok", "__FAILURE__": "bad", "__TIMEOUT__": None},
    ).end("ok", "Ok").end("bad", "Bad")  # fmt: skip
    good = flow.run(lambda question: Answer(SUCCESS, {"name": "Ann"}))
    bad = flow.run(lambda question: Answer("__FAILURE__", {"errorCode": "gone"}))
    assert good.variables["Flow.name"] == "Ann"
    assert good.asked[0].question.inputs == {"key": "k"}
    assert (bad.variables["Flow.name"], bad.variables["Flow.why"]) == ("old", "gone")


def test_a_key_that_is_not_set_is_an_error_and_not_the_failure_of_a_lookup():
    flow = Flow(Flow__k="str").add(
        "DataTableLookup", "look", datatableName="T", lookupKeyValue={}, outputs=[],
        paths={"__FOUND__": None, "__NOT_FOUND__": None, "__FAILURE__": None},
    )  # fmt: skip
    flow.actions[0]["lookupKeyValue"] = flow.ex("Flow.k", "str")
    assert flow.run().errors == ["look [11]: the key to look up is NOT_SET"]


def test_a_switch_takes_the_first_case_that_is_met_and_passes_over_disabled_ones():
    flow = Flow(Flow__n="int")
    cases = [{"referenceId": str(n), "value": flow.ex(f"Flow.n > {n}", "bln")} for n in (0, 1, 2)]
    flow.add(
        "Switch", "pick", switchStyle=0, cases=cases,
        paths={"0": "zero", "1": "one", "2": None, "__DEFAULT__": None}, to="other",
    ).end("zero", "Zero").end("one", "One").end("other", "Other")  # fmt: skip
    flow.actions[0]["paths"][0]["disabled"] = True
    assert flow.run(given={"Flow.n": 5}).end == End("EndWorkflow", {"reason": "One"})
    assert flow.run(given={"Flow.n": 0}).end == End("EndWorkflow", {"reason": "Other"})


def test_waiting_moves_only_the_virtual_clock_and_has_a_limit():
    flow = Flow().add("Wait", "wait", to="again", duration={}).end("again")
    flow.actions[0]["duration"] = flow.ex("MakeDuration(1,0,0,0)", "dur")
    assert flow.run().elapsed_ms == 86_400_000
    flow.actions[0]["duration"] = flow.ex("MakeDuration(4,0,0,0)", "dur")
    assert "waits longer" in flow.run().errors[0]


def test_participant_data_is_set_read_and_removed_by_name():
    flow = Flow(Flow__a="str", Flow__b="str")
    pairs = [{"variable": flow.ex('"Name"', "str"), "expression": flow.ex('"Ann"', "str")}]
    flow.add("SetAttributes", "set", to="get", variables=pairs)
    reads = [
        {"variable": flow.ex('"Name"', "str"), "expression": flow.to("Flow.a")},
        {"variable": flow.ex('"name"', "str"), "expression": flow.to("Flow.b")},
    ]
    flow.add("GetAttributes", "get", to="end", variables=reads).end("end")
    result = flow.run()
    assert result.variables == {"Flow.a": "Ann", "Flow.b": not_set("str")}
    assert result.participant_data == {"Name": "Ann"}


def menu(**more: object) -> Flow:
    flow = Flow("inboundcall", "Menu")
    choices = [
        {
            "id": "sales",
            "name": "Sales",
            "digit": 1,
            "action": {"id": "s", "__type": "DisconnectAction", "name": "bye"},
        },
        {
            "id": "again",
            "name": "Again",
            "digit": 2,
            "action": {"id": "p", "__type": "PlayAudioAction", "name": "say"},
        },
    ]
    flow.items[0] |= {
        "menuChoiceList": choices,
        "prompts": {"defaultAudio": flow.ex('ToAudioTTS("Press")', "aud")},
    }
    flow.items[0] |= more
    return flow


def test_a_menu_choice_that_does_not_end_comes_back_to_the_menu():
    answers = iter(["again", "sales"])
    result = menu().run(lambda question: Answer(next(answers)))
    assert path(result) == ["Main again", "say", "Main sales", "bye"]
    assert result.said == ["Press", "Press"]


def test_a_silent_caller_hears_a_menu_four_times_and_is_disconnected():
    result = menu().run(lambda question: Answer(NO_INPUT))
    assert len(result.said) == 4
    assert result.end is not None and result.end.type == "Disconnect"
    assert result.elapsed_ms == 40_000


def test_a_menu_falls_back_on_its_default_choice():
    assert path(menu(defaultMenuChoice="sales").run(lambda question: Answer(NO_MATCH))) == [
        "Main sales",
        "bye",
    ]


def test_a_caller_who_hangs_up_ends_the_run():
    assert menu().run(lambda question: Answer(HANG_UP)).end == End("CallerHangUp")


def test_an_in_queue_task_starts_over_until_an_agent_answers():
    flow = Flow("inqueuecall", "LoopTask").add(
        "HoldMusic", "music", duration=Flow().ex("MakeDuration(0,0,1,0)", "dur")
    )
    answers = iter([WAITING, WAITING, ANSWERED])
    result = flow.run(lambda question: Answer(next(answers)))
    assert result.end == End("AgentAnswered")
    assert result.elapsed_ms == 180_000


def test_an_interaction_may_end_at_a_time():
    flow = Flow("inqueuecall", "LoopTask").add(
        "HoldMusic", "music", duration=Flow().ex("MakeDuration(0,0,1,0)", "dur")
    )
    until = (timedelta(minutes=3) // timedelta(milliseconds=1), End("CallerHangUp"))
    result = Run(build(flow.document), Interaction(lambda question: Answer(WAITING), until=until)).go()
    assert (result.end, result.elapsed_ms) == (End("CallerHangUp"), 180_000)


def bot() -> Flow:
    flow = Flow("bot", "BotState", Slot__Day="str")
    flow.add(
        "AskForSlot", "ask", to="exit", selectedSlot="Day", askResult=flow.to("Slot.Day"),
        question=flow.ex('"Which day?"', "com"), noInputs=[flow.ex('"Still there?"', "com")],
        confirmationMode=flow.ex('"never"', "str"), paths={"__DEFAULT__": None, "__MAX_NO_INPUTS__": None},
    ).add("ExitBotFlow", "exit")  # fmt: skip
    return flow


def test_a_slot_is_filled_by_the_answer_and_not_asked_for_again():
    result = bot().run(lambda question: Answer("entered", {"Day": "Monday"}))
    assert result.variables["Slot.Day"] == "Monday"
    assert bot().run(given={"Slot.Day": "Friday"}).asked == []


def test_a_bot_asks_a_silent_caller_three_times():
    result = bot().run(lambda question: Answer(NO_INPUT))
    assert path(result)[0] == "ask __MAX_NO_INPUTS__"
    assert result.said == ["Which day?", "Still there?", "Still there?"]


def test_failed_recognition_without_a_path_is_handled_by_the_flow():
    result = bot().run(lambda question: Answer(NO_MATCH))
    assert result.end is not None and result.end.type == "ExitBotFlow"
    assert "not understood" in result.end.details["reason"]


def module() -> Flow:
    inner = Flow("commonmodule", "CommonModuleTask", Common__in="int", Common__out="int")
    inner.assign("work", "Common.out", "Common.in * 2", to="back").add("EndTask", "back")
    outer = Flow(Flow__n="int")
    outer.add(
        "CallCommonModule", "call", to="end", flowId="m", flowName="Double",
        inputs=[{"name": "Common.in", "value": outer.ex("21", "int")}],
        outputs=[{"name": "Common.out", "value": outer.to("Flow.n")}], paths={},
    ).end("end")  # fmt: skip
    outer.more["commonModules"] = [{"id": "m", "name": "Double", "model": inner.document}]
    return outer


def test_an_embedded_common_module_runs_with_inputs_and_outputs():
    result = module().run()
    assert result.variables["Flow.n"] == 42
    assert [visit.module for visit in result.visits] == [None, "Test", "Test", None]


def test_an_error_in_a_common_module_is_the_callers():
    flow = module()
    flow.actions[0]["inputs"] = []
    assert flow.run().errors == ["call [11]: *: multiplicand is NOT_SET"]


def test_a_transfer_to_a_queue_that_is_not_set_fails():
    flow = Flow("inboundcall", "Task", Flow__q="que", Flow__e="str")
    flow.add(
        "TransferPureMatch", "to", queues=[flow.ex("Flow.q", "que")], paths={"__FAILURE__": "bye"},
        errorBindings=[{"name": "errorType", "value": flow.to("Flow.e")}],
    ).add("Disconnect", "bye")  # fmt: skip
    result = flow.run()
    assert path(result) == ["to __FAILURE__", "bye"]
    assert result.variables["Flow.e"] == "InvalidQueue"


def test_the_language_chooses_the_prompt():
    flow = (
        Flow("inboundcall", "Task").add("SetLocale", "spanish", to="say", language={}).add("PlayAudio", "say")
    )
    flow.actions[0]["language"] = flow.ex('"es-us"', "str")
    case = {"language": "es-us", "audio": flow.ex('ToAudioTTS("Hola")', "aud")}
    flow.actions[1]["prompts"] = {"defaultAudio": flow.ex('ToAudioTTS("Hello")', "aud"), "cases": [case]}
    assert flow.run().said == ["Hola"]


def test_an_answer_that_is_none_stops_the_run():
    result = menu().run(lambda question: Answer("nonsense"))
    assert result.verdict is Verdict.UNANSWERED
    assert "none of its answers" in result.message


def test_the_most_frequent_action_types_are_known():
    assert len(known_types()) >= 43


@pytest.mark.parametrize("document", [{}, {"flowSequenceItemList": "x"}])
def test_what_is_no_configuration_is_refused(document):
    with pytest.raises(ValueError, match="not a flow configuration"):
        build(document)


@pytest.mark.parametrize(
    "broken",
    [
        {"initialSequence": "nowhere"},
        {"initialSequence": None},
        {"flowSequenceItemList": [{"id": "main", "__type": "Task", "startAction": "gone"}]},
        {
            "flowSequenceItemList": [
                {"id": "main", "__type": "Task", "startAction": 7, "actionList": [None, 3]}
            ]
        },
    ],
)
def test_a_broken_document_stops_the_run_and_never_escapes(broken):
    document = {**Flow().end("end").document, **broken}
    result = Run(build(document), Interaction(lambda question: Answer(SUCCESS))).go()
    assert result.verdict in (Verdict.UNSUPPORTED, Verdict.ENDED)


VALUES = st.one_of(
    st.just(not_set("str")), st.text(max_size=8), st.integers(-5, 5), st.booleans(),
    st.builds(Duration, st.integers(-10, 10**15)), st.lists(st.text(max_size=3), max_size=3).map(tuple),
)  # fmt: skip


@given(st.data())
def test_random_answers_never_make_a_run_hang_or_escape(data):
    flow = Flow("inboundcall", "Task", Flow__s="str", Flow__n="int", Flow__l="str_coll", Flow__d="dur")
    flow.add(
        "Data", "call", to="wait", actionName="Get", actionId="a", inputs=[],
        outputs=[{"name": name, "value": flow.to(f"Flow.{name}")} for name in "snld"], errorBindings=[],
        paths={SUCCESS: None, "__FAILURE__": "again", "__TIMEOUT__": None},
    )  # fmt: skip
    flow.add("TransferTask", "again", taskReference="main")
    flow.add("Wait", "wait", to="loop", duration=flow.ex("Flow.d", "dur"))
    flow.add(
        "Loop", "loop", to="again2", loopCount=flow.ex("Flow.n * Count(Flow.l)", "int"),
        path={"label": "Loop", "outputId": "__LOOP__", "nextActionId": "add"},
    )  # fmt: skip
    flow.assign("add", "Flow.s", "Flow.s + Flow.l[0]").add("TransferTask", "again2", taskReference="main")

    def ask(question):
        assert question.kind is Kind.DATA_ACTION
        values = {name: data.draw(VALUES) for name in question.fields}
        return Answer(data.draw(st.sampled_from((*question.outputs, HANG_UP))), values)

    interaction = Interaction(ask, limit=40)
    result = Run(build(flow.document), interaction).go()
    assert result.verdict is Verdict.ENDED
    assert result.actions <= 42


def test_long_texts_are_cut_in_the_trace_and_not_in_the_variable():
    flow = Flow(Flow__s="str").assign("set", "Flow.s", f'"{"x" * 3000}"', to="end").end("end")
    result = flow.run()
    assert result.variables["Flow.s"] == "x" * 3000
    assert len(str(result.visits[0].writes[0][1])) == 2001


SAMPLE = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(SAMPLE_FOLDER.glob("*.json"))]
ANYTHING = st.one_of(
    VALUES, st.just(Decimal("0.5")), st.just(START), st.builds(Duration, st.integers(0, 10**6)),
    st.builds(lambda name: Reference("que", None, name), st.text(max_size=3)),
)  # fmt: skip


@settings(max_examples=60)
@given(st.sampled_from(SAMPLE), st.data())
def test_real_flows_end_whatever_the_outside_answers(document, data):
    def ask(question):
        output = data.draw(st.sampled_from((*question.outputs, HANG_UP)))
        return Answer(output, {name: data.draw(ANYTHING) for name in question.values_of(output)})

    program = build(document)
    types = {variable.name: variable.type for variable in program.inputs} | dict(program.system)
    drawn = {name: data.draw(ANYTHING) for name in types}
    values = {name: value for name, value in drawn.items() if conforms(value, types[name])}
    result = Run(program, Interaction(ask, limit=60), values).go()
    assert result.verdict is Verdict.ENDED


def test_a_given_value_that_its_variable_cannot_hold_is_refused():
    flow = Flow(Flow__n="int").end("end")
    with pytest.raises(ValueError, match="cannot hold this value: its type is int"):
        flow.run(given={"Flow.n": "many"})
