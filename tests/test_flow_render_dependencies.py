"""Who uses what, and what breaks if it goes."""

from __future__ import annotations

import json
from importlib.resources import files
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.cli import trunkline
from tests.flow_samples import action, data_action, flow, item, literal
from trunkline.cli.flow_remote import RemoteFlows
from trunkline.clouds.base import Listing
from trunkline.clouds.flows import FlowSummary, Stage
from trunkline.domain.flow import from_configuration, from_guides
from trunkline.domain.flow.dependencies import Thing, dependencies
from trunkline.errors import NotFound
from trunkline.render.graph.dependencies import dependency_scene
from trunkline.render.graph.svg import svg_file

SAMPLE = str(files("trunkline.emulator") / "sample" / "flows")


def using(name, *actions, **fields):
    document = flow(item("s", "State", actions[0]["id"], *actions), **fields)
    return from_configuration({**document, "name": name})


def calls(module):
    return action("call", "CallCommonModuleAction", flowId=f"id of {module}", flowName=module)


def transfer(queue, queue_id):
    return action(
        "go", "TransferPureMatchAction", name="To the queue", queues=[literal(queue, "que", queue_id)]
    )


@pytest.fixture
def found():
    return dependencies(
        [
            using("Front", calls("Middle")),
            using("Middle", calls("Lookup")),
            using("Lookup", data_action("look")),
            using("Apart", transfer("Support", "q1")),
        ]
    )


def test_a_data_action_is_used_by_the_flow_that_calls_it(found):
    thing = found.find("data_action/get customer")
    assert thing == Thing("dataAction", "Get Customer")
    (link,) = found.users(thing)
    assert (link.user, link.nodes) == (Thing("flow", "Lookup"), ("look [11]",))


def test_what_breaks_goes_through_flows_that_use_flows(found):
    thing = found.find("dataAction/Get Customer")
    assert {flow.name: via.name for flow, via in found.breaks(thing).items()} == {
        "Lookup": "Get Customer",
        "Middle": "Lookup",
        "Front": "Middle",
    }
    assert {flow.name for flow in found.around(thing).flows} == {"Lookup", "Middle", "Front"}
    assert found.breaks(found.find("flow/Front")) == {}


def test_flows_that_call_each_other_end_the_search():
    found = dependencies([using("A", calls("B")), using("B", calls("A"))])
    assert list(found.breaks(Thing("flow", "A"))) == [Thing("flow", "B")]


def test_an_object_known_by_id_alone_takes_its_name_from_another_flow():
    manifest = {"queue": [{"id": "q1", "name": "Support"}]}
    found = dependencies(
        [using("A", transfer("", "q1")), using("B", action("w", "WaitAction"), manifest=manifest)]
    )
    assert {link.user.name for link in found.users(Thing("queue", "Support"))} == {"A", "B"}


def test_objects_of_one_name_with_different_ids_are_told_apart():
    found = dependencies(
        [using("A", transfer("Support", "q-one-1")), using("B", transfer("Support", "q-two-2"))]
    )
    assert [thing.name for thing in found.things if thing.kind == "queue"] == [
        "Support#-one-1",
        "Support#-two-2",
    ]


def test_flows_of_one_name_are_told_apart():
    found = dependencies([using("A", transfer("Support", "q")), using("A", transfer("Support", "q"))])
    assert [flow.name for flow in found.flows] == ["A", "A (2)"]


def test_the_drawing_holds_every_thing_once_and_every_use(found):
    scene = dependency_scene(found, "t")
    assert set(scene.cards) == {str(thing) for thing in found.things}
    assert len(scene.lines) == len(found.links)
    assert all(scene.cards[line.edge.source].x < scene.cards[line.edge.target].x for line in scene.lines)
    ElementTree.fromstring(svg_file(scene))


def test_nothing_at_all_is_drawn_too():
    scene = dependency_scene(dependencies([from_guides({"name": "x", "nodes": [], "edges": []})]), "t")
    assert len(scene.cards) == 1


def test_the_command_lists_users_of_an_object():
    done = trunkline("flow", "graph", SAMPLE, "--uses", "queue/Service Billing")
    assert done.code == 0
    assert done.out.splitlines() == [
        "queue/Service Billing is used by 1 flow",
        "  Main Customer Line (inboundcall): To billing [75], To billing in bad weather [80]",
    ]
    (told,) = json.loads(
        trunkline("flow", "graph", SAMPLE, "--uses", "prompt/welcome_main", "-o", "json").out
    )
    assert [use["flow"] for use in told["used_by"]] == ["After Hours", "Main Customer Line"]


def test_the_command_tells_which_flows_call_a_flow(tmp_path):
    done = trunkline("flow", "graph", SAMPLE, "--uses", "flow/customer lookup")
    assert done.code == 0, done.err
    assert "Main Customer Line (inboundcall): Look the caller up [12]" in done.out


def test_the_command_says_what_is_hit_through_other_flows(tmp_path):
    chain = [("Front", calls("Middle")), ("Middle", calls("Lookup")), ("Lookup", data_action("look"))]
    for name, step in chain:
        document = {**flow(item("s", "State", step["id"], step)), "name": name}
        (tmp_path / f"{name}.json").write_text(json.dumps(document))
    done = trunkline("flow", "graph", tmp_path, "--uses", "data_action/Get Customer")
    assert done.out.splitlines()[-3:] == [
        "if it goes, 2 more flows are hit:",
        "  Middle through flow/Lookup",
        "  Front through flow/Middle",
    ]


def test_a_name_that_no_flow_knows_gets_the_nearest_one():
    done = trunkline("flow", "graph", SAMPLE, "--uses", "queue/Service Biling")
    assert (done.code, "queue/Service Billing?" in done.err) == (1, True)


def test_a_whole_org_is_drawn(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = trunkline("flow", "graph", "--dependencies", "--org", "emulator", "--to", "org.svg")
    assert done.code == 0, done.text
    root = ElementTree.parse(tmp_path / "org.svg").getroot()
    names = {title.text for title in root.iter("{http://www.w3.org/2000/svg}title")}
    assert {"Main Customer Line", "Service Billing", "Get Policy Status"} <= names


def test_a_flow_that_is_deleted_while_the_org_is_read_is_left_out_and_told(capsys):
    """The flows of an org are read several at once, and come in its order."""
    summaries = [FlowSummary(f"f-{n}", f"Flow {n}", "workflow", {Stage.PUBLISHED: "1.0"}) for n in range(20)]

    class Flows:
        def list(self):
            return Listing(tuple(summaries), complete=True, total=20)

        def document(self, summary, version=None):
            if summary.id == "f-7":
                raise NotFound("Could not find flow")
            return json.dumps({**flow(item("s", "State", "x")), "name": summary.name}).encode()

    org: Any = SimpleNamespace(name="dev", cloud=SimpleNamespace(flows=Flows()))
    names = [each.document.graph.name for each in RemoteFlows(org).all()]

    assert names == [each.name for each in summaries if each.id != "f-7"]
    assert "left out: Flow 7 (f-7) was deleted after it was listed" in capsys.readouterr().err
