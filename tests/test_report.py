"""`trunkline report`: everything about a project in one file, from its files alone."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import pytest

from tests.cli import trunkline
from trunkline.library import Project
from trunkline.project.lock import Lock
from trunkline.render.report import drawings, make_report, report_page
from trunkline.render.report.model import History

SAMPLE = files("trunkline.emulator") / "sample"
HOSTILE = "</script><script>pwned=1</script><img src=x onerror=pwned=1>\u2028]]>&amp;\"'`"
SECRET = "sk-live-0123456789abcdef"

OFFER = """
name: Make Offer
description: Offers a renewal
integration: Policy Services
inputs: {customer: string!, address: {type: object, properties: {city: {type: string}}}}
outputs: {offer: string}
request:
  method: POST
  url: https://offers.example/v1?api_key=hunter2hunter2
  headers: {Authorization: "Bearer abc123456789", X-Token: "${{ env.OFFER_TOKEN }}", X-Trace: "{{customer}}"}
  body: {customer: "{{customer}}"}
response:
  map: {offer: offer.id}
  defaults: {offer: none}
when:
  all:
    - {field: customers.status, equals: active}
    - any:
        - {field: customers.score, greater_than: 80}
        - {field: customers.segment, in: [gold, platinum]}
"""
TESTS = """
cases:
  - {name: it is made, input: {customer: "17"}, reply: {status: 200, body: {offer: {id: A1}}}, expect: {offer: A1}}
  - {name: it is another, input: {customer: "17"}, reply: {status: 200, body: {offer: {id: A1}}}, expect: {offer: A2}}
"""


@pytest.fixture
def acme(tmp_path, monkeypatch):
    """A project with a little of everything."""
    monkeypatch.setenv("OFFER_TOKEN", SECRET)
    root = tmp_path / "acme"
    written = {
        "trunkline.toml": 'name = "acme"\n',
        "actions/offer.yaml": OFFER,
        "actions/offer.test.yaml": TESTS,
        "datasets/customers.yaml": "name: customers\nfields: {status: string, score: number, segment: string}\n",
        "queues/claims.yaml": "name: Claims\ndescription: Claims of policy holders\n",
        "scripts/score.yaml": "name: score\ninputs: {score: number}\n",
        "scripts/score.js": "function main(context) { return context.input.score * 2; }\n",
    }
    for name, text in written.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (root / "flows").mkdir()
    for name in ("secure-card-payment.json", "after-hours.json"):
        shutil.copy(str(SAMPLE / "flows" / name), root / "flows" / name)
    return root


class Reader(HTMLParser):
    """What a browser would make of a page: elements, attributes, texts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.ids: list[str] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in ("meta", "input", "wbr", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not self.open or self.open[-1] not in ("style", "script"):
            self.words.append(data)

    @property
    def text(self):
        return " ".join(self.words)


def page_of(root, **options):
    return report_page(Project.open(root).report(quick=True), **options)


def test_the_page_says_all_there_is_to_say_of_the_files(acme):
    said = Reader(page_of(acme)).text
    for word in (
        "Make Offer", "Offers a renewal", "Policy Services", "customers.status equals active", "address.city",
        "Validate input against schema", "it is another", 'offer: expected "A2", got "A1"', "After Hours",
        "Secure Card Payment", "Claims of policy holders", "context.input.score * 2", "action-secret-literal",
        "actions/", "offer.yaml:9",
    ):  # fmt: skip
        assert word in said, word


def test_json_says_the_same_as_the_page(acme):
    done = trunkline("report", acme, "--quick", "-o", "json")
    assert done.code == 0
    content = json.loads(done.out)
    offer = next(each for each in content["objects"] if each["name"] == "Make Offer")
    assert {"kind": "data_set", "name": "customers", "at": ""} in offer["uses"]
    tables = {block["title"]: block for block in offer["blocks"]}
    assert tables["Contract: inputs"]["rows"][0] == ["customer", "string", "required", ""]
    assert tables["Response mapping"]["rows"] == [["offer", "$.offer.id", '"none"']]
    assert content["outcomes"] == {"passed": 1, "failed": 1, "skipped": 0}
    assert content["severities"]["error"] == sum(each["severity"] == "error" for each in content["findings"])
    page = Reader(page_of(acme)).text
    for each in content["findings"]:
        assert each["message"] in page
        assert each["rule"] in page
    for each in content["objects"]:
        assert each["name"] in page


def test_every_finding_of_check_is_in_it_with_its_rule_explained(acme):
    found = json.loads(trunkline("check", "--project", acme, "-o", "json").out)["findings"]
    content = json.loads(trunkline("report", acme, "-o", "json").out)
    told = {(each["rule"], each["file"], each["line"]) for each in content["findings"]}
    assert {(each["rule"], each["file"], each["line"]) for each in found} <= told
    assert content["rules"]["action-secret-literal"]["explanation"]


def test_a_queue_names_every_flow_that_uses_it_and_where(acme):
    content = json.loads(trunkline("report", acme, "--quick", "-o", "json").out)
    used = {(each["kind"], each["name"]): each for each in content["used"]}
    queue = used["queue", "Roadside Dispatch"]
    assert [(each["kind"], each["name"]) for each in queue["by"]] == [("flow", "After Hours")]
    assert queue["by"][0]["at"]
    assert not queue["here"]
    assert used["integration", "Policy Services"]["by"][0]["name"] == "Make Offer"


def test_every_link_leads_somewhere_and_no_id_is_given_twice(acme):
    page = Reader(page_of(acme))
    assert len(page.ids) == len(set(page.ids))
    targets = {attrs["href"][1:] for tag, attrs in page.tags if tag == "a"}
    assert targets
    assert targets <= set(page.ids)


def test_the_page_asks_for_nothing_and_allows_nothing(acme):
    page = Reader(page_of(acme))
    policy = next(attrs["content"] for tag, attrs in page.tags if attrs.get("http-equiv"))
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    for tag, attrs in page.tags:
        assert tag not in ("img", "iframe", "link", "object", "image", "use")
        assert not attrs.keys() & {"src", "style", "xlink:href", "action"}
        assert not any(name.startswith("on") for name in attrs)
        assert attrs.get("href", "#").startswith("#")


def test_names_and_texts_that_are_html_stay_texts(acme):
    hostile = json.dumps(HOSTILE)
    (acme / "actions" / "offer.yaml").write_text(
        OFFER.replace("name: Make Offer", f"name: {hostile}").replace("Offers a renewal", hostile)
    )
    (acme / "queues" / "claims.yaml").write_text(f"name: {hostile}\ndescription: {hostile}\n")
    flow = json.loads((acme / "flows" / "after-hours.json").read_text())
    flow["name"] = HOSTILE
    (acme / "flows" / "after-hours.json").write_text(json.dumps(flow))
    done = trunkline("report", acme, "--quick", "--to", acme / "r.html", "--title", HOSTILE)
    assert done.code == 0, done.text
    page = Reader((acme / "r.html").read_text())
    assert [tag for tag, _ in page.tags].count("script") == 1
    assert page.text.count("<img src=x onerror=pwned=1>") > 5


def test_secrets_are_masked_wherever_they_stand(acme):
    for text in (page_of(acme), trunkline("report", acme, "--quick", "-o", "json").out):
        for secret in (SECRET, "hunter2hunter2", "abc123456789"):
            assert secret not in text
        assert "env.OFFER_TOKEN" in text


def test_a_secret_of_the_environment_is_masked_in_a_failing_test(acme):
    tests = acme / "actions" / "offer.test.yaml"
    tests.write_text(TESTS.replace("expect: {offer: A2}", "expect_request: {headers: {X-Token: other}}"))
    content = trunkline("report", acme, "--quick", "-o", "json").out
    assert "X-Token" in "".join(json.loads(content)["tests"][1]["faults"])
    assert SECRET not in content


def test_what_was_applied_last_is_told_and_what_the_files_changed_since(acme):
    (acme / "actions" / "offer.yaml").unlink()
    (acme / "actions" / "offer.test.yaml").unlink()
    (acme / "actions" / "weather.yaml").write_text(
        "name: Weather\nintegration: Public Web Services\ninputs: {place: string!}\noutputs: {text: string}\n"
        "request: GET https://weather.example/{{place}}\nresponse: {map: {text: text}, defaults: {text: fine}}\n"
    )
    applied = trunkline("apply", "--org", "emulator", "--yes", "--project", acme, cwd=acme)
    rows = {
        each["name"]: each
        for each in json.loads(trunkline("report", acme, "--quick", "-o", "json").out)["applied"]
    }
    assert applied.code in (0, 6), applied.text
    entries = Lock.read(acme, "emulator").entries
    for address, entry in entries.items():
        assert (rows[address.name]["id"], rows[address.name]["digest"]) == (entry.id, entry.digest)
    assert rows["Weather"]["state"] == "as the files say"
    weather = acme / "actions" / "weather.yaml"
    weather.write_text(weather.read_text().replace("weather.example", "weather.test"))
    content = json.loads(trunkline("report", acme, "--quick", "-o", "json").out)
    row = next(each for each in content["applied"] if each["name"] == "Weather")
    assert row["state"] == "the files have changed since"
    assert row["since"] == ["config.request.requestUrlTemplate"]
    assert content["history"]["runs"][0]["verb"] == "apply"
    assert content["history"]["faults"] == []
    live = json.loads(trunkline("report", "--org", "emulator", acme, "--quick", "-o", "json", cwd=acme).out)[
        "live"
    ]
    change = next(each for each in live["changes"] if each["name"] == "Weather")
    assert (change["operation"], change["state"]) == ("update", "pending")
    assert change["fields"] == ["config.request.requestUrlTemplate"]
    page = page_of(acme)
    assert "the chain is whole" in page
    assert content["history"]["head"] in page


def test_a_broken_audit_chain_is_said_first(acme):
    broken = History((), 0, 7, "abc", ("line 3 is not what was written, or not where it was written",))
    report = Project.open(acme).report()
    page = Reader(report_page(replace(report, content=replace(report.content, history=broken)))).text
    assert "chain broken" in page
    assert "line 3 is not what was written" in page


def test_no_state_is_made_where_there_is_none(acme):
    assert trunkline("report", acme, "--quick", "-o", "text").code == 0
    assert not (acme / ".trunkline").exists()


def test_no_server_is_asked_offline(acme, monkeypatch):
    monkeypatch.setenv("TRUNKLINE_STATE", "postgresql://nobody@127.0.0.1:1/none")
    done = trunkline("report", acme, "--quick", "-o", "text")
    assert done.code == 0
    assert "on a server" in done.out


def test_files_that_cannot_be_read_are_findings_and_no_obstacle(acme):
    (acme / "actions" / "broken.yaml").write_text("name: [\n")
    (acme / "flows" / "broken.json").write_text('{"name": "Half"')
    (acme / "flows" / "strange.json").write_text('{"name": "Strange", "flowSequenceItemList": 7}')
    (acme / "scripts" / "bad.test.yaml").write_text("cases: 7\n")
    done = trunkline("report", acme, "--quick", "--to", acme / "r.html")
    assert done.code == 0, done.text
    text = Reader((acme / "r.html").read_text()).text
    for file in ("broken.yaml", "broken.json", "bad.test.yaml"):
        assert file in text


def test_the_flows_beyond_the_bound_are_told_and_not_drawn(acme, monkeypatch):
    monkeypatch.setattr(drawings, "MOST_NODES", 30)
    page = page_of(acme)
    assert page.count('class="picture') == 2  # one flow, and what the flows use
    assert "The drawing is left out" in page
    assert "1 drawing, 1 left out as too large" in page
    assert 'class="picture' not in page_of(acme, drawings=False)


def test_a_report_is_replaced_and_nothing_else_unless_it_is_named(acme, tmp_path):
    first = trunkline("report", acme, "--quick", cwd=tmp_path)
    assert first.code == 0
    assert (tmp_path / "report.html").is_file()
    assert trunkline("report", acme, "--quick", cwd=tmp_path).code == 0
    (tmp_path / "report.html").write_text("my own notes")
    refused = trunkline("report", acme, "--quick", cwd=tmp_path)
    assert refused.code == 6
    assert "--to" in refused.err
    assert (tmp_path / "report.html").read_text() == "my own notes"
    assert trunkline("report", acme, "--quick", "--to", tmp_path / "report.html").code == 0
    assert sorted(each.name for each in tmp_path.iterdir()) == ["acme", "report.html"]


def test_the_digest_is_that_of_the_files_and_of_nothing_else(acme):
    def digest():
        return json.loads(trunkline("report", acme, "-o", "json").out)["digest"]

    first = digest()
    (acme / "notes.txt").write_text("no part of the project")
    assert digest() == first
    (acme / "queues" / "claims.yaml").write_text("name: Claims\ndescription: Others\n")
    assert digest() != first


def test_an_empty_project_has_a_report_too(tmp_path):
    (tmp_path / "trunkline.toml").write_text('name = "empty"\n')
    text = Reader(page_of(tmp_path)).text
    assert "Nothing was found." in text
    assert "The project has no tests." in text


def test_the_forms_follow_the_name_of_the_file(acme, tmp_path):
    assert trunkline("report", acme, "--quick", "--to", tmp_path / "r.json").code == 0
    assert json.loads((tmp_path / "r.json").read_text())["project"] == "acme"
    assert trunkline("report", acme, "--quick", "--to", tmp_path / "r.txt").code == 0
    assert "1 passed" in (tmp_path / "r.txt").read_text()
    assert not re.search(r"\x1b\[", (tmp_path / "r.txt").read_text())
    assert trunkline("report", acme, "--project", acme).code == 64


def test_a_report_can_be_made_from_python(acme):
    report = Project.open(acme).report(title="For the auditor", quick=True)
    assert report.content.title == "For the auditor"
    assert make_report.__doc__
    assert Path(acme / "report.html").exists() is False
