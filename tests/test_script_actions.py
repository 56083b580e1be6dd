"""Script actions as files: checked, tested, planned and applied to a CXone tenant of the emulator."""

from __future__ import annotations

import http.server
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api import Api
from tests.cli import trunkline
from trunkline.emulator.orgs import Access
from trunkline.emulator.server import Emulator
from trunkline.store import open_store

PATH = "/api/v2/dataactions/actions"
BASE = "function main(context) {\n  return { ...context.input, enriched: true };\n}\n"
CALC = "function main(context) {\n  return context.input.score * 1.2;\n}\n"


@pytest.fixture
def tenant(emulator: Emulator) -> Iterator[Api]:
    client = Api(emulator, emulator.create_org("tenant", "cxone"))
    yield client
    client.close()


@pytest.fixture
def project(tmp_path: Path, tenant: Api, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose org `cx` is the tenant."""
    (tmp_path / "scripts").mkdir()
    (tmp_path / "trunkline.toml").write_text(
        org_table("cx", "cxone", "guides", tenant.access, tenant.emulator.url)
    )
    credentials(monkeypatch, "CX", tenant.access)
    return tmp_path


def org_table(name: str, cloud: str, surface: str, access: Access, url: str) -> str:
    del access
    return f'[orgs.{name}]\ncloud = "{cloud}"\nurl = "{url}"\nsurface = "{surface}"\n'


def credentials(monkeypatch: pytest.MonkeyPatch, name: str, access: Access) -> None:
    monkeypatch.setenv(f"TRUNKLINE_{name}_CLIENT_ID", access.client_id)
    monkeypatch.setenv(f"TRUNKLINE_{name}_CLIENT_SECRET", access.client_secret)


def write(project: Path, name: str, code: str, *lines: str, file: str | None = None) -> None:
    stem = file or name
    (project / "scripts" / f"{stem}.yaml").write_text("\n".join([f"name: {name}", *lines, ""]))
    (project / "scripts" / f"{stem}.js").write_text(code)


def rules(project: Path) -> dict[str, tuple[str, int | None]]:
    """The findings of a check: rule → (file, line)."""
    done = trunkline("check", "--output", "json", cwd=project)
    return {each["rule"]: (each["file"], each["line"]) for each in json.loads(done.out)["findings"]}


def test_a_syntax_error_is_told_at_its_line_of_the_script(project: Path) -> None:
    write(project, "broken", "function main(context) {\n  let x = ;\n}")
    assert rules(project) == {"script-syntax": ("scripts/broken.js", 2)}


@pytest.mark.parametrize(
    ("rule", "code", "line"),
    [
        ("script-main", "function run(context) { return 1; }", None),
        ("script-eval", "function main(c) {\n  return eval(c.input.formula);\n}", 2),
        ("script-eval", "function main(c) {\n  return new Function('return 1')();\n}", 2),
        ("script-endless", "function main(c) {\n  let n = 0;\n  while (true) { n++; }\n}", 3),
        ("script-endless", "function main(c) {\n  for (;;) c.n++;\n}", 2),
        ("script-endless", "function main(c) {\n  do { c.n++ } while (true)\n}", 2),
        ("script-secret-literal", 'function main(c) {\n  const apiKey = "a8f5f167f44f";\n}', 2),
        ("script-secret-literal", "function main(c) {\n\n  return `sk_live_4eC39HqLyjWDarjt`;\n}", 3),
    ],
)
def test_a_rule_finds_its_fault(project: Path, rule: str, code: str, line: int | None) -> None:
    write(project, "faulty", code)
    assert rules(project) == {rule: ("scripts/faulty.js", line)}


@pytest.mark.parametrize(
    "code",
    [
        "function main(c) { while (true) { if (c.input.done) break; } }",
        "function main(c) { for (;;) { return 1; } }",
        "// while (true) {}\nfunction main(c) { return 'eval(1)' + /while(true){}/.source; }",
        "const main = (c) => `${'}'} ${c.input.a} eval(`;",
        "function main(c) { do { c.n-- } while (c.n > 0); return c.evaluate(1); }",
    ],
)
def test_a_sound_script_has_no_finding(project: Path, code: str) -> None:
    write(project, "sound", code)
    assert rules(project) == {}


def test_fields_of_the_input_are_held_against_those_declared(project: Path) -> None:
    write(project, "calc", "function main(ctx) {\n  const { score } = ctx.input;\n  return score * ctx.input['wieght'];\n}",
          "inputs: {score: number, weight: number}")  # fmt: skip
    found = rules(project)
    assert found["script-undeclared-input"] == ("scripts/calc.js", 3)
    assert found["script-unused-input"] == ("scripts/calc.yaml", 2)


def test_every_fault_is_told_at_once_and_nothing_is_sent(project: Path, tenant: Api) -> None:
    filler = "function main() {} //"
    write(project, "ab", filler)
    write(project, "n" * 65, filler, file="long")
    write(project, "fits", filler + "é" + "x" * (65_536 - len(filler) - 2))
    write(project, "too_big", filler + "é" + "x" * (65_537 - len(filler) - 2))
    done = trunkline("check", "--output", "json", cwd=project)
    findings = json.loads(done.out)["findings"]
    told = sorted((each["rule"], Path(each["file"]).stem) for each in findings)
    assert told == [("script-name", "ab"), ("script-name", "long"), ("script-size", "too_big")]
    applied = trunkline("apply", "--org", "cx", "--yes", cwd=project)
    assert applied.code != 0
    assert [each["name"] for each in tenant.get(PATH).json()["entities"]] == ["fits"]


def test_a_circle_is_shown_by_its_shortest_way(project: Path) -> None:
    write(project, "aaa", BASE, "depends_on: [bbb]")
    write(project, "bbb", BASE, "depends_on: [ccc]")
    write(project, "ccc", BASE, "depends_on: [aaa]")
    done = trunkline("check", cwd=project)
    assert done.code == 1
    assert "aaa → bbb → ccc → aaa" in done.out


def test_a_circle_over_project_and_org_is_refused_before_anything_is_sent(project: Path, tenant: Api) -> None:
    write(project, "aaa", BASE)
    write(project, "bbb", BASE, "depends_on: [aaa]")
    write(project, "ccc", BASE, "depends_on: [bbb]")
    assert trunkline("apply", "--org", "cx", "--yes", cwd=project).code == 0
    for name in ("bbb", "ccc"):
        (project / "scripts" / f"{name}.yaml").unlink()
        (project / "scripts" / f"{name}.js").unlink()
    write(project, "aaa", BASE, "depends_on: [ccc]")
    before = len(writes(tenant))
    done = trunkline("apply", "--org", "cx", "--yes", cwd=project)
    assert done.code == 6
    assert "aaa → ccc → bbb → aaa" in done.text
    assert len(writes(tenant)) == before


def writes(tenant: Api) -> list[str]:
    entries = tenant.call("GET", "/_trunkline/journal").json()
    mine = [each for each in entries if each["org"] == tenant.access.id]
    return [
        f"{each['method']} {each['status']}" for each in mine if each["method"] in ("POST", "PUT", "DELETE")
    ]


def test_scripts_are_created_in_the_order_of_their_dependencies_and_the_next_plan_is_empty(
    project: Path, tenant: Api
) -> None:
    write(project, "a_customer_score_calc", CALC, "depends_on: [base_enrichment]", "inputs: {score: number}")
    write(project, "base_enrichment", BASE)
    applied = trunkline("apply", "--org", "cx", "--yes", cwd=project)
    assert applied.code == 0, applied.text
    names = [each["name"] for each in tenant.get(PATH).json()["entities"]]
    assert names == ["base_enrichment", "a_customer_score_calc"]
    assert trunkline("plan", "--org", "cx", "--exit-code", cwd=project).code == 0


def test_a_dependency_that_only_the_org_has_is_all_right_and_one_that_nobody_has_is_not(
    project: Path, tenant: Api
) -> None:
    tenant.post(PATH, {"name": "base_enrichment", "script": {"language": "JavaScript", "content": BASE}})
    write(project, "customer_score_calc", CALC, "depends_on: [base_enrichment]")
    assert trunkline("apply", "--org", "cx", "--yes", cwd=project).code == 0
    write(project, "orphan", CALC, "depends_on: [nowhere_at_all]")
    done = trunkline("apply", "--org", "cx", "--yes", cwd=project)
    assert done.code == 6
    assert "nowhere_at_all" in done.text


def test_a_change_in_the_tenant_is_never_overwritten(project: Path, tenant: Api) -> None:
    write(project, "base_enrichment", BASE)
    assert trunkline("apply", "--org", "cx", "--yes", cwd=project).code == 0
    action = tenant.get(PATH).json()["entities"][0]
    theirs = BASE.replace("true", "'theirs'")
    tenant.put(f"{PATH}/{action['id']}", action | {"script": {"language": "JavaScript", "content": theirs}})
    write(project, "base_enrichment", BASE.replace("true", "'mine'"))
    done = trunkline("apply", "--org", "cx", "--yes", cwd=project)
    assert done.code == 6
    assert tenant.get(f"{PATH}/{action['id']}").json()["script"]["content"] == theirs


def test_pull_writes_the_definition_and_its_script_and_a_plan_after_it_is_empty(
    project: Path, tenant: Api
) -> None:
    script = {"language": "JavaScript", "content": BASE}
    tenant.post(PATH, {"name": "base_enrichment", "description": "Adds", "script": script})
    tenant.post(
        PATH, {"name": "calc", "script": script, "dependencies": ["base_enrichment"], "enabled": False}
    )
    pulled = trunkline("pull", "--org", "cx", cwd=project)
    assert pulled.code == 0, pulled.text
    assert (project / "scripts" / "base-enrichment.js").read_text() == BASE
    assert "depends_on" in (project / "scripts" / "calc.yaml").read_text()
    assert trunkline("plan", "--org", "cx", "--exit-code", cwd=project).code == 0


def test_unit_tests_run_in_the_sandbox(project: Path) -> None:
    write(project, "calc", "function main(c) {\n  console.log('weighed');\n  return { score: c.input.score * 1.2, at: Date.now() };\n}")  # fmt: skip
    (project / "scripts" / "calc.test.yaml").write_text(
        "cases:\n"
        "  - {name: whole, input: {score: 10}, now: 1970-01-01T00:00:01Z, expect: {score: 12, at: 1000}}\n"
        "  - {name: part, input: {score: 5}, expect_part: {score: 6}, expect_logs: [weigh]}\n"
        "  - {name: wrong, input: {score: 1}, expect_part: {score: 7}}\n"
    )
    done = trunkline("test", "--output", "json", cwd=project)
    cases = {each["case"]: each for each in json.loads(done.out)["cases"]}
    assert {name: each["outcome"] for name, each in cases.items()} == {
        "whole": "passed", "part": "passed", "wrong": "failed",
    }  # fmt: skip
    assert cases["wrong"]["faults"] == ["score: expected 7, got 1.2"]
    assert done.code == 1


def test_a_compile_error_of_the_cloud_is_told_at_file_and_line(project: Path, tenant: Api) -> None:
    (project / "trunkline.toml").write_text(
        (project / "trunkline.toml").read_text() + '[rules]\ndisabled = ["script-syntax", "script-main"]\n'
    )
    write(project, "broken", "function main(c) {\n  return 1 +;\n}")
    done = trunkline("apply", "--org", "cx", "--yes", cwd=project)
    assert done.code == 1
    assert "scripts/broken.js:2:" in done.text


def test_a_run_that_is_killed_before_the_answer_creates_nothing_twice(project: Path, tenant: Api) -> None:
    write(project, "base_enrichment", BASE)
    tenant.configure(scriptAnswerSeconds=60)
    command = [sys.executable, "-m", "trunkline", "apply", "--org", "cx", "--yes"]
    with subprocess.Popen(command, cwd=project, env=os.environ, stdout=subprocess.DEVNULL) as run:
        deadline = time.monotonic() + 30
        while not tenant.get(PATH).json()["total"] and time.monotonic() < deadline:
            time.sleep(0.05)
        run.send_signal(signal.SIGKILL)
    tenant.configure(scriptAnswerSeconds=0)
    done = trunkline("apply", "--org", "cx", "--yes", cwd=project)
    assert done.code == 0, done.text
    assert [each["name"] for each in tenant.get(PATH).json()["entities"]] == ["base_enrichment"]


def test_one_project_goes_to_both_clouds(
    project: Path, tenant: Api, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = org_table("gen", "genesys", "public", api.access, api.emulator.url)
    (project / "trunkline.toml").write_text((project / "trunkline.toml").read_text() + table)
    credentials(monkeypatch, "GEN", api.access)
    write(project, "base_enrichment", BASE)
    (project / "actions").mkdir()
    (project / "actions" / "weather.yaml").write_text(
        "name: Get Weather\ninputs: {city: string}\noutputs: {temperature: number}\n"
        "request: {method: GET, url: 'https://weather.example.com/{{city}}'}\n"
        "response: {map: {temperature: $.temperature}}\n"
    )
    orgs = ("--org", "gen", "--also", "cx")
    planned = trunkline("plan", *orgs, "--exit-code", cwd=project)
    assert (planned.code, planned.out.count("1 to create")) == (2, 2)
    done = trunkline("apply", *orgs, "--yes", cwd=project)
    assert done.code == 0, done.text
    assert done.out.count("applied 1 change") == 2
    assert tenant.get(PATH).json()["total"] == 1
    assert trunkline("plan", *orgs, "--exit-code", cwd=project).code == 0


class Listener:
    """A real web server that keeps what is posted to it, and answers with a status."""

    def __init__(self, status: int = 200) -> None:
        self.events: list[dict[str, object]] = []
        events = self.events

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                events.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                del format, args

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def __enter__(self) -> Listener:
        return self

    def __exit__(self, *about: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def audit(project: Path) -> list[dict[str, object]]:
    with open_store(project) as store:
        return [each.record for each in store.audit.records() if "test_passed" in each.record]


def test_the_score_of_the_guide_is_created_tested_announced_and_recorded(project: Path, tenant: Api) -> None:
    write(project, "base_enrichment", BASE)
    write(project, "customer_score_calc", CALC, "depends_on: [base_enrichment]")
    with Listener() as hook:
        options = ("--org", "cx", "--webhook-url", hook.url)
        assert trunkline("script", "create", "base_enrichment", *options, cwd=project).code == 0
        done = trunkline("script", "create", "customer_score_calc", *options, "--output", "json", cwd=project)
        assert done.code == 0, done.text
        again = trunkline(
            "script", "create", "customer_score_calc", *options, "--output", "json", cwd=project
        )
    made, repeated = json.loads(done.out), json.loads(again.out)
    assert (made["created"], repeated["created"], made["attempt_count"]) == (True, False, 1)
    assert made["test"]["output"] is None
    assert "NaN" in made["test"]["warnings"][0]
    assert tenant.get(PATH).json()["total"] == 2
    assert [event["event"] for event in hook.events] == ["ACTION_CREATED"] * 2
    assert hook.events[1]["action_id"] == made["action_id"]
    assert hook.events[1]["test_status"] == "SUCCESS"
    assert isinstance(hook.events[1]["latency_ms"], float)
    record = audit(project)[1]
    assert set(record) == {"timestamp", "action_id", "name", "latency_ms", "test_passed", "attempt_count"}
    tested = trunkline(
        "script", "test", "customer_score_calc", "--org", "cx", "--set", "score=10", "-o", "json", cwd=project
    )
    assert json.loads(tested.out)["output"] == 12


def test_a_webhook_that_fails_is_told_and_fails_nothing(project: Path) -> None:
    write(project, "base_enrichment", BASE)
    with Listener(500) as hook:
        done = trunkline(
            "script", "create", "base_enrichment", "--org", "cx", "--webhook-url", hook.url, cwd=project
        )
    assert done.code == 0
    assert "webhook was not delivered: it answered 500" in done.err


def test_a_create_that_is_killed_before_its_answer_sends_the_same_key_again(
    project: Path, tenant: Api
) -> None:
    write(project, "base_enrichment", BASE)
    tenant.configure(scriptAnswerSeconds=60)
    command = [sys.executable, "-m", "trunkline", "script", "create", "base_enrichment", "--org", "cx"]
    with subprocess.Popen(command, cwd=project, env=os.environ, stdout=subprocess.DEVNULL) as run:
        deadline = time.monotonic() + 30
        while not tenant.get(PATH).json()["total"] and time.monotonic() < deadline:
            time.sleep(0.05)
        run.send_signal(signal.SIGKILL)
    tenant.configure(scriptAnswerSeconds=0, scriptListLagSeconds=3600)
    done = trunkline("script", "create", "base_enrichment", "--org", "cx", cwd=project)
    assert done.code == 0, done.text
    tenant.configure(scriptListLagSeconds=0)
    assert tenant.get(PATH).json()["total"] == 1
    posts = [each for each in tenant.call("GET", "/_trunkline/journal").json()
             if each["org"] == tenant.access.id and (each["method"], each["path"]) == ("POST", PATH)]  # fmt: skip
    assert {each["status"] for each in posts} == {201}


def test_429s_without_a_time_are_waited_out_and_counted(project: Path, tenant: Api) -> None:
    write(project, "base_enrichment", BASE)
    rule = {"fault": "429-without-retry-after", "route": f"POST {PATH}", "times": 1, "org": tenant.access.id}
    assert tenant.call("POST", "/_trunkline/faults", rule).status_code in (200, 201)
    done = trunkline("script", "create", "base_enrichment", "--org", "cx", "-o", "json", cwd=project)
    assert done.code == 0, done.text
    assert json.loads(done.out)["attempt_count"] == 2


def test_a_script_of_the_project_runs_here(project: Path) -> None:
    write(project, "calc", CALC)
    done = trunkline("script", "run", "calc", "--set", "score=5", "-o", "json", cwd=project)
    assert json.loads(done.out)["output"] == 6


def test_the_embedded_emulator_has_a_cxone_tenant(project: Path) -> None:
    write(project, "base_enrichment", BASE)
    options = ("--org", "emulator-cxone", "--surface", "guides")
    assert trunkline("apply", *options, "--yes", cwd=project).code == 0
    assert trunkline("plan", *options, "--exit-code", cwd=project).code == 0
