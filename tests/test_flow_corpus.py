"""Published flows, run offline: worked scenarios, and every path of every flow."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.shared import SHARED, needs_shared, shared
from trunkline.domain.flow import i3
from trunkline.engine.flow import Interaction, Run, Unanswered, Verdict, build
from trunkline.engine.flow.explore import search, unreachable
from trunkline.engine.flow.explore.answering import attempt
from trunkline.engine.flow.explore.search import subject_of
from trunkline.project.suite.flows import FlowSubjects, read_flow_tests, run_flow_tests
from trunkline.project.suite.flows.write import write_suite

pytestmark = [needs_shared, pytest.mark.corpus]

FLOWS = sorted((SHARED / "corpus" / "flows_i3").iterdir()) if SHARED else []
PATHS = int(os.environ.get("TRUNKLINE_FLOW_PATHS", "300"))
"""How many paths of a flow are looked for; `make prove` asks for 2,000."""

BLACKLIST = """
flow: gcb__ani-blacklist__Blacklist.i3WorkFlow
tables: {Blacklist: {"12015550100": {}}}
tests:
  - name: a blacklisted caller is cut off
    inputs: {Flow.conversationId: c-1, Flow.ani: "+12015550100"}
    data_actions: {Disconnect interaction: {success: {}}}
    expect:
      end: {type: EndWorkflow}
      path: [17 __SUCCESS__, 13 __NO__, 14 __FOUND__, 15 __SUCCESS__, 16 __SUCCESS__, 23]
      called: [{Disconnect interaction: {conversationId: c-1}}]
      participant_data: {TECH_Workflow_ANI_number: "12015550100", TECH_Blacklisted: "True"}
  - name: an anonymous caller meets an error
    inputs: {Flow.conversationId: c-1, Flow.ani: "sip:anonymous@x"}
    expect: {end: {type: EndWorkflow}, errors: ['\\[17\\].*NOT_SET']}
"""

CALLBACK = """
flow: gcb__callback-prioritization__Callback-Prioritization.i3WorkFlow
tests:
  - name: the priority is raised until the callback is cancelled
    now: 2024-05-06T09:00:00Z
    inputs: {Flow.phone: "+12015550100"}
    set: {State.callbackConversationId: cb-1}
    data_actions:
      Get Interaction State: [{success: {state: waiting}}, {success: {state: disconnected}}]
      Get Callback Priority: {success: {priority: 3}}
      Update Callback Priority: {success: {priority: 4}, expect_input: {priority: 4}}
    expect:
      end: {type: EndWorkflow, reason: CallbackCanceled}
      loops: {59: 2}
      clock: PT10M
      actions: 15
  - name: without a forced value the loop is never reached
    inputs: {Flow.phone: "+12015550100"}
    expect: {end: {type: EndWorkflow, reason: NoConversationID}, loops: {59: 0}}
"""

DEFLECTION = """
flow: gcb__facebook-ivr-deflection-blueprint__Call-Deflection-to-Facebook-Messenger.i3InboundFlow
call: {ani: "+12015550100"}
tests:
  - name: the message fails and the caller goes to an agent
    steps:
      - hear: message us conveniently with Facebook
      - press: 1
      - hear: Is this correct\\? Press 1
      - press: 1
    data_actions:
      Send Agentless SMS Notification:
        failure: {errorCode: x}
        expect_input: {from: "+12015550100"}
    expect:
      end: {type: TransferToAcd, queue: Customer Care Voice Queue}
      visited: [52, 23, 22, 25, 26, 32]
      never_visited: [31]
"""


@pytest.mark.parametrize(
    "text", [BLACKLIST, CALLBACK, DEFLECTION], ids=["blacklist", "callback", "deflection"]
)
def test_the_worked_scenarios_of_published_flows_hold(tmp_path, text):
    name = text.split("flow: ")[1].split("\n")[0]
    folder = tmp_path / "flows"
    folder.mkdir()
    (folder / name).write_bytes(shared("corpus", "flows_i3", name).read_bytes())
    (folder / "one.flowtest.yaml").write_text(text, encoding="utf-8")
    suite = run_flow_tests(read_flow_tests(tmp_path), FlowSubjects([]))
    assert [str(finding) for finding in suite.findings] == []
    assert [fault for result in suite.results for fault in result.faults] == []


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.stem.split("__")[-1])
def test_every_path_of_a_flow_runs_to_an_end_and_the_suite_takes_its_branches(path: Path):
    found = search(i3.decode(path.read_bytes()), max_paths=PATHS)
    assert found.unsupported == ()
    assert all(one.result.verdict is Verdict.ENDED for one in found.paths)
    suite = write_suite(found, path.stem)
    reachable = len(found.branches) - sum(one.proven for one in unreachable(found))
    assert suite.unsure == ()
    assert suite.covered >= 0.95 * reachable


@pytest.mark.parametrize("path", FLOWS[:6], ids=lambda path: path.stem.split("__")[-1])
def test_two_runs_with_the_same_answers_are_the_same(path: Path):
    subject = subject_of(i3.decode(path.read_bytes()))
    first, second = attempt(subject, {}).result, attempt(subject, {}).result
    assert [(visit.step.id, visit.output, visit.writes) for visit in first.visits] == [
        (visit.step.id, visit.output, visit.writes) for visit in second.visits
    ]


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.stem.split("__")[-1])
def test_a_run_that_nobody_answers_says_what_is_missing(path: Path):
    def nobody(question):
        raise Unanswered(f"{question.action} asks")

    result = Run(build(i3.decode(path.read_bytes())), Interaction(nobody)).go()
    assert result.verdict is Verdict.ENDED or "asks" in result.message
