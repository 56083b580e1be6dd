"""`flow diff`: any two forms, any two places, in every format."""

from __future__ import annotations

import copy
import json
import re
from html import unescape
from importlib.resources import files

import pytest

from tests.cli import trunkline
from tests.shared import needs_shared, shared
from trunkline.domain.flow.compare_documents import compare_documents
from trunkline.domain.flow.diff import Subject, What
from trunkline.domain.flow.document import Form, flow_document
from trunkline.domain.flow.expressions import expressions
from trunkline.project.archy import parse_archy
from trunkline.project.flowfile import read_flow_file
from trunkline.render.flow_diff import Compared, render_diff
from trunkline.render.graph.diff_page import diff_page

SAMPLE = files("trunkline.emulator") / "sample" / "flows"
LINE = SAMPLE / "main-customer-line.json"

ARCHY = """
inboundCall:
  name: Line
  startUpRef: "/inboundCall/tasks/task[Main_10]"
  tasks:
    - task:
        name: Main
        refId: Main_10
        actions:
          - playAudio:
              name: Greet
              audio: {tts: Hello}
          - decision:
              name: Open?
              condition: {exp: Flow.open}
              outputs:
                yes:
                  actions:
                    - playAudio: {name: Say, audio: {tts: Open}}
                    - playAudio: {name: Hold, audio: {tts: Please wait}}
                no:
                  actions:
                    - disconnect: {name: Bye}
"""


def archy(change=lambda text: text):
    return flow_document(parse_archy(change(ARCHY)).value)


def archy_changes(change):
    return [(c.what, c.subject, c.name) for c in compare_documents(archy(), archy(change)).changes]


def sample(change=lambda document, actions: None):
    document = json.loads(LINE.read_text())
    actions = {
        action["name"]: (item["actionList"], action)
        for item in document["flowSequenceItemList"]
        for action in item.get("actionList", [])
    }
    change(document, actions)
    return document


def edit(document, actions):
    actions["Recording notice"][1]["name"] = "Legal notice"
    actions["Unknown caller?"][1]["expression"]["text"] = "IsNotSetOrEmpty(Flow.customerId) or Flow.vip"
    yes, no = actions["Prefers Spanish?"][1]["paths"]
    yes["nextActionId"], no["nextActionId"] = no["nextActionId"], yes["nextActionId"]


def resave(document, actions):
    """What an editor's save changes without the author meaning anything."""
    document["nextTrackingNumber"] += 7
    document["uiMetaData"] = {"actionServiceActions": []}
    document["flowMetaData"] = {"saved": "again"}
    document["flowSequenceItemList"].reverse()
    for siblings, action in actions.values():
        action["uiMetaData"] = {"collapsed": True}
        action["outOfService"] = True
        for path in action.get("paths", []):
            path["uiMetaData"] = {"collapsed": True}
        siblings.sort(key=lambda each: each["id"])
    for entries in document["manifest"].values():
        for entry in entries:
            entry["context"] = []


@pytest.fixture
def edited(tmp_path):
    path = tmp_path / "edited.json"
    path.write_text(json.dumps(sample(edit)))
    return path


def test_a_file_does_not_differ_from_itself_or_from_its_re_save(tmp_path):
    saved = tmp_path / "saved.json"
    saved.write_text(json.dumps(sample(resave)))
    assert saved.read_text() != json.dumps(sample())
    for other in (LINE, saved):
        done = trunkline("flow", "diff", str(LINE), str(other), "--exit-code")
        assert (done.code, done.out) == (0, "Main Customer Line: no differences\n"), done.text


def test_changes_are_told_as_what_they_are(edited):
    done = trunkline("flow", "diff", str(LINE), edited, "--exit-code")
    assert done.code == 2
    assert "» Recording notice → Legal notice" in done.out
    assert "Unknown caller? expression: IsNotSetOrEmpty(Flow.customerId) → " in done.out
    assert (
        "↷ Go on in Spanish: Identify Caller / Prefers Spanish?: Yes → Identify Caller / Prefers" in done.out
    )
    assert done.out.endswith("Main Customer Line: 1 renamed, 2 moved, 1 changed\n")
    assert trunkline("flow", "diff", str(LINE), edited).code == 0


def test_json_holds_every_change_with_its_path(edited):
    (told,) = json.loads(trunkline("flow", "diff", str(LINE), edited, "-o", "json").out)
    assert (told["flow"], told["differs"], told["structureOnly"]) == ("Main Customer Line", True, False)
    changed = next(change for change in told["changes"] if change["what"] == "changed")
    assert (changed["name"], changed["path"]) == ("Unknown caller?", "expression")
    assert changed["after"].endswith("Flow.vip")


def test_markdown_is_a_table_that_no_content_can_leave():
    before, after = (flow_document(sample()) for _ in range(2))
    name = "a | b\n`c` <img> [x](y) @all"
    body = copy.deepcopy(after.body)
    body["flowSequenceItemList"][0]["actionList"][0]["name"] = name
    after = flow_document(body)
    text = render_diff([Compared(name, "one|", "two", compare_documents(before, after))], "markdown")
    rows = [line for line in text.splitlines() if line.startswith("| renamed")]
    assert len(rows) == 1
    assert len(re.findall(r"(?<!\\)\|", rows[0])) == 6
    assert not re.search(r"(?<!\\)[<\[@]", rows[0].split("|")[2])


def test_html_shows_both_sides_with_the_changed_words_marked(edited, tmp_path):
    page = tmp_path / "diff.html"
    done = trunkline("flow", "diff", str(LINE), edited, "-o", "html", "--to", page)
    assert (done.code, done.out) == (0, "")
    text = page.read_text()
    assert "<del>Recording</del> notice" in text
    assert "<ins>Legal</ins> notice" in text
    assert "<script" not in text
    assert "default-src 'none'" in text


def test_html_escapes_what_flows_hold():
    name = "</td><script>alert(1)</script>"
    before, body = flow_document(sample()), sample()
    body["name"] = name
    page = diff_page([Compared(name, name, name, compare_documents(before, flow_document(body)))])
    assert "<script" not in page
    assert "alert(1)" in unescape(page)


def test_of_long_values_html_shows_where_they_differ():
    before, after = sample(), sample()
    before["description"] = "x" * 9000 + "one" + "y" * 9000
    after["description"] = "x" * 9000 + "two" + "y" * 9000
    difference = compare_documents(flow_document(before), flow_document(after))
    page = diff_page([Compared("f", "a", "b", difference)])
    assert len(page) < 20_000
    assert "xxone" in page
    assert "xxtwo" in page


def test_archy_is_matched_by_name_type_and_content():
    assert archy_changes(lambda text: text) == []
    changes = archy_changes(lambda text: text.replace("name: Greet", "name: Welcome"))
    assert changes == [(What.RENAMED, Subject.ACTION, "Welcome")]
    changes = archy_changes(lambda text: text.replace("tts: Hello", "tts: Good day"))
    assert changes == [(What.CHANGED, Subject.ACTION, "Greet")]


def test_in_archy_an_inserted_action_does_not_make_its_neighbours_differ():
    added = "                    - wait: {name: Pause}\n                    - playAudio: {name: Hold"
    changes = archy_changes(lambda text: text.replace("                    - playAudio: {name: Hold", added))
    assert changes == [(What.ADDED, Subject.ACTION, "Pause")]


def test_in_archy_an_action_on_another_branch_has_moved():
    bye = "                    - disconnect: {name: Bye}\n"
    hold = "                    - playAudio: {name: Hold, audio: {tts: Please wait}}\n"
    changes = archy_changes(lambda text: text.replace(hold, "").replace(bye, hold + bye))
    assert changes == [(What.MOVED, Subject.ACTION, "Hold")]


def test_two_forms_are_compared_by_structure_and_the_answer_says_so(tmp_path):
    (tmp_path / "line.yaml").write_text(ARCHY)
    graph = trunkline("flow", "graph", tmp_path / "line.yaml", "-o", "json").out
    (tmp_path / "line.json").write_text(graph)
    assert read_flow_file(tmp_path / "line.json").document.form is Form.GUIDES
    done = trunkline("flow", "diff", tmp_path / "line.yaml", tmp_path / "line.json")
    assert "only the structure was compared" in done.out
    assert "Line: 1 added;" in done.out  # the start, which only nodes and edges have as a node


def test_nodes_and_edges_are_matched_by_id_and_their_edges_compared():
    nodes = [{"id": each, "name": each, "type": "ACTION"} for each in "abc"]
    edges = [{"source": "a", "target": "b"}, {"source": "a", "target": "c", "label": "No"}]
    before = {"name": "f", "type": "CALL", "nodes": nodes, "edges": edges}
    after = copy.deepcopy(before)
    after["nodes"][1]["name"] = "B"
    after["edges"][1]["label"] = "Never"
    changes = compare_documents(flow_document(before), flow_document(after)).changes
    assert [(c.what, c.name, c.path) for c in changes if c.what is What.RENAMED] == [(What.RENAMED, "B", ())]
    (way,) = (change for change in changes if change.path == ("edges",))
    assert "Never → c" in way.after


def test_folders_are_compared_flow_by_flow(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    new.mkdir()
    (old / "line.json").write_text(LINE.read_text())
    (old / "gone.json").write_text((SAMPLE / "customer-lookup.json").read_text())
    (new / "renamed-file.json").write_text(json.dumps(sample(edit)))
    (new / "fresh.json").write_text((SAMPLE / "default-in-queue.json").read_text())
    done = trunkline("flow", "diff", old, new, "--exit-code")
    assert done.code == 2
    assert "- Customer Lookup only in" in done.out
    assert "+ Default In-Queue only in" in done.out
    assert done.out.endswith("3 flows: 1 renamed, 2 moved, 1 changed, 2 flows on one side only\n")


def test_an_org_is_compared_with_a_file_with_itself_and_by_version(edited, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    org = ("--org", "emulator", "--exit-code")
    for sides in (
        ("Main Customer Line", edited),
        (edited,),
        ("emulator:Main Customer Line@published", edited),
    ):
        done = trunkline("flow", "diff", *sides, *org)
        assert done.code == 2, done.text
        assert "1 renamed, 2 moved, 1 changed" in done.out
    version = re.search(r"Main Customer Line@([\d.]+) of emulator", done.out)[1]
    done = trunkline("flow", "diff", f"Main Customer Line@{version}", "Main Customer Line", *org)
    assert (done.code, "no differences" in done.out) == (0, True), done.text
    done = trunkline("flow", "diff", "emulator:", "emulator:", "--exit-code")
    assert (done.code, done.out) == (0, "11 flows: no differences\n"), done.text


def test_what_is_not_there_is_said(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = trunkline("flow", "diff", "No Such Flow", str(LINE), "--org", "emulator")
    assert (done.code, "has no flow 'No Such Flow'" in done.err) == (1, True)
    assert trunkline("flow", "diff", "Main Customer Line", "--org", "emulator").code == 64
    assert trunkline("flow", "diff", "gone.json", str(LINE)).code == 1


@pytest.mark.corpus
@needs_shared
@pytest.mark.parametrize("folder", ["flows_i3", "flows_archy"])
def test_no_real_flow_differs_from_itself(folder):
    for path in sorted(shared("corpus", folder).iterdir()):
        document = read_flow_file(path).document
        again = flow_document(copy.deepcopy(document.body))
        assert compare_documents(document, again).changes == (), path.name


@pytest.mark.corpus
@needs_shared
def test_no_real_flow_differs_from_its_re_save():
    for path in sorted(shared("corpus", "flows_i3").iterdir()):
        body = read_flow_file(path).document.body
        saved = copy.deepcopy(body)
        items = saved["flowSequenceItemList"]
        actions = {a["id"]: (item["actionList"], a) for item in items for a in item.get("actionList", [])}
        resave(saved, actions)
        for _, expression in expressions(saved):
            expression["uiMetaData"], expression["metaData"] = {"mode": 4}, {"references": []}
        assert saved != body
        assert compare_documents(flow_document(body), flow_document(saved)).changes == (), path.name


@pytest.mark.corpus
@needs_shared
def test_a_real_flow_and_its_archy_twin_have_the_same_structure():
    name = "gcb__scheduling-bot-blueprint__SchedulingBot"
    configuration = read_flow_file(shared("corpus", "flows_i3", f"{name}.i3BotFlow"))
    twin = read_flow_file(shared("corpus", "flows_archy", f"{name}.yaml"))
    difference = compare_documents(twin.document, configuration.document)
    assert difference.structure_only
    assert [change.what for change in difference.changes] == [What.RENAMED]  # its name is a substitution
    assert len(difference.pairs) == 59
