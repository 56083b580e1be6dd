"""Tests of flows: what a test file may say, what a run is held against, what the commands do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli import trunkline
from tests.flow_build import Flow
from trunkline.domain.resource import Address, Resource, Source
from trunkline.engine.flow import FLOW_ASSUMPTIONS, build
from trunkline.engine.flow.explore import search, unreachable
from trunkline.project.suite.flows import FlowCoverage, FlowSubjects, read_flow_tests, run_flow_tests
from trunkline.project.suite.flows.comparing import compare, distinct
from trunkline.project.suite.flows.write import write_suite

SAMPLE = Path(__file__).resolve().parents[1] / "src/trunkline/emulator/sample/flows"


def ivr() -> Flow:
    """Greets, looks the caller up, offers two keys; `Flow.vip` callers go to another queue."""
    flow = Flow("inboundcall", "Task", Flow__name="str", Flow__digits="str", Flow__vip="bln", Flow__i="int")
    flow.inputs = {"Flow.vip"}
    flow.add(
        "Data", "find", to="greet", actionName="Find", actionId="f",
        inputs=[{"name": "phone", "value": flow.ex('"+13175550142"', "str")}],
        outputs=[{"name": "name", "value": flow.to("Flow.name")}], errorBindings=[],
        paths={"__SUCCESS__": None, "__FAILURE__": "unknown", "__TIMEOUT__": "unknown"},
    )  # fmt: skip
    flow.assign("unknown", "Flow.name", '"stranger"')
    prompt = {"defaultAudio": flow.ex('ToAudioTTS("Hello " + Flow.name)', "aud")}
    flow.add("PlayAudio", "greet", to="vip?", prompts=prompt)
    flow.decide("vip?", "Flow.vip", "gold", None, to="digits")
    flow.add(
        "TransferPureMatch", "gold", queues=[flow.ex('ToQueue("Gold")', "que")], paths={"__FAILURE__": None}
    )
    flow.add(
        "CollectInput", "digits", to="bye", numberOfDigitsMin=flow.ex("1", "int"),
        numberOfDigitsMax=flow.ex("2", "int"), resultData=flow.to("Flow.digits"),
        prompts={"defaultAudio": flow.ex('ToAudioTTS("Press a key")', "aud")},
        paths={"__SUCCESS__": "chosen", "__FAILURE__": None},
    )  # fmt: skip
    flow.decide("chosen", 'Flow.digits == "7"', "seven", None)
    flow.add("TransferPureMatch", "seven", queues=[flow.ex('ToQueue("Seven")', "que")], paths={})
    return flow.add("Disconnect", "bye")


def run(tmp_path, text, flow=None, **options):
    folder = tmp_path / "flows"
    folder.mkdir(exist_ok=True)
    (folder / "ivr.flowtest.yaml").write_text(text, encoding="utf-8")
    resource = Resource(Address("flow", "Test"), (flow or ivr()).document, Source("flows/ivr.json", {}))
    return run_flow_tests(read_flow_tests(tmp_path), FlowSubjects([resource]), **options)


def faults(suite) -> list[str]:
    return [fault for result in suite.results for fault in result.faults]


GREEN = """
tests:
  - name: a known caller presses seven
    inputs: {Flow.vip: false}
    data_actions: {Find: {success: {name: Ann}, expect_input: {phone: "+13175550142"}}}
    steps: [hear: hello ann, press: 7]
    expect:
      end: {type: TransferToAcd, queue: Seven}
      path: [11 __SUCCESS__, "13", 14 __NO__, 16 __SUCCESS__, 17 __YES__, 18 __SUCCESS__]
      visited: [chosen]
      never_visited: [gold]
      said: [Hello Ann, Press a key]
      never_said: [stranger]
      variables: {Flow.digits: "7"}
      called: [Find: {phone: "+13175550142"}]
      never_called: [Other]
      errors: none
      clock: PT0S
      actions: 6
  - name: a VIP is not asked
    inputs: {Flow.vip: true}
    data_actions: {Find: timeout}
    expect: {end: {type: TransferToAcd, queue: Gold}, said: [stranger]}
"""


def test_a_flow_that_does_as_expected_passes(tmp_path):
    suite = run(tmp_path, GREEN)
    assert faults(suite) == []
    assert [result.case for result in suite.results] == ["a known caller presses seven", "a VIP is not asked"]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("queue: Seven", "queue: Eight"), 'end queue: expected "Eight", got "Seven"'),
        (("17 __YES__", "17 __NO__"), "path, step 5: expected 17 __NO__, got 17 __YES__"),
        (("[chosen]", "[gold]"), "did not come by gold"),
        (("[gold]", "[chosen]"), "came by chosen, which it never should"),
        (("said: [Hello Ann", "said: [Hello Bob"), "expected to hear 'Hello Bob'"),
        (("[stranger]\n      var", "[Press]\n      var"), "heard 'Press a key', which never should be"),
        (('digits: "7"', 'digits: "8"'), 'Flow.digits: expected "8", got "7"'),
        (('Find: {phone: "+13175550142"}]', 'Find: {phone: "+1"}]'), 'input phone: expected "+1"'),
        (("[Other]", "[Find]"), "Find was called, which it never should"),
        (("errors: none", "errors: [oops]"), "expected the error 'oops', met: none"),
        (("clock: PT0S", "clock: PT1S"), "clock: expected PT1S, got PT0S"),
        (("actions: 6", "actions: 5"), "actions: expected 5, got 6"),
        (("hear: hello ann", "hear: hello bob"), "step 1: expected to hear 'hello bob'"),
        (('expect_input: {phone: "+13175550142"}', 'expect_input: {phone: "x"}'), 'expected "x"'),
        (("press: 7]", "press: 7, press: 8]"), "1 of the caller's steps were never come to"),
        ((", press: 7]", "]"), "the test has no step left"),
        (("{Find: timeout}", "{}"), "the test says nothing of Find (under data_actions)"),
        (("{Flow.vip: true}", "{Flow.vpi: true}"), "there is no variable Flow.vpi (did you mean flow.vip?)"),
        (("{Flow.vip: true}", "{Flow.vip: [1]}"), "Flow.vip: [1] is no value of type bln"),
    ],
)
def test_what_is_not_as_expected_is_told(tmp_path, change, fault):
    assert any(fault in one for one in faults(run(tmp_path, GREEN.replace(*change))))


def test_all_faults_of_a_file_are_told_at_once_with_their_lines(tmp_path):
    text = """
tests:
  - name: one
    stepps: []
    steps: [jump]
    expect: {ende: x, said: ["("]}
  - name: two
    data_actions: {Find: {succes: {}}}
"""
    told = [str(finding) for finding in run(tmp_path, text).findings]
    assert len(told) == 6
    assert all("flows/ivr.flowtest.yaml:" in one for one in told)
    assert any("unknown field stepps" in one and ":4:" in one for one in told)


def test_answers_are_given_in_turn_and_counted(tmp_path):
    text = """
tests:
  - name: one answer too few
    inputs: {Flow.vip: false}
    data_actions: {Find: []}
    expect: {end: Disconnect}
"""
    assert any("the test has 0 answers of Find, this is call 1" in one for one in faults(run(tmp_path, text)))


def test_a_table_of_parameters_makes_one_case_a_row(tmp_path):
    text = """
data_actions: {Find: failure}
tests:
  - name: key {key}
    table:
      - {key: 7, end: TransferToAcd}
      - {key: 8, end: Disconnect}
    steps: [press: "${{ case.key }}"]
    expect: {end: "${{ case.end }}"}
"""
    suite = run(tmp_path, text)
    assert [result.case for result in suite.results] == ["key 7", "key 8"]
    assert suite.passed


def test_a_data_action_runs_for_real_on_a_recorded_answer(tmp_path):
    action = {
        "name": "Find",
        "contract": {
            "input": {"inputSchema": {"type": "object", "properties": {"phone": {"type": "string"}}}},
            "output": {"successSchema": {"type": "object", "properties": {"name": {"type": "string"}}}},
        },
        "config": {
            "request": {"requestUrlTemplate": "https://crm.example/${input.phone}", "requestType": "GET"},
            "response": {
                "translationMap": {"first": "$.people[0].first"},
                "successTemplate": '{"name": ${first}}',
            },
        },
    }
    folder = tmp_path / "flows"
    folder.mkdir()
    (folder / "ivr.flowtest.yaml").write_text(
        """
tests:
  - name: the templates of the action are part of the test
    data_actions: {Find: {reply: {status: 200, body: {people: [{first: Ann}]}}}}
    steps: [wait]
    expect: {end: Disconnect, said: [Hello Ann]}
  - name: an answer that the action cannot use is a failure
    data_actions: {Find: {reply: {status: 500, body: no}}}
    steps: [wait]
    expect: {end: Disconnect, said: [stranger]}
""",
        encoding="utf-8",
    )
    flow = Resource(Address("flow", "Test"), ivr().document, Source("flows/ivr.json", {}))
    subjects = FlowSubjects([flow], [Resource(Address("data_action", "Find"), action)])
    suite = run_flow_tests(read_flow_tests(tmp_path), subjects)
    assert faults(suite) == []


def test_a_snapshot_is_compared_line_by_line_and_written_on_request(tmp_path):
    text = GREEN.split("  - name: a VIP")[0].replace("clock: PT0S", "snapshot: known.json")
    assert any("write it with --update-snapshots" in one for one in faults(run(tmp_path, text)))
    assert run(tmp_path, text, update=True).passed
    assert run(tmp_path, text).passed
    snapshot = tmp_path / "flows" / "known.json"
    snapshot.write_text(snapshot.read_text().replace("Hello Ann", "Hello Bob"))
    assert any('expected "Hello Bob",, got "Hello Ann",' in one for one in faults(run(tmp_path, text)))


def test_coverage_names_what_no_case_reaches(tmp_path):
    coverage = FlowCoverage()
    run(tmp_path, GREEN, coverage=coverage)
    (row,) = coverage.report()
    assert row.cases == 2
    assert "digits [16]: Failure" in row.branches.missing
    assert "find [11]: Success" not in row.branches.missing
    assert "chosen [17]: No" in row.conditions.missing


def test_a_search_finds_every_branch_and_the_suite_it_writes_repeats_it(tmp_path):
    found = search(ivr().document)
    assert found.complete
    assert found.uncovered == []
    suite = write_suite(found, "Test")
    assert suite.unsure == ()
    assert suite.covered == len(found.branches)
    assert write_suite(found, "Test", every_path=True).tests == len(found.paths)


def test_two_values_are_combined_where_one_alone_opens_no_branch():
    flow = Flow(Flow__a="str", Flow__b="int")
    flow.inputs = {"Flow.a", "Flow.b"}
    flow.decide("both", 'Flow.a == "x" and Flow.b > 41', "yes", "no").end("yes").end("no")
    assert search(flow.document).uncovered == []


def test_a_branch_on_a_variable_that_nothing_sets_is_told_as_such():
    flow = Flow(Flow__never="str").decide("set?", "IsSet(Flow.never)", "yes", "no").end("yes").end("no")
    (closed,) = unreachable(search(flow.document))
    assert (closed.branch.title, closed.proven) == ("set? [11]: Yes", True)
    assert closed.reason == "nothing ever sets Flow.never, so it is NOT_SET here"


def test_a_branch_whose_values_fail_before_it_names_where():
    flow = Flow(Flow__a="str", Flow__b="str")
    flow.inputs = {"Flow.a"}
    flow.assign("cut", "Flow.b", "Left(Flow.a, 2)", to="missing")
    flow.decide("missing", "IsNotSetOrEmpty(Flow.a)", "yes", "no").decide("set", "IsSet(Flow.b)", None, None)
    flow.end("yes").end("no")
    flow.actions[1]["expression"] = flow.ex("not_set == Flow.a", "bln")
    closed = {one.branch.title: one for one in unreachable(search(flow.document))}
    assert "makes the flow fail before, in cut [11]" in closed["missing [12]: Yes"].reason


def test_what_a_caller_would_notice_is_compared_and_nothing_else():
    old, new = ivr(), ivr()
    for action in new.actions:
        action["name"] = f"renamed {action['name']}"
    tests = distinct([write_suite(search(old.document), "x").document])
    assert compare(build(old.document), build(new.document), tests) == []
    new.actions[2]["prompts"] = {"defaultAudio": new.ex('ToAudioTTS("Bye " + Flow.name)', "aud")}
    differences = compare(build(old.document), build(new.document), tests)
    assert len(differences) == len(tests) - 1  # one fails before it says anything
    assert 'said, 1: was "Hello ' in differences[0].lines[0]


def test_the_commands_lead_from_a_flow_to_a_green_suite_that_catches_a_change(tmp_path):
    flow = tmp_path / "after-hours.json"
    flow.write_bytes((SAMPLE / "after-hours.json").read_bytes())
    tests = tmp_path / "after-hours.flowtest.yaml"
    assert trunkline("flow", "paths", flow, "--to", tests, cwd=tmp_path).code == 0
    green = trunkline("test", tests, "--coverage", cwd=tmp_path)
    assert (green.code, "20/20" in green.out) == (0, True)
    flow.write_text(flow.read_text().replace('"digit": 2', '"digit": 5'))
    red = trunkline("test", tests, cwd=tmp_path)
    assert red.code == 1
    assert "the test has no step left" in red.out
    compared = trunkline("flow", "compare", SAMPLE / "after-hours.json", flow, "--exit-code", "-o", "json")
    assert compared.code == 2
    assert json.loads(compared.out)["different"]


def test_paths_are_told_as_json_with_their_steps(tmp_path):
    done = trunkline("flow", "paths", SAMPLE / "premium-reminders.json", "-o", "json")
    report = json.loads(done.out)
    assert report["covered"] == report["reachable"] == report["branches"]
    assert all(path["steps"] and path["end"]["type"] for path in report["paths"])


def test_a_flow_runs_by_script_and_tells_its_trace_in_three_forms(tmp_path):
    script = tmp_path / "script.yaml"
    script.write_text("{call: {ani: '+13175550142'}, tables: {Storm Regions: not_found}, steps: [press: 3]}")
    flow = SAMPLE / "after-hours.json"
    text = trunkline("flow", "run", flow, "--script", script)
    assert text.code == 0, text.text
    assert "TransferToAcd" in text.out
    whole = json.loads(trunkline("flow", "run", flow, "--script", script, "-o", "json").out)
    assert whole["verdict"] == "ended"
    assert {"node", "output", "trackingId"} <= whole["path"][-1].keys()
    execution = json.loads(trunkline("flow", "run", flow, "--script", script, "-o", "execution").out)
    kinds = [next(iter(event)) for event in execution["flow"]["execution"]]
    assert kinds[0] == "startedFlow" and kinds[-1] == "endedFlow" and "menuMenu" in kinds


def test_a_run_that_lacks_an_answer_says_which_and_fails():
    done = trunkline(
        "flow", "run", SAMPLE / "after-hours.json", "--press", "1", "--set", "Call.Ani=+13175550142"
    )
    assert done.code == 1
    assert "the test says nothing of Storm Regions" in done.out


def test_at_the_terminal_an_answer_can_be_taken_back(monkeypatch):
    lines = iter(["not_found", ":vars region", ":back", "failure", "1"])
    monkeypatch.setattr("builtins.input", lambda: next(lines))
    done = trunkline("flow", "run", SAMPLE / "after-hours.json", "-i", "--set", "Call.Ani=+13175550142")
    assert done.code == 0, done.text
    assert "— back —" in done.out
    assert "TransferToAcd" in done.out


def test_a_flow_in_another_form_cannot_be_run(tmp_path):
    flow = tmp_path / "flow.json"
    flow.write_text('{"id": "x", "name": "N", "status": "DRAFT", "nodes": [], "edges": []}')
    done = trunkline("flow", "paths", flow)
    assert done.code == 1
    assert "only a configuration can be run" in done.err


def test_the_example_of_the_documentation_passes(tmp_path):
    page = (Path(__file__).resolve().parents[1] / "docs" / "simulation.md").read_text(encoding="utf-8")
    example = page.split("```yaml\n")[1].split("```")[0]
    (tmp_path / "after-hours.json").write_bytes((SAMPLE / "after-hours.json").read_bytes())
    tests = tmp_path / "one.flowtest.yaml"
    tests.write_text(example, encoding="utf-8")
    done = trunkline("test", tests, cwd=tmp_path)
    assert done.code == 0, done.text


def test_every_assumption_of_the_engine_is_in_the_documentation():
    page = (Path(__file__).resolve().parents[1] / "docs" / "simulation.md").read_text(encoding="utf-8")
    rows = [f"| `{one.id}` | {one.text} | {one.choice} |" for one in FLOW_ASSUMPTIONS]
    assert [row for row in rows if row not in page] == []


def test_the_solver_finds_values_that_trying_does_not():
    pytest.importorskip("z3")
    flow = Flow(Flow__a="int", Flow__b="int", Flow__s="str", Flow__c="int")
    flow.inputs = {"Flow.a", "Flow.b", "Flow.s"}
    flow.assign("sum", "Flow.c", "Flow.a * 7 + Flow.b", to="hard")
    flow.decide("hard", "Flow.c == 4711 and Flow.b > Flow.a and Flow.a > 500", "yes", "text")
    flow.decide(
        "text", 'Length(Flow.s) == 9 and Left(Flow.s, 3) == "abc" and Right(Flow.s, 2) == "yz"', "yes", "no"
    )
    flow.end("yes").end("no")
    assert search(flow.document).uncovered == []


SCENARIOS = """
- flow: policy-assistant.json
  tests:
    - name: a bot is told the intent and fills its slot
      data_actions:
        Get Policy Status: {success: {status: active, amountDue: 12.5}}
        Create Payment Link: {success: {url: "https://pay.example/1"}}
      steps:
        - {say: I want to pay, intent: Pay a Bill}
        - hear: policy number
        - wait
        - {say: CRM-1, slots: {PolicyNumber: CRM-1}}
        - hear: You owe
        - say: yes
      expect: {end: ExitBotFlow, said_any_order: ["https://pay"], called: [Get Policy Status: {policyNumber: CRM-1}, Create Payment Link]}
- flow: claims-in-queue.json
  tests:
    - name: an agent answers a waiting caller
      call: {Ani: "+13175550142", CurrentQueue: Claims, EstimatedWaitTime: PT10M}
      queue: {answered_after: PT2M}
      data_actions: {Get Estimated Wait Time: {success: {estimatedWaitTimeSeconds: 200}}}
      expect: {end: AgentAnswered, said_any_order: [ten minutes]}
- flow: web-messaging-front-door.json
  tests:
    - name: a bot of the project runs for real inside the flow that calls it
      run: [Document Helper]
      message: {Message: {body: my id card, senderAddress: "+13175550142"}}
      data_actions:
        Find Customer by Phone: {success: {customerId: "7", name: Ann, matches: 1}}
        Track Document Shipment: {success: {status: on its way}}
      steps:
        - hear: about your documents
        - choose: Something else
      expect: {never_visited: ["15"], visited: [Document helper]}
"""


def test_the_scenarios_of_our_own_sample_hold(tmp_path):
    folder = tmp_path / "flows"
    folder.mkdir()
    flows = []
    for file in SAMPLE.iterdir():
        body = json.loads(file.read_text(encoding="utf-8"))
        flows.append(Resource(Address("flow", body["name"]), body, Source(f"flows/{file.name}", {})))
    for number, part in enumerate(SCENARIOS.split("\n- ")[1:]):
        text = "\n".join(line.removeprefix("  ") for line in part.removeprefix("\n- ").splitlines())
        (folder / f"{number}.flowtest.yaml").write_text(text.lstrip("- \n"), encoding="utf-8")
    suite = run_flow_tests(read_flow_tests(tmp_path), FlowSubjects(flows))
    assert [str(finding) for finding in suite.findings] == []
    assert faults(suite) == []
    assert len(suite.results) == 3
