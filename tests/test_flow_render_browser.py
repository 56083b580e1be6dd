"""The page of a flow, opened in a real browser."""

from __future__ import annotations

import json
from importlib.resources import files
from xml.etree import ElementTree

import pytest

from tests.chromium import chromium, needs_chromium
from tests.cli import trunkline
from tests.flow_samples import action, decision, flow, item
from trunkline.domain.flow import from_configuration

pytestmark = pytest.mark.browser

SAMPLE = files("trunkline.emulator") / "sample" / "flows"
HOSTILE = "</script><script>pwned=1</script><img src=x onerror=pwned=1>\u2028\u0000]]>&amp;\"'`"


@pytest.fixture(autouse=True)
def _browser():
    needs_chromium()


def drawn(tmp_path, source, *options):
    page = tmp_path / "flow.html"
    done = trunkline("flow", "graph", source, "--to", page, *options)
    assert done.code == 0, done.text
    return page


def test_a_large_flow_is_shown_whole_found_and_told(tmp_path):
    source = SAMPLE / "main-customer-line.json"
    graph = from_configuration(json.loads(source.read_text()))
    with chromium(drawn(tmp_path, str(source), "--theme", "light")) as page:
        assert page.run("document.querySelectorAll('#view .node').length") == len(graph.nodes)
        assert page.run("document.querySelectorAll('#view .edge').length") == len(graph.edges)
        page.picture("flow-begin.png")
        page.press("/")
        for letter in "payment link":
            page.press(letter, letter)
        found = page.run("[...document.querySelectorAll('.match .name')].map(e => e.textContent)")
        assert "Make a payment link" in found
        page.press("Enter")
        assert page.run("document.querySelector('#details').hidden") is False
        assert page.run("document.querySelector('#details h2').textContent") in found
        page.picture("flow-search.png")
        page.run(
            "document.querySelector('[data-do=fit]').click(); document.querySelector('[data-do=flip]').click()"
        )
        page.picture("flow-dark.png")
        assert page.run("document.documentElement.dataset.theme") == "dark"
        assert page.complaints == []
        assert [url for url in page.requests if not url.startswith("file:")] == []


def test_a_click_shows_a_node_s_settings_and_escape_hides_them(tmp_path):
    with chromium(drawn(tmp_path, str(SAMPLE / "secure-card-payment.json"))) as page:
        spot = page.run(
            "(() => { const n = [...document.querySelectorAll('.node')]"
            ".find(e => e.textContent.includes('Charge the card'));"
            "const b = n.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 3]; })()"
        )
        page.click(*spot)
        text = page.run("document.querySelector('#details').textContent")
        assert "Charge the card" in text
        assert "dataActionCharge Card" in text
        assert page.run("document.querySelectorAll('.edge.near').length") == 4
        page.press("Escape")
        assert page.run("document.querySelector('#details').hidden") is True
        assert page.complaints == []


def test_zoom_goes_to_the_pointer_and_the_drawing_can_be_saved(tmp_path):
    with chromium(drawn(tmp_path, str(SAMPLE / "after-hours.json"))) as page:
        before = page.run("document.querySelector('#view').getAttribute('transform')")
        page.call("Input.dispatchMouseEvent", type="mouseWheel", x=400, y=400, deltaX=0, deltaY=-300)
        assert page.run("document.querySelector('#view').getAttribute('transform')") != before
        page.run("URL.createObjectURL = blob => { saved = blob; return '#'; }; var saved;")
        page.run("document.querySelector('[data-do=save]').click()")
        svg = page.run("saved.text()")
        drawing = ElementTree.fromstring(svg)
        assert drawing.tag == "{http://www.w3.org/2000/svg}svg"
        assert ".line" in drawing.find("{*}style").text
        assert page.complaints == []


def test_what_a_flow_holds_is_text_and_never_runs(tmp_path):
    state = item(
        "s",
        "State",
        "ask",
        {**decision("ask", "end", None), "name": HOSTILE},
        action("end", "EndWorkflowAction", note=HOSTILE),
        name=HOSTILE,
    )
    document = flow(state)
    document["name"] = HOSTILE
    source = tmp_path / "hostile.json"
    source.write_text(json.dumps(document))
    with chromium(drawn(tmp_path, source)) as page:
        assert page.run("typeof pwned") == "undefined"
        assert page.run("document.querySelectorAll('img, #view script').length") == 0
        page.run(
            "document.querySelector('#view .node').dispatchEvent(new MouseEvent('click', {bubbles: true}))"
        )
        assert "onerror" in page.run("document.querySelector('#details h2').textContent")
        assert page.run("typeof pwned") == "undefined"
        assert page.complaints == []
        assert all(url.startswith("file:") for url in page.requests)


def test_printing_shows_the_whole_drawing_on_white_and_then_goes_back(tmp_path):
    with chromium(drawn(tmp_path, str(SAMPLE / "policy-assistant.json"), "--theme", "dark")) as page:
        page.run("dispatchEvent(new Event('beforeprint'))")
        assert page.run("document.documentElement.dataset.theme") == "light"
        assert page.run("document.querySelector('#stage').viewBox.baseVal.width") > 1000
        page.run("dispatchEvent(new Event('afterprint'))")
        assert page.run("document.documentElement.dataset.theme") == "dark"
        assert page.run("document.querySelector('#stage').hasAttribute('viewBox')") is False
        assert page.complaints == []


def test_findings_and_changes_are_listed_and_lead_to_their_node(tmp_path):
    document = json.loads((SAMPLE / "main-customer-line.json").read_text())
    text = json.dumps(document).replace("Recording notice", "Legal notice")
    (tmp_path / "new.json").write_text(text)
    with chromium(
        drawn(tmp_path, tmp_path / "new.json", "--against", str(SAMPLE / "main-customer-line.json"))
    ) as page:
        page.run("document.querySelector('[data-do=list]').click()")
        rows = page.run("[...document.querySelectorAll('#list .go')].map(row => row.textContent)")
        assert any(row.startswith("Legal notice") and "renamed" in row for row in rows)
        assert any("Storm Notice 2024" in row for row in rows)
        page.run("document.querySelector('#list .change').click()")
        assert page.run("document.querySelector('#details h2').textContent") == "Legal notice"
        assert page.complaints == []


def test_the_page_of_differences_is_shown_without_complaint(tmp_path):
    page_file = tmp_path / "diff.html"
    sides = (str(SAMPLE / "after-hours.json"), str(SAMPLE / "main-customer-line.json"))
    assert trunkline("flow", "diff", *sides, "-o", "html", "--to", page_file).code == 0
    with chromium(page_file) as page:
        assert page.run("document.querySelectorAll('tr').length") > 20
        assert page.run("getComputedStyle(document.querySelector('section')).borderRadius") == "14px"
        page.picture("flow-diff.png")
        assert page.complaints == []
