"""Flows drawn: every node once, every edge to its ends, nothing on top of anything else."""

from __future__ import annotations

import json
import re
from collections import Counter
from importlib.resources import files
from itertools import combinations, pairwise
from random import Random
from xml.etree import ElementTree

import click
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cli import trunkline
from tests.flow_samples import action, data_action, decision, flow, item
from tests.shared import needs_shared, shared
from trunkline.domain.finding import Finding, Severity
from trunkline.domain.flow import from_configuration, from_guides
from trunkline.domain.flow.document import flow_document
from trunkline.project.flowfile import read_flow_file
from trunkline.render.graph.layered import Link, Vertex, arrange, slots
from trunkline.render.graph.overlay import findings_by_node
from trunkline.render.graph.page import html_page
from trunkline.render.graph.plain import dot, mermaid, outline
from trunkline.render.graph.scene import make_scene
from trunkline.render.graph.svg import Marks, svg_file
from trunkline.render.graph.text import fit, width, words

SAMPLE = files("trunkline.emulator") / "sample" / "flows"
SAMPLES = sorted(file.name for file in SAMPLE.iterdir())


def read(name):
    return from_configuration(json.loads((SAMPLE / name).read_text()))


def small():
    return from_configuration(
        flow(
            item(
                "one",
                "Task",
                "ask",
                decision("ask", "look", None, next="go"),
                data_action("look", success="bye", failure=None),
                action("bye", "DisconnectAction"),
                action("go", "TransferTaskAction", taskReference="two"),
            ),
            item("two", "Task", "end", action("end", "EndTaskAction")),
        )
    )


def boxes_overlap(one, other):
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


@pytest.mark.parametrize("name", SAMPLES)
def test_no_card_and_no_panel_lies_on_another(name):
    scene = make_scene(read(name))
    for boxes in (list(scene.cards.values()), scene.panels):
        assert not [(one, other) for one, other in combinations(boxes, 2) if boxes_overlap(one, other)]


@pytest.mark.parametrize("name", SAMPLES)
def test_every_edge_is_one_line_from_its_source_to_its_target(name):
    scene = make_scene(read(name))
    assert Counter(line.edge for line in scene.lines) == Counter(scene.graph.edges)
    for line in scene.lines:
        source, target = scene.cards[line.edge.source], scene.cards[line.edge.target]
        (x, y), (to_x, to_y) = line.points[0], line.points[-1]
        assert source.x <= x <= source.x + source.width
        assert y == pytest.approx(source.y + source.length, abs=1)
        assert target.x - 1 <= to_x <= target.x + target.width
        assert target.y - 1 <= to_y <= target.y + target.height


@pytest.mark.parametrize("name", SAMPLES)
def test_lines_run_straight_along_the_axes_and_through_no_card(name):
    scene = make_scene(read(name))
    for line in scene.lines:
        ends = {line.edge.source, line.edge.target}
        for (x, y), (to_x, to_y) in pairwise(line.points):
            assert abs(x - to_x) < 1.5 or abs(y - to_y) < 1.5
            left, right, top, bottom = min(x, to_x), max(x, to_x), min(y, to_y), max(y, to_y)
            crossed = [
                card.id
                for card in scene.cards.values()
                if card.id not in ends
                and left < card.x + card.width - 1
                and right > card.x + 1
                and top < card.y + card.height - 1
                and bottom > card.y + 1
            ]
            assert not crossed, (line.edge, crossed)


def test_control_runs_downwards_but_for_what_closes_a_loop():
    scene = make_scene(read("secure-card-payment.json"))
    assert all(scene.cards[e.source].y < scene.cards[e.target].y for e in scene.graph.edges)


def test_branches_leave_in_the_order_of_their_outputs():
    scene = make_scene(small())
    ports = scene.cards["look"].ports
    assert [port.title for port in ports] == ["Success", "Failure", "Timeout"]
    assert sorted(port.at for port in ports) == [port.at for port in ports]


def test_the_same_flow_is_always_drawn_the_same():
    assert svg_file(make_scene(read(SAMPLES[0]))) == svg_file(make_scene(read(SAMPLES[0])))


def test_an_edge_to_a_node_that_does_not_exist_leads_to_a_ghost():
    document = {
        "name": "f",
        "nodes": [{"id": "a", "type": "START"}],
        "edges": [{"source": "a", "target": "gone"}, {"source": "ghostly", "target": "a"}],
    }
    scene = make_scene(from_guides(document))
    assert [card.ghost for card in scene.cards.values()] == [False, True, True]
    assert len(scene.lines) == 2


@pytest.mark.parametrize("nodes", [[], [{"id": "a"}]])
def test_a_flow_with_next_to_nothing_is_drawn(nodes):
    scene = make_scene(from_guides({"name": "", "nodes": nodes, "edges": []}))
    ElementTree.fromstring(svg_file(scene))
    assert "<html" in html_page(scene)


@st.composite
def graphs(draw):
    count = draw(st.integers(1, 12))
    numbers = st.integers(0, count - 1).map(str)
    links = draw(
        st.lists(st.tuples(numbers, st.none() | numbers, st.none() | st.floats(-40, 40)), max_size=25)
    )
    sizes = draw(st.lists(st.integers(20, 300), min_size=count, max_size=count))
    vertices = [Vertex(str(index), size, 40) for index, size in enumerate(sizes)]
    return vertices, [Link(*link, exit="out") for link in links]


@settings(max_examples=150, deadline=None)
@given(graphs())
def test_any_graph_is_laid_out_without_overlap_and_every_link_arrives(graph):
    vertices, links = graph
    arranged = arrange(vertices, links)
    sizes = {vertex.id: vertex for vertex in vertices}
    for one, other in combinations(vertices, 2):
        (x, y), (to_x, to_y) = arranged.starts[one.id], arranged.starts[other.id]
        apart = x + one.breadth <= to_x + 0.01 or to_x + other.breadth <= x + 0.01
        assert apart or y != to_y
    for link, route in zip(links, arranged.routes, strict=True):
        start = arranged.starts[link.source]
        assert start[0] - 40 <= route[0][0] <= start[0] + sizes[link.source].breadth + 40
        assert route[0][1] == start[1] + sizes[link.source].length
        if link.target is None:
            assert route[-1][0] == arranged.breadth
        else:
            cross, main = arranged.starts[link.target]
            middle = cross + sizes[link.target].breadth / 2
            assert (route[-1][0], route[-1][1]) == pytest.approx((middle, main), abs=1)


def test_links_to_one_target_share_their_way():
    vertices = [Vertex(name, 100, 40) for name in "abcde"]
    links = [
        Link("a", "b", -20),
        Link("b", "c"),
        Link("c", "d"),
        Link("d", "e"),
        Link("a", "e", 20),
        Link("b", "e", 30),
    ]
    routes = arrange(vertices, links).routes
    assert routes[4][-3:] == routes[5][-3:]


def test_cycles_return_by_a_lane_and_come_in_from_above():
    vertices = [Vertex(name, 100, 40) for name in "abc"]
    arranged = arrange(vertices, [Link("a", "b"), Link("b", "c"), Link("c", "a"), Link("b", "b", 20)])
    assert [arranged.starts[name][1] for name in "abc"] == sorted(arranged.starts[name][1] for name in "abc")
    for route, target in ((arranged.routes[2], "a"), (arranged.routes[3], "b")):
        assert route[-2][1] < route[-1][1] == arranged.starts[target][1]


def test_findings_lie_on_the_innermost_node_of_their_path():
    graph = small()
    inside = (*graph.nodes["look"].path, "inputs", 0)
    findings = [
        Finding("r", Severity.ERROR, "m", path=inside),
        Finding("r", Severity.WARNING, "m", path=graph.nodes["two"].path),
        Finding("r", Severity.INFO, "m", path=("name",)),
    ]
    assert findings_by_node(graph, findings) == {
        "look": [findings[0]],
        "two": [findings[1]],
        "one": [findings[2]],
    }


def test_a_badge_counts_findings_and_takes_the_colour_of_the_gravest():
    scene = make_scene(small())
    found = [Finding("r", Severity.INFO, "a"), Finding("r", Severity.ERROR, "b")]
    svg = svg_file(scene, Marks(findings={"look": found}))
    assert svg.count('class="badge') == 1
    assert re.search(r'class="badge error".*?>2</text>', svg, re.DOTALL)


def test_svg_is_well_formed_whatever_names_hold():
    nasty = "<&>\"'\x00\x1b]]>" + "長" * 400
    graph = from_guides({"name": nasty, "nodes": [{"id": nasty, "name": nasty, "type": nasty}], "edges": []})
    for theme in ("auto", "light", "dark"):
        root = ElementTree.fromstring(svg_file(make_scene(graph), theme=theme))
        assert len(root.findall(".//*[@class='node f-other']")) == 1


def test_the_page_allows_its_own_script_and_style_only_and_fetches_nothing():
    page = html_page(make_scene(small()))
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert not re.search(r"(?:src|href)\s*=\s*[\"']?(?:https?:)?//", page)
    assert page.count("<script") == 2


def test_data_in_the_page_cannot_end_its_script():
    graph = from_guides({"name": "x", "nodes": [{"id": "a", "name": "</script><!--"}], "edges": []})
    page = html_page(make_scene(graph))
    data = re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1]
    assert json.loads(data)["nodes"][0]["name"] == "</script><!--"


@pytest.mark.parametrize(
    ("text", "room", "expected"),
    [("short", 200, "short"), ("a b\n c", 200, "a b c"), ("x" * 50, 60, "xxxxxx…")],
)
def test_text_is_shortened_to_its_room(text, room, expected):
    assert fit(text, 13, room) == expected
    assert width(fit(text, 13, room), 13) <= room


def test_types_are_called_as_the_editor_calls_them():
    assert words("DataTableLookupAction") == "data table lookup"
    assert words("TransferPureMatchAction") == "transfer to ACD"
    assert words("PlayAudioAction") == "play audio"


def test_mermaid_and_dot_name_every_node_and_edge_and_escape_labels():
    graph = small()
    drawn = mermaid(graph)
    assert drawn.startswith("flowchart TD\n")
    assert len(re.findall(r"^    n\d+", drawn, re.MULTILINE)) == len(graph.nodes)
    assert len(re.findall(r"^  n\d+ (?:-->|-\.->|==>)", drawn, re.MULTILINE)) == len(graph.edges)
    drawn = dot(graph)
    assert drawn.count(" -> ") == len(graph.edges)
    hostile = from_guides({"name": 'a"b', "nodes": [{"id": "n", "name": 'x"]; <b>|\\'}], "edges": []})
    assert '"x#34;]#59; #60;b#62;#124;#92;"' in mermaid(hostile)
    assert 'label="x\\"]; <b>|\\\\"' in dot(hostile)


def test_the_outline_indents_branches_under_their_owner():
    lines = [click.unstyle(line) for line in outline(small()).splitlines()]
    assert lines[:6] == [
        "Sample (workflow)",
        "  one [10] task",
        "    ask [11] decision",
        "      Yes → look [12]",
        "      No → go [14]",
        "      look [12] data action",
    ]


def test_the_command_writes_every_format_and_knows_it_by_the_file(tmp_path):
    source = str(SAMPLE / "default-in-queue.json")
    starts = {
        "a.svg": "<?xml",
        "a.html": "<!doctype html>",
        "a.mmd": "flowchart",
        "a.dot": "digraph",
        "a.json": "{",
    }
    for name, start in starts.items():
        done = trunkline("flow", "graph", source, "--to", tmp_path / name)
        assert done.code == 0, done.text
        assert (tmp_path / name).read_text().startswith(start)
        assert done.out == ""
    assert trunkline("flow", "graph", source).out.startswith("<?xml")
    assert "In-Queue Task" in trunkline("flow", "graph", source, "-o", "text").out


def test_changes_since_another_version_are_coloured_in(tmp_path):
    document = json.loads((SAMPLE / "secure-card-payment.json").read_text())
    (tmp_path / "old.json").write_text(json.dumps(document))
    actions = document["flowSequenceItemList"][0]["actionList"]
    next(each for each in actions if each["name"] == "Approved")["name"] = "Thanks"
    actions[:] = [each for each in actions if each["name"] != "No card"]
    (tmp_path / "new.json").write_text(json.dumps(document))
    done = trunkline(
        "flow", "graph", tmp_path / "new.json", "--against", tmp_path / "old.json", "--no-findings"
    )
    assert done.code == 0, done.text
    assert re.search(r'class="node f-talk renamed"[^>]*><title>Thanks', done.out)
    assert re.search(r'class="node f-talk removed[^"]*"[^>]*><title>No card', done.out)


def test_a_side_that_is_no_flow_is_refused_with_its_place(tmp_path):
    broken = tmp_path / "broken.json"
    broken.write_text('{\n  "a": }')
    done = trunkline("flow", "graph", broken)
    assert (done.code, "broken.json:2" in done.err) == (1, True)
    assert trunkline("flow", "graph", tmp_path / "none.json").code == 1
    (tmp_path / "empty").mkdir()
    assert "holds no flows" in trunkline("flow", "graph", tmp_path / "empty", "--dependencies").err
    assert trunkline("flow", "graph").code == 64


def large(size):
    """A bot with loops, joins, long ways and many branches."""
    actions = []
    for index in range(size):
        following = f"a{index + 1}" if index + 1 < size else None
        if index % 7 == 3:
            ways = {"success": f"x{index}", "failure": f"y{index}"}
            actions.append(data_action(f"a{index}", next=following, **ways))
            actions += [action(f"x{index}", "PlayAudioAction"), action(f"y{index}", "DisconnectAction")]
        else:
            actions.append(action(f"a{index}", "UpdateVariableAction", next=following))
    return flow(item("s", "State", "a0", *actions))


def test_a_flow_of_hundreds_of_actions_is_laid_out():
    scene = make_scene(from_configuration(large(300)))
    assert len(scene.cards) == len(scene.graph.nodes) == 387
    assert not any(boxes_overlap(one, other) for one, other in combinations(scene.cards.values(), 2))


def test_a_tangle_is_drawn_too_and_links_beyond_the_lanes_run_straight(monkeypatch):
    numbers = Random(7)
    pairs = [(index, index + 1) for index in range(399)]
    pairs += [(numbers.randrange(400), numbers.randrange(400)) for _ in range(800)]
    vertices = [Vertex(str(index), 100, 40) for index in range(400)]
    links = [Link(str(source), str(target), None) for source, target in pairs]
    monkeypatch.setattr(slots, "MOST_LANES", 3000)
    arranged = arrange(vertices, links)
    straight = 0
    for link, route in zip(links, arranged.routes, strict=True):
        cross, main = arranged.starts[link.target]
        assert route[-1] == pytest.approx((cross + 50, main), abs=1)
        straight += len(route) == 2 and abs(route[0][0] - route[1][0]) > 1
    assert 0 < straight < 800


@pytest.mark.corpus
@needs_shared
@pytest.mark.parametrize("folder", ["flows_i3", "flows_archy"])
def test_every_real_flow_is_drawn(folder):
    paths = [path for path in sorted(shared("corpus", folder).iterdir()) if path.is_file()]
    assert len(paths) == {"flows_i3": 31, "flows_archy": 44}[folder]
    for path in paths:
        document = read_flow_file(path).document
        assert document == flow_document(document.body)
        scene = make_scene(document.graph)
        root = ElementTree.fromstring(svg_file(scene))
        drawn = [e for e in root.iter() if (e.get("class") or "").startswith("node ")]
        assert len(drawn) == len(document.graph.nodes), path.name
        assert len(scene.lines) == len(set(scene.graph.edges)), path.name
        assert not any(boxes_overlap(*pair) for pair in combinations(scene.cards.values(), 2)), path.name
        assert html_page(scene)
        assert mermaid(document.graph)
        assert dot(document.graph)
