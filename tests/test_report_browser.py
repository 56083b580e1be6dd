"""The page of a report, opened in a real browser."""

from __future__ import annotations

import json
import re

import pytest

from tests import test_report
from tests.chromium import chromium, needs_chromium
from tests.cli import trunkline

pytestmark = pytest.mark.browser

acme = test_report.acme


@pytest.fixture(autouse=True)
def _browser():
    needs_chromium()


@pytest.fixture
def page_file(acme):
    hostile = json.dumps(test_report.HOSTILE)
    (acme / "actions" / "hostile.yaml").write_text(
        test_report.OFFER.replace("name: Make Offer", f"name: {hostile}")
    )
    done = trunkline("report", acme, "--quick", "--to", acme / "r.html")
    assert done.code == 0, done.text
    return acme / "r.html"


VISIBLE = "[...document.querySelectorAll('[data-item]')].filter(e => e.checkVisibility() && !e.hidden).length"
SEARCH = """(async () => {
  const box = document.getElementById('search');
  box.value = %r;
  box.dispatchEvent(new Event('input'));
  const hits = document.getElementById('hits');
  for (let i = 0; i < 600 && !hits.textContent; i++) await new Promise(done => setTimeout(done, 50));
  return hits.textContent;
})()"""


def test_search_and_filters_leave_what_matches_and_escape_brings_all_back(page_file):
    with chromium(page_file) as page:
        page.picture("report-begin.png")
        everything = page.run(VISIBLE)
        assert page.run(SEARCH % "roadside dispatch").startswith(
            str(page.run("document.querySelectorAll('[data-item]:not([hidden])').length"))
        )
        left = page.run("[...document.querySelectorAll('[data-item]:not([hidden])')].map(e => e.textContent)")
        assert left
        assert all("roadside dispatch" in each.lower() for each in left)
        page.press("Escape")
        assert page.run(VISIBLE) == everything
        page.run("document.querySelector('.chip.error').click()")
        levels = page.run(
            "[...document.querySelectorAll('[data-item]:not([hidden])')].map(e => e.dataset.levels)"
        )
        assert levels
        assert all("error" in each for each in levels)
        page.run("document.querySelector('.chip.error').click()")
        page.run(
            "(() => { const k = document.getElementById('kind'); k.value = 'flow'; "
            "k.dispatchEvent(new Event('change')); })()"
        )
        assert (
            page.run("[...document.querySelectorAll('details.card:not([hidden]) > summary .name')].length")
            == 2
        )
        assert page.complaints == []


def test_a_link_opens_what_it_leads_to_and_a_flow_is_drawn(page_file):
    with chromium(page_file) as page:
        page.run("document.querySelector('#used a[href=\"#flow-after-hours\"]').click()")
        assert page.run(
            "(async () => { const card = document.getElementById('flow-after-hours'); "
            "for (let i = 0; i < 600 && !card.open; i++) await new Promise(d => setTimeout(d, 50)); "
            "return card.open; })()"
        )
        page.run("document.querySelector('#flow-after-hours .picture').open = true")
        assert page.run("document.querySelectorAll('#flow-after-hours .drawing .node').length") > 20
        page.run("document.querySelector('#flow-after-hours .picture').scrollIntoView()")
        page.picture("report-flow.png")
        page.run("document.querySelector('[data-do=theme]').click()")
        assert page.run("document.documentElement.dataset.theme") == "dark"
        page.picture("report-dark.png")
        assert page.complaints == []
        assert [url for url in page.requests if not url.startswith("file:")] == []


def test_nothing_of_a_project_runs_in_the_page(page_file):
    with chromium(page_file) as page:
        page.run("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert page.run("window.pwned === undefined") is True
        assert page.run("document.querySelectorAll('img').length") == 0
        assert "onerror=pwned" in page.run("document.body.innerText")
        assert page.complaints == []


def test_everything_can_be_read_without_a_script(page_file):
    whole = page_file.read_text()
    page_file.write_text(re.sub(r"<script>.*?</script>", "", whole, flags=re.DOTALL))
    with chromium(page_file) as page:
        assert page.run("document.scripts.length") == 0
        assert page.run("document.getElementById('tools').checkVisibility()") is False
        page.run("document.querySelector('#queue-claims, #objects-queue details').open = true")
        assert "Claims of policy holders" in page.run("document.body.innerText")
        assert page.run("document.querySelectorAll('main section[hidden]').length") == 0
        page.picture("report-without-script.png")


def test_what_is_printed_is_open_and_light(page_file):
    with chromium(page_file) as page:
        page.call("Emulation.setEmulatedMedia", media="print")
        assert page.run("getComputedStyle(document.querySelector('nav')).display") == "none"
        page.run("dispatchEvent(new Event('beforeprint'))")
        assert page.run("document.querySelectorAll('details:not([open])').length") == 0
        page.run("dispatchEvent(new Event('afterprint'))")
        assert page.run("document.querySelectorAll('details[open]').length") == 0
        page.picture("report-print.png")
